"""The language of one paragraph."""

import pytest
from tables import by_table

from indexer.languages import split_by_language
from indexer.languages.detection import function_words_of, guess, judge, settle, vote


def paragraph_language(text: str) -> str | None:
    """Return the language of a single paragraph."""
    found = vote(text)
    return (settle(found) or judge(text, found)).language


@by_table
def test_a_paragraph_has_the_language_of_its_prose(text: str, language: str | None) -> None:
    """Prose is English, Spanish, French or und, by its larger part; names and fragments have none."""
    assert paragraph_language(text) == language


def test_the_label_does_not_depend_on_earlier_texts() -> None:
    """The seed is reset for each text: the same labels in any order, on any run."""
    texts = [
        "School board approves budget, delays repairs",
        "Equipa vence jogo decisivo contra rivais do norte",
        "Bandari ilifungwa siku ya ijumaa kwa sababu ya dhoruba, na vivuko havitaondoka asubuhi.",
    ]
    forwards = [paragraph_language(text) for text in texts]
    assert forwards == [paragraph_language(text) for text in reversed(texts)][::-1]


@by_table
def test_a_short_text_gets_the_likeliest_language(text: str, language: str) -> None:
    """Confident statistics outweigh a single function word, which may be accidental."""
    assert guess(text) == language


@by_table
def test_punctuation_splits_words_and_case_is_ignored(text: str, words: list[bytes]) -> None:
    """A text in Latin-1 is split into words like any other."""
    assert vote(text).listed == words


@by_table
def test_a_clear_lead_decides_without_unique_words(text: str) -> None:
    """Prose with clearly more words of one language than of any other needs no unique word."""
    found = vote(text)
    assert found.own < 2
    assert found.clear
    assert found.language == "es"


def test_a_title_close_to_its_text_needs_no_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    """A headline with hardly any function word gets the language of its text if its vote leans to it."""
    monkeypatch.setattr("indexer.languages.detection.likeliest_language", None)  # a call would fail
    title = (
        "Museo con nueve brújulas donadas por capitán retirado abre puertas, anuncia alcalde local, domingo"
    )
    assert not vote(title).clear
    body = "El puerto cerró el viernes por la tormenta, y los barcos no saldrán hasta el lunes por la noche."
    labels = split_by_language([body], title)
    assert (labels.languages, labels.title, labels.paragraphs) == (("es",), "es", ("es",))


def test_unique_words_are_of_one_language_only() -> None:
    """The most frequent come first, each once; words that several languages share are left out."""
    text = "The quay of the town, and THE boats: de, la, a."
    assert function_words_of(text, "en") == ["the", "of", "and"]
    assert function_words_of(text, "es") == function_words_of(text, "und") == []

"""The language of one paragraph."""

from tables import by_table

from indexer.languages.detection import guess, judge, settle
from indexer.languages.function_word_vote import vote


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

"""Languages and countries found for a batch are those of each document alone."""

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.documents.labelling import decide_languages, label_batch
from indexer.documents.round_trip import Outcome
from indexer.languages import split_by_language
from indexer.languages.detection import LANES, VOTES, VOTING_LANGUAGES, elect, vote

Document = tuple[str | None, str]
ENGLISH = "The ferry from the islands stops here on Friday, and it will not leave before noon."
SPANISH = "El barco de las islas llega el viernes, y no saldrá hasta el lunes por la noche."
FRENCH = "Le port a été fermé vendredi à cause de la tempête, et les bateaux ne partiront pas."
GERMAN = "Der Hafen wurde am Freitag wegen des Sturms geschlossen, und die Boote bleiben dort."
CONTENT = "harbour muelles tempête naïve Ångström 2019 x ﬁsh Ωmega 日本の港 cafe\u0301 cœur DAẞ …".split()
BETWEEN = [" "] * 12 + "\n|, |. |-|'|’|“|@|_|*|&| — |–|…|‘|ʼ|\u0301|\u2009|\xa0|\u2028|[|²||\x1f".split("|")
FUNCTION_WORDS = sorted(word.decode("latin-1") for word in VOTES)
NAMES = st.sampled_from(sorted(gazetteer().by_form))
WORDS = st.one_of(
    st.sampled_from(FUNCTION_WORDS),
    st.sampled_from([word for text in (ENGLISH, SPANISH, FRENCH, GERMAN) for word in text.split()]),
    st.sampled_from(CONTENT),
    NAMES,
    NAMES.map(lambda name: name.split()[0]),
    st.text(max_size=3),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a text of several lines: sentences, words of any kind and characters between them."""
    parts = draw(st.lists(st.sampled_from([ENGLISH, SPANISH, FRENCH, GERMAN]), max_size=2))
    for word in draw(st.lists(WORDS, max_size=25)):
        written = draw(st.sampled_from([str, str.upper, str.capitalize, str.lower]))(word)
        parts += [written, draw(st.sampled_from(BETWEEN))]
    return "".join(parts)


DOCUMENTS = st.tuples(st.none() | texts().map(lambda text: " ".join(text.split()) or None), texts())


def agrees(document: Document, outcome: Outcome) -> bool:
    """Return whether an outcome agrees with the document's own labels."""
    title, body = document
    paragraphs = body.split("\n")
    own = split_by_language(paragraphs, title).languages
    return outcome.language in (None, *own[:1]) and (
        (outcome.language is None or own == (outcome.language,))
        and (outcome.named or not find_countries(paragraphs, title))
    )


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=6))
def test_a_batch_agrees_with_single_documents(documents: list[Document]) -> None:
    """Whatever is in a text and its labels, the outcome of a batch is that of the document."""
    outcomes = list(label_batch(documents))
    assert len(outcomes) == len(documents)
    assert [agrees(*pair) for pair in zip(documents, outcomes, strict=True)] == [True] * len(documents)


def known_to(lane: int) -> list[str]:
    """Return the function words of a language that are words of another one, too."""
    count = len(VOTING_LANGUAGES)
    lanes = {word: LANES.unpack(vote.to_bytes(LANES.size, "little")) for word, vote in VOTES.items()}
    return sorted(
        word.decode("latin-1") for word, of in lanes.items() if not any(of[:count]) and of[count + lane]
    )


@st.composite
def close_votes(draw: st.DrawFn) -> str:
    """Draw a text mostly of words that languages share."""
    lane = draw(st.sampled_from(range(len(VOTING_LANGUAGES))))
    words = draw(st.lists(st.sampled_from(known_to(lane)), min_size=4, max_size=60))
    words += draw(st.lists(st.sampled_from(FUNCTION_WORDS), max_size=3))
    words += draw(st.lists(st.sampled_from(["harbour", "muelles", "bateau", "2019", *words]), max_size=40))
    return " ".join(draw(st.permutations(words)))


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(close_votes(), min_size=1, max_size=2))
def test_close_votes_are_counted_equally(paragraphs: list[str]) -> None:
    """If languages share most function words of a text, a batch decides only what the text alone decides."""
    assert agrees((None, "\n".join(paragraphs)), *label_batch([(None, "\n".join(paragraphs))]))
    for paragraph in paragraphs:
        (outcome,) = label_batch([(None, paragraph)])
        assert outcome.language is None or (vote(paragraph).clear and agrees((None, paragraph), outcome))


@settings(max_examples=examples(200), deadline=None)
@given(*[st.lists(st.integers(0, most), min_size=7, max_size=7) for most in (4, 20)], st.integers(0, 150))
def test_equal_votes_have_equal_outcomes(own: list[int], others: list[int], content: int) -> None:
    """For any votes, a batch and a single text have the same outcome."""
    known = [sum(pair) for pair in zip(own, others, strict=True)]
    alone = elect(tuple(own), tuple(known), [b"%d" % word for word in range(max(known) + content)])
    (clear,), (lane,) = decide_languages(np.array([alone.words]), np.array([own + known]))
    assert (bool(clear), VOTING_LANGUAGES[lane]) == (alone.clear, alone.language)


@pytest.mark.slow
def test_no_form_is_missed() -> None:
    """Each form of the gazetteer is found, with any character before and after it."""
    forms = list(gazetteer().by_form)
    for around in ("{}", "x ({}).", "x\n«{}»\nx", "*{}*", "de l’{}, x", "{}@x", "–{}…", "lʼ{} œ"):
        outcomes = label_batch([(None, around.format(form)) for form in forms])
        assert [form for form, told in zip(forms, outcomes, strict=True) if not told.named] == []


@by_table
def test_single_words_decide_most_texts(
    title: str | None, body: str, language: str | None, *, named: bool
) -> None:
    """A plain text in one language is decided, and searched for names only where one may begin."""
    alongside, english = ("Harbour", ENGLISH), Outcome("en", named=False)
    document = title, body.format(ENGLISH=ENGLISH, SPANISH=SPANISH, FRENCH=FRENCH, GERMAN=GERMAN)
    outcomes = [*label_batch([alongside, document, alongside])]
    assert outcomes == [english, Outcome(language, named=named), english]

"""Which typed words are forms of a word of a label."""

from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.analysis.analyzer import ADJECTIVE, GENDER, NUMBER, SAME, VERB
from indexer.analysis.word_forms import distance

DISTANCES = {
    None: "no form",
    SAME: "same",
    NUMBER: "number",
    GENDER: "gender",
    VERB: "verb",
    ADJECTIVE: "adjective",
}
LANGUAGES = ("en", "es", "fr")


@by_table
def test_a_form_has_its_distance(language: str, typed: str, label: str, alone: str, within: str) -> None:
    """Forms of a word are recognised, short verbs next to other words only; words of one stem are not."""
    found = [distance(language, typed, label, within=place) for place in (False, True)]
    assert [DISTANCES[far] for far in found] == [alone, within]


@given(st.sampled_from(LANGUAGES), st.text("abcdeéñoœrs", min_size=1, max_size=9), st.booleans())
def test_every_word_is_its_own_form(language: str, word: str, within: bool) -> None:  # noqa: FBT001 - drawn
    """No form is nearer to a word than the word."""
    assert distance(language, word, word, within=within) == SAME


@given(st.sampled_from(LANGUAGES), *[st.text("aeéínrsdoœ", min_size=1, max_size=8)] * 2)
def test_other_words_of_a_label_never_exclude_a_form(language: str, typed: str, label: str) -> None:
    """A form that matches alone also matches within a label, at no larger distance."""
    alone = distance(language, typed, label, within=False)
    if alone is not None:
        alongside = distance(language, typed, label, within=True)
        assert alongside is not None
        assert alongside <= alone

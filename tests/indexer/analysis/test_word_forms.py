"""Which typed words are forms of a word of a label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.analysis.analyzer import ADJECTIVE, GENDER, NUMBER, SAME, VERB
from indexer.analysis.word_forms import distance

LANGUAGES = ("en", "es", "fr")


@pytest.mark.parametrize(
    ("language", "typed", "label", "far"),
    [
        ("en", "harbours", "harbour", NUMBER),
        ("en", "ferries", "ferry", NUMBER),
        ("en", "churches", "church", NUMBER),
        ("en", "viruses", "virus", NUMBER),
        ("en", "potatoes", "potato", NUMBER),
        ("en", "planned", "plan", VERB),
        ("en", "ratified", "ratify", VERB),
        ("en", "recruit", "recruitment", VERB),
        ("en", "trained", "training", VERB),
        ("en", "philosophical", "philosophy", ADJECTIVE),
        ("es", "luces", "luz", NUMBER),
        ("es", "camiones", "camión", NUMBER),
        ("es", "profesora", "profesor", GENDER),
        ("es", "ayudarles", "ayudar", VERB),
        ("es", "comenzó", "comenzar", VERB),
        ("es", "publicados", "publicación", VERB),
        ("es", "filosófica", "filosofía", ADJECTIVE),
        ("fr", "bateaux", "bateau", NUMBER),
        ("fr", "journaux", "journal", NUMBER),
        ("fr", "infirmière", "infirmier", GENDER),
        ("fr", "créées", "créer", VERB),
        ("fr", "diplomatique", "diplomatie", ADJECTIVE),
    ],
)
def test_forms_of_one_word_have_a_distance(language: str, typed: str, label: str, far: int) -> None:
    """Number, gender, verb forms and their adjective are recognised, with increasing distance."""
    assert distance(language, typed, label, within=False) == far


@by_table
def test_words_with_only_a_common_stem_are_no_forms(language: str, typed: str, label: str) -> None:
    """Words that only the stemmer unites are no forms of the label's word."""
    assert distance(language, typed, label, within=False) is None


@by_table
def test_other_words_of_a_label_confirm_short_verbs(language: str, typed: str, label: str) -> None:
    """Next to other words of the label, a short verb is accepted; alone it is not."""
    assert distance(language, typed, label, within=False) is None
    assert distance(language, typed, label, within=True) == VERB


def test_accents_may_be_left_out() -> None:
    """A word without accents matches any spelling; one with other accents is more distant."""
    assert distance("es", "camion", "camión", within=False) == SAME
    assert distance("fr", "péche", "pêche", within=False) == NUMBER


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

"""Which typed words are forms of a label's word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
def test_forms_of_one_word_meet(language: str, typed: str, label: str, far: int) -> None:
    """Number, gender, forms of a verb and its adjective are told, in this order of nearness."""
    assert distance(language, typed, label, within=False) == far


@pytest.mark.parametrize(
    ("language", "typed", "label"),
    [
        ("en", "public", "publication"),
        ("en", "author", "authorities"),
        ("en", "globally", "globalization"),
        ("en", "train", "training"),
        ("en", "manned", "man"),
        ("es", "marido", "mar"),
        ("es", "mayoría", "mayorista"),
        ("es", "partido", "parto"),
        ("es", "nombre", "nombrar"),
        ("es", "caso", "casa"),
        ("es", "puerta", "puerto"),
        ("es", "libres", "libro"),
        ("es", "período", "periódico"),
        ("es", "conocido", "conocimiento"),
        ("fr", "péché", "pêche"),
        ("fr", "mère", "mer"),
        ("fr", "mars", "marée"),
        ("fr", "environ", "environnement"),
        ("fr", "équipe", "équipement"),
        ("fr", "partie", "partir"),
        ("fr", "empire", "empirer"),
        ("fr", "singe", "singer"),
    ],
)
def test_words_that_share_a_stem_alone_do_not_meet(language: str, typed: str, label: str) -> None:
    """What the stemmer throws together is no form of the label's word."""
    assert distance(language, typed, label, within=False) is None


@pytest.mark.parametrize(
    ("language", "typed", "label"),
    [
        ("en", "raise", "raising"),
        ("en", "fund", "funding"),
        ("en", "banned", "ban"),
        ("es", "firma", "firmar"),
        ("fr", "porter", "porte"),
    ],
)
def test_other_words_of_a_label_vouch_for_short_verbs(language: str, typed: str, label: str) -> None:
    """Beside other words that are the label's, a short verb is trusted; alone it is not."""
    assert distance(language, typed, label, within=False) is None
    assert distance(language, typed, label, within=True) == VERB


def test_accents_need_not_be_typed() -> None:
    """A word without accents may mean any spelling; one with other accents is further off."""
    assert distance("es", "camion", "camión", within=False) == SAME
    assert distance("fr", "péche", "pêche", within=False) == NUMBER


@given(st.sampled_from(LANGUAGES), st.text("abcdeéñoœrs", min_size=1, max_size=9), st.booleans())
def test_every_word_is_a_form_of_itself(language: str, word: str, within: bool) -> None:  # noqa: FBT001 - drawn
    """Nothing is nearer to a word than the word."""
    assert distance(language, word, word, within=within) == SAME


@given(st.sampled_from(LANGUAGES), *[st.text("aeéínrsdoœ", min_size=1, max_size=8)] * 2)
def test_other_words_of_a_label_never_take_a_form_away(language: str, typed: str, label: str) -> None:
    """What meets alone meets within a label too, no further off."""
    alone = distance(language, typed, label, within=False)
    if alone is not None:
        alongside = distance(language, typed, label, within=True)
        assert alongside is not None
        assert alongside <= alone

"""Words typed without a tilde."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Searcher

MakeIndex = Callable[..., Path]

SPANISH = {"id": "es", "body": "El puerto abre en otoño a los niños y a una compañia", "language": "es"}
ENGLISH = {"id": "en", "body": "The harbour school has room for forty children", "language": "en"}
NEARER = {"id": "near", "body": "Companies and ozone, ninety minutes of ozone, companies", "language": "en"}


@pytest.mark.parametrize(
    ("typed", "meant"), [("ninos", "niños"), ("otono", "otoño"), ("compania", "compañia")]
)
def test_a_word_without_its_tilde_means_the_one_with_it(
    make_index: MakeIndex, typed: str, meant: str
) -> None:
    """No other word is guessed, however near or frequent, nor does an English label (El Nino) prevent it."""
    with Searcher(make_index(SPANISH, ENGLISH, NEARER)) as searcher:
        results = searcher.search(typed)
        assert [one["to"] for one in results.expansions if one["from"] == typed] == [[meant]]
        assert "es" in {hit.id for hit in results.hits}


def test_the_thesaurus_knows_a_tilde_that_no_text_has(make_index: MakeIndex) -> None:
    """An archive without a Spanish text is searched in Spanish, too."""
    with Searcher(make_index(ENGLISH)) as searcher:
        assert {hit.id for hit in searcher.search("ninos").hits} == {"en"}


def test_a_text_with_the_tilde_does_not_make_a_word_known(make_index: MakeIndex) -> None:
    """El Niño in an English text, whose stem is that of ninos, does not hide niños."""
    weather = {"id": "weather", "body": "El Niño is a strong driver of the weather", "language": "en"}
    with Searcher(make_index(SPANISH, ENGLISH, weather)) as searcher:
        assert {"es", "en"} <= {hit.id for hit in searcher.search("ninos").hits}


def test_a_word_without_a_tilde_in_a_text_is_known(make_index: MakeIndex) -> None:
    """El Nino in an English text is no child."""
    nino = {"id": "nino", "body": "The Nino ferry sails at noon", "language": "en"}
    with Searcher(make_index(SPANISH, nino)) as searcher:
        assert {hit.id for hit in searcher.search("Nino").hits} == {"nino"}


@pytest.mark.parametrize(
    ("typed", "tilde", "meant"), [("mono", "moño", "monkey"), ("pena", "peña", "penalty")]
)
def test_a_word_without_a_tilde_in_the_thesaurus_is_known(
    make_index: MakeIndex, typed: str, tilde: str, meant: str
) -> None:
    """Such a word matches its translations, and not another word of the index with a tilde."""
    other = {"id": "other", "body": f"Una {tilde} en la calle", "language": "es"}
    english = {"id": "english", "body": f"They saw a {meant} at the harbour", "language": "en"}
    with Searcher(make_index(other, english)) as searcher:
        assert {hit.id for hit in searcher.search(typed).hits} == {"english"}

"""Words typed without accents that no text has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Searcher

MakeIndex = Callable[..., Path]

ENGLISH = (
    {"id": "drought", "body": "The drought has lasted three years", "language": "en"},
    {"id": "river", "body": "The river rose by the bridge", "language": "en"},
    {"id": "mining", "body": "Police closed a site of illegal mining", "language": "en"},
    {"id": "displaced", "body": "Each displaced person was given a tent", "language": "en"},
    {"id": "korea", "body": "A ship sailed to North Korea", "language": "en"},
    {"id": "border", "body": "The frontier has a new post for border control", "language": "en"},
    {"id": "cure", "body": "No cure was found in the laboratory", "language": "en"},
    {"id": "meeting", "body": "Ministers held a meeting", "language": "en"},
    {"id": "policy", "body": "Two new policies", "language": "en"},
    {"id": "priest", "body": "The priest rang the bell", "language": "en"},
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sequia", "drought"),
        ("sequía", "drought"),
        ("policias", "mining"),
        ("reuniones", "meeting"),
        ("riviere", "river"),
        ("rivière", "river"),
        ("mineria ilegal", "mining"),
        ("personne deplacee", "displaced"),
        ("Coree du Nord", "korea"),
        ("controle des frontieres", "border"),
    ],
)
def test_a_label_matches_without_its_accents(make_index: MakeIndex, typed: str, found: str) -> None:
    """No text needs the word: the thesaurus has its spelling; a plural may have no accent."""
    with Searcher(make_index(*ENGLISH)) as searcher:
        results = searcher.search(typed)
        assert results.hits[0].id == found
        assert results.suggestion is None


def test_a_word_that_is_known_as_typed_gets_no_accents(make_index: MakeIndex) -> None:
    """English cure is no French curé (priest)."""
    with Searcher(make_index(*ENGLISH)) as searcher:
        assert [hit.id for hit in searcher.search("cure").hits] == ["cure"]

"""Which words are checked for misspellings, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Searcher

MakeIndex = Callable[..., Path]


def test_a_word_of_a_label_is_not_corrected(make_index: MakeIndex) -> None:
    """Infantil is a word of pornografía infantil, though no text has it, and many have infanta."""
    folder = make_index(
        {"id": "asked", "body": "A network for child pornography was uncovered", "language": "en"},
        *({"id": f"{n}", "body": "La infanta visitó el puerto", "language": "es"} for n in range(3)),
    )
    with Searcher(folder) as searcher:
        for typed in ("pornografía infantil", "pornografia infantil"):
            results = searcher.search(typed)
            assert ([hit.id for hit in results], results.suggestion) == (["asked"], None)


def test_a_word_of_a_label_with_a_function_word_is_kept(make_index: MakeIndex) -> None:
    """Ciento is a word of por ciento, not a misspelling of viento."""
    folder = make_index({"id": "wind", "body": "El viento cerró el puerto", "language": "es"})
    with Searcher(folder) as searcher:
        results = searcher.search("ciento puerto")
        assert (results.suggestion, results.unmatched) == (None, ("ciento",))


@pytest.mark.parametrize(
    ("typed", "meant"), [("humen", "human"), ("earthquaks", None), ("earthquaks ferry", None)]
)
def test_a_stem_does_not_make_a_misspelling_known(
    make_index: MakeIndex, typed: str, meant: str | None
) -> None:
    """A stem of a label (Spanish humo) or a text does not count, unless the query is in its language."""
    folder = make_index(
        {"id": "human", "body": "A human voice", "language": "en"},
        {"id": "quakes", "body": "An earthquake and a ferry that sank", "language": "en"},
        {"id": "ferry", "body": "The ferry leaves at nine", "language": "en"},
    )
    with Searcher(folder) as searcher:
        results = searcher.search(typed)
        assert results.suggestion == meant
        assert results.hits[0].id in {"human", "quakes"}


@pytest.mark.parametrize(
    ("typed", "meant"), [("l'educatoin", "l'education"), ("l’éducatoin", "l’education"), ("d'êtres", None)]
)
def test_a_misspelling_after_an_elision_is_corrected(
    make_index: MakeIndex, typed: str, meant: str | None
) -> None:
    """The word after the elided vowel is corrected, and not one that begins with its letter."""
    folder = make_index(
        {"id": "school", "body": "L'éducation primaire en Haïti", "language": "fr"},
        {"id": "behind", "body": "El coche de atrás, detrás del puerto", "language": "es"},
    )
    with Searcher(folder) as searcher:
        results = searcher.search(typed)
        assert results.suggestion == meant
        assert [hit.id for hit in results] == ["school"] * (meant is not None)


def test_a_rare_word_is_not_preferred_as_a_correction(make_index: MakeIndex) -> None:
    """A word two edits away in one title ranks below one that is one edit away in many texts."""
    many = [
        {"id": f"many{n}", "body": f"Trafficking case {n} in the courts of the region"} for n in range(12)
    ]
    folder = make_index({"id": "rare", "body": "Tracking lion 1 on the plains of the region"}, *many)
    with Searcher(folder) as searcher:
        found = [hit.id for hit in searcher.search("trafiking", limit=20, group=False)]
        assert len(found) == 13
        assert found[-1] == "rare"

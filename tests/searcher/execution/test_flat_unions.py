"""A union is run as plain words only where nothing but plain words is in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from searcher.engine import Filters, Wanted
from searcher.opening import open_engine
from searcher.query.model import AnyOf, BestOf, Node, Phrase, Term

assert np  # so that arrays answer

QUAY, PILOT = Term("text_en", "quay"), Term("text_en", "pilot")
NIGHT_FERRY = Phrase("text_en", ("night", "ferri"), (0, 1))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (AnyOf((BestOf((QUAY, NIGHT_FERRY), 0.4), PILOT)), {"quay", "pilot", "phrase"}),
        (AnyOf((AnyOf((QUAY, NIGHT_FERRY)), PILOT)), {"quay", "pilot", "phrase"}),
        (BestOf((AnyOf((QUAY, NIGHT_FERRY)), PILOT), 0.4), {"quay", "pilot", "phrase"}),
        (AnyOf((NIGHT_FERRY, PILOT)), {"pilot", "phrase"}),
        (AnyOf((QUAY, PILOT)), {"quay", "pilot"}),
    ],
)
@pytest.mark.parametrize(
    "filters", [Filters(), Filters(countries=frozenset({"KE"}))], ids=["all", "a country"]
)
def test_phrases_in_a_union_of_as_many_words_as_parts_are_found(
    make_index: Callable[..., Path], query: Node, ids: set[str], filters: Filters
) -> None:
    """Whatever stands beside them, phrases are counted, ranked, and pass the same filters as words."""
    folder = make_index(
        {"id": "quay", "body": "The quay is wet", "countries": ["KE"], "language": "en"},
        {"id": "pilot", "body": "A pilot came on board", "countries": ["KE"], "language": "en"},
        {"id": "phrase", "body": "The night ferry leaves late", "countries": ["KE"], "language": "en"},
        {"id": "apart", "body": "By ferry, late at night", "countries": ["KE"], "language": "en"},
        {"id": "elsewhere", "body": "The market is closed", "countries": ["PE"], "language": "en"},
    )
    engine = open_engine(folder)
    found = engine.execute(query, filters, Wanted(limit=10, facets=("country",)))
    assert {engine.heads([document])[0][0] for document, _ in found.top} == ids
    assert (found.total, found.facets["country"]) == (len(ids), {"KE": len(ids)})

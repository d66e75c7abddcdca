"""Scores of large unions of plain words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer import update
from searcher.engine import Filters, ResultRequest
from searcher.execution.arrays import strategies
from searcher.opening import open_engine
from searcher.query.model import Or, Term

if TYPE_CHECKING:
    import pytest

if TYPE_CHECKING:
    import pytest

assert np  # so that arrays answer


def test_equal_texts_have_equal_scores_in_all_segments(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that an update adds precedes an older one of the same text, however each was scored."""
    monkeypatch.setattr(strategies, "SMALL_UNION", 500)
    draw, shares = Random(5), {"harbour": 9, "pilot": 7, "storm": 6, "market": 5}

    def text() -> str:
        words = [
            word
            for word, share in shares.items()
            for _ in range(draw.randrange(6))
            if draw.random() < share / 9
        ]
        return " ".join([*words, *["quiet"] * draw.randint(1, 20)])

    def item(name: str, number: int, day: str) -> dict[str, Any]:
        fixed = {"date": day, "countries": ["PE"], "language": "en"}
        return {"id": f"{name} {number}", "body": texts[number], **fixed}

    texts = [text() for _ in range(1200)]
    index = make_index(*[item("old", number, "2019-05-02") for number in range(1200)])
    update(index, items=[item("new", number, "2019-12-30") for number in range(40)])
    engine = open_engine(index)
    for words in combinations(shares, 3):
        query = Or(tuple([Term("text_en", word) for word in words]))
        for filters in (Filters(), Filters(countries=frozenset({"PE"}))):
            top = engine.execute(query, filters, ResultRequest(limit=1240)).top
            ids = [item_id for item_id, _ in engine.ids_and_titles([document for document, _ in top])]
            scores = dict(zip(ids, [score for _, score in top], strict=True))
            pairs = [(f"new {number}", f"old {number}") for number in range(40) if f"new {number}" in scores]
            assert len(pairs) > 20
            for new, old in pairs:
                assert scores[new] == scores[old]
                assert ids.index(new) < ids.index(old)

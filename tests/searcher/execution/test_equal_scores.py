"""Equal scores: ties by date, and equal scores in all segments."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from rules import Archives

from indexer import update
from searcher.engine import Filters, ResultRequest
from searcher.execution.arrays import array_evaluator
from searcher.opening import open_engine
from searcher.query.model import Or, Term

RISING, FALLING = (0.1, 0.2, 0.3), (0.3, 0.2, 0.1)  # whose sums differ in the sixteenth digit


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("newer", ["pilot", "cargo"])
def test_equal_sums_in_another_order_are_a_tie(archives: Archives, newer: str) -> None:
    """Of two items whose words have the same weights in another order the newer one comes first."""
    texts = {"pilot quay storm": RISING, "cargo wind port": FALLING}
    years = {text: 2019 + text.startswith(newer) for text in texts}
    place = archives.of(*[f"en {text[:5]} {years[text]}-05-02: {text}" for text in texts]).place
    terms = [
        Term("text_en", word, boost)
        for text, boosts in texts.items()
        for word, boost in zip(text.split(), boosts, strict=True)
    ]
    engine = open_engine(place)
    (first, score), (_, other) = engine.execute(Or(tuple(terms)), Filters(), ResultRequest(limit=2)).top
    assert other != score == pytest.approx(other, rel=1e-15)
    assert engine.ids_and_titles([first])[0][0] == newer


assert np  # so that arrays answer


def test_equal_texts_have_equal_scores_in_all_segments(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that an update adds precedes an older one of the same text, however each was scored."""
    monkeypatch.setattr(array_evaluator, "SMALL_UNION", 500)
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

"""Equal scores rank by date, in whatever order they were summed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from searcher.engine import Filters, ResultRequest
from searcher.execution import embedded_engine as engine_module
from searcher.opening import open_engine
from searcher.query.model import Or, Term

RISING, FALLING = (0.1, 0.2, 0.3), (0.3, 0.2, 0.1)  # whose sums differ in the sixteenth digit


@pytest.mark.parametrize("newer", ["pilot quay storm", "cargo wind port"])
@pytest.mark.parametrize("scalar", [False, True], ids=["arrays", "scalar"])
def test_equal_sums_in_another_order_are_a_tie(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, newer: str, *, scalar: bool
) -> None:
    """Of two items whose words have the same weights in another order the newer one comes first."""
    texts = {"pilot quay storm": RISING, "cargo wind port": FALLING}
    folder = make_index(
        *[
            {"id": text, "body": text, "date": f"20{19 + (text == newer)}-05-02", "language": "en"}
            for text in texts
        ]
    )
    query = Or(
        tuple(
            Term("text_en", word, boost)
            for text, boosts in texts.items()
            for word, boost in zip(text.split(), boosts, strict=True)
        )
    )
    if scalar:
        monkeypatch.setattr(engine_module, "sys", SimpleNamespace(modules={}))
    engine = open_engine(folder)
    (first, score), (_, other) = engine.execute(query, Filters(), ResultRequest(limit=2)).top
    assert other != score == pytest.approx(other, rel=1e-15)
    assert engine.ids_and_titles([first])[0][0] == newer

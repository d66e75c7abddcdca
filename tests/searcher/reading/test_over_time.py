"""Counts over time: what is read for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher import Searcher
from searcher.execution.engine import EmbeddedEngine
from searcher.reading.over_time import over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest


def test_an_item_is_read_once_for_all_series(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items of several values of a facet, and of several questions, are read once, and count in each."""
    index = make_index(
        *[
            {"body": "A ferry and a flood", "date": f"20{10 + one}-01-02", "countries": ["KE", "FJ"]}
            for one in range(4)
        ],
        {"body": "A ferry", "countries": ["KE"]},
    )
    read: list[int] = []
    records = EmbeddedEngine.records

    def noted(engine: EmbeddedEngine, documents: Sequence[int]) -> Iterator[bytes]:
        read.extend(documents)
        return records(engine, documents)

    monkeypatch.setattr(EmbeddedEngine, "records", noted)
    with Searcher(index) as searcher:
        for given, sums in (
            ({"facet": "country"}, {"Kenya": (4, 1), "Fiji": (4, 0)}),
            ({"versus": ["flood"]}, {"ferry": (4, 1), "flood": (4, 0)}),
        ):
            read.clear()
            series = over_time(searcher, "ferry", **given)  # type: ignore[arg-type] # either of them
            assert sorted(read) == [*range(5)]
            found = {one.label: (sum(point.dated for point in one.points), one.undated) for one in series}
            assert found == sums

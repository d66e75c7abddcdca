"""Counts over time: which records are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from searcher import Searcher
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.reading.over_time import DayCache, over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest


def test_dates_of_very_many_matches_are_not_cached() -> None:
    """Beyond a number of matches dates are read for each count; below it once."""
    read: list[int] = []

    class Records:
        generation = "1"

        def records(self, documents: Sequence[int]) -> Iterator[bytes]:
            for document in documents:
                read.append(document)
                yield b'{"date": {"start": "2018-01-02", "end": "2018-01-03", "kind": "printed"}}'

    known, day = DayCache(most=2), (date(2018, 1, 2), date(2018, 1, 3), False)
    for documents in ([1, 2], [2, 1], [1, 2, 3], [3, 2, 1]):
        found = known.of(Records(), documents)  # type: ignore[arg-type] # all that is asked of an engine
        assert list(found) == [day] * len(documents)
    assert read == [1, 2, 1, 2, 3, 3, 2, 1]


def test_an_item_is_read_once_for_all_series(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items of several values of a facet, and of several queries, are read once, and count in each."""
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

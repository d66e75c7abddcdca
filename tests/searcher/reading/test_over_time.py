"""Counts over time: how the days of items are read."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from indexer.schema import WORDS
from searcher import Searcher
from searcher.engine import Days
from searcher.execution import embedded_engine
from searcher.execution.embedded_engine import EmbeddedEngine, open_generation
from searcher.reading.over_time import over_time


@pytest.mark.parametrize("few", [0, 1_000])
def test_days_are_counted_as_in_the_records(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """The columns of the segments, with and without numpy, have the days of the stored records."""
    monkeypatch.setattr(embedded_engine, "FEW_POSTINGS", few)
    engine = EmbeddedEngine(str(sample_index), open_generation(sample_index))
    documents = [at for at in range(engine.documents(WORDS)) if at % 3][::-1]
    expected: Counter[Days | None] = Counter()
    for raw in engine.records(documents):
        days = json.loads(raw)["date"]
        first, last = (days and date.fromisoformat(days[name]).toordinal() for name in ("start", "end"))
        expected[days and (first, last, days["kind"] == "estimated")] += 1
    assert len(expected) > 10
    assert engine.day_counts(documents) == expected
    assert not engine.day_counts([])


@pytest.mark.parametrize("few", [0, 1_000])
def test_counts_over_time_read_no_records(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Items of several values of a facet, and of several queries, count in each."""
    index = make_index(
        *[
            {"body": "A ferry and a flood", "date": f"20{10 + one}-01-02", "countries": ["KE", "FJ"]}
            for one in range(4)
        ],
        {"body": "A ferry", "countries": ["KE"]},
    )
    monkeypatch.delattr(EmbeddedEngine, "records")
    monkeypatch.setattr(embedded_engine, "FEW_POSTINGS", few)
    with Searcher(index) as searcher:
        for given, sums in (
            ({"facet": "country"}, {"Kenya": (4, 1), "Fiji": (4, 0)}),
            ({"versus": ["flood"]}, {"ferry": (4, 1), "flood": (4, 0)}),
        ):
            series = over_time(searcher, "ferry", **given)  # type: ignore[arg-type] # either of them
            found = {one.label: (sum(point.dated for point in one.points), one.undated) for one in series}
            assert found == sums

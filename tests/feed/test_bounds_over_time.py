"""Counts over time of the real page's estimated items, compared with the days of its labels."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from indexer.documents import read_items
from searcher import Searcher
from searcher.reading.over_time import over_time


def test_bounds_contain_the_labelled_counts(feed: Path, make_index: Callable[..., Path]) -> None:
    """In nearly all months the bounds contain the count of items, dated by the middle of their label."""
    lines = (feed.parents[1] / "eval" / "undated_dev.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {label["start"]: label for label in map(json.loads, lines)}
    items = [item for item in read_items(feed) if item.source.first in labels]
    assert len(items) > 50
    truth: Counter[str] = Counter()
    for item in items:
        earliest, latest = (
            date.fromisoformat(labels[item.source.first][end]) for end in ("earliest", "latest")
        )
        truth[f"{earliest + (latest - earliest) / 2:%Y-%m}"] += 1
    index = make_index(*({"body": item.body or "-", "date": item.to_record()["date"]} for item in items))
    with Searcher(index) as searcher:
        (series,) = over_time(searcher, None, by="month")
    bounds = {point.period: (point.low, point.high) for point in series.points}
    months = sorted(bounds.keys() | truth)
    right = [
        month
        for month in months
        if bounds.get(month, (0, 0))[0] <= truth[month] <= bounds.get(month, (0, 0))[1]
    ]
    assert len(right) >= 0.95 * len(months), sorted(set(months) - set(right))

"""Figures on the whole real page, if it is available."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from work import count_calls

from indexer.dates.dateline import match_date_line
from indexer.dates.resolution import resolve_dates
from indexer.item import ItemDate, RawItem, SourceLines

SHARED = Path(__file__).parents[4] / "shared"
LABELS = SHARED / "eval" / "items_dev.jsonl"

pytestmark = pytest.mark.skipif(not LABELS.exists(), reason="the labelled page is not beside the checkout")


@cache
def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


@cache
def brackets() -> dict[int, dict[str, Any]]:
    rows = (SHARED / "eval" / "undated_dev.jsonl").read_text("utf-8").splitlines()
    return {row["start"]: row for row in map(json.loads, rows)}


@cache
def raw_items() -> tuple[RawItem, ...]:
    lines = (SHARED / "feed" / "news_feed.txt").read_text("utf-8").split("\n")
    return tuple(raw_item(row, lines[row["start"] - 1 : row["end"]]) for row in labelled())


def raw_item(row: dict[str, Any], lines: list[str]) -> RawItem:
    date_text = None
    if row["date_text"]:
        found = match_date_line(lines[0])
        assert found is not None
        date_text = found.text
        lines = [found.rest, *lines[1:]]
    paragraphs = tuple(line for line in lines if line and line != row["title"])
    return RawItem(SourceLines("feed", row["start"], row["end"]), row["title"], paragraphs, date_text)


@cache
def dates() -> tuple[ItemDate | None, ...]:
    return tuple(resolve_dates(raw_items()))


def test_dated_items_get_the_intended_day() -> None:
    """At least 99 in 100 printed, corrected or completed dates are right."""
    right = []
    for row, found in zip(labelled(), dates(), strict=True):
        if row["date_precision"] != "none":
            start = row["date_corrected"] if row.get("date_corrected") else row["date_start"]
            end = row["date_corrected"] if row.get("date_corrected") else row["date_end"]
            right.append(found is not None and (str(found.start), str(found.end)) == (start, end))
    assert sum(right) / len(right) >= 0.99


def test_undated_items_get_valid_estimates() -> None:
    """Each gets one; 93 in 100 overlap the true interval, 90 in 100 name its year, and half are narrow."""
    overlaps, years, widths = [], [], []
    for row, found in zip(labelled(), dates(), strict=True):
        bracket = brackets().get(row["start"])
        if bracket is None:
            continue
        assert found is not None
        assert found.kind == "estimated"
        earliest, latest = date.fromisoformat(bracket["earliest"]), date.fromisoformat(bracket["latest"])
        overlaps.append(found.start <= latest and found.end >= earliest)
        middle = date.fromordinal((found.start.toordinal() + found.end.toordinal()) // 2)
        years.append(middle.year == bracket["best_year"])
        widths.append((found.end - found.start).days + 1)
    assert sum(overlaps) / len(overlaps) >= 0.93
    assert sum(years) / len(years) >= 0.90
    assert sorted(widths)[len(widths) // 2] <= 75


def test_dates_take_few_calls() -> None:
    """Dates are no bottleneck of a build: some thousands of calls an item."""
    items = raw_items()
    calls = count_calls(lambda: resolve_dates(items))
    assert calls < 10_000 * len(items)

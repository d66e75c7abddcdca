"""Texts made to be slow are read, judged and shown in time and memory in proportion to their length."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.countries.mentions import mentions
from indexer.dates.dateline import match_date_line
from indexer.dates.estimate import log_likelihood
from indexer.dates.evidence import find_clues
from indexer.dates.expressions import find_expressions
from indexer.dates.resolve import resolve_dates
from indexer.documents import read_items
from indexer.item import RawItem, SourceLines
from indexer.sources.closing import split_closing
from indexer.sources.titles import title_and_paragraphs
from searcher.highlights import Highlights
from searcher.snippets import snippet

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("line", ["y", "A B C D E F", "click " * 39, "Ferry number 7 sailed at noon. " * 5])
def test_many_lines_in_one_item_take_time_in_proportion(tmp_path: Path, line: str) -> None:
    """Five thousand lines without a date or a closing are not each compared with all lines above."""
    (tmp_path / "x.txt").write_text(f"{line}\n" * 5_000)
    started = time.process_time()
    list(read_items(tmp_path / "x.txt", lambda _skip: None))
    assert time.process_time() - started < 2.5  # it was 4 and more


SLOW_PIECES: dict[str, tuple[Callable[[str], object], str]] = {
    "closings behind which a line goes on": (split_closing, ("Read mor. " * 23 + "Quay\n") * 300),
    "spaces behind a month": (find_expressions, "1 may" + " " * 8_000 + "x"),
    "spaces behind a day": (find_expressions, "may 2" + " " * 8_000 + "x"),
    "spaces behind a label": (match_date_line, ("Posted" + " " * 110 + "1\n") * 3),
    "spaces between languages": (lambda text: mentions([text]), "English" + " " * 8_000 + "French"),
    "days of nothing": (find_expressions, "day " * 4_000),
}


@pytest.mark.parametrize("name", SLOW_PIECES)
def test_no_text_takes_time_by_the_square_of_its_length(name: str) -> None:
    """What could be parted in many ways is not tried in all of them."""
    read_text, text = SLOW_PIECES[name]
    read_text("a first look reads the tables")
    mentions(["Peru"])
    started = time.process_time()
    for line in text.splitlines():
        read_text(line)
    assert time.process_time() - started < 0.5  # each took from 0.9 to 14 seconds


def test_a_paragraph_on_many_lines_is_joined_once() -> None:
    """The lines of a broken paragraph are not copied again with each that follows."""
    started = time.process_time()
    _, paragraphs = title_and_paragraphs(["a lamp " * 40 + "burns"] * 25_000)
    assert len(paragraphs) == 1
    assert time.process_time() - started < 0.7  # it was 2 and more


def test_days_without_a_year_between_full_dates_take_time_in_proportion() -> None:
    """Each day without a year is held against the dates next to it, not against all of the page."""
    items = [
        RawItem(
            SourceLines("x", line, line), "A quay", (), f"{day.day} {day:%B}" + f" {day.year}" * (line % 2)
        )
        for line in range(1, 9_001)
        for day in [date(2020, 1, 1) - timedelta(days=line)]
    ]
    started = time.process_time()
    dates = resolve_dates(items, ordered=True)
    assert time.process_time() - started < 1.2  # it was 1.7
    assert [found.start for found in dates if found] == [
        date(2020, 1, 1) - timedelta(days=line) for line in range(1, 9_001)
    ]


def test_the_order_of_a_page_is_judged_in_little_memory() -> None:
    """Which way a page without dates runs is told while one item at a time is weighed."""
    clues = [find_clues(None, ["On 3 May 2018 the quay opened."])] * 200
    tracemalloc.start()
    try:
        log_likelihood(clues)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 19  # it was 2 MB


def test_a_word_said_a_hundred_thousand_times_is_shown_soon() -> None:
    """A passage is found in one walk over its matches, however many they are."""
    highlights = Highlights()
    highlights.terms["en"].add("lamp")
    started = time.process_time()
    shown = snippet("lamp " * 100_000, ["en"], highlights)
    assert shown.startswith("**lamp** **lamp**")
    assert time.process_time() - started < 6  # it was many minutes

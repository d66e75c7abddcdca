"""Texts made to be slow are read, analyzed and shown in time and memory proportional to their length."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from work import assert_in_proportion, count_calls, peak, stop_if_it_hangs

from indexer.countries.country_mentions import find_countries
from indexer.dates.date_evidence import find_clues
from indexer.dates.dateline import match_date_line
from indexer.dates.estimation import log_likelihood
from indexer.dates.expressions import find_expressions
from indexer.dates.resolution import resolve_dates
from indexer.documents import read_items
from indexer.item import RawItem, SourceLines
from indexer.sources.page.item_boundaries import title_and_paragraphs
from indexer.sources.page.line_kinds import split_closing
from searcher.snippets import snippets
from searcher.term_matcher import Highlights


@pytest.mark.slow
@pytest.mark.parametrize("line", ["y", "A B C D E F", "click " * 39, "Ferry number 7 sailed at noon. " * 5])
def test_many_lines_in_one_item_take_linear_time(tmp_path: Path, line: str) -> None:
    """Lines without a date or a closing are not each compared with all lines above."""

    def read(lines: int) -> Callable[[], object]:
        source = tmp_path / f"{lines}.txt"
        source.write_text(f"{line}\n" * lines)
        return lambda: list(read_items(source, lambda _skip: None))

    assert_in_proportion(read, 500)


# In quadratic time each would take from a quarter of an hour to hours.
SLOW_PIECES: dict[str, tuple[Callable[[str], object], str]] = {
    "spaces behind a month": (find_expressions, "1 may" + " " * 250_000 + "x"),
    "spaces behind a day": (find_expressions, "may 2" + " " * 250_000 + "x"),
    "spaces behind a label": (match_date_line, "Posted" + " " * 100_000 + "1"),
    "spaces between languages": (lambda text: find_countries([text]), "English" + " " * 250_000 + "French"),
    "days of nothing": (find_expressions, "day " * 60_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_PIECES)
def test_no_text_takes_quadratic_time(name: str) -> None:
    """Text that could be split in many ways is not tried in all of them."""
    read_text, text = SLOW_PIECES[name]
    with stop_if_it_hangs():
        read_text(text)


def test_a_closing_is_matched_once_in_each_sentence() -> None:
    """In a line with many sentences that are nearly closings, each is read once, from the end."""
    sentences = 23  # as many as the longest closing may begin before
    text = "Read mor. " * sentences + "Quay"
    assert count_calls(lambda: split_closing(text)) < 200 * sentences


def test_lines_of_a_paragraph_are_concatenated_once() -> None:
    """The lines of a broken paragraph are not copied again for each following one, which would take hours."""
    lines = ["a lamp " * 40 + "burns"] * 250_000
    with stop_if_it_hangs():
        _, paragraphs = title_and_paragraphs(lines)
    assert len(paragraphs) == 1


@pytest.mark.slow
def test_days_without_a_year_take_linear_time() -> None:
    """Each day without a year is compared with neighbouring dates, not with all dates of the page."""
    days = [date(2020, 1, 1) - timedelta(days=line) for line in range(1, 4_001)]
    items = [
        RawItem(
            SourceLines("x", line, line), "A quay", (), f"{day.day} {day:%B}" + f" {day.year}" * (line % 2)
        )
        for line, day in enumerate(days, start=1)
    ]
    assert_in_proportion(lambda many: lambda: resolve_dates(items[:many]), 1_000)
    assert [found.start for found in resolve_dates(items) if found] == days


def test_the_order_of_a_page_is_inferred_in_little_memory() -> None:
    """The direction of a page without dates is inferred with one item in memory at a time."""
    clues = [find_clues(None, ["On 3 May 2018 the quay opened."])] * 200
    assert peak(lambda: log_likelihood(clues)) < 1 << 19  # it was 2 MB


@pytest.mark.slow
def test_a_snippet_of_a_word_repeated_100_000_times_is_fast() -> None:
    """A snippet is found in one pass over its matches, however many they are."""
    highlights = Highlights()
    highlights.terms["en"].add("lamp")

    def shown(words: int) -> str:
        return snippets([("lamp " * words, ("en",))], highlights)[0]

    assert shown(100_000).startswith("**lamp** **lamp**")
    assert_in_proportion(lambda words: lambda: shown(words), 1_000)

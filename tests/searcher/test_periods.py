"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import QueryError
from searcher.periods import parse_interval, parse_period, parse_span


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2018-3", "2018-03-01", "2018-03-31"),
        (" 2018-03-05 ", "2018-03-05", "2018-03-05"),
        ("31/12/2018", "2018-12-31", "2018-12-31"),
        ("12/31/2018", "2018-12-31", "2018-12-31"),
        ("4.3.2018", "2018-03-04", "2018-03-04"),
        ("March 2018", "2018-03-01", "2018-03-31"),
        ("5 de marzo de 2018", "2018-03-05", "2018-03-05"),
    ],
)
def test_a_period_spans_all_its_days(text: str, first: str, last: str) -> None:
    """A year, a month and a day span their usual days."""
    days = tuple(date.fromisoformat(day).toordinal() for day in (first, last))
    assert parse_period(text, "--from") == days


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2018",
        "18",
        "1520208000",
        "2018-03-05T00:00",
        "24 Dec 18",
        "March 2018 or so",
        "²018",
        "2018-",
        "yesterday",
    ],
)
def test_an_invalid_period_is_an_error_that_names_the_formats(text: str) -> None:
    """A date that cannot be read is refused with the three formats that can."""
    with pytest.raises(QueryError, match="write 2018, 2018-03 or 2018-03-05") as caught:
        parse_period(text, "--from")
    assert text in str(caught.value)


def test_an_ambiguous_date_is_an_error_that_names_both_days() -> None:
    """No convention is assumed: in digits day and month can be in either order."""
    with pytest.raises(QueryError, match=r"^“05/03/2018” may be 2018-03-05 or 2018-05-03; say for --to"):
        parse_period("05/03/2018", "--to")


@pytest.mark.parametrize("text", ["2018-2020", "2018..2020", "2018 – 2020", "2018/2020"])
def test_two_dates_are_refused_with_the_syntax_of_an_interval(text: str) -> None:
    """--from takes one date; in a query two have dots between them."""
    with pytest.raises(QueryError, match=r"two are written date_from 2018 and date_to 2020$"):
        parse_period(text, "--from")
    if ".." not in text:
        with pytest.raises(QueryError, match=r"two are written date:2018\.\.2020$"):
            parse_span(text)


@pytest.mark.parametrize("text", ["2018-02-31", "2018-13", "2018-00", "2018-03-00", "2018-0", "0000"])
def test_a_day_that_does_not_exist_is_an_error(text: str) -> None:
    """A well-formed date outside the calendar is refused, never rolled over."""
    with pytest.raises(QueryError, match="no day"):
        parse_period(text, "--to")


def test_an_interval_that_ends_before_it_begins_is_an_error() -> None:
    """Swapped ends are reported, not answered with nothing."""
    with pytest.raises(QueryError, match="swap"):
        parse_interval("2019", "2018-12")


@pytest.mark.parametrize(("date_from", "date_to"), [("", None), (None, ""), ("2018", " ")])
def test_an_empty_date_is_an_error(date_from: str | None, date_to: str | None) -> None:
    """An empty ``--from`` or ``--to`` (an unset variable of a script) is refused, not ignored."""
    with pytest.raises(QueryError, match="is no date"):
        parse_interval(date_from, date_to)


def test_either_end_may_be_open() -> None:
    """``--from`` or ``--to`` alone leaves the other end open."""
    assert parse_interval("2018", None) == (date(2018, 1, 1).toordinal(), None)
    assert parse_interval(None, "2018") == (None, date(2018, 12, 31).toordinal())
    assert parse_span("..2018") == (None, date(2018, 12, 31).toordinal())
    assert parse_span("2018..") == (date(2018, 1, 1).toordinal(), None)


@pytest.mark.parametrize("text", ["..", "2019..2018", "x..2018"])
def test_an_empty_span_is_an_error(text: str) -> None:
    """``date:`` needs at least one date, in order."""
    with pytest.raises(QueryError):
        parse_span(text)


@given(st.dates())
def test_every_day_is_read_back(day: date) -> None:
    """The ISO form of any day is that day."""
    assert parse_period(day.isoformat(), "date:") == (day.toordinal(), day.toordinal())

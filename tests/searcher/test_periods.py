"""Periods as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from searcher import QueryError
from searcher.periods import parse_interval, parse_period, parse_span


def days(*texts: str) -> tuple[int, ...]:
    """Return the numbers of days."""
    return tuple(date.fromisoformat(text).toordinal() for text in texts)


@by_table
def test_a_period_spans_all_its_days(text: str, first: str, last: str) -> None:
    """A year, a month and a day span their usual days."""
    assert parse_period(text, "--from") == days(first, last)


@by_table
def test_an_invalid_period_is_an_error(text: str, message: str) -> None:
    """It names the formats, both days of an ambiguous date, or how two dates are written; none rolls over."""
    with pytest.raises(QueryError, match=message):
        parse_period(text, "--from")


@pytest.mark.parametrize("text", ["2018-2020", "2018 – 2020", "2018/2020"])
def test_two_dates_are_refused_with_the_syntax_of_an_interval(text: str) -> None:
    """In a query two dates have dots between them."""
    with pytest.raises(QueryError, match=r"write two as date:2018\.\.2020$"):
        parse_span(text)


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2019", "2018-12", "swap"),  # not answered with nothing
        ("", None, "is not a date"),  # an unset variable of a script
        (None, "", "is not a date"),
        ("2018", " ", "is not a date"),
    ],
)
def test_an_invalid_interval_is_an_error(first: str | None, last: str | None, message: str) -> None:
    """Swapped and empty ends are refused."""
    with pytest.raises(QueryError, match=message):
        parse_interval(first, last)


def test_either_end_may_be_open() -> None:
    """``--from`` or ``--to`` alone leaves the other end open; ``date:`` needs one date, in order."""
    assert parse_interval("2018", None) == parse_span("2018..") == (*days("2018-01-01"), None)
    assert parse_interval(None, "2018") == parse_span("..2018") == (None, *days("2018-12-31"))
    for text in ("..", "2019..2018", "x..2018"):
        with pytest.raises(QueryError):
            parse_span(text)


@given(st.dates())
def test_every_day_is_read_back(day: date) -> None:
    """The ISO form of any day is that day."""
    assert parse_period(day.isoformat(), "date:") == (day.toordinal(), day.toordinal())

"""Periods as people write them."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from searcher import QueryError, Searcher
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
    with pytest.raises(QueryError, match=r"write a range as date:2018\.\.2020"):
        parse_span(text)


@by_table
def test_an_invalid_interval_is_an_error(first: str | None, last: str | None, message: str) -> None:
    """Swapped and empty ends are refused."""
    with pytest.raises(QueryError, match=message):
        parse_interval(first, last)


def test_either_end_may_be_open() -> None:
    """``--from`` or ``--to`` alone leaves one end open; ``date:`` needs a date, and two in order."""
    assert parse_interval("2018", None) == parse_span("2018..") == (*days("2018-01-01"), None)
    assert parse_interval(None, "2018") == parse_span("..2018") == (None, *days("2018-12-31"))
    for text in ("..", "2019..2018", "x..2018"):
        with pytest.raises(QueryError):
            parse_span(text)


@given(st.dates())
def test_every_day_is_read_back(day: date) -> None:
    """The ISO form of any day is that day."""
    assert parse_period(day.isoformat(), "date:") == (day.toordinal(), day.toordinal())


ESTIMATE = {"start": "2012-03-05", "end": "2012-03-25", "kind": "estimated"}
RECORDS = (
    {"id": "named", "body": "The bridge was opened in March 2012, after years", "date": "2014-01-02"},
    {"id": "guess", "body": "The bridge is nearly ready", "date": ESTIMATE},
    {"id": "maize", "body": "The price of corn and maize, and the trade mark", "date": "2020-05-07"},
    {"id": "may", "body": "The fair of May 2020", "date": "2020-06-01"},
)
OFFER = (
    "no item has an exact date in “{}”; to find items with an estimated date in that period, "
    "use date:2012-03 --estimated"
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of items that are dated, estimated, or name a month."""
    with Searcher(make_shared_index(*RECORDS)) as searcher:
        yield searcher


@pytest.mark.parametrize("query", ["marzo de 2012", "mars 2012", "en mars 2012", "March 2012"])
def test_months_match_their_names_in_any_language(searcher: Searcher, query: str) -> None:
    """The item that names the month is first; nothing is corrected, and estimated dates are offered."""
    results = searcher.search(query)
    assert results.hits[0].id == "named"
    assert (results.suggestion, results.unmatched) == (None, ())
    offers = [text for kind, text in results.notes if kind == "date_estimated"]
    assert offers == [OFFER.format(query.removeprefix("en "))]
    assert [one["to"] for one in results.expansions] == ([] if query == "March 2012" else [["March"]])
    estimated = searcher.search(query, estimated=True)
    assert {hit.id for hit in estimated.hits} >= {"named", "guess"}
    assert "date_estimated" not in [kind for kind, _ in estimated.notes]


def test_a_month_with_a_year_is_no_other_word(searcher: Searcher) -> None:
    """French *mai* with a year is May, not maize; items of the date are first; *marzo* alone finds March."""
    results = searcher.search("mai 2020")
    assert [hit.id for hit in results.hits[:2]] == ["maize", "may"]
    assert results.expansions == ({"from": "mai", "to": ["May"]},)
    assert results.hits[0].via == ("typed",)  # by its date
    assert (alone := searcher.search("marzo")).hits[0].id == "named"
    assert (alone.suggestion, alone.unmatched) == (None, ())
    assert "corn" not in str(searcher.search("mai").expansions)

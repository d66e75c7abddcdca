"""Stated dates: the day in the stated time zone, in any format; anything else is no date."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.sources.stated_date import day_comes_first, read_date, read_day

STATED = [1520244000, 1520244000.5, date(2018, 3, 5), datetime(2018, 3, 5, 23, 59, tzinfo=UTC)]


@by_table
def test_a_stated_day_is_read(stated: str) -> None:
    """ISO 8601, mail dates, seconds since 1970, words of three languages: the day in the stated zone."""
    assert {read_day(one) for one in (stated, *STATED)} == {date(2018, 3, 5)}


@by_table
def test_a_period_has_all_its_days(stated: str, start: str, end: str) -> None:
    """A month or a year is all of its days, and not a single one."""
    found = read_date(stated)
    assert found is not None
    assert found.to_record() == {"start": start, "end": end, "kind": "printed"}
    assert read_day(stated) is None


OTHERS = [None, True, 0, [], float("inf"), float("nan"), "9" * 400]


@by_table
def test_other_values_are_no_dates(stated: str) -> None:
    """Words, impossible days, the zero of a clock and ambiguous numbers give no date."""
    assert {read_date(one) for one in (stated, *OTHERS)} == {None}


def test_the_order_of_numeric_dates_is_learnt() -> None:
    """A day above twelve shows the order for all; if values disagree there is no common order."""
    assert day_comes_first(["12/03/2018", "13/03/2018 10:00", 5, "x"]) is True
    assert day_comes_first(["03/13/2018"]) is False
    assert day_comes_first(["12/03/2018"]) is None
    assert day_comes_first(["03/13/2018", "13/03/2018"]) is None
    assert read_day("12/03/2018", day_first=True) == date(2018, 3, 12)
    assert read_day("12/03/18", day_first=False) == date(2018, 12, 3)
    assert read_day("13/03/2018") == date(2018, 3, 13)


@given(
    st.text(alphabet="0123456789-/.: TZ+marzo", max_size=30)
    | st.text(max_size=20)
    | st.floats()
    | st.integers()
)
def test_any_value_is_a_date_or_none(stated: object) -> None:
    """No value raises an error, and every date is within the years of news."""
    found = read_date(stated)
    assert found is None or (found.start <= found.end and 1000 <= found.start.year < 3000)

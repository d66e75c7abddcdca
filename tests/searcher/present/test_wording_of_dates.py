from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_results import day
from tables import by_table

from searcher.present.wording import date_in_brief, date_in_full, period


@by_table
def test_an_interval_is_written_briefly_and_exactly(start: str, end: str, words: str) -> None:
    """An interval is written as briefly as is exact."""
    assert period(date.fromisoformat(start), date.fromisoformat(end)) == words


@given(first=st.dates(), second=st.dates())
def test_different_periods_have_different_words(first: date, second: date) -> None:
    """The words for an interval never fit another one with the same start or end."""
    start, end = sorted((first, second))
    if start < end:
        assert len({period(start, end), period(start, start), period(end, end)}) == 3


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, "no date"),
        (day("2018-03-14"), "14 Mar 2018"),
        (day("2020-03-26", "corrected"), "26 Mar 2020 (corrected)"),
        (day("2018-10-06", "inferred"), "6 Oct 2018 (year inferred)"),
        (day("2011-09-03", "estimated", "2011-11-12"), "≈ Sep–Nov 2011 (estimated)"),
        (day("2011-09-20", "estimated", "2011-10-02"), "≈ 20 Sep–2 Oct 2011 (estimated)"),
        (day("2011-09-03", "estimated"), "≈ 3 Sep 2011 (estimated)"),
    ],
)
def test_a_list_marks_estimated_dates(when: object, words: str) -> None:
    """A long estimate is rounded outward to whole months."""
    assert date_in_brief(when) == words  # type: ignore[arg-type] # an ItemDate or None


def test_a_full_date_explains_an_estimate() -> None:
    """The full form of an estimate has its days, and states that no date is printed."""
    assert date_in_full(day("2011-09-03", "estimated", "2011-11-12")) == (
        "≈ 3 Sep–12 Nov 2011 (estimated: no date is printed; the true day should lie within)"
    )

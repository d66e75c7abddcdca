from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_results import day

from searcher.present.wording import date_in_brief, date_in_full, period


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2018-03-14", "2018-03-14", "14 Mar 2018"),
        ("2016-11-28", "2016-11-30", "28–30 Nov 2016"),
        ("2017-02-28", "2017-03-02", "28 Feb–2 Mar 2017"),
        ("2016-12-30", "2017-01-02", "30 Dec 2016–2 Jan 2017"),
        ("2012-02-01", "2012-02-29", "Feb 2012"),
        ("2012-02-01", "2012-02-28", "1–28 Feb 2012"),
        ("2011-09-01", "2011-11-30", "Sep–Nov 2011"),
        ("2010-11-01", "2011-02-28", "Nov 2010–Feb 2011"),
        ("2011-01-01", "2011-12-31", "2011"),
        ("2011-01-01", "2013-12-31", "2011–2013"),
        ("9999-12-01", "9999-12-31", "Dec 9999"),
    ],
)
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

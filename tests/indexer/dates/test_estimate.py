from __future__ import annotations

from datetime import date, timedelta

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dates.date_evidence import find_clues
from indexer.dates.date_grammar import Days
from indexer.dates.estimation import Run, estimate_alone, estimate_run


def around(text: str, above: date | None, below: date | None) -> tuple[date, date]:
    run = Run(
        [find_clues(None, [text])],
        above.toordinal() if above else None,
        below.toordinal() if below else None,
    )
    intervals = estimate_run(run)
    assert intervals is not None
    start, end = intervals[0]
    return date.fromordinal(start), date.fromordinal(end)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("From 3 to 5 March 2008, cooks from six schools met.", date(2008, 3, 3), date(2008, 5, 1)),
        ("Les 3 et 4 mars, des cuisiniers se sont réunis.", date(2008, 3, 3), date(2008, 6, 20)),
        ("El encuentro tuvo lugar el 5 de marzo en Lima.", date(2008, 3, 3), date(2008, 6, 20)),
        ("In March 2008 the kitchen was painted.", date(2008, 3, 1), date(2008, 7, 10)),
        ("Today, 5 March, the kitchen opened.", date(2008, 3, 3), date(2008, 3, 10)),
        ("Bergen, 5 March 2008 - The kitchen opened.", date(2008, 3, 3), date(2008, 4, 1)),
        ("The fair will be held on 5 March 2008.", date(2007, 10, 1), date(2008, 3, 25)),
    ],
)
def test_an_item_is_published_where_its_text_puts_it(text: str, first: date, last: date) -> None:
    """After what happened, before what will happen, on the day that is called today."""
    start, end = around(text, date(2008, 8, 1), date(2007, 10, 1))
    slack = timedelta(days=7)  # a text may be misread, so that the ends fade
    assert first - slack <= start <= end <= last + slack


def test_dates_far_apart_leave_a_wide_interval() -> None:
    """Where the text says nothing, the interval spans most of the time between the neighbours."""
    start, end = around("The kitchen has a new cook.", date(2009, 2, 1), date(2007, 4, 1))
    assert (end - start).days > 300


def test_a_run_without_any_hold_is_not_estimated() -> None:
    """Neither neighbours nor texts: nothing is said."""
    assert estimate_run(Run([[], []])) is None


def test_a_far_away_date_does_not_blur_the_others() -> None:
    """A text that names the year 1650 leaves the intervals of the page narrow."""
    texts = ["On 5 May 2008 cooks met.", "The hall of 1650 is cold.", "On 1 April 2008 cooks met."]
    intervals = estimate_run(Run([find_clues(None, [text]) for text in texts]))
    assert intervals is not None
    assert all(end - start < 90 for start, end in intervals)


def test_standing_alone_only_news_with_its_full_date_counts() -> None:
    """Without neighbours a date needs its year, and history is no news."""
    assert estimate_alone(find_clues(None, ["On 5 May 2008 cooks met."])) is not None
    assert estimate_alone(find_clues(None, ["On 5 May cooks met."])) is None
    assert estimate_alone(find_clues(None, ["Under the act of 5 May 2008 cooks are free."])) is None


def test_days_that_a_year_lacks_are_in_no_period() -> None:
    """29 February exists in leap years alone, and no period leaves the calendar."""
    leap = Days(29, 2, 29, 2, None)
    assert leap.in_year(2007) is None
    assert leap.in_year(2008) is not None
    assert leap.in_year(10_000) is None


@settings(max_examples=examples(40))
@given(
    st.lists(
        st.sampled_from(["", "On 5 May 2008 cooks met.", "on 1 April", "since 1900", "by the end of 2030"]),
        min_size=1,
        max_size=8,
    ),
    st.one_of(st.none(), st.dates(date(1, 1, 1), date(9999, 12, 31))),
    st.one_of(st.none(), st.dates(date(1, 1, 1), date(9999, 12, 31))),
)
def test_any_run_gets_one_interval_for_each_item(
    texts: list[str], above: date | None, below: date | None
) -> None:
    """Whatever the neighbours, each item gets an interval that runs forward within the calendar."""
    run = Run(
        [find_clues(None, [text]) for text in texts],
        above.toordinal() if above else None,
        below.toordinal() if below else None,
    )
    intervals = estimate_run(run)
    if intervals is not None:
        assert len(intervals) == len(texts)
        assert all(1 <= start <= end <= date.max.toordinal() for start, end in intervals)

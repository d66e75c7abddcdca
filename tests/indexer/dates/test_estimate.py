from datetime import date, timedelta

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.dates.date_evidence import find_clues
from indexer.dates.date_grammar import Days
from indexer.dates.estimation import UndatedRun, estimate_alone, estimate_run


def around(text: str, above: date | None, below: date | None) -> tuple[date, date]:
    run = UndatedRun(
        [find_clues(None, [text])], above.toordinal() if above else None, below.toordinal() if below else None
    )
    intervals = estimate_run(run)
    assert intervals is not None
    start, end = intervals[0]
    return date.fromordinal(start), date.fromordinal(end)


@by_table
def test_an_item_is_published_when_its_text_implies(text: str, first: str, last: str) -> None:
    """An item is dated after past events, before future ones, on the day called today."""
    start, end = around(text, date(2008, 8, 1), date(2007, 10, 1))
    slack = timedelta(days=7)  # a text may be misread, so that the ends are soft
    assert date.fromisoformat(first) - slack <= start <= end <= date.fromisoformat(last) + slack


def test_distant_dates_leave_a_wide_interval() -> None:
    """Without evidence in the text, the interval spans most of the time between the neighbours."""
    start, end = around("The kitchen has a new cook.", date(2009, 2, 1), date(2007, 4, 1))
    assert (end - start).days > 300


def test_a_run_without_evidence_is_not_estimated() -> None:
    """Without neighbours and dates in texts there is no estimate."""
    assert estimate_run(UndatedRun([[], []])) is None


def test_a_distant_date_does_not_widen_the_intervals() -> None:
    """A text that names the year 1650 leaves the intervals of the page narrow."""
    texts = ["On 5 May 2008 cooks met.", "The hall of 1650 is cold.", "On 1 April 2008 cooks met."]
    intervals = estimate_run(UndatedRun([find_clues(None, [text]) for text in texts]))
    assert intervals is not None
    assert all(end - start < 90 for start, end in intervals)


def test_a_single_item_needs_news_with_a_full_date() -> None:
    """Without neighbours a date needs its year, and history does not count."""
    assert estimate_alone(find_clues(None, ["On 5 May 2008 cooks met."])) is not None
    assert estimate_alone(find_clues(None, ["On 5 May cooks met."])) is None
    assert estimate_alone(find_clues(None, ["Under the act of 5 May 2008 cooks are free."])) is None


def test_days_that_a_year_lacks_are_in_no_period() -> None:
    """29 February exists in leap years only, and no period leaves the calendar."""
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
    """With any neighbours, each item gets an interval that runs forward within the calendar."""
    run = UndatedRun(
        [find_clues(None, [text]) for text in texts],
        above.toordinal() if above else None,
        below.toordinal() if below else None,
    )
    intervals = estimate_run(run)
    if intervals is not None:
        assert len(intervals) == len(texts)
        assert all(1 <= start <= end <= date.max.toordinal() for start, end in intervals)

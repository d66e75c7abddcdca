from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.dates.date_grammar import Days
from indexer.dates.resolution import correct_years, infer_year, is_oldest_first, longest_descending, start_of


def line(day: date, year: int | None = None) -> Days:
    return Days(day.day, day.month, day.day, day.month, year or day.year)


@by_table
def test_a_year_that_breaks_a_proven_order_is_corrected(rule: str, days: str, mended: dict[int, int]) -> None:
    """A year with wrong digits between agreeing neighbours is corrected; other disorder is not."""
    assert correct_years([line(date.fromisoformat(day)) for day in days.split()]) == mended, rule


@given(
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.lists(st.integers(1, 40), min_size=6, max_size=40),
    st.data(),
)
def test_one_wrong_decade_in_an_ordered_page_is_corrected(
    newest: date, gaps: list[int], data: st.DataObject
) -> None:
    """On any page in order, one year with a wrong decade is restored, and nothing else changes."""
    days = [newest]
    for gap in gaps:
        days.append(days[-1] - timedelta(days=gap))
    place = data.draw(st.integers(1, len(days) - 2))
    broken = days[place].year + data.draw(st.sampled_from([-20, 20]))
    if days[place].month == 2 and days[place].day == 29:
        return
    lines = [line(day) for day in days]
    lines[place] = line(days[place], broken)
    assert correct_years(lines) == {place: days[place].year}


@by_table
def test_a_missing_year_comes_from_the_neighbours(
    day: int, month: int, above: str | None, below: str | None, year: int | None
) -> None:
    """The year puts the day between its neighbours, also across the end of a year; without any, none."""
    days = [one and date.fromisoformat(one).toordinal() for one in (above, below)]
    assert infer_year(Days(day, month, day, month, None), *days) == year


@given(st.lists(st.integers(700_000, 740_000), max_size=60))
def test_the_dates_in_order_never_rise(days: list[int]) -> None:
    """The dates in order never rise down the page, and there is one if there are dates."""
    row = [days[position] for position in longest_descending(days)]
    assert row == sorted(row, reverse=True)
    assert bool(row) == bool(days)


def test_the_direction_of_a_page_is_found_from_its_dates() -> None:
    """A page that mostly rises is oldest first, in spite of a misprint."""
    rising = [start_of(line(date(year, 5, 1))) for year in (2001, 2002, 1903, 2004, 2005)]
    assert is_oldest_first(rising)
    assert not is_oldest_first(rising[::-1])

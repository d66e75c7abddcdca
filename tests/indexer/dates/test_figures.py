import pytest
from tables import by_table

from indexer.dates.dateline import day_comes_first, match_date_line


@by_table
def test_a_day_above_twelve_shows_the_order(lines: list[str], *, order: bool | None) -> None:
    """One day above twelve shows the order for all; none, or two that disagree, leaves it open."""
    assert day_comes_first(lines) is order


@pytest.mark.parametrize(
    ("line", "day_first", "day", "month"),
    [("05/03/2018", True, 5, 3), ("05/03/2018", False, 3, 5), ("Fecha: 5.3.2018 14:30", True, 5, 3)],
)
def test_numeric_dates_are_read_in_the_order_of_the_page(
    line: str, *, day_first: bool, day: int, month: int
) -> None:
    """A numeric date line is a day in the page's own order."""
    found = match_date_line(line, day_first=day_first)
    assert found is not None
    assert (found.start_day, found.start_month, found.year, found.rest) == (day, month, 2018, "")


@pytest.mark.parametrize("line", ["05/03/2018", "05/03.2018", "45/03/2018", "05/03/20181"])
def test_numeric_dates_without_a_known_order_are_no_dates(line: str) -> None:
    """Without an order, or in a form that is no date, numbers are no date."""
    assert match_date_line(line) is None
    assert line == "05/03/2018" or match_date_line(line, day_first=True) is None

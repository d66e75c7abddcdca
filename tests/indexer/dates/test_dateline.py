from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.dates.dateline import day_comes_first, match_date_line


@by_table
def test_a_line_of_only_a_date_is_a_date_line(
    line: str, days: tuple[int, int, int, int], year: int | None
) -> None:
    """A date in any of the three languages is read whole, and the rest of the line is empty."""
    found = match_date_line(line)
    assert found is not None
    assert (found.start_day, found.start_month, found.end_day, found.end_month) == days
    assert (found.year, found.rest) == (year, "")


@by_table
def test_a_line_without_a_date_at_its_start_is_no_date_line(line: str) -> None:
    """Impossible days, months without a day, and sentences are no date lines."""
    assert match_date_line(line) is None


@by_table
def test_the_rest_of_a_date_line_is_returned(line: str, text: str, rest: str) -> None:
    """A date line that continues with a title is split."""
    found = match_date_line(line)
    assert found is not None
    assert (found.text, found.rest) == (text, rest)


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


@given(
    st.dates(date(1950, 1, 1), date(2049, 12, 31)),
    st.sampled_from(sorted(_MONTHS)),
    st.sampled_from(
        ["{d} {m} {y}", "{d} de {m} de {y}", "{m} {d}, {y}", "{d:02} {m} {y}:", " {d}  {m}\u00a0{y} "]
    ),
    st.sampled_from(["as written", "capitals"]),
)
def test_every_day_is_read_in_every_language_and_format(
    day: date, language: str, form: str, letters: str
) -> None:
    """Any day, in any usual format, in capitals or not, is read as that day."""
    line = form.format(d=day.day, m=_MONTHS[language].split()[day.month - 1], y=day.year)
    found = match_date_line(line.upper() if letters == "capitals" else line)
    assert found is not None
    assert (found.end_day, found.end_month, found.year, found.rest) == (day.day, day.month, day.year, "")


@given(st.text(max_size=200))
def test_any_line_can_be_read(line: str) -> None:
    """No line raises an error, and a result is a possible day."""
    found = match_date_line(line)
    assert found is None or 1 <= found.start_day <= 31


@by_table
def test_a_day_above_twelve_shows_the_order(lines: list[str], *, order: bool | None) -> None:
    """One day above twelve shows the order for all; none, or two that disagree, leaves it open."""
    assert day_comes_first(lines) is order


@by_table
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

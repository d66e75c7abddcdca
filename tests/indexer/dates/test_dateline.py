from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates.dateline import match_date_line


@pytest.mark.parametrize(
    ("line", "days", "year"),
    [
        ("4 June 1999", (4, 6, 4, 6), 1999),
        ("04 June 1999", (4, 6, 4, 6), 1999),
        ("7-9 April 2003", (7, 4, 9, 4), 2003),
        ("7 – 9 April 2003", (7, 4, 9, 4), 2003),
        ("7—9 April 2003:", (7, 4, 9, 4), 2003),
        ("30 August - 3 September 2004", (30, 8, 3, 9), 2004),
        ("29 December - 2 January 2004", (29, 12, 2, 1), 2004),
        ("29 December 2003 - 2 January 2004", (29, 12, 2, 1), 2004),
        ("14 July", (14, 7, 14, 7), None),
        ("8 de agosto de 2009", (8, 8, 8, 8), 2009),
        ("8 agosto 2009", (8, 8, 8, 8), 2009),
        ("8 setiembre 2009", (8, 9, 8, 9), 2009),
        ("martes, 8 de septiembre del 2009", (8, 9, 8, 9), 2009),
        ("1er août 2010", (1, 8, 1, 8), 2010),
        ("1er aout 2010", (1, 8, 1, 8), 2010),
        ("1er aou\u0302t 2010", (1, 8, 1, 8), 2010),
        ("le 11 décembre 2010", (11, 12, 11, 12), 2010),
        ("5 et 6 mars 2010", (5, 3, 6, 3), 2010),
        ("November 2, 2001", (2, 11, 2, 11), 2001),
        ("Friday, 2 November 2001 |", (2, 11, 2, 11), 2001),
        ("2\u00a0November\u00a02001\u00a0", (2, 11, 2, 11), 2001),
        ("2 Nov. 2001", (2, 11, 2, 11), 2001),
        ("2001-11-02", (2, 11, 2, 11), 2001),
        ("Posted on 2 November 2001", (2, 11, 2, 11), 2001),
        ("PUBLISHED: November 2, 2001", (2, 11, 2, 11), 2001),
        ("Date: 2001-11-02", (2, 11, 2, 11), 2001),
        ("Publicado el viernes 2 de noviembre de 2001", (2, 11, 2, 11), 2001),
        ("Publié le : 2 novembre 2001", (2, 11, 2, 11), 2001),
        ("2 November 2001, 14:30", (2, 11, 2, 11), 2001),
        ("2 November 2001 at 2 pm", (2, 11, 2, 11), 2001),
        ("2 November 2001 | 9.30 a.m.", (2, 11, 2, 11), 2001),
        ("2 de noviembre de 2001 a las 14:30 hrs.", (2, 11, 2, 11), 2001),
        ("2 novembre 2001 à 18h", (2, 11, 2, 11), 2001),
        ("2 novembre 2001 - 18h30", (2, 11, 2, 11), 2001),
        ("2001-11-02 14:30:05 UTC", (2, 11, 2, 11), 2001),
    ],
)
def test_a_line_of_only_a_date_is_a_date_line(
    line: str, days: tuple[int, int, int, int], year: int | None
) -> None:
    """A date in any of the three languages is read whole, and the rest of the line is empty."""
    found = match_date_line(line)
    assert found is not None
    assert (found.start_day, found.start_month, found.end_day, found.end_month) == days
    assert (found.year, found.rest) == (year, "")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "The harbour opened on 4 June 1999",
        "31 February 2011",
        "29 February 2011",
        "0 May 2011",
        "12-10 May 2011",
        "40 schools took part",
        "30 set out in the morning",
        "12 may apply for a place",
        "Marching 5 miles",
        "June 2011",
        "From 3 to 5 May 2018, the harbour was closed",
        "3 March 1999 to 2 May 2001",
    ],
)
def test_a_line_without_a_date_at_its_start_is_no_date_line(line: str) -> None:
    """Impossible days, months without a day, and sentences are no date lines."""
    assert match_date_line(line) is None


@pytest.mark.parametrize(
    ("line", "text", "rest"),
    [
        ("4 June 1999 - The harbour opens", "4 June 1999", "The harbour opens"),
        ("4 June 1999 | News", "4 June 1999", "News"),
        ("4 June 1999The harbour opens", "4 June 1999", "The harbour opens"),
        ("4 de junio: Abre el puerto", "4 de junio", "Abre el puerto"),
    ],
)
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

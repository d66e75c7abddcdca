"""Bars, maps and drawings over time on the page: what they count, name and leave out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html
from page_reading import client_of, counts_of, page_of, words

from searcher.web.page import charts
from searcher.web.page.charts import HEIGHT, WIDEST
from searcher.web.page.messages import LANGUAGES, reader_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def client(sample_index: Path) -> TestClient:
    return client_of(sample_index)


def test_countries_of_equal_counts_follow_their_names(make_index: Callable[..., Path]) -> None:
    """Checkboxes, bars and the report have them by alphabet in the reader's language, accents or not."""
    items = [
        {"id": code, "title": "Ferry", "body": f"Ferry number {at}", "countries": [code]}
        for at, code in enumerate(("AT", "DE", "ES", "ET", "FI", "ZA"))
    ]
    client = client_of(make_index(*items, {"id": "more", "body": "A ferry again", "countries": ["FI"]}))
    orders = {"en": "FI AT ET DE ZA ES", "es": "FI DE AT ES ET ZA", "fr": "FI ZA DE AT ES ET"}
    for ui, order in orders.items():
        named = [reader_of(ui).country(code) for code in order.split()]
        page = page_of(client, f"/search?q=ferry&group=0&ui={ui}")
        assert list(counts_of(page)["country"]) == order.split()
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == named
        report = page_of(client, f"/report?q=ferry&group=0&ui={ui}")
        assert [words(one) for one in report.xpath("(//div[@class='counts']//tbody)[1]//th")] == named


def test_an_archive_without_a_date_has_its_countries_drawn(make_index: Callable[..., Path]) -> None:
    """The first page and a search show map and bars, and no timeline, where nothing has a date."""
    client = client_of(make_index({"id": "one", "body": "A ferry", "countries": ["FI"]}))
    for address in ("/", "/search?q=ferry"):
        page = page_of(client, address)
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == ["Finland"]
        assert not page.xpath("//figure[@class='time']")


def test_countries_without_an_item_are_not_compared(client: TestClient) -> None:
    """Two countries that have nothing of the question have no empty table."""
    assert not page_of(client, "/search?q=ferry&country=JP&country=PE").xpath("//*[@class='compare']")
    assert page_of(client, "/search?q=ferry&country=JP&country=KE").xpath("//*[@class='compare']")


def test_countries_are_compared_in_the_chosen_years_alone(make_index: Callable[..., Path]) -> None:
    """What their counts by year add up to is what the page counts of each country."""
    dates = {"KE": ("2014-03-01", "2015-03-01", "2017-06-01"), "FJ": ("2013-03-01", "2017-07-01")}
    items = [
        {"id": f"{code}{date}", "body": f"A ferry of {date}", "countries": [code], "date": date}
        for code, days in dates.items()
        for date in days
    ]
    client = client_of(make_index(*items))
    for years, wanted in {
        "from=2015": {"2015": {"Fiji": "0", "Kenya": "1"}, "2017": {"Fiji": "1", "Kenya": "1"}},
        "from=2013&to=2014": {"2013": {"Fiji": "1", "Kenya": "0"}, "2014": {"Fiji": "0", "Kenya": "1"}},
    }.items():
        page = page_of(client, f"/search?q=ferry&group=0&country=KE&country=FJ&{years}")
        (table,) = page.xpath("//*[@class='compare']//table")
        _, *names = [words(one) for one in table.xpath("./thead//th")]
        rows = [[words(cell) for cell in row] for row in table.xpath("./tbody/tr")]
        assert {year: dict(zip(names, counts, strict=True)) for year, *counts in rows} == wanted


def test_the_highest_bar_reaches_the_line_of_its_count(client: TestClient) -> None:
    """The number above a timeline stands at the height of its highest bar."""
    (drawing,) = page_of(client, "/search?q=harbour").xpath("(//svg[@class='bars'])[1]")
    tops = [float(bar.get("y")) for bar in drawing.xpath(".//rect[@class='is' or @class='may']")]
    assert min(tops) == 0
    assert max(tops) < HEIGHT


def test_chosen_countries_stand_first_among_the_bars(client: TestClient) -> None:
    """As among the checkboxes, however few items they have; they are told apart, and no links."""
    page = page_of(client, "/search?country=KE&country=FJ&ui=en")
    bars = page.xpath("//ol[@class='rank']/li")
    assert {words(one.xpath("./span")[0]) for one in bars[:2]} == {"Kenya", "Fiji"}
    assert [one.get("class") for one in bars] == ["sel", "sel", *[None] * (len(bars) - 2)]
    assert [bool(one.xpath(".//a")) for one in bars] == [False, False, *[True] * (len(bars) - 2)]


@pytest.mark.parametrize(("first", "last", "left"), [(2018, 2022, 5), (2017, 2022, 2), (1990, 2022, 3)])
def test_few_periods_keep_their_names_where_it_is_narrow(first: int, last: int, left: int) -> None:
    """Of five all are named, of more every third of the names that a wide screen has."""
    axis = html.fromstring(f"<p>{charts.axis(tuple(map(str, range(first, last + 1))), 'fr')}</p>")
    assert len([one for one in axis if one.text and one.get("class") != "s"]) == left


def test_a_single_bar_is_no_wall(make_index: Callable[..., Path]) -> None:
    """Where all is of one year, its bar is as wide as a bar."""
    page = page_of(client_of(make_index({"body": "ferry", "date": "2018-01-01"})), "/search?q=ferry")
    (bar,) = page.xpath("(//figure[@class='time'])[1]//rect[@class='is']/@width")
    assert float(bar) <= WIDEST


def test_a_drawing_writes_shares_as_its_reader_does(client: TestClient) -> None:
    """On its axis, beside its points and for who hears it, as in the table."""
    english, other = re.compile(r"\d\.\d%"), re.compile("\\d,\\d\xa0%")
    for ui in LANGUAGES:
        page = page_of(client, f"/timeline?q=lang:en&share=1&ui={ui}")
        for where in ("//tbody", "//div[@class='drawn']//*[local-name()='text']", "//desc", "//circle"):
            said = " ".join(one.text_content() for one in page.xpath(where))
            assert (bool(english.search(said)), bool(other.search(said))) == (ui == "en", ui != "en"), where

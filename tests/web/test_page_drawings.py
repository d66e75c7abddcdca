"""Bars, maps and charts over time on the page: their counts, names and omissions."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html
from page_reading import client_of, counts_of, page_of, words
from starlette.testclient import TestClient

from searcher.present.catalogue import LANGUAGES
from searcher.web.page import charts
from searcher.web.page.charts import HEIGHT, WIDEST
from searcher.web.page.messages import reader_of


def test_countries_with_equal_counts_are_sorted_by_name(make_index: Callable[..., Path]) -> None:
    """Checkboxes, bars and the report use the alphabetical order of the reader's language."""
    items = [
        {"id": f"i{at}", "title": "Ferry", "body": f"Ferry number {at}", "countries": [code]}
        for at, code in enumerate(("AT", "DE", "ES", "ET", "FI", "ZA", "FI"))
    ]
    client = client_of(make_index(*items))
    for ui, order in {
        "en": "FI AT ET DE ZA ES",
        "es": "FI DE AT ES ET ZA",
        "fr": "FI ZA DE AT ES ET",
    }.items():
        named = [reader_of(ui).country(code) for code in order.split()]
        page = page_of(client, f"/search?q=ferry&group=0&ui={ui}")
        assert list(counts_of(page)["country"]) == order.split()
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == named
        report = page_of(client, f"/report?q=ferry&group=0&ui={ui}")
        assert [words(one) for one in report.xpath("(//div[@class='counts']//tbody)[1]//th")] == named


def test_an_archive_without_dates_has_maps_and_bars(make_index: Callable[..., Path]) -> None:
    """The first page and a search have a map and bars, but no timeline, if nothing has a date."""
    client = client_of(make_index({"id": "one", "body": "A ferry", "countries": ["FI"]}))
    for address in ("/", "/search?q=ferry"):
        page = page_of(client, address)
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == ["Finland"]
        assert not page.xpath("//figure[@class='time']")


def test_countries_without_an_item_are_not_compared(client: TestClient) -> None:
    """Two selected countries without matches have no empty table."""
    assert not page_of(client, "/search?q=ferry&country=JP&country=PE").xpath("//*[@class='compare']")
    assert page_of(client, "/search?q=ferry&country=JP&country=KE").xpath("//*[@class='compare']")


def test_countries_are_compared_in_the_selected_years_only(make_index: Callable[..., Path]) -> None:
    """Counts by year add up to the counts of the facet."""
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
    """The number above a timeline is at the height of its highest bar."""
    (drawing,) = page_of(client, "/search?q=harbour").xpath("(//svg[@class='bars'])[1]")
    tops = [float(bar.get("y")) for bar in drawing.xpath(".//rect[@class='is' or @class='may']")]
    assert min(tops) == 0
    assert max(tops) < HEIGHT


def test_selected_countries_are_the_first_bars(client: TestClient) -> None:
    """Selected countries are first among the checkboxes, too, whatever their counts; they are no links."""
    page = page_of(client, "/search?country=KE&country=FJ&ui=en")
    bars = page.xpath("//ol[@class='rank']/li")
    assert {words(one.xpath("./span")[0]) for one in bars[:2]} == {"Kenya", "Fiji"}
    assert [one.get("class") for one in bars] == ["sel", "sel", *[None] * (len(bars) - 2)]
    assert [bool(one.xpath(".//a")) for one in bars] == [False, False, *[True] * (len(bars) - 2)]


@pytest.mark.parametrize(("first", "last", "left"), [(2018, 2022, 5), (2017, 2022, 2), (1990, 2022, 3)])
def test_few_periods_keep_their_labels_on_a_narrow_screen(first: int, last: int, left: int) -> None:
    """Up to five periods are all labelled, of more every third label of a wide screen is kept."""
    axis = html.fromstring(f"<p>{charts.axis(tuple(map(str, range(first, last + 1))), 'fr')}</p>")
    assert len([one for one in axis if one.text and one.get("class") != "s"]) == left


def test_a_single_bar_has_a_normal_width(make_index: Callable[..., Path]) -> None:
    """If all items are of one year, its bar is no wider than others."""
    page = page_of(client_of(make_index({"body": "ferry", "date": "2018-01-01"})), "/search?q=ferry")
    (bar,) = page.xpath("(//figure[@class='time'])[1]//rect[@class='is']/@width")
    assert float(bar) <= WIDEST


def test_a_chart_writes_percentages_as_its_reader_does(client: TestClient) -> None:
    """Axis, points and description of a chart have the format of the table."""
    english, other = re.compile(r"\d\.\d%"), re.compile("\\d,\\d\xa0%")
    for ui in LANGUAGES:
        page = page_of(client, f"/timeline?q=lang:en&share=1&ui={ui}")
        for where in ("//tbody", "//div[@class='drawn']//*[local-name()='text']", "//desc", "//circle"):
            said = " ".join(one.text_content() for one in page.xpath(where))
            assert (bool(english.search(said)), bool(other.search(said))) == (ui == "en", ui != "en"), where

"""The page has the order and numbers of its reader's language, and suggestions if there are no results."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from page_reading import client_of, counts_of, hits_of, page_of, words
from starlette.testclient import TestClient

from indexer import delete
from searcher import Searcher
from searcher.present.catalogue import LANGUAGES
from searcher.web.page import charts
from searcher.web.page.charts import HEIGHT, WIDEST
from searcher.web.page.item_page import MAX_MARKS
from searcher.web.page.messages import reader_of


def test_an_empty_archive_shows_only_its_number_of_items(make_index: Callable[..., Path]) -> None:
    """The first page of an index whose items were all deleted has their number and nothing else."""
    index = make_index({"id": "one", "body": "A ferry"})
    delete(index, "one")
    page = page_of(client_of(index), "/")
    assert words(page.xpath("//p[@class='about']")[0]) == "0 items"
    (title,) = page.xpath("//main//*[self::h1 or self::h2 or self::a]")
    assert words(title) == reader_of("en").say("home")


def test_several_filters_without_matches_are_removed_together(client: TestClient, searcher: Searcher) -> None:
    """If neither the country nor the dates alone prevent matches, the page suggests to remove all filters."""
    page = page_of(client, "/search?q=ferry&country=JP&from=1999&to=2000&lang=fr&ui=es")
    (offer,) = page.xpath("//section[@class='help']//li")
    reader, found = reader_of("es"), searcher.search("ferry").total
    assert words(offer) == f"{reader.say('try_filters')} {reader.many('count.items', found)}"
    assert len(hits_of(page_of(client, offer.xpath("./a/@href")[0]))) == found
    single = page_of(client, "/search?q=ferry&country=JP")
    assert [words(one) for one in single.xpath("//section[@class='help']//li/a")] == ["any country"]


def test_items_with_every_word_are_counted_and_linked(client: TestClient) -> None:
    """The page has the number of items with every word, and a link to them unless it is zero."""
    for query, led in (("ferry+harbour", True), ("observatory+lycéennes", False)):
        (about,) = page_of(client, f"/search?q={query}").xpath("//p[@class='about']")
        assert "every word" in words(about)
        assert ("show only these" in words(about)) is led
        assert words(about).startswith("0") is not led


def test_a_page_beyond_the_last_is_not_listed(client: TestClient) -> None:
    """No page is the current one, and the previous one is the last with hits."""
    page = page_of(client, "/search?q=ferry+harbour&offset=900")
    assert not hits_of(page)
    assert not page.xpath("//nav[@class='pages']//a[@aria-current or @rel='next']")
    last = page_of(client, page.xpath("//nav[@class='pages']//a[@rel='prev']/@href")[0])
    assert hits_of(last)
    assert not last.xpath("//nav[@class='pages']//a[@rel='next']")


def test_a_hit_without_the_typed_words_says_how_it_was_found(client: TestClient, searcher: Searcher) -> None:
    """If the typed words match, other ways are not mentioned."""
    results = searcher.search("ferry harbour")
    ways = {"related": "by a related word", "translated": "by a translation"}
    said = {hit.id: [] if "typed" in hit.via else [ways[way] for way in hit.via] for hit in results}
    assert [] in said.values()
    assert any(said.values())
    page = page_of(client, "/search?q=ferry+harbour")
    for identity, hit in zip(hits_of(page), page.xpath("//ol[@id='hits']/li"), strict=True):
        assert [words(one) for one in hit.xpath(".//*[@class='way']")] == said[identity]


def test_an_invalid_question_keeps_its_query_and_language(client: TestClient) -> None:
    """The page about an invalid parameter has the query in its box, and the requested language."""
    for wrong in ("limit=5000&ui=fr", "bogus=1&ui=fr", "estimated=2&ui=xx", "bogus=1&ui=es"):
        answer = client.get(f"/search?q=ferry+%3Cb%3E&{wrong}", headers={"Accept-Language": "fr"})
        page = html.fromstring(answer.text)
        assert answer.status_code == 400
        assert page.get("lang") == ("es" if wrong.endswith("es") else "fr")
        assert page.xpath("//input[@id='q']/@value") == ["ferry <b>"]


def test_an_invalid_date_can_be_entered_again(client: TestClient) -> None:
    """The page of the problem has the fields of the dates, and its form keeps all other parameters."""
    address = "/search?q=ferry&country=KE&country=FJ&lang=en&where=source%3Da&estimated=1"
    kept = [("country", "FJ"), ("country", "KE"), ("estimated", "1"), ("lang", "en"), ("q", "ferry")]
    for start, end in (("03/04/2018", ""), ("2019", "2018"), ("", "soon")):
        page = html.fromstring(client.get(f"{address}&from={start}&to={end}").text)
        fields = page.xpath("//input[@form='f'] | //form[@id='f']//input")
        sent = [(one.get("name"), one.get("value")) for one in fields]
        assert sorted(sent) == sorted([*kept, ("from", start), ("to", end), ("where", "source=a")])
        assert page.xpath("//input[@name='estimated' and @checked]")
    for fault in ("country=Atlantis", "sort=best", "query_lang=pt", "facet=nothing", "via=magic"):
        page = html.fromstring(client.get(f"/search?q=ferry&{fault}&lang=en").text)
        assert {one.get("name") for one in page.xpath("//form[@id='f']//input")} == {"q", "lang"}, fault


def test_marks_are_explained_if_there_are_any(make_index: Callable[..., Path]) -> None:
    """If the text of an item with an estimated date names no date, only neighbouring items explain it."""
    around = [{"id": f"at{day}", "body": "A ferry", "date": f"2015-03-{day}"} for day in (12, 10)]
    estimate = {"date": {"start": "2015-03-10", "end": "2015-03-12", "kind": "estimated"}}
    named = {"id": "named", "body": "A ferry of 9 March 2015"} | estimate
    client = client_of(make_index(*around, named, {"id": "silent", "body": "A ferry once more"} | estimate))
    for name, key in (("named", "estimated_why"), ("silent", "estimated_around_why")):
        why = page_of(client, f"/items/{name}").xpath("//dl[@class='known']/dd[1]/p")[0]
        assert words(why) == reader_of("en").say(key)


def test_the_first_of_a_month_follows_the_language() -> None:
    """French has an ordinal there, and nowhere else."""
    first, last = date(2016, 3, 1), date(2016, 3, 2)
    written = {
        ui: (reader_of(ui).period(first, first), reader_of(ui).period(first, last)) for ui in LANGUAGES
    }
    assert written["fr"] == ("1er mars 2016", "1er–2 mars 2016")
    assert written["es"] == ("1 mar 2016", "1–2 mar 2016")
    assert reader_of("fr").period(first, date(2016, 3, 31)) == "mars 2016"


def test_percentages_follow_the_language(client: TestClient) -> None:
    """Percentages have a comma and a space in Spanish and French, in a report and over time."""
    for ui, third in (("en", "33.3%"), ("es", "33,3\u00a0%"), ("fr", "33,3\u00a0%")):
        report = client.get(f"/report?q=ferry&country=KE&country=TZ&country=ES&ui={ui}").text
        assert f"<td>{third}</td>" in report
        shares = page_of(client, f"/timeline?facet=country&share=1&from=2016&to=2016&ui={ui}")
        assert third in {link.text for link in shares.xpath("//tbody//a")}


def test_one_item_is_in_the_singular_in_every_language(client: TestClient) -> None:
    """Counts over time with up to one estimated item are in the singular."""
    for ui, one in (
        ("en", "up to 1 estimated"),
        ("es", "hasta 1 con fecha estimada"),
        ("fr", "jusqu’à 1 à date estimée"),
    ):
        page = page_of(client, f"/timeline?q=ferry&ui={ui}")
        assert one in {words(link) for link in page.xpath("//tbody//a")}


def test_a_word_is_glossed_by_its_label_or_plural_only(make_index: Callable[..., Path]) -> None:
    """A word that only shares a stem with a label is no form of it; plurals in either language are."""
    body = "Les équipages du port, venus en mars, parlent des bateaux et des hôpitaux des villes du fleuve."
    client = client_of(make_index({"id": "one", "title": "Le port", "body": body, "language": "fr"}))
    listed = [words(one) for one in page_of(client, "/items/one?ui=en").xpath("//ul[@class='gloss']/li")]
    glossed = dict(re.split(" – ", one, maxsplit=1) for one in listed)
    assert glossed["bateaux"] == "boat"
    assert glossed["hôpitaux"] == "hospital"
    assert "mars" not in glossed  # mari, a husband, has the same stem


def test_the_evidence_of_a_language_is_named(make_index: Callable[..., Path]) -> None:
    """An item names function words of each of its languages, or the other evidence."""
    text = "The ferry of the town stands at the quay with the boats of the other bank."
    more = "El barco de la ciudad no sale hoy porque el agua del puerto está muy alta y los barcos esperan."
    two = {"id": "two", "body": f"{text}\n{more}", "language": None}
    client = client_of(make_index(two, {"id": "few", "body": "Ferry boat"}))
    for name, said in (
        ("two", "Palabras que indican el idioma: muy, los; the, of, at, with, other"),
        ("few", "Según la fuente o, si la fuente no indica el idioma, según las palabras de cada párrafo."),
    ):
        page = page_of(client, f"/items/{name}?ui=es")
        assert words(page.xpath("//dt[.='Idioma']/following::dd[1]/p")[0]) == said


def test_only_available_orders_are_listed(client: TestClient) -> None:
    """With words to search, the best are first; with only filters the newest are, and none is best."""

    def orders(params: str) -> list[tuple[str, bool]]:
        found = page_of(client, f"/search{params}").xpath("//nav[@aria-label='Sort by']//a")
        return [(words(one), one.get("aria-current") == "true") for one in found]

    assert orders("?q=ferry") == [
        ("best match first", True),
        ("newest first", False),
        ("oldest first", False),
    ]
    stored, newest, oldest = "newest first, including estimated dates", "newest first", "oldest first"
    assert orders("?q=country:KE") == [(newest, True), (oldest, False)]  # none of them is estimated
    for params in ("?", "?q=*", "?q=lang:es", "?q=lang:es+-ferry&ui=en"):
        assert orders(params) == [(stored, True), (newest, False), (oldest, False)]
        assert orders(f"{params}&sort=oldest") == [(stored, False), (newest, False), (oldest, True)]
        for dated in ("estimated=1", "from=2015"):
            assert orders(f"{params}&{dated}") == [(newest, True), (oldest, False)]
            assert orders(f"{params}&{dated}&sort=oldest") == [(newest, False), (oldest, True)]


@pytest.mark.parametrize("query", [None, "lang:es", "lang:es -ferry"])
def test_filter_only_results_are_newest_first(searcher: Searcher, query: str | None) -> None:
    """Estimated items are included, unless a filter by date selects only dated ones."""

    def found(**given: Any) -> list[str]:
        return [hit.id for hit in searcher.search(query, limit=100, **given)]

    assert len(found()) > 3
    assert found() == found(sort="newest", estimated=True)
    assert found(date_from="2015") == found(date_from="2015", sort="newest")


def test_an_item_without_title_or_spaces_has_its_first_letters(make_index: Callable[..., Path]) -> None:
    """Links have a text in scripts without spaces between words, too."""
    client = client_of(make_index({"id": "one", "title": "", "body": "船の話です。" * 40, "language": None}))
    assert words(page_of(client, "/search").xpath("//h3/a")[0]).startswith("船の話です。船")
    assert words(page_of(client, "/items/one").xpath("//h1")[0]).startswith("船の話です。船")


def test_the_page_of_a_long_item_has_few_marks(make_index: Callable[..., Path]) -> None:
    """All of the text is shown with a limited number of marks, except those of countries."""
    text = "ferry of 26 May 2015 & " * (MAX_MARKS + 1_000) + "to Fiji"
    client = client_of(make_index({"id": "long", "body": f"{text}\n\nand its end", "countries": None}))
    for params in ("", "?q=ferry&ui=fr"):
        page = page_of(client, f"/items/long{params}")
        assert [words(one) for one in page.xpath("//div[@class='body']/p")] == [text, "and its end"]
        marks = page.xpath("//div[@class='body']//mark[not(@class='place')]")
        assert len(marks) == MAX_MARKS
        assert [words(one) for one in page.xpath("//div[@class='body']//mark[@class='place']")] == ["Fiji"]
        said = reader_of("fr" if "fr" in params else "en").say("marks_most", n=MAX_MARKS)
        assert said in words(page.xpath("//article/p[@class='soft']")[0])
        for cited in page.xpath("//section[@class='cite']//pre"):
            assert "ferry of 26 May 2015" in words(cited)
            assert "to Fiji" not in words(cited)
        assert len(client.get(f"/items/long{params}").content) < len(text) * 1.25 + MAX_MARKS * 40
    assert not page_of(client, "/items/long?q=end").xpath("//mark[not(@class)][.!='end']")


def test_a_citation_has_the_quotation_marks_of_its_language(client: TestClient) -> None:
    """Quotation marks are part of the text, so that they are copied with it."""
    for ui, cited in (("en", "“Fiji {}”"), ("es", "«Fiji {}»"), ("fr", "«\u202fFiji {}\u202f»")):
        page = page_of(client, f"/items/6eb42784f8ed?ui={ui}")
        text = page.xpath("//p[@id='citation']")[0].text_content()
        assert text.startswith(cited.format("inspects its inter-island ferries") + ". ")


def test_lines_need_a_query(client: TestClient) -> None:
    """Without a query, the page offers the other views."""
    tabs = page_of(client, "/search?from=2016").xpath("//nav[contains(@class, 'tabs')]//a")
    assert [words(link) for link in tabs] == ["Results", "Over time", "Countries", "Stories", "Typical words"]


def test_a_title_that_is_the_best_passage_is_not_repeated(make_index: Callable[..., Path]) -> None:
    """The words of the query are marked in it; a title with a text has the passage below it."""
    bare, more = ({"id": "bare", "title": "A ferry  of <1901>"}, {"id": "more", "title": "A ferry"})
    client = client_of(make_index(bare, more | {"body": "The ferry is old"}))
    shown = {
        one.xpath("string(.//h3/a/@href)").partition("?")[0]: (
            words(one.xpath(".//h3")[0]),
            one.xpath(".//h3//mark/text()"),
            [words(snippet) for snippet in one.xpath(".//*[@class='snippet']")],
        )
        for one in page_of(client, "/search?q=ferry").xpath("//ol[@class='hits']/li")
    }
    assert shown["/items/bare"] == ("A ferry of <1901>", ["ferry"], [])
    assert shown["/items/more"] == ("A ferry", [], ["The ferry is old"])


def test_a_long_question_does_not_fill_the_page(client: TestClient) -> None:
    """The heading has its beginning; the field, the links and the report have all of it."""
    query = " ".join(["ferry"] * 150)
    page = page_of(client, f"/search?q={query}&ui=en")
    assert len(words(page.xpath("//h1")[0])) < 250
    assert page.xpath("//input[@name='q']/@value") == [query]
    report = page_of(client, page.xpath("//p[@class='take']/a[.='report']/@href")[0])
    assert words(report.xpath("//dl[@class='known']/dd[1]")[0]) == query


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
        page = page_of(client, f"/countries?q=ferry&ui={ui}")
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == named
        report = page_of(client, f"/report?q=ferry&group=0&ui={ui}")
        assert [words(one) for one in report.xpath("(//div[@class='counts']//tbody)[1]//th")] == named


def test_an_archive_without_dates_has_maps_and_bars(make_index: Callable[..., Path]) -> None:
    """The first page and that of countries have a map and bars, but no timeline, if nothing has a date."""
    client = client_of(make_index({"id": "one", "body": "A ferry", "countries": ["FI"]}))
    assert not page_of(client, "/search?q=ferry").xpath("//figure")
    for address in ("/", "/countries?q=ferry"):
        page = page_of(client, address)
        assert [words(one) for one in page.xpath("//ol[@class='rank']//a")] == ["Finland"]
        assert not page.xpath("//figure[@class='time']")


def test_the_highest_bar_reaches_the_line_of_its_count(client: TestClient) -> None:
    """The number above a timeline is at the height of its highest bar."""
    (drawing,) = page_of(client, "/search?q=harbour").xpath("(//svg[@class='bars'])[1]")
    paths = drawing.xpath("./path[@class='is' or @class='may']/@d")
    tops = [float(top) for path in paths for top in re.findall(r"M\S+ ([\d.]+)h", path)]
    assert min(tops) == 0
    assert max(tops) < HEIGHT


def test_selected_countries_are_the_first_bars(client: TestClient) -> None:
    """Selected countries are first among the checkboxes, too, whatever their counts; they are no links."""
    page = page_of(client, "/countries?country=KE&country=FJ&ui=en")
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
    (bar,) = page.xpath("(//figure[@class='time'])[1]//path[@class='is']/@d")
    assert float(re.fullmatch(r"M\S+ \S+?h([\d.]+)v\S+", bar)[1]) <= WIDEST


def test_a_chart_writes_percentages_as_its_reader_does(client: TestClient) -> None:
    """Axis, points and description of a chart have the format of the table."""
    english, other = re.compile(r"\d\.\d%"), re.compile("\\d,\\d\xa0%")
    for ui in LANGUAGES:
        page = page_of(client, f"/timeline?q=lang:en&share=1&ui={ui}")
        for where in ("//tbody", "//div[@class='drawn']//*[local-name()='text']", "//desc", "//circle"):
            said = " ".join(one.text_content() for one in page.xpath(where))
            assert (bool(english.search(said)), bool(other.search(said))) == (ui == "en", ui != "en"), where

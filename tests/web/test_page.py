"""The page has the answers of the searcher, in three languages, and nothing of an archive can alter it."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from lxml import html
from page_reading import client_of, counts_of, hits_of, page_of, status_of, words
from starlette.testclient import TestClient

from indexer import correct
from indexer.schema import COUNTRY_WAYS
from searcher import Searcher
from searcher.present.catalogue import LANGUAGES, catalogue
from searcher.reading.receipt import read_receipt
from searcher.web import routes
from searcher.web.page.charts import chart_counts
from searcher.web.page.links import Links
from searcher.web.page.messages import reader_of
from searcher.web.page.page_frame import FIRST, MOST
from searcher.web.parameters import SearchParams

PAGE = Path(__file__).parents[2] / "searcher/web"
WORDS = ("ferry", "pescadores", "école", "harbour", "agua", "sécurité", "training", "xyzzy", "ports")


def some_questions(seed: int, count: int) -> list[SearchParams]:
    chance = random.Random(seed)
    return [
        SearchParams(
            " ".join(chance.sample(WORDS, chance.randint(1, 3))) if chance.random() < 0.8 else None,
            country=tuple(chance.sample(("EC", "CL", "FR", "unknown"), chance.choice((0, 0, 1, 2)))),
            lang=tuple(chance.sample(LANGUAGES, chance.choice((0, 0, 1)))),
            from_=chance.choice((None, None, "2016", "2018-03")),
            to=chance.choice((None, None, "2018", "2019-06")),
            estimated=chance.random() < 0.4,
            sort=chance.choice(("relevance", "newest", "oldest")),
            limit=chance.choice((3, 10)),
            offset=chance.choice((0, 0, 3)),
        )
        for _ in range(count)
    ]


def test_every_count_of_the_page_equals_the_searchers(client: TestClient, searcher: Searcher) -> None:
    """Hits, facets and the bars of the timeline are those of the same query in Python."""
    seen = 0
    for params in some_questions(1, 25):
        page = page_of(client, f"/search?{params.query_string(facet=('country',))}")
        results = searcher.search(params.q, **params.search_arguments())
        seen += results.total
        assert hits_of(page) == [hit.id for hit in results]
        assert status_of(page) == f"{results.total} item{'s' * (results.total != 1)}"
        counts = counts_of(page)
        for parameter, facet in (("country", "country"), ("lang", "language")):
            expected = {value.value: str(value.count) for value in results.facets[facet]}
            assert counts.get(parameter, {}) == expected
        years, _ = chart_counts(searcher, results, params.q, params.narrowing())
        bars = page.xpath("(//svg[@class='bars'])[1]//*[local-name()='title']")
        assert list(map(words, bars)) == [
            f"{value}: {dated}" + (f" + up to {most - dated} estimated" if most > dated else "")
            for value, dated, most in years.periods
        ]
    assert seen > 50


def test_rare_values_of_a_field_are_listed_on_request(client: TestClient, searcher: Searcher) -> None:
    """The most common countries are listed, with a link to the same page with all of them."""
    counted = searcher.search(None).facets["country"]
    page = page_of(client, "/search?ui=en")
    assert len(counts_of(page)["country"]) == FIRST + 1 < len(counted) - MOST  # and items without a country
    (link,) = page.xpath("//*[@id='narrow']//a[contains(@href,'facet=country')]")
    assert words(link) == f"Show {len(counted) - FIRST - 1} more"
    assert link.get("href").endswith("#narrow")
    whole = page_of(client, link.get("href"))
    assert counts_of(whole)["country"] == {value.value: str(value.count) for value in counted}
    assert not [one for one in whole.xpath("//*[@id='narrow']//a") if words(one).startswith("Show")]


def test_topics_are_counted_on_request(client: TestClient, searcher: Searcher) -> None:
    """A link adds their counts to the others, with any filters, and names in the language of the page."""
    found = searcher.search("harbour", facets=("topic", "source")).facets
    expected = {f"topic={value.value}": str(value.count) for value in found["topic"]}
    for ui, ship in (("en", "ship"), ("es", "buque"), ("fr", "navire")):
        page = page_of(client, f"/search?q=harbour&facet=source&ui={ui}")
        (link,) = page.xpath("//*[@id='narrow']//a[contains(@href,'facet=topic')]/@href")
        counted = page_of(client, link)
        assert "source=archive.txt" in counts_of(counted)["where"]
        assert expected.items() <= counts_of(counted)["where"].items()
        assert words(counted.xpath("//*[@id='narrow']//label[.//input[@value='topic=ship']]")[0]) == ship
    narrowed = page_of(client, f"{link}&where=topic%3Dship")
    assert expected.items() <= counts_of(narrowed)["where"].items()
    refused = client.get("/search?q=harbour&facet=person")
    assert (refused.status_code, "facet" in refused.text) == (400, True)


def test_paging_shows_each_hit_once(client: TestClient, searcher: Searcher) -> None:
    """Following the links to the next page shows every hit, in order, and ends."""
    address, seen = "/search?q=harbour+training&limit=3&lang=en", []
    while address:
        page = page_of(client, address)
        seen += hits_of(page)
        address = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    every = searcher.search("harbour training", languages="en", limit=None)
    assert seen == [hit.id for hit in every]
    assert len(seen) > 6


def test_no_link_of_the_page_is_broken(client: TestClient) -> None:
    """From the first page on, links of every form are followed, in any language of the page."""
    waiting, kinds = ["/", "/?ui=es", "/search?q=ferry&country=KE&country=FJ&ui=fr"], Counter[str]()
    known = set(waiting)
    while waiting and len(known) < 120:
        address = waiting.pop(0)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in html.fromstring(answer.text).xpath("//a/@href"):
            kind = re.sub(r"=[^&]*|[0-9a-f]{12}", "", link)  # one of each form is enough
            kinds[kind] += 1
            is_page = link.startswith("/") and not re.search("[.](atom|csv)", link)
            if is_page and link not in known and kinds[kind] <= 2:
                known.add(link)
                waiting.append(link)
    assert len(known) > 60


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)> {{ 7*7 }} \u202egnp.exe\u202c'


def assert_harmless(page: Any) -> None:
    own = "(starts-with(@src, '/static/') and not(text())) or @type = 'application/ld+json'"
    assert not page.xpath(f"//script[not({own})] | //iframe | //object | //img | //base | //*[@style]")
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    for link in page.xpath("//@href | //@src | //@action"):
        assert re.match(r"(https?://|/|#|data:application/)", link), link
    text = page.text_content()
    assert "\u202e" not in text
    assert "49" not in words(page.xpath("//main")[0])


def test_text_of_an_archive_or_a_request_cannot_alter_the_page(make_index: Callable[..., Path]) -> None:
    """Titles, texts, addresses, fields, files and queries are escaped, whatever characters they contain."""
    index = make_index(
        {"id": "a'\"<b>", "title": HOSTILE, "body": f"ferry {HOSTILE} ** ferry", "url": "javascript:alert(1)",
         "author": HOSTILE, "section": HOSTILE, "date": "2018-01-01"},
        {"id": "b", "title": None, "body": f"ferry {HOSTILE}", "url": "https://example.org/?a=<b>&c='\""},
        {"id": "c", "title": "x", "body": "ferry", "url": "HTTPS://example.org/\u202egnp"},
    )  # fmt: skip
    client = client_of(index)
    page = page_of(client, "/search?q=ferry")
    for address in (
        *("/", "/search?q=ferry", "/items/b?q=ferry", "/items/c", "/report?q=ferry"),
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22+ferry&ui=%22%3E%3Cscript%3E&from=%22%3E",
        "/search?q=ferry&where=author%3D%22%3E%3Cscript%3E&where=%3Cb%3E%3D1",
        *page.xpath("//h3/a/@href"),
    ):
        answer = client.get(address)
        assert answer.status_code in {200, 400}, address
        assert_harmless(html.fromstring(answer.text))
    assert page.xpath("//h3/a[contains(., '<script>alert(1)</script>')]")


def test_the_page_uses_every_message() -> None:
    """The page names each message of its own, or makes its key of a kind, a way or a step."""
    sources = [*(PAGE / "page").glob("*.py"), *(PAGE / "templates").glob("*.html")]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    kinds = "printed corrected inferred estimated by_hand".split()
    named = {*kinds, *(f"{kind}_why" for kind in kinds), "en", "es", "fr", "und", "related", "translated"}
    named |= {"relevance", "newest", "oldest", "marks_q", "marks_place", "marks_day"}
    named |= {"story_concepts", "story_names", "story_places", "story_small", "story_doubtful"}
    named |= {"step_year", "step_month", "step_week", *(f"country_by_{way}" for way in COUNTRY_WAYS)}
    keys = [key for key in reader_of("en").messages if "." not in key]
    assert [k for k in keys if f'"{k}"' not in code and f"'{k}'" not in code and k not in named] == []


def test_french_punctuation_stays_with_its_words() -> None:
    """No line begins with one of : ; ? ! » or ends with «, in any message of the page or translated note."""
    said = [sentence for forms in reader_of("fr").messages.values() for sentence in forms]
    said += catalogue("fr").values()
    assert [sentence for sentence in said if re.search(r" [:;?!»]|« ", sentence)] == []
    assert sum("\N{NARROW NO-BREAK SPACE};" in sentence for sentence in said) > 10
    assert reader_of("fr").join(["a, b", "<c>"]) == "a, b\N{NO-BREAK SPACE}; &lt;c&gt;"


def test_ids_and_selected_filters_are_unique(client: TestClient) -> None:
    """An id occurs once, and no link adds a country that is selected already."""
    for params in ("?from=2016&to=2016", "?country=KE&country=FJ", "?estimated=1&q=ferry", ""):
        page = page_of(client, f"/search{params}")
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)) > 5
        assert not [link for link in page.xpath("//@href") if link.count("country=KE") > 1]


def test_the_page_is_in_the_language_of_its_reader(client: TestClient) -> None:
    """The language is that of `ui` in the whole page, and links keep it; the default is English."""
    for ui, language in (("es", "es"), ("fr", "fr"), ("", "en")):
        page, reader = page_of(client, f"/search?q=ferry&ui={ui}"), reader_of(language)
        assert page.get("lang") == language
        assert words(page.xpath("//label[@for='q']")[0]) == reader.say("search_label")
        assert page.xpath("//nav[@class='ui']/a[@aria-current]/@hreflang") == [language]
        assert reader.country("TZ") in words(page.xpath("//*[@id='narrow']")[0])
        links = page.xpath("//ol[@class='hits']//h3/a/@href")
        assert ui != language or all(f"ui={ui}" in link for link in links)


def test_an_item_shows_the_evidence_of_its_facts(client: TestClient, searcher: Searcher) -> None:
    """An estimated item has its interval, the dates of its text, and the words that name its country."""
    hit = searcher.search("Fiji inspects ferries").hits[0]
    page = page_of(client, f"/items/{hit.id}?q=ferries")

    def marked(kind: str) -> list[str]:
        return [words(one) for one in page.xpath(f"//article//mark[@class='{kind}']")]

    assert hit.date is not None
    assert hit.date.kind == "estimated"
    assert "24 to 26 November 2015" in marked("day")
    assert "Fiji" in marked("place")
    assert [words(one) for one in page.xpath("//article/div//mark[not(@class)]")] == ["ferry"]
    facts, cited = words(page.xpath("//dl[@class='known']")[0]), words(page.xpath("//*[@id='citation']")[0])
    assert "25 Nov 2015–7 Jan 2016" in facts
    assert "estimated from dates in the text (highlighted)" in facts
    assert hit.id in cited
    assert "estimated" in cited


def test_an_item_shows_its_manual_corrections(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """The page of an item has the person, field, date and old value of a correction; names are escaped."""
    index = make_index({"id": "one", "title": "Tide", "date": "2018-01-01", "countries": ["PE"]})
    file = tmp_path / "c.jsonl"
    correct(index, "one", date="2017-05-06", language="es", countries=(), who="<b>Ann</b>", corrections=file)
    client, day = client_of(index), json.loads(file.read_text())["when"][: len("2018-01-01")]
    for ui, said, before in (
        ("en", "Manual corrections", "previously: 1 Jan 2018"),
        ("es", "Correcciones manuales", "antes: 1 ene 2018"),
        ("fr", "Corrections manuelles", "avant : 1er janv. 2018"),
    ):
        facts = page_of(client, f"/items/one?ui={ui}").xpath("//dl[@class='known']")[0]
        assert not facts.xpath(".//div//b")
        for text in (f"(<b>Ann</b>, {day})", said, before, reader_of(ui).country("PE")):
            assert text in words(facts)
    record = client.get("/items/one.json").json()
    assert record["corrected"]["countries"]["was"][0]["code"] == "PE"


def test_versions_of_the_same_news_are_folded_and_compared(make_index: Callable[..., Path]) -> None:
    """Near duplicates are listed with their best hit; the page of one shows the changes between them."""
    text = (
        "The ferry {} sank off the coast near the old harbour on Monday morning, the coast guard said, and "
        "boats from five villages searched the bay for people who had jumped when the engine room filled "
        "with water. {} passengers were brought to the hospital of the island, where doctors treated them."
    )
    client = client_of(make_index(
        {"id": "one", "title": "Ferry sinks", "body": text.format("Aurora", 12), "date": "2018-01-01"},
        {"id": "two", "title": "Ferry sinks", "body": text.format("Aurora", 15), "date": "2018-01-02"},
    ))  # fmt: skip
    page = page_of(client, "/search?q=ferry")
    assert len(hits_of(page)) == 1
    assert len(page.xpath("//details[@class='same']//li")) == 1
    item = page_of(client, "/items/two")
    assert "12 passengers → 15" in words(item.xpath("//section[.//h2='Near duplicates']")[0])
    assert item.xpath("//section[.//h2='Near duplicates']//a/@href") == ["/items/one"]


def test_links_equal_query_strings() -> None:
    """A link with changes is the query string of the changed question; an id may have a dot."""
    changes: tuple[dict[str, Any], ...] = ({}, {"offset": 20}, {"country": ()}, {"from_": None, "ui": "es"})
    for params in some_questions(2, 40):
        links = Links(params, "/base")
        assert "theme=dark" in links.to("/items/a.b", theme="dark")  # no data, in spite of its dot
        for changed in changes:
            expected = params.query_string(**changed)
            link = f"/base/search?{expected}" if expected else "/base/search"
            assert str(links.to("/search", **changed)) == link


def test_a_report_is_self_contained_and_has_the_right_counts(
    run: Run, sample_index: Path, searcher: Searcher, tmp_path: Path
) -> None:
    """The file has its style and charts, loads nothing, and has the counts and all the hits."""
    file, receipt = tmp_path / "report.html", tmp_path / "receipt.json"
    asked = ("report 'ferry harbour' --lang en --ui es --index", sample_index, "-o", file)
    assert run(*asked, "--receipt", receipt).exit_code == 0
    page = html.fromstring(file.read_text("utf-8"))
    assert page.get("lang") == "es"
    assert not page.xpath("//script | //link | //img | //iframe | //form | //*[@style] | //use")
    assert all(link.startswith(("http://", "https://")) for link in page.xpath("//@href | //@src"))
    results = searcher.search("ferry harbour", languages="en", limit=100, all_words=True)
    generation = searcher.ask(lambda answerer: answerer.engine.generation)
    assert cited(page) == [hit.id for hit in results]
    tables = page.xpath("//section//table")
    shown = [[words(row.xpath("./td")[0]) for row in table.xpath("./tbody/tr")] for table in tables]
    countries = [str(value.count) for value in results.facets["country"] if value.count]
    assert shown == [countries, [str(results.total)]]  # the only filter is a language
    facts = words(page.xpath("//dl")[0])
    for text in (f"versión {generation}", read_receipt(receipt).hash, "harbour → "):
        assert text in facts


def cited(page: Any) -> list[str]:
    """Return the ids of the items that a report cites."""
    return [words(one).rpartition("[")[2].rstrip("]") for one in page.xpath("//p[@class='cited']")]


def test_a_report_of_a_country_counts_only_its_matches(make_index: Callable[..., Path]) -> None:
    """No country has more items than matches, no link of the page is a filter, other years are marked."""
    items = [
        {"id": f"{code}{year}", "body": f"A ferry of {year}", "countries": [code], "date": f"{year}-03-01"}
        for code, years in {"KE": (2014, 2016), "FJ": (2015, 2016, 2017)}.items()
        for year in years
    ]
    client = client_of(make_index(*items))
    page = page_of(client, "/report?q=ferry&group=0&country=KE&from=2016")
    filters = page.xpath("//dl[@class='known']/dd[2]/div")
    assert [words(one) for one in filters] == ["Kenya", "2016 – …"]
    (country, language) = page.xpath("//div[@class='counts']//tbody")
    assert [words(row) for row in country] == ["Kenya1100.0%"]
    assert [words(row) for row in language] == ["English1100.0%"]
    assert words(page.xpath("//figure[@class='where']/figcaption")[0]) == "Countries 1 country."
    years = {words(row): row.get("class") for row in page.xpath("(//figure[@class='time']//tbody)[1]/tr")}
    assert years == {"20141": "out", "20161": None}
    nothing = page_of(client, "/report?q=ferry&country=KE&from=2019")
    assert nothing.xpath("//tbody") == nothing.xpath("//figure[@class='time']//tbody")


def test_a_served_report_has_the_receipt_of_the_command(
    run: Run, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page at /report has the hash that the command writes for the same query, if it can be read."""
    receipt, client = tmp_path / "receipt.json", client_of(sample_index)
    asked = ("report 'ferry harbour' --lang en --from 2016 -o - --index", sample_index)
    assert run(*asked, "--receipt", receipt).exit_code == 0
    page = page_of(client, "/report?q=ferry+harbour&lang=en&from=2016")
    assert read_receipt(receipt).hash in words(page.xpath("//dl")[0])
    monkeypatch.setattr(routes, "MAX_ITEMS", 3)
    page = page_of(client, "/report?q=ferry+harbour&lang=en&from=2016&all=0&limit=10")
    assert "Receipt" not in words(page.xpath("//dl")[0])


@pytest.mark.parametrize("ui", ["en", "es", "fr"])
def test_a_report_describes_how_its_query_was_restricted(
    client: TestClient, searcher: Searcher, ui: str
) -> None:
    """A report states whether all words were required, dropped labels, and if there was no expansion."""
    reader, address = reader_of(ui), f"/report?q=ferry+harbour&ui={ui}"
    plain = words(page_of(client, address).xpath("//dl[@class='known']")[0])
    for params, said in {
        "all=0": f"{reader.say('any_on')}.",
        "drop=port": f"{reader.add_heading(reader.say('dropped'), 'port')}",
        "expand=0": f"{reader.say('expand_again')}",
    }.items():
        narrowed = words(page_of(client, f"{address}&{params}").xpath("//dl[@class='known']")[0])
        assert " ".join(said.split()) in narrowed
        assert " ".join(said.split()) not in plain
    one = page_of(client, f"{address}&limit=1")
    items = reader.many("count.items", searcher.search("ferry harbour", all_words=True).groups)
    assert words(one.xpath("//p[@class='soft']")[0]) == reader.many("report_shown", 1, items=items)


def test_a_report_has_no_dropped_expansion(run: Run, sample_index: Path, searcher: Searcher) -> None:
    """A dropped label is not searched, as in `search --drop`."""
    label = searcher.search("ferry").expansions[0]["to"][0]
    hits = [hit.id for hit in searcher.search("ferry", drop=label, limit=100)]
    done = run("report ferry -o - --index", sample_index, "--drop", label)
    assert (done.exit_code, cited(html.fromstring(done.stdout))) == (0, hits)


@pytest.mark.parametrize(("params", "code"), [("ferry", 0), ("xyzzy", 1), ("'(ferry' --strict", 2)])
def test_a_report_exits_like_a_search_and_overwrites_nothing(
    run: Run, sample_index: Path, tmp_path: Path, params: str, code: int
) -> None:
    """Exit 0 with results, 1 without, 2 for a mistake; an existing file stays."""
    file = tmp_path / "report.html"
    asked = (f"report {params} --index", sample_index, "-o", file)
    assert (run(*asked).exit_code, file.exists()) == (code, code < 2)
    file.write_text("mine")
    assert (run(*asked).exit_code, file.read_text()) == (2, "mine")


def test_a_report_needs_an_html_file_name(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """A page with the name of a PDF cannot be opened; options that a report lacks are not suggested."""
    asked = ("report ferry --limit 2 --index", sample_index, "-o")
    run.refused(*asked, tmp_path / "report.pdf", says="a report is an HTML page")
    assert list(tmp_path.iterdir()) == []
    told = run(*asked, tmp_path / "report.html").stderr
    assert "2 of 6 distinct items listed (--limit)\n" in told
    assert "--offset" not in told

"""Counts over time, lines and stories on the page: the output of commands, each with its items."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import etree
from page_reading import client_of, id_of, page_of, rows_of, status_of, words
from starlette.testclient import TestClient
from tables import by_table, rows_by_name

from indexer import build, update
from indexer.errors import message_of
from searcher import QueryError, Searcher
from searcher.present.catalogue import LANGUAGES
from searcher.reading.concordance import concordance
from searcher.web import routes
from searcher.web.page.messages import reader_of, remark
from searcher.web.parameters import SearchParams
from searcher.web.responses import Problem
from searcher.web.routes import check_match_count, series_of


@by_table
def test_each_count_links_to_as_many_items(client: TestClient, params: str) -> None:
    """The number of a period equals the items of its link, with those that may be in it."""
    reader = reader_of("fr" if "ui=fr" in params else "en")
    page = page_of(client, f"/timeline?{params}")
    followed = 0
    for cell in page.xpath("//table/tbody//td[not(@class)]"):
        (alongside,) = cell.xpath("./following-sibling::td[1][@class='more']")
        dated = int(words(cell)) if cell.xpath("./a") or words(alongside) else 0
        maybe = sum(int(number) for number in words(alongside).split() if number.isdigit())
        for link in (*cell.xpath("./a"), *alongside.xpath("./a"))[: 6 - followed]:
            sure = link.getparent() is cell and "estimated=1" not in link.get("href")
            found = page_of(client, link.get("href"))
            number = dated if sure else dated + maybe
            assert status_of(found) == reader.many("count.items", number), link.get("href")
            followed += 1
    assert followed >= 3


@by_table
def test_each_country_links_to_as_many_items(client: TestClient, params: str, mode: str) -> None:
    """The number of a country equals the items of its link; the mode is shown if all words did match."""
    page = page_of(client, f"/countries?{params}")
    assert any("Every word must match" in words(line) for line in page.xpath("//div[@class='read']/p")) == (
        mode == "every"
    )
    rows = page.xpath("//ol[@class='rank']/li")
    assert len(rows) >= 2
    for row in rows[:4]:
        (link,), (count,) = row.xpath(".//a/@href"), row.xpath("./b")
        assert status_of(page_of(client, link)).split()[0] == words(count), link


def test_a_downloaded_chart_equals_that_of_the_page(client: TestClient) -> None:
    """The SVG has the same series, with the same numbers."""
    for params in ("q=ferry&facet=country", "q=ferry&vs=flood&share=1", "q=ferry&per_million=1"):
        page = page_of(client, f"/timeline?{params}")
        (shown,) = page.xpath("//div[@class='drawn']/*")
        (link,) = page.xpath("//p[@class='take']/a[text()='SVG']/@href")
        taken = etree.fromstring(client.get(link).content)
        assert [*taken.itertext()] == [*shown.itertext()], params


@pytest.mark.parametrize("facet", ["country", "topic", "section"])
def test_submitting_the_form_unchanged_gives_the_same_counts(
    make_index: Callable[..., Path], facet: str
) -> None:
    """The form keeps any facet and all filters."""
    item = {"body": "the ferry sank", "date": "2016-01-01", "section": "Sea", "countries": ["KE"]}
    client = client_of(make_index(item))
    params = f"q=ferry&facet={facet}&by=month&share=1&from=2015-11&where=section%3DSea&expand=0"
    page = page_of(client, f"/timeline?{params}")
    (form,) = [one for one in page.forms if one.get("id") == "f"]
    form.extend(page.xpath("//*[@form='f' and @name]"))
    again = page_of(client, f"/timeline?{urlencode(form.form_values())}")
    assert rows_of(page) == rows_of(again) != []
    assert dict(form.form_values())["facet"] == facet


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reading_pages_are_in_three_languages(client: TestClient, language: str) -> None:
    """The search links to all; each has its name in the reader's language, and a link back."""
    reader = reader_of(language)
    search = page_of(client, f"/search?q=ferry&country=KE&sort=newest&limit=3&ui={language}")
    for key, title, path in (
        ("over_time", "over_time", "/timeline?"),
        ("tab_lines", "in_lines", "/concordance?"),
        ("stories", "stories", "/stories?"),
        ("typical_words", "typical_words", "/terms?"),
    ):
        (link,) = search.xpath(f"//a[starts-with(@href, '{path}')]")
        assert words(link) == reader.say(key)
        page = page_of(client, link.get("href"))
        assert page.get("lang") == language
        assert str(reader.say(title)) in words(page.xpath("//title")[0])
        back = page.xpath("//nav[contains(@class, 'tabs')]//a/@href")[0]
        assert status_of(page_of(client, back)) == reader.many("count.items", 1)


def test_the_heading_shows_whether_there_are_more_lines(client: TestClient) -> None:
    """In French, a colon in it has its space."""
    some = page_of(client, "/concordance?q=ferry&limit=3&ui=fr")
    assert words(some.xpath("//h1")[0]).startswith("Les 3 premières lignes dans 6 articles")
    assert "Exporter : CSV" in words(some.xpath("//p[@class='take']")[0])
    every = page_of(client, "/concordance?q=ferry&limit=50&ui=fr")
    assert words(every.xpath("//h1")[0]).startswith("13 lignes dans 6 articles")


def test_a_story_links_to_its_items(make_index: Callable[..., Path]) -> None:
    """A story has a link for each member, common concepts, doubtful members, and the items in no story."""
    body = "The ferry Aurelia burned off Skarvey in an earthquake."
    spanish = "El barco Aurelia ardió junto a Skarvey en un terremoto."
    client = client_of(
        make_index(
            {"id": "a", "title": "Ferry burns", "body": body, "date": "2021-03-02"},
            {"id": "b", "title": "Barco <b>", "body": spanish, "language": "es", "date": "2021-03-03"},
            {"id": "c", "title": "Boat race", "body": "A race of boats.", "date": "2021-03-03"},
        )
    )
    page = page_of(client, "/stories?ui=es")
    (story,) = page.xpath("//ol/li")
    (expected,) = client.get("/stories.json").json()["stories"]
    assert "earthquake" in expected["concepts"]
    assert "terremoto" in words(story)
    assert words(story.xpath("./h2")[0]) == expected["headline"]
    links = {id_of(link.get("href")): words(link) for link in story.xpath(".//li/a")}
    assert links == {one["id"]: one["title"] for one in expected["members"]}
    assert "Nombres: Aurelia, Skarvey" in [words(line) for line in story.xpath("./p")]
    assert "1 noticia sin historia" in words(page.xpath("//main/p[1]")[0])
    assert not page.xpath("//b")


def test_the_items_read_per_request_are_limited(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a cluster, an item is read once for each of its topics; all queries of a request share the limit."""
    params = SearchParams("ferry OR flood OR school", facet=("topic",))
    total = searcher.search(params.q, limit=0, group=False).total
    assert series_of(params, searcher, most=1)
    monkeypatch.setattr(routes, "is_address", lambda _: True)
    assert series_of(params, searcher, most=5 * total)
    with pytest.raises(Problem, match=f"but a page may read at most {total}"):
        series_of(params, searcher, most=total)
    check_match_count(("ferry", "zzqq ferry AND zzqq"), SearchParams(), searcher, most=6)
    with pytest.raises(Problem, match="10 items match, but a page may read at most 6"):
        check_match_count(("ferry", "flood"), SearchParams(), searcher, most=6)


def test_a_line_links_to_its_item(client: TestClient, searcher: Searcher) -> None:
    """A line has the context of the match, and a link to more lines, if there are any."""
    page = page_of(client, "/concordance?q=ferry&limit=3")
    lines = page.xpath("//ol[@class='lines']/li")
    shown = [(id_of(line.xpath("./a/@href")[0]), words(line.xpath(".//mark")[0])) for line in lines]
    assert shown == [(line.id, line.match) for line in concordance(searcher, "ferry", limit=3)]
    more = page.xpath("//a[text()='more lines']/@href")[0]
    assert len(page_of(client, more).xpath("//ol[@class='lines']/li")) == 13


OPEN = ("q=school+OR+(ferry&lang=en", "q=%22ferry&lang=en")


@pytest.mark.parametrize("params", ["q=school+OR+ferry", "q=school+ferry&all=0&lang=en", "from=2021", *OPEN])
def test_a_typical_word_links_to_its_items(client: TestClient, params: str) -> None:
    """They have the filters and the mode of the page, and are those of its counts; an expansion adds none."""
    terms = client.get(f"/terms.json?{params}").json()["terms"]
    links = page_of(client, f"/terms?{params}").xpath("//ol[@class='terms']/li/a")
    assert [words(link) for link in links] == [term["term"] for term in terms] != []
    for link, term in zip(links, terms, strict=True):
        found = page_of(client, link.get("href"))
        assert status_of(found) == reader_of("en").many("count.items", term["documents"]), link.get("href")


@by_table
def test_mistakes_name_the_parameter(client: TestClient, address: str, parameter: str) -> None:
    """Invalid options, missing or too broad queries, and parameters of other routes are named."""
    answer = client.get(address)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_concordance_of_items_without_lines_is_bounded(searcher: Searcher) -> None:
    """A bounded concordance returns its lines or reports that some are missing; filters alone have none."""
    lines = list(concordance(searcher, "ferry"))
    assert list(concordance(searcher, "ferry", limit=3, most_items=2)) == lines[:3]
    assert list(concordance(searcher, "ferry", most_items=100)) == lines
    few = r"only the first 10 of \d+ items are read"
    with pytest.raises(QueryError, match=few) as error:
        list(concordance(searcher, "ferry OR lang:en", limit=50, most_items=10))
    assert remark(message_of(error.value), reader_of("es")).startswith("solo se leen las 10 primeras de")
    assert not list(concordance(searcher, "lang:en", most_items=10))


def test_a_feed_has_the_items_since_a_generation(tmp_path: Path) -> None:
    """Items may have any date, the latest generation is first, and the server stores nothing."""
    items = [
        {"id": f"d{number}", "title": f"ferry {number}", "date": day}
        for number, day in enumerate(("2020-01-01", "1999-05-04", "2010-02-02"))
    ]
    build(tmp_path / "index", items=items[:1])
    for item in items[1:]:
        update(tmp_path / "index", items=[item])
    client = client_of(tmp_path / "index")
    for params, ((numbers,),) in rows_by_name(__file__, "since").items():
        expected = [f"ferry {number}" for number in numbers.split() if number != "-"]
        feed = etree.fromstring(client.get(f"/search.atom?q=ferry&{params.strip('-')}").content)
        assert [one.findtext("{*}title") for one in feed.iter("{*}entry")] == expected, params

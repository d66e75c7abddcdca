"""The pages about the site: help, the archive, the API; and what crawlers and browsers look for."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from page_reading import client_of, page_of, words
from starlette.testclient import TestClient

from dragoman import build
from indexer.errors import DragomanError
from searcher import Searcher
from searcher.present.catalogue import LANGUAGES
from searcher.web.page import site_pages
from searcher.web.page.messages import reader_of
from searcher.web.page.site_pages import FORMS, MAX_BYTES, read_about

HOSTILE = """# Title <script>alert(1)</script>

[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://example.org/x.png) <img src=x onerror=alert(1)>

<div onclick="x">text</div>

[d](https://example.org/?a=1&b="2") <mailto:desk@example.org> [e](//example.org) **bold** *soft* `<b>`

- one
- two
"""


@pytest.mark.parametrize("ui", LANGUAGES)
def test_help_examples_find_items_of_this_index(client: TestClient, searcher: Searcher, ui: str) -> None:
    """Each form of the query language has an example that finds the number of items that it shows."""
    page = page_of(client, f"/help?ui={ui}")
    links = page.xpath("//dl/dt/a")
    assert len(links) == sum(map(len, FORMS.values()))
    reader = reader_of(ui)
    for link in links:
        shown = words(link.xpath("../following-sibling::dd[1]/span")[0])
        assert shown == reader.many("count.items", searcher.search(words(link), limit=0, group=False).total)
        assert page_of(client, link.get("href")).xpath("//ol[@class='hits']/li")


def test_an_archive_without_examples_has_a_help_page(make_index: Callable[..., Path]) -> None:
    """If no title has two long words, forms that find nothing are left out."""
    page = page_of(client_of(make_index({"title": "A b", "body": "c d"})), "/help")
    assert [words(link) for link in page.xpath("//dl/dt/a")] == ["*"]


def test_the_page_about_an_archive_has_the_counts_of_info(client: TestClient, searcher: Searcher) -> None:
    """Sources, kinds of dates and languages have the counts that `dragoman info` prints."""
    facts, page, reader = searcher.info(), page_of(client, "/about"), reader_of("en")
    assert [words(cell) for cell in page.xpath("//tbody/tr/td")] == [
        reader.number(one["items"]) for one in facts["sources"]
    ]
    rows = {words(row).rpartition(" ")[0]: words(row).rpartition(" ")[2] for row in page.xpath("//dl/dt")}
    for kind, count in facts["dates"].items():
        assert rows[str(reader.say(kind))] == str(count)
    for code, count in facts["language_codes"].items():
        assert rows[reader.language_name(code)] == str(count)
    (source,) = page.xpath("//tbody//a/@href")
    assert reader.many("count.items", facts["items"]) in words(page_of(client, source).xpath("//h1")[0])


def test_the_page_about_an_archive_lists_the_largest_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive may have thousands of them; the number of the others is shown."""
    monkeypatch.setattr(site_pages, "MOST_REQUESTED", 1)
    for name, bodies in (("a", ["One."]), ("b", ["Two.", "Three."])):
        lines = [json.dumps({"id": f"{name}{at}", "body": body}) for at, body in enumerate(bodies)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    build(tmp_path / "index", [tmp_path / "a.jsonl", tmp_path / "b.jsonl"], own_thesaurus=False)
    page = page_of(client_of(tmp_path / "index"), "/about")
    assert [words(row) for row in page.xpath("//tbody/tr")] == ["b.jsonl2"]
    assert "1 more" in words(page)


@pytest.mark.parametrize("way", ["name", "demonym", "place"])
def test_countries_are_counted_by_how_they_are_known(
    client: TestClient, searcher: Searcher, way: Any
) -> None:
    """An item counts for a way if one of its countries is known in it."""
    page = page_of(client, "/about")
    rows = {words(row).rpartition(" ")[0]: words(row).rpartition(" ")[2] for row in page.xpath("//dl/dt")}
    items = searcher.search(None, limit=None).hits
    known = sum(any(country.via == way for country in hit.countries) for hit in items)
    assert rows[str(reader_of("en").say(f"via.{way}"))] == str(known)


def test_the_text_about_an_archive_is_a_safe_subset(tmp_path: Path, sample_index: Path) -> None:
    """Headings, lists, links and emphasis become elements; HTML, images and other links stay text."""
    file = tmp_path / "about.md"
    file.write_text(HOSTILE, "utf-8")
    client = client_of(sample_index, about=read_about(str(file)), title="News & <Dogs>")
    (prose,) = page_of(client, "/about").xpath("//div[@class='prose']")
    assert {element.tag for element in prose.iter()} == {
        *("div", "h2", "p", "a", "strong", "em", "code", "ul", "li")
    }
    assert [link.get("href") for link in prose.xpath(".//a")] == [
        "https://example.org/x.png",
        "https://example.org/?a=1&b=%222%22",
        "mailto:desk@example.org",
    ]
    assert "<img src=x onerror=alert(1)>" in words(prose)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\xff\xfe", "not UTF-8"), (b"a" * (MAX_BYTES + 1), "KiB"), (None, "No such file")],
)
def test_an_unreadable_text_about_an_archive_is_refused(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    """A text that is missing, too large or not UTF-8 is reported in one line before the server starts."""
    file = tmp_path / "about.md"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DragomanError, match=reason):
        read_about(str(file))


def test_serve_reports_an_unreadable_text(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """The command ends with exit code 2 and one line."""
    run.refused(f"serve --about {tmp_path} --index", sample_index, says="cannot read")


def test_the_api_page_describes_each_address_of_openapi(client: TestClient) -> None:
    """Except pages for readers; each has an example, which this server answers, and described parameters."""
    page = page_of(client, "/api?ui=fr")
    described = client.get("/openapi.json").json()
    addresses = [path for path, at in described["paths"].items() if "Page" not in at["get"]["operationId"]]
    assert [words(one) for one in page.xpath("//h2/code")] == addresses
    for link in page.xpath("//p[@class='take']/a/@href"):
        assert client.get(link).status_code == 200, link
        assert f"curl 'http://testserver{link}'" in words(page.xpath("//main")[0])
    names = [words(one) for one in page.xpath("//dl/dt")]
    assert names == [one["name"] for one in described["components"]["parameters"].values()]


def test_every_page_links_the_pages_about_the_site(client: TestClient) -> None:
    """The footer links them in the language of the page."""
    for path in ("/", "/search?q=ferry", "/items/6eb42784f8ed", "/timeline?q=ferry", "/nowhere"):
        answer = client.get(path, headers={"Accept": "text/html"})
        links = re.findall(r'href="(/about|/help|/api)"', answer.text)
        assert {*links} == {"/about", "/help", "/api"}, path


def test_pages_have_an_icon_and_a_description(client: TestClient) -> None:
    """The icon is at its own and at the usual address; an item is described by its first words."""
    page = page_of(client, "/")
    (icon,) = page.xpath("//link[@rel='icon']/@href")
    usual = client.get("/favicon.ico")
    assert client.get(icon).content == usual.content
    assert usual.headers["content-type"] == "image/svg+xml"
    item = client.get("/items/6eb42784f8ed.json").json()
    (about,) = page_of(client, "/items/6eb42784f8ed").xpath("//meta[@name='description']/@content")
    assert item["body"].startswith(about.rstrip("…").strip()[:50])


def test_only_pages_may_run_the_script(client: TestClient) -> None:
    """The policy of pages allows scripts and requests of this server; that of data and reports does not."""
    for path, allowed in (("/", True), ("/nowhere", True), ("/search.json", False), ("/report", False)):
        policy = client.get(path, headers={"Accept": "text/html"}).headers["content-security-policy"]
        assert ("script-src 'self'; connect-src 'self'" in policy) == allowed, path
        assert "script-src" in policy or "default-src 'none'" in policy


def linked_data(client: TestClient, path: str) -> dict[str, Any]:
    (text,) = page_of(client, path).xpath("//script[@type='application/ld+json']/text()")
    found: dict[str, Any] = json.loads(text)
    return found


def test_linked_data_has_known_facts_alone(make_index: Callable[..., Path]) -> None:
    """The day is that of a printed date; periods, unknown languages and unsafe addresses are absent."""
    index = make_index(
        {"id": "a", "title": "</script><script>alert(1)</script>\u2028&", "body": "b", "date": "2018-03-05",
         "url": "https://example.org/a"},
        {"id": "b", "title": None, "body": "b", "url": "javascript:alert(1)", "language": "und"},
        {"id": "c", "title": "c", "body": "b", "date": {"start": "2018-03-01", "end": "2018-03-31"}}
    )  # fmt: skip
    client = client_of(index)
    assert linked_data(client, "/items/a") == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "</script><script>alert(1)</script> &",
        "datePublished": "2018-03-05",
        "inLanguage": ["en"],
        "url": "https://example.org/a",
        "mainEntityOfPage": "http://testserver/items/a",
    }
    assert "<script>alert" not in client.get("/items/a").text
    without = linked_data(client, "/items/b")
    assert without.keys().isdisjoint({"headline", "datePublished", "inLanguage"})
    assert without["url"] == "http://testserver/items/b"
    assert "datePublished" not in linked_data(client, "/items/c")


def test_a_report_has_the_name_of_the_archive(run: Run, sample_index: Path) -> None:
    """`report --title` names the archive in the title of the page."""
    done = run("report ferry --title 'News & dogs' -o - --index", sample_index)
    assert "· News &amp; dogs</title>" in done.stdout

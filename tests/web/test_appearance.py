"""The appearance of the pages, and how they describe themselves to crawlers and to other sites."""

import re
from pathlib import Path
from typing import Any

import pytest
from page_reading import client_of, hits_of, page_of, words
from starlette.testclient import TestClient

from indexer.sources.recognition import is_own_output
from searcher.web.page.messages import reader_of

SIZES = "//nav[@aria-label='Hits per page']/a"


def test_readers_choose_the_number_of_hits(client: TestClient) -> None:
    """The number is kept in links to other pages; a new one leads to the first page."""
    page = page_of(client, "/search?limit=20&offset=20&sort=oldest")
    assert [(words(one), one.get("aria-current")) for one in page.xpath(SIZES)] == [
        *(("10", None), ("20", "true"), ("50", None), ("100", None))
    ]
    (following,) = page.xpath("//nav[@class='pages']//a[@rel='next']/@href")
    assert "limit=20" in following
    assert len(hits_of(page_of(client, following))) == 20
    whole = page_of(client, page.xpath(SIZES)[2].get("href"))
    assert len(hits_of(whole)) == 50
    assert hits_of(whole)[20:40] == hits_of(page)
    assert not page_of(client, "/search?q=ferry").xpath(SIZES)


@pytest.mark.parametrize("ui", ["en", "es", "fr"])
def test_colours_and_highlights_are_kept_in_links(client: TestClient, ui: str) -> None:
    """Pages and forms keep them, data has none, and links change them back."""
    reader, chosen = reader_of(ui), f"ui={ui}&theme=dark&marks=0"
    page = page_of(client, f"/search?q=ferry&{chosen}")
    item = page_of(client, page.xpath("//h3/a/@href")[0])
    for one in (page, item, page_of(client, f"/timeline?q=ferry&{chosen}"), page_of(client, f"/?{chosen}")):
        assert (one.get("data-theme"), one.get("class")) == ("dark", "unmarked")
        fields = one.xpath("//form[@id='f']/input[@type='hidden']/@name")
        assert {"ui", "theme", "marks"} <= {*fields}
        for link in one.xpath("//a/@href"):
            is_data = re.search(r"^#|[.][a-z]+([?]|$)", link)
            assert bool(re.search("theme=|marks=", link)) == (not is_data), link
    for one in (page, item):
        (shown,) = one.xpath(f"//a[.='{reader.say('show_marks')}']/@href")
        assert page_of(client, shown).get("class") is None
    assert client.get(f"/search.json?q=ferry&{chosen}").status_code == 400
    report = client.get(f"/report?q=ferry&{chosen}").content
    assert is_own_output(report)
    assert b'class="unmarked"' in report
    (light,) = page.xpath(f"//a[.='{reader.say('theme_light')}']/@href")
    assert page_of(client, light).get("data-theme") == "light"
    (usual,) = page.xpath(f"//a[.='{reader.say('theme_system')}']/@href")
    assert page_of(client, usual).get("data-theme") is None


def test_a_long_query_has_no_link_to_hide_its_highlights(client: TestClient) -> None:
    """Links do not repeat it."""
    page = page_of(client, f"/items/6eb42784f8ed?q={'ferry+' * 200}")
    assert page.xpath("//mark[not(@class)]")
    assert "None" not in page.xpath("//a/@href")


def test_results_and_items_describe_themselves_to_other_sites(client: TestClient) -> None:
    """OpenGraph has the title, the description and the type."""
    for address, kind in (("/search?q=ferry&country=KE", "website"), ("/items/6eb42784f8ed", "article")):
        page = page_of(client, address)
        graph = {one.get("property"): one.get("content") for one in page.xpath("//meta[@property]")}
        assert page.findtext(".//title") == f"{graph['og:title']} · {graph['og:site_name']}"
        assert [graph["og:description"]] == page.xpath("//meta[@name='description']/@content")
        assert graph["og:type"] == kind


def test_crawlers_may_read_the_pages_about_the_site_only(sample_index: Path) -> None:
    """robots.txt excludes searches and items; only that of a public server names the sitemap."""
    client = client_of(sample_index, base_url="http://testserver/x")
    lines = client.get("/x/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /x/", "Sitemap: http://testserver/x/sitemap.xml"} < {*lines}
    pages = re.findall(
        r"<loc>(.*?)</loc><lastmod>\d{4}-\d\d-\d\d</lastmod>", client.get("/x/sitemap.xml").text
    )
    assert len(pages) == 4
    for page in pages:
        assert f"Allow: {page.removeprefix('http://testserver')}$" in lines
        assert client.get(page).status_code == 200
    guarded = client_of(sample_index, base_url="http://testserver/x", token="t" * 16)
    rules = guarded.get("/x/robots.txt", headers={"Authorization": f"Bearer {'t' * 16}"}).text
    assert "Disallow: /x/" in rules
    assert "Sitemap" not in rules + client_of(sample_index).get("/robots.txt").text


@pytest.mark.web
def test_chosen_colours_need_no_script(browser: Any, served: str) -> None:
    """A choice replaces the colours of the system, and hidden highlights have the colours of the text."""
    colours: dict[str, list[str]] = {}
    for chosen in ("", "&theme=light", "&theme=dark", "&marks=0"):
        context = browser.new_context(color_scheme="light", java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{served}/search?q=ferry{chosen}")
        style = "all => all.slice(0, 2).map(one => getComputedStyle(one).backgroundColor)"
        colours[chosen] = page.locator("html, mark").evaluate_all(style)
        context.close()
    assert colours[""] == colours["&theme=light"]
    assert not {*colours[""]} & {*colours["&theme=dark"]}
    assert colours["&marks=0"] == [colours[""][0], "rgba(0, 0, 0, 0)"]

"""Filters are shown wherever counts are shown: on pages, in titles, drawings, feeds and JSON."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from page_reading import client_of
from starlette.testclient import TestClient

from searcher.commands.program import cli

FILTERS = "country=GT&lang=es&from=2012&to=2019&estimated=1&where=source%3Darchive.txt"
RECORD = {"countries": ["GT"], "languages": ["es"], "date_from": "2012-01-01", "date_to": "2019-12-31"} | {
    "estimated": True,
    "where": {"source": ["archive.txt"]},
}
PAGES = ("/search", "/timeline", "/countries", "/concordance", "/stories", "/terms")


def title_of(text: str) -> str:
    """Return the first title of a page, a drawing or a feed."""
    found = re.search("<title[^>]*>(.*?)</title>", text)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_its_filters_as_links(client: TestClient, path: str) -> None:
    """Each filter is a link to the same page without it."""
    text = client.get(f"{path}?q=puertos&{FILTERS}").text
    chips = re.search('<div class="chips on">(.*?)</div>', text, re.DOTALL)
    assert chips
    links = [unescape(link) for link in re.findall('href="(.*?)"', chips[1])]
    assert len(links) == 6  # country, language, dates, estimated, source, all
    assert all(link.startswith(f"{path}?") for link in links)
    assert [
        name for name in ("country", "lang", "from", "estimated", "where") if f"{name}=" in links[-1]
    ] == []


@pytest.mark.parametrize("path", [*PAGES, "/timeline.svg?vs=agua", "/timeline.svg", "/search.atom"])
def test_titles_name_the_filters(client: TestClient, path: str) -> None:
    """Titles of pages, drawings and feeds tell filtered results from those of the whole archive."""
    title = title_of(client.get(f"{path}{'&' if '?' in path else '?'}q=puertos&{FILTERS}").text)
    assert "puertos" in title
    assert "Guatemala, Spanish, 2012 – 2019" in title


def test_the_title_names_the_page_and_the_total(client: TestClient) -> None:
    """Pages of the same results differ in their titles."""
    assert re.fullmatch(r"ferry: \d+ items · Dragoman", title_of(client.get("/search?q=ferry").text))
    third = title_of(client.get("/search?q=ferry&limit=1&offset=2").text)
    assert re.fullmatch(r"ferry, page 3: \d+ items · Dragoman", third)
    assert title_of(client.get("/search?q=ferry&sort=oldest").text).startswith("ferry, oldest first: ")


@pytest.mark.parametrize(
    "path",
    ["/search", "/facets", "/timeline", "/timeline?facet=country", "/concordance", "/stories", "/terms"],
)
def test_json_names_the_filters(client: TestClient, path: str) -> None:
    """Each JSON object has the filters: codes, days, and values of fields."""
    name, _, more = path.partition("?")
    assert client.get(f"{name}.json?q=puertos&{FILTERS}&{more}").json()["filters"] == RECORD
    assert client.get(f"{name}.json?q=puertos&{more}").json()["filters"] == {}


def test_commands_name_the_filters(sample_index: Path, tmp_path: Path) -> None:
    """The JSON of commands has the same filters; a drawing has them below its title."""
    questions, drawing = tmp_path / "questions.txt", tmp_path / "drawing.svg"
    questions.write_text("puertos\n")
    options = "--country Guatemala --lang es --from 2012 --to 2019 --estimated --where source=archive.txt"

    def run(command: str, *more: str) -> str:
        query = str(questions) if command == "batch" else "puertos"
        arguments = [command, query, "--index", str(sample_index), *options.split(), *more]
        return CliRunner().invoke(cli, arguments, catch_exceptions=False).stdout

    for command in ("search", "facets", "timeline", "concordance", "stories", "terms", "batch"):
        assert json.loads(run(command, "--format", "json"))["filters"] == RECORD, command
    run("timeline", "--output", str(drawing))
    assert "Guatemala, Spanish, 2012-01-01 – 2019-12-31, including estimated dates" in drawing.read_text()


def test_pages_name_the_archive_and_their_state(sample_index: Path) -> None:
    """The name of the archive is in titles, feeds and the search box; printed pages state their address."""
    client = client_of(sample_index, title="Harbour <news>")
    for path in ("/", "/search?q=ferry", "/timeline?q=ferry", "/report?q=ferry"):
        assert title_of(client.get(path).text).endswith(" · Harbour <news>")
    assert title_of(client.get("/search.atom?q=ferry").text) == "Harbour <news>: ferry"
    assert "<LongName>Harbour &lt;news&gt;</LongName>" in client.get("/opensearch.xml").text
    assert client.get("/openapi.json").json()["info"]["title"] == "Harbour <news>"
    printed = re.search('class="printed">(.*?)</p>', client.get("/search?q=ferry&lang=en").text)
    assert printed
    assert unescape(printed[1]).startswith("http://testserver/search?q=ferry&lang=en, printed on ")

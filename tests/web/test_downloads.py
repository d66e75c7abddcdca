"""Downloads: all matches as `dragoman export` writes them, in turns, and the items that a reader ticks."""

import http.client
import json
import time
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from page_reading import hits_of, page_of, words
from served import LONG, serving
from starlette.testclient import TestClient

from dragoman import Searcher, build
from searcher.exports.export_formats import FORMS as KNOWN
from searcher.web.pool import PART

FORMS = [form for form in KNOWN if form != "sqlite"]
ITEMS = 2_500  # of 7 KB each: more than the buffers of a connection


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("query", ["ferry", "", "zzzqqq"])
def test_a_download_has_the_bytes_of_the_command(
    client: TestClient, searcher: Searcher, tmp_path: Path, form: str, query: str
) -> None:
    """All matches, in the same order, without the mark that files for Excel begin with."""
    with (tmp_path / "out").open("wb") as stream:
        report = searcher.export(stream, query or None, format=form)
    answer = client.get(f"/export.{form}", params={"q": query})
    assert answer.status_code == 200
    assert answer.content == (tmp_path / "out").read_bytes()
    assert answer.headers["X-Total-Count"] == str(report.total)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_links_to_downloads_have_their_count(client: TestClient) -> None:
    """The count of the page is that of the file, for any word and for all words."""
    for address in (
        "/search?q=ferry+safety",
        "/search?q=ferry+safety&all=1",
        "/search?country=KE&sort=oldest",
    ):
        page = page_of(client, address)
        line = next(one for one in page.find_class("take") if "JSON Lines" in words(one))
        for link in line.xpath("./a/@href"):
            total = client.get(link).headers["X-Total-Count"]
            assert words(line).startswith(("All ", "")[total == "1"] + total)


def test_partial_downloads_state_their_number(client: TestClient) -> None:
    """Links of the page, and the names of files."""
    total = client.get("/search.json?q=ferry").json()["groups"]
    shown = words(page_of(client, "/search?q=ferry&limit=2"))
    assert f"JSON (2 of {total}) Atom (2 of 6)" in shown
    saved = client.get("/search.csv?q=ferry&limit=2").headers["Content-Disposition"]
    assert f'"dragoman-2-of-{total}.csv"' in saved
    assert '"dragoman.csv"' in client.get("/search.csv?q=ferry&limit=100").headers["Content-Disposition"]
    assert f"2 of {total} items" in client.get("/search.atom?q=ferry&limit=2&sort=newest").text
    assert "2-lines.csv" in client.get("/concordance.csv?q=ferry&limit=2").headers["Content-Disposition"]


def test_ticked_items_are_cited_and_exported(client: TestClient) -> None:
    """A form without a script sends the ids of ticked hits; their page leads to exports of exactly these."""
    page = page_of(client, "/search?q=ferry&limit=5")
    boxes = page.xpath("//form[@id='ticked']//input[@type='checkbox']")
    assert [box.get("value") for box in boxes] == hits_of(page)
    labels = [page.get_element_by_id(name) for name in boxes[0].get("aria-labelledby").split()]
    assert words(labels[0]) == "Select:"
    assert words(labels[1]) == words(page.xpath("//ol[@id='hits']//h3")[0])
    chosen = [box.get("value") for box in boxes[1:3]]
    form = page.xpath("//form[@id='ticked']")[0]
    given = [*chosen, chosen[0][:8]]  # the beginning of an id is enough
    cited = page_of(client, f"{form.get('action')}?{urlencode([('id', one) for one in given])}")
    assert len(cited.xpath("//ol[@class='cites']/li")) == 2
    links = {words(link): link.get("href") for link in cited.xpath("//p[@class='take']/a")}
    exported = [json.loads(line)["id"] for line in client.get(links["JSON Lines"]).text.splitlines()]
    assert exported == chosen
    assert client.get(links["RIS"]).text.count("TY  - NEWS") == 2
    for link in cited.xpath("//ol[@class='cites']/li/a/@href"):
        assert client.get(link).status_code == 200


def test_a_form_without_ticked_items_explains_ticking(client: TestClient) -> None:
    """The page does not offer an export of everything."""
    page = page_of(client, "/cite")
    assert "Select hits by their checkboxes" in words(page)
    assert not page.xpath("//a[contains(@href, '/export')]")


def test_an_unknown_item_is_not_exported(client: TestClient) -> None:
    """One missing id is an error, not a shorter file."""
    answer = client.get("/export.ris?id=nowhere")
    assert (answer.status_code, answer.json()["parameter"]) == (404, "id")
    assert client.get("/export.csv?q=ferry&limit=3").status_code == 400


@pytest.mark.parametrize("other", ["q=ferry", "country=KE", "sort=newest"])
def test_ids_and_a_query_are_not_exported_together(
    client: TestClient, searcher: Searcher, other: str
) -> None:
    """No parameter is ignored."""
    chosen = searcher.search("ferry", limit=1).hits[0].id
    answer = client.get(f"/export.csv?id={chosen}&{other}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "id")


def test_an_unchanged_download_is_not_sent_again(client: TestClient) -> None:
    """The entity tag depends on the generation and the query."""
    tag = client.get("/export.ris?q=ferry").headers["ETag"]
    assert client.get("/export.ris?q=ferry", headers={"If-None-Match": tag}).status_code == 304
    head = client.head("/export.ris?q=ferry")
    assert (head.status_code, head.content) == (200, b"")


@pytest.fixture(scope="module")
def long_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index whose export is many parts long."""
    folder = tmp_path_factory.mktemp("long")
    chosen = Random(1)
    words = ["".join(chosen.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(2_000)]
    lines = [
        json.dumps({"id": f"i{at}", "body": " ".join(["ferry", *chosen.choices(words, k=1_000)])})
        for at in range(ITEMS)
    ]
    (folder / "items.jsonl").write_text("\n".join(lines))
    build(folder / "index", folder / "items.jsonl", own_thesaurus=False)
    return folder / "index"


@pytest.mark.web
def test_a_cancelled_download_frees_the_server(long_index: Path, tmp_path: Path) -> None:
    """Readers who leave, or read slowly, hold neither threads nor memory, and others are served meanwhile."""
    with serving(long_index, tmp_path) as served:
        opened = []
        for _ in range(12):
            connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=LONG)
            connection.request("GET", "/export.jsonl")
            opened.append(connection)
        assert len(opened[0].getresponse().read(PART)) == PART
        before = _memory(served.process.pid)
        for number in range(20):
            assert served.get(f"/search.json?q=ferry+{number}&limit=1")[0] == 200
        assert _memory(served.process.pid) < before + 60
        for connection in opened:
            connection.close()
        time.sleep(0.5)
        used = _processor(served.process.pid)
        time.sleep(1)
        assert _processor(served.process.pid) - used < 0.5
        status, body = served.get("/export.jsonl")
        assert (status, body.count(b"\n")) == (200, ITEMS)


def _memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3


def _processor(pid: int) -> float:
    """Return the seconds of computing of a process."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100

"""The API: totals and links of pages, chosen facets and keys, its description, compression, raw addresses."""

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from page_reading import client_of, page_of, words
from served import LONG, serving
from starlette.testclient import TestClient
from tables import by_table

from searcher.web import responses
from searcher.web.responses import json_path, page_id, page_path


def _links(answer: Any) -> dict[str, str]:
    return {kind: address for address, kind in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])}


@pytest.fixture(scope="module")
def mixed(mixed_index: Path) -> TestClient:
    """Return a client of an archive with stories."""
    return client_of(mixed_index)


PAGED = [
    ("/search.json?q=police", "hits"),
    ("/search.json?q=police&sort=newest&group=0", "hits"),
    ("/stories.json?window=14", "stories"),
    ("/concordance.json?q=police", "lines"),
]


@pytest.mark.parametrize(("address", "name"), PAGED)
def test_totals_count_what_pages_count(mixed: TestClient, address: str, name: str) -> None:
    """Following `next` gives as many hits, stories or lines as the header says."""
    client = mixed
    whole = client.get(f"{address}&limit=1000")
    total = int(whole.headers["X-Total-Count"])
    found, link = [], f"{address}&limit=2"
    while link:
        answer = client.get(link)
        assert "first" in _links(answer)
        found += answer.json()[name]
        link = _links(answer).get("next", "")
    assert len(found) == total > 2
    assert found == whole.json()[name]


@pytest.mark.parametrize(("address", "name"), PAGED)
def test_before_the_end_comes_the_last_page(mixed: TestClient, address: str, name: str) -> None:
    """Beyond the last page `prev` is the last page, which has hits."""
    client = mixed
    answer = client.get(f"{address}&limit=2&offset=5000")
    assert "next" not in _links(answer)
    last = client.get(_links(answer)["prev"])
    assert last.json()[name]
    assert "next" not in _links(last)


def test_totals_of_groups_are_those_of_pages(make_client: Any) -> None:
    """Near duplicates are one hit, and one in the total."""
    answer = make_client.get("/search.json?q=boats&limit=1")
    assert (answer.json()["total"], answer.json()["groups"]) == (3, 2)
    assert answer.headers["X-Total-Count"] == "2"


@pytest.fixture
def make_client(make_index: Any) -> TestClient:
    """Return a client of an archive with two copies of one item."""
    text = (
        "Fishing boats of the north stay in port, since fuel is dearer than what a catch brings in a month."
    )
    items = [{"id": f"b{at}", "title": "Boats", "body": text} for at in range(2)]
    return client_of(
        make_index(*items, {"id": "c", "title": "Nets", "body": "Other boats came back at noon."})
    )


def test_facets_are_the_requested_ones_or_none(client: TestClient) -> None:
    """The page needs its own, whatever is requested."""
    for path in ("/search.json", "/facets.json"):
        assert [*client.get(f"{path}?q=ferry&facet=topic").json()["facets"]] == ["topic"]
        assert client.get(f"{path}?q=ferry&facet=none").json()["facets"] == {}
        assert len(client.get(f"{path}?q=ferry").json()["facets"]) >= 3
    assert client.get("/search?q=ferry&facet=none").status_code == 200
    assert client.get("/search?facet=month&to=2018").status_code == 200  # the chart counts months too
    assert client.get("/timeline.json?q=ferry&facet=none").status_code == 200
    assert client.get("/search.json?facet=none&lang=xx").json()["parameter"] == "lang"


def test_hits_have_the_requested_keys(client: TestClient) -> None:
    """Unknown keys are errors that list the known ones."""
    for fields in ("fields=id,title", "fields=title&fields=id"):
        answer = client.get(f"/search.json?q=ferry&facet=none&limit=2&{fields}")
        assert [[*hit] for hit in answer.json()["hits"]] == [["id", "title"]] * 2
    assert "fields=id" in _links(answer)["next"]
    wrong = client.get("/search.json?q=ferry&fields=id,body").json()
    assert wrong["parameter"] == "fields"
    assert "snippet" in wrong["detail"]
    assert client.get("/search.csv?fields=id").status_code == 400


def test_the_description_is_that_of_the_served_index(client: TestClient) -> None:
    """Facets are listed, examples match, and pages are described."""
    described = client.get("/openapi.json").json()
    parameters = described["components"]["parameters"]
    assert {"topic", "source", "none"} <= set(parameters["facet"]["schema"]["items"]["enum"])
    for name in parameters["facet"]["schema"]["items"]["enum"][1:]:
        assert client.get(f"/search.json?facet={name}").status_code == 200, name
    for name in ("q", "country", "lang"):
        schema = parameters[name]["schema"]
        for value in schema.get("items", schema)["examples"][1:]:
            assert client.get("/search.json", params={name: value}).json()["total"], (name, value)
    for path in ("/", "/search", "/items/{id}", "/report", "/cite", "/export.xlsx"):
        assert path in described["paths"]
    item = described["paths"]["/items/{id}.json"]["get"]["parameters"][0]
    assert client.get(f"/items/{item['examples']['item 1']['value']}.json").status_code == 200


def test_brotli_is_used_where_it_is_installed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that prefers gzip gets gzip, and without the extra all do."""
    brotli = pytest.importorskip("brotli")
    address = "/search.json?q=agua"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    with client.stream("GET", address, headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["ETag"] == plain.headers["ETag"]
        without = re.compile(rb'"took_ms": [0-9.]+')
        assert without.sub(b"", brotli.decompress(b"".join(answer.iter_raw()))) == without.sub(
            b"", plain.content
        )
    assert responses.content_coding("gzip, br;q=0.5") == "gzip"
    responses.content_coding.cache_clear()
    monkeypatch.setattr(responses, "_brotli", lambda: None)
    assert responses.content_coding("gzip, br") == "gzip"
    responses.content_coding.cache_clear()


@pytest.mark.web
def test_a_server_reads_raw_addresses(sample_index: Path, tmp_path: Path, client: TestClient) -> None:
    """Addresses as typed for curl are those that browsers encode; other bytes are an error about UTF-8."""
    expected = client.get("/facets.json", params={"q": "niñez"}).json()["total"]
    with serving(sample_index, tmp_path) as served:
        for cut in (100, 21, 1):
            head = b"GET /facets.json?q=ni\xc3\xb1ez HTTP/1.1\r\nHost: localhost\r\n"
            with socket.create_connection(("127.0.0.1", served.port), timeout=LONG) as opened:
                for end in (b"\r\n", b"Connection: close\r\n\r\n"):
                    opened.sendall((head + end)[:cut])
                    opened.sendall((head + end)[cut:])
                    answer = b""
                    while b'"unmatched"' not in answer:
                        answer += opened.recv(1 << 16) or pytest.fail(answer.decode())
                    assert b'"total": %d,' % expected in answer
        wrong = served.raw(
            b"GET /facets.json?q=\xff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert b"not UTF-8" in wrong


@by_table
def test_http_and_command_give_the_same_bytes(
    client: TestClient, run: Callable[..., Any], sample_index: Path, command: str, address: str
) -> None:
    """Defaults are the same too; only the time taken differs."""
    without = re.compile(r'"took_ms": [0-9.]+')
    for form in ("json",) if address.startswith(("/facets", "/items")) else ("json", "csv"):
        answer = client.get(address.format(form))
        assert answer.status_code == 200
        printed = run(command, "--index", sample_index, "--format", form).stdout
        assert without.sub("", answer.text) == without.sub("", printed)


IDS = (
    "x", "x.json", "x.json/", "x.json.json", "https://a.example/feed.json", "https://a.example/news/",
    "a b?q=1#h", "notes.ris", "é.json", ".json", "/",
)  # fmt: skip


@given(st.lists(st.sampled_from(["a", ".", "%2F", "?", "/", ".json", ".json/"]), min_size=1).map("".join))
@settings(max_examples=examples(200))
def test_a_path_of_an_item_is_unambiguous(item_id: str) -> None:
    """The paths of an item decode to its id, and either to its page or to its JSON."""
    page, record = (unquote(path(item_id)).removeprefix("/items/") for path in (page_path, json_path))
    assert (page_id(page), page.endswith(".json")) == (item_id, False)
    assert record == f"{item_id}.json"


@pytest.mark.parametrize("base", ["", "/archive"])
def test_every_item_has_a_page_json_and_citations(make_index: Callable[..., Path], base: str) -> None:
    """Searches and feeds link to the page of each item, and this to its JSON and to the other languages."""
    client = client_of(
        make_index(*[{"id": one, "title": f"Ferry {at}", "body": "ferry"} for at, one in enumerate(IDS)]),
        **({"base_url": f"http://testserver{base}"} if base else {}),
    )
    listed = "q=ferry&limit=50&group=0"
    links = page_of(client, f"{base}/search?{listed}").xpath("//h3/a/@href")
    feed = client.get(f"{base}/search.atom?{listed}").text
    fed = re.findall('type="text/html" href="http://testserver([^"]*/items/[^"]+)"', feed)
    assert len(links) == len(fed) == len(IDS)
    found = []
    for link in [*links, *fed]:
        page = page_of(client, link)
        item_id = words(page.xpath("//dt[.='Item']/following-sibling::dd[1]/code")[0])
        assert words(page.xpath("//h1")[0]) == f"Ferry {IDS.index(item_id)}"
        record = client.get(page.xpath("//link[@type='application/json']/@href")[0])
        assert record.json()["id"] == item_id
        assert f"[{item_id}]" in words(page.xpath("//p[@id='citation']")[0])
        spanish = page_of(client, page.xpath("//a[@hreflang='es']/@href")[0])
        assert item_id in words(spanish.xpath("//p[@id='citation']")[0])
        found.append(item_id)
    assert sorted(found) == sorted([*IDS, *IDS])

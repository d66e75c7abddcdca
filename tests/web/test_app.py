"""The application, called without a server: its responses equal the output of the command line."""

import gzip
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from page_reading import client_of
from starlette.testclient import TestClient
from tables import by_table

from searcher import Searcher

ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_first_page_answers_a_query(client: TestClient) -> None:
    """A query at `/` is answered like at `/search`; without one the whole archive is listed."""
    for question in ("q=ferry", "country=KE&ui=es", "limit=x"):
        first, search = (client.get(f"{path}?{question}") for path in ("/", "/search"))
        assert (first.status_code, first.text) == (search.status_code, search.text)
    assert client.get("/").text != client.get("/search").text
    assert client.get("/?ui=es&q=").text == client.get("/?ui=es").text


@pytest.mark.parametrize(("query", "limit"), [("q=ferry+school&all=0", 10), ("q=ferry", 10), ("q=ferry", 3)])
def test_links_between_pages_of_lines_keep_their_mode(client: TestClient, query: str, limit: int) -> None:
    """The defaults of the address are not those of a search: all lines, with all words."""
    whole = client.get(f"/concordance.json?{query}").json()["lines"]
    assert len(whole) > limit
    answer = client.get(f"/concordance.json?{query}&limit={limit}")
    met = answer.json()["lines"]
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"])
        assert len(answer.json()["lines"]) <= limit
        met += answer.json()["lines"]
    assert met == whole


@pytest.mark.parametrize(
    "path", ["/search.json?q=ferry", "/facets.json", "/search", "/items/{id}", "/search.atom?q=agua"]
)
def test_a_known_entity_tag_gets_304_without_a_body(
    client: TestClient, sample_index: Path, path: str
) -> None:
    """GET and HEAD get 304 for the tag alone or in a list, weak or not."""
    with Searcher(sample_index) as searcher:
        path = path.format(id=searcher.search("ferry").hits[0].id)
    first = client.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', f'{tag} , W/"x"', "*"):
        for method in ("GET", "HEAD"):
            again = client.request(method, path, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).content
    assert client.get(f"{path}{'&' if '?' in path else '?'}lang=es").headers["ETag"] != tag


def test_head_has_the_headers_of_get(client: TestClient) -> None:
    """HEAD has the status and the headers of GET, including the length."""
    for path in ("/", "/search.csv?q=ferry", "/openapi.json", "/nowhere", "/search.json?limit=x"):
        got, head = client.get(path), client.head(path)
        assert head.status_code == got.status_code
        kept = [name for name in got.headers if name != "content-length" or "took_ms" not in got.text]
        assert {name: head.headers[name] for name in kept} == {name: got.headers[name] for name in kept}


def test_responses_are_compressed_if_the_client_accepts_it(client: TestClient) -> None:
    """A long response is compressed if gzip is accepted, has the header, and decompresses to the same."""
    plain = client.get("/facets.json", headers={"Accept-Encoding": "identity"})
    for accepted in ("gzip", "br;q=0.5, gzip;q=1", "*"):
        with client.stream("GET", "/facets.json", headers={"Accept-Encoding": accepted}) as answer:
            raw = b"".join(answer.iter_raw())
            assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(raw).decode() == plain.text
        assert len(raw) == int(answer.headers["Content-Length"]) < len(plain.content)
    for refused in ("identity", "gzip;q=0", ""):
        answer = client.get("/facets.json", headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers["Vary"]


@by_table
def test_a_problem_names_its_parameter(client: TestClient, query: str, parameter: str, says: str) -> None:
    """An invalid request gets a problem of RFC 9457 that names the parameter and the remedy."""
    answer = client.get(f"/search.json?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["title"], problem["parameter"]) == (400, "Bad Request", parameter)
    assert says in problem["detail"]
    assert "--" not in problem["detail"]
    assert client.get(f"/search?{query}").headers["Content-Type"].startswith("text/html")


def test_a_query_beyond_the_limit_is_a_problem(client: TestClient) -> None:
    """A strict query is refused whole."""
    problem = client.get("/search.json", params={"q": "a " * 6000, "strict": "1"}).json()
    assert (problem["parameter"], "5,000" in problem["detail"]) == ("q", True)


def test_unknown_paths_are_not_found(client: TestClient) -> None:
    """An unknown address or item is 404, and a method that writes is 405."""
    traversals = ("/items/../../etc/passwd.json", "/items/%2e%2e%2fx.json", "/static/x.css")
    for path in ("/nowhere", "/items/none.json", *traversals):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["status"]) == (404, 404), path
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr"}
    page = client.get("/nowhere", headers=browser)
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "il n’y a pas de page à cette adresse" in page.text
    assert client.get("/items/none.json", headers=browser).json()["status"] == 404
    answer = client.post("/search.json", content=b"q=ferry")
    assert (answer.status_code, answer.headers["Connection"]) == (405, "close")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_a_feed_has_an_entry_for_each_hit(client: TestClient) -> None:
    """The entries of the Atom feed are in the order of the hits, with only the known days."""
    hits = client.get("/search.json?q=agua&limit=20&sort=newest").json()["hits"]
    feed = client.get("/search.atom?q=agua&limit=20&sort=newest").text
    entries = ET.fromstring(feed).findall(f"{ATOM}entry")
    ids = [f"urn:dragoman:item:{hit['id']}" for hit in hits]
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == ids
    for entry, hit in zip(entries, hits, strict=True):
        day, published = hit["date"], entry.findtext(f"{ATOM}published")
        known = day and day["kind"] != "estimated" and day["start"] == day["end"]
        assert (published[:10] if published else None) == (day["start"] if known else None)
        terms = {one.get("term") for one in entry.findall(f"{ATOM}category")}
        assert terms == {one["code"] for one in hit["countries"]}
    page = entries[0].find(f"{ATOM}link[@rel='alternate']")
    assert page is not None
    assert client.get(page.attrib["href"]).status_code == 200


def test_browsers_can_discover_the_search(client: TestClient) -> None:
    """The OpenSearch description has working addresses."""
    root = ET.fromstring(client.get("/opensearch.xml").text)
    templates = [url.attrib["template"] for url in root if url.tag.endswith("Url")]
    assert len(templates) == 4
    for template in templates:
        address = template.replace("{searchTerms}", "ferry").replace("{startIndex?}", "0")
        assert client.get(address).status_code == 200
    assert client.get(root.findtext("{*}Image") or "").status_code == 200


@pytest.mark.slow
def test_the_description_is_valid_openapi(client: TestClient) -> None:
    """The description of the API conforms to OpenAPI 3.1."""
    from openapi_spec_validator import validate

    validate(client.get("/openapi.json").json())


def test_the_api_matches_its_description(client: TestClient) -> None:
    """Responses match their schemas, which name all keys."""
    from jsonschema import Draft202012Validator

    described: dict[str, Any] = client.get("/openapi.json").json()
    ids = [hit["id"] for hit in client.get("/search.json").json()["hits"]]
    answers = {
        "Results": ["/search.json?q=agua", "/search.json?q=nothing+whatsoever", "/search.json?limit=25"],
        "Counts": ["/facets.json?q=agua", "/facets.json?facet=topic"],
        "Item": [f"/items/{item_id}.json" for item_id in ids[:4]],
        "Timeline": [
            "/timeline.json?q=agua&vs=ferry&by=week",
            "/timeline.json?q=agua&per_million=1",
            "/timeline.json?q=zzqq&facet=country",
        ],
        "Concordance": ["/concordance.json?q=agua"],
        "Stories": ["/stories.json?window=365", "/stories.json?q=zzqq"],
        "Terms": ["/terms.json?q=agua", "/terms.json?q=zzqq&vs=ferry", "/terms.json?q=agua&vs_years=2016"],
        "Health": ["/healthz"],
        "Problem": ["/search.json?limit=x", "/nowhere"],
    }
    for name, paths in answers.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        validator = Draft202012Validator(schema)
        validator.check_schema(described["components"]["schemas"][name])
        for path in paths:
            answer = client.get(path).json()
            validator.validate(answer)
            assert answer.keys() <= described["components"]["schemas"][name]["properties"].keys(), path
    for path, operation in described["paths"].items():
        needed = [one["name"] for one in operation["get"]["parameters"] if one.get("in") == "query"]
        assert needed == (["q"] if path.startswith("/concordance") else []), path
        answer = client.get(path.replace("{id}", ids[0]), params=dict.fromkeys(needed, "agua"))
        assert answer.status_code == 200, path
        told = operation["get"]["responses"]["200"]["headers"]
        assert {name for name in ("ETag", "Link", "X-Total-Count") if name in answer.headers} == set(told)


def test_request_text_is_never_reflected_unescaped(client: TestClient) -> None:
    """Text of a request is in no header and in no markup, and every response has the security policy."""
    evil = "%0d%0aSet-Cookie:%20a=b%0d%0a%3Cscript%3Ealert(1)%3C/script%3E%22%27"
    paths = ("/search?q={}", "/search.json?limit=1&q={}", "/items/{}?", "/{}?", "/search.atom?q={}")
    for path in paths:
        for query in ("", f"&country={evil}", f"&{evil}=1"):
            answer = client.get(path.format(evil) + query)
            assert answer.status_code in {200, 400, 404}
            assert "set-cookie" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            if not answer.headers["Content-Type"].endswith("json"):
                assert "<script>alert" not in answer.text


def test_links_begin_with_the_base_address_behind_a_proxy(sample_index: Path) -> None:
    """Links are right whether the proxy removes the path or not."""
    client = client_of(sample_index, base_url="https://news.example.org/archive/")
    for path in ("/search.json?q=agua&limit=2", "/archive/search.json?q=agua&limit=2"):
        answer = client.get(path)
        assert answer.links["next"]["url"].startswith("/archive/search.json?q=agua&limit=2&after=")
    assert 'href="https://news.example.org/archive/items/' in client.get("/search.atom?q=agua").text
    assert client.get("/openapi.json").json()["servers"] == [{"url": "https://news.example.org/archive"}]

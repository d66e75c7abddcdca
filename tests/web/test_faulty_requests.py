"""Faulty requests: which parameter is named, and pages of problems that keep the question."""

import socket
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import pytest
from command_line import Run
from lxml import html
from page_reading import client_of, page_of, site_of
from starlette.testclient import TestClient
from tables import by_table

from indexer import build, update
from searcher import Searcher
from searcher.web import routes
from searcher.web.access import Hosts
from searcher.web.responses import ALWAYS

ODD = ("no\ufffecharacter\uffff", "bell\x07\x1b[31m", ']]>&"<b>', "over\u202eride", "two\nlines")


@pytest.mark.parametrize("odd", ODD)
def test_unusual_titles_and_queries_break_no_xml(tmp_path: Path, odd: str) -> None:
    """Feeds and charts are well-formed for any text in an archive or a query."""
    build(tmp_path, items=[{"id": "a", "title": odd, "text": f"ferry {odd}", "date": "2018-03-05"}])
    client = client_of(tmp_path)
    for path, more in (("search.atom", {}), ("timeline.svg", {}), ("timeline.svg", {"vs": f"boat {odd}"})):
        answer = client.get(f"/{path}", params={"q": f"ferry {odd}", **more})
        assert answer.status_code == 200
        ET.fromstring(answer.text)


def test_links_of_a_feed_are_encoded(tmp_path: Path) -> None:
    """Characters that no address may contain are encoded; others stay."""
    url = 'https://ñandú.example/a b?c=<d>&e="f|g"#h%20i'
    build(tmp_path, items=[{"id": "a", "text": "ferry", "url": url}])
    feed = ET.fromstring(client_of(tmp_path).get("/search.atom?q=ferry").text)
    link = feed.find("{*}entry/{*}link[@rel='via']")
    assert link is not None
    assert link.attrib["href"] == "https://ñandú.example/a%20b?c=%3Cd%3E&e=%22f%7Cg%22#h%20i"


@by_table
def test_an_invalid_base_address_is_refused(run: Run, sample_index: Path, base: str) -> None:
    """An invalid base address is refused in a line, before the server listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:  # whose port is taken
        options = ("--port", other.getsockname()[1], "--base-url", base)
        run.refused("serve --index", sample_index, *options, says="is not the URL of a page")


@by_table
def test_the_faulty_parameter_is_named(
    client: TestClient, request_: str, parameter: str | None, says: str
) -> None:
    """The parameter is named also if it is not the query; if none is faulty, none is named."""
    answer = client.get(request_)
    assert (answer.status_code, answer.json().get("parameter")) == (400, parameter)
    assert says in answer.json()["detail"]


def test_the_number_of_parameters_is_limited(client: TestClient) -> None:
    """Beyond it no parameter is the faulty one."""
    problem = client.get("/search.json?" + "country=KE&" * 201).json()
    assert (problem.get("parameter"), "at most 200 parameters" in problem["detail"]) == (None, True)


def test_too_many_series_are_refused_before_a_search(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request with many costly queries costs nothing."""
    client = client_of(sample_index)
    monkeypatch.setattr(Searcher, "search", lambda *_, **__: pytest.fail("it was searched"))
    for path in ("/timeline.json", "/timeline"):
        answer = client.get(path, params={"q": "ferry", "vs": [f"{number}*" for number in range(150)]})
        assert answer.status_code == 400
        assert "at most 12 series" in answer.text


def test_no_redirect_leaves_the_base_address(sample_index: Path) -> None:
    """An address with an extra slash is not found, instead of redirecting to an unreachable place."""
    client = client_of(sample_index, base_url="https://news.example.org/archive")
    for path in ("/search/", "/archive/search.json/", "/items"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 404
        assert "location" not in answer.headers
    assert client.get("/archive").text == client.get("/archive/").text == client.get("/").text


def test_a_base_address_may_be_encoded(sample_index: Path) -> None:
    """Links of a page with such an address work."""
    client = client_of(sample_index, base_url="https://news.example.org/arch%C3%AFve%20a")
    page = page_of(client, "/arch%C3%AFve%20a/")
    style, form = page.xpath("//link[@rel='stylesheet']/@href | //form/@action")
    for address in (style, form):
        assert address.startswith("/arch%C3%AFve%20a/")
        assert client.get(address).status_code == 200


def test_a_refused_host_gets_a_response_with_a_length(sample_index: Path) -> None:
    """An HTTP/1.0 client needs the length; a request with two hosts is refused."""
    client = client_of(sample_index, hosts=Hosts(frozenset({"localhost"})))
    for hosts, status in ((["evil.example"], 421), (["localhost", "evil.example"], 400)):
        answer = client.get("/healthz", headers=[("Host", host) for host in hosts])
        assert answer.status_code == status
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        assert answer.json()["status"] == status


def test_health_has_the_current_generation(tmp_path: Path) -> None:
    """Health reports the generation of an update at once, even without any request since."""
    build(tmp_path, items=[{"id": "a", "text": "ferry"}])
    client = client_of(tmp_path)
    assert client.get("/healthz").json()["items"] == 1
    update(tmp_path, items=[{"id": "b", "text": "boat"}])
    assert client.get("/healthz").json() == {"status": "ok", "generation": "2", "items": 2}


def test_too_many_items_offer_narrower_questions(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that would read too many items links to years and countries of the same question."""
    monkeypatch.setattr(routes, "check_match_count", partial(routes.check_match_count, most=4))
    client = client_of(sample_index)
    answer = client.get("/stories?q=ferry+OR+school&lang=en")
    assert answer.status_code == 400
    page = html.fromstring(answer.text)
    links = page.xpath("//ul[@class='help']//a/@href")
    assert any("from=" in link and "to=" in link for link in links)
    assert any("country=" in link for link in links)
    for link in links:
        assert link.startswith("/stories?")
        assert "lang=en" in link
        assert client.get(link).status_code == 200, link
    assert page.xpath("//main/p/a/@href")[-1].startswith("/search?q=ferry")


def test_errors_keep_the_question_and_link_its_correction(sample_index: Path) -> None:
    """An unknown country links to similar names; the search goes on without the fault."""
    client = client_of(sample_index)
    page = html.fromstring(client.get("/timeline?q=ferry&country=Kenya&country=Ghanna&lang=en").text)
    (link,) = page.xpath("//ul[@class='help']//a/@href")
    assert link == "/timeline?q=ferry&country=Kenya&country=Ghana&lang=en"
    assert client.get(link).status_code == 200
    (back,) = page.xpath("//main/p/a/@href")
    assert back == "/search?q=ferry&lang=en"


def test_internal_errors_have_a_reference_in_the_log(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page has the reference under which the log has the reason, without the reason itself."""
    client = TestClient(site_of(sample_index), raise_server_exceptions=False)
    monkeypatch.setattr(Searcher, "search", lambda *_, **__: 1 // 0)
    answer = client.get("/search.json?q=ferry")
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    reference = answer.json()["detail"].partition("reference ")[2].split()[0]
    assert f"dragoman: {reference}: GET /search.json\n" in capsys.readouterr().err
    assert "division" not in answer.text


def test_links_of_a_long_query_carry_the_part_that_is_read(sample_index: Path) -> None:
    """A query of 60 KB makes a page of a few times the part that is read, with the same results."""
    client = client_of(sample_index)
    query = "ferry " * 10_000
    page = client.get("/search", params={"q": query}).text
    assert len(page) < 60_000 + 30 * 5_000
    links = [link for link in html.fromstring(page).xpath("//main//a/@href") if "q=" in link]
    assert links
    assert max(map(len, links)) < 3 * 5_000 + 200

"""Pages of problems keep the question, offer others, and name their entry in the log."""

from functools import partial
from pathlib import Path

import pytest
from lxml import html
from page_reading import client_of
from starlette.testclient import TestClient

from searcher import Searcher
from searcher.web import routes
from searcher.web.app import application
from searcher.web.generations import Serving


def test_too_many_items_offer_narrower_questions(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that would read too many items links to years and countries of the same question."""
    monkeypatch.setattr(routes, "bounded", partial(routes.bounded, most=4))
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
    client = TestClient(application(Serving(str(sample_index))), raise_server_exceptions=False)
    monkeypatch.setattr(Searcher, "search", lambda *_, **__: 1 // 0)
    answer = client.get("/search.json?q=ferry")
    assert answer.status_code == 500
    reference = answer.json()["detail"].split()[-1]
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

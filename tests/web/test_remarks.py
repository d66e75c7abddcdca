"""Notes and errors are in the language of the page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from page_reading import client_of
from starlette.testclient import TestClient
from tables import by_table, rows_by_name

from indexer.countries.country_names import resolve_countries
from indexer.errors import QueryError, message_of
from searcher import Searcher
from searcher.query.foreign_syntax import translate
from searcher.query.notes import region_note
from searcher.web.page.messages import reader_of, remark

NOTED = (
    *("(" * 120 + "ferry" + ")" * 120, "ferry " * 1_100, "f" * 2_000, f'"{"ferry " * 300}"', "e" * 90 + "~"),
    *(" ".join(f"a{at}:b" for at in range(9)), " ".join(f"ferrx{at}y" for at in range(60))),
    "migration poverty school water fire harbour police doctor " * 12,
    " ".join(f"* NOT a{at}" for at in range(40)),
    *(" ".join(f"fe{at}*" for at in range(80)), " ".join(f"*e{at}" for at in range(30))),
)


def _english(text: str) -> bool:
    return any('lang="en"' in remark(text, reader_of(language)) for language in ("es", "fr"))


def test_every_note_has_a_translation(searcher: Searcher) -> None:
    """No note on unusual queries of any kind is missing from the table."""
    queries = (*rows_by_name(__file__, "queries"), *NOTED)
    found = {
        note.text for query in queries for note in searcher.search(query).notes if note.kind != "relaxed"
    }
    found |= {note.text for note in searcher.search("ferry", countries="Balkans", drop="none").notes}
    found |= {
        note.text
        for syntax, rows in rows_by_name(__file__, "syntaxes").items()
        for (query,) in rows
        for note in translate(query, syntax)[1]
    }
    assert len(found) > 15
    assert [
        text for text in found if _english(text) and "--country" not in text and "without" not in text[:7]
    ] == []


@by_table
def test_every_error_has_a_translation(searcher: Searcher, given: dict[str, Any]) -> None:
    """The errors of a query are in the table, too."""
    with pytest.raises(QueryError) as error:
        searcher.search(**{"query": "ferry"} | given)
    assert not _english(message_of(error.value)), str(error.value)


def test_the_server_takes_the_syntax_of_a_query(client: TestClient) -> None:
    """The JSON has the note, and a faulty query is a problem; the page of the results keeps the syntax."""
    found = client.get("/search.json?q=ferry+or+boat+and+not+quay&syntax=lexis").json()
    assert found["query"] == "ferry or boat and not quay"
    read = "(ferry OR boat) AND NOT quay"
    note = {
        "kind": "syntax",
        "text": f"the query was read as Lexis: {read}",
        "args": {"name": "Lexis", "query": read},
    }
    assert found["notes"][0] == note
    for wrong in ("ferry+w/5&syntax=lexis", "ferry&syntax=westlaw"):
        assert client.get(f"/search.json?q={wrong}").status_code == 400
    page = client.get("/search?q=ferry+or+boat&syntax=lexis&ui=es")
    assert "búsqueda interpretada con la sintaxis de Lexis: ferry OR boat" in page.text
    assert html.fromstring(page.text).xpath("//input[@name='syntax']/@value")[0] == "lexis"


@by_table
def test_problems_of_the_server_are_translated(client: TestClient, path: str) -> None:
    """Problems of each route and parameter are; user text stays as typed."""
    page = client.get(path, headers={"Accept-Language": "es"}).text
    assert '<html lang="es"' in page
    main = page.partition("<main")[2].partition("</main")[0]
    assert 'lang="en"' not in main
    assert "<b>" not in main
    wrong = html.fromstring(page).xpath("//*[@role='alert']")[0].text_content()
    assert not re.search(r"\b(and|or|more)\b", wrong), wrong


def test_the_problem_of_a_busy_server_is_translated(sample_index: Path) -> None:
    page = client_of(sample_index, threads=1, waiting=-1).get("/search?q=ferry&ui=fr")
    assert page.status_code == 503
    assert "trop de recherches" in page.text


@by_table
def test_a_problem_uses_the_labels_of_the_form(client: TestClient, ui: str, path: str, said: str) -> None:
    """A field has the label of the page, followed by the parameter; numbers are in the reader's format."""
    page = html.fromstring(client.get(path, headers={"Accept-Language": ui}).text)
    told = page.xpath("//*[@role='alert']")[0].text_content().replace("\u202f", " ")
    assert " ".join(told.split()).startswith(said)
    assert client.get(path.replace("?", ".json?")).json()["parameter"] in path


def test_countries_of_a_note_are_translated() -> None:
    """The countries of a region are named in the language of the page; in Spanish, "y" is "e" before i."""
    note, isles = [region_note(resolve_countries(name)).text for name in ("Balkans", "Australasia")]
    assert "Bosnia & Herzegovina, Bulgaria, Croatia, Greece" in note
    assert "Nueva Zelanda e Isla Norfolk" in remark(isles, reader_of("es"))
    assert "Balcanes (11 países): Albania, Bosnia y Herzegovina, Bulgaria," in remark(note, reader_of("es"))
    assert "Bosnie-Herzégovine, Bulgarie, Croatie, Grèce" in remark(note, reader_of("fr"))


def test_the_number_of_unlisted_fields_is_translated(make_index: Callable[..., Path]) -> None:
    """The message about an unknown field is fully translated if the index has more fields than are listed."""
    client = client_of(make_index({"body": "A ferry"} | {f"field{at}": "x" for at in range(40)}))
    for ui, said in (("es", r" y \d+ más;"), ("fr", " et \\d+ autres\u202f;")):
        page = client.get(f"/search?where=none%3D1&ui={ui}").text
        assert re.search(said, page)
        assert " more" not in page

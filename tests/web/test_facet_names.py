"""Names of facets and fields in any case and with white space, in every command and route."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from page_reading import client_of

from searcher import QueryError, Searcher
from searcher.commands.program import cli
from searcher.reading.batch import batch
from searcher.reading.over_time import left_out, over_time, read_by_facet

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {
    "section": ("Section", " section", "SECTION\t"),
    "desk_name": ("Desk Name", "desk  name", "DESK_NAME "),
    "source": ("Source", "SOURCE "),
    "topic": ("Topic", " TOPIC"),
    "country": ("Country", "COUNTRY ", " country"),
    "language": ("Language", " LANGUAGE"),
}
VARIANTS = [(name, typed) for name, variants in NAMES.items() for typed in variants]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of two items with custom fields that name concepts and countries."""
    from indexer.store.indexing import build

    folder = tmp_path_factory.mktemp("names")
    items = [
        {"title": "Ferry trafficking", "body": "police in Kenya", "date": "2016-03-01", "section": "Sea"},
        {"title": "Ferry and customs", "body": "migrants in Fiji", "date": "2017-01-02", "section": "Land"},
    ]
    lines = [json.dumps(item | {"Desk Name": f"desk {at}"}) for at, item in enumerate(items)]
    (folder / "items.jsonl").write_text("\n".join(lines))
    build([folder / "items.jsonl"], folder / "index")
    return folder / "index"


def printed(index: Path, *arguments: str) -> Any:
    """Run a command, and return its output without the time taken."""
    result = CliRunner().invoke(cli, [*arguments, "--index", str(index)])
    assert result.exit_code == 0, (arguments, result.output)
    found = json.loads(result.stdout)
    found.pop("took_ms", None)
    return found


@pytest.mark.parametrize(("name", "typed"), VARIANTS)
def test_commands_accept_a_name_in_any_spelling(index: Path, tmp_path: Path, name: str, typed: str) -> None:
    """The output is the same for all spellings of a name."""
    questions = tmp_path / "questions.txt"
    questions.write_text("ferry\n")
    as_json = ("--format", "json")
    for command, option in (("search", "--facet"), ("facets", "--facet"), ("timeline", "--facet")):
        one, other = (printed(index, command, "ferry", option, each, *as_json) for each in (name, typed))
        assert one == other
    one, other = (printed(index, "batch", str(questions), "--by", each, *as_json) for each in (name, typed))
    assert {**one, "by": None} == {**other, "by": None}


@pytest.mark.parametrize("command", ["search", "facets", "timeline", "concordance", "stories", "export"])
@pytest.mark.parametrize("typed", ["Section=Sea", " section = sea", "SECTION=Sea", "Section = SEA "])
def test_filters_accept_a_name_in_any_spelling(index: Path, tmp_path: Path, command: str, typed: str) -> None:
    """A filter by a field matches the same for all spellings of its name."""
    target = tmp_path / "out.jsonl"
    rest = ("-o", str(target)) if command == "export" else ("--format", "json")
    result = CliRunner().invoke(cli, [command, "ferry", "--where", typed, "--index", str(index), *rest])
    assert not isinstance(result.exception, Exception), result.exception
    assert result.exit_code == 0 or command == "stories"
    with Searcher(index) as searcher:
        name, _, value = typed.partition("=")
        assert searcher.search("ferry", where={name: value}).total == 1


@pytest.mark.parametrize("query", ["Section:Sea", "SECTION:sea", "Country:KE", "Lang:en Section:Sea"])
def test_filters_in_a_query_accept_a_name_in_any_case(index: Path, query: str) -> None:
    """A field in a query is recognised whatever the case of its name."""
    with Searcher(index) as searcher:
        assert searcher.search(query).total == 1


@pytest.mark.parametrize(("name", "typed"), VARIANTS)
def test_routes_accept_a_name_in_any_spelling(index: Path, name: str, typed: str) -> None:
    """Each route responds the same for all spellings of a facet."""
    addresses = (
        "/search.json",
        "/facets.json",
        *(f"/timeline{form}" for form in ("", ".json", ".csv", ".svg")),
    )
    with client_of(index) as client:
        for address in (*addresses, "/search", "/search.csv", "/search.atom", "/report"):
            one, other = (client.get(address, params={"q": "ferry", "facet": each}) for each in (name, typed))
            assert (one.status_code, other.status_code) == (200, 200), (address, other.text)
            if address.startswith("/timeline"):
                assert one.text == other.text, address


@pytest.mark.parametrize("typed", [" Section=Sea", "SECTION=sea", "Section =Sea"])
def test_routes_accept_a_filter_in_any_spelling(index: Path, typed: str) -> None:
    """Each route responds the same for all spellings of a filter by a field."""
    with client_of(index) as client:
        for address in (
            "/search.json",
            "/facets.json",
            "/concordance.json",
            "/stories.json",
            "/timeline.json",
        ):
            found = client.get(address, params={"q": "ferry", "where": typed})
            assert found.status_code == 200
        assert client.get("/search.json", params={"q": "ferry", "where": typed}).json()["total"] == 1


@pytest.mark.parametrize("typed", ["", " ", "…", "_"])
def test_a_name_of_no_possible_field_is_refused(index: Path, typed: str) -> None:
    """One line reports it, in Python, on the command line and over HTTP."""
    with Searcher(index) as searcher:
        for ask in (
            lambda: searcher.search("ferry", facets=[typed]),
            lambda: over_time(searcher, "ferry", facet=typed),
            lambda: read_by_facet(searcher, "ferry", typed),
            lambda: left_out(searcher, "ferry", typed),
            lambda: batch(searcher, ["ferry"], by=typed),
            lambda: searcher.search("ferry", where={typed: "x"}),
        ):
            with pytest.raises(QueryError, match="no field can have the name"):
                ask()
    for command in ("search", "facets", "timeline"):
        result = CliRunner().invoke(cli, [command, "ferry", "--facet", typed, "--index", str(index)])
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    with client_of(index) as client:
        for address in ("/search.json", "/facets.json", "/timeline.json", "/timeline") if typed else ():
            assert client.get(address, params={"q": "ferry", "facet": typed}).status_code == 400


def test_python_normalises_names_of_facets(index: Path) -> None:
    """Facets that are given twice, in two spellings, are one."""
    with Searcher(index) as searcher:
        facets = searcher.search("ferry", facets=["Section", "section ", "Country"]).facets
        assert list(facets) == ["country", "section"]
        assert [one.label for one in over_time(searcher, "ferry", facet=" SECTION")] == ["Land", "Sea"]


@pytest.mark.parametrize("address", ["/stories", "/stories.json", "/stories.csv"])
@pytest.mark.parametrize("facet", ["", "section", "x"])
def test_stories_have_no_facets(index: Path, address: str, facet: str) -> None:
    """A parameter without a meaning is refused, as in other routes."""
    with client_of(index) as client:
        assert client.get(address, params={"q": "ferry", "facet": facet}).status_code == 400

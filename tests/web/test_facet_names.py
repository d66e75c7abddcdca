"""Names of facets and fields in any case and with white space, in every command and route."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from page_reading import client_of
from starlette.testclient import TestClient

from searcher import QueryError, Searcher
from searcher.commands.program import cli
from searcher.reading.batch import batch
from searcher.reading.over_time import count_items_to_read, count_left_out, over_time

NAMES = {
    "section": ("Section", " section", "SECTION\t"),
    "desk_name": ("Desk Name", "desk  name", "DESK_NAME "),
    "source": ("Source", "SOURCE "),
    "topic": ("Topic", " TOPIC"),
    "country": ("Country", "COUNTRY ", " country"),
    "language": ("Language", " LANGUAGE"),
}
FILTERS = ("Section=Sea", " section = sea", "SECTION=Sea", "Section = SEA ")


@pytest.fixture(scope="module")
def index(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of two items with custom fields that name concepts and countries."""
    return make_shared_index(
        {"title": "Ferry trafficking", "body": "police in Kenya", "section": "Sea", "Desk Name": "desk 0"}
        | {"date": "2016-03-01", "countries": None},
        {"title": "Ferry and customs", "body": "migrants in Fiji", "section": "Land", "Desk Name": "desk 1"}
        | {"date": "2017-01-02", "countries": None},
    )


@pytest.fixture(scope="module")
def searcher(index: Path) -> Iterator[Searcher]:
    with Searcher(index) as searcher:
        yield searcher


@pytest.fixture(scope="module")
def client(index: Path) -> TestClient:
    return client_of(index)


def printed(index: Path, *arguments: str) -> Any:
    """Run a command, and return its output without the time taken."""
    result = CliRunner().invoke(cli, [*arguments, "--format", "json", "--index", str(index)])
    assert result.exit_code == 0, (arguments, result.output)
    return {name: value for name, value in json.loads(result.stdout).items() if name != "took_ms"}


@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name in NAMES for typed in NAMES[name]])
def test_python_accepts_a_name_in_any_spelling(searcher: Searcher, name: str, typed: str) -> None:
    one, other = (searcher.search("ferry", facets=[each]).facets for each in (name, typed))
    assert one == other


def test_filters_accept_a_name_in_any_spelling(index: Path, searcher: Searcher) -> None:
    assert printed(index, "search", "ferry", "--where", FILTERS[1])["total"] == 1
    for name, _, value in (typed.partition("=") for typed in FILTERS):
        assert searcher.search("ferry", where={name: value}).total == 1
    for query in ("Section:Sea", "SECTION:sea", "Country:KE", "Lang:en Section:Sea"):
        assert searcher.search(query).total == 1


@pytest.mark.parametrize("typed", ["", " ", "…", "_"])
def test_a_name_of_no_possible_field_is_refused(
    index: Path, searcher: Searcher, client: TestClient, typed: str
) -> None:
    """One line reports it, in Python, on the command line and over HTTP."""
    for ask in (
        lambda: searcher.search("ferry", facets=[typed]),
        lambda: over_time(searcher, "ferry", facet=typed),
        lambda: count_items_to_read(searcher, "ferry", typed),
        lambda: count_left_out(searcher, "ferry", typed),
        lambda: batch(searcher, ["ferry"], by=typed),
        lambda: searcher.search("ferry", where={typed: "x"}),
    ):
        with pytest.raises(QueryError, match="is not a valid field name"):
            ask()
    for command in ("search", "facets", "timeline"):
        result = CliRunner().invoke(cli, [command, "ferry", "--facet", typed, "--index", str(index)])
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    for address in ("/search.json", "/facets.json", "/timeline.json", "/timeline") if typed else ():
        assert client.get(address, params={"q": "ferry", "facet": typed}).status_code == 400


def test_python_normalises_names_of_facets(searcher: Searcher) -> None:
    """Facets that are given twice, in two spellings, are one."""
    assert list(searcher.search("ferry", facets=["Section", "section ", "Country"]).facets) == [
        "country",
        "section",
    ]
    assert [one.label for one in over_time(searcher, "ferry", facet=" SECTION")] == ["Land", "Sea"]
    assert batch(searcher, ["ferry"], by=" SECTION").rows == batch(searcher, ["ferry"], by="section").rows


@pytest.mark.parametrize("address", ["/stories", "/stories.json", "/stories.csv"])
@pytest.mark.parametrize("facet", ["", "section", "x"])
def test_stories_have_no_facets(client: TestClient, address: str, facet: str) -> None:
    """A parameter without a meaning is refused, as in other routes."""
    assert client.get(address, params={"q": "ferry", "facet": facet}).status_code == 400

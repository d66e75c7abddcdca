"""Facet values are searched by their names: in three languages, whatever the case and the accents."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run
from page_reading import client_of, counts_of, page_of, words
from tables import by_table

from searcher import Searcher


@pytest.fixture(scope="module")
def index(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index with countries, sections and years."""
    return make_shared_index(
        {"title": "a", "body": "x", "countries": ["KE", "MX"], "date": "2018-01-01", "section": "Deportes"},
        {"title": "b", "body": "x", "countries": ["DE", "CI"], "date": "2019-01-01", "section": "Economía"},
        {"title": "c", "body": "x", "language": "es", "countries": ["FR"], "date": "2020-01-01"},
        {"title": "d", "body": "x"},
    )


@by_table
def test_values_are_found_by_any_name(index: Path, facet: str, text: str, values: list[str]) -> None:
    """A value is listed if one of its names contains the text; counts are those without the text."""
    with Searcher(index) as searcher:
        found = searcher.search(None, limit=0, facets=(facet,), match=text).facets[facet]
        every = searcher.search(None, limit=0, facets=(facet,)).facets[facet]
    assert [one.value for one in found] == values
    assert set(found) < set(every)


def test_topics_are_found_by_their_labels(sample_index: Path) -> None:
    """A topic is found by its preferred labels in any language."""
    with Searcher(sample_index) as searcher:
        for text in ("flood", "INUNDACION", "inondation"):
            found = searcher.search(None, limit=0, facets=("topic",), match=text).facets["topic"]
            assert "flood" in [one.value for one in found], text


def test_selected_values_stay_listed(index: Path) -> None:
    """A selected value is listed although the text is not in its name."""
    with Searcher(index) as searcher:
        found = searcher.search(None, limit=0, countries="KE", match="fran").facets["country"]
    assert {one.value: one.selected for one in found} == {"KE": True, "FR": False}


def test_the_command_and_http_match_alike(index: Path, run: Run) -> None:
    """`facets --match` prints what /facets.json?match= returns; without a value, a line says so."""
    printed = run.json("facets --match ken --index", index)
    assert [one["value"] for one in printed["facets"]["country"]] == ["KE"]
    client = client_of(index)
    assert client.get("/facets.json?match=ken").json() == printed
    assert client.get("/search.json?match=ken").json()["facets"] == printed["facets"]
    none = run("facets --match zzz --index", index)
    assert (none.exit_code, none.stderr.strip()) == (0, "no facet value contains “zzz”; try a shorter text")


def test_only_lists_of_values_can_be_matched(index: Path) -> None:
    """Addresses without such lists refuse the parameter, and a text that is too long is refused."""
    client = client_of(index)
    for path in ("/timeline.json", "/concordance.json?q=x", "/stories.json", "/search.atom", "/report"):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}match=k")
        assert answer.status_code == 400, path
    assert client.get("/facets.json", params={"match": "k" * 5_000}).json()["parameter"] == "match"


def test_the_page_lists_matching_values_alone(sample_index: Path) -> None:
    """Without a script: the field narrows the checkboxes, all of them shown, but not the hits."""
    client = client_of(sample_index)
    usual, found = page_of(client, "/search"), page_of(client, "/search?match=k&lang=en")
    assert usual.xpath("//input[@id='match'][@form='f']")
    shown = counts_of(found)["country"]
    assert {"GB", "KE", "KH"} <= shown.keys() < {*counts_of(usual)["country"], *shown}
    assert "FR" not in shown
    assert counts_of(found)["lang"].keys() == {"en"}
    assert not [link for link in found.xpath("//@href") if "match=" in link]
    assert "No value contains" in words(page_of(client, "/search?match=zzz").xpath("//*[@id='narrow']")[0])

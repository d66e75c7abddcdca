"""Countries by how they are known, and items that only have an estimated date."""

import shutil
from collections import Counter
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from command_line import Run
from tables import by_table

from indexer import build, correct, update
from searcher import QueryError, Searcher
from searcher.engine import Filters
from searcher.execution import embedded_engine
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.query.model import Node

WRITTEN = Path(__file__).parents[1] / "contract" / "written_by_f8d6544"
ITEMS: list[dict[str, Any]] = [
    {"id": "place", "body": "The kiln opened in Vienna.", "date": "2019-01-02", "language": "en"},
    {"id": "name", "body": "The kiln of Austria closed.", "date": "2019-01-03", "language": "en"},
    {"id": "people", "body": "An Austrian built the kiln.", "date": "2019-01-04", "language": "en"},
    {"id": "given", "body": "A kiln.", "date": "2019-01-05", "language": "en", "countries": ["AT", "FR"]},
    {"id": "both", "body": "The kiln of Austria, in Vienna.", "date": "2019-01-01", "language": "en"},
    {"id": "none", "body": "Another kiln, nowhere.", "date": "2019-01-06", "language": "en"},
]


@pytest.fixture(scope="module")
def kilns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build(folder := tmp_path_factory.mktemp("kilns") / "index", items=ITEMS)
    return folder


@by_table
def test_country_via_restricts_filter_and_facet(
    kilns: Path, ways: str | tuple[str, ...], found: list[str], counts: dict[str, int]
) -> None:
    """Only countries that are known in these ways are filtered by and counted, `unknown` included."""
    with Searcher(kilns) as searcher:
        results = searcher.search("kiln", countries="AT", country_via=ways, sort="newest")
        assert [hit.id for hit in results] == found
        facet = results.facets["country"]
        assert {value.value: value.count for value in facet} == counts
        assert [value.value for value in facet if value.selected] == ["AT"]
        unknown = searcher.search("kiln", countries="unknown", country_via=ways)
        assert unknown.total == counts["unknown"]


def test_values_of_countries_have_by_place_only(run: Run, tmp_path: Path) -> None:
    """Country values say how many items know the country only by a place; filters and corrections apply."""
    build(index := tmp_path / "index", items=ITEMS)
    facet = run.json("facets --index", index)["facets"]["country"]
    counts = [(value["value"], value.get("by_place_only")) for value in facet]
    assert counts == [("AT", 1), ("FR", 0), ("unknown", None)]
    assert "Austria (1 inferred from places)" in run("facets --index", index).stdout
    assert "by place" not in run("facets --country-via name --index", index).stdout
    correct(index, "place", countries=["AT"], corrections=tmp_path / "corrections.jsonl")
    assert run.json("facets --index", index)["facets"]["country"][0]["by_place_only"] == 0


WORDS = ("kiln", "oven", "brick", "clay")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of items that name several countries and places."""
    draw, folder = Random(28), tmp_path_factory.mktemp("many") / "index"
    build(folder, items=[_with_countries(str(number), draw, WORDS) for number in range(300)])
    return folder


@pytest.mark.parametrize("modules", [{}, {"numpy": None}], ids=["one by one", "arrays"])
def test_places_are_counted_in_the_pass_of_the_answer(
    many: Path, monkeypatch: pytest.MonkeyPatch, modules: dict[str, None]
) -> None:
    """A JSON answer executes its query once; `by_place_only` equals a count of the items that match."""
    monkeypatch.setattr(embedded_engine, "sys", SimpleNamespace(modules=modules))
    monkeypatch.setattr(embedded_engine, "FEW_POSTINGS", 1 << 30)
    executed: list[Filters] = []
    execute = EmbeddedEngine._execute

    def noted(engine: EmbeddedEngine, query: Node, filters: Filters, *wanted: Any) -> Any:
        executed.append(filters)
        return execute(engine, query, filters, *wanted)

    monkeypatch.setattr(EmbeddedEngine, "_execute", noted)
    with Searcher(many) as searcher:
        for options in ({}, {"countries": ["AT", "PE"]}, {"languages": ["en"]}):
            for query in (*WORDS, "kiln OR oven"):
                executed.clear()
                results = searcher.search(query, expand=False, **options)
                facet = results.to_record()["facets"]["country"]
                assert len(executed) == 1
                others = {name: value for name, value in options.items() if name != "countries"}
                every = searcher.search(query, expand=False, limit=None, group=False, **others)
                places = Counter(one.code for hit in every for one in hit.countries if one.via == "place")
                found = {
                    value["value"]: value["by_place_only"] for value in facet if value["value"] != "unknown"
                }
                assert {code: count for code, count in found.items() if count} == places
                assert max(places.values()) > 1


PLACES = (
    *("Vienna", "Lima", "Nairobi", "Paris", "Kampala", "Quito"),
    *("Austria", "Peru", "Kenya", "France", "Uganda", "Ecuador"),
)


def _with_countries(item_id: str, draw: Random, words: tuple[str, ...]) -> dict[str, Any]:
    """Return an item of two words that names up to seven places and countries."""
    named = draw.sample(PLACES, draw.choice((0, 1, 2, 2, 3, 7)))
    return {
        "id": item_id,
        "body": " ".join([f"The {word} was old." for word in draw.sample(words, 2)])
        + "".join([f" It opened in {name}." for name in named]),
        "date": f"2019-{draw.randint(1, 12):02d}-03",
        "language": draw.choice(("en", "en", "es")),
    }


def test_an_old_index_answers_without_the_evidence(run: Run, tmp_path: Path) -> None:
    """Counts of an index of an earlier version have no `by_place_only`; the option asks for a rebuild."""
    shutil.copytree(WRITTEN / "index", index := tmp_path / "index")
    facet = run.json("facets --index", index)["facets"]["country"]
    assert {value["by_place_only"] for value in facet if value["value"] != "unknown"} == {None}
    says = "--country-via needs the evidence for each country"
    run.refused("search flood --country-via name --index", index, says=says)
    (tmp_path / "none.jsonl").touch()
    update(index, items=ITEMS, corrections=tmp_path / "none.jsonl")
    with Searcher(index) as searcher:  # a small index is written again as a whole
        assert searcher.search("kiln", countries="AT", country_via="place").total == 1


def test_evidence_is_no_field_of_the_items(kilns: Path) -> None:
    """How countries are known is neither listed nor counted as a field, and changes no id."""
    with Searcher(kilns) as searcher:
        assert "fields" not in searcher.info()
        with pytest.raises(QueryError, match="no item has a field"):
            searcher.search("kiln", facets="country via")


def test_facets_label_items_with_only_an_estimated_date(run: Run, kilns: Path, tmp_path: Path) -> None:
    """Items without a printed date that have an estimate are not called undated; the label counts them."""
    estimated = {"date": {"start": "2019-02-01", "end": "2019-04-01", "kind": "estimated"}}
    record = run.json("show place --index", kilns)
    build(index := tmp_path / "two", items=[record, record | {"id": "about"} | estimated])
    assert [one.label for one in _years(index)] == ["2019", "estimated date"]
    assert "estimated date" in run("facets --index", index).stdout
    update(index, items=[{"id": "undated", "body": "A kiln without a day.", "language": "en"}])
    assert [one.label for one in _years(index)] == ["2019", "no date (1 estimated)"]
    assert [one.label for one in _years(index, estimated=True)] == ["2019", "no date"]


def _years(index: Path, **options: Any) -> list[Any]:
    with Searcher(index) as searcher:
        return searcher.search(None, **options).facets["year"]

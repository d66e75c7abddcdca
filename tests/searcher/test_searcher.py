"""Filters, counts and mistakes, over small archives with known answers."""

import gc
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from rules import Archives

from indexer import build, update
from searcher import IndexFolderError, Results, Searcher
from searcher.hit_details import EveryHit
from searcher.present import open_writer
from searcher.present.notices import offer_subjects


def counts(results: Results, facet: str) -> dict[str, int]:
    """Return the counts of a facet."""
    return {value.value: value.count for value in results.facets[facet]}


def test_an_empty_page_offers_subjects(archives: Archives) -> None:
    """A word that is spelt like nothing leads to the list of subjects."""
    for query in ("xylophone", "OLBERY"):
        results = archives.of("en a: the watermill of Oldbury").search(query)
        assert offer_subjects(results) == [
            "to list the topics of the items, use: dragoman facets --facet topic"
        ]


def test_a_range_matches_every_day_that_it_touches(make_index: Callable[..., Path]) -> None:
    """An item of several days matches any of them, and counts in each year that it touches."""
    folder = make_index({"id": "fair", "body": "tide", "date": {"start": "2018-12-30", "end": "2019-01-02"}})
    with Searcher(folder) as searcher:
        assert searcher.search("tide", date_from="2019").total == 1
        assert searcher.search("tide", date_to="2018").total == 1
        assert searcher.search("tide", date_from="2019-01-03").total == 0
        assert counts(searcher.search("tide"), "year") == {"2018": 1, "2019": 1}


def test_months_are_counted_for_one_year_or_on_request(make_index: Callable[..., Path]) -> None:
    """Months are counted for a single year, in order of time; on request, those of all years are."""
    days = ("2018-09-01", "2018-02-01", {"start": "2019-12-30", "end": "2020-01-02"}, None)
    with Searcher(make_index(*({"body": "tide", "date": day} for day in days))) as searcher:
        every = counts(searcher.search("tide", facets="month"), "month")
        assert [*every.items()] == [
            (month, 1) for month in ("2018-02", "2018-09", "2019-12", "2020-01", "unknown")
        ]
        later = searcher.search("tide", facets="month", date_from="2019").facets["month"]
        assert [value.value for value in later if value.selected] == ["2019-12", "2020-01"]
        months = searcher.search("tide", date_from="2018", date_to="2018").facets["month"]
        labels = {"2018-02": "February 2018", "2018-09": "September 2018"}
        assert [(value.value, value.label) for value in months] == [*labels.items()]
        assert "month" not in searcher.search("tide", date_from="2018", date_to="2019").facets
        asked = searcher.search("tide", date_from="2018", date_to="2018", facets=["month"])
        assert list(asked.facets) == ["month"]


def test_a_closed_searcher_is_an_error(make_index: Callable[..., Path]) -> None:
    """Its hits can still be read, and it may be closed twice."""
    with Searcher(make_index({"id": "a", "body": "tide"})) as searcher:
        (hit,) = searcher.search("tide").hits
        searcher.close()
    asking = (lambda: searcher.search("tide"), lambda: searcher.similar("a"), lambda: searcher.item("a"))
    for ask in (*asking, searcher.info):
        with pytest.raises(RuntimeError, match="closed"):
            ask()
    assert (hit.id, hit.title, hit.snippet) == ("a", None, "**tide**")


def test_hits_are_made_page_by_page() -> None:
    """A loop that stops early has made one page."""
    made: list[int] = []

    def make(top: list[tuple[int, float]], before: int) -> list[int]:
        made.append(len(top))
        return [before + at for at in range(len(top))]

    hits = EveryHit([(number, 1.0) for number in range(10)], make, page=4)  # type: ignore[arg-type] # numbers will do
    assert next(iter(hits)) == 0
    assert made == [4]
    assert list(hits) == list(range(10))
    assert made == [4, 4, 4, 2]


def test_every_hit_survives_its_searcher(sample_index: Path) -> None:
    """Hits that are made after the searcher was closed have their provenance, like those of a page."""
    with Searcher(sample_index) as searcher:
        results = searcher.search("fishing harbour", limit=None)
        ways = [hit.via for hit in searcher.search("fishing harbour", limit=len(results))]
    assert results.expansions
    assert [hit.via for hit in results] == ways


@pytest.mark.parametrize("query", ["tide", 'tide "hits": []', "zeppelin"])
def test_every_hit_as_json_equals_the_whole_object(make_index: Callable[..., Path], query: str) -> None:
    """The output of hits one by one is the same to the character."""
    index = make_index(*({"title": "Tide\n", "body": f'the "hits": [] {at}'} for at in range(12)))
    with Searcher(index) as searcher:
        results = searcher.search(query, limit=None)
        results.hits._page = 5  # type: ignore[attr-defined]
        written, whole = io.StringIO(), io.StringIO()
        writer = open_writer("json", written, color=False, width=80)
        writer.write_results(results)
        results.hits = list(results.hits)
        open_writer("json", whole, color=False, width=80).write_results(results)
    assert written.getvalue() == whole.getvalue()


MAPS = Path("/proc/self/maps")


def tides(numbers: range) -> list[dict[str, str]]:
    """Return items that all match ``tide``."""
    return [
        {"id": f"d{number}", "title": "Tide", "body": f"The tide came in over quay {number}."}
        for number in numbers
    ]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    build(tmp_path / "index", items=tides(range(3)), own_thesaurus=False)
    return tmp_path / "index"


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Turn garbage collection off, so that only reference counts free objects."""
    gc.freeze()  # so that the next collection looks at few objects
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_a_searcher_sees_a_new_generation_on_refresh(index: Path) -> None:
    """Before a refresh it answers as before; without a new generation refresh returns False."""
    with Searcher(index) as searcher:
        assert not searcher.refresh()
        update(index, items=tides(range(2, 7)))
        assert searcher.search("tide").total == 3
        assert searcher.refresh()
        assert searcher.search("tide").total == 7
        assert searcher.item("d6").title == "Tide"
        assert not searcher.refresh()
        build(index, items=tides(range(1)), own_thesaurus=False)
        assert searcher.refresh()
        assert searcher.search("tide").total == 1


def test_a_failed_refresh_changes_nothing(index: Path, tmp_path: Path) -> None:
    """If the index is missing or damaged, this is an error, and answers stay as before."""
    searcher = Searcher(index)
    index.rename(tmp_path / "elsewhere")
    with pytest.raises(IndexFolderError, match="the index folder"):
        searcher.refresh()
    assert searcher.search("tide").total == 3
    (tmp_path / "elsewhere").rename(index)
    assert not searcher.refresh()
    searcher.close()
    with pytest.raises(RuntimeError, match="closed"):
        searcher.refresh()


@pytest.mark.skipif(not MAPS.exists(), reason="there is no list of mapped files")
@pytest.mark.parametrize("arrays", [False, True])
@pytest.mark.usefixtures("no_collection")
def test_an_unused_old_generation_is_closed(
    index: Path, monkeypatch: pytest.MonkeyPatch, *, arrays: bool
) -> None:
    """A returned hit can still be read; when it is freed, no file of the old generation is mapped."""
    if not arrays:
        monkeypatch.setattr("searcher.execution.embedded_engine.sys", SimpleNamespace(modules={}))
    searcher = Searcher(index)
    hit = searcher.search("tied quay", limit=1).hits[0]
    build(index, items=tides(range(9)), own_thesaurus=False)
    gc.collect()  # garbage of the writer
    assert searcher.refresh()
    assert searcher.search("tide").total == 9
    first = f"{index}/segments/segment1.".encode()
    assert first in MAPS.read_bytes()  # an earlier test may still map a file whose name is no UTF-8
    assert "tide" in (hit.snippet or "")
    del hit
    assert first not in MAPS.read_bytes()
    searcher.close()


QUESTIONS = "ferry safety,coral reefs,migrant smuggling,flood schools,juezes sentencia,labor union".split(",")


def test_dropping_a_label_removes_nothing_else(sample_index: Path) -> None:
    """Without a label all others are still searched; without all of them only the typed words."""
    joined = 0
    with Searcher(sample_index) as searcher:
        for query in QUESTIONS:
            whole = searcher.search(query, limit=None, group=False)
            labels = [label for one in whole.expansions for label in one["to"]]
            joined += len(labels)
            found = {hit.id: hit.via for hit in whole}
            for label in labels:
                less = searcher.search(query, limit=None, group=False, drop=label.upper())
                assert [other for one in less.expansions for other in one["to"]] == [
                    other for other in labels if other != label
                ]
                assert {hit.id for hit in less} <= found.keys()
                assert {item for item, via in found.items() if "typed" in via} <= {hit.id for hit in less}
                assert not any(note.kind == "not_dropped" for note in less.notes)
            none = searcher.search(query, limit=None, group=False, drop=labels, facets=())
            assert not none.expansions
            if none.relaxed is None:
                assert {hit.via for hit in none} <= {("typed",)}
                assert {hit.id for hit in none} == {item for item, via in found.items() if "typed" in via}
    assert joined > len(QUESTIONS)


def test_dropping_an_unused_label_is_reported(sample_index: Path) -> None:
    """A label that is no expansion is named in a note, and changes nothing."""
    with Searcher(sample_index) as searcher:
        with_note = searcher.search("ferry", drop="boat")
        assert [note.kind for note in with_note.notes] == ["not_dropped"]
        assert [hit.id for hit in with_note] == [hit.id for hit in searcher.search("ferry")]


def test_a_dropped_label_removes_no_other_spelling(sample_index: Path) -> None:
    """An expansion in a text of unknown language is only dropped by its exact spelling."""
    with Searcher(sample_index) as searcher:
        joined = searcher.search("null")
        assert joined.hits
        assert [hit.id for hit in searcher.search("null", drop="abc")] == [hit.id for hit in joined]

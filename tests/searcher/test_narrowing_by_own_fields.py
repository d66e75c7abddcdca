"""Searching by custom fields: filters, facets, display and refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Run

from indexer.errors import DragomanError, QueryError
from indexer.store import writer as facets
from indexer.store.check import check_index
from indexer.store.indexing import build, update
from searcher import Searcher

SECTIONS = ["Coast", "COAST", "coast", "World news", None]


def write(path: Path, numbers: range, **more: Any) -> Path:
    """Write records with custom fields."""
    records = [
        {"id": f"{path.stem}-{n}", "body": "The tide came in.", "section": SECTIONS[n % 5]}
        | {"fields": {"Page no.": str(n)}}
        | ({"author": "Ana Reyes"} if n % 2 else {})
        | more
        for n in numbers
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of two sources and two segments, with deletions, that counts sections."""
    folder = tmp_path_factory.mktemp("own")
    sources = [write(folder / f"{name}.jsonl", range(10)) for name in ("first", "second")]
    build(sources, folder / "index", facets=["Section"], own_thesaurus=False)
    update([write(folder / "second.jsonl", range(2), section="Docks")], folder / "index")
    return folder / "index"


def ids(index: Path, query: str, **asked: Any) -> set[str]:
    """Return the ids that a query matches."""
    with Searcher(index) as searcher:
        return {hit.id for hit in searcher.search(query, limit=100, **asked)}


def test_values_of_a_field_are_alternatives(index: Path) -> None:
    """Any value of a field may match, but every field must; case and white space do not matter."""
    asked = {"Section": ["coast", " world  NEWS "], "author": "ana reyes", "source": "first.jsonl"}
    found = {f"first-{n}" for n in range(1, 10, 2) if SECTIONS[n % 5]}
    assert ids(index, "tide", where=asked) == found
    text = 'tide section:coast section:"world news" author:"Ana Reyes" source:first.jsonl'
    assert ids(index, text) == found
    assert ids(index, 'tide section:(coast "world news") page_no:3 source:first.jsonl') == {"first-3"}


def test_an_unknown_field_is_reported_with_the_nearest_first(index: Path) -> None:
    """The message lists the fields of the index; those of every item have their own names."""
    told = r"no item has a field “autor”; fields of this index: author, .*country and language\)"
    with pytest.raises(QueryError, match=told):
        ids(index, "tide", where={"autor": "Ana Reyes"})
    with pytest.raises(QueryError, match=r"no item has a field “sections”; fields of this index"):
        ids(index, "tide", facets=["sections"])


@pytest.mark.parametrize(
    ("query", "where"),
    [("tide author:Ana", {}), ("tide", {"author": "Ana"}), ("tide", {"author": ["Ana", "X"]})],
)
def test_a_value_without_items_is_reported(index: Path, query: str, where: dict[str, Any]) -> None:
    """A value is compared whole, so that a part of a name matches nothing; similar values are named."""
    with Searcher(index) as searcher:
        told = [note.text for note in searcher.search(query, where=where).notes if note.kind == "filter"]
        other = searcher.search("tide", where={"author": "Ana Reyes", "section": "Docks", "page_no": "8"})
        alone = [note.text for note in searcher.search("author:Ana").notes]
    assert "20 items match" in told[0]
    assert told[1] == "no item has the author “Ana”; similar values: Ana Reyes"
    assert not any("no item has" in note.text for note in other.notes)
    assert alone == [told[1]]


def test_updates_change_the_matches_of_a_field(index: Path) -> None:
    """A replaced item matches only its new value, and the index is valid."""
    assert ids(index, "section:docks") == {"second-0", "second-1"}
    assert "second-0" not in ids(index, "section:coast")
    assert ids(index, "tide section:unknown") == {"first-4", "first-9", "second-4", "second-9"}
    assert check_index(index).findings == ()


def test_merged_segments_keep_their_fields(tmp_path: Path) -> None:
    """After a merge of small segments, the same items have the same fields."""
    folder = tmp_path / "index"
    build([write(tmp_path / "first.jsonl", range(10))], folder, facets=["page no."], own_thesaurus=False)
    for first in range(10, 60, 10):
        update([write(tmp_path / "first.jsonl", range(first, first + 10))], folder)
    assert len(list((folder / "segments").glob("*.seg"))) < 6
    assert len(ids(folder, "section:coast")) == 36
    with Searcher(folder) as searcher:
        assert searcher.counted_fields == ("page_no",)
        assert searcher.info()["fields"] == {"author": 30, "page_no": 60, "section": 48}


def test_a_facet_has_the_commonest_spellings(index: Path) -> None:
    """Case is ignored, and the commonest spelling is shown; items without a value are unknown."""
    with Searcher(index) as searcher:
        results = searcher.search("tide", facets=("section", "source"), where={"section": "docks"})
    shown = [f"{value} ({label}) {count}" for value, label, count, *_ in results.facets["section"]]
    others = ["World news (World news) 4", "Docks (Docks) 2", "unknown (no section) 4"]
    assert shown == ["coast (coast) 10", *others]
    assert [value.value for value in results.facets["section"] if value.selected] == ["Docks"]
    assert [value[:3] for value in results.facets["source"]] == [("second.jsonl", "second.jsonl", 2)]


def test_commands_count_the_facets_of_the_build(index: Path, run: Run) -> None:
    """`search` has the facets that the build named, `facets` also sources, if there are several."""
    searched = run.json("search tide --index", index)
    assert list(searched["facets"]) == ["year", "country", "language", "section"]
    record = run.json("facets --where section=docks --where Section=coast --index", index)
    assert list(record["facets"]) == ["year", "country", "language", "source", "section"]
    assert record["total"] == 12
    assert list(run.json("facets --facet author --index", index)["facets"]) == ["author"]


def test_items_are_displayed_with_their_fields(index: Path, run: Run) -> None:
    """`show` prints author, section and others, `info` the items of each, CSV has columns for them."""
    shown = run("show first-3 --index", index).stdout
    assert ["Author", "Ana", "Reyes"] in [line.split() for line in shown.splitlines()]
    assert "Page no.   3" in shown
    facts = run("info --index", index).stdout
    assert " ".join(facts.split()[-6:]) == "author 10 page_no 20 section 16"
    rows = run("show first-3 --format csv --index", index).stdout
    assert rows.splitlines()[1].endswith("Ana Reyes,World news,Page no.=3")


def test_a_filter_that_removes_all_matches_is_named(index: Path) -> None:
    """A note names the filter and counts the matches without it."""
    with Searcher(index) as searcher:
        for query, asked in (("tide", {"section": "Opera"}), ("tide section:Opera", None)):
            note = searcher.search(query, where=asked).notes[0]
            assert note.kind == "filter"
            assert "Opera" in note.text
            assert "20 items match" in note.text


def test_an_unknown_field_name_is_text(index: Path) -> None:
    """A name before a colon that is no field of any item is read as text, with a note, or refused."""
    with Searcher(index) as searcher:
        with pytest.raises(QueryError, match=r"there is no field “writer”; fields.*, author, page_no"):
            searcher.search("tide writer:Reyes", strict=True)
        results = searcher.search("tide writer:Reyes")
    assert results.total == 20
    assert [note.kind for note in results.notes] == ["read_as_text"]


def test_facets_that_cannot_be_counted_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that no item has, or with too many values, is one line and does not stop the build."""
    monkeypatch.setattr("indexer.codec.custom_values.MAX_VALUES", 6)
    source, folder = write(tmp_path / "a.jsonl", range(10)), tmp_path / "index"
    report = build([source], folder, facets=["secton", "Page no.", "section"], own_thesaurus=False)
    assert len(report.uncounted) == 2
    assert "no item has a field “secton”" in report.uncounted[0]
    assert "page_no has more than 6 values" in report.uncounted[1]
    with Searcher(folder) as searcher:
        assert searcher.counted_fields == ("section",)
        with pytest.raises(QueryError, match="page_no has more than 6 values"):
            searcher.search("tide", facets=["page_no"])


def test_too_many_facets_are_refused(tmp_path: Path) -> None:
    """More facets than an index counts are refused before anything is read."""
    with pytest.raises(DragomanError, match="9 facets are too many"):
        build([tmp_path / "none.jsonl"], tmp_path / "index", facets=list("abcdefghi"))
    assert facets.facet_names(["Section", "section"]) == ("section",)


@pytest.mark.parametrize(
    ("given", "told"), [("section", "“section” is not a filter"), ("a=b", "no item has a field")]
)
def test_a_filter_by_an_unknown_field_is_refused(index: Path, run: Run, given: str, told: str) -> None:
    """`--where` without a value, or by a field that no item has, ends in one line and exit code 2."""
    run.refused("search tide --index", index, "--where", given, says=told)


def test_the_fields_of_an_index_are_listed_once(tmp_path: Path) -> None:
    """The message for an unknown field lists the known ones; a field is not repeated as a concept."""
    source = write(tmp_path / "a.jsonl", range(2), topic="boats")
    build([source], tmp_path / "index")
    with Searcher(tmp_path / "index") as searcher, pytest.raises(QueryError) as error:
        searcher.search("tide", where={"colour": "red"})
    named = str(error.value).partition("this index: ")[2].partition(" (")[0].split(", ")
    own = ["author", "page_no", "section", "source"]
    assert sorted(named) == sorted([*own, "organisation", "topic", "tag", "collection"])

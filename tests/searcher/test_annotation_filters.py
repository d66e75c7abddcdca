"""Filters and facets by tags, collections and notes, in both evaluators, for any query."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from modelled_archive import WORDS, Item, make_archive
from tables import by_table
from work import count_calls

from indexer import build, note, tag
from indexer.errors import QueryError
from searcher import Searcher
from searcher.execution import embedded_engine as engine_module
from searcher.query.whoosh_tree import to_whoosh

TAGS = ("ports", "Old Town", "été")
NOTES = ("Ask José at the quay.", "the quay, again")


class Marks:
    """The annotations of the items of an archive: each has those of its number."""

    def __init__(self, items: list[Item]) -> None:
        self.items = {item.id: item for item in items}
        self.tags = {key: self._of(key, TAGS, 2, 3, 5) for key in self.items}
        self.collections = {key: self._of(key, ("Brief",), 4) for key in self.items}
        self.notes = {key: self._of(key, NOTES, 7, 11) for key in self.items}

    @staticmethod
    def _of(key: str, names: tuple[str, ...], *every: int) -> list[str]:
        number = int(key.rpartition("-")[2])
        return [name for name, step in zip(names, every, strict=False) if not number % step]

    def write(self, folder: Path) -> None:
        """Annotate the items of an index."""
        file = folder.with_name("corrections.jsonl")
        for name in TAGS:
            chosen = [key for key, tags in self.tags.items() if name in tags]
            tag(folder, chosen, add=name, corrections=file)
        tag(folder, [key for key, found in self.collections.items() if found], collection="brief")
        tag(folder, [key for key, found in self.collections.items() if found], leave="brief")
        tag(folder, [key for key, found in self.collections.items() if found], collection="Brief")
        for text in NOTES:
            note(folder, [key for key, found in self.notes.items() if found and found[-1] == text], text)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Marks]]:
    """Return an archive of three segments with deletions, whose items are annotated."""
    folder = tmp_path_factory.mktemp("annotated") / "index"
    marks = Marks(make_archive(folder))
    marks.write(folder)
    with Searcher(folder) as searcher:
        yield searcher, marks


# A filter as typed, and whether it matches the tags, the collections and the note of an item.
FILTERS: tuple[tuple[str, Callable[[list[str], list[str], str], bool]], ...] = (
    ("tag:ports", lambda tags, _, __: "ports" in tags),
    ('tag:"old TOWN"', lambda tags, _, __: "Old Town" in tags),
    ("etiqueta:été", lambda tags, _, __: "été" in tags),
    ("tag:nothing", lambda *_: False),
    ("tag:unknown", lambda tags, _, __: not tags),
    ("collection:brief", lambda _, collections, __: bool(collections)),
    ("NOT colección:Brief", lambda _, collections, __: not collections),
    ("note:jose", lambda _, __, text: "José" in text),
    ('note:"the quay"', lambda _, __, text: "quay" in text),
    ('note:"jose again"', lambda *_: False),
    ("note:unknown", lambda _, __, text: not text),
)


@settings(max_examples=examples(40), deadline=None)
@given(
    first=st.sampled_from(FILTERS),
    second=st.sampled_from(FILTERS),
    word=st.sampled_from(WORDS),
    operator=st.sampled_from(["AND", "OR"]),
    scalar=st.booleans(),
)
def test_filters_are_part_of_the_algebra(
    archive: tuple[Searcher, Marks],
    *,
    first: tuple[str, Callable[..., bool]],
    second: tuple[str, Callable[..., bool]],
    word: str,
    operator: str,
    scalar: bool,
) -> None:
    """Filters, combined with operators and words, match what a recount matches, with its counts of tags."""
    searcher, marks = archive
    query = f"({first[0]} {operator} NOT {second[0]}) AND {word}"

    def matches(key: str) -> bool:
        known = marks.tags[key], marks.collections[key], (marks.notes[key] or [""])[-1]
        one, other = first[1](*known), not second[1](*known)
        return word in marks.items[key].words() and (one and other if operator == "AND" else one or other)

    with pytest.MonkeyPatch.context() as patch, Searcher(searcher.place) as fresh:
        if scalar:
            patch.setattr(engine_module, "sys", SimpleNamespace(modules={}))
        found = fresh.search(query, limit=None, group=False, strict=True, expand=False, facets=("tag",))
    expected = {key for key in marks.items if matches(key)}
    assert {hit.id for hit in found} == expected
    counts = Counter(name for key in expected for name in marks.tags[key] or ["unknown"])
    assert {value.value: value.count for value in found.facets["tag"] if value.count} == counts


def test_a_facet_ignores_its_own_filter(archive: tuple[Searcher, Marks]) -> None:
    """Chosen tags are alternatives, and the others are counted as if none was chosen."""
    searcher, marks = archive
    found = searcher.search(None, where={"tag": ["PORTS", "été"]}, limit=0, facets=("tag", "collection"))
    assert found.total == sum(not {"ports", "été"}.isdisjoint(tags) for tags in marks.tags.values())
    counts = Counter(name for tags in marks.tags.values() for name in tags or ["unknown"])
    assert {value.value: value.count for value in found.facets["tag"]} == counts
    assert {value.label for value in found.facets["tag"] if value.selected} == {"ports", "été"}
    assert [value.label for value in found.facets["collection"]] == ["Brief", "in no collection"]


def test_hidden_notes_are_found_nowhere(archive: tuple[Searcher, Marks]) -> None:
    """A searcher without notes, as of a server, shows none and finds none by their words."""
    with Searcher(archive[0].place, notes=False) as searcher:
        assert searcher.search("note:quay", strict=True).total == 0
        assert searcher.search("tag:ports").total > 0
        assert not any(searcher.item(key).note for key in archive[1].items)
        assert searcher.item("item-0").tags == ("Old Town", "ports", "été")


def test_whoosh_cannot_search_for_annotations(archive: tuple[Searcher, Marks]) -> None:
    """A query by annotations has no tree for Whoosh, in one clear line."""
    query = archive[0].search("tag:ports", limit=None, group=False)
    with pytest.raises(QueryError, match="no tags"):
        to_whoosh(query.hits.query)  # type: ignore[attr-defined]


@by_table
def test_a_source_field_keeps_its_name_until_items_are_tagged(
    tmp_path: Path, query: str, before: list[str], after: list[str]
) -> None:
    """Then ``tag`` refers to what people added, and ``fields.tag`` to the sources."""
    index = tmp_path / "index"
    records = [{"id": "a", "title": "Tide", "tag": "sea"}, {"id": "b", "title": "Tide"}]
    build(index, items=records)
    for expected in (before, after):
        with Searcher(index) as searcher:
            assert sorted(hit.id for hit in searcher.search(query)) == expected
            facets = searcher.search(None, facets=("tag", "fields.tag")).facets
            assert facets["tag" if expected is before else "fields.tag"][0].value == "sea"
        tag(index, "b", add="sea", corrections=tmp_path / "corrections.jsonl")


@by_table
def test_an_impossible_question_is_refused(archive: tuple[Searcher, Marks], asked: dict[str, object]) -> None:
    """Notes are not counted."""
    with pytest.raises(QueryError, match="notes cannot be counted"):
        archive[0].search(None, **asked)  # type: ignore[arg-type]


def test_a_search_without_annotations_costs_nothing_more(
    make_shared_index: Callable[..., Path], tmp_path: Path
) -> None:
    """The same search makes as many calls, whether other items have tags or not."""
    index = make_shared_index(*({"title": f"Tide {number}", "body": "It came in."} for number in range(20)))

    def calls() -> int:
        with Searcher(index) as searcher:
            searcher.search("tide")
            return count_calls(lambda: searcher.search("came", facets=("year",)))

    before = calls()
    tag(index, "d3", add="ports", corrections=tmp_path / "corrections.jsonl")
    assert calls() <= before + 5

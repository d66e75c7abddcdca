"""An updated index compared with one that is built from the same items at once."""

import json
import random
from pathlib import Path

import pytest
from examples import examples
from faults.known_archive import QUERIES, Item, answers, make_item, make_items, write_source
from hypothesis import given, settings
from hypothesis import strategies as st

import indexer.store.writer
from indexer.documents import read_documents
from indexer.documents.document import restore
from indexer.errors import SourceError
from indexer.item import NewsItem, SourceLines
from indexer.sample import sample_path
from indexer.store.check import check_index
from indexer.store.indexing import build, update
from indexer.store.manifest import Manifest
from indexer.store.writer import FAN_OUT, FIRST_TIER, SegmentState, segments_to_merge
from searcher import Searcher


def ranking(folder: Path) -> list[list[tuple[str, float]]]:
    """Return hits with scores for every known query."""
    with Searcher(folder) as searcher:
        return [
            [(hit.id, hit.score) for hit in searcher.search(q, limit=1000, expand=False).hits]
            for q in QUERIES
        ]


def test_update_does_not_rewrite_other_segments(tmp_path: Path) -> None:
    """No file of an old segment is rewritten: a small new file lists its deleted documents."""
    items = make_items(1, 40)
    folder = tmp_path / "index"
    build([write_source(tmp_path / "first.jsonl", items.values())], folder)
    before = {path.name: path.stat() for path in (folder / "segments").iterdir()}
    update([write_source(tmp_path / "next.jsonl", [items["d2"] | {"body": "whale"}])], folder)
    after = {path.name: path.stat() for path in (folder / "segments").iterdir()}
    for name, status in before.items():
        assert (after[name].st_ino, after[name].st_mtime_ns) == (status.st_ino, status.st_mtime_ns)
    assert sorted(after.keys() - before.keys()) == ["segment1.2.del", "segment2.seg", "segment2.text"]


def test_update_of_unchanged_items_changes_nothing(tmp_path: Path) -> None:
    """An update from the unchanged source commits nothing."""
    folder = tmp_path / "index"
    source = write_source(tmp_path / "first.jsonl", make_items(1, 9).values())
    build([source], folder)
    before = Manifest.read(folder)
    report = update([source], folder)
    assert (report.unchanged, report.added, report.replaced) == (9, 0, 0)
    assert Manifest.read(folder) == before


def test_update_corrects_the_lines_of_a_grown_source(tmp_path: Path) -> None:
    """The place of an item in a source of the same name is updated; the item counts as unchanged."""
    folder = tmp_path / "index"
    items = make_items(1, 3)
    source = tmp_path / "page.jsonl"
    build([write_source(source, items.values())], folder)
    report = update([write_source(source, [make_items(5, 1, "n")["n0"], *items.values()])], folder)
    assert (report.added, report.unchanged, report.moved) == (1, 3, 3)
    with Searcher(folder) as searcher:
        assert searcher.item("d0").source.first == 2
        assert [[*one.values()][:3] for one in searcher.info()["sources"]] == [["page.jsonl", 4, 0]]


@pytest.mark.parametrize("there", [False, True])
def test_update_without_an_index_is_a_build(tmp_path: Path, there: bool) -> None:  # noqa: FBT001 - a case
    """An update makes an index in a missing or an empty folder."""
    folder = tmp_path / "index"
    if there:
        folder.mkdir()
    source = write_source(tmp_path / "a.jsonl", make_items(1, 4).values())
    assert update([source], folder).added == 4
    build([source], tmp_path / "other")
    assert answers(folder) == answers(tmp_path / "other")


def test_update_without_items_changes_nothing(tmp_path: Path) -> None:
    """A source without items is a mistake, and the index stays."""
    folder = tmp_path / "index"
    build([write_source(tmp_path / "a.jsonl", make_items(1, 4).values())], folder)
    before = sorted((folder / "segments").iterdir())
    empty = tmp_path / "b.jsonl"
    empty.write_text("[1]\n")
    with pytest.raises(SourceError):
        update([empty], folder)
    assert sorted((folder / "segments").iterdir()) == before


def test_restored_documents_equal_the_original_ones(tmp_path: Path) -> None:
    """A stored record gives the same document again, with each paragraph in its language."""
    source = write_source(tmp_path / "a.jsonl", make_items(3, 60).values())
    with sample_path() as page:
        documents = [*read_documents(page, lambda _: None), *read_documents(source, lambda _: None)]
    assert any(len(document.languages) > 1 for document in documents)
    assert [restore(document.record)._replace(line=0) for document in documents] == [
        document._replace(line=0, stated=False) for document in documents
    ]


@given(
    sizes=st.lists(st.tuples(st.integers(0, 9_000_000), st.floats(0, 1)), max_size=40),
    added=st.integers(0, 10**6),
)
def test_few_segments_remain_after_an_update(sizes: list[tuple[int, float]], added: int) -> None:
    """No segment with many deleted documents remains, and few of each size that can still grow."""
    states = [SegmentState(documents, int(documents * share)) for documents, share in sizes]
    merged = segments_to_merge(states, added)
    left = [state for place, state in enumerate(states) if place not in merged]
    assert all(state.deleted <= 0.2 * state.documents for state in left)
    growing = [state for state in left if state.live <= indexer.store.writer.LARGEST // 2]
    assert len(growing) <= (FAN_OUT - 1) * 8


@pytest.mark.parametrize(("items", "most"), [(1, 40), (3, 160)])
def test_updates_of_few_items_leave_two_small_segments(items: int, most: int) -> None:
    """After a thousand updates of few items, at most two small segments remain, and little is rewritten."""
    states, written = [SegmentState(100_000, 0)], 0
    for _ in range(1000):
        merged = segments_to_merge(states, items)
        new = items + sum(states[place].live for place in merged)
        states = [state for place, state in enumerate(states) if place not in merged]
        states.append(SegmentState(new, 0))
        written += new
        assert len(states) <= 3
        assert new <= FIRST_TIER
    assert written < most * 1000


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(3, 100))
@given(seed=st.integers(0, 2**32))
def test_any_sequence_of_updates_equals_one_build(
    seed: int, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any builds and updates the index answers as one built from the final items at once."""
    random_ = random.Random(seed)
    monkeypatch.setattr(indexer.store.writer, "NEWEST", random_.choice((2, 32)))
    monkeypatch.setattr(indexer.store.writer, "FIRST_TIER", random_.choice((5, 20, 1000)))
    monkeypatch.setattr(indexer.store.writer, "MAX_DELETED", random_.choice((0.0, 0.2, 1.0)))
    base = tmp_path_factory.mktemp("sequence")
    folder, model = base / "index", dict[str, Item]()
    for step in range(random_.randint(2, 5)):
        batch = _batch(random_, model)
        source = write_source(base / f"{step}.jsonl", batch)
        if random_.random() < 0.15 or not batch:
            source = write_source(base / f"{step}.jsonl", batch := batch or [make_item(random_, "x")])
            build([source], folder)
            model = {}
        else:
            update([source], folder)
        model |= {item["id"]: item for item in batch}
        assert check_index(folder).findings == ()
    build([write_source(base / "all.jsonl", model.values())], base / "other")
    assert answers(folder) == answers(base / "other")
    with Searcher(folder) as one, Searcher(base / "other") as other:
        for key in model:
            assert _without_history(one.item(key)) == _without_history(other.item(key))
    if all(entry.deletions is None for entry in Manifest.read(folder).segments):
        assert ranking(folder) == ranking(base / "other")


def _without_history(item: NewsItem) -> NewsItem:
    """Remove places and dates of addition, which a build of the final items cannot know."""
    return item._replace(source=SourceLines("", 0, 0), since=0, sources=())


def _batch(random_: random.Random, model: dict[str, Item]) -> list[Item]:
    """Return new items, changed ones and unchanged ones, in any order."""
    batch = {f"d{n}": make_item(random_, f"d{n}") for n in random_.sample(range(60), random_.randint(0, 15))}
    for key in random_.sample(sorted(model), min(len(model), random_.randint(0, 10))):
        batch[key] = json.loads(json.dumps(model[key]))
    items = list(batch.values())
    random_.shuffle(items)
    return items

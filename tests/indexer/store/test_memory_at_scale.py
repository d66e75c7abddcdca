"""Memory per item: of a check, of grouping near duplicates, and of segments that updates merge."""

import gc
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shared_finder
from work import peak

import indexer.bulk.builder
import indexer.bulk.run
from indexer.codec.duplicate_sets import Groups
from indexer.codec.layout import Container
from indexer.store import check, duplicate_candidates, duplicate_grouping, segment_decoder
from indexer.store.check import check_index
from indexer.store.duplicate_candidates import Candidates, KeptGroups, components
from indexer.store.duplicate_grouping import all_groups
from indexer.store.indexing import build, update
from indexer.store.manifest import Manifest
from indexer.store.segment_decoder import decode_documents
from indexer.store.writer import SegmentState, segments_to_merge
from indexer.thesaurus.finder import ConceptFinder

TITLE = "The harbour master counts the boats again, as every year in March"


def news(count: int) -> Iterator[dict[str, Any]]:
    """Yield items with long titles and three countries, without near duplicates."""
    for number in range(count):
        yield {
            "id": f"item{number}",
            "title": f"{TITLE} {number}",
            "text": f"boat{number}",
            "date": f"20{number % 25:02}-03-{number % 28 + 1:02}",
            "language": "en",
            "countries": ["CL", "PE", "UY"],
        }


@pytest.mark.slow
def test_a_check_keeps_little_of_each_item_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the columns of a document, an id and some numbers are in memory, not its title and countries."""
    monkeypatch.setattr(segment_decoder, "TERMS", 64)
    peaks = []
    for count in (300, 1_500):
        folder = tmp_path / str(count)
        build([], folder, items=news(count))
        segment = Manifest.read(folder).segments[0].open(folder / "segments")
        decode_documents(segment)
        peaks.append(peak(lambda segment=segment: decode_documents(segment)))
    assert peaks[1] - peaks[0] < 1_200 * 350


def test_a_check_drops_the_pages_that_it_has_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of an index do not fill the memory of a check: their pages are dropped again and again."""
    released: list[str] = []
    release = Container.release
    monkeypatch.setattr(check, "RELEASED", 1 << 14)
    monkeypatch.setattr(Container, "release", lambda self: (released.append(self.name), release(self)))
    folder = tmp_path / "index"
    build([], folder, items=news(600))
    released.clear()
    assert check_index(folder).findings == ()
    sizes = {path.name: path.stat().st_size for path in (folder / "segments").iterdir()}
    for name, size in sizes.items():
        assert released.count(name) >= size >> 15


def test_a_released_file_can_still_be_read(tmp_path: Path) -> None:
    """Pages that were dropped are read again."""
    build([], tmp_path / "index", items=news(3))
    segment = Manifest.read(tmp_path / "index").segments[0].open(tmp_path / "index" / "segments")
    before = segment.read_record(0), segment.array("start").tolist()
    segment.release()
    assert (segment.read_record(0), segment.array("start").tolist()) == before


def test_an_id_in_two_segments_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check merges the ids of the segments, and reports a repeated one."""
    folder = tmp_path / "index"
    build([], folder, items=news(4))
    update([], folder, items=[{**item, "id": f"other{item['id']}"} for item in news(40)])
    assert len(Manifest.read(folder).segments) == 2
    assert check_index(folder).findings == ()
    monkeypatch.setattr("indexer.codec.segment.Segment.ids_with_prefix", lambda *_: iter(["item1"]))
    assert [finding.reason for finding in check_index(folder).findings] == ["an id occurs in two segments"]


def test_full_segments_are_not_merged_by_every_update() -> None:
    """Segments as large as the memory of a write allows stay, however many there are."""
    full = [SegmentState(1_000_000, 0)] * 10
    assert segments_to_merge(full, 1, largest=1_000_000) == set()
    assert segments_to_merge(full, 1, largest=10_000_000) == {*range(10)}


def test_a_segment_is_merged_when_its_tier_is_full() -> None:
    """The new segment counts; smaller ones are merged too, and one with over a fifth of deleted documents."""
    small, medium = SegmentState(20, 0), SegmentState(3000, 0)
    assert segments_to_merge([small, medium], 5) == {0}
    assert segments_to_merge([medium, small], 4000) == {0, 1}
    assert segments_to_merge([SegmentState(10**6, 200_000), SegmentState(10**6, 200_001)], 0) == {1}


def test_an_update_keeps_the_full_segments_of_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small update of an index with many full segments writes only its own items."""
    monkeypatch.setattr(indexer.bulk.run, "RUN_DOCUMENTS", 8)
    monkeypatch.setattr(indexer.bulk.run, "DOCUMENT_BYTES", 1 << 40)
    folder = tmp_path / "index"
    build([], folder, items=news(80))
    before = Manifest.read(folder).segments
    update([], folder, items=[{**next(news(1)), "id": "new", "text": "new"}])
    segments = Manifest.read(folder).segments
    assert len(before) == 10
    assert segments[:-1] == before
    assert segments[-1].documents == 1


def test_components_are_whole_and_of_about_the_wanted_size() -> None:
    """The pairs of a chain and of small groups are yielded component by component, each pair once."""
    chain = [(number, number + 1) for number in range(1_000, 1_200)]
    small = [pair for first in range(0, 300, 3) for pair in combinations(range(first, first + 3), 2)]
    pairs = np.array(sorted([*chain, *small]), np.int64)
    found = [*components(pairs, 30)]
    assert sorted(map(tuple, np.concatenate(found).tolist())) == [*map(tuple, pairs.tolist())]
    members = [{*some.ravel().tolist()} for some in found]
    assert all(one.isdisjoint(other) for one, other in combinations(members, 2))
    assert [len(some) for some in members] == [30] * 10 + [201]
    assert [*components(np.empty((0, 2), np.int64), 30)] == []


def pairs_of_copies(count: int) -> list[dict[str, Any]]:
    """Return pairs of items with the same text."""
    (item,) = news(1)
    return [
        {**item, "id": f"{number}/{copy}", "text": f"The boats of the harbour {number} " + f"w{number} " * 12}
        for number in range(count)
        for copy in "ab"
    ]


@pytest.mark.slow
def test_grouping_keeps_little_of_each_pair_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group found in one batch leaves its members in memory, and no text, decision or neighbours."""
    monkeypatch.setattr(duplicate_grouping, "BATCH_SIZE", 64)
    monkeypatch.setattr(duplicate_grouping, "MAX_KNOWN", 64)
    monkeypatch.setattr(duplicate_grouping, "MAX_HELD", 1 << 12)
    monkeypatch.setattr(duplicate_candidates, "MAX_ENTRIES", 1 << 12)
    peaks = []
    for count in (100, 300):
        folder = tmp_path / str(count)
        build([], folder, items=pairs_of_copies(count))
        segment = Manifest.read(folder).segments[0].open(folder / "segments")
        candidates = Candidates([segment], [segment.deleted])
        assert len(all_groups(candidates)) == count
        peaks.append(peak(lambda candidates=candidates: all_groups(candidates)))
    assert peaks[1] - peaks[0] < 400 * 350


def test_the_members_of_groups_are_kept_as_numbers(tmp_path: Path) -> None:
    """Once the groups of an index are sorted, each member takes a few bytes."""
    folder = tmp_path / "index"
    build([], folder, items=pairs_of_copies(500))
    sealed = Manifest.read(folder).groups
    assert sealed is not None
    groups = Groups(sealed.open(folder / "segments"))
    before = peak(lambda: groups.members(0))
    assert sum(len(groups.members(number)) for number in range(len(groups))) == 1_000
    kept = sum(values.itemsize * len(values) for values in groups._by_group)
    assert kept <= 1_000 * 8
    assert before < 1_000 * 150


def test_an_update_reads_the_keys_of_all_items_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding the candidates of one document allocates less than a byte for each key of the index."""
    build([], tmp_path, items=news(2))
    segment = Manifest.read(tmp_path).segments[0].open(tmp_path / "segments")
    keys = np.arange(8 << 19, dtype=np.uint32)
    monkeypatch.setattr(segment, "array", lambda _: keys)
    monkeypatch.setattr(segment, "documents", 1 << 19)
    candidates = Candidates([segment], [()])
    found: list[int] = []
    memory = peak(lambda: found.append(len(candidates.pairs(np.array([7])))))
    assert found == [0]
    assert memory < len(keys)  # most of it is a table of fixed size


def test_an_update_compares_touched_groups_in_one_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The members of all groups that an update may have changed are looked up at once."""
    build([], tmp_path, items=pairs_of_copies(40))
    manifest = Manifest.read(tmp_path)
    segments = [entry.open(tmp_path / "segments") for entry in manifest.segments]
    assert manifest.groups is not None
    kept = KeptGroups(segments, [()], Groups(manifest.groups.open(tmp_path / "segments")))
    found = all_groups(Candidates(segments, [()]))
    passes: list[int] = []
    among = duplicate_candidates.among
    monkeypatch.setattr(
        duplicate_candidates, "among", lambda values, some: (passes.append(1), among(values, some))[1]
    )
    assert kept.are_unchanged(range(40), found)
    assert not kept.are_unchanged(range(40), [*found[1:], ("copy", [0, 1, 2])])
    assert len(passes) == 2


def finders() -> list[ConceptFinder]:
    """Return the concept finders of writes that are still in memory after a collection."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is ConceptFinder]


@pytest.mark.slow
def test_a_write_leaves_nothing_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeated updates in one process do not accumulate memory."""
    monkeypatch.setattr(indexer.bulk.builder, "open_finder", shared_finder.UNSHARED)
    before = finders()
    for number in (1, 2):
        update([], tmp_path / "index", items=news(number))
    assert [one for one in finders() if one not in before] == []

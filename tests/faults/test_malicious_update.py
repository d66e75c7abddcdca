"""An update of a hostile index ends in an update or one line, whatever it contains."""

import json
from pathlib import Path

import pytest
from faults.forged_index import TEXT, forge_in, forge_manifest, with_records
from tables import by_table

from indexer.codec.stored import StoredRecords
from indexer.codec.stored_writer import compress_block
from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from indexer.store.indexing import build, update
from indexer.store.manifest import MAX_COUNT, MAX_GENERATIONS, Manifest
from searcher import Searcher


@pytest.fixture
def changed(index: Path, tmp_path: Path) -> Path:
    """Return a source with another text for the id of each item, so that an update reads all old records."""
    with Searcher(index) as searcher:
        ids = [hit.id for hit in searcher.search("*", limit=100).hits]
    path = tmp_path / "changed.jsonl"
    records = [{"id": one, "title": "Changed", "language": "en", "countries": []} for one in ids]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@by_table
def test_an_update_reports_a_forged_record_that_it_reads(index: Path, changed: Path, record: bytes) -> None:
    """The record is damage, and the index does not change."""
    forge_in(index, TEXT, with_records(compress_block([record] * 36)))
    before = (index / "dragoman.json").read_bytes()
    with pytest.raises(IndexFolderError, match="damaged"):
        update([changed], index)
    assert (index / "dragoman.json").read_bytes() == before


@by_table
def test_an_update_reports_a_forged_record_that_it_copies(
    index: Path, changed: Path, forged: dict[str, object]
) -> None:
    """A record that an update copies into a new segment is validated like those that it compares."""
    honest = [line for block in StoredRecords(index / TEXT).walk() for line in block]
    lines = [json.dumps(json.loads(line) | forged).encode() for line in honest]
    forge_in(index, TEXT, with_records(compress_block(lines)))
    few = changed.with_name("few.jsonl")
    few.write_text("".join(changed.read_text().splitlines(keepends=True)[:12]))
    before = (index / "dragoman.json").read_bytes()
    with pytest.raises(IndexFolderError, match="damaged"):
        update([few], index)
    assert (index / "dragoman.json").read_bytes() == before


@pytest.mark.parametrize("generation", [MAX_COUNT, MAX_GENERATIONS, (1 << 31) - 1])
def test_a_forged_generation_is_refused_except_by_a_build(
    index: Path, changed: Path, generation: int
) -> None:
    """A generation beyond any index is damage; an index can be built over it."""
    forge_manifest(index, lambda record: record.update(generation=generation))
    with pytest.raises(IndexFolderError, match="damaged"):
        update([changed], index)
    build([changed], index)
    assert check_index(index).findings == ()


def test_the_last_possible_generation_is_reported(index: Path, changed: Path) -> None:
    """A table at the limit is read, and a generation beyond it is refused in one line."""
    forge_manifest(index, lambda record: record.update(generation=MAX_GENERATIONS - 1))
    for write in (update, build):
        with pytest.raises(IndexFolderError, match="in a new folder"):
            write([changed], index)


def test_a_huge_number_in_a_file_name_raises_no_generation(index: Path, changed: Path) -> None:
    """A file that only looks like a table of Whoosh is ignored."""
    (index / "_MAIN_999999999999.toc").mkdir()
    (index / "segments" / "thesaurus999999999999.labels").mkdir()
    before = Manifest.read(index).generation
    update([changed], index)
    assert Manifest.read(index).generation == before + 1


def test_forged_counts_of_sources_are_capped(index: Path, changed: Path) -> None:
    """Counts that add up to more than the maximum of the table become this maximum."""
    many = {"file": "a.jsonl", "items": MAX_COUNT, "skipped": MAX_COUNT}
    forge_manifest(index, lambda record: record.update(sources=[many, many]))
    update([changed], index, jobs=1)  # so many items would be read by several processes
    with Searcher(index) as searcher:
        assert searcher.info()["sources"][0]["skipped"] == MAX_COUNT

"""Blocks and files that a version adds to format 9: ignored where unknown, named where missing."""

import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faults.forged_index import SEGMENT, Blocks, forge_in, forge_manifest
from tables import by_table

from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.optional_parts import BODY_STARTS, OPTIONAL_BLOCKS, WORD_COUNTS, optional_block
from indexer.codec.segment import Segment
from indexer.errors import IndexFolderError, QueryError
from indexer.errors import message as message_for
from indexer.schema import TITLE_GAP
from indexer.store.check import check_index
from indexer.store.indexing import update
from indexer.store.manifest import Manifest
from searcher import Searcher

RECORDS: list[dict[str, Any]] = [
    {"title": "Tide tables of the harbour", "body": "High water at noon, and a calm sea."},
    {"body": "Low water."},
    {"title": "No text at all"},
]


@pytest.fixture(scope="module")
def built(make_shared_index: Callable[..., Path]) -> Path:
    """Build an index of the records, which tests copy."""
    return make_shared_index(*RECORDS)


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """Return a copy of an index of three items of 13, 2 and 4 words."""
    return shutil.copytree(built, tmp_path / "index")


def change(index: Path, blocks: dict[str, bytes | None]) -> None:
    """Add optional blocks of bytes to the segment of an index, or remove them."""

    def forge(stored: Blocks, _: dict[str, Any]) -> None:
        for name, content in blocks.items():
            if content is None:
                del stored[name]
            else:
                stored[name] = ("u1", content)

    forge_in(index, SEGMENT, forge)


def opened(index: Path) -> Segment:
    """Open the only segment of an index."""
    return Segment(index / "segments", "segment1")


def read(index: Path, name: str = WORD_COUNTS) -> memoryview:
    """View an optional block of the only segment of an index."""
    segment = opened(index)
    return optional_block(segment.container, name, segment.documents)


def ids_of(index: Path) -> list[str]:
    """Return the hits of a search."""
    with Searcher(index) as searcher:
        return [hit.id for hit in searcher.search("water").hits]


def test_the_words_of_each_item_are_counted(index: Path) -> None:
    """Words are those of title and text, stop words included."""
    segment = opened(index)
    counts = read(index)
    words = {segment.head(doc)[0]: counts[doc] for doc in range(segment.documents)}
    assert words == {"d0": 13, "d1": 2, "d2": 4}


def test_an_unknown_optional_block_is_ignored(index: Path) -> None:
    """A block of a later version changes no answer, and the index is sound."""
    expected = ids_of(index)
    change(index, {"more.moons": b"\x01\x02"})
    assert ids_of(index) == expected
    assert check_index(index).findings == ()


def test_an_unknown_block_that_is_not_optional_is_reported(index: Path) -> None:
    """The check reports a block that is neither known nor optional."""
    change(index, {"moons": b"\x01\x02"})
    assert [finding.part for finding in check_index(index).findings] == ["moons"]


@pytest.mark.parametrize("name", OPTIONAL_BLOCKS)
def test_a_missing_block_names_its_feature(index: Path, name: str) -> None:
    """An index without a block answers; what needs the block is refused in one line with the remedy."""
    expected = ids_of(index)
    change(index, dict.fromkeys(set(OPTIONAL_BLOCKS).intersection(opened(index).container.names())))
    assert ids_of(index) == expected
    assert check_index(index).findings == ()
    with pytest.raises(QueryError) as raised:
        read(index, name)
    message = str(raised.value)
    assert message.startswith(message_for(OPTIONAL_BLOCKS[name][0]))
    assert " need" in message
    assert message.endswith("; build the index again")
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"", b"\x0d\x02", b"\x0d\x02\x04\x04"])
def test_an_optional_block_of_another_length_is_refused(index: Path, content: bytes) -> None:
    """A block with too few or too many values is never used."""
    change(index, {WORD_COUNTS: content})
    with pytest.raises(IndexFolderError, match="is damaged"):
        read(index)
    assert [finding.part for finding in check_index(index).findings] == [WORD_COUNTS]


def test_the_start_of_each_body_is_stored(index: Path) -> None:
    """It is the position behind the title and the gap, with the language of the title; 0 without a title."""
    segment = opened(index)
    starts = read(index, BODY_STARTS)
    english = {segment.head(doc)[0]: divmod(starts[doc], 4) for doc in range(segment.documents)}
    assert english == {"d0": (5 + TITLE_GAP, 0), "d1": (0, 0), "d2": (4 + TITLE_GAP, 0)}


@pytest.mark.parametrize("name", [WORD_COUNTS, BODY_STARTS])
def test_wrong_numbers_of_words_are_reported(index: Path, name: str) -> None:
    """The check compares the numbers of words with the texts."""
    change(index, {name: b"\x0d\x02\x05"})
    assert [finding.part for finding in check_index(index).findings] == [name]


def add_file(index: Path, name: str, ending: str) -> Path:
    """Add a file of a later version to an index and its manifest."""
    path = index / "segments" / f"{name}.{ending}"
    with ContainerWriter(path) as writer:
        writer.add("docs", "u4", np.array([1]))
        seal = writer.finish({})
    listed = {"name": name, "ending": ending, "seal": seal._asdict()}
    forge_manifest(index, lambda record: record.update(more=[{"ending": ending} | listed]))
    return path


def test_a_file_of_a_later_version_is_kept_until_a_commit(index: Path, tmp_path: Path) -> None:
    """The file changes no answer and is checked; a commit, which may renumber documents, drops it."""
    expected = ids_of(index)
    path = add_file(index, "more1", "marks")
    assert ids_of(index) == expected
    assert check_index(index).findings == ()
    content = bytearray(path.read_bytes())
    content[64] ^= 1
    path.write_bytes(content)
    assert [finding.file for finding in check_index(index).findings] == ["segments/more1.marks"]
    source = tmp_path / "new.jsonl"
    source.write_text('{"id": "n", "title": "Neap tide"}\n')
    update([source], index)
    assert Manifest.read(index).more == ()
    assert not path.exists()


@by_table
def test_a_forged_file_of_a_later_version_is_refused(index: Path, name: str, ending: Any) -> None:
    """Its name and ending are plain words, and its name is none of a file that this version reads."""
    listed = {"ending": ending, "name": name, "seal": {"bytes": 1, "table": 1}}
    forge_manifest(index, lambda record: record.update(more=[listed]))
    with pytest.raises(IndexFolderError, match=r"dragoman\.json"):
        Searcher(index)


def test_wide_numbers_take_more_bytes(make_index: Callable[..., Path]) -> None:
    """A text of more than 255 words makes the counts two bytes wide."""
    index = make_index({"body": "wave " * 300}, {"body": "one"})
    counts = read(index)
    assert sorted(struct.unpack("<2H", counts.tobytes())) == [1, 300]

"""Stored records: blocks of lines, compressed by one library and read by another."""

import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.api import update
from indexer.codec.array_index import ArrayIndex, read_records
from indexer.codec.stored_writer import compress_block
from indexer.errors import IndexFolderError
from indexer.store.index_folder import read_manifest

RECORDS = st.lists(st.binary(max_size=2000).map(lambda record: record.replace(b"\n", b" ")), min_size=1)


@given(RECORDS, st.integers(1, 40))
def test_any_zlib_reads_a_block(records: list[bytes], times: int) -> None:
    """A block is a zlib stream of its records, a line each, whatever its size."""
    assert zlib.decompress(compress_block(records * times)).split(b"\n") == records * times


@given(RECORDS, RECORDS)
def test_compression_does_not_depend_on_earlier_blocks(records: list[bytes], others: list[bytes]) -> None:
    """The bytes of an index depend on its sources only."""
    first = compress_block(records)
    compress_block(others)
    assert compress_block(records) == first


def test_records_read_together_equal_single_reads(make_index: Callable[..., Path]) -> None:
    """In any order, from several segments, in any batches, the records are those of single reads."""
    folder = make_index(
        *({"body": f"tide {number} " * 50, "date": f"2018-01-{number % 28 + 1:02}"} for number in range(90))
    )
    update(folder, items=[{"id": f"n{number}", "body": "late"} for number in range(9)])
    entries = read_manifest(folder).segments
    assert len(entries) > 1
    index = ArrayIndex([entry.open(folder / "segments") for entry in entries])
    documents = random.Random(1).choices(range(index.documents), k=200)
    expected = [segment.read_record(doc) for segment, doc in map(index.locate, documents)]
    for together, most in ((4096, 1 << 20), (7, 1 << 20), (64, 4000), (3, 1)):
        assert [*read_records(index, documents, together=together, most=most)] == expected


def test_damaged_blocks_are_reported(make_index: Callable[..., Path]) -> None:
    """A walk reports blocks that are cut, too long, apart, or of another number of records."""
    folder = make_index({"body": "tide"})
    records = read_manifest(folder).segments[0].open(folder / "segments").records
    block = compress_block([b"one", b"two"])
    size = len(block)
    damage = [(block[:-1], [0, size - 1], [0, 2]), (block + b"x", [0, size + 1], [0, 2])]
    damage += [(block + b"x", [0, size], [0, 2]), (b"x" + block, [1, size + 1], [0, 2])]
    damage += [(block, [0, size], [0, 3]), (block, [0, size], [1, 3])]
    for whole, at, first in ((block, [0, size], [0, 2]), *damage):
        records._data, records._at, records._first = whole, at, first  # type: ignore[assignment] # not mapped
        if whole is block and first == [0, 2]:
            assert [*records.walk()] == [[b"one", b"two"]]
            continue
        with pytest.raises(IndexFolderError):
            [*records.walk()]

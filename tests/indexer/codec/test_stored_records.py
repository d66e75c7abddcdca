"""Stored records: blocks of lines, compressed by one library and read by another."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from indexer.codec.stored_writer import compress_block

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

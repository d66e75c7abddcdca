"""Write stored records: JSON lines in compressed blocks, in insertion order."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
from isal import isal_zlib

from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.stored import DICTIONARY, DICTIONARY_WINDOW

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.codec.layout import FileChecksum

BLOCK: Final = 5 << 10  # bytes before compression; reading a record decompresses one block
LEVEL: Final = 2  # of ISA-L's 0 to 3; level 3 takes a quarter longer and saves a hundredth of the space
WINDOW_BITS: Final = 13  # 8 KiB; few blocks are longer
# The compression dictionary that all blocks share, which saves 10 to 17 % of the space: the start of the
# first records, then frequent words.
WORD_BYTES: Final = 12 << 10
RECORD_BYTES: Final = 4 << 10
GROUP: Final = 64 * BLOCK  # bytes that are compressed together; fewer need no dictionary
SAMPLE: Final = 8 * GROUP  # bytes from which the dictionary is made
_WORD: Final = re.compile(rb' [^ "]{3,}')


def compress_block(records: list[bytes], dictionary: bytes = b"") -> bytes:
    """Compress a block of consecutive records, given without their line ends.

    Any zlib can read the output of ISA-L. Compared with level 1 of zlib, it is 5 % smaller and takes a
    quarter of the time. With a dictionary, the output has neither header nor checksum.
    """
    joined = b"\n".join(records)
    if not dictionary:
        return isal_zlib.compress(joined, LEVEL, WINDOW_BITS)
    compressor = isal_zlib.compressobj(LEVEL, wbits=DICTIONARY_WINDOW, zdict=dictionary)
    return compressor.compress(joined) + compressor.flush()


def make_dictionary(records: bytes) -> bytes:
    """Return a compression dictionary for records, with its most useful words at the end."""
    counts = Counter(_WORD.findall(records))
    words = [word for word, count in counts.items() if count > 1]
    words.sort(key=lambda word: (counts[word] - 1) * (len(word) - 2))
    return records[:RECORD_BYTES] + b"".join(words)[-WORD_BYTES:]


class StoredWriter:
    """Writes the records of a segment in insertion order."""

    def __init__(self, path: Path) -> None:
        self._container = ContainerWriter(path)
        self._dictionary = b""  # empty if there are few records
        self._records: list[bytes] = []
        self._bytes = 0  # of these records
        self._at = [0]
        self._first = [0]

    def store(self, record: bytes) -> None:
        """Add a record, which must not contain a line end."""
        self._records.append(record)
        self._bytes += len(record)
        if self._bytes >= (GROUP if self._dictionary else SAMPLE):
            self._write()

    def finish(self) -> FileChecksum:
        """Write the remaining records to disk, rename the file, and return its length and checksum."""
        self._write()
        if self._dictionary:
            self._container.add(DICTIONARY, "u1", np.frombuffer(self._dictionary, np.uint8))
        self._container.add("block_at", "u4" if self._at[-1] < 1 << 32 else "u8", np.array(self._at))
        self._container.add("block_first", "u4", np.array(self._first, np.uint32))
        return self._container.finish({"records": self._first[-1]})

    def abandon(self) -> None:
        """Remove the unfinished file."""
        self._container.abandon()

    def _write(self) -> None:
        """Write the records as compressed blocks.

        A block is written as soon as it is long enough.
        """
        records, self._records = self._records, []
        if not self._dictionary and self._bytes >= GROUP:
            self._dictionary = make_dictionary(b"\n".join(records))
        first = self._bytes = size = 0
        end = len(records)
        for last, record in enumerate(records, 1):
            size += len(record)
            if size >= BLOCK or last == end:
                block = compress_block(records[first:last], self._dictionary)
                self._container.extend("data", block)
                self._at.append(self._at[-1] + len(block))
                self._first.append(self._first[-1] + last - first)
                first, size = last, 0

"""Write stored records, which a thread compresses while the next documents are analyzed."""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import TYPE_CHECKING, Final

import numpy as np
from isal import isal_zlib

from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.stored import DICTIONARY, DICTIONARY_WINDOW

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor
    from pathlib import Path

    from indexer.codec.layout import Seal

BLOCK: Final = 5 << 10  # bytes before compression; reading a record decompresses one block
LEVEL: Final = 2  # of ISA-L's 0 to 3; level 3 takes a quarter longer and saves a hundredth of the space
WINDOW_BITS: Final = 13  # 8 KiB; few blocks are longer
# The dictionary of all blocks, which saves 10 to 17 %: the start of the first records, then frequent words.
WORD_BYTES: Final = 12 << 10
RECORD_BYTES: Final = 4 << 10
GROUP: Final = 64 * BLOCK  # bytes per task of the thread; the overhead of a task equals the time for a block
SAMPLE: Final = 8 * GROUP  # bytes from which the dictionary is made
MAX_WAITING_BYTES: Final = 8 << 20  # bytes
_WORD: Final = re.compile(rb' [^ "]{3,}')

CompressedBlocks = list[tuple[bytes, int]]  # each with its number of records


def compress_block(records: list[bytes], dictionary: bytes = b"") -> bytes:
    """Compress consecutive records, which must not contain line ends.

    Any zlib can read the output of ISA-L. Compared with level 1 of zlib, it is 5 % smaller and takes a
    quarter of the time. With a dictionary, the output has neither header nor checksum.
    """
    joined = b"\n".join(records)
    if not dictionary:
        return isal_zlib.compress(joined, LEVEL, WINDOW_BITS)
    compressor = isal_zlib.compressobj(LEVEL, wbits=DICTIONARY_WINDOW, zdict=dictionary)
    return compressor.compress(joined) + compressor.flush()


def make_dictionary(records: bytes) -> bytes:
    """Return a compression dictionary for records, with the most useful words at its end."""
    counts = Counter(_WORD.findall(records))
    words = [word for word, count in counts.items() if count > 1]
    words.sort(key=lambda word: (counts[word] - 1) * (len(word) - 2))
    return records[:RECORD_BYTES] + b"".join(words)[-WORD_BYTES:]


class StoredWriter:
    """Writes the records of a segment in insertion order.

    A thread compresses them, which releases Python's lock; this class keeps their order.
    """

    def __init__(self, path: Path) -> None:
        self._container = ContainerWriter(path)
        self._pool: ThreadPoolExecutor | None = None  # None until there is enough data for a task
        self._dictionary = b""  # empty if there are few records
        self._records: list[bytes] = []
        self._bytes = 0  # of these records
        self._waiting: deque[tuple[Future[CompressedBlocks], int]] = deque()
        self._at = [0]
        self._first = [0]

    def store(self, record: bytes) -> None:
        """Add the next record, which must not contain a line end."""
        self._records.append(record)
        self._bytes += len(record)
        if self._bytes >= (GROUP if self._dictionary else SAMPLE):
            self._send()

    def finish(self) -> Seal:
        """Write the remaining records to disk and rename the file; return its seal."""
        if self._pool is None and self._bytes < GROUP:
            self._write_compressed(_compress(self._records, b""))
        else:
            pool = self._send()
            self._write(0)
            pool.shutdown()
        if self._dictionary:
            self._container.add(DICTIONARY, "u1", np.frombuffer(self._dictionary, np.uint8))
        self._container.add("block_at", "u4" if self._at[-1] < 1 << 32 else "u8", np.array(self._at))
        self._container.add("block_first", "u4", np.array(self._first, np.uint32))
        return self._container.finish({"records": self._first[-1]})

    def abandon(self) -> None:
        """Cancel pending compression and remove the file."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._container.abandon()

    def _send(self) -> ThreadPoolExecutor:
        """Start compressing the collected records in a thread, or compress them here if none can start."""
        from concurrent.futures import Future, ThreadPoolExecutor  # loading takes as long as a small update

        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compression")
        records, size = self._records, self._bytes
        self._records, self._bytes = [], 0
        self._dictionary = self._dictionary or make_dictionary(b"\n".join(records))
        try:
            compressed = self._pool.submit(_compress, records, self._dictionary)
        except RuntimeError:
            compressed = Future()
            compressed.set_result(_compress(records, self._dictionary))
        self._waiting.append((compressed, size))
        self._write(MAX_WAITING_BYTES)
        return self._pool

    def _write(self, most: int) -> None:
        """Write compressed blocks, and wait until at most ``most`` uncompressed bytes are pending."""
        while self._waiting and (
            sum([size for _, size in self._waiting]) > most or self._waiting[0][0].done()
        ):
            self._write_compressed(self._waiting.popleft()[0].result())

    def _write_compressed(self, blocks: CompressedBlocks) -> None:
        for block, count in blocks:
            self._container.extend("data", block)
            self._at.append(self._at[-1] + len(block))
            self._first.append(self._first[-1] + count)


def _compress(records: list[bytes], dictionary: bytes) -> CompressedBlocks:
    """Compress records in blocks, each of which ends as soon as it is long enough."""
    blocks: CompressedBlocks = []
    first = size = 0
    for last, record in enumerate(records, 1):
        size += len(record)
        if size >= BLOCK or last == len(records):
            blocks.append((compress_block(records[first:last], dictionary), last - first))
            first, size = last, 0
    return blocks

"""Stored records, compressed on the other core while the next documents are analysed."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from indexer.codec.stored import BLOCK, compress_block

if TYPE_CHECKING:
    from indexer.codec.segment_writer import SegmentWriter

MOST_WAITING = 64  # blocks


class RecordBlocks:
    """Hands records to a segment, block by block, in the order in which they come.

    The bytes written are those that ``SegmentWriter.store`` would write: compression gives up Python's lock,
    so a thread does it, and the order is kept here.
    """

    def __init__(self, writer: SegmentWriter) -> None:
        """Start without records.

        Args:
            writer: The segment.
        """
        self._writer = writer
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compression")
        self._block: list[bytes] = []
        self._bytes = 0
        self._waiting: deque[tuple[Future[bytes], int]] = deque()

    def add(self, record: bytes) -> None:
        """Take the next record."""
        self._block.append(record)
        self._bytes += len(record)
        if self._bytes >= BLOCK:
            self._send()

    def finish(self) -> None:
        """Write what still waits."""
        if self._block:
            self._send()
        while self._waiting:
            self._write_first()
        self._pool.shutdown()

    def cancel(self) -> None:
        """Drop what still waits."""
        self._pool.shutdown(cancel_futures=True)

    def _send(self) -> None:
        self._waiting.append((self._pool.submit(compress_block, self._block), len(self._block)))
        self._block = []
        self._bytes = 0
        while len(self._waiting) > MOST_WAITING or (self._waiting and self._waiting[0][0].done()):
            self._write_first()

    def _write_first(self) -> None:
        compressed, records = self._waiting.popleft()
        self._writer.store_block(compressed.result(), records)

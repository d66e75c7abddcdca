"""Stored records, compressed on the other core while the next documents are analysed."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from indexer.codec.stored import BLOCK, compress_block

if TYPE_CHECKING:
    from indexer.codec.segment_writer import SegmentWriter

AT_ONCE = 32  # blocks that the thread is given at once: handing over costs as much as a block
MOST_WAITING = 4  # times as many
MOST_WAITING_BYTES = 8 << 20  # and never more than this, however long a record is


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
        self._alone = False
        self._block: list[bytes] = []
        self._bytes = 0
        self._blocks: list[list[bytes]] = []
        self._gathered = 0
        self._waiting: deque[tuple[Future[list[bytes]], list[int], int]] = deque()
        self._waiting_bytes = 0

    def add(self, record: bytes) -> None:
        """Take the next record."""
        self._block.append(record)
        self._bytes += len(record)
        if self._bytes >= BLOCK:
            self._end_block()

    def finish(self) -> None:
        """Write what still waits."""
        if self._block:
            self._end_block()
        self._send()
        while self._waiting:
            self._write_first()
        self._pool.shutdown()

    def cancel(self) -> None:
        """Drop what still waits."""
        self._pool.shutdown(cancel_futures=True)

    def _end_block(self) -> None:
        self._blocks.append(self._block)
        self._gathered += self._bytes
        self._block = []
        self._bytes = 0
        if len(self._blocks) >= AT_ONCE or self._gathered >= MOST_WAITING_BYTES // MOST_WAITING:
            self._send()

    def _send(self) -> None:
        sizes = [len(block) for block in self._blocks]
        self._waiting.append((self._compressed(self._blocks), sizes, self._gathered))
        self._waiting_bytes += self._gathered
        self._blocks = []
        self._gathered = 0
        while self._waiting and (
            len(self._waiting) > MOST_WAITING
            or self._waiting_bytes > MOST_WAITING_BYTES
            or self._waiting[0][0].done()
        ):
            self._write_first()

    def _compressed(self, blocks: list[list[bytes]]) -> Future[list[bytes]]:
        """Have blocks compressed by the thread, or do it here where the process may have but one."""
        if not self._alone:
            try:
                return self._pool.submit(_compress, blocks)
            except RuntimeError:
                self._alone = True
        done: Future[list[bytes]] = Future()
        done.set_result(_compress(blocks))
        return done

    def _write_first(self) -> None:
        compressed, sizes, gathered = self._waiting.popleft()
        self._waiting_bytes -= gathered
        for block, records in zip(compressed.result(), sizes, strict=True):
            self._writer.store_block(block, records)


def _compress(blocks: list[list[bytes]]) -> list[bytes]:
    return [compress_block(block) for block in blocks]

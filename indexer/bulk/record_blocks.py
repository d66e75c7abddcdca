"""Stored records, compressed on the other core while the next documents are analysed."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from indexer.codec.stored import BLOCK, compress_block

if TYPE_CHECKING:
    from indexer.codec.segment_writer import SegmentWriter

GROUP = 32 * BLOCK  # bytes of blocks that the thread is given at once: handing over costs as much as a block
MOST_WAITING = 8 << 20  # bytes

Blocks = list[list[bytes]]
CompressedBlocks = list[tuple[bytes, int]]  # each with how many records it holds


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
        self._blocks: Blocks = [[]]
        self._block_bytes = 0
        self._bytes = 0
        self._waiting: deque[tuple[Future[CompressedBlocks], int]] = deque()
        self._waiting_bytes = 0

    def add(self, record: bytes) -> None:
        """Take the next record."""
        self._blocks[-1].append(record)
        self._block_bytes += len(record)
        if self._block_bytes >= BLOCK:
            self._bytes += self._block_bytes
            self._block_bytes = 0
            if self._bytes >= GROUP:
                self._send()
            else:
                self._blocks.append([])

    def finish(self) -> None:
        """Write what still waits."""
        self._send()
        self._write(0)
        self._pool.shutdown()

    def cancel(self) -> None:
        """Drop what still waits."""
        self._pool.shutdown(cancel_futures=True)

    def _send(self) -> None:
        """Have blocks compressed by the thread, or do it here where the process may have but one."""
        blocks = [block for block in self._blocks if block]
        try:
            compressed = self._pool.submit(_compress, blocks)
        except RuntimeError:
            compressed = Future()
            compressed.set_result(_compress(blocks))
        size = self._bytes + self._block_bytes
        self._waiting.append((compressed, size))
        self._waiting_bytes += size
        self._blocks, self._bytes, self._block_bytes = [[]], 0, 0
        self._write(MOST_WAITING)

    def _write(self, most: int) -> None:
        """Write what is compressed, and wait for as much as leaves no more than so many bytes waiting."""
        while self._waiting and (self._waiting_bytes > most or self._waiting[0][0].done()):
            compressed, size = self._waiting.popleft()
            self._waiting_bytes -= size
            for block, count in compressed.result():
                self._writer.store_block(block, count)


def _compress(blocks: Blocks) -> CompressedBlocks:
    return [(compress_block(block), len(block)) for block in blocks]

"""Write stored records; a thread compresses them while the next documents are analyzed."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np
from isal import isal_zlib

from indexer.codec.layout_writer import ContainerWriter

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor
    from pathlib import Path

    from indexer.codec.layout import Seal

BLOCK: Final = 4 << 10  # bytes before compression; reading a record decompresses one block
LEVEL: Final = 2  # of ISA-L's 0 to 3; level 3 takes a quarter longer and saves a hundredth of the space
WINDOW_BITS: Final = 13  # 8 KiB; few blocks are longer
GROUP: Final = 64 * BLOCK  # bytes per task of the thread; the overhead of a task equals the time for a block
MAX_WAITING_BYTES: Final = 8 << 20  # bytes

Blocks = list[list[bytes]]
CompressedBlocks = list[tuple[bytes, int]]  # each with its number of records


def compress_block(records: list[bytes]) -> bytes:
    """Compress consecutive records, which must not contain line ends.

    ISA-L writes data that any zlib reads, a twentieth smaller than zlib's level 1 and in a quarter of its
    time.
    """
    return isal_zlib.compress(b"\n".join(records), LEVEL, WINDOW_BITS)


class StoredWriter:
    """A writer of the records of a segment, in insertion order.

    Compression releases Python's lock, so that a thread does it while the order is kept here.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._container = ContainerWriter(path)
        self._pool: ThreadPoolExecutor | None = None  # None until there is enough data for a task
        self._blocks: Blocks = [[]]
        self._block_bytes = 0
        self._bytes = 0
        self._waiting: deque[tuple[Future[CompressedBlocks], int]] = deque()
        self._waiting_bytes = 0
        self._at = [0]
        self._first = [0]

    def store(self, record: bytes) -> None:
        """Add the next record, which must not contain a line end."""
        self._blocks[-1].append(record)
        self._block_bytes += len(record)
        if self._block_bytes >= BLOCK:
            self._bytes += self._block_bytes
            self._block_bytes = 0
            if self._bytes >= GROUP:
                self._send()
            else:
                self._blocks.append([])

    def finish(self) -> Seal:
        """Write the rest to disk and rename the file.

        Returns:
            The seal of the file.
        """
        if self._pool is None:
            self._write_compressed(_compress(self._take()[0]))
        else:
            self._send()
            self._write(0)
            self._pool.shutdown()
        self._container.add("block_at", "u8", np.array(self._at, np.uint64))
        self._container.add("block_first", "u4", np.array(self._first, np.uint32))
        return self._container.finish({"records": self._first[-1]})

    def abandon(self) -> None:
        """Cancel pending compression and remove the file."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._container.abandon()

    def _send(self) -> None:
        """Start compressing blocks in the thread, or compress them here if no thread can be started."""
        from concurrent.futures import Future, ThreadPoolExecutor  # loading takes as long as a small update

        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compression")
        blocks, size = self._take()
        try:
            compressed = self._pool.submit(_compress, blocks)
        except RuntimeError:
            compressed = Future()
            compressed.set_result(_compress(blocks))
        self._waiting.append((compressed, size))
        self._waiting_bytes += size
        self._write(MAX_WAITING_BYTES)

    def _take(self) -> tuple[Blocks, int]:
        """Return the blocks stored since the last call, and their size in bytes."""
        blocks, size = [block for block in self._blocks if block], self._bytes + self._block_bytes
        self._blocks, self._bytes, self._block_bytes = [[]], 0, 0
        return blocks, size

    def _write(self, most: int) -> None:
        """Write compressed blocks; wait until at most a number of uncompressed bytes remain."""
        while self._waiting and (self._waiting_bytes > most or self._waiting[0][0].done()):
            compressed, size = self._waiting.popleft()
            self._waiting_bytes -= size
            self._write_compressed(compressed.result())

    def _write_compressed(self, blocks: CompressedBlocks) -> None:
        for block, count in blocks:
            self._container.extend("data", block)
            self._at.append(self._at[-1] + len(block))
            self._first.append(self._first[-1] + count)


def _compress(blocks: Blocks) -> CompressedBlocks:
    return [(compress_block(block), len(block)) for block in blocks]

"""Stored records: JSON lines in compressed blocks, in the order in which the items came."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from indexer.codec.layout import Container

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.codec.layout import Seal
    from indexer.codec.plain_file import StrPath

BLOCK: Final = 8 << 10  # bytes before compression: a record costs one block's decompression
MOST_UNPACKED: Final = 256 << 20  # bytes; one record of the longest text that is indexed has less
LEVEL: Final = 2  # of ISA-L's 0 to 3: 3 takes a quarter longer for a hundredth of the space
WINDOW_BITS: Final = 13  # a block is hardly longer than this window


def compress_block(records: list[bytes]) -> bytes:
    """Compress consecutive records, none of which may hold a line end.

    ISA-L writes what any zlib reads, a twentieth smaller than zlib's level 1 and in a quarter of its time.
    """
    from isal import isal_zlib  # a C extension that only writers need

    return isal_zlib.compress(b"\n".join(records), LEVEL, WINDOW_BITS)


class StoredWriter:
    """Writes the records of a segment one by one.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        from indexer.codec.layout_writer import ContainerWriter

        self._container = ContainerWriter(path)
        self._data = self._container.stream("data")
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._at = [0]
        self._first = [0]

    def store(self, record: bytes) -> None:
        """Write the next record."""
        self._waiting.append(record)
        self._bytes += len(record)
        if self._bytes >= BLOCK:
            self._flush()

    def store_block(self, block: bytes, records: int) -> None:
        """Write a block that ``compress_block`` made of the next records."""
        self._flush()
        self._append(block, records)

    def finish(self) -> int:
        """Bring the file to disk.

        Returns:
            How many records it has.
        """
        import numpy as np

        self._flush()
        self._data.close()
        self._container.add("block_at", "u8", np.array(self._at, np.uint64))
        self._container.add("block_first", "u4", np.array(self._first, np.uint32))
        self._container.finish({"records": self._first[-1]})
        return self._first[-1]

    def abandon(self) -> None:
        """Remove what was written so far."""
        self._container.abandon()

    def _flush(self) -> None:
        if self._waiting:
            self._append(compress_block(self._waiting), len(self._waiting))
            self._waiting = []
            self._bytes = 0

    def _append(self, block: bytes, records: int) -> None:
        self._data.append(block)
        self._at.append(self._at[-1] + len(block))
        self._first.append(self._first[-1] + records)


class StoredRecords:
    """The records of a segment, mapped.

    Args:
        path: The file.
        seal: What the file must be, None where nothing is known of it.
    """

    def __init__(self, path: StrPath, seal: Seal | None = None) -> None:
        self._container = Container(path, seal)
        self._require_shape()
        self._data = self._container.pages("data")
        self._at = self._container.pages("block_at")
        self._first = self._container.pages("block_first")

    def __len__(self) -> int:
        return self._first[-1]

    def _require_shape(self) -> None:
        container = self._container
        if (
            any(name not in container for name in ("data", "block_at", "block_first"))
            or container.count("block_at") != container.count("block_first")
            or not container.count("block_at")
            or [container.kind(name) for name in ("data", "block_at", "block_first")] != ["u1", "u8", "u4"]
        ):
            raise container.damaged("its table")

    def record(self, number: int) -> bytes:
        """Read one record.

        Args:
            number: Its number in the order of arrival.

        Raises:
            IndexFolderError: Its block is damaged.
        """
        block = bisect_right(self._first, number) - 1
        try:
            return self.block(block)[number - self._first[block]]
        except IndexError:
            raise self._container.damaged("data") from None

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self._first) - 1

    def records_in(self, block: int) -> int:
        """Count the records of a block."""
        return self._first[block + 1] - self._first[block]

    def is_ordered(self) -> bool:
        """Tell whether the blocks stand one behind the other, none of them empty."""
        return all(
            at[0] == 0 and all(a < b for a, b in pairwise(at)) for at in (list(self._at), list(self._first))
        ) and self._at[-1] == len(self._data)

    def block(self, block: int) -> list[bytes]:
        """Read the records of a block.

        Raises:
            IndexFolderError: It is damaged.
            IndexError: There is no such block.
        """
        unpacking = zlib.decompressobj()
        try:
            raw = unpacking.decompress(self._data[self._at[block] : self._at[block + 1]], MOST_UNPACKED)
        except zlib.error:
            raise self._container.damaged("data") from None
        if not unpacking.eof or unpacking.unused_data:
            raise self._container.damaged("data")
        return raw.split(b"\n")

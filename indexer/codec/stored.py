"""Read stored records: JSON lines in compressed blocks."""

from __future__ import annotations

import sys
import zlib
from bisect import bisect_right
from functools import cached_property
from operator import sub
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.layout import Container

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.codec.layout import FileChecksum
    from indexer.codec.plain_file import StrPath

DICTIONARY: Final = "dictionary"  # the block with the compression dictionary, if there are many records
DICTIONARY_WINDOW: Final = -zlib.MAX_WBITS  # window bits of blocks compressed with it, which have no header
MAX_UNPACKED: Final = 256 << 20  # bytes; a record of the longest indexable text is smaller


class StoredRecords:
    """The records of a segment in a memory-mapped file.

    Methods raise IndexFolderError if a block is damaged.
    """

    def __init__(self, path: StrPath, checksum: FileChecksum | None = None) -> None:
        self.container = container = Container(path, checksum)
        if (
            [container.kind(name) for name in ("data", "block_first")] != ["u1", "u4"]
            or container.kind("block_at") not in {"u4", "u8"}
            or container.count("block_at") != container.count("block_first")
            or not container.count("block_at")
            or container.kind(DICTIONARY) not in {"", "u1"}
        ):
            raise self.container.damage_error("its table")
        self._data = container.pages("data")
        self._at = container.pages("block_at")
        self._first = container.pages("block_first")
        # The last block that was read (its first record number, its records): the next record is often in it.
        self._last: tuple[int, list[bytes]] = (0, [])

    @cached_property
    def _unpacking_parameters(self) -> tuple[int, bytes]:
        """The parameters for decompressing a block: its window size and its dictionary."""
        if DICTIONARY in self.container:
            return DICTIONARY_WINDOW, self.container.view(DICTIONARY).tobytes()
        return zlib.MAX_WBITS, b""

    def record(self, number: int) -> bytes:
        """Read a record, given its number in insertion order."""
        first, records = self._last
        if not first <= number < first + len(records):
            block = bisect_right(self._first, number) - 1
            first = self._first[block]
            try:
                records = self.block(block)
            except IndexError:
                raise self.container.damage_error("data") from None
            if number - first >= len(records):
                raise self.container.damage_error("data")
            self._last = first, records
        return records[number - first]

    def read(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield records, given ascending numbers in insertion order.

        Each block is decompressed once.
        """
        import isal.isal_zlib  # noqa: F401 - for `block`; takes 1 ms to load, worth it for many blocks

        return map(self.record, numbers)

    def walk(self) -> Iterator[list[bytes]]:
        """Yield all records, block by block."""
        at, first = list(self._at), list(self._first)
        if at[0] or first[0] or at[-1] != len(self._data):
            raise self.container.damage_error("block_at")
        for block, size in enumerate(map(sub, first[1:], first)):
            records = self.block(block)
            if at[block] >= at[block + 1] or len(records) != size:
                raise self.container.damage_error("data")
            yield records

    def block(self, block: int) -> list[bytes]:
        """Decompress a block of records.

        The faster library ISA-L is used if the process has loaded it.
        """
        library: Any = sys.modules.get("isal.isal_zlib", zlib)
        unpacking = library.decompressobj(*self._unpacking_parameters)
        try:
            raw = unpacking.decompress(self._data[self._at[block] : self._at[block + 1]], MAX_UNPACKED)
        except library.error:
            raise self.container.damage_error("data") from None
        if not unpacking.eof or unpacking.unused_data:
            raise self.container.damage_error("data")
        found: list[bytes] = raw.split(b"\n")
        return found

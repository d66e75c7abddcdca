"""Stored records: JSON lines in compressed blocks, in the order in which the items came."""

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

    from indexer.codec.layout import Seal
    from indexer.codec.plain_file import StrPath

DICTIONARY: Final = "dictionary"  # the block of bytes that blocks refer to, where there are many
DICTIONARY_WINDOW: Final = -zlib.MAX_WBITS  # of what is compressed with it: without a header
MAX_UNPACKED: Final = 256 << 20  # bytes; one record of the longest text that is indexed has less


class StoredRecords:
    """The records of a segment, mapped.

    Args:
        path: The file.
        seal: What the file must be, None where nothing is known of it.
    """

    def __init__(self, path: StrPath, seal: Seal | None = None) -> None:
        self.container = container = Container(path, seal)
        if (
            [container.kind(name) for name in ("data", "block_at", "block_first")] != ["u1", "u8", "u4"]
            or container.count("block_at") != container.count("block_first")
            or not container.count("block_at")
            or container.kind(DICTIONARY) not in {"", "u1"}
        ):
            raise self.container.damaged("its table")
        self._data = container.pages("data")
        self._at = container.pages("block_at")
        self._first = container.pages("block_first")
        self._last: tuple[int, list[bytes]] = (
            0,
            [],
        )  # the first number of a block, and its records: the next is near

    @cached_property
    def _unpacking(self) -> tuple[int, bytes]:
        """How blocks are unpacked: their window, and their dictionary."""
        if DICTIONARY in self.container:
            return DICTIONARY_WINDOW, self.container.view(DICTIONARY).tobytes()
        return zlib.MAX_WBITS, b""

    def record(self, number: int, library: Any = None) -> bytes:
        """Read one record.

        Args:
            number: Its number in the order of arrival.
            library: As of :meth:`block`; None for the faster one where the process has loaded it.

        Raises:
            IndexFolderError: Its block is damaged.
        """
        first, records = self._last
        if not first <= number < first + len(records):
            block = bisect_right(self._first, number) - 1
            first = self._first[block]
            try:
                records = self.block(block, library or sys.modules.get("isal.isal_zlib", zlib))
            except IndexError:
                raise self.container.damaged("data") from None
            if number - first >= len(records):
                raise self.container.damaged("data")
            self._last = first, records
        return records[number - first]

    def read(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield some records; of those that stand one behind the other their block is read once.

        Args:
            numbers: Their numbers, ascending.

        Raises:
            IndexFolderError: A block is damaged.
        """
        from isal import isal_zlib  # takes 1 ms to load: worth it where many blocks are unpacked

        return (self.record(number, isal_zlib) for number in numbers)

    def walk(self) -> Iterator[list[bytes]]:
        """Yield the records of block after block.

        Raises:
            IndexFolderError: A block is damaged, or they do not stand one behind the other.
        """
        at, first = list(self._at), list(self._first)
        if at[0] or first[0] or at[-1] != len(self._data):
            raise self.container.damaged("block_at")
        for block, size in enumerate(map(sub, first[1:], first)):
            records = self.block(block)
            if at[block] >= at[block + 1] or len(records) != size:
                raise self.container.damaged("data")
            yield records

    def block(self, block: int, library: Any = zlib) -> list[bytes]:
        """Read the records of a block.

        Args:
            block: Its number.
            library: What unpacks it: zlib, or what has its interface and is faster.

        Raises:
            IndexFolderError: It is damaged.
            IndexError: There is no such block.
        """
        unpacking = library.decompressobj(*self._unpacking)
        try:
            raw = unpacking.decompress(self._data[self._at[block] : self._at[block + 1]], MAX_UNPACKED)
        except library.error:
            raise self.container.damaged("data") from None
        if not unpacking.eof or unpacking.unused_data:
            raise self.container.damaged("data")
        found: list[bytes] = raw.split(b"\n")
        return found

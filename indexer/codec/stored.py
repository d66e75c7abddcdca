"""Stored records: JSON lines in compressed blocks, in the order in which the items came."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from indexer.codec.layout import Container

if TYPE_CHECKING:
    from indexer.codec.layout import Seal
    from indexer.codec.plain_file import StrPath

MOST_UNPACKED: Final = 256 << 20  # bytes; one record of the longest text that is indexed has less


class StoredRecords:
    """The records of a segment, mapped.

    Args:
        path: The file.
        seal: What the file must be, None where nothing is known of it.
    """

    def __init__(self, path: StrPath, seal: Seal | None = None) -> None:
        self._container = Container(path, seal)
        if (
            [self._container.kind(name) for name in ("data", "block_at", "block_first")] != ["u1", "u8", "u4"]
            or self._container.count("block_at") != self._container.count("block_first")
            or not self._container.count("block_at")
        ):
            raise self._container.damaged("its table")
        self._data = self._container.pages("data")
        self._at = self._container.pages("block_at")
        self._first = self._container.pages("block_first")

    def __len__(self) -> int:
        return self._first[-1]

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

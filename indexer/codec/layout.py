"""The container of every file of a segment: a header, named blocks of one number type, page checksums.

A file is mapped, never read whole. Blocks start at multiples of 64 bytes, so that they can be seen in place,
as numpy arrays or, where importing numpy would cost more than the question, as ``memoryview``.

No byte is used before it was compared with its checksum: a page is compared when it is first touched in a
process. The table holds the checksum of the pages' checksums, the header that of the table, so that the
table's checksum and the length of the file, its seal, stand for every byte.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import struct
import sys
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.plain_file import open_plain
from indexer.errors import IndexFolderError, OutOfReachError, reason
from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

MAGIC: Final = b"DRAGOMAN"
VERSION: Final = 3
ALIGNMENT: Final = 64
PAGE: Final = 1 << 14
HEADER: Final = struct.Struct(
    "<8sIIQQII"
)  # magic, version, 0, table offset, table length, table crc, own crc
HEADER_BYTES: Final = 64
CAST: Final = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i4": "i"}
CHECKSUMS: Final = "checksums"
MOST_TABLE: Final = 4 << 20  # bytes; ours need some thousands
WHOLE: Final = 8 * PAGE  # blocks up to this size are compared as a whole, larger ones where they are touched
NAMED: Final = 3  # blocks of a damaged page that a message names
_OUT_OF_REACH: Final = {errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


class Seal(NamedTuple):
    """What a file must be: its length in bytes, and the checksum of its table, which binds all its pages."""

    bytes: int
    table: int


def read_seal(path: Path) -> Seal:
    """Return the seal of a file that was just written.

    Raises:
        IndexFolderError: It is missing or damaged.
    """
    return Container(path).seal


def pack_header(table_offset: int, table: bytes) -> bytes:
    """Return the 64 bytes at the start of a file whose table of blocks stands at ``table_offset``."""
    body = HEADER.pack(MAGIC, VERSION, 0, table_offset, len(table), zlib.crc32(table), 0)[:-4]
    return (body + struct.pack("<I", zlib.crc32(body))).ljust(HEADER_BYTES, b"\0")


class Container:
    """One file of a segment, mapped read-only.

    Args:
        path: The file.
        seal: What the file must be, None where nothing is known of it.

    Raises:
        IndexFolderError: The file is missing, cut short, damaged, foreign, or of another version.
        OutOfReachError: It may not be read, or too many files are open, or there is no memory left.
    """

    def __init__(self, path: Path, seal: Seal | None = None) -> None:
        self.path = path
        if sys.byteorder != "little":
            raise IndexFolderError("the index format needs a little-endian machine")
        try:
            descriptor, _ = open_plain(path)
            try:
                self._map = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
            finally:
                os.close(descriptor)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in _OUT_OF_REACH:
                raise OutOfReachError(f"cannot read “{path}”: {error.strerror}") from error
            raise IndexFolderError(
                f"cannot open {path.name}: build the index again ({reason(error)})"
            ) from error
        self._view = memoryview(self._map)
        offset, raw = self._read_table()
        self.seal = Seal(len(self._map), zlib.crc32(raw))
        if seal is not None and seal != self.seal:
            raise IndexFolderError(
                f"{path.name} is not the file that dragoman.json lists, but one of another index or time: "
                "build the index again"
            )
        try:
            table = json.loads(raw)
            self.meta: dict[str, Any] = table["meta"]
            self._sums_crc: int = table["pages"] + 0  # a number
            _ = self.meta.keys()  # and a mapping
            self._blocks: dict[str, tuple[str, int, int]] = {
                name: (kind, at, length) for name, (kind, at, length) in table["blocks"].items()
            }
            self._end = self._require_order(offset)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise self.damaged("its table") from None
        self._seen = bytearray(-(-(self._end - HEADER_BYTES) // PAGE))

    def __contains__(self, name: object) -> bool:
        return name in self._blocks

    # Blocks whose every byte was compared

    def view(self, name: str) -> memoryview[int]:
        """Return a block as a typed view, without numpy."""
        self.touch(name)
        return self.raw_view(name)

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return a block as a read-only numpy array."""
        self.touch(name)
        return self.raw_array(name)

    # Blocks of which only what is touched is compared

    def pages(self, name: str) -> memoryview[int]:
        """Return a block as what looks like a typed view, and compares a page when it is first looked at."""
        if self.size(name) <= WHOLE:
            return self.view(name)
        kind, offset, _ = self._blocks[name]
        return _Pages(self.raw_view(name), offset, int(kind[1:]), self._seen, self.verify)  # type: ignore[return-value]  # has all of a view that is used

    def raw_view(self, name: str) -> memoryview[int]:
        """Return a block as a typed view; whoever looks at a part of it calls ``touch`` before."""
        kind, offset, length = self._blocks[name]
        return self._view[offset : offset + length].cast(CAST[kind])  # type: ignore[call-overload, no-any-return]  # the format is one of CAST

    def raw_array(self, name: str) -> npt.NDArray[Any]:
        """Return a block as a read-only numpy array; whoever looks at a part of it calls ``touch`` before."""
        import numpy as np

        kind, offset, length = self._blocks[name]
        width = int(kind[1:])
        if not length:
            return np.empty(0, f"<{kind}")
        return np.frombuffer(self._map, f"<{kind}", length // width, offset)

    def touch(self, name: str, first: int = 0, last: int | None = None) -> None:
        """Make sure that a part of a block is as it was written.

        Args:
            name: The block.
            first: Its first number.
            last: The one after its last; None for the end of the block.

        Raises:
            IndexFolderError: It is damaged.
        """
        kind, offset, length = self._blocks[name]
        width = int(kind[1])
        self.verify(offset + first * width, offset + (length if last is None else min(last * width, length)))

    def touch_at(self, name: str, places: Sequence[int]) -> None:
        """Make sure that some numbers of a block are as they were written.

        Args:
            name: The block.
            places: Which ones, ascending.

        Raises:
            IndexFolderError: One of them is damaged.
        """
        if not places:
            return
        kind, offset, _ = self._blocks[name]
        width = int(kind[1:])
        first, last = offset + places[0] * width, offset + (places[-1] + 1) * width
        if (last - first) // PAGE < len(places):  # few pages lie between them, if any
            self.verify(first, last)
            return
        for place in places:
            self.verify(offset + place * width, offset + (place + 1) * width)

    def verify(self, first: int, last: int) -> None:
        """Compare the pages of some bytes of the file with their checksums, unless that was done.

        Args:
            first: The first byte.
            last: The one after the last.

        Raises:
            IndexFolderError: One of them is damaged.
        """
        if first >= last:
            return
        end = (last - 1 - HEADER_BYTES) // PAGE + 1
        page = self._seen.find(0, (first - HEADER_BYTES) // PAGE, end)
        while page >= 0:
            if not self._is_whole(page):
                raise self.damaged(", ".join(self._blocks_of(page)[:NAMED]))
            self._seen[page] = 1
            page = self._seen.find(0, page + 1, end)

    # What there is

    def names(self) -> list[str]:
        """Return the names of all blocks, in the order of the file."""
        return sorted(self._blocks, key=lambda name: self._blocks[name][1])

    def size(self, name: str) -> int:
        """Return the length of a block in bytes."""
        return self._blocks[name][2]

    def count(self, name: str) -> int:
        """Return how many numbers a block has, -1 where there is no such block."""
        if name not in self._blocks:
            return -1
        kind, _, length = self._blocks[name]
        return length // int(kind[1:])

    def kind(self, name: str) -> str:
        """Return the number type of a block, such as ``u4``."""
        return self._blocks[name][0]

    def check(self, progress: Callable[[int], None] = lambda _: None) -> list[str]:
        """Compare every byte with its checksum.

        Args:
            progress: Called with the number of bytes compared since the last call.

        Returns:
            The names of the damaged blocks, empty when all is well.
        """
        try:
            pages = len(self._sums)
        except IndexFolderError:
            return [CHECKSUMS]
        bad: dict[str, None] = {}
        for page in range(pages):
            if not self._is_whole(page):
                bad.update(dict.fromkeys(self._blocks_of(page)))
            progress(PAGE)
        return list(bad)

    def damaged(self, part: str) -> IndexFolderError:
        """Return the error that says which part of the file is damaged."""
        return IndexFolderError(f"{self.path.name} is damaged ({part}): build the index again")

    @cached_property
    def _sums(self) -> memoryview[int]:
        sums = self.raw_view(CHECKSUMS)
        if zlib.crc32(sums) != self._sums_crc:
            raise self.damaged(CHECKSUMS)
        return sums

    def _is_whole(self, page: int) -> bool:
        first = HEADER_BYTES + page * PAGE
        return zlib.crc32(self._view[first : min(first + PAGE, self._end)]) == self._sums[page]

    def _blocks_of(self, page: int) -> list[str]:
        first = HEADER_BYTES + page * PAGE
        names = (name for name in self.names() if name != CHECKSUMS)
        ends = {name: self._blocks[name][1] + self._blocks[name][2] for name in names}
        touched = [n for n, end in ends.items() if self._blocks[n][1] < first + PAGE and end > first]
        return touched or ["padding"]

    def _read_table(self) -> tuple[int, bytes]:
        """Return where the table stands, and its bytes."""
        if len(self._map) < HEADER_BYTES or self._map[:8] != MAGIC:
            raise IndexFolderError(f"{self.path.name} is not a file of this index: build the index again")
        _, version, _, offset, length, table_crc, own_crc = HEADER.unpack_from(self._map)
        padding = self._map[HEADER.size : HEADER_BYTES]
        if zlib.crc32(self._map[: HEADER.size - 4]) != own_crc or padding.strip(b"\0"):
            raise self.damaged("its header")
        if version != VERSION:
            raise IndexFolderError(
                f"{self.path.name} has format {version}, this program reads {VERSION}: build the index again"
            )
        if length > MOST_TABLE or offset + length != len(self._map):
            raise self.damaged("its length")
        raw = self._map[offset:]
        if zlib.crc32(raw) != table_crc:
            raise self.damaged("its table")
        return offset, raw

    def _require_order(self, table: int) -> int:
        """Make sure that the blocks stand one behind the other, up to the table.

        Returns:
            Where the pages end and their checksums begin.

        Raises:
            ValueError: A block overlaps another, lies outside, or is cut short.
            KeyError: There are no checksums, or a number type is not known.
        """
        expected = HEADER_BYTES
        order = sorted(self._blocks.items(), key=lambda block: (block[1][1], block[1][2]))
        for name, (kind, offset, length) in order:
            if kind not in CAST or offset != expected or length < 0 or length % int(kind[1:]):
                raise ValueError(name)
            expected = -(-(offset + length) // ALIGNMENT) * ALIGNMENT
        kind, end, length = self._blocks[CHECKSUMS]
        if order[-1][0] != CHECKSUMS or expected != table or kind != "u4":
            raise ValueError(CHECKSUMS)
        if length != 4 * -(-(end - HEADER_BYTES) // PAGE) or any(self._map[end + length : table]):
            raise ValueError(CHECKSUMS)
        return end


class _Pages:
    """A block that compares a page when it is first looked at.

    Args:
        view: The block.
        offset: Where it begins in the file.
        width: Bytes a number.
        seen: For each page of the file whether it was compared.
        verify: Compares the pages of some bytes of the file.
    """

    __slots__ = ("_offset", "_seen", "_verify", "_view", "_width")

    def __init__(
        self,
        view: memoryview[int],
        offset: int,
        width: int,
        seen: bytearray,
        verify: Callable[[int, int], None],
    ) -> None:
        self._view = view
        self._seen = seen
        self._offset = offset
        self._width = width
        self._verify = verify

    def __len__(self) -> int:
        return len(self._view)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            first, last, _ = at.indices(len(self._view))
            self._verify(self._offset + first * self._width, self._offset + last * self._width)
            return self._view[at]
        number = self._view[at]  # an IndexError where there is none
        place = self._offset + (at if at >= 0 else at + len(self._view)) * self._width
        if not self._seen[(place - HEADER_BYTES) // PAGE]:
            self._verify(place, place + 1)
        return number

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

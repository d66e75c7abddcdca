"""Define the container format of index files.

A file has a header, typed blocks, and checksums of its pages. It is memory-mapped. Blocks start at multiples
of 64 bytes and are used in place, as numpy arrays or, if importing numpy would take longer than the query, as
``memoryview``.

Each process verifies the checksum of a page before its first use. The table of blocks contains the checksum
of the pages' checksums, and the header the table's checksum. Thus a change of any byte changes the length of
the file or the checksum of its table.
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
from indexer.errors import IndexFolderError, OutOfReachError, message, name_message, reason
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from indexer.codec.plain_file import StrPath


MAGIC: Final = b"DRAGOMAN"
VERSION: Final = 3
HEADER: Final = struct.Struct("<8sIIQQII")  # magic, version, 0, table offset and length, table crc, own crc
HEADER_BYTES: Final = 64
MAX_TABLE_BYTES: Final = 4 << 20  # bytes; Dragoman's tables have a few thousand


def pack_header(table_offset: int, table: bytes) -> bytes:
    """Return the 64-byte header of a file.

    Args:
        table_offset: The offset of the table of blocks.
        table: The content of the table.
    """
    body = HEADER.pack(MAGIC, VERSION, 0, table_offset, len(table), zlib.crc32(table), 0)[:-4]
    return (body + struct.pack("<I", zlib.crc32(body))).ljust(HEADER_BYTES, b"\0")


def read_table(content: mmap.mmap, name: str) -> tuple[int, bytes]:
    """Return the offset and the bytes of a file's table of blocks.

    Raises:
        IndexFolderError: The file is truncated, damaged, of another version, or was not written by Dragoman.
    """
    if len(content) < HEADER_BYTES or content[:8] != MAGIC:
        raise IndexFolderError(message("codec.foreign_file", name=name))
    _, version, _, offset, length, table_crc, own_crc = HEADER.unpack_from(content)
    padding = content[HEADER.size : HEADER_BYTES]
    if zlib.crc32(content[: HEADER.size - 4]) != own_crc or padding.strip(b"\0"):
        raise damage_error(name, "its header")
    if version != VERSION:
        raise IndexFolderError(message("codec.other_format", name=name, version=version, format=VERSION))
    if length > MAX_TABLE_BYTES or offset + length != len(content):
        raise damage_error(name, "its length")
    raw = content[offset:]
    if zlib.crc32(raw) != table_crc:
        raise damage_error(name, "its table")
    return offset, raw


def damage_error(name: str, part: str) -> IndexFolderError:
    """Return the error for a damaged part of a file, given the names of the file and the part."""
    return IndexFolderError(message("codec.damaged", name=name, part=name_message(f"part.{part}", part)))


PAGE: Final = 1 << 14  # bytes per checksum


class PagedView:
    """A view of a block of numbers that verifies each page on first use.

    Args:
        view: The numbers of the block.
        offset: The position of the block in the file, in bytes.
        width: The number of bytes per value.
        seen: For each page of the file, 1 if it was verified, otherwise 0.
        verify: A function that verifies the pages from one byte of the file up to another.
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
        if at.__class__ is slice:
            first, last, _ = at.indices(len(self._view))
            self._verify(self._offset + first * self._width, self._offset + last * self._width)
            return self._view[at]
        number = self._view[at]  # raises IndexError if out of range
        byte = self._offset + (at if at >= 0 else at + len(self._view)) * self._width
        if not self._seen[(byte - HEADER_BYTES) // PAGE]:
            self._verify(byte, byte + 1)
        return number

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])


ALIGNMENT: Final = 64
CAST: Final = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i4": "i"}
WIDTHS: Final = {kind: int(kind[1:]) for kind in CAST}  # bytes per number
CHECKSUMS: Final = "checksums"
WHOLE: Final = 8 * PAGE  # blocks up to this size are verified as a whole, larger blocks by page
NAMED: Final = 3  # a message names at most this many blocks of a damaged page
_OUT_OF_REACH: Final = {errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


class FileChecksum(NamedTuple):
    """The expected length of a file, and the checksum of its table of blocks.

    The table contains a checksum of the checksums of all pages, so any changed byte is detected.
    """

    bytes: int
    table: int


class Container:
    """A memory-mapped, read-only file of an index.

    Methods that verify checksums raise IndexFolderError for a damaged part.

    Raises:
        IndexFolderError: The file is missing, truncated, damaged, of another version, or was not written by
            Dragoman.
        OutOfReachError: This process is not permitted to read the file, too many files are open, or memory
            is exhausted.
    """

    def __init__(self, path: StrPath, checksum: FileChecksum | None = None) -> None:
        self.name = os.path.basename(path)  # noqa: PTH119 - a search does not import pathlib
        if sys.byteorder != "little":
            raise IndexFolderError(message("codec.big_endian"))
        try:
            descriptor, _ = open_plain(path)
            try:
                self._map = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
            finally:
                os.close(descriptor)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in _OUT_OF_REACH:
                raise OutOfReachError(
                    message("codec.cannot_read", path=path, reason=reason(error))
                ) from error
            raise IndexFolderError(
                message("codec.cannot_open", name=self.name, error=reason(error))
            ) from error
        self._view = memoryview(self._map)
        offset, raw = read_table(self._map, self.name)
        self.checksum = FileChecksum(len(self._map), zlib.crc32(raw))
        if checksum is not None and checksum != self.checksum:
            raise IndexFolderError(message("codec.other_file", name=self.name))
        try:
            table = json.loads(raw)
            self.meta: dict[str, Any] = table["meta"]
            self._sums_crc: int = table["pages"] + 0  # check that it is a number
            _ = self.meta.keys()  # check that it is a mapping
            self._blocks: dict[str, tuple[str, int, int]] = {  # type, offset, length in bytes
                name: (kind, at, length)
                for name, (kind, at, length) in sorted(
                    table["blocks"].items(), key=lambda block: block[1][1:]
                )
            }
            self._end = self._require_order(offset)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise self.damage_error("its table") from None
        self._seen = bytearray(-(-(self._end - HEADER_BYTES) // PAGE))  # the verified pages

    def __contains__(self, name: object) -> bool:
        return name in self._blocks

    # Blocks that are verified as a whole

    def view(self, name: str) -> memoryview[int]:
        """Verify a block, and return it as a sequence of numbers, without numpy."""
        self.verify_part(name)
        return self.raw_view(name)

    def array(self, name: str) -> npt.NDArray[Any]:
        """Verify a block, and return it as a read-only numpy array."""
        self.verify_part(name)
        return self.raw_array(name)

    # Blocks that are verified by page

    def pages(self, name: str) -> memoryview[int]:
        """Return a block as a sequence of numbers, without numpy.

        Each page is verified on first use.
        """
        kind, offset, length = self._blocks[name]
        if length <= WHOLE:
            return self.view(name)
        return PagedView(self.raw_view(name), offset, WIDTHS[kind], self._seen, self.verify)  # type: ignore[return-value]  # has all used methods of a view

    def raw_view(self, name: str) -> memoryview[int]:
        """Return a block as a sequence of numbers, unverified and without numpy.

        Call ``verify_part`` before using a part of the block.
        """
        kind, offset, length = self._blocks[name]
        return self._view[offset : offset + length].cast(CAST[kind])  # type: ignore[call-overload, no-any-return]  # the format is one of CAST

    def raw_array(self, name: str) -> npt.NDArray[Any]:
        """Return a block as a read-only numpy array, unverified (see :meth:`raw_view`)."""
        import numpy as np

        kind, offset, _ = self._blocks[name]
        count = self.count(name)
        return np.frombuffer(self._map, f"<{kind}", count, offset) if count else np.empty(0, f"<{kind}")

    def verify_part(self, name: str, first: int = 0, last: int = sys.maxsize) -> None:
        """Verify the checksums of the numbers of a block from ``first`` up to ``last``."""
        kind, offset, length = self._blocks[name]
        width = WIDTHS[kind]
        begin, end = offset + first * width, offset + (min(length, last * width))
        if self._seen.find(0, (begin - HEADER_BYTES) // PAGE, (end - 1 - HEADER_BYTES) // PAGE + 1) >= 0:
            self.verify(begin, end)

    def parts(self, name: str, starts: Sequence[int]) -> Callable[[int, int], bytes]:
        """Return a function that reads consecutive parts of a block.

        The function is called as ``read(first, last)``. It returns the bytes of the parts from ``first`` to
        ``last - 1``, and one byte more, and raises IndexFolderError if they are damaged.

        Args:
            name: The name of the block.
            starts: The offset of each part in the block.
        """
        _, offset, length = self._blocks[name]
        content, compared = self._map, bytearray(len(starts))

        def read(first: int, last: int) -> bytes:
            begin, end = offset + starts[first], offset + min(length, starts[last] + 1)
            if compared.find(0, first, last) >= 0:
                self.verify(begin, end)
                compared[first:last] = b"\1" * (last - first)
            return content[begin:end]

        return read

    def verify_values(self, name: str, numbers: Any) -> None:
        """Verify the values of a block at the given positions, which must ascend."""
        if not len(numbers):
            return
        kind, offset, _ = self._blocks[name]
        width = WIDTHS[kind]
        first, last = offset + int(numbers[0]) * width, offset + (int(numbers[-1]) + 1) * width
        if (last - first) // PAGE < len(numbers):  # the range has few pages without any of the values
            self.verify(first, last)
            return
        for number in map(int, numbers):
            self.verify(offset + number * width, offset + (number + 1) * width)

    def verify(self, first: int, last: int) -> None:
        """Verify the pages of a range of bytes, unless this was done before."""
        if first >= last:
            return
        end = (last - 1 - HEADER_BYTES) // PAGE + 1
        page = self._seen.find(0, (first - HEADER_BYTES) // PAGE, end)
        while page >= 0:
            if not self._is_whole(page):
                raise self.damage_error(", ".join(self._blocks_of(page)[:NAMED]))
            self._seen[page] = 1
            page = self._seen.find(0, page + 1, end)

    # Metadata and checks

    def file_view(self) -> memoryview[int]:
        """Return all bytes of the file, without verifying checksums."""
        return self._view

    def names(self) -> list[str]:
        """Return the names of all blocks, in file order."""
        return [*self._blocks]

    def count(self, name: str) -> int:
        """Return the number of values in a block, or -1 for a missing block."""
        return self.shape(name)[1]

    def shape(self, name: str) -> tuple[str, int]:
        """Return the data type of a block, such as ``u4``, and its number of values.

        For a missing block, return an empty string and -1.
        """
        if name not in self._blocks:
            return "", -1
        kind, _, length = self._blocks[name]
        return kind, length // WIDTHS[kind]

    def kind(self, name: str) -> str:
        """Return the data type of a block, such as ``u4``, or an empty string without the block."""
        return self._blocks[name][0] if name in self._blocks else ""

    def check(self, progress: Callable[[int], None] = lambda _: None) -> list[str]:
        """Verify the checksums of all pages, and return the names of damaged blocks.

        Args:
            progress: Called with the number of bytes verified since the previous call.
        """
        try:
            pages = len(self._sums)
        except IndexFolderError:
            return [CHECKSUMS]
        bad: dict[str, None] = {}
        for page in range(pages):
            if self._is_whole(page):
                self._seen[page] = 1
            else:
                bad.update(dict.fromkeys(self._blocks_of(page)))
            progress(PAGE)
        return list(bad)

    def release(self) -> None:
        """Drop the pages of the file from memory; they are read again when needed."""
        if hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            self._map.madvise(mmap.MADV_DONTNEED)

    def damage_error(self, part: str) -> IndexFolderError:
        """Return the error for a damaged part of the file."""
        return damage_error(self.name, part)

    @cached_property
    def _sums(self) -> memoryview[int]:
        sums = self.raw_view(CHECKSUMS)
        if zlib.crc32(sums) != self._sums_crc:
            raise self.damage_error(CHECKSUMS)
        return sums

    def _is_whole(self, page: int) -> bool:
        first = HEADER_BYTES + page * PAGE
        crc32 = sys.modules.get("isal.isal_zlib", zlib).crc32  # the faster module if it is loaded
        return bool(crc32(self._view[first : min(first + PAGE, self._end)]) == self._sums[page])

    def _blocks_of(self, page: int) -> list[str]:
        first = HEADER_BYTES + page * PAGE
        return [
            name
            for name, (_, at, length) in self._blocks.items()
            if name != CHECKSUMS and at < first + PAGE and at + length > first
        ] or ["padding"]

    def _require_order(self, table: int) -> int:
        """Check that blocks and table follow each other without gaps, and return where the pages end.

        Raises:
            ValueError: A block overlaps another, is outside of the file, or is truncated.
            KeyError: There are no checksums.
        """
        expected = HEADER_BYTES
        for name, (kind, offset, length) in self._blocks.items():
            if kind not in CAST or offset != expected or length < 0 or length % WIDTHS[kind]:
                raise ValueError(name)
            expected = -(-(offset + length) // ALIGNMENT) * ALIGNMENT
        kind, end, length = self._blocks[CHECKSUMS]
        pages = -(-(end - HEADER_BYTES) // PAGE)
        if (name, expected, kind, length) != (CHECKSUMS, table, "u4", 4 * pages):
            raise ValueError(CHECKSUMS)
        if any(self._map[end + length : table]):
            raise ValueError(CHECKSUMS)
        return end


class IndexFile(NamedTuple):
    """A file in the folder of the segments, as listed in ``dragoman.json``.

    Attributes:
        name: The file name without its suffix.
        checksum: The expected length and checksum.
        ending: The suffix, which identifies the kind of file.
    """

    name: str
    checksum: FileChecksum
    ending: str

    @property
    def file(self) -> str:
        """The file name with its suffix."""
        return f"{self.name}.{self.ending}"

    def open(self, folder: StrPath) -> Container:
        """Open the file in the folder of the segments.

        Raises:
            IndexFolderError: The file is missing, damaged, or has another checksum.
        """
        return Container(f"{folder}/{self.file}", self.checksum)

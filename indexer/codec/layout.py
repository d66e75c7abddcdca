"""The container of every file of a segment: a header, named blocks of one number type, page checksums.

A file is mapped, never read whole. Blocks start at multiples of 64 bytes, so that they can be seen in place,
as numpy arrays or, where importing numpy would cost more than the question, as ``memoryview``.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.codec.plain_file import open_plain
from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

MAGIC: Final = b"DRAGOMAN"
VERSION: Final = 2
ALIGNMENT: Final = 64
PAGE: Final = 1 << 16
HEADER: Final = struct.Struct(
    "<8sIIQQII"
)  # magic, version, 0, table offset, table length, table crc, own crc
HEADER_BYTES: Final = 64
CAST: Final = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i4": "i"}
CHECKSUMS: Final = "checksums"


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
            raise IndexFolderError(f"cannot open {path.name}: build the index again ({error})") from error
        self.seal = Seal(len(self._map), 0)
        table = self._read_table()
        if seal is not None and seal != self.seal:
            raise IndexFolderError(
                f"{path.name} is not the file that dragoman.json lists, but of another index or another time: "
                "build the index again"
            )
        self.meta: dict[str, Any] = table["meta"]
        self._pages: int = table["pages"]
        self._blocks: dict[str, tuple[str, int, int]] = {}
        size = len(self._map)
        for name, (kind, offset, length) in table["blocks"].items():
            width = int(kind[1:]) if kind in CAST else 0
            if (
                not width
                or offset % ALIGNMENT
                or offset < HEADER_BYTES
                or length < 0
                or offset + length > size
            ):
                raise self._damaged("a block lies outside the file")
            if length % width:
                raise self._damaged("a block is cut short")
            self._blocks[name] = (kind, offset, length)
        self._view = memoryview(self._map)

    def __contains__(self, name: object) -> bool:
        return name in self._blocks

    def view(self, name: str) -> memoryview[int]:
        """Return a block as a typed view, without numpy and without reading it."""
        kind, offset, length = self._blocks[name]
        return self._view[offset : offset + length].cast(CAST[kind])  # type: ignore[call-overload, no-any-return]  # the format is one of CAST

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return a block as a read-only numpy array, without reading it."""
        import numpy as np

        kind, offset, length = self._blocks[name]
        width = int(kind[1:])
        if not length:
            return np.empty(0, f"<{kind}")
        return np.frombuffer(self._map, f"<{kind}", length // width, offset)

    def names(self) -> list[str]:
        """Return the names of all blocks, in the order of the file."""
        return sorted(self._blocks, key=lambda name: self._blocks[name][1])

    def size(self, name: str) -> int:
        """Return the length of a block in bytes."""
        return self._blocks[name][2]

    def check(self) -> list[str]:
        """Read every byte and compare it with its checksum.

        Returns:
            The names of the damaged blocks, empty when all is well.
        """
        sums = self.view(CHECKSUMS)
        end = self._blocks[CHECKSUMS][1]
        expected = -(-(end - HEADER_BYTES) // PAGE)
        if len(sums) != expected or self._pages != zlib.crc32(sums):
            return [CHECKSUMS]
        bad: set[str] = set()
        for page in range(expected):
            first = HEADER_BYTES + page * PAGE
            last = min(first + PAGE, end)
            if zlib.crc32(self._view[first:last]) != sums[page]:
                touched = [n for n, (_, at, size) in self._blocks.items() if at < last and at + size > first]
                bad.update(touched or ["padding"])
        return sorted(bad)

    def _read_table(self) -> dict[str, Any]:
        if len(self._map) < HEADER_BYTES or self._map[:8] != MAGIC:
            raise IndexFolderError(f"{self.path.name} is not a file of this index: build the index again")
        _, version, _, offset, length, table_crc, own_crc = HEADER.unpack_from(self._map)
        if zlib.crc32(self._map[: HEADER.size - 4]) != own_crc:
            raise self._damaged("its header is damaged")
        if version != VERSION:
            raise IndexFolderError(
                f"{self.path.name} has format {version}, this program reads {VERSION}: build the index again"
            )
        raw = self._map[offset : offset + length]
        if len(raw) != length or zlib.crc32(raw) != table_crc:
            raise self._damaged("its table is damaged")
        self.seal = Seal(len(self._map), table_crc)
        table: dict[str, Any] = json.loads(raw)
        return table

    def _damaged(self, why: str) -> IndexFolderError:
        return IndexFolderError(f"{self.path.name} is damaged ({why}): build the index again")

"""Writes a container: blocks in any order, then checksums, table and header, then the final name."""

from __future__ import annotations

import json
import os
import struct
import zlib
from typing import TYPE_CHECKING, Any

from indexer.codec.header import HEADER_BYTES, pack_header
from indexer.codec.layout import ALIGNMENT, CHECKSUMS
from indexer.codec.paged_view import PAGE
from indexer.codec.plain_file import create_plain

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


class Region:
    """A block of known size that is filled from its start, in pieces.

    Args:
        file: The open file, shared by all regions.
        kind: The number type, such as ``u4``.
        offset: The first byte of the block.
        length: Its size in bytes.
    """

    def __init__(self, file: int, kind: str, offset: int, length: int) -> None:
        self._file = file
        self._kind = kind
        self._at = offset
        self._end = offset + length

    def append(self, values: npt.NDArray[Any]) -> None:
        """Write the next values of the block."""
        data = memoryview(values.astype(f"<{self._kind}", copy=False).data).cast("B") if len(values) else b""
        if self._at + len(data) > self._end:
            raise ValueError("more values than were announced")
        while data:
            written = os.pwrite(self._file, data, self._at)
            self._at += written
            data = data[written:]

    def finish(self) -> None:
        """Check that every announced value has come."""
        if self._at != self._end:
            raise ValueError("fewer values than were announced")


class ContainerWriter:
    """One file of a segment in the making; it gets its name only when it is whole and on disk.

    Args:
        path: The final name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".tmp")
        self._file = create_plain(self._part)
        self._end = HEADER_BYTES
        self._blocks: dict[str, tuple[str, int, int]] = {}

    def region(self, name: str, kind: str, count: int) -> Region:
        """Reserve a block of ``count`` numbers, to be filled piece by piece."""
        length = count * int(kind[1:])
        offset = self._reserve(name, kind, length)
        return Region(self._file, kind, offset, length)

    def add(self, name: str, kind: str, values: npt.NDArray[Any]) -> None:
        """Write a whole block."""
        region = self.region(name, kind, len(values))
        region.append(values)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write a whole block of bytes."""
        offset = self._reserve(name, "u1", len(data))
        self._write(data, offset)

    def stream(self, name: str) -> Stream:
        """Start a block of bytes whose size is not known; no other block may start before it is closed."""
        return Stream(self, name, self._end)

    def finish(self, meta: dict[str, Any]) -> None:
        """Write checksums, table and header, bring all to disk, and give the file its name."""
        os.ftruncate(self._file, self._end)
        sums = self._page_sums()
        self._write(sums, self._reserve(CHECKSUMS, "u4", len(sums)))
        # The table holds the checksum of the checksums, so that its own stands for every byte of the file.
        table = json.dumps(
            {"blocks": self._blocks, "meta": meta, "pages": zlib.crc32(sums)},
            sort_keys=True,
            separators=(",", ":"),
        ).encode()
        self._write(table, self._end)
        os.ftruncate(self._file, self._end + len(table))
        self._write(pack_header(self._end, table), 0)
        os.fsync(self._file)
        os.close(self._file)
        self._file = -1
        self._part.replace(self._path)

    def abandon(self) -> None:
        """Remove what was written so far; harmless after ``finish``."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._part.unlink(missing_ok=True)

    def _reserve(self, name: str, kind: str, length: int) -> int:
        if name in self._blocks:
            raise ValueError(f"block {name} was written before")
        offset = self._end
        self._blocks[name] = (kind, offset, length)
        self._end = -(-(offset + length) // ALIGNMENT) * ALIGNMENT
        return offset

    def _write(self, data: bytes | memoryview[int], offset: int) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._file, rest, offset)
            offset += written
            rest = rest[written:]

    def _page_sums(self) -> bytes:
        # Read rather than mapped: mapped pages would count as this process's memory.
        return b"".join(
            struct.pack("<I", zlib.crc32(os.pread(self._file, min(PAGE, self._end - first), first)))
            for first in range(HEADER_BYTES, self._end, PAGE)
        )


class Stream:
    """A block of bytes that grows until it is closed.

    Args:
        writer: The container that it belongs to.
        name: The block's name.
        offset: Its first byte.
    """

    def __init__(self, writer: ContainerWriter, name: str, offset: int) -> None:
        self._writer = writer
        self._name = name
        self._first = offset
        self.length = 0

    def append(self, data: bytes) -> None:
        """Write the next bytes."""
        self._writer._write(data, self._first + self.length)  # noqa: SLF001  # a stream is a part of its container
        self.length += len(data)

    def close(self) -> None:
        """End the block; others may follow."""
        self._writer._reserve(self._name, "u1", self.length)  # noqa: SLF001  # likewise

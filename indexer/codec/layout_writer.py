"""Write a container.

Blocks are written in any order, then the checksums, the table and the header.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from indexer.codec.layout import ALIGNMENT, CHECKSUMS, HEADER_BYTES, PAGE, FileChecksum, pack_header
from indexer.codec.plain_file import create_plain

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from indexer.codec.layout import Container


class Region:
    """A block of known size whose values are written in pieces."""

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
        _write(self._file, data, self._at)
        self._at += len(data)

    def finish(self) -> None:
        """Check that all values of the block were written."""
        if self._at != self._end:
            raise ValueError("fewer values than were announced")


class ContainerWriter:
    """Writes a file of an index.

    The file gets its final name when it is complete and on disk.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".tmp")
        self._file = create_plain(self._part)
        self._end = HEADER_BYTES
        self._blocks: dict[str, tuple[str, int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def region(self, name: str, kind: str, count: int) -> Region:
        """Reserve a block of ``count`` numbers, which are written in pieces."""
        if name in self._blocks:
            raise ValueError(f"block {name} was written before")
        offset, length = self._end, count * int(kind[1:])
        self._place(name, kind, offset, length)
        return Region(self._file, kind, offset, length)

    def add(self, name: str, kind: str, values: npt.NDArray[Any]) -> None:
        """Write a whole block."""
        self.region(name, kind, len(values)).append(values)

    def extend(self, name: str, data: bytes) -> None:
        """Append to a block of unknown size, before another block starts."""
        kind, offset, length = self._blocks.get(name, ("u1", self._end, 0))
        _write(self._file, data, offset + length)
        self._place(name, kind, offset, length + len(data))

    def finish(self, meta: dict[str, Any]) -> FileChecksum:
        """Write checksums, table and header, then sync and rename the file.

        Returns:
            The length and the checksum of the file.
        """
        os.ftruncate(self._file, self._end)
        # Read instead of mapped: mapped pages would count as memory of this process.
        pages = (
            os.pread(self._file, min(PAGE, self._end - first), first)
            for first in range(HEADER_BYTES, self._end, PAGE)
        )
        sums = np.fromiter(map(zlib.crc32, pages), "<u4")
        self.add(CHECKSUMS, "u4", sums)
        # The checksum of the checksums is in the table, so that the table's checksum covers the whole file.
        table = json.dumps(
            {"blocks": self._blocks, "meta": meta, "pages": zlib.crc32(sums.data)},
            sort_keys=True,
            separators=(",", ":"),
        ).encode()
        _write(self._file, table, self._end)
        os.ftruncate(self._file, self._end + len(table))
        _write(self._file, pack_header(self._end, table), 0)
        self._rename_into_place()
        return FileChecksum(self._end + len(table), zlib.crc32(table))

    def copy(self, container: Container) -> FileChecksum:
        """Copy another file of an index, then sync and rename the copy.

        Returns:
            The length and the checksum of the file.
        """
        _write(self._file, container.file_view(), 0)
        self._rename_into_place()
        return container.checksum

    def abandon(self) -> None:
        """Remove the unfinished file, unless ``finish`` was called."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._part.unlink(missing_ok=True)

    def _rename_into_place(self) -> None:
        os.fsync(self._file)
        os.close(self._file)
        self._file = -1
        self._part.replace(self._path)

    def _place(self, name: str, kind: str, offset: int, length: int) -> None:
        self._blocks[name] = (kind, offset, length)
        self._end = -(-(offset + length) // ALIGNMENT) * ALIGNMENT


def _write(file: int, data: bytes | memoryview[int], offset: int) -> None:
    while data:
        written = os.pwrite(file, data, offset)
        offset += written
        data = data[written:]

"""What an archive unpacks to, read as a stream: bounded, and with faults in one line."""

from __future__ import annotations

import io
import shutil
import zlib
from contextlib import contextmanager
from lzma import LZMAError
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from zipfile import BadZipFile

from indexer.errors import SourceError, reason
from indexer.sources.limits import LARGEST_UNPACKED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

    from indexer.sources.stream import Blob

_FAULTS: Final = (zlib.error, LZMAError, BadZipFile, EOFError, OSError, RuntimeError)


class Unpacked(io.RawIOBase):
    """A stream of unpacked bytes.

    Args:
        raw: Where they come from.
        label: How messages name it.
        left: How many bytes the archive may still unpack to, counted down; shared by its members.
        own_fault: What the library that unpacks raises for damage, if it is not the standard library's.
    """

    def __init__(self, raw: Any, label: str, left: list[int], own_fault: type[Exception] = EOFError) -> None:
        self._faults = (*_FAULTS, own_fault)
        self._raw = raw
        self._label = label
        self._left = left

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read some bytes.

        Raises:
            SourceError: They are damaged, or more than an archive may unpack to.
        """
        view = memoryview(buffer).cast("B")
        try:
            part = self._raw.read(len(view))
        except self._faults as error:
            raise SourceError(f"{self._label} cannot be unpacked: it is damaged ({error})") from None
        self._left[0] -= len(part)
        if self._left[0] < 0:
            raise SourceError(
                f"{self._label} unpacks to more than {LARGEST_UNPACKED >> 30} GiB; unpack it first, and give "
                "its files"
            )
        view[: len(part)] = part
        return len(part)

    def close(self) -> None:
        """Close what it reads from."""
        if not self.closed:
            self._raw.close()
        super().close()


@contextmanager
def spooled(blob: Blob) -> Iterator[BinaryIO]:
    """Open a blob where it can be read from any place; a copy of one that cannot.

    Raises:
        SourceError: It cannot be read, or there is no room for the copy.
    """
    raw = blob.open()
    try:
        if raw.seekable() and not blob.keep_open:
            yield raw
            return
        with TemporaryFile() as copy:
            try:
                shutil.copyfileobj(raw, copy)
            except OSError as error:
                raise SourceError(f"{blob.label} cannot be copied to be unpacked: {reason(error)}") from None
            copy.seek(0)
            yield copy
    finally:
        if not blob.keep_open:
            raw.close()

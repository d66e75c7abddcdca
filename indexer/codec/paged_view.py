"""A block of a file whose pages are compared with their checksums when they are first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.codec.header import HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE: Final = 1 << 14  # bytes that share a checksum


class PagedView:
    """Looks like a typed ``memoryview`` of a block, and compares a page when it is first looked at.

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
        byte = self._offset + (at if at >= 0 else at + len(self._view)) * self._width
        if not self._seen[(byte - HEADER_BYTES) // PAGE]:
            self._verify(byte, byte + 1)
        return number

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

"""Distinguish damage from a bug.

After an error that damage can cause, the whole index is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import IndexFolderError, message

if TYPE_CHECKING:
    import os
    from types import TracebackType

# A checksum detects damaged bytes. Content that was forged with valid checksums appears as numbers outside an
# array, sizes that do not match, or text that does not decode. Errors of other types (TypeError,
# AttributeError, KeyError ...) cannot come from content, since lengths, number types and records are
# validated where they are read: they are bugs and no reason to check an index.
SHAPE_ERRORS = (IndexError, ValueError, ArithmeticError, MemoryError, RecursionError)


class DamageGuard:
    """A context manager for reading an index, which explains errors caused by damage.

    The first error of a type in ``SHAPE_ERRORS`` starts a check of the whole index. If the check finds
    damage, errors of these types become ``IndexFolderError``; otherwise they are unchanged.
    """

    __slots__ = ("_damage", "_folder")

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = folder
        self._damage: str | None = None  # None: not checked; "": checked and intact

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Check the index after an error that damage may have caused.

        Raises:
            IndexFolderError: The index is damaged.
        """
        if not isinstance(error, SHAPE_ERRORS):
            return
        if self._damage is None:
            self._damage = _find_damage(self._folder)
        if self._damage:
            raise IndexFolderError(self._damage) from error


def _find_damage(folder: str | os.PathLike[str]) -> str:
    from pathlib import Path

    from indexer.store.check import check_index

    for file, part, reason in check_index(Path(folder)).findings:
        return message("check.damaged", file=file, part=part, reason=reason)
    return ""

"""Whoever reads an index that makes no sense says which part is damaged, and never guesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

# What reading numbers that contradict each other ends in. A damaged byte never comes so far, since it is
# compared with its checksum first: this is for indexes whose checksums are right and whose content is not.
_CONTRADICTIONS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


class DamageTold:
    """While it is entered, an error that a damaged index causes is told as that; any other one stays itself.

    Args:
        folder: The index folder.
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look for the damage, once something went wrong that should not.

        Raises:
            IndexFolderError: The index is damaged.
        """
        if not isinstance(error, _CONTRADICTIONS):
            return
        from pathlib import Path

        from indexer.store.check import check_index

        findings = check_index(Path(self._folder)).findings
        if findings:
            file, part, reason = findings[0]
            raise IndexFolderError(f"{file} is damaged ({part}: {reason}); build the index again") from error

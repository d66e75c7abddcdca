"""Tells an index that was built anew, while it was asked, from one that was never there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import ClusterError, ReplacedIndexError

if TYPE_CHECKING:
    from types import TracebackType


class ReplacementGuard:
    """Context manager around whatever reads an open index on a cluster; entered as often as one likes.

    Args:
        place: The address of the index.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell what it means that the index is not there.

        Raises:
            ReplacedIndexError: It was built anew.
        """
        if isinstance(error, ClusterError) and error.kind == "index_not_found_exception":
            raise ReplacedIndexError(f"{self._place} was built anew meanwhile; ask again") from None

"""What programs call once, without keeping an index open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from searcher.searcher import Searcher

if TYPE_CHECKING:
    from os import PathLike

    from searcher.exports.exporting import ExportReport
    from searcher.near_duplicates import Duplicates


def export(
    index: str | PathLike[str],
    file: str | PathLike[str] | BinaryIO,
    query: str | None = None,
    **requested: Any,
) -> ExportReport:
    """Write all matches of a question in an index, whole, to a file: :meth:`Searcher.export` in one call.

    Args:
        index: The index folder.
        file: A path, or a binary stream.
        query: The question; None for everything.
        requested: What :meth:`Searcher.export` takes beside.
    """
    with Searcher(index) as searcher:
        report: ExportReport = searcher.export(file, query, **requested)
        return report


def duplicates(index: str | PathLike[str], query: str | None = None, **requested: Any) -> Duplicates:
    """Find the groups of items that are the same news: :meth:`Searcher.duplicates` in one call.

    Args:
        index: The index folder.
        query: Only groups of which an item matches; None for all.
        requested: What :meth:`Searcher.duplicates` takes beside.
    """
    with Searcher(index) as searcher:
        found: Duplicates = searcher.duplicates(query, **requested)
        return found

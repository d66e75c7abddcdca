"""Functions for single calls, which open and close the index."""

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
    """Export all matches of a question in an index to a file: :meth:`Searcher.export` in one call.

    Args:
        index: The index folder.
        file: A path, or a binary stream.
        query: The query; None for all items.
        requested: The other arguments of :meth:`Searcher.export`.
    """
    with Searcher(index) as searcher:
        report: ExportReport = searcher.export(file, query, **requested)
        return report


def duplicates(index: str | PathLike[str], query: str | None = None, **requested: Any) -> Duplicates:
    """Find the groups of near duplicates: :meth:`Searcher.duplicates` in one call.

    Args:
        index: The index folder.
        query: Only groups with an item that matches; None for all.
        requested: The other arguments of :meth:`Searcher.duplicates`.
    """
    with Searcher(index) as searcher:
        found: Duplicates = searcher.duplicates(query, **requested)
        return found

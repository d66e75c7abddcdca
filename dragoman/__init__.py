"""Search news archives in English, Spanish and French from Python.

Example::

    from dragoman import Searcher, build

    build("index_data", sources=["archive.txt"])
    with Searcher("index_data") as searcher:
        results = searcher.search("flood schools", countries=["EC"], date_from="2018")

Each name is imported on first use, so that a program that only searches loads no code for writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.runtime import late_names
from searcher import __version__ as __version__

if TYPE_CHECKING:
    from indexer.api import build, correct, delete, note, tag, update
    from indexer.errors import (
        ClusterError,
        DragomanError,
        IndexFolderError,
        MissingItemError,
        QueryError,
        SourceError,
    )
    from indexer.item import CountryMention, ItemDate, ManualCorrection, NewsItem, SourceLines
    from indexer.sources.source import Skipped, Skips
    from indexer.store.write_report import CorrectionsReport, WriteReport
    from searcher.exports.exporting import ExportReport
    from searcher.facet_values import FacetValue
    from searcher.near_duplicates import ChangedWords, DuplicateGroup, Duplicates, Version
    from searcher.query.notes import Note
    from searcher.reading.batch import Batch, BatchRow
    from searcher.reading.concordance import Concordance, ConcordanceLine
    from searcher.reading.over_time import Point, Series
    from searcher.reading.stories import Member, Stories, Story
    from searcher.reading.typical_terms import TypicalTerm, TypicalTerms
    from searcher.results import Explanation, Hit, Results
    from searcher.searcher import Searcher, duplicates, export

__all__ = [
    "Batch",
    "BatchRow",
    "ChangedWords",
    "ClusterError",
    "Concordance",
    "ConcordanceLine",
    "CorrectionsReport",
    "CountryMention",
    "DragomanError",
    "DuplicateGroup",
    "Duplicates",
    "Explanation",
    "ExportReport",
    "FacetValue",
    "Hit",
    "IndexFolderError",
    "ItemDate",
    "ManualCorrection",
    "Member",
    "MissingItemError",
    "NewsItem",
    "Note",
    "Point",
    "QueryError",
    "Results",
    "Searcher",
    "Series",
    "Skipped",
    "Skips",
    "SourceError",
    "SourceLines",
    "Stories",
    "Story",
    "TypicalTerm",
    "TypicalTerms",
    "Version",
    "WriteReport",
    "build",
    "correct",
    "delete",
    "duplicates",
    "export",
    "note",
    "tag",
    "update",
]

_MODULES = {
    name: module
    for module, names in {
        "indexer.api": "build correct delete note tag update",
        "indexer.errors": "ClusterError DragomanError IndexFolderError MissingItemError QueryError "
        "SourceError",
        "indexer.item": "CountryMention ItemDate ManualCorrection NewsItem SourceLines",
        "indexer.sources.source": "Skipped Skips",
        "indexer.store.write_report": "CorrectionsReport WriteReport",
        "searcher.exports.exporting": "ExportReport",
        "searcher.facet_values": "FacetValue",
        "searcher.near_duplicates": "ChangedWords DuplicateGroup Duplicates Version",
        "searcher.query.notes": "Note",
        "searcher.reading.batch": "Batch BatchRow",
        "searcher.reading.concordance": "Concordance ConcordanceLine",
        "searcher.reading.over_time": "Point Series",
        "searcher.reading.stories": "Member Stories Story",
        "searcher.reading.typical_terms": "TypicalTerm TypicalTerms",
        "searcher.results": "Explanation Hit Results",
        "searcher.searcher": "Searcher duplicates export",
    }.items()
    for name in names.split()
}

__getattr__ = late_names(__name__, _MODULES)


def __dir__() -> list[str]:
    """List the public names, including names not yet imported."""
    return [*__all__, "__version__"]

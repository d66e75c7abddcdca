"""Search an index read-only: parse a query, rank the matches, and count facets.

Example::

    from searcher import Searcher

    with Searcher("index_data") as searcher:
        results = searcher.search("flood schools", countries=["EC"], date_from="2018")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.runtime import late_names

if TYPE_CHECKING:
    from indexer.errors import DragomanError, IndexFolderError, QueryError
    from searcher.exports.exporting import ExportReport
    from searcher.facet_values import FacetValue
    from searcher.near_duplicates import DuplicateGroup, Duplicates
    from searcher.results import Hit, Results
    from searcher.searcher import Searcher, duplicates, export

__all__ = [
    "DragomanError",
    "DuplicateGroup",
    "Duplicates",
    "ExportReport",
    "FacetValue",
    "Hit",
    "IndexFolderError",
    "QueryError",
    "Results",
    "Searcher",
    "duplicates",
    "export",
]

__version__ = "0.10.0.dev0"

_MODULES = {
    **dict.fromkeys(("DragomanError", "IndexFolderError", "QueryError"), "indexer.errors"),
    **dict.fromkeys(("Hit", "Results"), "searcher.results"),
    "FacetValue": "searcher.facet_values",
    **dict.fromkeys(("DuplicateGroup", "Duplicates"), "searcher.near_duplicates"),
    **dict.fromkeys(("Searcher", "duplicates", "export"), "searcher.searcher"),
    "ExportReport": "searcher.exports.exporting",
}

__getattr__ = late_names(__name__, _MODULES)

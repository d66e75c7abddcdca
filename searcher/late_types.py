"""Import the types of the searcher's annotations for `typing.get_type_hints`.

:class:`indexer.runtime.LateModule` imports this module when one of its names is used. The module is small
because it only imports.
"""

from pathlib import Path

from indexer.item import NewsItem
from searcher.exports.export_formats import ExportFormat
from searcher.exports.exporting import ExportReport
from searcher.near_duplicates import Duplicates
from searcher.reading.batch import Batch
from searcher.reading.concordance import Concordance, LineOrder
from searcher.reading.over_time import Series, Step
from searcher.reading.stories import Stories
from searcher.reading.typical_terms import TypicalTerms
from searcher.search_arguments import FilterArguments, PageArguments, QueryArguments

__all__ = [
    "Batch",
    "Concordance",
    "Duplicates",
    "ExportFormat",
    "ExportReport",
    "FilterArguments",
    "LineOrder",
    "NewsItem",
    "PageArguments",
    "Path",
    "QueryArguments",
    "Series",
    "Step",
    "Stories",
    "TypicalTerms",
]

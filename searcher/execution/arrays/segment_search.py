"""The search of one segment, as strategies take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from searcher.execution.arrays.columns import Columns
    from searcher.execution.arrays.facet_collector import FacetCollector
    from searcher.execution.arrays.top_docs import TopDocs


class SegmentSearch(NamedTuple):
    """The search of one segment.

    Attributes:
        columns: The segment.
        facets: What counts its matches.
        top: What ranks them.
    """

    columns: Columns
    facets: FacetCollector
    top: TopDocs

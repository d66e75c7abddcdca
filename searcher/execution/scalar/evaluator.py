"""The scalar evaluator: ranks and counts one document at a time, the same answers as the arrays give."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from searcher.engine import Execution, in_order
from searcher.execution.date_ranges import dated_zones
from searcher.execution.scalar.facets import FilteredDocs
from searcher.execution.scalar.matches import SegmentMatches
from searcher.execution.tie_break import tie_break

if TYPE_CHECKING:
    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import FacetName, Filters, Wanted
    from searcher.execution.plan import Plan


def execute(index: ArrayIndex, plan: Plan, filters: Filters, wanted: Wanted) -> Execution:
    """Find, rank and count what matches a plan.

    Args:
        index: The index.
        plan: The plan.
        filters: The filters.
        wanted: What is wanted of the matches.
    """
    counts: dict[FacetName, Counter[str]] = {name: Counter() for name in wanted.facets}
    total = undated = 0
    found: list[tuple[int, float]] = []
    for number, segment in enumerate(index.segments):
        scores = SegmentMatches(segment, number).live(plan.node) if plan.node else {}
        filtered = FilteredDocs(segment, sorted(scores), filters)
        total += len(filtered.hits)
        undated += filtered.undated
        for name in wanted.facets:
            counts[name].update(filtered.count(name))
        base = index.bases[number]
        found.extend((base + doc, scores[doc]) for doc in filtered.hits)
    facets = {name: in_order(name, +counted) for name, counted in counts.items()}
    return Execution(total, _page(index, found, filters, wanted), facets, undated if filters.by_date else 0)


def _page(
    index: ArrayIndex, found: list[tuple[int, float]], filters: Filters, wanted: Wanted
) -> list[tuple[int, float]]:
    sort, limit, offset, _ = wanted
    count = offset + limit if limit else 0
    if not count:
        return []
    if sort == "relevance":
        if len(found) > count:  # ids are read of those alone that may be shown
            least = sorted((score for _, score in found), reverse=True)[count - 1]
            found = [pair for pair in found if pair[1] >= least]
        return sorted(found, key=lambda pair: (-pair[1], *tie_break(index, pair[0])))[offset:count]

    def by_date(document: int) -> tuple[int, int, str]:
        segment, doc = index.locate(document)
        if doc >= dated_zones(segment, estimated=filters.estimated)[-1].last:
            return 1, 0, segment.head(doc)[0]
        day = segment.column("start")[doc]
        return 0, -day if sort == "newest" else day, segment.head(doc)[0]

    return [(doc, 0.0) for doc in sorted([doc for doc, _ in found], key=by_date)[offset:count]]

"""The scalar evaluator: ranks and counts one document at a time, the same answers as the arrays give."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING

from indexer.schema import LANGUAGE_BITS, NO_COUNTRY, OWN, UNKNOWN
from searcher.engine import FACETS, Execution
from searcher.execution.date_ranges import EVERY_YEAR, date_ranges, month_year, months_of
from searcher.execution.scalar.matches import SegmentMatches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.segment import Segment
    from searcher.engine import FacetName, Filters, Wanted, Where
    from searcher.execution.plan import Plan
    from searcher.execution.scalar.duplicates import Matching
    from searcher.execution.scalar.matches import Scores
    from searcher.query.model import Node


def execute(
    index: ArrayIndex, plan: Plan, filters: Filters, wanted: Wanted, duplicates: Matching | None = None
) -> Execution:
    """Find, rank and count what matches a plan.

    Args:
        index: The index.
        plan: The plan.
        filters: The filters.
        wanted: What is wanted of the matches.
        duplicates: Takes the matches that have near duplicates; None where nobody asks for them.
    """
    counts: dict[FacetName, Counter[str]] = {name: Counter() for name in wanted.facets}
    total = 0
    found: list[tuple[int, float]] = []
    for number, segment in enumerate(index.segments):
        matches = SegmentMatches(segment, number)
        scores = matches.live(plan.node) if plan.node else {}
        if filters.where:
            scores = _where(matches, scores, filters.where)
        filtered = FilteredDocs(segment, sorted(scores), filters)
        total += len(filtered.hits)
        for name in wanted.facets:
            if name in FACETS:
                counts[name].update(filtered.count(name))
            else:
                counts[name].update(filtered.count_own(name, index.own.labels(name)))
        base = index.bases[number]
        if duplicates is not None:
            duplicates.add(number, filtered.hits)
        found.extend((base + doc, scores[doc]) for doc in filtered.hits)
    facets = {name: +counted for name, counted in counts.items()}
    return Execution(total, _page(index, found, filters, wanted), facets)


def leaf_scores(index: ArrayIndex, leaf: Node, documents: Sequence[int]) -> dict[int, float]:
    """Score some documents by a weighted leaf; documents that it does not match are left out."""
    found: dict[int, float] = {}
    for number, (segment, base) in enumerate(zip(index.segments, index.bases, strict=True)):
        scores = SegmentMatches(segment, number).live(leaf)
        inside = [document for document in documents if document - base in scores]
        found.update({document: scores[document - base] for document in inside})
    return found


def _page(
    index: ArrayIndex, found: list[tuple[int, float]], filters: Filters, wanted: Wanted
) -> list[tuple[int, float]]:
    sort, limit, offset = wanted.sort, wanted.limit, wanted.offset
    count = offset + limit if limit else 0
    if not count:
        return []
    if sort == "relevance":
        ranked = dict(zip(map(itemgetter(0), found), array("f", map(itemgetter(1), found)), strict=True))
        if len(found) > count:  # ids are read of those alone that may be shown
            least = sorted(ranked.values(), reverse=True)[count - 1]
            found = [pair for pair in found if ranked[pair[0]] >= least]
        return sorted(found, key=lambda pair: (-ranked[pair[0]], *index.tie_break(pair[0])))[offset:count]

    def by_date(document: int) -> tuple[int, int, str]:
        segment, doc = index.locate(document)
        if doc >= segment.dated_zones(estimated=filters.estimated)[-1].last:
            return 1, 0, segment.head(doc)[0]
        day = segment.column("start")[doc]
        return 0, -day if sort == "newest" else day, segment.head(doc)[0]

    return [(doc, 0.0) for doc in sorted([doc for doc, _ in found], key=by_date)[offset:count]]


def _where(matches: SegmentMatches, scores: Scores, where: Where) -> Scores:
    """Keep what filters by own fields let through."""
    from searcher.query.own_filter import where_filter  # few questions have any

    node = where_filter(where)
    passing = matches.scores(node) if node else {}
    return {doc: score for doc, score in scores.items() if doc in passing}


class FilteredDocs:
    """The matches of one segment under the filters.

    Args:
        segment: The segment.
        docs: What matches, sorted.
        filters: The filters.

    Attributes:
        hits: What passes all filters, sorted.
    """

    def __init__(self, segment: Segment, docs: list[int], filters: Filters) -> None:
        self._segment = segment
        self._filters = filters
        self._docs = docs
        self._dated_end = segment.dated_zones(estimated=filters.estimated)[-1].last
        self._ranges: list[tuple[int, int]] = []
        self._lasting: list[int] = []
        self._dates_stand = bool(filters.first_day or filters.last_day)
        if self._dates_stand:
            self._ranges, self._lasting = date_ranges(
                segment, filters.first_day, filters.last_day, estimated=filters.estimated
            )
        self._in_language = self._by_language(docs)
        self._whenever = self._by_country(self._in_language)  # what passes all filters but that by date
        self.hits = self._by_date(self._whenever)

    @property
    def undated(self) -> int:
        """The documents without a usable date that pass the other filters."""
        return len(self._whenever) - bisect_left(self._whenever, self._dated_end)

    def count(self, facet: FacetName) -> Counter[str]:
        """Count the values of a facet, as if its own filter did not stand; values of no document may be 0."""
        match facet:
            case "year":
                return self._years()
            case "month":
                return self._months()
            case "country":
                return self._countries(self._by_date(self._in_language))
        docs = self._by_date(self._by_country(self._docs))
        masks = Counter(map(self._segment.column_at("languages", docs).__getitem__, docs))
        counts: Counter[str] = Counter()
        for code, bit in LANGUAGE_BITS.items():
            counts[code] = sum(count for mask, count in masks.items() if mask & bit)
        return counts

    def count_own(self, name: str, labels: Mapping[str, str]) -> Counter[str]:
        """Count the values of an own field under all filters.

        Args:
            name: The field.
            labels: Its values as they are compared, to how they are shown.
        """
        from indexer.codec.own_values import values_of  # few questions count own fields

        hits = set(self.hits)
        counts: Counter[str] = Counter()
        having: set[int] = set()  # of a concept, several of which a document may have
        for key, terms in values_of(self._segment, name):
            found = hits.intersection(self._segment.having_terms(OWN, terms))
            counts[labels[key]] = len(found)
            having |= found
        counts[UNKNOWN] = len(hits) - len(having)
        return counts

    def _by_language(self, docs: list[int]) -> list[int]:
        if not self._filters.languages:
            return docs
        mask = sum(LANGUAGE_BITS.get(code, 0) for code in self._filters.languages)
        languages = self._segment.column_at("languages", docs)
        return [doc for doc in docs if languages[doc] & mask]

    def _by_country(self, docs: list[int]) -> list[int]:
        wanted = self._filters.countries
        if not wanted:
            return docs
        packed = self._segment.column_at("countries", docs)
        ordinals = {
            at for at, code in enumerate((UNKNOWN, *self._segment.countries), NO_COUNTRY) if code in wanted
        }
        passing = {
            value
            for value in set(map(packed.__getitem__, docs))
            if not ordinals.isdisjoint(value.to_bytes(4, "little"))
        }
        many = set(self._segment.column("many.docs"))
        codes = self._segment.country_codes
        return [
            doc
            for doc in docs
            if packed[doc] in passing or (doc in many and not wanted.isdisjoint(codes(doc)))
        ]

    def _by_date(self, docs: list[int]) -> list[int]:
        if not self._dates_stand:
            return docs
        kept: list[int] = []
        for low, high in self._ranges:
            kept += docs[bisect_left(docs, low) : bisect_left(docs, high)]
        if self._lasting:
            kept = sorted(kept + list(set(self._lasting).intersection(docs)))
        return kept

    def _years(self) -> Counter[str]:
        docs = self._whenever
        counts: Counter[str] = Counter()
        for zone in self._segment.dated_zones(estimated=self._filters.estimated):
            at = [bisect_left(docs, bound) for bound in zone.year_at]
            for year, first, last in zip(zone.years, at, at[1:], strict=False):
                counts[f"{year:04d}"] += last - first
        start, end = self._segment.column("start"), self._segment.column("end")
        for doc in set(self._segment.column("crossing")).intersection(docs):
            if doc < self._dated_end:
                first, last = date.fromordinal(start[doc]).year, date.fromordinal(end[doc]).year
                counts.update(f"{year:04d}" for year in range(first + 1, last + 1))
        counts[UNKNOWN] = self.undated
        return counts

    def _months(self) -> Counter[str]:
        year = month_year(self._filters)
        docs = self._whenever[: bisect_left(self._whenever, self._dated_end)]
        start, end = self._segment.column("start"), self._segment.column("end")
        counts: Counter[str] = Counter()
        if year == EVERY_YEAR:
            counts[UNKNOWN] = self.undated
        if not docs:
            return counts
        first, last = year, year
        if year == EVERY_YEAR:
            first = date.fromordinal(min([start[doc] for doc in docs])).year
            last = date.fromordinal(max([end[doc] for doc in docs])).year
        names, firsts = months_of(first, last)
        for doc in docs:
            from_month = max(bisect_right(firsts, start[doc]) - 1, 0)
            counts.update(names[from_month : bisect_right(firsts, end[doc])])
        return counts

    def _countries(self, docs: list[int]) -> Counter[str]:
        names = ["", UNKNOWN, *self._segment.countries]
        counts: Counter[str] = Counter()
        packed = self._segment.column_at("countries", docs)
        for value, count in Counter(map(packed.__getitem__, docs)).items():
            for ordinal in value.to_bytes(4, "little"):
                if ordinal:
                    counts[names[ordinal]] += count
        for doc in set(self._segment.column("many.docs")).intersection(docs):
            counts.update(self._segment.country_codes(doc)[4:])
        return counts

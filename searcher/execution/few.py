"""A light query that few documents match, without numpy: in a new process its import would cost more."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from indexer.codec.postings import ESCAPE, K1, B, frequency_table
from indexer.schema import LANGUAGE_BITS, UNKNOWN
from searcher.engine import Execution, in_order
from searcher.execution.month import month_year
from searcher.execution.spans import dated_zones, runs
from searcher.execution.ties import tie_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.segment import Segment
    from searcher.engine import FacetName, Filters, Wanted
    from searcher.execution.light import LightPhrase, LightQuery
    from searcher.execution.weights import TermWeight

    Weights = Mapping[tuple[str, bytes], TermWeight]


def execute_few(
    index: ArrayIndex,
    matches: Callable[[Segment, int], dict[int, float]],
    filters: Filters,
    wanted: Wanted,
) -> Execution:
    """Rank the documents that match and count the facets, one by one; the same answers as the arrays give.

    Args:
        index: The index.
        matches: (segment, its place in the index) to the live documents that match, with their exact scores.
        filters: The filters.
        wanted: What is wanted of the matches.
    """
    counts: dict[FacetName, Counter[str]] = {name: Counter() for name in wanted.facets}
    total = undated = 0
    found: list[tuple[int, float]] = []
    for place, segment in enumerate(index.segments):
        scores = matches(segment, place)
        narrowed = _Narrowed(segment, sorted(scores), filters)
        total += len(narrowed.hits)
        undated += narrowed.undated
        for name in wanted.facets:
            counts[name].update(narrowed.count(name))
        base = index.bases[place]
        found.extend((base + doc, scores[doc]) for doc in narrowed.hits)
    page = _page(index, found, filters, wanted)
    answer: dict[FacetName, dict[str, int]] = {
        name: in_order(name, {value: count for value, count in some.items() if count})
        for name, some in counts.items()
    }
    return Execution(total, page, answer, undated if filters.by_date else 0)


# What matches, with its score


def light_matches(query: LightQuery, weights: Weights, segment: Segment, place: int) -> dict[int, float]:
    """Return the live documents of one segment that match, with their exact scores."""
    if query.phrases:
        scores: dict[int, float] = {}
        for phrase in query.phrases:
            for doc, score in _phrase(segment, place, phrase, weights).items():
                scores[doc] = scores.get(doc, 0.0) + score
    else:
        listed = {
            key: scored_postings(segment, weight, weight.numbers[place]) for key, weight in weights.items()
        }
        required = [
            set[int]().union(*(listed[key] for key in word.terms if key in listed)) for word in query.required
        ]
        kept = set.intersection(*required) if required else None
        scores = {}
        for one in listed.values():
            for doc, score in one.items():
                if kept is None or doc in kept:
                    scores[doc] = scores.get(doc, 0.0) + score
    for doc in segment.deleted:
        scores.pop(doc, None)
    return scores


def scored_postings(segment: Segment, weight: TermWeight, number: int) -> dict[int, float]:
    """Return the documents of a term with their scores."""
    if number < 0:
        return {}
    postings = segment.postings(weight.field)
    first, last = postings.bounds(number)
    ids = postings.ids_view[first:last].tolist()
    lengths = postings.lengths_at(ids)
    table = frequency_table(segment.title_weight)
    slope, level, factor = K1 * B / weight.average, K1 * (1 - B), weight.weight
    counts = postings.counts_view[first:last].tolist()
    scores = {
        doc: factor * (tf := table[byte]) / (tf + level + slope * lengths[doc])
        for doc, byte in zip(ids, counts, strict=True)
    }
    if len(postings.over_at):
        for at, byte in enumerate(counts):
            if byte == ESCAPE:
                frequency = postings.count_of(first + at)[0]
                scores[ids[at]] = factor * frequency / (frequency + level + slope * lengths[ids[at]])
    return scores


def _phrase(segment: Segment, place: int, phrase: LightPhrase, weights: Weights) -> dict[int, float]:
    """Return the documents in which a phrase stands, with their scores."""
    words = [weights.get((phrase.field, term)) for term in phrase.terms]
    known = [word for word in words if word is not None and word.numbers[place] >= 0]
    if len(known) < len(words):
        return {}
    postings = segment.postings(phrase.field)
    each = {word.term: scored_postings(segment, word, word.numbers[place]) for word in known}
    bounds = [postings.bounds(word.numbers[place]) for word in known]
    found = {}
    for doc in sorted(set.intersection(*map(set, each.values()))):
        places = [postings.positions_of(bisect_left(postings.ids_view, doc, *bound)) for bound in bounds]
        if stands(places, phrase.offsets, phrase.slop):
            found[doc] = sum(each[word.term][doc] for word in known)
    return found


def stands(places: Sequence[Iterable[int]], offsets: Sequence[int], slop: int) -> bool:
    """Tell whether a phrase stands in a document, by the positions of each of its words."""
    reached = set(places[0])
    for at in range(1, len(places)):
        gap = offsets[at] - offsets[at - 1]
        reached = {spot for spot in places[at] if any(spot - gap - extra in reached for extra in range(slop))}
    return bool(reached)


# Filters and facets


class _Narrowed:
    """The matches of one segment under the filters.

    Args:
        segment: The segment.
        docs: What matches, sorted.
        filters: The filters.
    """

    def __init__(self, segment: Segment, docs: list[int], filters: Filters) -> None:
        self._segment = segment
        self._filters = filters
        self._docs = docs
        self._zones = dated_zones(segment, estimated=filters.estimated)
        self._runs, self._lasting = runs(segment, filters) if filters.by_date else ([], [])
        self._spoken = self._in_languages(docs)
        self._placed = self._in_countries(self._spoken)
        self.hits = self._in_time(self._placed)

    @property
    def undated(self) -> int:
        """The documents without a usable date that pass the other filters."""
        return len(self._placed) - bisect_left(self._placed, self._zones[-1].last)

    def count(self, facet: FacetName) -> dict[str, int]:
        """Return the counts of a facet, as if its own filter did not stand."""
        if facet == "year":
            return self._years()
        if facet == "month":
            return self._months()
        if facet == "country":
            return self._countries(self._in_time(self._spoken))
        docs = self._in_time(self._in_countries(self._docs))
        masks = Counter(map(self._segment.column_at("languages", docs).__getitem__, docs))
        return {
            code: sum(count for mask, count in masks.items() if mask & bit)
            for code, bit in LANGUAGE_BITS.items()
        }

    def _in_languages(self, docs: list[int]) -> list[int]:
        if not self._filters.languages:
            return docs
        mask = sum(LANGUAGE_BITS.get(code, 0) for code in self._filters.languages)
        languages = self._segment.column_at("languages", docs)
        return [doc for doc in docs if languages[doc] & mask]

    def _in_countries(self, docs: list[int]) -> list[int]:
        wanted = self._filters.countries
        if not wanted:
            return docs
        packed = self._segment.column_at("countries", docs)
        ordinals = {at + 2 for at, code in enumerate(self._segment.countries) if code in wanted}
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

    def _in_time(self, docs: list[int]) -> list[int]:
        if not self._filters.by_date:
            return docs
        kept: list[int] = []
        for low, high in self._runs:
            kept += docs[bisect_left(docs, low) : bisect_left(docs, high)]
        if self._lasting:
            kept = sorted(kept + list(set(self._lasting).intersection(docs)))
        return kept

    def _years(self) -> dict[str, int]:
        docs = self._placed
        counts: Counter[str] = Counter()
        for zone in self._zones:
            at = [bisect_left(docs, bound) for bound in zone.year_at]
            for year, first, last in zip(zone.years, at, at[1:], strict=False):
                counts[f"{year:04d}"] += last - first
        start, end = self._segment.column("start"), self._segment.column("end")
        for doc in self._usable("crossing"):
            first, last = date.fromordinal(start[doc]).year, date.fromordinal(end[doc]).year
            counts.update(f"{year:04d}" for year in range(first + 1, last + 1))
        counts[UNKNOWN] = self.undated
        return counts

    def _months(self) -> dict[str, int]:
        year = month_year(self._filters)
        firsts = [date(year, month, 1).toordinal() for month in range(1, 13)]
        firsts.append(firsts[-1] + 31)
        start, end = self._segment.column("start"), self._segment.column("end")
        counts: Counter[str] = Counter()
        for doc in self._placed[: bisect_left(self._placed, self._zones[-1].last)]:
            for month in range(12):
                if start[doc] < firsts[month + 1] and end[doc] >= firsts[month]:
                    counts[f"{year:04d}-{month + 1:02d}"] += 1
        return counts

    def _usable(self, column: str) -> set[int]:
        """Return the documents of a list of exceptions that match and whose dates count."""
        end = self._zones[-1].last
        return {doc for doc in set(self._segment.column(column)).intersection(self._placed) if doc < end}

    def _countries(self, docs: list[int]) -> dict[str, int]:
        names = ["", UNKNOWN, *self._segment.countries]
        counts: Counter[str] = Counter()
        for value, count in Counter(
            map(self._segment.column_at("countries", docs).__getitem__, docs)
        ).items():
            for ordinal in value.to_bytes(4, "little"):
                if ordinal:
                    counts[names[ordinal]] += count
        for doc in set(self._segment.column("many.docs")).intersection(docs):
            counts.update(self._segment.country_codes(doc)[4:])
        return counts


# The page


def _page(
    index: ArrayIndex, found: list[tuple[int, float]], filters: Filters, wanted: Wanted
) -> list[tuple[int, float]]:
    """Return the page asked for, in order."""
    sort, limit, offset, _ = wanted
    count = offset + limit if limit else 0
    if sort == "relevance":
        if count and len(found) > count:
            least = sorted((score for _, score in found), reverse=True)[count - 1]
            found = [pair for pair in found if pair[1] >= least]
        ordered = sorted(found, key=lambda pair: (-pair[1], *tie_key(index, pair[0]))) if count else []
        return ordered[offset:count]

    def when(document: int) -> tuple[int, int, str]:
        segment, doc = index.locate(document)
        if doc >= dated_zones(segment, estimated=filters.estimated)[-1].last:
            return 1, 0, segment.head(doc)[0]
        day = segment.column("start")[doc]
        return 0, -day if sort == "newest" else day, segment.head(doc)[0]

    ordered_docs = sorted((doc for doc, _ in found), key=when) if count else []
    return [(doc, 0.0) for doc in ordered_docs[offset:count]]

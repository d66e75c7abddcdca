"""Rank and count one document after another, without numpy.

Proximity queries and ranges of numbers need the array evaluator.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date
from functools import partial, reduce
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from indexer.codec.postings import ESCAPE, term_frequency_table
from indexer.errors import QueryError, message
from indexer.schema import DATE_KINDS, ESTIMATED_DATE, LANGUAGE_BITS, NO_COUNTRY, OWN, UNKNOWN, WORDS
from searcher.bm25 import dis_max, length_norm, score
from searcher.engine import FACET_DEFINITIONS, Execution, sort_counts
from searcher.execution.date_ranges import EVERY_YEAR, date_ranges, month_year, months_of
from searcher.execution.query_plan import DocumentList, WeightedPhrase, WeightedTerm
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.segment import Segment
    from searcher.engine import FacetDefinition, FacetName, Filters, ResultRequest, Where
    from searcher.execution.duplicate_hits import ScalarDuplicateMatches
    from searcher.execution.query_plan import Plan
    from searcher.query.model import Node


Scores = dict[int, float]  # scores by document


class SegmentMatches:
    """Evaluates weighted queries on a segment."""

    def __init__(self, segment: Segment, number: int) -> None:
        self._segment = segment
        self._number = number
        self._known: dict[int, Scores] = {}  # scores of leaves by identity, since a query may repeat a leaf

    def live_scores(self, node: Node) -> Scores:
        """Return the scores of the matches of a node, without deleted documents."""
        scores = self.scores(node)
        for doc in self._segment.deleted:
            scores.pop(doc, None)
        return scores

    def scores(self, node: Node) -> Scores:  # noqa: C901, PLR0911, PLR0912 - one case per node
        """Return the scores of all matches of a node, including deleted documents."""
        match node:
            case WeightedTerm() | WeightedPhrase() | model.WordSet():
                if id(node) not in self._known:
                    self._known[id(node)] = self._leaf(node)
                return self._known[id(node)]
            case model.Or():
                return _sum(map(self.scores, node.parts))
            case model.DisjunctionMax():
                return _best(list(map(self.scores, node.parts)), node.tie_breaker)
            case model.And():
                return reduce(_add_scores, map(self.scores, node.parts))
            case model.Should():
                optional = self.scores(node.optional)
                return {
                    doc: value + optional.get(doc, 0.0) for doc, value in self.scores(node.required).items()
                }
            case model.AndNot():
                excluded = self.scores(node.excluded)
                return {doc: value for doc, value in self.scores(node.kept).items() if doc not in excluded}
            case model.Not():
                excluded = self.scores(node.part)
                return {doc: 1.0 for doc in range(self._segment.documents) if doc not in excluded}
            case model.ConstantScore():
                return dict.fromkeys(self.scores(node.part), node.boost)
            case DocumentList():
                return dict.fromkeys(node.documents[self._number], 1.0)
            case model.Everything():
                return dict.fromkeys(range(self._segment.documents), 0.0)
            case model.Keyword():
                return dict.fromkeys(self._keyword(node), 1.0)
            case model.Days():
                ranges, lasting = date_ranges(self._segment, node.first, node.last, estimated=node.estimated)
                docs = [doc for low, high in ranges for doc in range(low, high)] + lasting
                return dict.fromkeys(docs, node.boost)
        raise QueryError(message("query.unsupported", name=type(node).__name__))

    def _leaf(self, leaf: WeightedTerm | WeightedPhrase | model.WordSet) -> Scores:
        if isinstance(leaf, WeightedTerm):
            return self._term(leaf)
        if isinstance(leaf, WeightedPhrase):
            return self._phrase(leaf)
        having: set[int] = set().union(*[self._segment.keyword_documents(WORDS, word) for word in leaf.words])
        return dict.fromkeys(having, leaf.boost)

    def _term(self, term: WeightedTerm) -> Scores:
        if term.numbers[self._number] < 0:
            return {}
        postings = self._segment.postings(term.field)
        first, last = postings.bounds(term.numbers[self._number])
        ids = postings.ids_of(first, last)
        lengths = postings.lengths_at(ids)
        table = term_frequency_table(self._segment.title_weight)
        weight, average = term.weight, term.average
        counts = postings.counts_view[first:last].tolist()
        scores = {
            doc: score(weight, table[byte], length_norm(lengths[doc], average))
            for doc, byte in zip(ids, counts, strict=True)
        }
        if len(postings.over_at):
            for at, byte in enumerate(counts):
                if byte == ESCAPE:
                    tf = postings.count_of(first + at)[0]
                    scores[ids[at]] = score(weight, tf, length_norm(lengths[ids[at]], average))
        return scores

    def _phrase(self, phrase: WeightedPhrase) -> Scores:
        """Return the scores of a phrase's matches, starting from the documents of its rarest term."""
        from searcher.query.positions import find_phrases  # few requests need it

        terms = [TermPositions(self._segment, self._number, term) for term in phrase.terms]
        numbers = [term.numbers for term in phrase.terms]
        found: Scores = {}
        for doc in min([term.ids for term in terms], key=len):
            at = [posting for term in terms if (posting := term.find(doc)) is not None]
            if len(at) < len(terms):
                continue
            keys = [term.keys(posting) for term, posting in zip(terms, at, strict=True)]
            if next(find_phrases(keys, numbers, phrase.offsets, phrase.slop), None):
                length = terms[0].postings.lengths_at([doc])[doc]
                found[doc] = sum(
                    score(term.weight, one.postings.count_of(posting)[0], length_norm(length, term.average))
                    for term, one, posting in zip(phrase.terms, terms, at, strict=True)
                )
        return found

    def _keyword(self, leaf: model.Keyword) -> Iterable[int]:
        match leaf.field:
            case "country" | "language" | "own":
                return self._segment.keyword_documents(leaf.field, leaf.value)
            case "id":
                doc = self._segment.find_id(leaf.value)
                return (doc,) if doc >= 0 else ()
            case "dating" if leaf.value in DATE_KINDS:
                kind = DATE_KINDS.index(leaf.value)
                return [doc for doc, other in enumerate(self._segment.column("kind")) if other == kind]
        return ()


IN_TEXT: Final = 1 << 30  # above any position and slop, so that title and text are far apart


class TermPositions:
    """The positions of a term in a segment."""

    def __init__(self, segment: Segment, number: int, term: WeightedTerm) -> None:
        self._field = term.field
        self.ids: Sequence[int] = ()
        if term.numbers[number] >= 0:
            self.postings = segment.postings(term.field)
            self._first, last = self.postings.bounds(term.numbers[number])
            self.ids = self.postings.ids_of(self._first, last)

    def find(self, doc: int) -> int | None:
        """Return the posting of a document, or None if the document lacks the term."""
        at = bisect_left(self.ids, doc)
        return self._first + at if at < len(self.ids) and self.ids[at] == doc else None

    def keys(self, posting: int) -> list[int]:
        """Return the positions of a posting, with ``IN_TEXT`` added to each position after the title.

        Without this large number, a phrase could match the end of the title and the start of the text.
        """
        positions = self.postings.positions_of(posting)
        in_title = (
            len(positions) if self._field.startswith("title_") else self.postings.title_count_of(posting)
        )
        return [*positions[:in_title], *[at + IN_TEXT for at in positions[in_title:]]]


def _sum(parts: Iterable[Scores]) -> Scores:
    sums: Scores = {}
    for scores in parts:
        if sums:
            for doc, value in scores.items():
                sums[doc] = sums.get(doc, 0.0) + value
        else:
            sums = dict(scores)
    return sums


def _best(parts: list[Scores], tie_breaker: float) -> Scores:
    best: Scores = {}
    for scores in parts:
        for doc, value in scores.items():
            best[doc] = max(best.get(doc, 0.0), value)
    sums = _sum(parts)
    return {doc: dis_max(top, sums[doc], tie_breaker) for doc, top in best.items()}


def _add_scores(left: Scores, right: Scores) -> Scores:
    return {doc: value + right[doc] for doc, value in left.items() if doc in right}


def execute(
    index: ArrayIndex,
    plan: Plan,
    filters: Filters,
    wanted: ResultRequest,
    duplicates: ScalarDuplicateMatches | None = None,
) -> Execution:
    """Find, rank and count the matches of a plan."""
    counts: dict[FacetName, Counter[str]] = {name: Counter() for name in wanted.facets}
    total = 0
    found: list[tuple[int, float]] = []
    filtered_docs = []
    for number, segment in enumerate(index.segments):
        matches = SegmentMatches(segment, number)
        scores = matches.live_scores(plan.node)
        if filters.where:
            scores = _filter_by_fields(matches, scores, filters.where)
        filtered = FilteredDocs(segment, sorted(scores), filters)
        filtered_docs.append(filtered)
        total += len(filtered.hits)
        for name in wanted.facets:
            counts[name].update(filtered.count(FACET_DEFINITIONS[name], index))
        base = index.bases[number]
        if duplicates is not None:
            duplicates.add(number, filtered.hits)
        found.extend((base + doc, scores[doc]) for doc in filtered.hits)
    facets = {name: sort_counts(name, +counted) for name, counted in counts.items()}
    by_place = partial(_count_by_place, filtered_docs) if "country" in facets else dict
    return Execution(total, _page(index, found, filters, wanted), facets, by_place=by_place)


def _count_by_place(segments: Iterable[FilteredDocs]) -> Counter[str] | None:
    """Count, for each country, the documents that name a place in it, but not the country itself.

    The result is ``None`` if a document was indexed by an older version, which did not store the evidence.
    """
    counts = sum([docs.by_place() for docs in segments], Counter[str]())
    return None if UNKNOWN in counts else counts


def leaf_scores(index: ArrayIndex, leaf: Node, documents: Sequence[int]) -> dict[int, float]:
    """Score documents by a weighted leaf."""
    found: dict[int, float] = {}
    for number, (segment, base) in enumerate(zip(index.segments, index.bases, strict=True)):
        scores = SegmentMatches(segment, number).live_scores(leaf)
        inside = [document for document in documents if document - base in scores]
        found.update({document: scores[document - base] for document in inside})
    return found


def _page(
    index: ArrayIndex, found: list[tuple[int, float]], filters: Filters, wanted: ResultRequest
) -> list[tuple[int, float]]:
    sort, limit, offset = wanted.sort, wanted.limit, wanted.offset
    count = offset + limit if limit else 0
    if not count:
        return []
    if sort == "relevance":
        ranked = dict(zip(map(itemgetter(0), found), array("f", map(itemgetter(1), found)), strict=True))
        if len(found) > count:  # read only the ids of documents that may be shown
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


def _filter_by_fields(matches: SegmentMatches, scores: Scores, where: Where) -> Scores:
    """Return the matches that pass the filters on custom fields."""
    from searcher.query.field_filters import where_filter  # few requests need it

    node = where_filter(where)
    passing = matches.scores(node) if node else {}
    return {doc: score for doc, score in scores.items() if doc in passing}


class FilteredDocs:
    """The sorted matches of a segment, before and after filtering."""

    def __init__(self, segment: Segment, docs: list[int], filters: Filters) -> None:
        self._segment = segment
        self._filters = filters
        self._docs = docs
        first_day, last_day, estimated = filters.first_day, filters.last_day, filters.estimated
        self._dated_end = segment.dated_zones(estimated=estimated)[-1].last
        self._dates: tuple[list[tuple[int, int]], list[int]] | None = None
        if first_day or last_day:
            self._dates = date_ranges(segment, first_day, last_day, estimated=estimated)
        self._in_language = self._by_language(docs)
        self._whenever = self._by_country(
            self._in_language
        )  # documents that pass all filters except the date filter
        self.hits = self._by_date(self._whenever)

    @property
    def undated(self) -> int:
        """The number of documents that pass all filters except the date filter, but have no date.

        If the request ignores estimated dates, documents with an estimated date are included.
        """
        return len(self._whenever) - bisect_left(self._whenever, self._dated_end)

    def count(self, facet: FacetDefinition, index: ArrayIndex) -> Counter[str]:
        """Count the values of a facet, ignoring the filter by this facet.

        Custom fields are counted with all filters, because the engine removes a field's own filter before
        this call (:meth:`searcher.execution.embedded_engine.EmbeddedEngine.execute`).
        """
        match facet.narrowed_by:
            case "date":
                docs = self._whenever
            case "country":
                docs = self._docs_in_any_country
            case "language":
                docs = self._by_date(self._by_country(self._docs))
            case _:
                return self._custom_values(facet.name, index.own.labels(facet.name))
        counters = {
            "year": self._years,
            "month": self._months,
            "country": self._countries,
            "language": self._languages,
        }
        return counters[facet.name](docs)

    def _custom_values(self, name: str, labels: Mapping[str, str]) -> Counter[str]:
        """Count the values of a custom field with all filters."""
        from indexer.codec.custom_values import annotated_values, values_of  # few requests need it

        hits = set(self.hits)
        counts: Counter[str] = Counter()
        having: set[int] = set()  # documents with a concept, without repetitions
        values: Iterable[tuple[str, Sequence[int]]] | None = annotated_values(self._segment, name)
        if values is None:
            values = (
                (key, self._segment.documents_of_terms(OWN, terms))
                for key, terms in values_of(self._segment, name)
            )
        for key, docs in values:
            found = hits.intersection(docs)
            counts[labels[key]] = len(found)
            having |= found
        counts[UNKNOWN] = len(hits) - len(having)
        return counts

    @property
    def _docs_in_any_country(self) -> list[int]:
        """The documents that pass all filters except the country filter."""
        return self._by_date(self._in_language)

    def by_place(self) -> Counter[str]:
        """Count, for each country, the documents that name only a place in it, not the country."""
        from indexer.codec.custom_values import place_terms  # only needed for output

        docs, (named, every) = set(self._docs_in_any_country), place_terms(self._segment)
        having = self._segment.documents_of_terms
        counts = Counter({code: len(docs.intersection(having(OWN, terms))) for code, terms in named.items()})
        counts[UNKNOWN] = len(docs.difference(*[having(OWN, terms) for terms in every]))
        return +counts

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
        if self._dates is None:
            return docs
        ranges, lasting = self._dates
        kept = [doc for low, high in ranges for doc in docs[bisect_left(docs, low) : bisect_left(docs, high)]]
        return sorted(kept + list(set(lasting).intersection(docs))) if lasting else kept

    def _years(self, docs: list[int]) -> Counter[str]:
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
        self._count_undated(counts)
        return counts

    def _count_undated(self, counts: Counter[str]) -> None:
        """Add the documents without a date, or with an excluded estimate, to the counts."""
        dated = self._segment.dated_zones(estimated=True)[-1].last
        counts[UNKNOWN] = self.undated
        counts[ESTIMATED_DATE] = bisect_left(self._whenever, dated) - len(self._whenever) + self.undated

    def _months(self, docs: list[int]) -> Counter[str]:
        year = month_year(self._filters)
        docs = docs[: bisect_left(docs, self._dated_end)]
        start, end = self._segment.column("start"), self._segment.column("end")
        counts: Counter[str] = Counter()
        if year == EVERY_YEAR:
            self._count_undated(counts)
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

    def _languages(self, docs: list[int]) -> Counter[str]:
        masks = Counter(map(self._segment.column_at("languages", docs).__getitem__, docs))
        counts: Counter[str] = Counter()
        for code, bit in LANGUAGE_BITS.items():
            counts[code] = sum(count for mask, count in masks.items() if mask & bit)
        return counts

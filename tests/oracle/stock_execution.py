"""Execution on the postings of a stock Whoosh index, one at a time: slow, plain, and easy to believe."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

from whoosh import query as q

from indexer import schema as names
from indexer.errors import QueryError
from searcher.engine import Execution, FacetName, Filters, Sort, Wanted
from searcher.execution.bm25 import idf, saturation
from searcher.query.phrase import GappedPhrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.reading import IndexReader

Scores = dict[int, float]

MOST_EXPANDED_TERMS = 1024


@dataclass(frozen=True, slots=True)
class DocumentColumns:
    """The facet columns of one document."""

    id: str
    start: date | None
    end: date | None
    estimated: bool
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    lengths: dict[str, int]


class StockExecutor:
    """Runs query trees over one Whoosh reader."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._records: dict[int, dict[str, Any]] = {
            number: json.loads(stored[names.RECORD]) for number, stored in reader.iter_docs()
        }

    @cached_property
    def _columns(self) -> dict[int, DocumentColumns]:
        columns = {}
        for number, record in self._records.items():
            item = record["item"]
            day = item["date"]
            columns[number] = DocumentColumns(
                id=item["id"],
                start=date.fromisoformat(day["start"]) if day else None,
                end=date.fromisoformat(day["end"]) if day else None,
                estimated=bool(day) and day["kind"] == "estimated",
                countries=tuple(mention["code"] for mention in item["countries"]),
                languages=tuple(item["languages"]),
                lengths=record["lengths"],
            )
        return columns

    @cached_property
    def _field_sizes(self) -> dict[str, tuple[int, int]]:
        """Field to the number of documents that have it and the sum of their lengths."""
        sizes: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for columns in self._columns.values():
            for name, length in columns.lengths.items():
                documents, total = sizes[name]
                sizes[name] = documents + 1, total + length
        return sizes

    def record(self, document: int) -> dict[str, Any]:
        """Return the stored item of a document."""
        item: dict[str, Any] = self._records[document]["item"]
        return item

    def find(self, item_id: str) -> int | None:
        """Return the number of the document with an id, or None."""
        return next((number for number, columns in self._columns.items() if columns.id == item_id), None)

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the terms owed to a folded word in one language."""
        prefix = f"{language} {word} "
        return tuple(
            term.decode("utf-8")[len(prefix) :] for term in self._reader.expand_prefix(names.VARIANTS, prefix)
        )

    def frequency(self, name: str, term: str) -> int:
        """Return how many documents have a term in a field."""
        return int(self._reader.doc_frequency(name, term.encode("utf-8", "surrogatepass")))

    def documents(self, name: str) -> int:
        """Return how many documents have a field."""
        return self._field_sizes[name][0]

    def terms(self, name: str, prefix: str) -> Iterator[str]:
        """Yield the terms of a field that start with a prefix, ascending."""
        start = prefix.encode("utf-8", "surrogatepass")
        for term in self._reader.expand_prefix(name, start):
            yield term.decode("utf-8", "surrogatepass")

    def execute(self, query: q.Query, filters: Filters, wanted: Wanted) -> Execution:
        """Rank the documents that match and count the facets."""
        sort, limit, offset, facets = wanted
        scores = self._evaluate(query)
        in_country = {n for n in scores if self._in_country(n, filters)}
        in_language = {n for n in scores if self._in_language(n, filters)}
        in_time = {n for n in scores if self._in_time(n, filters)}
        matches = in_country & in_language & in_time
        others = {
            "year": in_country & in_language,
            "month": in_country & in_language,
            "country": in_language & in_time,
            "language": in_country & in_time,
        }
        counts = {name: self._count(name, others[name], filters) for name in facets}
        undated = 0
        if filters.by_date:
            undated = sum(self._interval(n, filters) is None for n in others["year"])
        order = sorted(matches, key=lambda n: self._sort_key(n, scores[n], sort, filters))
        page = order[offset : offset + limit]
        ranked = sort == "relevance"
        return Execution(len(matches), [(n, scores[n] if ranked else 0.0) for n in page], counts, undated)

    # Filters, facets and order

    def _interval(self, number: int, filters: Filters) -> tuple[date, date] | None:
        columns = self._columns[number]
        if columns.start is None or columns.end is None or (columns.estimated and not filters.estimated):
            return None
        return columns.start, columns.end

    def _in_country(self, number: int, filters: Filters) -> bool:
        return not filters.countries or not filters.countries.isdisjoint(self._columns[number].countries)

    def _in_language(self, number: int, filters: Filters) -> bool:
        return not filters.languages or not filters.languages.isdisjoint(self._columns[number].languages)

    def _in_time(self, number: int, filters: Filters) -> bool:
        if not filters.by_date:
            return True
        interval = self._interval(number, filters)
        if interval is None:
            return False
        start, end = interval[0].toordinal(), interval[1].toordinal()
        return (filters.last_day is None or start <= filters.last_day) and (
            filters.first_day is None or end >= filters.first_day
        )

    def _count(self, facet: FacetName, documents: set[int], filters: Filters) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for number in documents:
            columns = self._columns[number]
            if facet == "country":
                counts.update(columns.countries or (names.UNKNOWN,))
            elif facet == "language":
                counts.update(columns.languages)
            else:
                counts.update(self._periods(facet, number, filters))
        return dict(counts)

    def _periods(self, facet: FacetName, number: int, filters: Filters) -> list[str]:
        interval = self._interval(number, filters)
        if facet == "year":
            if interval is None:
                return [names.UNKNOWN]
            return [f"{year:04d}" for year in range(interval[0].year, interval[1].year + 1)]
        year = date.fromordinal(filters.first_day or filters.last_day or 1).year
        if interval is None or not interval[0].year <= year <= interval[1].year:
            return []
        first = interval[0].month if interval[0].year == year else 1
        last = interval[1].month if interval[1].year == year else 12
        return [f"{year:04d}-{month:02d}" for month in range(first, last + 1)]

    def _sort_key(self, number: int, score: float, sort: Sort, filters: Filters) -> tuple[float, float, str]:
        columns = self._columns[number]
        if sort == "relevance":
            start = columns.start.toordinal() if columns.start else 0
            return -score, -start, columns.id
        interval = self._interval(number, filters)
        if interval is None:
            return 1, 0, columns.id
        day = interval[0].toordinal()
        return 0, -day if sort == "newest" else day, columns.id

    # The query tree

    def _evaluate(self, query: q.Query) -> Scores:  # noqa: C901, PLR0911, PLR0912 - one case a node of the tree
        boost = float(getattr(query, "boost", 1.0))
        match query:
            case GappedPhrase():
                return self._phrase(query)
            case q.Term():
                return self._term(query.fieldname, query.text, boost)
            case q.And():
                return reduce(_both, map(self._evaluate, query.subqueries))
            case q.DisjunctionMax():
                return _highest([self._evaluate(part) for part in query.subqueries], float(query.tiebreak))
            case q.Or():
                return reduce(_either, map(self._evaluate, query.subqueries), {})
            case q.Not():
                excluded = self._evaluate(query.query)
                return {number: 1.0 for number in self._records if number not in excluded}
            case q.AndNot():
                excluded = self._evaluate(query.b)
                return {n: score for n, score in self._evaluate(query.a).items() if n not in excluded}
            case q.AndMaybe():
                extra = self._evaluate(query.b)
                return {n: score + extra.get(n, 0.0) for n, score in self._evaluate(query.a).items()}
            case q.Every():
                return dict.fromkeys(self._records, boost)
            case q.ConstantScoreQuery():
                return dict.fromkeys(self._evaluate(query.child), float(query.score))
            case q.MultiTerm():
                return self._expanded(query, boost)
            case q.NumericRange():
                return self._range(query, boost)
            case q.NullQuery | q.qcore._NullQuery():
                return {}
        raise QueryError(f"this kind of query cannot be executed: {type(query).__name__}")

    def _term(self, name: str, term: str, boost: float) -> Scores:
        text = term.encode("utf-8", "surrogatepass")
        if (name, text) not in self._reader:
            return {}
        postings = self._reader.postings(name, text)
        weights: dict[int, float] = {}
        while postings.is_active():
            weights[postings.id()] = postings.weight()
            postings.next()
        documents, total = self._field_sizes[name]
        if not documents:  # a keyword field: nothing to weigh
            return dict.fromkeys(weights, boost)
        weight = boost * idf(documents, len(weights))
        average = total / documents
        return {
            number: weight * saturation(frequency, self._columns[number].lengths[name], average)
            for number, frequency in weights.items()
        }

    def _positions(self, name: str, term: str) -> dict[int, list[int]]:
        text = term.encode("utf-8", "surrogatepass")
        if (name, text) not in self._reader:
            return {}
        postings = self._reader.postings(name, text)
        positions: dict[int, list[int]] = {}
        while postings.is_active():
            positions[postings.id()] = list(postings.value_as("positions"))
            postings.next()
        return positions

    def _phrase(self, phrase: GappedPhrase) -> Scores:
        name = phrase.fieldname
        scores = reduce(_both, [self._term(name, word, phrase.boost) for word in phrase.words])
        positions = [self._positions(name, word) for word in phrase.words]
        return {
            number: score
            for number, score in scores.items()
            if phrase.stands_in([of_word[number] for of_word in positions])
        }

    def _expanded(self, query: q.MultiTerm, boost: float) -> Scores:
        terms = []
        for term in query._btexts(self._reader):
            terms.append(term)
            if len(terms) > MOST_EXPANDED_TERMS:
                raise QueryError(
                    f"“{query.text}” stands for over {MOST_EXPANDED_TERMS} words; write more of its letters"
                )
        found: Scores = {}
        for term in terms:
            postings = self._reader.postings(query.fieldname, term)
            found.update(dict.fromkeys(postings.all_ids(), boost))
        return found

    def _range(self, query: q.NumericRange, boost: float) -> Scores:
        days = {names.START_DAY: ("start", False), names.END_DAY: ("end", False)}
        days |= {names.ESTIMATED_START: ("start", True), names.ESTIMATED_END: ("end", True)}
        attribute, estimated = days[query.fieldname]
        found: Scores = {}
        for number, columns in self._columns.items():
            day = getattr(columns, attribute)
            if day is None or columns.estimated != estimated:
                continue
            if (query.start is None or day.toordinal() >= query.start) and (
                query.end is None or day.toordinal() <= query.end
            ):
                found[number] = boost
        return found


def _both(left: Scores, right: Scores) -> Scores:
    return {number: score + right[number] for number, score in left.items() if number in right}


def _either(left: Scores, right: Scores) -> Scores:
    merged = dict(left)
    for number, score in right.items():
        merged[number] = merged.get(number, 0.0) + score
    return merged


def _highest(parts: list[Scores], tiebreak: float) -> Scores:
    """Return the best score of each document, and of its others as much as the tiebreak says."""
    best: Scores = {}
    sums: Scores = {}
    for part in parts:
        for number, score in part.items():
            best[number] = max(best.get(number, 0.0), score)
            sums[number] = sums.get(number, 0.0) + score
    return {number: score + tiebreak * (sums[number] - score) for number, score in best.items()}

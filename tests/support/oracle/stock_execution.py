"""Execution by Whoosh's own searcher over a stock index: slow, simple, and easy to trust."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from oracle.exact_bm25 import ExactBM25
from whoosh.index import Index

from indexer import schema as names
from searcher.engine import Execution, FacetName, Filters, ResultRequest, Sort, Where
from searcher.query.model import Node
from searcher.query.whoosh_tree import to_whoosh


@dataclass(frozen=True, slots=True)
class DocumentColumns:
    """The facet columns of one document."""

    id: str
    start: date | None
    end: date | None
    estimated: bool
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    own: dict[str, str]
    lengths: dict[str, int]


class StockExecutor:
    """Runs Whoosh's own searcher over one index, and filters and counts its matches one by one.

    Args:
        index: The index.
        forms: (language, term) to the words of the texts for it, which Whoosh's own codec does not store.
    """

    def __init__(self, index: Index, forms: Callable[[str, str], Sequence[str]]) -> None:
        self.forms = forms
        self._searcher = index.searcher(weighting=ExactBM25(_length))
        self.reader = self._searcher.reader()
        self._records: dict[int, dict[str, Any]] = {
            number: json.loads(stored[names.RECORD]) for number, stored in self.reader.iter_docs()
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
                own=_own(item),
                lengths=record["lengths"],
            )
        return columns

    @cached_property
    def _field_sizes(self) -> dict[str, tuple[int, int]]:
        """Return field to the number of documents that have it and the sum of their lengths."""
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
        """Return the variant terms of a folded word in one language."""
        prefix = f"{language} {word} "
        return tuple(
            term.decode("utf-8")[len(prefix) :] for term in self.reader.expand_prefix(names.VARIANTS, prefix)
        )

    def document_frequency(self, name: str, term: str) -> int:
        """Return how many documents have a term in a field."""
        return int(self.reader.doc_frequency(name, term.encode("utf-8", "surrogatepass")))

    def documents(self, name: str) -> int:
        """Return how many documents have a field."""
        return self._field_sizes[name][0]

    def words(self, prefix: str) -> str:
        """Return the words that start with a prefix, ascending, each after a line break."""
        start = prefix.encode("utf-8", "surrogatepass")
        words = (
            word.decode("utf-8", "surrogatepass") for word in self.reader.expand_prefix(names.WORDS, start)
        )
        return "".join([f"\n{word}" for word in words])

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Rank the documents that match and count the facets."""
        sort, limit, offset, facets = wanted[:4]
        hits = self._searcher.search(to_whoosh(query), limit=None)
        every = {hit.docnum: hit.score for hit in hits}
        scores = {n: score for n, score in every.items() if self._owned(n, filters.where)}
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
        counts = {name: self._count(name, others[name], filters) for name in facets if name in others}
        for name in [name for name in facets if name not in others]:
            where = tuple(one for one in filters.where if one[0] != name)
            passing = [n for n in every if self._owned(n, where) and self._passes(n, filters)]
            counts[name] = dict(Counter(self._columns[n].own.get(name, names.UNKNOWN) for n in passing))
        order = sorted(matches, key=lambda n: self._sort_key(n, scores[n], sort, filters))
        page = order[offset : offset + limit]
        ranked = sort == "relevance"
        return Execution(len(matches), [(n, scores[n] if ranked else 0.0) for n in page], counts)

    # Filters, facets and order

    def _interval(self, number: int, filters: Filters) -> tuple[date, date] | None:
        columns = self._columns[number]
        if columns.start is None or columns.end is None or (columns.estimated and not filters.estimated):
            return None
        return columns.start, columns.end

    def _passes(self, number: int, filters: Filters) -> bool:
        """Return whether a document passes all filters except those by custom fields."""
        return (
            self._in_country(number, filters)
            and self._in_language(number, filters)
            and self._in_time(number, filters)
        )

    def _owned(self, number: int, where: Where) -> bool:
        """Return whether a document passes filters by custom fields."""
        own = self._columns[number].own
        return all(
            own.get(name, names.UNKNOWN).casefold() in {value.casefold() for value in values}
            for name, values in where
        )

    def _in_country(self, number: int, filters: Filters) -> bool:
        return not filters.countries or not filters.countries.isdisjoint(self._columns[number].countries)

    def _in_language(self, number: int, filters: Filters) -> bool:
        return not filters.languages or not filters.languages.isdisjoint(self._columns[number].languages)

    def _in_time(self, number: int, filters: Filters) -> bool:
        if not (filters.first_day or filters.last_day):
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
        undated = [names.UNKNOWN, *([names.ESTIMATED_DATE] if self._columns[number].start else [])]
        if facet == "year":
            if interval is None:
                return undated
            return [f"{year:04d}" for year in range(interval[0].year, interval[1].year + 1)]
        years = [date.fromordinal(day).year for day in (filters.first_day, filters.last_day) if day]
        of_one_year = len(years) == 2 and years[0] == years[1]
        if interval is None:
            return [] if of_one_year else undated
        first, last = ((day.year * 12 + day.month - 1) for day in interval)
        months = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]
        return [month for month in months if not of_one_year or month.startswith(f"{years[0]:04d}")]

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


def _own(item: dict[str, Any]) -> dict[str, str]:
    """Return the custom fields of an item, with names and values in normal form."""
    own = {"author": item.get("author"), "section": item.get("section"), **item.get("fields", {})}
    return {name.lower(): value for name, value in own.items() if value} | {"source": item["source"]["file"]}


def _length(name: str, stored: dict[str, Any]) -> int:
    """Read the exact length of a field of a document, 0 without it."""
    return int(json.loads(stored[names.RECORD])["lengths"].get(name, 0))

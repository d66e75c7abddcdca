"""Execution by Whoosh's own searcher over a stock index: slow, simple, and easy to trust."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from oracle.exact_bm25 import ExactBM25
from whoosh.index import Index

from indexer import schema as names
from searcher.engine import Execution, Filters, ResultRequest
from searcher.query.model import Node
from searcher.query.whoosh_tree import to_whoosh

Record = dict[str, Any]


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
        self._records: dict[int, Record] = {
            number: json.loads(stored[names.RECORD]) for number, stored in self.reader.iter_docs()
        }

    def record(self, document: int) -> Record:
        """Return the stored item of a document."""
        item: Record = self._records[document]["item"]
        return item

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the variant terms of a folded word in one language."""
        prefix = f"{language} {word} "
        terms = self.reader.expand_prefix(names.VARIANTS, prefix)
        return tuple(term.decode("utf-8")[len(prefix) :] for term in terms)

    def document_frequency(self, name: str, term: str) -> int:
        """Return how many documents have a term in a field."""
        return int(self.reader.doc_frequency(name, term.encode("utf-8", "surrogatepass")))

    def documents(self, name: str) -> int:
        """Return how many documents have a field."""
        return sum(name in record["lengths"] for record in self._records.values())

    def words(self, prefix: str) -> str:
        """Return the words that start with a prefix, ascending, each after a line break."""
        words = self.reader.expand_prefix(names.WORDS, prefix.encode("utf-8", "surrogatepass"))
        return "".join([f"\n{word.decode('utf-8', 'surrogatepass')}" for word in words])

    def execute(self, query: Node, filters: Filters, wanted: ResultRequest) -> Execution:
        """Rank the documents that match by relevance, and count periods, countries and languages."""
        hits = self._searcher.search(to_whoosh(query), limit=None)
        scores = {hit.docnum: hit.score for hit in hits}
        passing = {
            "year": {n for n in scores if in_time(self.record(n), filters)},
            "country": {n for n in scores if _is_chosen(self._values("country", n), filters.countries)},
            "language": {n for n in scores if _is_chosen(self._values("language", n), filters.languages)},
        }
        counts = {}
        for name in wanted.facets:
            others = set(scores).intersection(
                *[numbers for other, numbers in passing.items() if other != name]
            )
            counts[name] = dict(Counter(value for n in others for value in self._values(name, n, filters)))
        matches = set.intersection(*passing.values())
        order = sorted(matches, key=lambda n: (-scores[n], -_start(self.record(n)), self.record(n)["id"]))
        page = order[wanted.offset : wanted.offset + wanted.limit]
        return Execution(len(matches), [(n, scores[n]) for n in page], counts)

    def _values(self, facet: str, number: int, filters: Filters | None = None) -> Iterable[str]:
        item = self.record(number)
        if facet == "language":
            return tuple(item["languages"])
        if facet == "country":
            return [mention["code"] for mention in item["countries"]] or [names.UNKNOWN]
        days = interval(item, filters or Filters())
        if facet == "month":  # of the only year of the filters
            year = f"{date.fromordinal(filters.first_day).year:04d}-" if filters and filters.first_day else ""
            first, last = (day.year * 12 + day.month - 1 for day in days or (date.max, date.min))
            months = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]
            return [month for month in months if month.startswith(year)]
        if days is None:
            return [names.UNKNOWN, *([names.ESTIMATED_DATE] if item["date"] else [])]
        return [f"{year:04d}" for year in range(days[0].year, days[1].year + 1)]


def interval(item: Record, filters: Filters) -> tuple[date, date] | None:
    """Return the days of an item that count."""
    day = item["date"]
    if not day or (day["kind"] == "estimated" and not filters.estimated):
        return None
    return date.fromisoformat(day["start"]), date.fromisoformat(day["end"])


def in_time(item: Record, filters: Filters) -> bool:
    """Return whether an item shares a day with the filter."""
    if not (filters.first_day or filters.last_day):
        return True
    days = interval(item, filters)
    first, last = filters.first_day or 1, filters.last_day or date.max.toordinal()
    return days is not None and days[0].toordinal() <= last and days[1].toordinal() >= first


def _is_chosen(values: Iterable[str], chosen: frozenset[str]) -> bool:
    return not chosen or not chosen.isdisjoint(values)


def _start(item: Record) -> int:
    return date.fromisoformat(item["date"]["start"]).toordinal() if item["date"] else 0


def _length(name: str, stored: Record) -> int:
    """Read the exact length of a field of a document, 0 without it."""
    return int(json.loads(stored[names.RECORD])["lengths"].get(name, 0))

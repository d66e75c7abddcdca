"""The executor over our own storage: plain words go the light way, numpy is imported where it pays."""

from __future__ import annotations

import json
import sys
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

from searcher.execution.plain import PlainReader
from searcher.execution.weights import KnownTerms, weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.query import Query

    from indexer.codec.array_index import ArrayIndex
    from searcher.engine import Execution, Filters, Wanted
    from searcher.execution.alternatives import JoinedQuery
    from searcher.execution.arrays.executor import ArrayExecutor
    from searcher.execution.light import LightQuery, LightWord

FEW_POSTINGS = 30_000  # in a process without numpy so many are counted one by one in the time of its import
REMEMBERED = 4096  # words and terms of queries
KNOWN_QUERIES = 256  # plain queries whose words are read, and their terms weighed ...
LONGEST_KNOWN = 100  # ... of so many characters at most: a query of a thousand words takes megabytes
MOST_WORDS_KNOWN = LONGEST_KNOWN // 2  # that many words are as long
_EVERY: frozenset[str] = frozenset()


class IndexExecutor:
    """Runs queries over an index of our own storage.

    Args:
        index: The index.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        self._counted = 0  # postings counted without numpy: a process that asks much imports it in the end
        # What the words of a query stand for is asked for several times on its way, and from query to query.
        self.variants = lru_cache(REMEMBERED)(self._variants)
        self.frequency = lru_cache(REMEMBERED)(self._frequency)
        self._reader = PlainReader(self.variants)
        self._known = KnownTerms(index)
        # Whoever asks turns pages and narrows: the same query comes again.
        self._read = lru_cache(KNOWN_QUERIES)(self._reader.read)
        self._weights = lru_cache(KNOWN_QUERIES)(partial(weights_of, self._known))
        # Where each document is of one language alone, a language filter makes other languages' terms idle.
        self._single = not any(segment.mixed for segment in index.segments)

    @cached_property
    def _arrays(self) -> ArrayExecutor:
        from searcher.execution.arrays.executor import ArrayExecutor

        return ArrayExecutor(self._index)

    def read_plain(self, text: str) -> LightQuery | None:
        """Return the light query for a text, None when it needs the full query language."""
        return self._read(text) if len(text) <= LONGEST_KNOWN else self._reader.read(text)

    def execute(self, query: Query, filters: Filters, wanted: Wanted) -> Execution:
        """Rank the documents that match a query tree and count the facets."""
        return self._arrays.execute(query, filters, wanted)

    def execute_light(self, query: LightQuery, filters: Filters, wanted: Wanted) -> Execution:
        """Rank what matches plain words or a phrase and count the facets: the tree's answers, faster."""
        languages = filters.languages if self._single and "language" not in wanted.facets else _EVERY
        weights = (
            self._weights(query, languages)
            if query.words <= MOST_WORDS_KNOWN
            else weights_of(self._known, query, languages)
        )
        if "numpy" not in sys.modules:
            self._counted += sum(one.frequency for one in weights.values())
            if self._counted <= FEW_POSTINGS:
                from searcher.execution.few import execute_few, light_matches

                return execute_few(self._index, partial(light_matches, query, weights), filters, wanted)
        return self._arrays.execute_light(query, weights, filters, wanted)

    def read_word(self, chunk: str) -> LightWord | None:
        """Return what a chunk of plain words stands for, None when a language splits it."""
        return self._reader.read_word(chunk)

    def execute_joined(self, query: JoinedQuery, filters: Filters, wanted: Wanted) -> Execution:
        """Rank what matches words with what joins them and count the facets: the tree's answers, faster."""
        from searcher.execution.alternatives import postings_of, weighed

        languages = filters.languages if self._single and "language" not in wanted.facets else _EVERY
        fields = frozenset(f"text_{language}" for language in languages)
        parts = weighed(query.parts, self._known, fields)
        if "numpy" not in sys.modules:
            self._counted += postings_of(parts)
            if self._counted <= FEW_POSTINGS:
                from searcher.execution.few import execute_few
                from searcher.execution.few_joined import joined_matches

                return execute_few(self._index, partial(joined_matches, parts), filters, wanted)
        return self._arrays.execute_joined(parts, filters, wanted)

    def _variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the terms owed to a folded word in one language."""
        prefix = f"{language} {word} ".encode()
        return tuple(
            term[len(prefix) :].decode() for term in self._index.terms_with_prefix("variants", prefix)
        )

    def _frequency(self, name: str, term: str) -> int:
        """Return how many documents have a term in a field, deleted ones included."""
        text = term.encode("utf-8", "surrogatepass")
        found = 0
        for segment in self._index.segments:
            if name in segment.fields and (number := segment.lexicon(name).find(text)) >= 0:
                found += segment.postings(name).frequency(number)
        return found

    def documents(self, name: str) -> int:
        """Return how many documents have a field."""
        return self._index.statistics(name)[0]

    def terms(self, name: str, prefix: str) -> Iterator[str]:
        """Yield the terms of a field that start with a prefix, ascending."""
        for term in self._index.terms_with_prefix(name, prefix.encode("utf-8", "surrogatepass")):
            yield term.decode("utf-8", "surrogatepass")

    def head(self, document: int) -> tuple[str, str | None]:
        """Return a document's id and title, without its record."""
        return self._index.head(document)

    def heads(self, documents: list[int]) -> list[tuple[str, str | None]]:
        """Return the id and the title of some documents, without their records."""
        return self._index.heads(documents)

    def record(self, document: int) -> dict[str, Any]:
        """Return the stored record of a document."""
        record: dict[str, Any] = json.loads(self._index.stored(document))
        return record

    def find(self, item_id: str) -> int | None:
        """Return the number of the document with an id, or None."""
        return self._index.find(item_id)

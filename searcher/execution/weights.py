"""The terms of a query with their weights over the whole index, without numpy: used on both paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.codec.postings import K1
from searcher.execution.bm25 import idf

if TYPE_CHECKING:
    from indexer.codec.array_index import ArrayIndex
    from searcher.execution.light import LightQuery

KNOWN_TERMS = 1024  # terms whose weights and lists are at hand


class TermWeight:
    """A term of a query with its weight over the whole index.

    Args:
        index: The index.
        field: The field.
        term: The term.
        boost: How much it counts; the sum of its repeats.
    """

    __slots__ = ("average", "boost", "constant", "field", "frequency", "lists", "numbers", "term", "weight")

    def __init__(self, index: ArrayIndex, field: str, term: bytes, boost: float) -> None:
        self.field = field
        self.term = term
        self.boost = boost
        # The term's number in each segment, -1 where it is missing.
        self.numbers: list[int] = []
        self.frequency = 0
        for segment in index.segments:
            number = segment.lexicon(field).find(term) if field in segment.fields else -1
            self.numbers.append(number)
            if number >= 0:
                self.frequency += segment.postings(field).frequency(number)
        documents, self.average = index.statistics(field)
        self.constant = not documents  # a keyword field: nothing to weigh
        self.weight = boost if self.constant else boost * idf(documents, self.frequency) * (K1 + 1)
        # What execution on arrays keeps of the term, by the place of the segment (see `lists.term_list`).
        self.lists: dict[int, Any] = {}


class KnownTerms:
    """The terms lately asked for: where each stands in the index and its weight, never what it matches.

    Threads may share it: whoever does not find a term makes it anew.

    Args:
        index: The index.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        self._known: dict[tuple[str, bytes, float], TermWeight] = {}

    def weight(self, field: str, term: bytes, boost: float) -> TermWeight:
        """Return a term with its weight."""
        found = self._known.get((field, term, boost))
        if found is None:
            found = TermWeight(self._index, field, term, boost)
            if len(self._known) >= KNOWN_TERMS:
                self._known.clear()
            self._known[field, term, boost] = found
        return found


def weights_of(
    known: KnownTerms, query: LightQuery, languages: frozenset[str]
) -> dict[tuple[str, bytes], TermWeight]:
    """Return every term of a light query that the index has, each once.

    Args:
        known: The terms of the index.
        query: The query.
        languages: The languages whose terms can matter; empty for all.
    """
    fields = {f"text_{language}" for language in languages}
    boosts: dict[tuple[str, bytes], float] = {}
    for words in (query.required, query.optional):
        for word in words:
            for key in word.terms:
                if not fields or key[0] in fields:
                    boosts[key] = boosts.get(key, 0.0) + 1.0
    for phrase in query.phrases:
        if not fields or phrase.field in fields:
            for term in phrase.terms:
                boosts[phrase.field, term] = 1.0
    return {
        key: weight
        for key, boost in boosts.items()
        if (weight := known.weight(key[0], key[1], boost)).frequency
    }

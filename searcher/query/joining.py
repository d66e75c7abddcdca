"""What joins a query: the other labels of the concepts that its words name, and how much each counts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from indexer.named_tuple import NamedTuple
from indexer.schema import text_field
from searcher.execution.bm25 import idf
from searcher.query.concepts import recognise
from searcher.query.limits import MOST_JOINED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.thesaurus.table import ConceptLabel, Table
    from searcher.engine import Vocabulary
    from searcher.execution.alternatives import Alternative
    from searcher.query.concepts import Span

MOST_REPORTED: Final = 3
# What a thesaurus may hold is bounded where it is used: that of a stranger's index may hold anything.
MOST_LABELS: Final = 256  # of a concept
LONGEST_LABEL: Final = 32  # words
MOST_ADDED: Final = 6  # the most frequent labels; more cost time and find nothing more
# Measured on all collections; docs/relevance.md has the table.
WEIGHT: Final = 0.8  # of a label that joins, beside the words as typed
OTHERS: Final = 0.4  # how much all but the best of several labels count
REMEMBERED: Final = 1024  # queries, and labels with what joins them, that a searcher keeps at hand


class Added(NamedTuple):
    """A label that joins.

    Attributes:
        label: The label.
        searched: What is searched for it.
    """

    label: ConceptLabel
    searched: Alternative


class Joining(NamedTuple):
    """What joins some words of a query.

    Attributes:
        first, last: The first and the last of the chunks that it joins.
        added: The labels that the index knows, the most frequent first.
        parts: What joins fewer of the words.
    """

    first: int
    last: int
    added: tuple[Added, ...]
    parts: tuple[Joining, ...]

    def adds(self) -> bool:
        """Tell whether any label joins any of the words."""
        return bool(self.added) or any(part.adds() for part in self.parts)


_Reading = tuple[str, tuple[str, ...], tuple[int, ...]]


class Joiner:
    """Finds what joins a query, by one thesaurus over one index; threads may share it.

    Args:
        table: The thesaurus.
        vocabulary: The terms of the index.
        terms_of: (language, word as typed) to the terms that it stands for.
    """

    def __init__(
        self, table: Table, vocabulary: Vocabulary, terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._terms_of = terms_of
        # The same words are asked again and again with other filters and pages.
        self._spans = lru_cache(REMEMBERED)(self._recognised)
        self._added = lru_cache(REMEMBERED)(self._most_frequent)

    def joining(
        self, chunks: Sequence[str], languages: frozenset[str], most: int = MOST_JOINED
    ) -> tuple[Joining, ...]:
        """Return what joins some words side by side.

        Args:
            chunks: The words as typed.
            languages: The languages of the items that are asked for; empty for all.
            most: How many words, or groups of words, may be joined.
        """
        if self._table.empty:
            return ()
        return tuple([self._joining(span, languages) for span in self._spans(tuple(chunks))[:most]])

    def passed_over(self, chunks: Sequence[str], most: int = MOST_JOINED) -> int:
        """Return how many words, or groups of words, are labels beyond those that may be joined."""
        return 0 if self._table.empty else max(0, len(self._spans(tuple(chunks))) - most)

    def _recognised(self, chunks: tuple[str, ...]) -> list[Span]:
        return recognise(self._table, chunks, self._terms_of)

    def _joining(self, span: Span, languages: frozenset[str]) -> Joining:
        readings = tuple((one.language, one.terms, one.concepts) for one in span.readings)
        parts = tuple(self._joining(part, languages) for part in span.parts)
        return Joining(span.first, span.last, self._added(readings, languages), parts)

    def _most_frequent(self, readings: tuple[_Reading, ...], languages: frozenset[str]) -> tuple[Added, ...]:
        own = {(language, terms) for language, terms, _ in readings}
        labels: dict[tuple[str, tuple[str, ...]], tuple[float, ConceptLabel]] = {}
        for number in dict.fromkeys(number for *_, concepts in readings for number in concepts):
            weight, of_concept = self._table.concept(number)
            for label in of_concept[:MOST_LABELS]:
                if len(label.terms) > LONGEST_LABEL:
                    continue
                key = (label.language, label.terms)
                if weight > labels.get(key, (0.0, label))[0]:
                    labels[key] = weight, label
        known = [
            (frequency, key in own, weight, label)
            for key, (weight, label) in labels.items()
            if (not languages or label.language in languages) and (frequency := self._frequency(label))
        ]
        known.sort(key=lambda one: -one[0])
        # A concept is as rare as its most frequent label in a language, however rare the others are.
        most: dict[str, int] = {}
        for frequency, _, _, label in known:
            most.setdefault(label.language, frequency)
        return tuple(
            [
                self._weighed(label, WEIGHT * weight, most[label.language])
                for _, typed, weight, label in known
                if not typed
            ][:MOST_ADDED]
        )

    def _frequency(self, label: ConceptLabel) -> int:
        """Return in how many documents a label can stand at most."""
        name = text_field(label.language)
        least = 0
        for term in label.terms:
            found = self._vocabulary.frequency(name, term)
            if not found:
                return 0
            least = min(least, found) if least else found
        return least

    def _weighed(self, label: ConceptLabel, weight: float, most_frequent: int) -> Added:
        from searcher.execution.alternatives import Alternative

        name = text_field(label.language)
        documents = self._vocabulary.documents(name)
        alone = sum(idf(documents, self._vocabulary.frequency(name, term)) for term in label.terms)
        terms = tuple([term.encode("utf-8", "surrogatepass") for term in label.terms])
        boost = weight * (idf(documents, most_frequent) / alone)
        return Added(label, Alternative(name, terms, label.offsets, boost))


def report(chunks: Sequence[str], joining: Joining) -> dict[str, Any]:
    """Return what joined as results show it: what was typed, and the labels."""
    typed = " ".join(chunks[joining.first : joining.last + 1])
    texts = dict.fromkeys(added.label.text for added in joining.added)
    return {"from": typed.strip(".,;:¿?¡!\"'"), "to": list(texts)[:MOST_REPORTED]}

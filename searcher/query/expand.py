"""Expansion: the other labels of a concept join the words of a query that name it, and count for less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from whoosh import query as q

from indexer.analysis import analyzer
from indexer.index.schema import LANGUAGES as SCHEMA_LANGUAGES
from indexer.index.schema import text_field
from searcher.execution.bm25 import idf
from searcher.execution.shapes import Filters
from searcher.query import compounds
from searcher.query.concepts import recognise
from searcher.query.limits import MOST_CORRECTED, MOST_JOINED
from searcher.query.phrase import GappedPhrase
from searcher.spelling.speller import Speller

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from indexer.thesaurus.table import ConceptLabel, Table
    from searcher.execution.shapes import Executor
    from searcher.query.concepts import Recognised, Span
    from searcher.spelling.speller import Correction

MOST_REPORTED: Final = 3
# What a thesaurus may hold is bounded where it is used: that of a stranger's index may hold anything.
MOST_LABELS: Final = 256  # of a concept
LONGEST_LABEL: Final = 32  # words
MOST_ADDED: Final = 6  # the most frequent labels; more cost time and find nothing more
# Measured on all collections; docs/relevance.md has the table.
WEIGHT: Final = 0.8  # of a label that joins, beside the words as typed
OTHERS: Final = 0.4  # how much all but the best of several labels count


@dataclass(frozen=True, slots=True)
class Expansion:
    """What joins some words of a query.

    Attributes:
        first, last: The first and the last of the chunks that it joins.
        added: The labels that the index knows, the most frequent first.
        query: The query for them, None where there are none; its score is that of the best of them.
        parts: What joins fewer of the words.
    """

    first: int
    last: int
    added: tuple[ConceptLabel, ...]
    query: q.Query | None
    parts: list[Expansion]


class Expander:
    """Expands queries by one thesaurus over one index.

    Args:
        table: The thesaurus.
        vocabulary: The open index.
        languages: The languages of the items that are asked for; empty for all.
    """

    def __init__(self, table: Table, vocabulary: Executor, languages: Collection[str] = ()) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._languages = frozenset(languages or SCHEMA_LANGUAGES)
        self._speller = Speller(vocabulary)
        self._corrections: dict[str, list[Correction]] = {}
        self._looked = 0
        self._joined = 0

    def knows(self, word: str, terms_of: Callable[[str, str], tuple[str, ...]]) -> bool:
        """Tell whether the index or the thesaurus has a word, in any of its forms.

        Args:
            word: The word as typed.
            terms_of: (language, word as typed) to the terms that it stands for.
        """
        return self._speller.knows(word) or any(
            self._vocabulary.frequency(text_field(language), term) or self._table.beginning(language, term)
            for language in SCHEMA_LANGUAGES
            for term in terms_of(language, word)
        )

    def apart(self, word: str) -> list[tuple[str, str]]:
        """Return a word in two where the index has it so, side by side."""
        found = []
        for two in compounds.apart(self._vocabulary, word):
            if not self._may_look():
                break
            phrases = [
                GappedPhrase(
                    text_field(language), [analyzer(language).query_terms(part)[0] for part in two], (0, 1)
                )
                for language in SCHEMA_LANGUAGES
            ]
            asked = self._vocabulary.execute(
                q.Or(phrases), Filters(), sort="newest", limit=0, offset=0, facets=()
            )
            if asked.total:
                found.append(two)
        return found

    def corrections(self, word: str, languages: Sequence[str]) -> list[Correction]:
        """Return what was probably meant by a word that the index does not know, the likeliest first.

        Args:
            word: The word as typed.
            languages: The languages that the query may be in.
        """
        found = self._corrections.get(word)
        if found is None:
            found = self._speller.corrections(word, languages) if self._may_look() else []
            self._corrections[word] = found
        return found

    def _may_look(self) -> bool:
        """Count one more look at a word that does not stand as typed; tell whether the query may have it."""
        self._looked += 1
        return self._looked <= MOST_CORRECTED

    def expansions(
        self, chunks: Sequence[str], terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> list[Expansion]:
        """Return what joins some words side by side.

        Args:
            chunks: The words as typed.
            terms_of: (language, word as typed) to the terms that it stands for.
        """
        if self._table.empty:
            return []
        spans = recognise(self._table, chunks, terms_of)[: MOST_JOINED - self._joined]
        self._joined += len(spans)
        return list(map(self._expansion, spans))

    def _expansion(self, span: Span) -> Expansion:
        query, added = self._added(span.readings)
        return Expansion(span.first, span.last, added, query, list(map(self._expansion, span.parts)))

    def _added(self, readings: list[Recognised]) -> tuple[q.Query | None, tuple[ConceptLabel, ...]]:
        own = {(one.language, one.terms) for one in readings}
        labels: dict[tuple[str, tuple[str, ...]], tuple[float, ConceptLabel]] = {}
        for number in dict.fromkeys(number for one in readings for number in one.concepts):
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
            if label.language in self._languages and (frequency := self._frequency(label))
        ]
        known.sort(key=lambda one: -one[0])
        # A concept is as rare as its most frequent label in a language, however rare the others are.
        most: dict[str, int] = {}
        for frequency, _, _, label in known:
            most.setdefault(label.language, frequency)
        added = [(weight, label) for _, typed, weight, label in known if not typed][:MOST_ADDED]
        if not added:
            return None, ()
        nodes = [self._node(label, WEIGHT * weight, most[label.language]) for weight, label in added]
        tree = q.DisjunctionMax(nodes, tiebreak=OTHERS) if len(nodes) > 1 else nodes[0]
        return tree, tuple(label for _, label in added)

    def _frequency(self, label: ConceptLabel) -> int:
        """Return in how many documents a label can stand at most."""
        name = text_field(label.language)
        return min(self._vocabulary.frequency(name, term) for term in label.terms)

    def _node(self, label: ConceptLabel, weight: float, most_frequent: int) -> q.Query:
        name = text_field(label.language)
        documents = self._vocabulary.documents(name)
        alone = sum(idf(documents, self._vocabulary.frequency(name, term)) for term in label.terms)
        weight *= idf(documents, most_frequent) / alone
        if len(label.terms) == 1:
            return q.Term(name, label.terms[0], boost=weight)
        return GappedPhrase(name, label.terms, label.offsets, boost=weight)


def report(chunks: Sequence[str], expansion: Expansion) -> dict[str, Any]:
    """Return an expansion as results show it: what was typed, and the labels that joined it."""
    typed = " ".join(chunks[expansion.first : expansion.last + 1])
    texts = dict.fromkeys(label.text for label in expansion.added)
    return {"from": typed.strip(".,;:¿?¡!\"'"), "to": list(texts)[:MOST_REPORTED]}


def beside(typed: q.Query | None, added: q.Query | None) -> q.Query | None:
    """Return one node for words as typed and for what joins them."""
    if typed is None or added is None:
        return typed or added
    return q.DisjunctionMax([typed, added], tiebreak=OTHERS)


def weighed(node: q.Query, weight: float) -> q.Query:
    """Return a node whose leaves count for less."""
    if isinstance(node, (q.Or, q.And, q.DisjunctionMax)):
        for part in node.subqueries:
            weighed(part, weight)
        return node
    node.boost *= weight
    return node

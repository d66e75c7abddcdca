"""Broader, narrower and related concepts of a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.runtime import NamedTuple
from indexer.schema import text_field
from searcher.query.concepts import recognise
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import Phrase, Term
from searcher.query.query_analysis import narrowed_to_label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel, Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node

MOST: Final = 3  # labels for one word
MAX_LABELS: Final = 64  # of a concept
MAX_CONCEPTS: Final = 64  # that are looked at for one word


class Neighbour(NamedTuple):
    """What is near some words side by side.

    Attributes:
        first, last: The first and the last of the words.
        labels: Labels that stand in the index, the nearest first.
    """

    first: int
    last: int
    labels: list[str]


class Neighbours:
    """Finds what is near words, by one thesaurus over one index.

    Args:
        table: The thesaurus.
        vocabulary: The terms of the index.
        terms_of: (language, word as typed) to the terms that it stands for.
        finds: Tells whether anything matches a resolved query.
    """

    def __init__(
        self,
        table: Table,
        vocabulary: Vocabulary,
        terms_of: Callable[[str, str], tuple[str, ...]],
        finds: Callable[[Node], bool],
    ) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._terms_of = terms_of
        self._finds = finds

    def of(self, chunks: Sequence[str], unmatched: Collection[str]) -> list[Neighbour]:
        """Find what is near those of some words that stand nowhere.

        Args:
            chunks: The words as typed, side by side.
            unmatched: The words that stand nowhere, without signs around them. A capital within a question
                makes a name: nothing is near *Brothers* in *Lehman Brothers*.
        """
        found = []
        for span in recognise(self._table, chunks, self._terms_of):
            words = [chunk.strip(PUNCTUATION_AROUND) for chunk in chunks[span.first : span.last + 1]]
            is_name = span.first > 0 and words[0][:1].isupper()
            if is_name or set(words).isdisjoint(unmatched):
                continue
            concepts = dict.fromkeys(number for one in span.readings for number in one.concepts)
            labels = self._labels_near(concepts, span.readings[0].language)
            if labels:
                found.append(Neighbour(span.first, span.last, labels))
        return found

    def _labels_near(self, concepts: Iterable[int], language: str) -> list[str]:
        """Give labels that stand in the index of the concepts right beside some."""
        near = dict.fromkeys(number for concept in concepts for number in self._table.near(concept))
        labels = [self._indexed_label(number, language) for number in list(near)[:MAX_CONCEPTS]]
        return list(dict.fromkeys(filter(None, labels)))[:MOST]

    def _indexed_label(self, number: int, language: str) -> str:
        """Give the first label of a concept that stands in the index, one of a language before others."""
        _, labels = self._table.concept(number)
        in_order = sorted(labels[:MAX_LABELS], key=lambda label: label.language != language)
        return next((label.text for label in in_order if self._matches(label, number)), "")

    def _matches(self, label: ConceptLabel, number: int) -> bool:
        """Tell whether some text has a label of a concept, its words side by side; parte has no parto."""
        field = text_field(label.language)
        # Of all its terms, although one may tell: what is asked of a cluster is asked at once.
        if not min([self._vocabulary.document_frequency(field, term) for term in label.terms]):
            return False
        if len(label.terms) > 1:
            return self._finds(Phrase(field, label.terms, label.offsets))
        term = Term(field, label.terms[0], written=label.text)
        return narrowed_to_label(self._table, self._vocabulary, label, (number,), term) is not None

"""Find broader, narrower and related concepts of words in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.runtime import NamedTuple
from indexer.schema import text_field
from searcher.query.concepts import recognise
from searcher.query.expansion import GROWTH, expansion_record
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import RELATED, SIMILAR_FOR, DisjunctionMax, Phrase, Term, join, leaves, rewrite
from searcher.query.word_restrictions import restrict_to_label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel
    from searcher.query.expansion import Expansion
    from searcher.query.model import Node
    from searcher.query.query_words import QueryWords

MOST: Final = 3  # maximum labels per word
SIMILAR: Final = 0.5  # the factor of their scores if other words of the query occur
MAX_LABELS: Final = 64  # per concept
MAX_CONCEPTS: Final = 64  # maximum concepts to read per word
# A label in more than this share of its language's items, and in more than a few, is too general.
GENERAL: Final = 0.1
FEW: Final = 20
WIDE: Final = 32  # a concept with so many neighbours, such as crime, is too general


class Neighbour(NamedTuple):
    """The labels of concepts that are related to the concept of one or several adjacent words."""

    first: int  # the indexes of the first and last word
    last: int
    labels: dict[str, Node]  # labels that occur in the index, nearest first, and their queries

    def query(self, written: str, searched: Iterable[Node]) -> Node | None:
        """Return a query for the labels that are not yet searched, or None if there are none.

        ``searched`` are the nodes of the query.
        """
        changes = {
            "boost": SIMILAR * (self.last + 1 - self.first) ** GROWTH,
            "origin": (SIMILAR_FOR, written),
            "via": RELATED,
        }
        known = {_key(leaf) for node in searched for leaf in leaves(node)}
        others = [one for one in self.labels.values() if known.isdisjoint(map(_key, leaves(one)))]
        labels = [
            rewrite(one, lambda leaf: leaf.replace(**changes) if isinstance(leaf, (Term, Phrase)) else leaf)
            for one in others
        ]
        return join(DisjunctionMax, labels)


def _key(leaf: Node) -> tuple[str, str | tuple[str, ...]] | Node:
    match leaf:
        case Term():
            return leaf.field, leaf.text
        case Phrase():
            return leaf.field, leaf.terms
    return leaf


class Neighbours:
    """Finds concepts that are related to the words of queries.

    Attributes:
        words: Looks up query words in the index.
        offered: The labels of concepts with many related concepts, which are suggested but not searched.
    """

    def __init__(self, words: QueryWords, finds: Callable[[Node], bool]) -> None:
        self.words = words
        self._table = words.thesaurus
        self._vocabulary = words.vocabulary
        self._finds = finds
        self.offered: dict[str, None] = {}

    def find_related(
        self, chunks: Sequence[str], unmatched: Collection[str], most: int | None = None
    ) -> list[Neighbour]:
        """Find concepts that are related to unmatched words of a query.

        A capitalized word after the first word is a name, without related concepts: *Brothers* in *Lehman
        Brothers*.
        """
        found = []
        for span in recognise(self.words, chunks)[:most]:
            words = [chunk.strip(PUNCTUATION_AROUND) for chunk in chunks[span.first : span.last + 1]]
            is_name = span.first > 0 and words[0][:1].isupper()
            if is_name or set(words).isdisjoint(unmatched):
                continue
            concepts = dict.fromkeys(number for one in span.readings for number in one.concepts)
            labels = self._labels_near(concepts, span.readings[0].language)
            if labels:
                found.append(Neighbour(span.first, span.last, labels))
        return found

    def add(
        self,
        chunks: Sequence[str],
        nodes: list[Node | None],
        missing: Sequence[str],
        expansions: Sequence[Expansion],
        most: int,
    ) -> list[dict[str, Any]]:
        """Add related concepts of missing words to a query in which another word occurs.

        Args:
            chunks: The chunks of the query.
            nodes: The query of each chunk, to which the concepts are added.
            missing: The words that no item contains.
            expansions: The expansions of the words.
            most: The number of labels in the query to consider. It is 0 in a proximity query, where a related
                concept would count as the word.

        Returns:
            The record of each expansion.
        """
        added = [query for one in expansions for _, query in one.queries()]
        searched = [node for node in (*nodes, *added) if node]
        if not (missing and most and any(map(self._finds, searched))):
            return []
        reports = []
        for near in self.find_related(chunks, missing, most):
            written = " ".join(chunks[near.first : near.last + 1]).strip(PUNCTUATION_AROUND)
            at = next((place for place in range(near.first, near.last + 1) if nodes[place]), None)
            if at is not None and (node := nodes[at]) and (similar := near.query(written, searched)):
                searched.append(similar)
                reports.append(expansion_record(written, similar))
                nodes[at] = DisjunctionMax((node, similar))
        return reports

    def _labels_near(self, concepts: Iterable[int], language: str) -> dict[str, Node]:
        """Return the labels of concepts related to ``concepts``, with their queries."""
        near = dict.fromkeys(number for concept in concepts for number in self._table.near(concept))
        labels: dict[str, Node] = {}
        for number in list(near)[:MAX_CONCEPTS]:
            if found := self._indexed_label(number, language):
                if len(self._table.near(number)) < WIDE:
                    labels |= [found]
                else:
                    self.offered[found[0]] = None
        return dict(list(labels.items())[:MOST])

    def _indexed_label(self, number: int, language: str) -> tuple[str, Node] | None:
        """Return the first label of a concept that the index contains, and its query.

        The query also matches the first such label in other languages. The result is ``None`` if the index
        contains no label.
        """
        _, labels = self._table.concept(number)
        found: dict[str, tuple[str, Node]] = {}
        for label in sorted(labels[:MAX_LABELS], key=lambda label: label.language != language):
            if label.language not in found and (node := self._label_query(label, number)):
                found[label.language] = label.text, node
        texts, nodes = [text for text, _ in found.values()], [node for _, node in found.values()]
        query = join(DisjunctionMax, nodes)
        return (texts[0], query) if query else None

    def _label_query(self, label: ConceptLabel, number: int) -> Node | None:
        """Return the query for a label, or None if no text or too many texts contain it."""
        field = text_field(label.language)
        # Look up all terms, although one may suffice, so that a cluster gets one request.
        found = min([self._vocabulary.document_frequency(field, term) for term in label.terms])
        if not found or found > max(FEW, GENERAL * self._vocabulary.documents(field)):
            return None  # a frequent label is too general (corruption, for bribery)
        if len(label.terms) > 1:
            phrase = Phrase(field, label.terms, label.offsets, 0, 1.0, label.text)
            return phrase if self._finds(phrase) else None
        term = Term(field, label.terms[0], written=label.text)
        return restrict_to_label(self._table, self._vocabulary, label, (number,), term)

"""Expansion as a query tree: the other labels of a concept join the words of a query that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from whoosh import query as q

from searcher.query.joining import OTHERS, Added, Joiner, Joining
from searcher.query.phrase import GappedPhrase
from searcher.spelling.speller import Speller

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from searcher.execution.shapes import Vocabulary
    from searcher.spelling.known import KnownWords


class Expansion(NamedTuple):
    """What joins some words of a query, as a tree.

    Attributes:
        joining: What joins them.
        query: The query for the labels, None where there are none; its score is that of the best of them.
        parts: What joins fewer of the words.
    """

    joining: Joining
    query: q.Query | None
    parts: list[Expansion]


class Expander:
    """Expands queries over one index.

    Args:
        joiner: What finds the labels that join.
        known: The words that the index or its thesaurus knows.
        vocabulary: The terms of the index.
        languages: The languages of the items that are asked for; empty for all.
    """

    def __init__(
        self, joiner: Joiner, known: KnownWords, vocabulary: Vocabulary, languages: Collection[str] = ()
    ) -> None:
        self._joiner = joiner
        self._languages = frozenset(languages)
        self.knows = known.knows
        self.apart = known.apart
        self.speller = Speller(vocabulary)

    def expansions(self, chunks: Sequence[str]) -> list[Expansion]:
        """Return what joins some words side by side, as they were typed."""
        return list(map(_expansion, self._joiner.joining(chunks, self._languages)))


def _expansion(joining: Joining) -> Expansion:
    nodes = list(map(_node, joining.added))
    tree = q.DisjunctionMax(nodes, tiebreak=OTHERS) if len(nodes) > 1 else nodes[0] if nodes else None
    return Expansion(joining, tree, list(map(_expansion, joining.parts)))


def _node(added: Added) -> q.Query:
    label, (field, _, offsets, boost) = added
    if len(label.terms) == 1:
        return q.Term(field, label.terms[0], boost=boost)
    return GappedPhrase(field, label.terms, offsets, boost=boost)


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

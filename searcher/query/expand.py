"""Expansion as a query tree: the other labels of a concept join the words of a query that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from whoosh import query as q

from searcher.query import compounds
from searcher.query.joining import OTHERS, Added, Joiner, Joining
from searcher.query.limits import MOST_CORRECTED, MOST_JOINED
from searcher.query.passed_over import labels_passed_over, words_passed_over
from searcher.query.phrase import GappedPhrase
from searcher.spelling.speller import Speller

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from searcher.engine import Vocabulary
    from searcher.query.budget import Budget
    from searcher.spelling.known import KnownWords
    from searcher.spelling.near_words import NearWords
    from searcher.spelling.speller import Correction


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
        words: Its words by their beginnings.
        budget: What the query may still ask for.
        languages: The languages of the items that are asked for; empty for all.
    """

    def __init__(  # noqa: PLR0913 - what a query is expanded from, each by its name
        self,
        joiner: Joiner,
        known: KnownWords,
        vocabulary: Vocabulary,
        words: NearWords,
        *,
        budget: Budget,
        languages: Collection[str] = (),
    ) -> None:
        self._joiner = joiner
        self._known = known
        self._vocabulary = vocabulary
        self._languages = frozenset(languages)
        self._speller = Speller(vocabulary, words, budget.may_compare)
        self._corrections: dict[str, list[Correction]] = {}
        self._apart: dict[str, list[tuple[str, str]]] = {}
        self._looked = 0
        self._passed_over: set[str] = set()
        self._joined = 0
        self._not_joined = 0

    def left_out(self) -> list[str]:
        """Return a line for each thing that was not done for all words, where something was left out."""
        lines = []
        if self._passed_over:
            lines.append(words_passed_over(len(self._passed_over)))
        if self._not_joined:
            lines.append(labels_passed_over(self._not_joined))
        return lines

    def knows(self, word: str) -> bool:
        """Tell whether the index or the thesaurus has a word, in any of its forms."""
        return self._known.knows(word)

    def apart(self, word: str) -> list[tuple[str, str]]:
        """Return a word in two where the index has it so, side by side."""
        known = self._apart.get(word)
        if known is not None:
            return known
        found = self._apart[word] = []
        for two in compounds.apart(self._vocabulary, word):
            if not self._may_look(word):
                break
            if self._known.side_by_side(two):
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
            looked = self._speller.corrections(word, languages) if self._may_look(word) else []
            if looked is None:
                self._passed_over.add(word)
            found = self._corrections[word] = looked or []
        return found

    def _may_look(self, word: str) -> bool:
        """Count one more look at a word that does not stand as typed; tell whether the query may have it."""
        if self._looked == MOST_CORRECTED:
            self._passed_over.add(word)
            return False
        self._looked += 1
        return True

    def expansions(self, chunks: Sequence[str]) -> list[Expansion]:
        """Return what joins some words side by side, as they were typed."""
        most = MOST_JOINED - self._joined
        joining = self._joiner.joining(chunks, self._languages, most)
        self._joined += len(joining)
        self._not_joined += self._joiner.passed_over(chunks, most)
        return list(map(_expansion, joining))


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

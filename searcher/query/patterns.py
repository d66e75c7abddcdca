"""Resolve prefixes, wildcards and fuzzy words to words of the index, each once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from indexer.analysis.characters import fold
from indexer.checkpoint import checked
from indexer.runtime import NamedTuple
from searcher.query.model import DisjunctionMax, Fuzzy, Pattern, Word, WordSet, joined, leaves, rewrite

if TYPE_CHECKING:
    from searcher.query.edit_distance import NearWords
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget


class WordSets(NamedTuple):
    """What the patterns and the fuzzy words of a query stand for.

    Attributes:
        query: The parsed query; those beyond a limit are plain words in it.
        found: What each of the others stands for, equal ones once.
    """

    query: Node
    found: dict[Node, Node]


def find_words(parsed: Node, words: NearWords, budget: Budget) -> WordSets:
    """Find the words that each pattern and each fuzzy word of a query stands for.

    Args:
        parsed: The parsed query.
        words: The words of the index.
        budget: What the query may still ask for.

    Raises:
        QueryError: One of them asks for too much, and the query is strict.
    """
    found: dict[Node, Node] = {}
    beyond: set[int] = set()
    for leaf in leaves(parsed):
        if not isinstance(leaf, (Pattern, Fuzzy)):
            continue
        written = leaf.text if isinstance(leaf, Pattern) else f"{leaf.text}~"
        meant = None
        if budget.spend_pattern(written, leaf.at):
            meant = found.get(leaf) or (
                _matching(leaf, written, words, budget)
                if isinstance(leaf, Pattern)
                else _near(leaf, written, words, budget)
            )
        if meant and budget.spend_found(written, leaf.at, _count_words(meant)):
            found[leaf] = meant
        else:
            beyond.add(leaf.at)

    def as_text(leaf: Node) -> Node:
        if isinstance(leaf, (Pattern, Fuzzy)) and leaf.at in beyond:
            return Word(leaf.text.strip("*?") or leaf.text, at=leaf.at)
        return leaf

    return WordSets(rewrite(parsed, as_text) if beyond else parsed, found)


def _count_words(meant: Node) -> int:
    return sum(len(leaf.words) for leaf in leaves(meant) if isinstance(leaf, WordSet))


def _matching(leaf: Pattern, written: str, words: NearWords, budget: Budget) -> WordSet | None:
    """Find the words that a prefix or a wildcard stands for, one more than allowed at most."""
    pattern = fold(leaf.text.lower())
    stem = pattern.removesuffix("*")
    if not any(sign in stem for sign in "*?["):
        return WordSet(pattern, tuple(words.first(stem, budget.limits.found + 1)), 1.0, written)
    import re
    from fnmatch import translate

    signs = re.compile(r"[*?\[]")
    first = signs.search(pattern)
    candidates = words.beginning(pattern[: first.start()] if first else pattern)
    if not budget.spend_compared(written, leaf.at, len(candidates)):
        return None
    # Most words lack the longest run of its letters, which is seen sooner than that the whole does not match.
    run = max(signs.split(pattern.partition("[")[0]), key=len)
    matches = re.compile(translate(pattern)).match
    matching = (word for word in checked(candidates) if run in word and matches(word))
    return WordSet(pattern, tuple(islice(matching, budget.limits.found + 1)), 1.0, written)


def _near(leaf: Fuzzy, written: str, words: NearWords, budget: Budget) -> Node | None:
    """Find the words that a fuzzy word stands for: those with its first letter, few edits away.

    A word scores 1 / (1 + its edits), and an item as its nearest word does: what was typed comes first.
    """
    word = fold(leaf.text.lower())
    if not budget.spend_letters(written, leaf.at, len(word)):
        return None
    found: dict[str, int] = {}
    if word:  # else nothing but an accent was typed
        if not budget.spend_compared(written, leaf.at, len(words.beginning(word[0]))):
            return None
        found = words.within(word[0], word, leaf.edits, swaps=False)
    near = [
        WordSet(f"{word}~{edits}", same, 1 / (1 + edits), written)
        for edits in range(leaf.edits + 1)
        if (same := tuple(known for known, apart in found.items() if apart == edits))
    ]
    return joined(DisjunctionMax, near) or WordSet(f"{word}~{leaf.edits}", (), 1.0, written)

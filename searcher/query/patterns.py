"""Prefixes, wildcards and fuzzy words: the words of the index that each stands for, each looked up once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from indexer.analysis.accents import fold
from indexer.errors import QueryError
from searcher.query.limits import LONGEST_FUZZY, located
from searcher.query.model import Found, Fuzzy, Pattern, leaves

if TYPE_CHECKING:
    from searcher.query.budget import Budget
    from searcher.query.model import Node
    from searcher.spelling.near_words import NearWords


MOST_EDITS = 2


def find_words(parsed: Node, words: NearWords, budget: Budget) -> dict[Node, Found]:
    """Find the words that each pattern and each fuzzy word of a query stands for.

    Args:
        parsed: The parsed query.
        words: The words of the index.
        budget: What the query may still ask for.

    Returns:
        Each such leaf, equal ones once, with its words.

    Raises:
        QueryError: One of them asks for too much, or for what it cannot.
    """
    found: dict[Node, Found] = {}
    for leaf in leaves(parsed):
        if not isinstance(leaf, (Pattern, Fuzzy)):
            continue
        written = leaf.text if isinstance(leaf, Pattern) else f"{leaf.text}~"
        budget.spend_pattern(written, leaf.at)
        if leaf not in found:
            found[leaf] = (
                _matching(leaf, written, words, budget)
                if isinstance(leaf, Pattern)
                else _near(leaf, written, words, budget)
            )
        budget.spend_found(written, leaf.at, len(found[leaf].words))
    return found


def _matching(leaf: Pattern, written: str, words: NearWords, budget: Budget) -> Found:
    """Find the words that a prefix or a wildcard stands for, one more than allowed at most."""
    pattern = fold(leaf.text.lower())
    stem = pattern.removesuffix("*")
    if not any(sign in stem for sign in "*?["):
        return Found(pattern, tuple(words.beginning(stem)[: budget.limits.found + 1]), 1.0, written)
    import re
    from fnmatch import translate

    signs = re.compile(r"[*?\[]")
    first = signs.search(pattern)
    candidates = words.beginning(pattern[: first.start()] if first else pattern)
    budget.spend_compared(written, leaf.at, len(candidates))
    # Most words lack the longest run of its letters, which is seen sooner than that the whole does not match.
    run = max(signs.split(pattern.partition("[")[0]), key=len)
    matches = re.compile(translate(pattern)).match
    matching = (word for word in candidates if run in word and matches(word))
    return Found(pattern, tuple(islice(matching, budget.limits.found + 1)), 1.0, written)


def _near(leaf: Fuzzy, written: str, words: NearWords, budget: Budget) -> Found:
    """Find the words that a fuzzy word stands for: those with its first letter, few edits away."""
    if leaf.edits > MOST_EDITS:
        raise QueryError(f"“{written}{leaf.edits}” allows too many changes; {MOST_EDITS} is the most")
    word = fold(leaf.text.lower())
    if len(word) > LONGEST_FUZZY:
        raise QueryError(
            f"{located(written, leaf.at)} is too long for a fuzzy word: it has {len(word):,} letters, and "
            f"{LONGEST_FUZZY} is the most"
        )
    found: list[str] = []
    if word:  # else nothing but an accent was typed
        budget.spend_compared(written, leaf.at, len(words.beginning(word[0])))
        found = words.within(word[0], word, leaf.edits, swaps=False)
    return Found(f"{word}~{leaf.edits}", tuple(found), 1.0, written)

"""Prefixes, wildcards and fuzzy words: the words of the index that each stands for, each looked up once."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING, Any

from whoosh import query as q

from indexer.analysis.accents import fold
from indexer.errors import QueryError
from searcher.execution.found_words import FoundWords
from searcher.query.limits import MOST_FOUND, check_fuzzy
from searcher.query.syntax import NARROWING, TITLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.query.budget import Budget
    from searcher.spelling.near_words import NearWords

MOST_EDITS = 2
_SIGNS = re.compile(r"[*?\[]")


class Patterns:
    """Finds the words that the patterns of one query stand for, within its budget.

    Args:
        near: The words of the index.
        budget: What the query may still ask for.
    """

    def __init__(self, near: NearWords, budget: Budget) -> None:
        self._near = near
        self._budget = budget
        self._known: dict[tuple[str, int], list[str]] = {}

    def of(self, parsed: q.Query) -> dict[int, FoundWords]:
        """Return the words that each pattern and each fuzzy word of a query stands for.

        Args:
            parsed: The query with raw leaves.

        Returns:
            The identity of a leaf to its words.

        Raises:
            QueryError: One of them asks for too much, or for what it cannot.
        """
        found = {}
        for leaf in parsed.leaves():
            match leaf:
                case q.Wildcard() if leaf.text.strip("*"):
                    found[id(leaf)] = self._like(leaf)
                case q.FuzzyTerm():
                    found[id(leaf)] = self._near_to(leaf)
        return found

    def _like(self, leaf: Any) -> FoundWords:
        """Return the words that a prefix or a wildcard stands for."""
        _only_text(leaf, "a pattern")
        written, start = leaf.text, leaf.startchar
        self._budget.spend_pattern(written, start)
        pattern = fold(written.lower())
        return self._found(pattern, 0, written, start, lambda: self._matching(pattern, written, start))

    def _near_to(self, leaf: Any) -> FoundWords:
        """Return the words that a fuzzy word stands for: those with its first letter, few edits away."""
        _only_text(leaf, "a fuzzy word")
        written, start, edits = f"{leaf.text}~", leaf.startchar, leaf.maxdist
        self._budget.spend_pattern(written, start)
        if edits > MOST_EDITS:
            raise QueryError(f"“{written}{edits}” allows too many changes; {MOST_EDITS} is the most")
        word = fold(leaf.text.lower())
        check_fuzzy(word, written, start)

        def find() -> list[str]:
            if not word:  # nothing but an accent was typed
                return []
            self._budget.spend_compared(written, start, len(self._near.beginning(word[0])))
            return self._near.within(word[0], word, edits, swaps=False)

        return self._found(word, edits, written, start, find)

    def _found(
        self, text: str, edits: int, written: str, start: int | None, find: Callable[[], list[str]]
    ) -> FoundWords:
        found = self._known.get((text, edits))
        if found is None:
            found = self._known[text, edits] = find()
        self._budget.spend_found(written, start, len(found))
        return FoundWords(f"{text}~{edits}" if edits else text, found)

    def _matching(self, pattern: str, written: str, start: int | None) -> list[str]:
        stem = pattern.removesuffix("*")
        if "*" not in stem and "?" not in stem:
            return self._near.beginning(stem)[: MOST_FOUND + 1]
        first = _SIGNS.search(pattern)
        words = self._near.beginning(pattern[: first.start()] if first else pattern)
        self._budget.spend_compared(written, start, len(words))
        # Most words lack the longest run of its letters, which is found sooner than the whole does not match.
        run = max(_SIGNS.split(pattern.partition("[")[0]), key=len)
        matches = re.compile(translate(pattern)).match
        found = []
        for word in words:
            if run in word and matches(word):
                found.append(word)
                if len(found) > MOST_FOUND:
                    break
        return found


def _only_text(leaf: Any, what: str) -> None:
    if leaf.fieldname in (TITLE, *NARROWING):
        raise QueryError(f"{leaf.fieldname}: takes whole words, not {what} such as “{leaf.text}”")

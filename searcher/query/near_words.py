"""Find the words of an index that match patterns and fuzzy words or are near misspelt words.

The edits between a word and all others of a length are counted at once: the distance of Levenshtein, or of
optimal string alignment where a transposition is one edit, with bit-parallel operations (Myers, JACM 46,
1999; Hyyrö, Nordic J. Computing 10, 2003): a column of the table of distances takes a dozen operations, here
on arrays with a number for each word of the index.

The likelihood of a typing error is measured by optimal string alignment (Damerau 1964: insertion, deletion,
substitution, transposition) with lower costs for the most common errors: an adjacent key, a doubled or
undoubled letter, a transposition.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.characters import fold
from indexer.checkpoint import checked, checkpoint
from indexer.runtime import NamedTuple
from indexer.schema import WORDS
from searcher.query.model import DisjunctionMax, Fuzzy, Pattern, Word, WordSet, joined, leaves, rewrite

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.engine import Vocabulary
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget


class NearWords:
    """The words of an index by prefix; made for one request, reads each prefix once.

    Args:
        vocabulary: The terms of the index.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words: dict[str, list[str]] = {}
        self._sized: dict[str, dict[int, list[str]]] = {}
        self._letters: dict[tuple[str, int], npt.NDArray[Any]] = {}

    def beginning(self, start: str) -> list[str]:
        """Return the words with a prefix, ascending; the list must not be modified."""
        found = self._words.get(start)
        if found is None:
            found = self._words[start] = list(self._vocabulary.terms(WORDS, start))
        return found

    def first(self, start: str, most: int) -> list[str]:
        """Return the first words with a prefix, at most a number of them, without reading further ones."""
        found = self._words.get(start)
        return list(islice(self._vocabulary.terms(WORDS, start), most)) if found is None else found[:most]

    def within(self, start: str, typed: str, edits: int, *, swaps: bool) -> dict[str, int]:
        """Return the edits between a typed word and each near word with a prefix.

        Args:
            start: The prefix.
            typed: The word, of at most 64 letters.
            edits: The maximum number of edits.
            swaps: Whether a transposition is one edit, not two.
        """
        found: dict[str, int] = {}
        by_length = self._by_length(start)
        for length in range(max(len(typed) - edits, 1), len(typed) + edits + 1):
            words = by_length.get(length)
            checkpoint()
            if words:
                apart = _distances(self._columns(start, length, words), typed, swaps=swaps)
                near = (apart <= edits).nonzero()[0]
                found.update(zip([words[at] for at in near.tolist()], apart[near].tolist(), strict=True))
        return found

    def _by_length(self, start: str) -> dict[int, list[str]]:
        found = self._sized.get(start)
        if found is None:
            found = {}
            for word in checked(self.beginning(start)):
                found.setdefault(len(word), []).append(word)
            self._sized[start] = found
        return found

    def _columns(self, start: str, length: int, words: list[str]) -> npt.NDArray[Any]:
        """Return the letters of words of one length as an array, with a row for each position."""
        found = self._letters.get((start, length))
        if found is None:
            import numpy as np  # not needed for a prefix alone

            codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
            found = self._letters[start, length] = codes.reshape(len(words), length).T.copy()
        return found


def _distances(columns: npt.NDArray[Any], typed: str, *, swaps: bool) -> npt.NDArray[Any]:
    """Return the number of edits between a typed word and each of other words.

    Args:
        columns: The letters of the words, a row for each position.
        typed: The word.
        swaps: Whether a transposition is one edit, not two.
    """
    import numpy as np

    # For each letter its positions in the typed word, as bits; 0 for letters above its highest.
    places = np.zeros(max(map(ord, typed)) + 2, np.uint64)
    for at, letter in enumerate(typed):
        places[ord(letter)] |= np.uint64(1 << at)
    one, last = np.uint64(1), np.uint64(len(typed) - 1)
    count = columns.shape[1]
    # Differences between neighbours in a column of the table: increases and decreases.
    rises, falls = np.full(count, ~np.uint64(0)), np.zeros(count, np.uint64)
    score = np.full(count, len(typed), np.int64)
    equal = before = np.zeros(count, np.uint64)
    for letters in columns:
        met_before, equal = equal, places.take(np.minimum(letters, len(places) - 1))
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls
        if swaps:
            diagonal |= ((~before & equal) << one) & met_before
        right = falls_right = rises & diagonal
        rises_right = falls | ~(rises | diagonal)
        score += ((rises_right >> last) & one).astype(np.int64)
        score -= ((right >> last) & one).astype(np.int64)
        rises_right = (rises_right << one) | one
        falls = rises_right & diagonal
        rises = (falls_right << one) | ~(diagonal | rises_right)
        before = diagonal
    return score


_KEYBOARDS: Final = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),  # English and, with ñ, Spanish
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),  # French
)
_SOUNDS: Final = frozenset(
    pair
    for a, b in ("ck", "cs", "sz", "cz", "bv", "gj", "iy", "fv", "mn", "ei", "ao", "qk")
    for pair in (a + b, b + a)
)
_CLOSE, _DOUBLED, _SWAPPED = 0.7, 0.6, 0.8
MIN_DISTANCE: Final = min(_CLOSE, _DOUBLED, _SWAPPED)
"""The cost of the cheapest error."""


def _neighbours() -> frozenset[str]:
    pairs: set[str] = set()
    for rows in _KEYBOARDS:
        places = {key: (x, y) for y, row in enumerate(rows) for x, key in enumerate(row)}
        pairs |= {
            a + b
            for a, (ax, ay) in places.items()
            for b, (bx, by) in places.items()
            if a != b and abs(ay - by) <= 1 and abs(ax + ay / 2 - bx - by / 2) <= 1
        }
    return frozenset(pairs)


BESIDE: Final = _neighbours()
"""Pairs of letters with adjacent keys on an English, Spanish or French keyboard."""


def distance(typed: str, word: str, most: float) -> float:
    """Return the cost of turning one spelling into another.

    Args:
        typed: The word as typed.
        word: The word of the index.
        most: The cost beyond which the exact value does not matter.

    Returns:
        0 for equal spellings, about 1 per error; some value above ``most`` if the cost exceeds it.
    """
    if abs(len(typed) - len(word)) * _DOUBLED > most:
        return most + 1
    before: list[float] = []
    row = [0.0]
    for j, letter in enumerate(word, start=1):
        row.append(row[-1] + _added(word, j - 1, letter))
    for i, letter in enumerate(typed, start=1):
        previous, row = row, [row[0] + _added(typed, i - 1, letter)]
        for j, other in enumerate(word, start=1):
            cost = min(
                previous[j] + _added(typed, i - 1, letter),
                row[j - 1] + _added(word, j - 1, other),
                previous[j - 1] + _replaced(letter, other),
            )
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + _SWAPPED)
            row.append(cost)
        if min(row) > most and min(previous) > most:
            return most + 1
        before = previous
    return row[-1]


def _added(word: str, at: int, letter: str) -> float:
    return _DOUBLED if at and word[at - 1] == letter else 1.0


def _replaced(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    return _CLOSE if letter + other in BESIDE or letter + other in _SOUNDS else 1.0


class WordSets(NamedTuple):
    """The words that match the patterns and fuzzy words of a query.

    Attributes:
        query: The parsed query, in which patterns beyond a limit are plain words.
        found: The word set of each distinct other pattern.
    """

    query: Node
    found: dict[Node, Node]


def find_words(parsed: Node, words: NearWords, budget: Budget) -> WordSets:
    """Find the words that each pattern and each fuzzy word of a query matches.

    Args:
        parsed: The parsed query.
        words: The words of the index.
        budget: The remaining limits of the query.

    Raises:
        QueryError: One of them exceeds a limit, and the query is strict.
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
    """Find the words that a prefix or a wildcard matches, at most one more than the limit."""
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
    # Most words lack the longest run of literal letters, which is faster to test than the whole pattern.
    run = max(signs.split(pattern.partition("[")[0]), key=len)
    matches = re.compile(translate(pattern)).match
    matching = (word for word in checked(candidates) if run in word and matches(word))
    return WordSet(pattern, tuple(islice(matching, budget.limits.found + 1)), 1.0, written)


def _near(leaf: Fuzzy, written: str, words: NearWords, budget: Budget) -> Node | None:
    """Find the words that a fuzzy word matches: those with its first letter within the edits.

    A word scores 1 / (1 + its edits), and an item scores its nearest word, so that the typed word comes
    first.
    """
    word = fold(leaf.text.lower())
    if not budget.spend_letters(written, leaf.at, len(word)):
        return None
    found: dict[str, int] = {}
    if word:  # else only an accent was typed
        if not budget.spend_compared(written, leaf.at, len(words.beginning(word[0]))):
            return None
        found = words.within(word[0], word, leaf.edits, swaps=False)
    near = [
        WordSet(f"{word}~{edits}", same, 1 / (1 + edits), written)
        for edits in range(leaf.edits + 1)
        if (same := tuple(known for known, apart in found.items() if apart == edits))
    ]
    return joined(DisjunctionMax, near) or WordSet(f"{word}~{leaf.edits}", (), 1.0, written)

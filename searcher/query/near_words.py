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

from functools import cache
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.characters import fold
from indexer.checkpoint import checked, checkpoint
from indexer.runtime import NamedTuple, remembered
from searcher.query.chunks import patterns_in
from searcher.query.model import (
    DisjunctionMax,
    Fuzzy,
    Pattern,
    Quoted,
    Word,
    WordSet,
    joined,
    leaves,
    rewrite,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from indexer.thesaurus.table import Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget


class NearWords:
    """The words of an index or of labels by prefix; made for one request, reads each prefix once.

    Args:
        vocabulary: The terms of the index, or a thesaurus, whose prefixes are single letters.
    """

    def __init__(self, vocabulary: Vocabulary | Table) -> None:
        self._read: Callable[[str], str] = cache(vocabulary.words)
        self._spellings = remembered(self._new_spellings, None)

    def count(self, start: str) -> int:
        """Return the number of words with a prefix."""
        return len(self._spellings(start).starts)

    def beginning(self, start: str) -> list[str]:
        """Return the words with a prefix, ascending."""
        return self._read(start).split("\n")[1:]

    def within(self, start: str, typed: str, edits: int, letters: int, *, swaps: bool) -> dict[str, int]:
        """Return the edits between a typed word and each near word with a prefix.

        Args:
            start: The prefix.
            typed: The word, of at most 64 letters.
            edits: The maximum number of edits.
            letters: The maximum number of letters of one word that the other one lacks.
            swaps: Whether a transposition is one edit, not two.
        """
        import numpy as np  # not needed for a prefix alone

        words, found = self._read(start), self._spellings(start)
        checkpoint()
        starts, lengths, signs = found.starts, found.lengths, found.signs
        own = np.bitwise_or.reduce(_signs(np.array([*map(ord, typed)], np.uint32)))
        near = np.abs(lengths - len(typed)) <= edits
        near &= _ones(signs & ~own) <= letters
        near &= _ones(own & ~signs) <= letters
        places = near.nonzero()[0]
        places = places[lengths[places].argsort(kind="stable")]
        apart = _distances(found.codes, starts[places], lengths[places], typed, swaps=swaps)
        within = (apart <= edits).nonzero()[0]
        bounds = starts[places[within]], lengths[places[within]], apart[within]
        return {
            words[first : first + length]: edits
            for first, length, edits in zip(*[bound.tolist() for bound in bounds], strict=True)
        }

    def _new_spellings(self, start: str) -> _Spellings:
        import numpy as np

        words = self._read(start)
        try:  # a quarter of the memory
            codes: npt.NDArray[Any] = np.frombuffer(words.encode("latin-1"), np.uint8)
        except UnicodeEncodeError:
            codes = np.frombuffer(words.encode("utf-32-le", "surrogatepass"), np.uint32)
        breaks = (codes == ord("\n")).nonzero()[0]
        signs = _signs(codes)
        signs[breaks] = 0
        of_words = np.bitwise_or.reduceat(signs, breaks) if words else signs
        return _Spellings(codes, breaks + 1, np.diff(breaks, append=len(codes)) - 1, of_words)


class _Spellings(NamedTuple):
    """The letters of many words.

    Attributes:
        codes: The code points of all words, each after a line break.
        starts: The position of the first letter of each word.
        lengths: The number of its letters.
        signs: Its letters as bits, by the lower five bits of their code points.
    """

    codes: npt.NDArray[Any]
    starts: npt.NDArray[Any]
    lengths: npt.NDArray[Any]
    signs: npt.NDArray[Any]


def _signs(codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    signs: npt.NDArray[Any] = np.left_shift(np.uint32(1), codes & np.uint8(31))
    return signs


def _ones(bits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Count the bits of 32-bit numbers that are 1."""
    bits = bits - (bits >> 1 & 0x55555555)
    bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333)
    count: npt.NDArray[Any] = ((bits + (bits >> 4) & 0x0F0F0F0F) * 0x01010101) >> 24
    return count


def _distances(
    codes: npt.NDArray[Any], starts: npt.NDArray[Any], lengths: npt.NDArray[Any], typed: str, *, swaps: bool
) -> npt.NDArray[Any]:
    """Return the number of edits between a typed word and each of other words.

    Args:
        codes: The code points of a text.
        starts: The position of each other word in it.
        lengths: The length of each, ascending.
        typed: The word.
        swaps: Whether a transposition is one edit, not two.
    """
    import numpy as np

    # For each letter its positions in the typed word, as bits; 0 for letters above its highest.
    bits = np.zeros(max(255, *map(ord, typed)) + 2, np.uint64)
    for at, letter in enumerate(typed):
        bits[ord(letter)] |= np.uint64(1 << at)
    one, highest = np.uint64(1), np.uint64(len(typed) - 1)
    count = len(starts)
    # Differences between neighbours in a column of the table: increases and decreases.
    rises, falls = np.full(count, ~np.uint64(0)), np.zeros(count, np.uint64)
    score = np.full(count, len(typed), np.uint64)
    found = score.copy()
    ends = lengths.searchsorted(np.arange(1, lengths[-1] + 2 if count else 1)).tolist()
    equal = before = np.zeros(count, np.uint64)
    for at, (first, last) in enumerate(pairwise(ends)):
        letters = codes.take(starts + at, mode="clip")
        met_before, equal = equal, bits.take(letters, mode="clip")
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls
        if swaps:
            diagonal |= ((~before & equal) << one) & met_before
        right = falls_right = rises & diagonal
        rises_right = falls | ~(rises | diagonal)
        score += (rises_right >> highest) & one
        score -= (right >> highest) & one
        rises_right = (rises_right << one) | one
        falls = rises_right & diagonal
        rises = (falls_right << one) | ~(diagonal | rises_right)
        before = diagonal
        found[first:last] = score[first:last]  # the words that end here
    return found


_KEYBOARDS: Final = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),  # English and, with ñ, Spanish
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),  # French
)
_SOUNDS: Final = frozenset(
    pair
    for a, b in ("ck", "cs", "sz", "cz", "bv", "gj", "iy", "fv", "mn", "ei", "ao", "qk")
    for pair in (a + b, b + a)
)
_CLOSE, _DOUBLED, _SWAPPED = 0.7, 0.6, 0.5
_CHEAPEST: Final = min(_CLOSE, _DOUBLED, _SWAPPED)


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

_REPLACED: Final = dict.fromkeys(BESIDE | _SOUNDS, _CLOSE)


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
    added = _added(word)
    row = [*accumulate(added, initial=0.0)]
    farthest = int(most / _CHEAPEST)  # beyond these diagonals of the table every cost is above the limit
    for i, (letter, omitted) in enumerate(zip(typed, _added(typed), strict=True), start=1):
        previous, row = row, [most + 1] * len(row)
        row[0] = previous[0] + omitted
        for j in range(max(1, i - farthest), min(len(word), i + farthest) + 1):
            other = word[j - 1]
            replaced = 0.0 if letter == other else _REPLACED.get(letter + other, 1.0)
            cost = min(previous[j] + omitted, row[j - 1] + added[j - 1], previous[j - 1] + replaced)
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + _SWAPPED)
            row[j] = cost
        if min(row) > most and min(previous) > most:
            return most + 1
        before = previous
    return row[-1]


def _added(word: str) -> list[float]:
    """Return the cost of adding each letter of a word."""
    return [_DOUBLED if letter == before else 1.0 for before, letter in zip(f" {word}", word, strict=False)]


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
    every: list[Node] = []
    for leaf in leaves(parsed):
        every += patterns_in(leaf).values() if isinstance(leaf, Quoted) else [leaf]
    for leaf in every:
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
        return WordSet(pattern, tuple(words.beginning(stem)[: budget.limits.found + 1]), 1.0, written)
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
        if not budget.spend_compared(written, leaf.at, words.count(word[0])):
            return None
        found = words.within(word[0], word, leaf.edits, leaf.edits, swaps=False)
    near = [
        WordSet(f"{word}~{edits}", same, 1 / (1 + edits), written)
        for edits in range(leaf.edits + 1)
        if (same := tuple(known for known, apart in found.items() if apart == edits))
    ]
    return joined(DisjunctionMax, near) or WordSet(f"{word}~{leaf.edits}", (), 1.0, written)

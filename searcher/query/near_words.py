"""The words of an index that patterns, fuzzy words and misspelt words stand for.

The edits between a word and all others of a length are counted at once: the distance of Levenshtein, or of
optimal string alignment where a swap of neighbours is one edit, by the bits of one number a word (Myers, JACM
46, 1999; Hyyrö, Nordic J. Computing 10, 2003): a column of the table of distances takes a dozen operations,
here on arrays that hold a number for each word of the index.

How likely one spelling is a slip of another is measured by optimal string alignment (Damerau 1964: insertion,
deletion, substitution, the swap of two neighbours), with less for the slips that are most usual: a key beside
the right one, a letter doubled or not, a swap.
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
    """The words of an index by their beginnings; made for one request, it reads each beginning once.

    Args:
        vocabulary: The terms of the index.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words: dict[str, list[str]] = {}
        self._sized: dict[str, dict[int, list[str]]] = {}
        self._letters: dict[tuple[str, int], npt.NDArray[Any]] = {}

    def beginning(self, start: str) -> list[str]:
        """List the words that begin so, ascending; nobody may change the list."""
        found = self._words.get(start)
        if found is None:
            found = self._words[start] = list(self._vocabulary.terms(WORDS, start))
        return found

    def first(self, start: str, most: int) -> list[str]:
        """List the first words that begin so, no more than that many; no others are read."""
        found = self._words.get(start)
        return list(islice(self._vocabulary.terms(WORDS, start), most)) if found is None else found[:most]

    def within(self, start: str, typed: str, edits: int, *, swaps: bool) -> dict[str, int]:
        """Count the edits between a typed word and each word with a beginning that is near enough.

        Args:
            start: The beginning.
            typed: The word, of at most 64 letters.
            edits: The most edits.
            swaps: Whether a swap of two neighbours is one edit, not two.
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
        """Put the letters of words of one length in an array, a row for each position in them."""
        found = self._letters.get((start, length))
        if found is None:
            import numpy as np  # a prefix alone needs none of it

            codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
            found = self._letters[start, length] = codes.reshape(len(words), length).T.copy()
        return found


def _distances(columns: npt.NDArray[Any], typed: str, *, swaps: bool) -> npt.NDArray[Any]:
    """Count the edits between a typed word and each of others, a number a word.

    Args:
        columns: The letters of the words, a row for each place in them.
        typed: The word.
        swaps: Whether a swap of two neighbours is one edit, not two.
    """
    import numpy as np

    # For each letter the places in the typed word that have it, as bits; none for letters beyond its highest.
    places = np.zeros(max(map(ord, typed)) + 2, np.uint64)
    for at, letter in enumerate(typed):
        places[ord(letter)] |= np.uint64(1 << at)
    one, last = np.uint64(1), np.uint64(len(typed) - 1)
    count = columns.shape[1]
    # Differences between neighbours in a column of the table: where it rises, where it falls.
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
"""What the cheapest slip costs."""


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
"""Pairs of letters whose keys touch, on an English, Spanish or French keyboard."""


def distance(typed: str, word: str, most: float) -> float:
    """Measure what it costs to make one spelling of the other.

    Args:
        typed: The word as typed.
        word: The word that may have been meant.
        most: The distance from which on the answer does not matter.

    Returns:
        0 for equal spellings, about 1 for each slip; more than ``most`` where it is more.
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

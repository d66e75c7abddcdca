"""Find the words of an index that match a pattern, a fuzzy word or a misspelt word.

An edit is an insertion, deletion, substitution or transposition (optimal string alignment distance, Damerau
1964). A single edit costs less if it is a common error: a doubled or undoubled letter, or a transposition.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.characters import fold
from indexer.checkpoint import add_checkpoints, checkpoint
from indexer.errors import message
from indexer.runtime import NamedTuple, cache_method, late_pattern
from searcher.query.chunks import compile_between_slashes, patterns_in
from searcher.query.limits import quote_part
from searcher.query.model import (
    DisjunctionMax,
    Fuzzy,
    Pattern,
    Quoted,
    Word,
    WordSet,
    join,
    leaves,
    rewrite,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.thesaurus.table import Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node
    from searcher.query.query_cost import Budget
    from searcher.query.word_regex import WordRegex


class NearWords:
    """Looks up words of an index, and of a thesaurus, by prefix.

    Each prefix is read once per request. Words of a thesaurus can only be looked up by their first letter.
    """

    def __init__(self, *vocabularies: Vocabulary | Table) -> None:
        self._read = cache(lambda start: "".join([one.words(start) for one in vocabularies]))
        self._spellings = cache_method(self._new_spellings, None)

    def count(self, start: str) -> int:
        """Return the number of words with a prefix."""
        return len(self._spellings(start).starts)

    def with_prefix(self, start: str) -> list[str]:
        """Return the words that start with a prefix, in alphabetical order."""
        return self._read(start).split("\n")[1:]

    def within_edits(self, start: str, typed: str, edits: int) -> dict[str, int]:
        """Return the words of the index that begin with a prefix and are within some edits of a typed word.

        Args:
            start: The prefix, such as the first letter of the typed word.
            typed: The typed word.
            edits: The maximum number of edits.

        Returns:
            For each such word, its number of edits.
        """
        import numpy as np  # not needed for a prefix alone

        words, (codes, starts, lengths) = self._read(start), self._spellings(start)
        checkpoint()
        letters = np.array([*map(ord, typed)])
        places = (np.abs(lengths - len(typed)) <= edits).nonzero()[0]
        wrong = np.zeros(len(places), np.uint8)
        for at in range(len(start), len(typed) - edits):
            # A letter without an equal letter within `edits` places costs an edit.
            lacking = np.ones(int(letters.max()) + 2, np.bool_)
            lacking[letters[max(at - edits, 0) : at + edits + 1]] = False
            wrong += lacking.take(codes.take(starts.take(places) + at), mode="clip")
            if at % _LETTERS == 0:
                likely = (wrong <= edits).nonzero()[0]
                places, wrong = places.take(likely), wrong.take(likely)
        starts, lengths = starts.take(places), lengths.take(places)
        apart = _distances(codes, starts, lengths, letters[:, None])
        within = (apart <= edits).nonzero()[0]
        bounds = [one.take(within).tolist() for one in (starts, lengths, apart)]
        return {words[first : first + length]: edits for first, length, edits in zip(*bounds, strict=True)}

    def matching(self, regex: WordRegex, most: int) -> list[str]:
        """Return the first ``most`` words, in alphabetical order, that match an expression."""
        words, spellings = self._read(regex.prefix), self._spellings(regex.prefix)
        _, starts, lengths = spellings
        found = regex.matching(*spellings)[:most]
        bounds = zip(starts[found].tolist(), lengths[found].tolist(), strict=True)
        return [words[first : first + length] for first, length in bounds]

    def _new_spellings(self, start: str) -> _Spellings:
        import numpy as np

        words = self._read(start)
        try:  # a quarter of the memory
            codes: npt.NDArray[Any] = np.frombuffer(words.encode("latin-1"), np.uint8)
        except UnicodeEncodeError:
            codes = np.frombuffer(words.encode("utf-32-le", "surrogatepass"), np.uint32)
        breaks = (codes == ord("\n")).nonzero()[0]
        return _Spellings(codes, breaks + 1, np.diff(breaks, append=len(codes)) - 1)


_LETTERS: Final = 2  # letters after which words with too many edits are dropped


class _Spellings(NamedTuple):
    """The letters of many words in one array."""

    codes: npt.NDArray[Any]  # the code points of all words, each after a line break
    starts: npt.NDArray[Any]  # the position of the first letter of each word
    lengths: npt.NDArray[Any]  # the number of letters of each word


def _distances(
    codes: npt.NDArray[Any], starts: npt.NDArray[Any], lengths: npt.NDArray[Any], letters: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Return the number of edits between a typed word and each of several words.

    Each column of the distance table is computed for all words at once.

    Args:
        codes: The letters of all words, as code points.
        starts: The start of each word in ``codes``.
        lengths: The length of each word.
        letters: The letters of the typed word.
    """
    import numpy as np

    rows = np.arange(len(letters) + 1, dtype=np.int8)[:, None]
    before = column = rows.repeat(len(starts), 1)
    wrong = np.ones((len(letters), len(starts)), np.int8)
    found = np.zeros(len(starts), np.int8)
    one = np.int8(1)
    for at in range(int(lengths.max(initial=0))):
        wrong_before, wrong = wrong, (letters != codes.take(starts + at, mode="clip")).view(np.int8)
        following = column + one
        np.minimum(following[1:], column[:-1] + wrong, out=following[1:])
        swapped = before[:-2] + one + 2 * (wrong[:-1] | wrong_before[1:])
        np.minimum(following[2:], swapped, out=following[2:])
        for row in range(len(letters)):
            np.minimum(following[row + 1], following[row] + one, out=following[row + 1])
        before, column = column, following
        np.copyto(found, column[-1], where=lengths == at + 1)
    return found


_NEIGHBOUR, _SWAPPED = (
    0.6,
    0.5,
)  # a letter doubled, left out of two, or replaced by its neighbour; two swapped


def slip_cost(typed: str, word: str, edits: int) -> float:
    """Return the cost of a misspelling.

    Each edit costs 1. Common errors, such as a doubled letter, cost less. ``edits`` is the number of edits
    between the two words.
    """
    if edits != 1:
        return edits - 1 + _NEIGHBOUR if edits == 2 and _has_doubled_letter(typed, word) else edits
    if len(typed) != len(word):
        is_doubled = [letter for letter, _ in groupby(typed)] == [letter for letter, _ in groupby(word)]
        return _NEIGHBOUR if is_doubled else 1.0
    wrong = [at for at, (one, other) in enumerate(zip(typed, word, strict=True)) if one != other]
    if len(wrong) > 1:
        return _SWAPPED
    (at,) = wrong
    return _NEIGHBOUR if typed[at] in {*typed[max(at - 1, 0) : at], *typed[at + 1 : at + 2]} else 1.0


def _has_doubled_letter(typed: str, word: str) -> bool:
    """Return whether two words differ by two edits, one of which doubles a letter.

    Examples are *trafiking* and *trafficking*.
    """
    one, other = sorted(("".join([letter for letter, _ in groupby(text)]) for text in (typed, word)), key=len)
    is_missing = any(one == other[:at] + other[at + 1 :] for at in range(len(other)))
    return one == other or (is_missing and {one, other} != {typed, word})


_FINAL_MARK: Final = late_pattern(r"\w+\?+")


class WordSets(NamedTuple):
    """The words that the patterns and fuzzy words of a query match."""

    query: Node  # the parsed query, in which patterns beyond a limit are plain words
    found: dict[Node, Node]  # the word set of each distinct other pattern


def find_words(parsed: Node, words: NearWords, budget: Budget) -> WordSets:
    """Find the words that each pattern and fuzzy word of a query matches."""
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
        regex = compile_between_slashes(leaf.text)
        scans = not regex.prefix if regex else written[:1] in ("*", "?")
        if budget.spend_pattern(written, leaf.at, scans=scans):
            meant = found.get(leaf) or (
                _match_pattern(leaf, written, words, budget)
                if isinstance(leaf, Pattern)
                else _match_fuzzy(leaf, written, words, budget)
            )
        if meant and written[-1] == "?" and not (budget.strict or _count_words(meant)):
            limit = message("query.no_letter_for_mark")
            budget.read_as_text(
                written, limit, message("query.at_fault", place=quote_part(written, leaf.at), fault=limit)
            )
            meant = None
        elif meant and _FINAL_MARK.fullmatch(written):
            budget.note_final_mark(written.rstrip("?"))
        if meant and budget.spend_found(written, leaf.at, _count_words(meant)):
            found[leaf] = meant
        else:
            beyond.add(leaf.at)

    def as_text(leaf: Node) -> Node:
        if isinstance(leaf, (Pattern, Fuzzy)) and leaf.at in beyond:
            return Word(leaf.text.strip("*?/") or leaf.text, at=leaf.at)
        return leaf

    return WordSets(rewrite(parsed, as_text) if beyond else parsed, found)


def _count_words(meant: Node) -> int:
    return sum(len(leaf.words) for leaf in leaves(meant) if isinstance(leaf, WordSet))


def _match_pattern(leaf: Pattern, written: str, words: NearWords, budget: Budget) -> WordSet | None:
    """Find the words that a pattern matches.

    The search stops at one word beyond the limit. The result is ``None`` if the pattern would be compared
    with too many words.
    """
    if regex := compile_between_slashes(leaf.text):
        if not budget.spend_compared(written, leaf.at, words.count(regex.prefix)):
            return None
        found = words.matching(regex, budget.limits.found + 1)
        return WordSet(written, tuple(found), 1.0, written)
    pattern = fold(leaf.text.lower())
    stem = pattern.removesuffix("*")
    if not any(sign in stem for sign in "*?["):
        return WordSet(pattern, tuple(words.with_prefix(stem)[: budget.limits.found + 1]), 1.0, written)
    import re
    from fnmatch import translate

    signs = re.compile(r"[*?\[]")
    first = signs.search(pattern)
    candidates = words.with_prefix(pattern[: first.start()] if first else pattern)
    if not budget.spend_compared(written, leaf.at, len(candidates)):
        return None
    # Most words lack the longest run of literal letters, which is faster to test than the whole pattern.
    run = max(signs.split(pattern.partition("[")[0]), key=len)
    matches = re.compile(translate(pattern)).match
    matching = (word for word in add_checkpoints(candidates) if run in word and matches(word))
    return WordSet(pattern, tuple(islice(matching, budget.limits.found + 1)), 1.0, written)


def _match_fuzzy(leaf: Fuzzy, written: str, words: NearWords, budget: Budget) -> Node | None:
    """Find the words that a fuzzy word matches.

    A word scores 1 / (1 + edits), and an item gets the score of its nearest word. So items with the typed
    word rank first. The result is ``None`` if the typed word is too long, or would be compared with too many
    words.
    """
    word = fold(leaf.text.lower())
    if not budget.spend_letters(written, leaf.at, len(word)):
        return None
    found: dict[str, int] = {}
    if word:  # else only an accent was typed
        if not budget.spend_compared(written, leaf.at, words.count(word[0])):
            return None
        found = words.within_edits(word[0], word, leaf.edits)
    near = [
        WordSet(f"{word}~{edits}", same, 1 / (1 + edits), written)
        for edits in range(leaf.edits + 1)
        if (same := tuple(known for known, apart in found.items() if apart == edits))
    ]
    return join(DisjunctionMax, near) or WordSet(f"{word}~{leaf.edits}", (), 1.0, written)

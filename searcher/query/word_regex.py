"""Match words of an index with regular expressions.

Python's ``re`` backtracks, so some expressions take exponential time. Here, an expression becomes an
automaton with a state per character that it matches (Glushkov, Russian Math. Surveys 16, 1961), and a word's
set of states is a 64-bit integer, as in Navarro and Raffinot (Flexible Pattern Matching in Strings, 2002,
5.2). All words are matched at the same time, letter by letter: each letter of a word costs one lookup, plus
one for every eight states. A class of characters is a pattern of ``re`` for a single character, which cannot
backtrack.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.characters import fold
from indexer.checkpoint import checkpoint
from indexer.errors import message, message_of
from indexer.runtime import NamedTuple
from searcher.query.limits import DEEPEST, MAX_FUZZY_LENGTH

if TYPE_CHECKING:
    import numpy.typing as npt

MAX_LETTERS: Final = MAX_FUZZY_LENGTH  # the bits of an integer

_ESCAPED: Final = re.compile(r"\\.|[^\\]+")
_PART: Final = re.compile(
    r"\\(?P<escaped>.)"
    r"|\[(?P<negated>\^?)(?P<members>\]?(?:\\.|[^\]\\])*)\]"
    r"|\{(?P<least>\d{1,3})(?P<comma>,?)(?P<most>\d{0,3})\}"
    r"|(?P<open>\((?:\?:)?)"
    r"|(?P<letter>.)"
)
_MEMBER: Final = re.compile(r"(\\?.)(?:-(\\?.))?")
_CLASSES: Final = frozenset("dDwW")
_MEANINGLESS: Final = frozenset(
    r'[]{}^$\~&@#<>"'
)  # signs outside their syntax, or with a meaning in other systems
_BYTE: Final = 8


class RegexError(ValueError):
    """An expression is not supported, for the reason in the message."""


class WordRegex(NamedTuple):
    """A regular expression that matches whole words."""

    prefix: str  # the letters with which each matching word begins
    letters: tuple[str, ...]  # for each state, the pattern of the letters that it accepts
    first: int  # the states in which a word may begin, as bits
    last: int  # the states in which a word may end, as bits
    following: tuple[int, ...]  # for each state, the states that may follow it, as bits

    def matching(
        self, codes: npt.NDArray[Any], starts: npt.NDArray[Any], lengths: npt.NDArray[Any]
    ) -> npt.NDArray[Any]:
        """Return the indexes of the words that match.

        ``codes`` has the letters of all words; ``starts`` and ``lengths`` are those of each word in it.
        """
        import numpy as np  # not needed for a plain prefix

        accepting, following = self._accepting(codes), self._following()
        last = np.uint64(self.last)
        places = lengths.nonzero()[0]
        allowed = np.full(len(places), self.first, np.uint64)
        found = []
        at = 0
        while len(places):
            checkpoint()
            states = allowed & accepting.take(codes.take(starts.take(places) + at))
            at += 1
            ends = lengths.take(places) == at
            found.append(places[ends & (states & last != 0)])
            going = ~ends & (states != 0)
            places, states = places[going], states[going]
            allowed = np.zeros(len(places), np.uint64)
            for byte, table in enumerate(following):
                allowed |= table.take(states >> np.uint64(byte * _BYTE) & np.uint64(255))
        return np.sort(np.concatenate(found)) if found else places

    def _accepting(self, codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return, for each code point, a bit mask of the states that accept this letter."""
        import numpy as np

        accepting = np.zeros(int(codes.max(initial=0)) + 1, np.uint64)
        present = np.zeros(len(accepting), np.bool_)
        present[codes] = True
        known = present.nonzero()[0]
        characters = "".join(map(chr, known.tolist()))
        for pattern in dict.fromkeys(self.letters):
            states = sum(1 << state for state, other in enumerate(self.letters) if other == pattern)
            accepted = [match.start() for match in re.finditer(pattern, characters)]
            accepting[known[accepted]] |= np.uint64(states)
        return accepting

    def _following(self) -> list[npt.NDArray[Any]]:
        """Return tables that map a set of states to the states that may follow.

        There is one table for each byte of the set.
        """
        import numpy as np

        tables = []
        for begin in range(0, len(self.letters), _BYTE):
            table = [0] * (1 << _BYTE)
            for value in range(1, 1 << _BYTE):
                state = begin + (value & -value).bit_length() - 1
                next_states = self.following[state] if state < len(self.letters) else 0
                table[value] = table[value & value - 1] | next_states
            tables.append(np.array(table, np.uint64))
        return tables


@lru_cache(256)
def compile_regex(text: str) -> WordRegex | str:
    """Compile a regular expression, given without slashes, for folded words.

    Returns the reason as text if it is not supported.
    """
    folded = _ESCAPED.sub(lambda found: found[0] if found[0][0] == "\\" else fold(found[0].lower()), text)
    try:
        return _Parser(folded).automaton()
    except RegexError as error:
        return message_of(error)


class _States(NamedTuple):
    """A part of an automaton.

    The attributes are whether the part matches an empty text, and bit masks of its first and last states.
    """

    empty: bool
    first: int
    last: int


class _Parser:
    """Parses a regular expression from left to right, and builds its states."""

    def __init__(self, text: str) -> None:
        end = len(text) - (text.endswith("$") and not text.endswith(r"\$"))
        self._parts = [*_PART.finditer(text, text.startswith("^"), end)]
        self._next = 0
        self._depth = 0
        self._size = 0  # the number of letters, and of empty parts
        self._letters: list[str] = []
        self._following: list[int] = []

    def automaton(self) -> WordRegex:
        """Return the automaton of the whole expression."""
        _, first, last = self._alternatives()
        if self._next < len(self._parts):
            raise RegexError(message("regex.closing_parenthesis"))
        if self._size > MAX_LETTERS:
            raise RegexError(message("regex.too_many_letters", most=MAX_LETTERS))
        prefix, states = "", first
        while states and not states & states - 1:
            state = states.bit_length() - 1
            letter = self._letters[state]
            if len(letter) > 1 or letter == ".":
                break
            prefix += letter
            states = 0 if states & last else self._following[state]
        return WordRegex(prefix, tuple(self._letters), first, last, tuple(self._following))

    def _sign(self) -> str:
        """Return the next letter or sign without reading it.

        If the next part is something else, return an empty string.
        """
        return (self._parts[self._next]["letter"] or "") if self._next < len(self._parts) else ""

    def _alternatives(self) -> _States:
        empty, first, last = self._sequence()
        while self._sign() == "|":
            self._next += 1
            other = self._sequence()
            empty, first, last = empty or other.empty, first | other.first, last | other.last
        return _States(empty, first, last)

    def _sequence(self) -> _States:
        found = []
        while self._next < len(self._parts) and self._sign() not in {"|", ")"}:
            found.append(self._read_repetition())
        self._size += not found
        return self._concatenate(found)

    def _read_repetition(self) -> _States:
        """Parse a part and the repetition after it."""
        begin = self._next
        part = self._read_single()
        bounds = self._bounds()
        if bounds is None:
            return part
        if self._sign() == "?":  # finds the same words
            self._next += 1
        if self._bounds() is not None:
            raise RegexError(message("regex.repeated_twice"))
        least, most = bounds
        if most == 0:
            return self._concatenate([])
        copies = [part]
        end = self._next
        while len(copies) < max(least, most or 0) and self._size <= MAX_LETTERS:
            self._next = begin
            copies.append(self._read_single())
        self._next = end
        if most is None:
            self._follow(copies[-1].last, copies[-1].first)
        return self._concatenate(
            [one._replace(empty=one.empty or at >= least) for at, one in enumerate(copies)]
        )

    def _bounds(self) -> tuple[int, int | None] | None:
        """Read a repetition and return its bounds, or None if there is none."""
        found: tuple[int, int | None] | None = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._sign())
        if self._next < len(self._parts) and (least := self._parts[self._next]["least"]):
            comma, most = self._parts[self._next].group("comma", "most")
            found = int(least), (int(most) if most else None) if comma else int(least)
            if found[1] is not None and found[1] < found[0]:
                raise RegexError(message("regex.bounds_reversed"))
        self._next += found is not None
        return found

    def _read_single(self) -> _States:
        """Parse a letter, a character class, or a group."""
        part = self._parts[self._next]
        self._next += 1
        if part["open"]:
            self._depth += 1
            if self._depth > DEEPEST:
                raise RegexError(message("regex.too_many_parentheses", deepest=DEEPEST))
            group = self._alternatives()
            if self._sign() != ")":
                raise RegexError(message("regex.open_parenthesis"))
            self._next += 1
            self._depth -= 1
            return group
        if part["members"] is not None:
            return self._letter(_class_of(part["negated"], part["members"]))
        if part["escaped"]:
            return self._letter(_escape(part["escaped"]))
        sign = part["letter"] or part[0]
        if part["least"] or sign in {"*", "+", "?"}:
            raise RegexError(message("regex.repeats_nothing", part=part[0]))
        if sign in _MEANINGLESS:
            raise RegexError(message("regex.no_meaning_of_sign", sign=sign))
        return self._letter(sign if sign == "." else re.escape(sign))

    def _letter(self, pattern: str) -> _States:
        """Add a state that accepts a character that matches ``pattern``."""
        self._size += 1
        self._letters.append(pattern)
        self._following.append(0)
        bit = 1 << len(self._letters) - 1
        return _States(empty=False, first=bit, last=bit)

    def _concatenate(self, parts: list[_States]) -> _States:
        """Join the parts of a sequence, so that each part follows the previous part."""
        empty, first, last = True, 0, 0
        for part in parts:
            self._follow(last, part.first)
            first |= part.first if empty else 0
            last = part.last | (last if part.empty else 0)
            empty &= part.empty
        return _States(empty, first, last)

    def _follow(self, before: int, states: int) -> None:
        """Make ``states`` successors of each of the states ``before``."""
        for state in range(len(self._following)):
            if before >> state & 1:
                self._following[state] |= states


def _escape(letter: str) -> str:
    """Return the pattern for a letter after a backslash."""
    if letter.isalnum() and letter not in _CLASSES:
        raise RegexError(message("regex.no_meaning_of_letter", letter=letter))
    return f"\\{letter}" if letter in _CLASSES else re.escape(letter)


def _class_of(negated: str, members: str) -> str:
    """Return the pattern for a character class."""
    written = []
    for first, last in _MEMBER.findall(members):
        ends = [_escape(end[1:]) if end[:1] == "\\" and end[1:] else re.escape(end) for end in (first, last)]
        written.append("-".join(ends[: 1 + bool(last)]))
    pattern = f"[{negated}{''.join(written)}]"
    try:
        re.compile(pattern)
    except re.error:
        raise RegexError(message("regex.no_class", negated=negated, members=members)) from None
    return pattern

"""How much one query may ask for: stated limits, held before any work is done on what lies beyond them.

Whoosh's parser takes time that grows with the square of a word's length, and calls itself for each
parenthesis; a pattern may read every word of the index. Within these limits no query takes a second at
100,000 documents.
"""

from __future__ import annotations

import re
from collections import Counter

from indexer.errors import QueryError

MOST_CHARACTERS = 5_000
MOST_WORDS = 1_000  # as white space parts them, signs and operators included
LONGEST_WORD = 500  # characters without a space between, in scripts that write none as well
LONGEST_VALUE = 100  # characters of a country, a language or a date; an id has LONGEST_ID
LONGEST_ID = 200
MOST_PHRASED = 200  # words inside quotation marks, of all phrases together
DEEPEST = 50  # parentheses within parentheses
MOST_PATTERNS = 16  # prefixes, wildcards and fuzzy words together
LONGEST_FUZZY = 64  # letters of a fuzzy word: as many as the bits of a number that compares them
MOST_WIDE = 32  # parts that may stand for nearly every item: *, NOT and date:, each kind by itself
MOST_SCANS = 4  # patterns that do not begin with a letter: each looks at every word of the index
MOST_FOUND = 1_024  # words that one pattern may stand for ...
MOST_FOUND_TOGETHER = 2_048  # ... and all patterns of a query: each word's list of items is read
# How often a word of the index may be compared with one of the query: with a pattern, with one that is
# looked at as misspelt. Patterns come first, what they leave is for corrections.
MOST_COMPARED = 2_500_000
# In how many items the parts of a query may stand, counted part by part: each of these places is scored.
MOST_PLACES = 8_000_000
MOST_PLACES_AN_ITEM = 80  # in an archive where that is more
# Beyond these a word is no fault, but is taken as typed, and a hit is not explained; the answer says so.
MOST_CORRECTED = 6  # words looked at again, as misspelt or grown together
MOST_JOINED = 32  # words or groups of words that related ones join
MOST_EXPLAINED = 50  # hits
LONGEST_SUGGESTED = 500  # characters: nobody reads a longer query for what is corrected in it

_SHOWN = 40
_SHORT = LONGEST_WORD  # a query no longer than that can break none of the limits that need counting
_WORD = r"\S+"
_QUOTED = r'["“”„«»]([^"“”„«»]*)["“”„«»]'
_NESTING = r'"[^"]*"|[()]'


def check_size(text: str) -> None:
    """Hold a query to its longest length, its most words, its longest word and its longest phrases.

    Args:
        text: The query as typed.

    Raises:
        QueryError: It is beyond one of them.
    """
    if len(text) <= _SHORT:
        return
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the query has {len(text):,} characters, and {MOST_CHARACTERS:,} is the most; leave out what "
            f"begins with {place(text, MOST_CHARACTERS)}"
        )
    for count, word in enumerate(re.finditer(_WORD, text), start=1):
        if count > MOST_WORDS:
            raise QueryError(
                f"the query has more than {MOST_WORDS:,} words; leave out what begins with "
                f"{place(text, word.start())}"
            )
        if word.end() - word.start() > LONGEST_WORD:
            raise QueryError(
                f"{place(text, word.start())} goes on for {word.end() - word.start():,} characters without "
                f"a space, and {LONGEST_WORD:,} is the most; write less of it"
            )
    phrased = 0
    for phrase in re.finditer(_QUOTED, text):
        phrased += len(phrase[1].split())
        if phrased > MOST_PHRASED:
            raise QueryError(
                f"the phrase {place(text, phrase.start())} is too long: {MOST_PHRASED} words in quotation "
                "marks are the most, of all phrases together"
            )


def check_depth(text: str) -> None:
    """Hold a query to its deepest parentheses, those in phrases apart.

    Args:
        text: The query, its quotation marks straight.

    Raises:
        QueryError: It is nested too deeply.
    """
    depth = 0
    for found in re.finditer(_NESTING, text):
        if found[0] == "(":
            depth += 1
            if depth > DEEPEST:
                raise QueryError(
                    f"the query is nested too deeply: more than {DEEPEST} parentheses are open at "
                    f"{place(text, found.start())}; use fewer"
                )
        elif found[0] == ")":
            depth = max(0, depth - 1)


def check_value(name: str, text: str, most: int = LONGEST_VALUE) -> None:
    """Hold the value of a filter to its longest length.

    Args:
        name: What the value is of, as typed: ``country:``, ``--from``.
        text: The value.
        most: The most characters.

    Raises:
        QueryError: It is longer.
    """
    if len(text) > most:
        raise QueryError(
            f"the value of {name} is too long: “{shortened(text)}” has {len(text):,} characters, and {most} "
            "is the most"
        )


def check_fuzzy(word: str, written: str, start: int | None) -> None:
    """Hold a fuzzy word to its longest length.

    Args:
        word: It, as the words of the index are written.
        written: As typed.
        start: Where it stands in the query, from 0; None where that is not known.

    Raises:
        QueryError: It is longer.
    """
    if len(word) > LONGEST_FUZZY:
        raise QueryError(
            f"{_pattern(written, start)} is too long for a fuzzy word: it has {len(word):,} letters, and "
            f"{LONGEST_FUZZY} is the most"
        )


class Budget:
    """Counts the costly parts of one query."""

    def __init__(self) -> None:
        self._patterns = 0
        self._scans = 0
        self._wide: Counter[str] = Counter()
        self._found = 0
        self._compared = 0
        self._places = 0
        self._widest = "", 0

    def spend_wide(self, sign: str, start: int | None) -> None:
        """Count one part that may stand for nearly every item.

        Args:
            sign: What makes it one: ``*``, ``NOT`` or ``date:``.
            start: Where it stands in the query, from 0; None where that is not known.

        Raises:
            QueryError: It is one too many.
        """
        self._wide[sign] += 1
        if self._wide[sign] > MOST_WIDE:
            where = f" (character {start + 1:,})" if start is not None else ""
            advice = "; exclude words by -word instead" if sign == "NOT" else ""
            raise QueryError(f"“{sign}”{where} is one too many: a query may hold {MOST_WIDE} of them{advice}")

    def spend_pattern(self, written: str, start: int | None) -> None:
        """Count one pattern.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0; None where that is not known.

        Raises:
            QueryError: It is one too many.
        """
        where = _pattern(written, start)
        self._patterns += 1
        self._scans += written[:1] in ("*", "?")
        if self._patterns > MOST_PATTERNS:
            raise QueryError(
                f"{where} is one pattern too many: a query may hold {MOST_PATTERNS} words with *, ? or ~"
            )
        if self._scans > MOST_SCANS:
            raise QueryError(
                f"{where} is one pattern too many: {MOST_SCANS} may begin with * or ?; write its first letter"
            )

    def spend_compared(self, written: str, start: int | None, words: int) -> None:
        """Count the words of the index that are compared with one pattern; the first is always found.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0; None where that is not known.
            words: How many words of the index begin as it does.

        Raises:
            QueryError: They are too many, with those of earlier patterns.
        """
        if self._compared and self._compared + words > MOST_COMPARED:
            raise QueryError(
                f"{_pattern(written, start)} is one pattern too many: it would be compared with {words:,} "
                f"words of the index, and {MOST_COMPARED:,} are the most for all words with *, ? or ~; write "
                "more of its first letters, or leave one out"
            )
        self._compared += words

    def may_compare(self, words: int) -> bool:
        """Tell whether so many words of the index may be compared with a misspelt one, and count them."""
        if self._compared + words > MOST_COMPARED:
            return False
        self._compared += words
        return True

    def spend_found(self, written: str, start: int | None, words: int) -> None:
        """Count the words of the index that one pattern stands for.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0; None where that is not known.
            words: How many they are, or just more than may be.

        Raises:
            QueryError: They are too many, for one pattern or with those of earlier ones.
        """
        if words > MOST_FOUND:
            raise QueryError(
                f"{_pattern(written, start)} stands for more than {MOST_FOUND:,} words; write more of its "
                "letters"
            )
        self._found += words
        if self._found > MOST_FOUND_TOGETHER:
            raise QueryError(
                f"{_pattern(written, start)} is one pattern too many: all words with *, ? or ~ may stand for "
                f"{MOST_FOUND_TOGETHER:,} words of the index; write more of its letters, or leave one out"
            )

    def spend_places(self, written: str, places: int, items: int) -> None:
        """Count the items in which a part of the query stands.

        Args:
            written: The part.
            places: How many items have it.
            items: How many items the index has.

        Raises:
            QueryError: They are too many, with those of earlier parts.
        """
        self._places += places
        if places > self._widest[1]:
            self._widest = written, places
        most = max(MOST_PLACES, MOST_PLACES_AN_ITEM * items)
        if self._places > most:
            raise QueryError(
                f"the parts of the query stand in more than {most:,} items, counted part by part; leave out "
                f"some that are in many, such as “{shortened(self._widest[0])}” ({self._widest[1]:,})"
            )


def _pattern(written: str, start: int | None) -> str:
    return f"“{shortened(written)}”" + (f" (character {start + 1:,})" if start is not None else "")


def words_passed_over(count: int) -> str:
    """Return the line that tells of words that were not looked at again, though they may be misspelt."""
    return (
        f"{MOST_CORRECTED} words of a query at most are looked at again as misspelt or grown together; "
        f"{count:,} more of this one {'stands' if count == 1 else 'stand'} as typed"
    )


def labels_passed_over(count: int) -> str:
    """Return the line that tells of words, or groups of words, for which no related ones were looked for."""
    return (
        f"{MOST_JOINED} words of a query, or groups of words, at most are joined by related ones; for "
        f"{count:,} more of this one none were looked for"
    )


def hits_passed_over(count: int) -> str:
    """Return the line that tells of hits whose scores are not explained."""
    were = "hit is" if count == 1 else "hits are"
    return f"the scores of {MOST_EXPLAINED} hits at most are explained; {count:,} more {were} shown without"


def place(text: str, at: int) -> str:
    """Return what stands at a place of a query, shortened, and the place, counted from 1."""
    return f"“{shortened(text[at : at + 10 * _SHOWN])}” (character {at + 1:,})"


def shortened(text: str, most: int = _SHOWN) -> str:
    """Return a text on one line, cut to so many characters."""
    line = " ".join(text[: 10 * most].split())
    return line if len(line) <= most and len(text) <= 10 * most else f"{line[:most]}…"

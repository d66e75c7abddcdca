"""How much one query may ask for: stated limits, held before any work is done on what lies beyond them.

The parser calls itself for each parenthesis, a pattern may read every word of the index, each part of a query
is scored in every item that has it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from indexer.errors import QueryError
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


Meant = TypeVar("Meant")


class Limits(NamedTuple):
    """How much work one query may ask for.

    What is beyond is read as text or left out, and the answer says so; a strict query is refused beyond all
    but the last three.

    Attributes:
        patterns: Prefixes, wildcards and fuzzy words together.
        wide: Parts that may stand for nearly every item: ``*``, ``NOT`` and ``date:``, each kind by itself.
        regions: ``country:`` with a region: each of its countries is looked up.
        scans: Patterns that do not begin with a letter: each looks at every word of the index.
        found: Words that one pattern may stand for ...
        found_together: ... and all patterns of a query: each word's postings are read.
        compared: How often a word of the index may be compared with one of the query: with a pattern, with
            one that is looked at as misspelt. Patterns come first, what they leave is for corrections.
        postings: In how many items the parts of a query may stand, counted part by part: each is scored ...
        postings_an_item: ... or so many times the items of the index, where that is more.
        corrected: Words looked at again, as misspelt or grown together.
        expanded: Words or groups of words that related ones join.
        explained: Hits whose scores are explained.
    """

    patterns: int = 16
    wide: int = 32
    regions: int = 8
    scans: int = 4
    found: int = 1_024
    found_together: int = 2_048
    compared: int = 2_500_000
    postings: int = 8_000_000
    postings_an_item: int = 80
    corrected: int = 6
    expanded: int = 32
    explained: int = 50


LIMITS = Limits()

MAX_CHARACTERS = 5_000
MAX_WORDS = 1_000  # as white space parts them, signs and operators included
MAX_WORD_LENGTH = 500  # characters without a space between, in scripts that write none as well
MAX_VALUE_LENGTH = 100  # characters of a country, a language or a date; an id has MAX_ID_LENGTH
MAX_ID_LENGTH = 200  # and so has a value of an own field of the index
MAX_NAMED = 12  # fields of an index, or words of a query, that a message names
MAX_SLOP = 65_535  # of a phrase: as far as words stand apart in any text that is not made to be long
MAX_PHRASE_WORDS = 200  # words inside quotation marks, of all phrases together
DEEPEST = 50  # parentheses within parentheses
MAX_EDITS = 2  # of a fuzzy word
MAX_FUZZY_LENGTH = 64  # letters of a fuzzy word: as many as the bits of a number that compares them
MAX_SUGGESTED_LENGTH = 500  # characters: nobody reads a longer query for what is corrected in it

WORD = r"\S+"
"""A pattern of :mod:`re`: what stands between white space."""
OPERATORS = ("AND", "OR", "NOT")
FOREIGN_OPERATORS = frozenset(("and", "or", "not", "&&", "||", "near", "adj", "w", "n"))
"""Words of a query that other programs take for operators, in small letters and without their numbers."""
QUOTATION_MARKS = "“”„«»"
"""They open and close a phrase as the straight one does."""
PUNCTUATION_AROUND = ".,;:¿?¡!\"'"  # a word as typed, which results show without them

_SHOWN = 40
SHORT = min(MAX_WORD_LENGTH, 2 * MAX_PHRASE_WORDS)
"""A query no longer than that can break no limit that needs counting: words have a letter at least."""
QUOTED = f'["{QUOTATION_MARKS}]([^"{QUOTATION_MARKS}]*)["{QUOTATION_MARKS}]'


def check_size(text: str) -> None:
    """Hold a query to its longest length, its most words, its longest word and its longest phrases.

    Args:
        text: The query as typed.

    Raises:
        QueryError: It is beyond one of them.
    """
    if len(text) <= SHORT:
        return
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"the query has {len(text):,} characters, and {MAX_CHARACTERS:,} is the most; leave out what "
            f"begins with {located(text[MAX_CHARACTERS:], MAX_CHARACTERS)}"
        )
    for count, word in enumerate(re.finditer(WORD, text), start=1):
        if count > MAX_WORDS:
            raise QueryError(
                f"the query has more than {MAX_WORDS:,} words; leave out what begins with "
                f"{located(text[word.start() :], word.start())}"
            )
        if len(word[0]) > MAX_WORD_LENGTH:
            raise QueryError(
                f"{located(word[0], word.start())} goes on for {len(word[0]):,} characters without a space, "
                f"and {MAX_WORD_LENGTH:,} is the most; write less of it"
            )
    phrased = 0
    for phrase in re.finditer(QUOTED, text):
        phrased += len(phrase[1].split())
        if phrased > MAX_PHRASE_WORDS:
            where = located(text[phrase.start() :], phrase.start())
            raise QueryError(
                f"the phrase {where} is too long: {MAX_PHRASE_WORDS} words in quotation marks are the most, "
                "of all phrases together"
            )


def check_value(name: str, text: str, most: int = MAX_VALUE_LENGTH) -> None:
    """Hold the value of a filter to its longest length.

    Args:
        name: What the value is of, as typed: ``country:``, ``date_from``.
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


def shortened(text: str, most: int = _SHOWN) -> str:
    """Put a text on one line, cut to so many characters."""
    line = " ".join(text[: 10 * most].split())
    return line if len(line) <= most and len(text) <= 10 * most else f"{line[:most]}…"


def listed(words: Collection[str]) -> str:
    """Name some words, each shortened; of many the first, and how many more there are."""
    first = [shortened(word) for word in islice(words, MAX_NAMED)]
    more = f" and {len(words) - MAX_NAMED:,} more" if len(words) > MAX_NAMED else ""
    return f"{', '.join(first)}{more}"


def located(written: str, start: int | None) -> str:
    """Quote a part of a query, shortened, with its offset, counted from 1, where that is known."""
    return f"“{shortened(written)}”" + (f" (character {start + 1:,})" if start is not None else "")


def one_value(option: str, text: str, read: Callable[[str], Meant]) -> Meant:
    """Read the value of an option that may be repeated.

    Args:
        option: As it is typed: ``--country``; ``country:`` in a query.
        text: What was given for it.
        read: Reads a value.

    Returns:
        What it means.

    Raises:
        QueryError: It is none; where it is several with a comma or the like between, the message says to
            repeat the option.
    """
    try:
        return read(text)
    except QueryError:
        values = [value.strip() for value in re.split("[,;/|]", text) if value.strip()]
        if len(values) < 2:
            raise
        for value in values:
            read(value)
    before = option if option.endswith(":") else f"{option} "
    repeated = " ".join(f'{before}"{value}"' if " " in value else f"{before}{value}" for value in values)
    raise QueryError(f"“{text.strip()}” is more than one value; give each of them: {repeated}")

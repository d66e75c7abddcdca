"""Define the limits that are checked before a query is executed.

The limits are needed because the parser recurses for each parenthesis, a pattern may read every word of the
index, and each part of a query is scored in every matching item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple, late_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


Meant = TypeVar("Meant")


class Limits(NamedTuple):
    """The limits of the work that a query may cause.

    Parts beyond a limit are read as text or ignored, with a note. A strict query beyond a limit is rejected,
    except beyond ``corrected``, ``expanded`` and ``explained``.
    """

    patterns: int = 16  # the number of prefixes, wildcards and fuzzy words together
    # The number of parts that may match nearly every item (*, NOT, date:), per kind; also the number of
    # proximities and exact phrases
    wide: int = 32
    regions: int = 8  # the number of country: filters with a region, whose countries are all looked up
    # The number of patterns that do not begin with a letter, which read every word of the index
    scans: int = 4
    found: int = 1_024  # the number of words that one pattern may match
    placed: int = 256  # the number of words that a pattern may match in a proximity, a phrase or a title
    # The number of words that all patterns may match; the postings of each are read
    found_together: int = 2_048
    # The number of comparisons of words of the query with words of the index and of labels, for patterns and
    # then for corrections
    compared: int = 2_500_000
    postings: int = 8_000_000  # the number of postings of all parts of the query, each of which is scored
    postings_an_item: int = 80  # the number of postings per item of the index, if this limit is higher
    corrected: int = 6  # the number of words to correct: misspelt, or with a missing space
    expanded: int = 32  # the number of words or groups of words to expand
    explained: int = 50  # the number of hits whose scores are explained


LIMITS = Limits()

MAX_CHARACTERS = 5_000
MAX_WORDS = 1_000  # separated by white space, including signs and operators
MAX_WORD_LENGTH = 500  # characters without a space, also in scripts without spaces
MAX_VALUE_LENGTH = 100  # characters of a country, a language or a date; an id has MAX_ID_LENGTH
MAX_ID_LENGTH = 200  # also of the value of a custom field
MAX_NAMED = 12  # fields of an index, or words of a query, in a message
MAX_SLOP = 65_535  # maximum slop of a phrase, above any distance in a natural text
MAX_DISTANCE = 255  # maximum distance of a proximity
SAME = "SAME"  # the operator for words in one paragraph
MAX_PHRASE_WORDS = 200  # words inside quotation marks, of all phrases together
DEEPEST = 50  # levels of nested parentheses
MAX_EDITS = 2  # maximum edits of a fuzzy word
MAX_FUZZY_LENGTH = 64  # maximum letters of a fuzzy word: the bits of an integer
MAX_COMPARED_TEXTS = 20_000  # items whose texts are compared with exact phrases
FEW = 4  # exact phrases up to which MAX_COMPARED_TEXTS is the same
MAX_SUGGESTED_LENGTH = 500  # characters; nobody would read a longer corrected query

# A regular expression of the text between white space.
WORD = r"\S+"
OPERATORS = ("AND", "OR", "NOT")
# Other ways to write operators.
SIGNS = {"&&": "AND", "||": "OR"}
NUMBERLESS = ("NEAR", "ADJ")  # operators of other systems that need a number here
# Operators in Spanish and French, between two operands.
LOCAL_OPERATORS = {"Y": "AND", "O": "OR", "NO": "NOT", "ET": "AND", "OU": "OR", "SAUF": "NOT"}
# Words that other programs read as operators, in lower case.
FOREIGN_OPERATORS = frozenset(("and", "or", "not"))
# A query of another program has one of these (N5 has N).
FOREIGN_SIGNS = frozenset("/!=$|&{[\\<>+^(:%#;~")
FOREIGN_WORDS = {
    *"WITHIN ANDNOT AND-NOT AND_NOT MINUS NON FOLLOWED FOLLOWEDBY LIKE CONTAINS BETWEEN EMPTY NULL".split(),
    *"EXCEPT EXCEPTO SALVO SIN SANS PRE NEXT XOR TI AB N W".split(),
}
FOREIGN_PARTS = (
    *("near", "adj", "atl", "..", "date ", " same ", " order by ", "dc."),
    *(".ti", ".ab", ".mp", '"*', 'l "', 'y "', 't "'),
)
# Characters that open and close a phrase, as the straight quotation mark does.
QUOTATION_MARKS = "“”„«»"
PUNCTUATION_AROUND = ".,;:¿?¡!\"'‘’[]{}"  # around a typed word; results show the word without them

_SHOWN = 40
# The length up to which a query cannot exceed a limit that needs counting.
SHORT = min(MAX_WORD_LENGTH, 2 * MAX_PHRASE_WORDS)
QUOTED = f'["{QUOTATION_MARKS}]([^"{QUOTATION_MARKS}]*)["{QUOTATION_MARKS}]'


def check_size(text: str) -> None:
    """Check the length of a query and its phrases, and the number and length of its words.

    Raises:
        QueryError: One of these exceeds its limit.
    """
    if len(text) <= SHORT:
        return

    def error(key: str, **values: object) -> QueryError:
        return QueryError(message(key, **values))

    if len(text) > MAX_CHARACTERS:
        rest = quote_part(text[MAX_CHARACTERS:], MAX_CHARACTERS)
        raise error("query.too_many_characters", count=len(text), max_characters=MAX_CHARACTERS, text=rest)
    for count, word in enumerate(re.finditer(WORD, text), start=1):
        if count > MAX_WORDS:
            rest = quote_part(text[word.start() :], word.start())
            raise error("query.too_many_words", max_words=MAX_WORDS, text=rest)
        if (size := len(word[0])) > MAX_WORD_LENGTH:
            where = quote_part(word[0], word.start())
            raise error("query.word_too_long", word=where, count=size, max_word_length=MAX_WORD_LENGTH)
    phrased = 0
    for phrase in re.finditer(QUOTED, text):
        phrased += len(phrase[1].split())
        if phrased > MAX_PHRASE_WORDS:
            where = quote_part(text[phrase.start() :], phrase.start())
            raise error("query.phrase_too_long", where=where, max_phrase_words=MAX_PHRASE_WORDS)


def check_value(name: str, text: str, most: int = MAX_VALUE_LENGTH) -> None:
    """Check the length of the value of a filter.

    Raises:
        QueryError: The value is too long.
    """
    if len(text) > most:
        raise QueryError(
            message("query.value_too_long", name=name, text=shorten_line(text), count=len(text), most=most)
        )


def shorten_line(text: str, most: int = _SHOWN) -> str:
    """Return a text on one line, truncated to ``most`` characters."""
    line = " ".join(text[: 10 * most].split())
    return line if len(line) <= most and len(text) <= 10 * most else f"{line[:most]}…"


def first_of(texts: Sequence[str], most: int) -> str:
    """List the first ``most`` texts, separated by commas, and how many more there are."""
    first, left = ", ".join(texts[:most]), len(texts) - most
    return message("list.more", first=first, n=left) if left > 0 else first


_ELIDED: Final = late_pattern(r"^(?:[cdjlmnst]|qu)['’](?=\w)")


def list_words(words: Collection[str]) -> str:
    """List words for a message, and say how many are left out.

    Elided articles (*l'*) are omitted.
    """
    return first_of([shorten_line(_ELIDED.sub("", word)) for word in words], MAX_NAMED)


def quote_part(written: str, start: int | None) -> str:
    """Quote a part of a query, with its position if known."""
    if start is None:
        return message("text.quoted", text=shorten_line(written))
    return message("query.part_at", part=shorten_line(written), at=start + 1)


def parse_value(option: str, text: str, read: Callable[[str], Meant]) -> Meant:
    """Parse one value of an option or filter that can be repeated.

    Args:
        option: The name of the option, or the filter with its colon.
        text: The value as typed.
        read: Parses the value, or raises QueryError.

    Raises:
        QueryError: The value is invalid. For several values in one text (``CO,PE``), the message suggests
            repeating the option.
    """
    try:
        return read(text)
    except QueryError:
        values = [value.strip() for value in re.split("[,;/|]", text) if value.strip()]
        if len(values) < 2:
            raise
        for value in values:
            read(value)
    quoted = [f'"{value}"' for value in values]
    if option.endswith(":"):
        repeated = " ".join(option + (value if " " in value else value.strip('"')) for value in quoted)
    else:
        repeated = f"{option}=[{', '.join(quoted)}]"
    raise QueryError(message("query.more_than_one_value", text=text.strip(), repeated=repeated))

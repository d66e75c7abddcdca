"""Ignore labels and countries that are only a part of a name or a code.

*Brothers*, for example, is no label in *Lehman Brothers*.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.characters import plain
from indexer.analysis.chunk_words import chunk_words
from indexer.data_tables import country_rows, lookalikes, names_in_cell
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.query_words import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.thesaurus.table import Table
    from searcher.query.query_words import FoundLabel

# words; in a longer query with only capitalized words, a headline, capitals do not indicate names
MAX_NAME_LENGTH: Final = 3


def remove_names(table: Table, chunks: Sequence[str], found: list[FoundLabel]) -> list[FoundLabel]:
    """Remove labels that are only a part of a code or a name.

    A capitalized label ends a name if it directly follows another capitalized word that is not a label, and
    the thesaurus has it in lower case (Lehman *Brothers*), or if a hyphen connects it to such a word
    (Ki-*moon*). The word before a name with a hyphen also belongs to the name: *Ban* Ki-moon.
    """
    known = {number for label in found for number in range(label.first, label.last + 1)}
    words = [chunk.strip(PUNCTUATION_AROUND) for chunk in chunks]
    content = [word for word in words if word and not is_function_word(word)]
    is_headline = len(content) > MAX_NAME_LENGTH and all(word[0].isupper() for word in content)
    behind_names = {
        number
        for number in range(1, len(chunks))
        if not is_headline
        and _is_capitalised(words[number])
        and _is_capitalised(chunks[number - 1].lstrip(PUNCTUATION_AROUND))
        and number - 1 not in known
        and not is_function_word(words[number - 1])
    }
    hyphenated = {at for at, word in enumerate(words) if "-" in word and _is_double_name(word)}
    ends = {
        one.first for one in found if one.first in hyphenated and _ends_name(words[one.first], one, found)
    }
    double = {at for at in hyphenated if at in ends or at not in known}
    of_names = behind_names | ends | {at - 1 for at in double if at and _is_capitalised(words[at - 1])}
    return [
        label
        for label in found
        if not (label.first == label.last and _is_part_of_code(words[label.first], label))
        and not (label.words == 1 and label.first in of_names and _is_common(table, label))
    ]


def _is_capitalised(word: str) -> bool:
    return word.isalpha() and word[0].isupper() and not word.isupper()


def _is_part_of_code(chunk: str, label: FoundLabel) -> bool:
    """Return whether dots connect a label to other words, as in GLO.ACT.

    In an abbreviation such as U.S., they do not.
    """
    return re.search(r"\w\.\w", chunk) is not None and len(chunk_words(chunk, "und")) > label.words


def _is_double_name(chunk: str) -> bool:
    """Return whether a chunk may be a name of two parts, such as Ki-moon.

    *Anti-corruption* is none.
    """
    first, hyphen, rest = chunk.partition("-")
    return (
        bool(hyphen)
        and _is_capitalised(first)
        and rest.isalpha()
        and rest.islower()
        and first.lower() not in PREFIXES
    )


def _ends_name(chunk: str, label: FoundLabel, found: list[FoundLabel]) -> bool:
    """Return whether a label is the end of a name with a hyphen: *moon* in Ki-moon.

    The part before the hyphen has a capital, is not a prefix and is not a label itself.
    """
    return not plain(chunk.partition("-")[0]).startswith(label.terms[0]) and all(
        one.terms == label.terms for one in found if one.first <= label.first <= one.last
    )


def _is_common(table: Table, label: FoundLabel) -> bool:
    """Return whether a label is in lower case in the thesaurus, and so not only a name."""
    return any(
        text[0].islower()
        for number in label.concepts
        for language, terms, _, text in table.concept(number)[1]
        if (language, terms) == (label.language, label.terms)
    )


def is_other_sense(chunks: Sequence[str], at: int) -> bool:
    """Return whether the name of a country means another thing in a query.

    In a query of several words, the name may mean a person, a state or a thing: *turkey* in lower case is
    more often a bird, *Jordan* after a given name a surname, and *Georgia* with a town of the United States a
    state.
    """
    words = [chunk.strip(PUNCTUATION_AROUND) for chunk in chunks]
    name = words[at]
    if name.islower():
        return name.title() in lookalikes()["common"]
    if at and words[at - 1] in lookalikes()["given"]:
        return name in lookalikes()["person"]
    states = [code for code, cell in country_rows("states") if f"{name}?" in names_in_cell(cell)]
    return any(not _places(code).isdisjoint([*words[:at], *words[at + 1 :]]) for code in states)


@cache
def _places(country: str) -> frozenset[str]:
    """Return the names of the states and towns of a country."""
    rows = chain.from_iterable(map(country_rows, ("states", "places", "exonyms")))
    return _names(cell for code, *cells in rows if code == country for cell in cells)


def _names(cells: Iterable[str]) -> frozenset[str]:
    return frozenset(chain.from_iterable(map(names_in_cell, cells)))

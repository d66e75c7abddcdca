"""Operators that were typed in small letters, which makes them words."""

from __future__ import annotations

import re
from typing import Final

from indexer.analysis import is_function_word
from indexer.countries.names import find_country
from searcher.query.limits import OPERATORS, QUOTED, SMALL_OPERATORS, shortened
from searcher.query.notes import Note

_PIECE: Final = re.compile(rf"{QUOTED}|[^\s()]+")
_SHOWN: Final = 80  # characters of the question as it may be meant


def small_operators(query: str) -> tuple[Note, ...]:
    """Tell that operators are written in capitals, where small ones are plausibly meant as such.

    That is where an operator stands between any two parts of a question: hardly a text that people paste is
    so. ``or`` alone is none of them: it is what words side by side mean. ``not`` is one in any question where
    a word of content stands on either side of it, since *ferry not cargo* finds cargo.

    Args:
        query: As typed.

    Returns:
        One note, or none.
    """
    pieces = [found[0] for found in _PIECE.finditer(query)]
    meant = SMALL_OPERATORS if _alternates(pieces) else _negating(pieces)
    small = next((piece for piece in pieces if piece in meant), None)
    if small is None or find_country(query):  # Trinidad and Tobago
        return ()
    capital = _PIECE.sub(lambda found: found[0].upper() if found[0] in meant else found[0], query)
    return (
        Note(
            "operators",
            f"read “{small}” as a word: an operator is written in capitals: {shortened(capital, _SHOWN)}",
        ),
    )


def _alternates(pieces: list[str]) -> bool:
    """Tell whether operators, not only OR, stand between all other pieces."""
    capital = [piece.upper() if piece in SMALL_OPERATORS else piece for piece in pieces]
    kinds = "".join(["n" if one == "NOT" else "o" if one in OPERATORS else "w" for one in capital])
    return re.fullmatch("w(?:(?:on?|n)w)+", kinds) is not None and not {"AND", "NOT"}.isdisjoint(capital)


def _negating(pieces: list[str]) -> tuple[str, ...]:
    """Give ``not`` where it stands between two words of content."""
    for at, piece in enumerate(pieces[1:-1], start=1):
        beside = pieces[at - 1], pieces[at + 1]
        if piece == "not" and all(word.isalnum() and not is_function_word(word) for word in beside):
            return ("not",)
    return ()

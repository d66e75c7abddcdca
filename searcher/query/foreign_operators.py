"""Operators as other programs write them, which are words here: in small letters, as signs, NEAR."""

from __future__ import annotations

import re
from typing import Final

from indexer.analysis import is_function_word
from indexer.countries.names import find_country
from searcher.query.limits import OPERATORS, QUOTED, shortened
from searcher.query.notes import Note

_PIECE: Final = re.compile(rf"{QUOTED}|[^\s()]+")
_SIGNS: Final = {"&&": "AND", "||": "OR"}
_NEAR: Final = re.compile(r"NEAR(?:/(\d+))?|ADJ(\d*)|[WwNn]/(\d+)")
_SHOWN: Final = 80  # characters of the question as it may be meant


def foreign_operators(query: str) -> tuple[Note, ...]:
    """Tell how operators are written, where others are plausibly meant as such.

    That is where an operator stands between any two parts of a question: hardly a text that people paste is
    so. ``or`` alone is none of them: it is what words side by side mean. ``not`` is one in any question where
    a word of content stands on either side of it, since *ferry not cargo* finds cargo; NEAR is between words.

    Args:
        query: As typed.

    Returns:
        One note, or none.
    """
    pieces = [found[0] for found in _PIECE.finditer(query)]
    if near := _near(pieces):
        return (near,)
    meant = {*pieces} if _alternates(pieces) else _negating(pieces)
    typed = next((piece for piece in pieces if piece in meant and _capital(piece) != piece), None)
    if typed is None or find_country(query):  # Trinidad and Tobago
        return ()
    capitals = _PIECE.sub(lambda found: _capital(found[0]) if found[0] in meant else found[0], query)
    text = f"read “{typed}” as a word: an operator is written in capitals: {shortened(capitals, _SHOWN)}"
    return (Note("operators", text),)


def _capital(piece: str) -> str:
    """Write what may be an operator as one; give anything else back."""
    return _SIGNS.get(piece) or (piece.upper() if piece.upper() in OPERATORS else piece)


def _alternates(pieces: list[str]) -> bool:
    """Tell whether operators, not only OR, stand between all other pieces."""
    capitals = [*map(_capital, pieces)]
    kinds = "".join(["n" if one == "NOT" else "o" if one in OPERATORS else "w" for one in capitals])
    return re.fullmatch("w(?:(?:on?|n)w)+", kinds) is not None and not {"AND", "NOT"}.isdisjoint(capitals)


def _negating(pieces: list[str]) -> set[str]:
    """Give ``not`` where it stands between two words of content."""
    return {
        "not"
        for before, piece, behind in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if piece == "not" and all(word.isalnum() and not is_function_word(word) for word in (before, behind))
    }


def _near(pieces: list[str]) -> Note | None:
    """Tell how words near each other are written, where an operator for that stands between two words."""
    for before, piece, behind in zip(pieces, pieces[1:], pieces[2:], strict=False):
        found = _NEAR.fullmatch(piece)
        # A word in capitals behind it is that of a headline all in capitals.
        if found and before.isalnum() and behind.isalnum() and not behind.isupper():
            within = next(filter(None, found.groups()), "10")
            text = f'read “{piece}” as a word: words near each other are written "{before} {behind}"~{within}'
            return Note("operators", text)
    return None

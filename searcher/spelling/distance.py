"""How far two spellings are apart, as fingers and ears err.

Optimal string alignment (Damerau 1964: insertion, deletion, substitution, the swap of two neighbours), with
less for the slips that are most usual: a key beside the right one, a letter doubled or not, a swap.
"""

from __future__ import annotations

from typing import Final

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
LEAST: Final = min(_CLOSE, _DOUBLED, _SWAPPED)
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

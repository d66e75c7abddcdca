"""Spelling made plain before dates are looked for: one case, no accents, one dash, one space."""

from __future__ import annotations

import unicodedata

_DASHES = "‐‑‒–—―−"
_APOSTROPHES = "’‘ʼ´`"


class _Folder(dict[int, str]):
    """A translation table that works out each character once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in _DASHES:
            folded = "-"
        elif char in _APOSTROPHES:
            folded = "'"
        elif char.isspace():
            folded = " "
        else:
            folded = unicodedata.normalize("NFD", char)[0].lower()[0]
        self[code] = folded
        return folded


_FOLDER = _Folder()


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents, with plain dashes, apostrophes and spaces.

    Args:
        text: Composed text (NFC): a decomposed accent would stay as a character of its own.

    Returns:
        Text of the same length, so that an offset in it is an offset in ``text``.
    """
    return text.translate(_FOLDER)

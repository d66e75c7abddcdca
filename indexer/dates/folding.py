"""Folding of text before patterns are matched: one case, no accents, one dash, one apostrophe, one space."""

from __future__ import annotations

import re
import unicodedata

_DASHES = "‐‑‒–—―−"
_APOSTROPHES = "’‘ʼ´`"
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


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
    """Put a text into lower case without accents, with plain dashes, apostrophes and spaces.

    Args:
        text: Composed text (NFC): a decomposed accent would stay as a character of its own.

    Returns:
        Text of the same length, so that an offset in it is an offset in ``text``.
    """
    return text.translate(_FOLDER)


def plain_words(text: str) -> str:
    """Reduce a text to its folded words, one space between them: "Leer más…" becomes "leer mas"."""
    return _NOT_WORDS.sub(" ", fold(unicodedata.normalize("NFC", text))).strip()

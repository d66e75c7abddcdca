"""Folding of text before patterns are matched: one case, no accents, one dash, one apostrophe, one space."""

from __future__ import annotations

import unicodedata

from indexer.analysis.characters import CharacterTable

_DASHES = "‐‑‒–—―−"
_APOSTROPHES = "’‘ʼ´`"
_OF_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def _fold(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    return " " if character.isspace() else unicodedata.normalize("NFD", character)[0].lower()[0]


_FOLDING = CharacterTable(_fold)
_WORDS_ALONE = CharacterTable(lambda character: folded if (folded := _fold(character)) in _OF_WORDS else " ")


def fold(text: str) -> str:
    """Put a text into lower case without accents, with plain dashes, apostrophes and spaces.

    Args:
        text: Composed text (NFC): a decomposed accent would stay as a character of its own.

    Returns:
        Text of the same length, so that an offset in it is an offset in ``text``.
    """
    return text.translate(_FOLDING)


def plain_words(text: str) -> str:
    """Reduce a text to its folded words, one space between them: "Leer más…" becomes "leer mas"."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_WORDS_ALONE).split())

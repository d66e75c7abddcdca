"""A line of a page reduced to its words, so that patterns need not care for case, accents or punctuation."""

from __future__ import annotations

import re
import unicodedata

from indexer.dates.folding import fold

_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def plain_words(text: str) -> str:
    """Return the words of a text, folded, with one space between them: "Leer más…" is "leer mas"."""
    return _NOT_WORDS.sub(" ", fold(unicodedata.normalize("NFC", text))).strip()

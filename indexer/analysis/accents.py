"""Accents: the folding of letters that are one and the same to a reader who types without them.

Folding happens after stemming, because Snowball's suffixes carry accents (premier / première, francés /
francesa). What that loses, the words typed without accents whose stem differs from the accented word's,
is recovered by a table of *accent variants* that the index keeps for each language: see
``ChunkToken.variant`` and ``Analyzer.query_terms``.
"""

import unicodedata

from indexer.analysis.characters import CharacterTable

# Letters of their own, not accented ones: año is not ano, and a short и is not an и.
_KEPT = frozenset("ñй")

# Letters that no decomposition takes apart.
_SPELT_OUT = {
    "œ": "oe",
    "æ": "ae",
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "ς": "σ",
}

# Only these marks are accents. Vowel signs of the Indic scripts and voicing marks of kana make other words.
_ACCENT_MARKS = (
    ("\u0300", "\u036f"),  # Latin, Greek and Cyrillic
    ("\u0483", "\u0487"),  # Church Slavonic
    ("\u0591", "\u05c7"),  # Hebrew points
    ("\u0610", "\u061a"),  # Arabic signs
    ("\u064b", "\u065f"),  # Arabic vowels, and the hamza on its bearers
    ("\u0670", "\u0670"),
    ("\u1ab0", "\u1aff"),
    ("\u1dc0", "\u1dff"),
    ("\u20d0", "\u20f0"),
    ("\ufe20", "\ufe2f"),
)


def _is_accent(mark: str) -> bool:
    return any(first <= mark <= last for first, last in _ACCENT_MARKS)


def _fold(letter: str) -> str:
    if letter in _KEPT:
        return letter
    if letter in _SPELT_OUT:
        return _SPELT_OUT[letter]
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    decomposed = unicodedata.normalize("NFD", letter)
    bare = "".join(_SPELT_OUT.get(part, part) for part in decomposed if not _is_accent(part))
    return unicodedata.normalize("NFC", bare)


_FOLDING = CharacterTable(_fold)


def fold(word: str) -> str:
    """Take the accents off a lower-case word, keeping ñ.

    Args:
        word: A lower-case word in NFC.

    Returns:
        The word without accents, with ligatures and foreign letters spelt out and all digits in ASCII.
    """
    return word if word.isascii() else word.translate(_FOLDING)


def fold_all(word: str) -> str:
    """Take the accents off a lower-case word and make ñ an n, as people who write English do.

    Args:
        word: A lower-case word in NFC.

    Returns:
        The folded word.
    """
    return word if word.isascii() else word.translate(_FOLDING).replace("ñ", "n")

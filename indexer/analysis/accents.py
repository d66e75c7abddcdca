"""Accents: which letters are one and the same to a reader who types without them.

Folding happens after stemming, because Snowball's suffixes carry accents (premier / première, francés /
francesa). What that loses, the words typed without accents whose stem differs from the accented word's,
is made good by a table of *accent variants* that the index keeps for each language: see
``ChunkToken.variant`` and ``Analyzer.query_terms``.
"""

import unicodedata

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
_ACCENT_MARKS = frozenset(
    chr(code)
    for first, last in (
        (0x0300, 0x036F),  # Latin, Greek and Cyrillic
        (0x0483, 0x0487),  # Church Slavonic
        (0x0591, 0x05C7),  # Hebrew points
        (0x0610, 0x061A),  # Arabic signs
        (0x064B, 0x065F),  # Arabic vowels, and the hamza on its bearers
        (0x0670, 0x0670),
        (0x1AB0, 0x1AFF),
        (0x1DC0, 0x1DFF),
        (0x20D0, 0x20F0),
        (0xFE20, 0xFE2F),
    )
    for code in range(first, last + 1)
)


class _Folding(dict[int, str]):
    """A translation table that works out each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _KEPT:
            folded = letter
        elif letter in _SPELT_OUT:
            folded = _SPELT_OUT[letter]
        elif letter.isdecimal():
            folded = str(unicodedata.decimal(letter))
        else:
            decomposed = unicodedata.normalize("NFD", letter)
            bare = "".join(_SPELT_OUT.get(part, part) for part in decomposed if part not in _ACCENT_MARKS)
            folded = unicodedata.normalize("NFC", bare)
        self[code] = folded
        return folded


_FOLDING = _Folding()


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

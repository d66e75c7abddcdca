"""Characters: what each one is to a reader of words, and the plain form of a word."""

import unicodedata

MARK = "\u0300"
"""Stands in a shape for any combining mark, and for signs without width that may stand inside a word."""

UNSPACED = "\ue000"
"""Stands in a shape for a letter of a script that writes no spaces: Han, kana, Thai, Lao, Burmese, Khmer."""

_APOSTROPHES = frozenset("'’‘ʼʻ＇´`")
_DOTS = {"．": ".", "，": ","}
# Soft hyphen, joiners, word joiner, byte order mark and direction marks, which nobody sees, and the
# tatweel, which only stretches an Arabic word.
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u0640\u200c\u200d\u200e\u200f\u2060\ufeff") | {
    chr(code)
    for code in range(0xFE00, 0xFE10)  # variation selectors
}
_HALF_WIDTH_VOICING = frozenset("\uff9e\uff9f")
UNSPACED_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u3041-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9d"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""The scripts whose letters are UNSPACED, as ranges of a regular expression's class; Hangul writes spaces."""

_UNSPACED_RANGES = tuple(zip(UNSPACED_SCRIPTS[::3], UNSPACED_SCRIPTS[2::3], strict=True))


def _is_mark(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in _INVISIBLE
        or character in _HALF_WIDTH_VOICING
    )


def _is_number_sign(character: str) -> bool:
    # A raised figure is a footnote and ½ no word; but CO₂ is searched for as CO2.
    return unicodedata.category(character) == "No" and not unicodedata.decomposition(character).startswith(
        "<sub>"
    )


class _Shapes(dict[int, str]):
    """A translation table, one character to one, that classifies each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        # By the canonical form, so that composed and decomposed spellings have shapes that read alike.
        character = unicodedata.normalize("NFC", chr(code))[0]
        if character in _APOSTROPHES:
            shape = "'"
        elif character in _DOTS:
            shape = _DOTS[character]
        elif _is_mark(character):
            shape = MARK
        elif _is_number_sign(character):
            shape = " "
        elif character.isalpha() and any(first <= character <= last for first, last in _UNSPACED_RANGES):
            shape = UNSPACED
        elif character.isdecimal():
            shape = str(unicodedata.decimal(character))
        elif character.isalnum() or character.isascii():
            shape = character
        else:
            shape = " "
        self[code] = shape
        return shape


class _Plain(dict[int, int | None]):
    """A translation table that drops what is neither letter, digit nor mark."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        spoken = character.isalnum() and character not in _APOSTROPHES
        kept = spoken or (unicodedata.category(character)[0] == "M" and character not in _INVISIBLE)
        self[code] = code if kept else None
        return self[code]


_SHAPES = _Shapes()
_PLAIN = _Plain()


def shape(chunk: str) -> str:
    """Reduce a chunk to what matters for finding its words, character by character.

    Args:
        chunk: Text as written, composed or decomposed.

    Returns:
        A string of the same length: every apostrophe is ``'``, every combining mark MARK, every letter of an
        unspaced script UNSPACED, every digit one of ASCII; other letters and ASCII signs stand as they
        are, the rest is a space.
    """
    return chunk.translate(_SHAPES)


def plain(word: str) -> str:
    """Give the lower-case form of a word in one spelling.

    Args:
        word: A word as written, perhaps with apostrophes, decomposed accents, full-width or joined letters.

    Returns:
        The word in NFKC and lower case, accents kept, nothing in it but letters, digits and marks; it may be
        empty.
    """
    if word.isascii():
        return (word if word.isalnum() else word.translate(_PLAIN)).lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).lower().translate(_PLAIN))

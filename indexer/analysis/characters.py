"""Classify characters, and normalise and fold words.

Folding removes accents after stemming, because Snowball's suffixes have accents (premier / première, francés
/ francesa). A word typed without accents may therefore have another stem than the accented word. The index
maps the two by a table of *accent variants* for each language: see ``ChunkToken.variant`` and
``Analyzer.query_terms``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import chain, starmap
from typing import Final

from indexer.runtime import late_pattern

MARK = "\u0300"
"""The placeholder in a shape for combining marks, and for invisible characters that may be inside a word."""

UNSPACED = "\ue000"
"""The placeholder in a shape for letters of scripts without spaces: Han, kana, Thai, Lao, Burmese, Khmer."""

APOSTROPHES = frozenset("'’‘ʼʻ＇´`")
_SIGNS = dict.fromkeys(APOSTROPHES, "'") | {"．": ".", "，": ","}
# Soft hyphen, joiners, word joiner, byte order mark and direction marks, which are invisible, and the
# tatweel, which only stretches an Arabic word.
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u0640\u200c\u200d\u200e\u200f\u2060\ufeff") | {
    *map(chr, range(0xFE00, 0xFE10))  # variation selectors
}
_HALF_WIDTH_VOICING = frozenset("\uff9e\uff9f")
UNSPACED_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u3041-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9d"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""The scripts whose letters are UNSPACED, as ranges for a regular expression; Hangul has spaces."""

Ranges = tuple[tuple[str, str], ...]
"""The first and the last character of each range."""


def _ranges(written: str) -> Ranges:
    return tuple(zip(written[::3], written[2::3], strict=True))


def _is_in(character: str, ranges: Ranges) -> bool:
    return any(first <= character <= last for first, last in ranges)


_UNSPACED_RANGES = _ranges(UNSPACED_SCRIPTS)


class CharacterTable(dict[int, str | None]):
    """A table for ``str.translate`` that computes an entry when it is first used.

    Args:
        translate: Returns the replacement of a character, or ``None`` to remove the character.
    """

    def __init__(self, translate: Callable[[str], str | None]) -> None:
        self._translate = translate

    def __missing__(self, code: int) -> str | None:
        self[code] = self._translate(chr(code))
        return self[code]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in _INVISIBLE | _HALF_WIDTH_VOICING


def _is_numeral(character: str) -> bool:
    # A superscript digit is a footnote and ½ is not a word; but CO₂ is searched for as CO2.
    is_lowered = unicodedata.decomposition(character).startswith("<sub>")
    return unicodedata.category(character) == "No" and not is_lowered


def _shape(character: str) -> str:
    # Classify the canonical form, so that composed and decomposed spellings have equivalent shapes.
    character = unicodedata.normalize("NFC", character)[0]
    if character in _SIGNS or character.isascii():
        return _SIGNS.get(character, character)
    if _is_mark(character):
        return MARK
    if character.isalpha() and _is_in(character, _UNSPACED_RANGES):
        return UNSPACED
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character if character.isalnum() and not _is_numeral(character) else " "


def _keep_character(character: str) -> str | None:
    if character.isascii():
        return character if character.isalnum() else None
    spoken = character.isalnum() and character not in APOSTROPHES
    is_kept = spoken or (unicodedata.category(character)[0] == "M" and character not in _INVISIBLE)
    return character if is_kept else None


_SHAPES = CharacterTable(_shape)
_PLAIN = CharacterTable(_keep_character)


def shape(chunk: str) -> str:
    """Replace each character of a chunk by a character that represents its class, for pattern matching.

    Returns:
        A string of the same length. Apostrophes become ``'``, combining marks MARK, letters of unspaced
        scripts UNSPACED, and digits ASCII digits; other letters and ASCII characters are unchanged, and all
        other characters become spaces.
    """
    return chunk.translate(_SHAPES)


def plain(word: str) -> str:
    """Convert a word to lower case and normalise its characters.

    Args:
        word: A word as written, perhaps with apostrophes, decomposed accents, full-width letters or
            ligatures.

    Returns:
        The word in NFKC and lower case, with accents, but only letters, digits and marks. It may be empty.
    """
    if word.isascii():
        return (word if word.isalnum() else word.translate(_PLAIN)).lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).lower().translate(_PLAIN))


# Letters that count as separate letters, not as accented ones: año is not ano, and й is not и.
_KEPT = frozenset("ñй")

# Letters without a decomposition.
_EXPANDED_LETTERS = dict(zip("œæßøłđðþħŧıς", "oe ae ss o l d d th h t i σ".split(), strict=True))

# Only these marks are accents. Vowel signs of the Indic scripts and voicing marks of kana make other words.
# In order: Latin, Greek and Cyrillic; Church Slavonic; Hebrew points; Arabic signs; Arabic vowels, and the
# hamza on its bearers (twice); rarer ones of any script.
_MARKS = (
    *((0x300, 0x370), (0x483, 0x488), (0x591, 0x5C8), (0x610, 0x61B), (0x64B, 0x660), (0x670, 0x671)),
    *((0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x20F1), (0xFE20, 0xFE30)),
)
_ACCENT_MARKS = frozenset(map(chr, chain(*starmap(range, _MARKS))))


def _fold(letter: str) -> str:
    if letter in _KEPT:
        return letter
    if letter in _EXPANDED_LETTERS:
        return _EXPANDED_LETTERS[letter]
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    decomposed = unicodedata.normalize("NFD", letter)
    bare = "".join([_EXPANDED_LETTERS.get(part, part) for part in decomposed if part not in _ACCENT_MARKS])
    return unicodedata.normalize("NFC", bare)


_FOLDING = CharacterTable(_fold)


def fold(word: str) -> str:
    """Remove the accents of a lower-case word in NFC, but keep ñ.

    Ligatures and foreign letters are expanded, digits converted to ASCII.
    """
    return word if word.isascii() else word.translate(_FOLDING)


def fold_all(word: str) -> str:
    """Remove all accents of a lower-case word in NFC, including the tilde of ñ."""
    return word if word.isascii() else word.translate(_FOLDING).replace("ñ", "n")


_BEFORE: Final = "[> *]*"  # quotation marks, and the asterisks of a header name in bold
_COLON: Final = r"[ \u00a0]?:"
MAIL_HEADER: Final = (
    rf"{_BEFORE}(?:From|De|To|Para|À|A|Cc|CC|Bcc|Cco|Cci|Date|Fecha|Sent|Enviado(?: el)?|Envoyé(?: le)?"
    rf"|Reply-To|Subject|Asunto|Objet){_COLON}"
)
"""The beginning of a header line of a quoted or forwarded mail, in three languages."""

_MORE: Final = rf"(?:\n{MAIL_HEADER}[^\n]*){{0,8}}"
_MAIL_HEADERS: Final = late_pattern(
    rf"(?m)^{_BEFORE}(?:From|De){_COLON}[^\n]*{_MORE}?\n{_BEFORE}(?:Subject|Asunto|Objet){_COLON}[^\n]*{_MORE}"
)
_SIGN: Final = late_pattern(r"[^\n]")


def remove_mail_headers(text: str) -> str:
    """Replace the headers of quoted mails by spaces.

    Names in mail headers say nothing about the subject of a text.
    """
    if "From:" not in text and "De:" not in text and "De :" not in text and "De\u00a0:" not in text:
        return text
    return _MAIL_HEADERS.sub(lambda found: _SIGN.sub(" ", found[0]), text)

"""Where in a text a term may stand, found by looking for strings, so that little of it is analysed."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, Final

from indexer.analysis.characters import APOSTROPHES, CharacterTable, fold_all

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from ahocorasick_rs import BytesAhoCorasick

ENDING: Final = 2  # last letters of a stem, which a word of it may have otherwise: dying, and die
CACHE_SIZE: Final = 1 << 12  # terms and words that are kept with what is looked for
MANY: Final = 64  # beginnings that are looked for in one pass, not one after the other
KNOWN_AUTOMATA: Final = 8
_UNCERTAIN: Final = "\n"  # stands for a character that the folding of a word does not map to one letter
_DOUBT: Final = _UNCERTAIN.encode()
_SIGNS: Final = "“”«»‹›…–—€£¿¡•·"  # that part words
_NO_LETTERS: Final = bytes.maketrans(b"'.,-", b"    ")
_LETTERS_AND_PUNCTUATION: Final = bytes.maketrans(
    f"{ascii_lowercase}{digits}'.,".encode(), b"a" * 36 + b"..."
)
_CHARACTER_WITHIN: Final = b"a.a"  # which a word may have, and its term has not


def one_letter(character: str) -> str:
    """Fold a character of a text to a letter, a sign or a space; a line break where none stands for it."""
    if character.isspace():
        return " "
    if character in APOSTROPHES:
        return "'"
    if character.isascii():
        return character.lower() if character.isalnum() or character in ".," else "-"
    if character in _SIGNS:
        return "-"
    folded = fold_all(character.lower())
    return folded if len(folded) == 1 and folded.isascii() and folded.isalpha() else _UNCERTAIN


_LETTERS: Final = CharacterTable(one_letter)


@cache
def _latin() -> bytes:
    """Fold the characters of Latin-1, by their bytes: most texts of three languages have no other ones."""
    return "".join([one_letter(chr(code)) for code in range(256)]).encode()


def _folded(text: str) -> bytes:
    """Fold a text, a byte for each character."""
    try:
        return text.encode("latin-1").translate(_latin())
    except UnicodeEncodeError:
        return text.translate(_LETTERS).encode()


class SearchableText:
    """A text in which beginnings of terms are looked for; what is said of a place is one of the text's.

    Args:
        text: As written.
    """

    __slots__ = ("_folded", "_parted", "_unsure")

    def __init__(self, text: str) -> None:
        self._folded = folded = _folded(text)  # a byte for each character
        self._parted = b" " + folded.translate(_NO_LETTERS)
        self._unsure = _places_of(_CHARACTER_WITHIN, folded.translate(_LETTERS_AND_PUNCTUATION))
        if _DOUBT in folded:
            self._unsure += [chunk.start() for chunk in _doubtful()(folded)]

    def may_have(self, beginning: bytes) -> bool:
        """Tell whether any chunk is found by a beginning."""
        return bool(self._unsure) or b" " + beginning in self._parted

    def chunks_with(self, beginnings: Collection[bytes], many: int = MANY) -> list[tuple[int, int]]:
        """Find the chunks that hold a beginning, and those whose words cannot be told from their letters.

        Args:
            beginnings: What is looked for, where words begin; with an empty one, every chunk is found.
            many: More of them than this are looked for in one pass.

        Returns:
            Where each starts and ends, in order.
        """
        folded, split_term = self._folded, self._parted
        places = list(self._unsure)
        if len(beginnings) > many:
            found_at = _automaton(frozenset(beginnings)).find_matches_as_indexes(split_term)
            places += [start for _, start, _ in found_at]
        else:
            for one in beginnings:
                places += _places_of(b" " + one, split_term)
        if not places:
            return []
        found = {}
        for at in places:
            start = folded.rfind(b" ", 0, at + 1) + 1
            end = folded.find(b" ", start)
            found[start] = len(folded) if end < 0 else end
        found.pop(len(folded), None)  # what is looked for in a space at the end
        return sorted(found.items())

    def words_between(self, start: int, end: int) -> int:
        """Count the words from one place to another, in chunks of which none is unsure."""
        return len(self._parted[start + 1 : end + 1].split())


@cache
def _doubtful() -> Callable[[bytes], Iterator[re.Match[bytes]]]:
    """Compile what finds the chunks that hold a character in doubt."""
    return re.compile(rb"[^ \n]*+\n[^ ]*+").finditer


@lru_cache(KNOWN_AUTOMATA)
def _automaton(beginnings: frozenset[bytes]) -> BytesAhoCorasick:
    """Make what finds each word that has any of many beginnings, one of several once."""
    from ahocorasick_rs import BytesAhoCorasick  # few questions have as many

    return BytesAhoCorasick([b" " + one for one in sorted(beginnings)])


def _places_of(part: bytes, text: bytes) -> list[int]:
    places = []
    at = text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places


@lru_cache(CACHE_SIZE)
def bare(word: str) -> bytes:
    """Fold a word as texts are; nothing where one character of it has no letter."""
    folded = _folded(word)
    return folded if folded.isalnum() else b""


@lru_cache(CACHE_SIZE)
def beginning(term: str) -> bytes:
    """Give what each word that has a term begins with; nothing where that cannot be told.

    A stemmer takes endings off, and may put up to two letters of its own in their place.
    """
    return bare(term)[:-ENDING]

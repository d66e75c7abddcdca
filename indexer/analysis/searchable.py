"""Where in a text a term may stand, found by looking for strings, so that little of it is analysed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis.accents import fold_all
from indexer.analysis.characters import APOSTROPHES, CharacterTable

if TYPE_CHECKING:
    from collections.abc import Collection

ENDING: Final = 2  # last letters of a stem, which a word of it may have otherwise: dying, and die
KNOWN: Final = 1 << 12  # terms and words that are kept with what is looked for
_UNCERTAIN: Final = "\n"  # stands for a character that the folding of a word does not map to one letter
_SIGNS: Final = "“”«»‹›…–—€£¿¡•·"  # that part words
_NO_LETTERS: Final = str.maketrans("'.,-", "    ")
_SIGNS_WITHIN: Final = r"['.,](?<=[a-z0-9].)[a-z0-9]"  # which a word may have, and its term has not


def _one_letter(character: str) -> str:
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


_LETTERS: Final = CharacterTable(_one_letter)


def searchable(text: str) -> str | None:
    """Fold a text so that the beginnings of terms can be looked for in it.

    Args:
        text: As written.

    Returns:
        The text in lower case without accents, each character in its place, signs that part words as ``-``;
        None where it has characters whose word cannot be told from its letters one by one.
    """
    folded = text.translate(_LETTERS)
    return None if _UNCERTAIN in folded else folded


def bare(word: str) -> str:
    """Fold a word as texts are; nothing where one character of it has no letter."""
    folded = word.translate(_LETTERS)
    return folded if folded.isalnum() else ""


@lru_cache(KNOWN)
def beginning(term: str) -> str:
    """Give what each word that has a term begins with; nothing where that cannot be told.

    A stemmer takes endings off, and may put up to two letters of its own in their place.
    """
    return bare(term)[:-ENDING]


def chunks_with(folded: str, beginnings: Collection[str]) -> list[tuple[int, int]]:
    """Find the chunks of a text that hold a beginning, and those of words with signs within.

    Args:
        folded: What :func:`searchable` gives.
        beginnings: What is looked for, where words begin; with an empty one, every chunk is found.

    Returns:
        Where each starts and ends, in order.
    """
    places = [found.start() for found in re.finditer(_SIGNS_WITHIN, folded)]
    parted = f" {folded.translate(_NO_LETTERS)}"
    for one in beginnings:
        at = parted.find(f" {one}")
        while 0 <= at < len(folded):
            places.append(at)
            at = parted.find(f" {one}", at + 1)
    found = {}
    for at in places:
        start = folded.rfind(" ", 0, at + 1) + 1
        end = folded.find(" ", start)
        found[start] = len(folded) if end < 0 else end
    return sorted(found.items())

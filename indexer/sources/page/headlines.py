"""Lists of headlines, one a line: told from poems, lists and articles by how their lines look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indexer.sources.page import headings

_FEWEST_LINES: Final = 8
_MOST_OTHERS: Final = 0.1  # of the lines may look otherwise
_FEWEST_WORDS, _LONGEST = 4, 200  # words, and characters, of a headline
_MEAN_LENGTH: Final = 40  # characters: the points of an agenda are shorter
_MOST_PROSE: Final = 0.02
# A headline names someone, some place or a number; lines of a poem seldom do.
_NAMING: Final = 0.6
# Entries of a list of people ("Ana Prieto, harbour master, Porto") have two commas; headlines seldom.
_MOST_ENTRIES: Final = 0.3
_VERSE_ENDS: Final = (",", ";", ":", ".", "…")
_LABEL_WORDS: Final = 2


def are_headlines(lines: Sequence[str]) -> bool:
    """Check whether a text is plainly a list of headlines.

    Args:
        lines: Its lines, as they are printed.
    """
    if not _are_short(lines) or lines[0].endswith(":"):
        return False
    alike = [line for line in lines if headings.is_heading(line) and len(line.split()) >= _FEWEST_WORDS]
    entries = sum(line.count(",") > 1 for line in lines)
    return (
        len(alike) >= (1 - _MOST_OTHERS) * len(lines)
        and len(set(lines)) >= (1 - _MOST_OTHERS) * len(lines)
        and sum(map(_names_something, alike)) >= _NAMING * len(lines)
        and entries <= _MOST_ENTRIES * len(lines)
        and sum(map(len, lines)) >= _MEAN_LENGTH * len(lines)
    )


def may_be_headlines(lines: Sequence[str]) -> bool:
    """Check whether a text may be headlines or something else: all lines are short, and few are sentences.

    Args:
        lines: Its lines, as they are printed.
    """
    if not _are_short(lines):
        return False
    others = sum(line.endswith(_VERSE_ENDS) or not headings.starts_high(line) for line in lines)
    words = sum(len(line.split()) for line in lines)
    return others <= 2 * _MOST_OTHERS * len(lines) and words >= _FEWEST_WORDS * len(lines)


def is_label(line: str) -> bool:
    """Check whether a line among headlines is the name of a section or of the page."""
    return len(line.split()) <= _LABEL_WORDS


def _are_short(lines: Sequence[str]) -> bool:
    """Check whether there are enough lines, none too long for a headline, and next to no running text."""
    if len(lines) < _FEWEST_LINES or max(map(len, lines)) > _LONGEST:
        return False
    prose = sum(headings.is_prose(line) and not line.endswith(("?", "!")) for line in lines)
    return prose <= _MOST_PROSE * len(lines)


def _names_something(line: str) -> bool:
    """Check whether a line has a word with a capital, or a digit, behind its first word."""
    return any(word[:1].isupper() or word[:1].isdigit() for word in line.split()[1:] if word != "I")

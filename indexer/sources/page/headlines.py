"""Lists of headlines, one a line: told from poems, lists and articles by how their lines look."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from indexer.dates.folding import plain_words
from indexer.sources.page import headings
from indexer.tables import rows

_FEWEST_LINES: Final = 20
_FEWEST_DOUBTFUL: Final = 8  # lines that may be headlines
_MOST_OTHERS: Final = 0.1  # of the lines may look otherwise
_FEWEST_WORDS, _LONGEST = 4, 200  # words, and characters, of a headline
_MEAN_LENGTH: Final = 40  # characters: names and labels are shorter
_MOST_PROSE: Final = 0.02
# A headline names someone, some place or a number; lines of a poem seldom do.
_NAMING: Final = 0.6
# Entries of a list ("Ana Prieto, harbour master, Porto"; "200 g of rice from Valencia") have two commas, or a
# figure first; headlines seldom.
_MOST_ENTRIES: Final = 0.3
_VERBS: Final = 0.2  # of the lines; agendas, bibliographies and tables of contents have next to none
_DIFFERENT_BEGINNINGS: Final = 0.6  # of the lines; a record of what was said has the same speakers again
_VERSE_ENDS: Final = (",", ";", ":", ".", "…")
_LABEL_WORDS: Final = 2


def are_headlines(lines: Sequence[str]) -> bool:
    """Check whether a text is plainly a list of headlines.

    Args:
        lines: Its lines, as they are printed.
    """
    if len(lines) < _FEWEST_LINES or not _are_short(lines) or lines[0].endswith(":"):
        return False
    alike = [line for line in lines if headings.is_heading(line) and len(line.split()) >= _FEWEST_WORDS]
    entries = sum(line.count(",") > 1 or line[0].isdigit() for line in lines)
    return (
        len(alike) >= (1 - _MOST_OTHERS) * len(lines)
        and len(set(lines)) >= (1 - _MOST_OTHERS) * len(lines)
        and sum(map(_names_something, alike)) >= _NAMING * len(lines)
        and sum(map(_has_verb, alike)) >= _VERBS * len(lines)
        and len(set(map(_beginning, lines))) >= _DIFFERENT_BEGINNINGS * len(lines)
        and entries <= _MOST_ENTRIES * len(lines)
        and sum(map(len, lines)) >= _MEAN_LENGTH * len(lines)
    )


def may_be_headlines(lines: Sequence[str]) -> bool:
    """Check whether a text may be headlines or something else: all lines are short, and few are sentences.

    Args:
        lines: Its lines, as they are printed.
    """
    if len(lines) < _FEWEST_DOUBTFUL or not _are_short(lines):
        return False
    others = sum(line.endswith(_VERSE_ENDS) or not headings.starts_high(line) for line in lines)
    words = sum(len(line.split()) for line in lines)
    return others <= 2 * _MOST_OTHERS * len(lines) and words >= _FEWEST_WORDS * len(lines)


def is_label(line: str) -> bool:
    """Check whether a line among headlines is the name of a section or of the page."""
    return len(line.split()) <= _LABEL_WORDS


def _are_short(lines: Sequence[str]) -> bool:
    """Check whether no line is too long for a headline, and next to none is running text."""
    if max(map(len, lines)) > _LONGEST:
        return False
    prose = sum(headings.is_prose(line) and not line.endswith(("?", "!")) for line in lines)
    return prose <= _MOST_PROSE * len(lines)


def _names_something(line: str) -> bool:
    """Check whether a line has a word with a capital, or a digit, behind its first word."""
    return any(word[:1].isupper() or word[:1].isdigit() for word in line.split()[1:] if word != "I")


def _has_verb(line: str) -> bool:
    return not _finite_verbs().isdisjoint(plain_words(line).split())


def _beginning(line: str) -> tuple[str, ...]:
    """Give the first words of a line: two, or the one before a colon."""
    return tuple(line.partition(":")[0].split()[:2])


@cache
def _finite_verbs() -> frozenset[str]:
    return frozenset(verb for _, verbs in rows(__file__, "verbs.tsv") for verb in verbs.split())

"""Refrains: the short line that a page repeats under its stories, whatever it says ("Full details »")."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from indexer.dates.dateline import match_date_line
from indexer.dates.folding import plain_words
from indexer.sources.headings import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_REFRAIN = 40
"""The most characters of a refrain."""

_FEWEST = 5  # times on the page: a title comes back twice, a list of offices now and then
_UNDER_TEXT = 0.9  # of those times under the end of a sentence; a label stands under dates, or above titles


def refrains(lines: Sequence[str]) -> frozenset[str]:
    """Return the lines that close a page's stories by being said under so many of them.

    Args:
        lines: The lines of the page that are not blank.

    Returns:
        Their plain words (see ``wording``).
    """
    said: Counter[str] = Counter()
    under_text: Counter[str] = Counter()
    above = ""
    for line in lines:
        words = plain_words(line) if len(line) <= LONGEST_REFRAIN else ""
        if any(map(str.isalpha, words)) and not ends_sentence(line) and match_date_line(line) is None:
            said[words] += 1
            under_text[words] += ends_sentence(above)
        above = line
    return frozenset(
        words
        for words, times in said.items()
        if times >= _FEWEST and under_text[words] >= _UNDER_TEXT * times
    )

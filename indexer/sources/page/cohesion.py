"""Lexical cohesion: whether a paragraph goes on with the story above it, or begins another one.

On a page whose items carry neither dates nor closings, an item without a title shows only in that it has no
rare word in common with the text above it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.dates.folding import plain_words
from indexer.sources.page.headings import is_list_entry, is_prose, starts_high

_FEWEST_PARAGRAPHS = 100  # of a page: with fewer, how often a word occurs says little
_SHORTEST = 120  # characters of a paragraph that is judged
_LONGEST = 4000  # characters that are looked at
_STEM = 6  # letters: enough to tell words apart, few enough to bring their forms together
_RAREST_WORDS = 3
# How rare the shared words must be together: 1 is a word said once on the page, 0 one in every paragraph.
_LEAST_COHESION = 0.6

# What points back to the text above: such a paragraph begins no story.
_POINTS_BACK = re.compile(
    r"(?:the|this|these|those|that|it|its|they|their|he|his|she|her|such|also|however|but|and|both|as|"
    r"in addition|"
    r"este|esta|estos|estas|ello|ademas|asimismo|tambien|su|sus|sin embargo|por su parte|"
    r"ce|cet|cette|ces|il|elle|ils|elles|son|sa|ses|leur|leurs|de plus|en outre|toutefois)\b"
)


class Cohesion:
    """The frequencies of words on a page, and the rare ones that two texts on it share.

    Args:
        paragraphs: Every line of text on the page.
    """

    def __init__(self, paragraphs: Iterable[str]) -> None:
        self._frequency: Counter[str] = Counter()
        self._paragraphs = 0
        self._above: tuple[Sequence[str], int, set[str]] = ((), 0, set())
        for paragraph in paragraphs:
            self._frequency.update(_stems(paragraph))
            self._paragraphs += 1

    def begins_story(self, paragraph: str, above: Sequence[str]) -> bool:
        """Check whether a paragraph shares no rare word with the item above it.

        Args:
            paragraph: A paragraph of the page.
            above: The title and the paragraphs of the item that it would belong to.
        """
        if self._paragraphs < _FEWEST_PARAGRAPHS or len(paragraph) < _SHORTEST or not is_prose(paragraph):
            return False
        if is_list_entry(paragraph) or not starts_high(paragraph) or not paragraph[0].isalnum():
            return False
        if _POINTS_BACK.match(plain_words(paragraph[:40])):
            return False
        shared = _stems(paragraph) & self._stems_above(above)
        rarest = sorted((self._rarity(stem) for stem in shared), reverse=True)[:_RAREST_WORDS]
        return sum(rarest) < _LEAST_COHESION

    def _stems_above(self, above: Sequence[str]) -> set[str]:
        """Collect the stems of an item's texts; where it has grown, only the new ones are read."""
        same, known, stems = self._above
        if same is not above or known > len(above):
            known, stems = 0, set()
        stems |= _stems(*above[known:])
        self._above = (above, len(above), stems)
        return stems

    def _rarity(self, stem: str) -> float:
        return 1 - math.log(self._frequency[stem] or 1) / math.log(self._paragraphs)


def _stems(*texts: str) -> set[str]:
    words = (word for text in texts for word in plain_words(text[:_LONGEST]).split())
    return {word[:_STEM] for word in words if len(word) > 3 or word.isdigit()}

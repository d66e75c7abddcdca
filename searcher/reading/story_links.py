"""Which pieces of news tell of one event: links by what they share, weighed by how rare it is."""

from __future__ import annotations

from collections import defaultdict
from math import fsum, log, sqrt
from typing import TYPE_CHECKING, Final

from searcher.bm25 import idf
from searcher.reading.evidence import SPECIFIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from searcher.reading.story_news import News
    from searcher.reading.telling_words import Evidence

SMALLEST: Final = 100  # items of the collection in which evidence is weighed, at least
TWICE: Final = 2.0  # what a name, a figure or a place counts beside a concept
ALONE: Final = 0.25
"""What evidence counts in a length that no other item of those days has."""
HIGHEST: Final = 5.0
"""The idf beyond which evidence weighs no more: that of names that one of 150 items has."""
LEAST_RARITY: Final = log(200)
"""Names, figures and places shared that one of so many items would have by chance."""
LEAST_LIKENESS: Final = 0.2
"""The cosine from which on two pieces of news are linked."""
FORM: Final = 5
"""Concepts shared from which on two texts of one language may be bulletins of one form."""
SAME_CONCEPTS: Final = 0.75
"""The share of them among all of the longer text that makes a form of it ..."""
SAME_NAMES: Final = 0.6
"""... where no larger share of its names, figures and places is the same."""


class Linker:
    """Links pieces of news.

    Args:
        news: The pieces, the earliest first.
        counts: In how many items each piece of evidence stands.
        collection: How many items those are.
        window: The days that may lie between two of one event.
    """

    def __init__(
        self, news: Sequence[News], counts: Mapping[Evidence, int], collection: int, window: int
    ) -> None:
        size = max(collection, SMALLEST)
        self._news = news
        self._window = window
        self.rarity = {key: idf(size, count) for key, count in counts.items() if count > 1}
        self._squares = {
            key: (min(rarity, HIGHEST) * (TWICE if key[0] in SPECIFIC else 1)) ** 2
            for key, rarity in self.rarity.items()
        }
        self._lengths = self._lengths_of()

    def _lengths_of(self) -> list[float]:
        """Give the length of the vector of each piece of news.

        What no other one within the window has, as most names, hardly says how alike two are: it counts less.
        """
        squares: list[list[float]] = [[] for _ in self._news]
        latest: dict[
            Evidence, tuple[int, int, bool]
        ] = {}  # who had it last, until when, and whether with others
        for number, one in enumerate(self._news):
            for key in (*one.runs, *one.topics, *one.countries):
                square = self._squares.get(key)
                if square is None:
                    continue
                other, last, together = latest.get(key, (number, 0, True))
                near = last >= one.first - self._window
                squares[number].append(square if near else ALONE * square)
                if near and not together:
                    squares[other].append((1 - ALONE) * square)
                latest[key] = number, max(last, one.last), near
        return [sqrt(fsum(own)) or 1.0 for own in squares]

    def links(self) -> dict[tuple[int, int], float]:
        """Find all links, by the numbers of their pieces, the earlier first, with their likeness."""
        found: dict[tuple[int, int], float] = {}
        rare = {
            key for key, rarity in self.rarity.items() if key[0] in SPECIFIC and rarity >= LEAST_RARITY / 2
        }
        lists: defaultdict[Evidence, list[int]] = defaultdict(list)
        for number, one in enumerate(self._news):
            beside: set[int] = set()
            earliest = one.first - self._window
            for key in one.runs.keys() & rare:
                near = [other for other in lists[key] if self._news[other].last >= earliest]
                beside.update(near)
                near.append(number)
                lists[key] = near
            for other in sorted(beside):
                likeness = self.likeness(other, number)
                if likeness >= LEAST_LIKENESS:
                    found[other, number] = likeness
        return found

    def likeness(self, one: int, other: int) -> float:
        """Compute the cosine of two pieces of news, 0 where they cannot be told to be of one event.

        The vectors have the idf of each concept and country (Spärck Jones 1972), twice that of each name,
        figure and place, up to a limit: else the rare names of long texts would count for all the rest.
        """
        first, second = self._news[one], self._news[other]
        names = first.runs.keys() & second.runs.keys()
        if first.countries and second.countries and first.countries.isdisjoint(second.countries):
            return 0.0
        if min(self._together(names, first), self._together(names, second)) < self._least(first, second):
            return 0.0
        topics = first.topics & second.topics
        if first.language == second.language and _is_form(first, second, len(names), len(topics)):
            return 0.0
        shared = self._sum((*names, *topics, *(first.countries & second.countries)))
        return shared / (self._lengths[one] * self._lengths[other])

    def _sum(self, evidence: Iterable[Evidence]) -> float:
        """Sum the squares of weights, in whichever order they come to the same."""
        return fsum([self._squares.get(key, 0.0) for key in evidence])

    def _together(self, names: Iterable[Evidence], one: News) -> float:
        """Sum how rare the names, figures and places are: of what stands side by side the rarest counts."""
        rarest: dict[int, float] = {}
        for key in names:
            run = one.runs[key]
            rarest[run] = max(rarest.get(run, 0.0), self.rarity[key])
        return fsum(rarest.values())

    def _least(self, first: News, second: News) -> float:
        """Say how rare they must be: more where a date is so uncertain that many windows lie in it."""
        days = first.last - first.first + second.last - second.first
        return LEAST_RARITY + log(max(1.0, days / (2 * self._window + 1)))


def _is_form(first: News, second: News, names: int, topics: int) -> bool:
    """Tell whether two texts of one language are bulletins of one form: the same words, other names."""
    return (
        topics >= FORM
        and topics >= SAME_CONCEPTS * max(len(first.topics), len(second.topics))
        and names <= SAME_NAMES * max(len(first.runs), len(second.runs))
    )

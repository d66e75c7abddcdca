"""Which pieces of news tell of one event: links by what they share, weighed by how rare it is."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import chain
from math import fsum, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

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

_DAYS: Final = date.max.toordinal()


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
        rarities = {count: idf(size, count) for count in {*counts.values()}}
        self.rarity = {key: rarities[count] for key, count in counts.items() if count > 1}
        # What one piece of news alone has links none. All else is known by its number from here on.
        numbers = {key: number for number, key in enumerate(self.rarity)}
        self._rarities = [*self.rarity.values()]
        self._specific = [key[0] in SPECIFIC for key in self.rarity]
        self._squares = [
            (min(rarity, HIGHEST) * (TWICE if specific else 1)) ** 2
            for rarity, specific in zip(self._rarities, self._specific, strict=True)
        ]
        self._runs = [{numbers[key]: run for key, run in one.runs.items() if key in numbers} for one in news]
        self._topics = [{numbers[key] for key in one.topics if key in numbers} for one in news]
        self._countries = [{numbers[key] for key in one.countries if key in numbers} for one in news]
        self._lengths, self._rare = self._compared()

    def _compared(self) -> tuple[list[float], list[list[int]]]:
        """Look at each piece of evidence over time.

        Returns:
            The length of the vector of each piece of news: what no other one within the window has, as most
            names, hardly says how alike two are, and counts less. And of each name, figure or place that is
            rare, and that two within the window have, the pieces that have it.
        """
        parts = (self._runs, self._topics, self._countries)
        sizes = [sum(map(len, kinds)) for kinds in zip(*parts, strict=True)]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        every = chain.from_iterable(chain.from_iterable(zip(*parts, strict=True)))
        evidence = np.fromiter(every, np.int64, count=len(owner))
        order = evidence.argsort(kind="stable")
        owner, evidence = owner[order], evidence[order]
        begins = np.ones(len(owner), bool)  # whether a piece of evidence is another than the one before
        begins[1:] = evidence[1:] != evidence[:-1]
        last = np.array([one.last for one in self._news], np.int64)[owner]
        earliest = np.array([one.first - self._window for one in self._news], np.int64)[owner]
        # The latest day of those before: days of one piece of evidence lie above those of the last.
        above = (np.cumsum(begins) - 1) * (_DAYS + 1)
        near = np.zeros(len(owner), bool)
        near[1:] = ~begins[1:] & ((np.maximum.accumulate(last + above) - above)[:-1] >= earliest[1:])
        square = np.array(self._squares)[evidence]
        back = (near[1:] & ~near[:-1]).nonzero()[0]  # of these it was thought that no other has it
        values = np.concatenate((np.where(near, square, ALONE * square), (1 - ALONE) * square[back]))
        owners = np.concatenate((owner, owner[back]))
        ends = np.cumsum(np.bincount(owners, minlength=len(sizes))).tolist()
        of_each = values[owners.argsort(kind="stable")].tolist()
        lengths = [
            sqrt(fsum(of_each[first:end])) or 1.0 for first, end in zip([0, *ends], ends, strict=False)
        ]
        rare = np.array(self._specific, bool) & (np.array(self._rarities) >= LEAST_RARITY / 2)
        shared = np.unique(evidence[near & rare[evidence]])
        firsts = np.searchsorted(evidence, shared), np.searchsorted(evidence, shared, "right")
        return lengths, [owner[first:end].tolist() for first, end in zip(*firsts, strict=True)]

    def links(self) -> dict[tuple[int, int], float]:
        """Find all links, by the numbers of their pieces, the earlier first, with their likeness."""
        beside: defaultdict[int, set[int]] = defaultdict(set)
        for having in self._rare:
            near: list[int] = []
            for number in having:
                earliest = self._news[number].first - self._window
                near = [other for other in near if self._news[other].last >= earliest]
                if near:
                    beside[number].update(near)
                near.append(number)
        found: dict[tuple[int, int], float] = {}
        for number in sorted(beside):
            for other in sorted(beside[number]):
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
        countries = self._countries[one] & self._countries[other]
        if not countries and first.countries and second.countries:
            return 0.0
        runs = self._runs[one], self._runs[other]
        names = runs[0].keys() & runs[1].keys()
        least = self._least(first, second)
        if any(self._together(names, own) < least for own in runs):
            return 0.0
        topics = self._topics[one] & self._topics[other]
        if first.language == second.language and _is_form(first, second, len(names), len(topics)):
            return 0.0
        shared = fsum(map(self._squares.__getitem__, (*names, *topics, *countries)))
        return shared / (self._lengths[one] * self._lengths[other])

    def _together(self, names: Iterable[int], runs: Mapping[int, int]) -> float:
        """Sum how rare the names, figures and places are: of what stands side by side the rarest counts."""
        rarest: dict[int, float] = {}
        for key in names:
            run, rarity = runs[key], self._rarities[key]
            if rarest.get(run, 0.0) < rarity:
                rarest[run] = rarity
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

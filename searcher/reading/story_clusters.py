"""Cluster pieces of news into stories: links by shared evidence, weighted by rarity."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from heapq import heapify, heappop, heappush
from math import fsum, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.checkpoint import checked, checkpoint
from indexer.runtime import remembered
from searcher.bm25 import idf
from searcher.reading.story_evidence import hashed, is_specific

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from searcher.reading.distinctive_words import Evidence
    from searcher.reading.story_evidence import News


if TYPE_CHECKING:
    Numbers = NDArray[Any]

NOTHING: Final = -1  # the number of evidence that one piece of news alone has
MAX_PARTS: Final = 1 << 14
"""Pieces of news whose evidence is held as sets, 3 KB each: those of some days are compared."""
SMALLEST: Final = 100  # items of the collection in which evidence is weighed, at least
TWICE: Final = 2.0  # what a name, a figure or a place counts beside a concept
ALONE: Final = 0.25
"""What evidence counts in a length that no other item of those days has."""
HIGHEST: Final = 5.0
"""The idf beyond which evidence weighs no more: that of names that one of 150 items has."""
MIN_RARITY: Final = log(200)
"""Names, figures and places shared that one of so many items would have by chance."""
MIN_LIKENESS: Final = 0.2
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
        others: Other items among which evidence is weighed.
        window: The days that may lie between two of one event.
    """

    def __init__(self, news: Sequence[News], others: Sequence[News], window: int) -> None:
        self._news = news
        self._window = min(window, _DAYS)
        sizes = [len(one.evidence) for one in news]
        self._ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))
        # What one piece of news alone has links none. All else is known by its number from here on.
        self._hashes, counts, self._numbers = _numbered([*news, *others])
        size = max(len(news) + len(others), SMALLEST)
        rarities = {count: idf(size, count) for count in {*counts}}
        self._rarities = [rarities[count] for count in counts]
        self._specific = is_specific(self._hashes)
        weights = np.minimum(self._rarities, HIGHEST) * np.where(self._specific, TWICE, 1)
        self._squares = (weights**2).tolist()
        self._lengths, self._rare = self._compared()
        self._parts = remembered(self._parts_of, MAX_PARTS)

    def rarity(self, key: Evidence) -> float:
        """Give the idf of a piece of evidence that several items have."""
        return self._rarities[int(self._hashes.searchsorted(hashed(key)))]

    def _parts_of(self, number: int) -> tuple[dict[int, int], set[int], set[int]]:
        """Give the names, figures and places of a piece of news, its concepts and its countries."""
        news = self._news[number]
        numbers = self._numbers[self._ends[number] : self._ends[number + 1]].tolist()
        names, topics = len(news.runs), len(news.runs) + news.topics
        runs = zip(numbers[:names], news.runs, strict=True)
        return (
            {one: run for one, run in runs if one != NOTHING},
            {*numbers[names:topics]} - {NOTHING},
            {*numbers[topics:]} - {NOTHING},
        )

    def _compared(self) -> tuple[list[float], list[list[int]]]:
        """Look at each piece of evidence over time.

        Returns:
            The length of the vector of each piece of news: what no other one within the window has, as most
            names, hardly says how alike two are, and counts less. And of each name, figure or place that is
            rare, and that two within the window have, the pieces that have it.
        """
        count = len(self._news)
        evidence = self._numbers[: self._ends[count]]
        owner = np.repeat(np.arange(count, dtype=np.int32), np.diff(self._ends[: count + 1]))
        kept = evidence != NOTHING
        evidence, owner = evidence[kept], owner[kept]
        order = evidence.argsort(kind="stable")
        owner, evidence = owner[order], evidence[order]
        begins = np.ones(len(owner), bool)  # whether a piece of evidence is another than the one before
        begins[1:] = evidence[1:] != evidence[:-1]
        near = self._have_near(owner, begins)
        square = np.array(self._squares)[evidence]
        back = (near[1:] & ~near[:-1]).nonzero()[0]  # of these it was thought that no other has it
        values = np.concatenate((np.where(near, square, ALONE * square), (1 - ALONE) * square[back]))
        owners = np.concatenate((owner, owner[back]))
        ends = np.cumsum(np.bincount(owners, minlength=count)).tolist()
        of_each = values[owners.argsort(kind="stable")]
        lengths = [  # exact sums, whatever the order of evidence
            sqrt(fsum(of_each[first:end].tolist())) or 1.0
            for first, end in zip([0, *ends], ends, strict=False)
        ]
        rare = self._specific & (np.array(self._rarities) >= MIN_RARITY / 2)
        shared = np.unique(evidence[near & rare[evidence]])
        firsts = np.searchsorted(evidence, shared), np.searchsorted(evidence, shared, "right")
        return lengths, [owner[first:end].tolist() for first, end in zip(*firsts, strict=True)]

    def _have_near(self, owner: Numbers, begins: Numbers) -> Numbers:
        """Tell of pieces of news that have a piece of evidence whether one before is within the window.

        Args:
            owner: The pieces of news, the earliest first of each piece of evidence.
            begins: Where each piece of evidence begins.
        """
        latest = np.array([one.last for one in self._news], np.int64)[owner]
        # The latest day of those before: days of one piece of evidence lie above those of the last.
        above = (np.cumsum(begins) - 1) * (_DAYS + 1)
        latest += above
        np.maximum.accumulate(latest, out=latest)
        latest -= above
        earliest = np.array([one.first - self._window for one in self._news], np.int64)[owner]
        near = np.zeros(len(owner), bool)
        near[1:] = ~begins[1:] & (latest[:-1] >= earliest[1:])
        return near

    def links(self) -> dict[tuple[int, int], float]:
        """Find all links, by the numbers of their pieces, the earlier first, with their likeness."""
        alongside: defaultdict[int, set[int]] = defaultdict(set)
        for having in self._rare:
            near: list[int] = []
            for number in checked(having):
                earliest = self._news[number].first - self._window
                near = [other for other in near if self._news[other].last >= earliest]
                if near:
                    alongside[number].update(near)
                near.append(number)
        found: dict[tuple[int, int], float] = {}
        for number in sorted(alongside):
            for other in checked(sorted(alongside.pop(number))):
                likeness = self.likeness(other, number)
                if likeness >= MIN_LIKENESS:
                    found[other, number] = likeness
        return found

    def likeness(self, one: int, other: int) -> float:
        """Compute the cosine of two pieces of news, 0 where they cannot be told to be of one event.

        The vectors have the idf of each concept and country (Spärck Jones 1972), twice that of each name,
        figure and place, up to a limit: else the rare names of long texts would count for all the rest.
        """
        first, second = self._news[one], self._news[other]
        own, others = self._parts(one), self._parts(other)
        countries = own[2] & others[2]
        if not countries and first.countries and second.countries:
            return 0.0
        names = own[0].keys() & others[0].keys()
        least = self._least(first, second)
        if any(self._batches(names, runs) < least for runs in (own[0], others[0])):
            return 0.0
        topics = own[1] & others[1]
        if first.language == second.language and _is_form(first, second, len(names), len(topics)):
            return 0.0
        shared = fsum(map(self._squares.__getitem__, (*names, *topics, *countries)))
        return shared / (self._lengths[one] * self._lengths[other])

    def _batches(self, names: Iterable[int], runs: Mapping[int, int]) -> float:
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
        return MIN_RARITY + log(max(1.0, days / (2 * self._window + 1)))


def _numbered(news: Sequence[News]) -> tuple[Numbers, list[int], Numbers]:
    """Number the evidence that several pieces of news have.

    Returns:
        Its hashes, ascending; how many have each; and the number of all evidence, or NOTHING, one piece of
        news behind the other.
    """
    every = np.frombuffer(bytearray().join([one.evidence for one in news]), np.int64)
    hashes, evidence, counts = np.unique(every, return_inverse=True, return_counts=True)
    known = counts > 1
    numbers = np.where(known, np.cumsum(known) - 1, NOTHING).astype(np.int32)
    return hashes[known], counts[known].tolist(), numbers[evidence]


def _is_form(first: News, second: News, names: int, topics: int) -> bool:
    """Tell whether two texts of one language are bulletins of one form: the same words, other names."""
    return (
        topics >= FORM
        and topics >= SAME_CONCEPTS * max(first.topics, second.topics)
        and names <= SAME_NAMES * max(len(first.runs), len(second.runs))
    )


def average_linkage(links: Mapping[tuple[int, int], float], least: float) -> list[list[int]]:
    """Join things by group average (UPGMA: Sokal and Michener, 1958), of which there are few links.

    The strength between two clusters is the mean over all pairs of their members, 0 for a pair without a
    link: one link does not make a chain of two clusters.

    Args:
        links: Pairs of numbers, the lower one first, to how strong their link is.
        least: The mean strength from which on two clusters join.

    Returns:
        The clusters with two members or more, each ascending; equal strengths join in the order of numbers.
    """
    sums: dict[int, dict[int, float]] = {}
    for (one, other), strength in links.items():
        sums.setdefault(one, {})[other] = strength
        sums.setdefault(other, {})[one] = strength
    members = {one: [one] for one in sums}
    heap = [(-strength, *pair) for pair, strength in links.items() if strength >= least]
    heapify(heap)

    def mean(one: int, other: int) -> float:
        return sums[one].get(other, 0.0) / (len(members[one]) * len(members[other]))

    while heap:
        checkpoint()
        strength, one, other = heappop(heap)
        if one not in members or other not in members or mean(one, other) != -strength:
            continue  # one of them has joined another meanwhile
        for third, own in sums.pop(other).items():
            del sums[third][other]
            if third != one:
                sums[one][third] = sums[third][one] = sums[one].get(third, 0.0) + own
        members[one] += members.pop(other)
        for third in sums[one]:
            if (strength := mean(one, third)) >= least:
                heappush(heap, (-strength, min(one, third), max(one, third)))
    return sorted([sorted(cluster) for cluster in members.values() if len(cluster) > 1])

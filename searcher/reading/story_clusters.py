"""Cluster items that share rare evidence into stories."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from heapq import heapify, heappop, heappush, nlargest
from itertools import chain, combinations, compress
from math import exp, fsum, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.checkpoint import add_checkpoints, checkpoint
from indexer.runtime import NamedTuple, cache_method
from searcher.bm25 import idf
from searcher.reading.story_evidence import hash_evidence, is_known, is_specific

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from searcher.reading.distinctive_words import Evidence
    from searcher.reading.story_evidence import News


if TYPE_CHECKING:
    Numbers = NDArray[Any]
    # Merged clusters: an item, or two trees.
    Tree = int | tuple["Tree", "Tree"]

NOTHING: Final = -1  # the number for evidence of a single item
MAX_PARTS: Final = 1 << 14
"""The maximum number of items whose evidence is cached for comparisons with later items: some 3 KB each."""
SMALLEST: Final = 100  # the minimum number of items for document frequencies
NAME_WEIGHT: Final = 2.0  # the weight of a name, a number or a place relative to a concept
ALONE: Final = 0.25
"""The factor for evidence that no other item within the window has, in the length of an item's vector."""
HIGHEST: Final = 5.0
"""The maximum idf of evidence: that of a name that one of 150 items has."""
MIN_RARITY: Final = log(200)
"""The minimum summed rarity of what two linked items share: names, numbers and places of one in 200 items."""
MIN_LIKENESS: Final = 0.1
"""The minimum similarity of linked items, and mean similarity of merged clusters."""
LIKELY: Final = 0.25
"""The minimum cohesion of a likely story. Other stories are split if one of their parts is likely."""
DOUBTFUL: Final = 0.05
"""The minimum cohesion of a doubtful story."""
MOST_SPLIT: Final = 100
"""The maximum number of items of a story that may be split."""
OTHER_SUBJECT: Final = 0.5
"""The factor for the similarity of items in one language, if neither mentions the subject of the other."""
ACROSS: Final = 2.5
"""The factor for the similarity of two items in different languages, which share names but no other words."""
KNOWN: Final = 0.5
"""The rarity of a name or a place of the thesaurus, such as an institution, relative to that of others."""
ENOUGH: Final = 10.0
"""The summed rarity of shared names, numbers and places, without the rarest, above which it has no effect."""
FORM: Final = 5
"""The minimum number of shared concepts of two texts in the same language that follow one template ..."""
MORE_CONCEPTS: Final = 0.2
"""... and the minimum difference between the share of concepts and the share of names that are common."""

_DAYS: Final = date.max.toordinal()


class Cluster(NamedTuple):
    """The items of a story.

    Attributes:
        numbers: The numbers of the items, in ascending order.
        cohesion: How closely the items are related, from 0 to 1. It is the harmonic mean of a value of each
            item, the product of two numbers: the mean similarity to the two most similar items; and the
            weight of the item's concepts, names, numbers and places that other items of the story have,
            divided by the weight of all of them. The similarity of two items of one language with different
            subjects is halved (``OTHER_SUBJECT``).
        shares: The number of names, numbers and places that an item shares with other items, for the item
            with the fewest.
    """

    numbers: list[int]
    cohesion: float
    shares: int


class _Parts(NamedTuple):
    """The evidence of an item that at least one other item has.

    Attributes:
        names: Maps each name, number and place to the number of its run. Adjacent names, numbers and places,
            such as the words of a person's name, form a run.
        topics, countries: The concepts, and the countries.
        weights: The weight of each piece of evidence, also of pieces that no other item has.
        subject: The names, numbers and places of the run with the highest weight. Those that no other item
            has are left out.
    """

    names: dict[int, int]
    topics: set[int]
    countries: set[int]
    weights: dict[int, float]
    subject: set[int]


class Linker:
    """Finds pairs of items that may be about the same event.

    Args:
        news: The items, earliest first.
        others: Items that are not linked. They only add to the document frequencies of evidence.
        window: The maximum number of days between two items about the same event.
    """

    def __init__(self, news: Sequence[News], others: Sequence[News], window: int) -> None:
        self._news = news
        self._window = min(window, _DAYS)
        sizes = [len(one.evidence) for one in news]
        self._ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))
        # Evidence of a single item links nothing, so only other evidence is numbered.
        self._hashes, counts, self._numbers = _number_evidence([*news, *others])
        size = max(len(news) + len(others), SMALLEST)
        idfs = {count: idf(size, count) for count in {1, *counts}}
        self._specific = is_specific(self._hashes)
        rarities = np.array([idfs[count] for count in counts])
        weights = np.append(np.minimum(rarities, HIGHEST), min(idfs[1], HIGHEST))
        weights[:-1] *= np.where(self._specific, NAME_WEIGHT, 1)
        weights[NOTHING] *= NAME_WEIGHT
        rarities[self._specific & is_known(self._hashes)] *= KNOWN
        self._rarities: list[float] = rarities.tolist()
        mentions = np.frombuffer(bytearray().join([one.mentions for one in news]), np.uint8)
        self._weights = weights[self._numbers[: len(mentions)]] * (1 + np.log(mentions))
        self._lengths, self._rare = self._compare_items()
        self._parts = cache_method(self._parts_of, MAX_PARTS)

    def rarity(self, key: Evidence) -> float:
        """Return the rarity of a piece of evidence.

        It is the idf, which is reduced for names that the thesaurus contains.
        """
        return self._rarities[int(self._hashes.searchsorted(hash_evidence(key)))]

    def _parts_of(self, number: int) -> _Parts:
        """Return the evidence that an item shares with other items."""
        news, span = self._news[number], slice(self._ends[number], self._ends[number + 1])
        numbers, weights = self._numbers[span].tolist(), self._weights[span].tolist()
        names, topics = len(news.runs), len(news.runs) + news.topics
        runs = [*zip(numbers[:names], news.runs, strict=True)]
        subject = max(range(names), key=weights.__getitem__, default=None)
        return _Parts(
            {one: run for one, run in runs if one != NOTHING},
            {*numbers[names:topics]} - {NOTHING},
            {*numbers[topics:]} - {NOTHING},
            dict(zip(numbers, weights, strict=True)),
            {one for one, run in runs if subject is not None and run == news.runs[subject]} - {NOTHING},
        )

    def _compare_items(self) -> tuple[list[float], list[list[int]]]:
        """Compare the items that share evidence within the window.

        Returns:
            The length of each item's vector, in which evidence that no other item in the window has weighs
            less. And, for each rare name, number or place that two items in the window share, the items that
            have it.
        """
        count = len(self._news)
        evidence = self._numbers[: self._ends[count]]
        owner = np.repeat(np.arange(count, dtype=np.int32), np.diff(self._ends[: count + 1]))
        kept = (evidence != NOTHING).nonzero()[0]
        order = kept[evidence[kept].argsort(kind="stable")]
        owner, evidence = owner[order], evidence[order]
        begins = np.ones(len(owner), bool)  # whether a piece of evidence differs from the previous one
        begins[1:] = evidence[1:] != evidence[:-1]
        near = self._have_near(owner, begins)
        square = self._weights[order] ** 2
        back = (near[1:] & ~near[:-1]).nonzero()[0]  # earlier items, for which no shared evidence was assumed
        values = np.concatenate((np.where(near, square, ALONE * square), (1 - ALONE) * square[back]))
        owners = np.concatenate((owner, owner[back]))
        ends = np.cumsum(np.bincount(owners, minlength=count)).tolist()
        of_each = values[owners.argsort(kind="stable")]
        lengths = [  # exact sums, regardless of the order of evidence
            sqrt(fsum(of_each[first:end].tolist())) or 1.0
            for first, end in zip([0, *ends], ends, strict=False)
        ]
        rare = self._specific & (np.array(self._rarities) >= MIN_RARITY / 2)
        shared = np.unique(evidence[near & rare[evidence]])
        firsts = np.searchsorted(evidence, shared), np.searchsorted(evidence, shared, "right")
        return lengths, [owner[first:end].tolist() for first, end in zip(*firsts, strict=True)]

    def _have_near(self, owner: Numbers, begins: Numbers) -> Numbers:
        """Return which entries have an earlier item in the window with the same evidence.

        An entry is a piece of evidence of an item.

        Args:
            owner: The item of each entry. The entries of a piece of evidence are adjacent, earliest item
                first.
            begins: Whether each entry is the first one of its piece of evidence.
        """
        latest = np.array([one.last for one in self._news], np.int64)[owner]
        # The latest day of earlier items, as a running maximum: the days of each piece of evidence are
        # shifted above those of the previous piece.
        above = (np.cumsum(begins) - 1) * (_DAYS + 1)
        latest += above
        np.maximum.accumulate(latest, out=latest)
        latest -= above
        earliest = np.array([one.first - self._window for one in self._news], np.int64)[owner]
        near = np.zeros(len(owner), bool)
        near[1:] = ~begins[1:] & (latest[:-1] >= earliest[1:])
        return near

    def clusters(self) -> list[Cluster]:
        """Return the clusters of linked items."""
        links = self.links()
        found = [self._split(tree, links) for tree in average_linkage(links, MIN_LIKENESS)]
        return [one for one in chain.from_iterable(found) if one.cohesion >= DOUBTFUL]

    def _split(self, tree: Tree, links: Mapping[tuple[int, int], float]) -> list[Cluster]:
        """Return the cluster of a tree, or the clusters of its parts.

        A tree is split if its cohesion is below ``LIKELY`` and the cohesion of a part is not.
        """
        if isinstance(tree, int):
            return []
        whole = self._cluster(numbers_of(tree), links)
        if whole.cohesion >= LIKELY or len(whole.numbers) > MOST_SPLIT:
            return [whole]
        parts = [one for part in tree for one in self._split(part, links)]
        return parts if any(one.cohesion >= LIKELY for one in parts) else [whole]

    def _cluster(self, numbers: list[int], links: Mapping[tuple[int, int], float]) -> Cluster:
        """Compute the cohesion of items, and return them as a cluster."""
        strengths: dict[int, list[float]] = {one: [] for one in numbers}
        for pair in add_checkpoints(combinations(numbers, 2)):
            if pair in links:
                strength = links[pair] * self._compare_subjects(*pair)
                for one in pair:
                    strengths[one].append(strength)
        several = min(2, len(numbers) - 1)
        closest = {one: fsum(nlargest(several, own)) / several for one, own in strengths.items()}
        ends = [self._ends[one + 1] - self._news[one].countries for one in numbers]
        spans = [slice(self._ends[one], end) for one, end in zip(numbers, ends, strict=True)]
        counts = Counter([key for span in spans for key in self._numbers[span].tolist()])
        counts[NOTHING] = 0
        inverses, shares = [], []
        for one, span in zip(numbers, spans, strict=True):
            weights = self._weights[span].tolist()
            common = [counts[key] > 1 for key in self._numbers[span].tolist()]
            inverses.append(fsum(weights) / (fsum(compress(weights, common)) * closest[one]))
            shares.append(len({*compress(self._news[one].runs, common)}))
        return Cluster(numbers, len(numbers) / fsum(inverses), min(shares))

    def _compare_subjects(self, one: int, other: int) -> float:
        """Return the factor for the similarity of two linked items.

        It is lower if their subjects differ.
        """
        own, others = self._parts(one), self._parts(other)
        if self._news[one].language != self._news[other].language:  # names may be translated
            return 1.0
        same = own.subject & others.names.keys() or others.subject & own.names.keys()
        return 1.0 if same else OTHER_SUBJECT

    def links(self) -> dict[tuple[int, int], float]:
        """Return the similarity of each pair of linked items."""
        alongside: defaultdict[int, set[int]] = defaultdict(set)
        for having in self._rare:
            near: list[int] = []
            for number in add_checkpoints(having):
                earliest = self._news[number].first - self._window
                near = [other for other in near if self._news[other].last >= earliest]
                if near:
                    alongside[number].update(near)
                near.append(number)
        found: dict[tuple[int, int], float] = {}
        for number in sorted(alongside):
            for other in add_checkpoints(sorted(alongside.pop(number))):
                likeness = self.likeness(other, number)
                if likeness >= MIN_LIKENESS:
                    found[other, number] = likeness
        return found

    def likeness(self, one: int, other: int) -> float:
        """Return the similarity of two items, from 0 to 1.

        It is 0 if they cannot be about the same event.

        The similarity is the cosine of the items' vectors, times a factor for the shared names, numbers and
        places, times an exponential decay with the days between the items (1/e at the window). Vectors
        contain the idf of each concept and country (Spärck Jones 1972), and twice the idf of each name,
        number and place, up to a limit, because rare names of long texts would dominate. Frequent mentions
        weigh more (1 + log tf), because a text repeats its subject.
        """
        first, second = self._news[one], self._news[other]
        own, others = self._parts(one), self._parts(other)
        countries = own.countries & others.countries
        if not countries and first.countries and second.countries:
            return 0.0
        names = own.names.keys() & others.names.keys()
        rarities = [self._run_rarities(names, runs) for runs in (own.names, others.names)]
        unlikely = self._date_penalty(first, second)
        if min(map(fsum, rarities)) < MIN_RARITY + unlikely:
            return 0.0
        topics = own.topics & others.topics
        if first.language == second.language and _follow_one_template(first, second, len(names), len(topics)):
            return 0.0
        rest = min([fsum(one) - max(one) for one in rarities]) - unlikely
        amount = min(max(rest, 0.0) / ENOUGH, 1.0)
        shared = fsum([own.weights[key] * others.weights[key] for key in (*names, *topics, *countries)])
        cosine = shared / (self._lengths[one] * self._lengths[other])
        days = max(second.first - first.last, first.first - second.last, 0)
        across = ACROSS if first.language != second.language else 1.0
        return min(across * amount * cosine, 1.0) * exp(-days / (self._window + 1))

    def _run_rarities(self, names: Iterable[int], runs: Mapping[int, int]) -> list[float]:
        """Return the rarity (an idf) of each run, which is that of its rarest member.

        A run consists of adjacent names, numbers or places in a text. ``names`` are the members to include,
        ``runs`` maps each member to the number of its run.
        """
        rarest: dict[int, float] = {}
        for key in names:
            run, rarity = runs[key], self._rarities[key]
            if rarest.get(run, 0.0) < rarity:
                rarest[run] = rarity
        return [*rarest.values()] or [0.0]

    def _date_penalty(self, first: News, second: News) -> float:
        """Return how much rarer shared evidence must be if the dates of two items are vague."""
        days = first.last - first.first + second.last - second.first
        return log(max(1.0, days / (2 * self._window + 1)))


def _number_evidence(news: Sequence[News]) -> tuple[Numbers, list[int], Numbers]:
    """Number the evidence that at least two items share.

    Returns:
        The sorted hashes of this evidence; the number of items with each; and the evidence of all items, one
        after the other, as indexes of the hashes (NOTHING for evidence of a single item).
    """
    every = np.frombuffer(bytearray().join([one.evidence for one in news]), np.int64)
    hashes, evidence, counts = np.unique(every, return_inverse=True, return_counts=True)
    known = counts > 1
    numbers = np.where(known, np.cumsum(known) - 1, NOTHING).astype(np.int32)
    return hashes[known], counts[known].tolist(), numbers[evidence]


def _follow_one_template(first: News, second: News, names: int, topics: int) -> bool:
    """Return whether two texts, such as weekly bulletins, share a template but not the names."""
    if topics < FORM:
        return False
    shares = topics / max(first.topics, second.topics), names / max(len(first.runs), len(second.runs))
    return shares[0] > shares[1] + MORE_CONCEPTS


def numbers_of(tree: Tree) -> list[int]:
    """Return the items of a tree, in ascending order."""
    found, left = [], [tree]
    while left:
        one = left.pop()
        if isinstance(one, int):
            found.append(one)
        else:
            left += one
    return sorted(found)


def average_linkage(links: Mapping[tuple[int, int], float], least: float) -> list[Tree]:
    """Cluster linked items by average linkage (UPGMA: Sokal and Michener, 1958).

    The strength between two clusters is the mean over all pairs of members, of which a pair without a link
    counts 0. So a single link does not merge two large clusters.

    Args:
        links: The strength of each link, by the pair of item numbers, the lower number first.
        least: The minimum mean strength to merge two clusters.

    Returns:
        The trees of merges, sorted by their lowest numbers. Among links of equal strength, those of the
        lowest numbers are merged first.
    """
    sums: dict[int, dict[int, float]] = {}
    for (one, other), strength in links.items():
        sums.setdefault(one, {})[other] = strength
        sums.setdefault(other, {})[one] = strength
    trees: dict[int, Tree] = {one: one for one in sums}
    sizes = dict.fromkeys(sums, 1)
    heap = [(-strength, *pair) for pair, strength in links.items() if strength >= least]
    heapify(heap)

    def mean(one: int, other: int) -> float:
        return sums[one].get(other, 0.0) / (sizes[one] * sizes[other])

    while heap:
        checkpoint()
        strength, one, other = heappop(heap)
        if one not in trees or other not in trees or mean(one, other) != -strength:
            continue  # one of the two was merged since
        for third, own in sums.pop(other).items():
            del sums[third][other]
            if third != one:
                sums[one][third] = sums[third][one] = sums[one].get(third, 0.0) + own
        trees[one] = trees[one], trees.pop(other)
        sizes[one] += sizes[other]
        for third in sums[one]:
            if (strength := mean(one, third)) >= least:
                heappush(heap, (-strength, min(one, third), max(one, third)))
    return [tree for _, tree in sorted(trees.items()) if not isinstance(tree, int)]

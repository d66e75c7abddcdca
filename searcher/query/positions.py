"""Compare the positions of words in a text: phrases and proximity queries.

An occurrence is a tuple that begins with the positions of its first and its last word.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain
from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from indexer.runtime import NamedTuple
from searcher.query.model import And, DisjunctionMax, Near, NotNear, Occurring, Or, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searcher.query.model import Node

Occurrence = TypeVar("Occurrence", bound=tuple[Any, ...])


class Match(NamedTuple):
    """A matching word or phrase in a text: its offsets, and its terms."""

    start: int
    end: int
    terms: tuple[str, ...]


def remove_overlaps(found: Iterable[Match]) -> list[Match]:
    """Return matches that do not overlap.

    Of overlapping matches, the first is kept; of matches with equal starts, the longest.
    """
    longest: dict[int, Match] = {}
    for match in found:
        if match.start not in longest or match.end > longest[match.start].end:
            longest[match.start] = match
    matches: list[Match] = []
    for _, match in sorted(longest.items()):
        if not matches or match.start >= matches[-1].end:
            matches.append(match)
    return matches


def find_phrases(
    places: Sequence[Sequence[int]], terms: Sequence[object], offsets: Sequence[int], slop: int
) -> Iterator[tuple[int, ...]]:
    """Yield the occurrences of a phrase, as the positions of its terms.

    Args:
        places: The sorted positions of each term in a text.
        terms: The terms. One that occurs twice in the phrase needs two positions.
        offsets: The offset of each term in the phrase.
        slop: The number of positions by which the terms may be moved.
    """
    begins: Iterable[int] = places[0]
    if slop:  # the positions minus their offsets must lie in one window
        begins = sorted({at - offset for own, offset in zip(places, offsets, strict=True) for at in own})
    for begin in begins:
        found: dict[object, int] = {}
        spots: list[int] = []
        for own, term, offset in zip(places, terms, offsets, strict=True):
            least = begin + offset
            if term in found:
                least = max(least, found[term] + 1)
            at = bisect_left(own, least)
            if at == len(own) or own[at] > begin + offset + slop:
                break
            found[term] = own[at]
            spots.append(own[at])
        else:
            yield tuple(spots)


def find_occurrences(
    node: Node,
    leaf: Callable[[Any], list[Any]],
    held: Callable[[Node], bool] = lambda _: True,
) -> list[Any]:
    """Return where part of a proximity query occurs in a text, sorted by position.

    Args:
        node: The part, of a resolved or weighted query; its attribute ``place`` is ignored.
        leaf: Returns the occurrences of a term or a phrase.
        held: Returns whether the text satisfies the restriction of a term to certain words.
    """
    below = parts_of(node)[: 1 if type(node) is And else None]
    found = [find_occurrences(part, leaf, held) for part in below]
    match node:
        case Or() | DisjunctionMax():
            return sorted(chain.from_iterable(found), key=itemgetter(0, 1))
        case Near():
            return find_near(found[0], found[1], node.distance or inf, ordered=node.ordered)
        case NotNear():
            return find_not_near(found[0], found[1], node.distance or inf)
        case Occurring():
            return found[0] if node.least == 1 or _count_apart(found[0]) >= node.least else []
        case And():
            return found[0] if all(map(held, node.parts[1:])) else []
    return leaf(node)


def _count_apart(found: Iterable[Occurrence]) -> int:
    """Return the maximum number of occurrences that do not overlap."""
    count, last = 0, -1
    for start, end, *_ in sorted(found, key=itemgetter(1)):
        if start > last:
            count, last = count + 1, end
    return count


def find_near(
    first: Sequence[Occurrence], second: Sequence[Occurrence], distance: float, *, ordered: bool
) -> list[Occurrence]:
    """Return the occurrences of two parts that are near an occurrence of the other part.

    If ``ordered`` is true, the first part must be before the second.
    """
    found = [
        *_near_others(first, second, distance, before=True, after=not ordered),
        *_near_others(second, first, distance, before=not ordered, after=True),
    ]
    return sorted(found, key=itemgetter(0, 1))


def _near_others(
    some: Sequence[Occurrence], others: Sequence[Occurrence], distance: float, *, before: bool, after: bool
) -> Iterator[Occurrence]:
    """Yield the occurrences of ``some`` that are near an occurrence of ``others``.

    Args:
        some: The occurrences to choose from, such as those of a word.
        others: The occurrences of another word or phrase.
        distance: The maximum distance.
        before: Whether the occurrence of ``some`` may be before that of ``others``.
        after: Whether it may be after that of ``others``.
    """
    starts, ends = _bounds(others)
    for one in some:
        start, end = one[:2]
        following, last = bisect_right(starts, end), bisect_left(ends, start)
        if (before and following < len(starts) and starts[following] - end <= distance) or (
            after and last and start - ends[last - 1] <= distance
        ):
            yield one


def find_not_near(
    kept: Sequence[Occurrence], excluded: Sequence[Occurrence], distance: float
) -> list[Occurrence]:
    """Return the occurrences of ``kept`` that are not near one of ``excluded``."""
    starts, ends = _bounds(excluded)
    return [
        one for one in kept if bisect_right(starts, one[1] + distance) == bisect_left(ends, one[0] - distance)
    ]


def _bounds(occurrences: Sequence[Occurrence]) -> tuple[list[int], list[int]]:
    """Return the first positions of all occurrences, and their last positions.

    Both lists are sorted.
    """
    return sorted([one[0] for one in occurrences]), sorted([one[1] for one in occurrences])

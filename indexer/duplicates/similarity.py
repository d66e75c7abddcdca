"""Decide whether two items are the same news: copies, reprints or shortened versions."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from indexer.duplicates.compared_text import DAY, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indexer.duplicates.compared_text import NewsText


LEAD: Final = 24
"""The number of words at the beginning of a text, which contain its subject."""

LINE: Final = 10
"""The number of words before the first stretch that may be an agency line."""

LONGER: Final = 2
"""How many times longer a text must be than another for only its beginning to be compared."""


class _Overlap(NamedTuple):
    """The stretches (sequences of three words or more) of a shorter text that a longer text contains.

    Attributes:
        covered: For each word of the shorter text, 1 if it is in a stretch (covered), otherwise 0.
        words: The words with which the shorter text was compared: those of the longer text, or of its
            beginning.
        shared: The fraction of the words of the shorter text that are covered.
        lead: The fraction of the first words of the shorter text that are covered. If the other text is much
            longer, it is the lower fraction of both texts.
        edits: The number of gaps between stretches.
    """

    covered: bytes
    words: tuple[str, ...]
    shared: float
    lead: float
    edits: int


def _overlap(shorter: NewsText, longer: NewsText) -> _Overlap:
    """Compare the bodies of two items, of which the shorter is not empty.

    Stretches of a few words may be in any order. Of a much longer text, only the beginning is compared,
    because texts are shortened from their end.
    """
    size, words = len(shorter.words), longer.words
    much_longer = len(words) > LONGER * size
    if much_longer:
        words = words[: size + size // 4 + LEAD]
    covered = _mark_shared_words(shorter.words, words)
    leads = [covered[:LEAD]]
    if much_longer:
        leads.append(_mark_shared_words(words[:LEAD], shorter.words))
    edits = covered[:1].count(0) + covered.count(b"\1\0")
    return _Overlap(covered, words, sum(covered) / size, min(sum(lead) / len(lead) for lead in leads), edits)


def _compare_names(text: NewsText, covered: bytes, words: tuple[str, ...]) -> tuple[int, int, bool]:
    """Compare the names and numbers of a text with the words of another text.

    A few words before the first stretch are ignored, because they may be an agency line.

    Returns:
        The number of equal names and numbers, the number of changed ones, and whether a day changed.
    """
    kept = changed = 0
    redated = False
    start = covered.find(1)
    for named in _NAMED.finditer(text.kinds, 0, len(covered)):
        before = new = WORD
        for at in range(*named.span()):
            kind = text.kinds[at]
            if covered[at]:
                kept += before == WORD or covered[at - 1] == 0
                new = WORD
            elif not (at < start <= LINE) and text.words[max(at - 1, 0) : at + 1] not in _pairs(words):
                changed += new == WORD
                redated |= kind == DAY
                new = kind
            before = kind
    return kept, changed, redated


_NAMED: Final = re.compile(rb"[^\0]+")  # kinds of words other than WORD


def _mark_shared_words(words: tuple[str, ...], others: tuple[str, ...]) -> bytes:
    """Return a byte for each word: 1 if it is in a sequence of three words that both texts have, else 0."""
    if words == others[: len(words)]:
        return b"\1" * len(words)
    stretches = zip(words, words[1:], words[2:], strict=False)
    begins = int.from_bytes(bytes(map(_stretches(others).__contains__, stretches)), "little")
    return (begins | begins << 8 | begins << 16).to_bytes(len(words), "little")


# A text is compared with many others in succession, so the sets of the latest texts are cached.
_bag: Final[Callable[[tuple[str, ...]], frozenset[str]]] = lru_cache(4)(frozenset)
_pairs = lru_cache(4)(lambda words: frozenset(pairwise(words)))
_stretches = lru_cache(4)(lambda words: frozenset(zip(words, words[1:], words[2:], strict=False)))


Kind = Literal["copy", "reprint"]

SHORT: Final = 15
"""The number of words of a body below which it is too short; such items are the same only if all is equal."""

MIN_SHARED: Final = 0.7
"""The minimum share of the shorter text that the longer one contains."""

MIN_LEAD: Final = 0.5
"""The minimum share of the shorter text's first words, unless nearly all its words are shared."""

WHOLE: Final = 0.95
"""The share from which nearly all of a text is in another."""

MAX_CHANGED: Final = 0.4
"""The maximum share of changed names and numbers: with more, the texts have different content."""

MAX_EDITS: Final = 12
"""The minimum number of words of the shorter text per gap: a text with more gaps was rewritten."""

NEAR_DAYS: Final = 7
"""The number of days between versions of the same news, whose names and numbers may differ."""


def duplicate_kind(first: NewsText, second: NewsText, days: int | None = None) -> Kind | None:
    """Return whether two items are copies or reprints, or ``None`` if they are different news.

    ``days`` is the number of days between the items; ``None`` if unknown. Versions of a story have nearly the
    same names and numbers, or differ mostly in other words. Bulletins made from a template are different
    news: they share words, but not names and numbers.

    Returns:
        ``copy`` for equal bodies, ``reprint`` for versions, ``None`` for different news.
    """
    shorter, longer = sorted((first, second), key=lambda text: (len(text.words), text.words))
    shortest, longest = len(shorter.words), len(longer.words)
    if shortest < SHORT:
        same = first.title == second.title and first.body == second.body and any((first.title, first.body))
        return "copy" if same and days == 0 else None
    if first.words == second.words:
        return "copy" if first.body == second.body else "reprint"
    # Most candidate pairs of a large archive share hashes by chance and have few common words.
    if sum(map(_bag(longer.words).__contains__, shorter.words)) / shortest < MIN_SHARED:
        return None
    overlap = _overlap(shorter, longer)
    whole = overlap.shared >= WHOLE and longest <= LONGER * shortest
    # Articles of an agency share sentences: their names are only read if enough is shared.
    if (
        overlap.shared < MIN_SHARED
        or overlap.edits * MAX_EDITS > shortest + 2 * MAX_EDITS
        or not (whole or overlap.lead >= MIN_LEAD)
    ):
        return None
    kept, changed, redated = _compare_names(shorter, overlap.covered, overlap.words)
    added = _compare_names(longer, _mark_shared_words(overlap.words[:LEAD], shorter.words), shorter.words)[1]
    is_version = (
        (changed <= MAX_CHANGED * (changed + kept) or changed < overlap.edits - changed)
        and not (redated and changed > 1 and days != 0)
        and not (changed + added and days is not None and days > NEAR_DAYS)
    )
    return "reprint" if is_version else None


def star_clusters(
    order: Iterable[int], near: Mapping[int, Iterable[int]], alike: Callable[[int, int], Kind | None]
) -> list[tuple[int, dict[int, Kind]]]:
    """Group similar items, each group around its first item.

    In the given order, each item without a group starts one, with all similar items that have no group yet.

    Args:
        order: The items, in the order in which they may start groups.
        near: The items that may be similar to each item.
        alike: Returns the kind of similarity of two items; ``None`` if they are not similar.

    Returns:
        For each group, its first item, and the kind of similarity of each other item to the first. Single
        items form no group.
    """
    taken: set[int] = set()
    groups = []
    for first in order:
        if first in taken:
            continue
        members: dict[int, Kind] = {}
        for other in near.get(first, ()):
            if other not in taken and (kind := alike(first, other)) is not None:
                members[other] = kind
        if members:
            taken.add(first)
            taken.update(members)
            groups.append((first, members))
    return groups

"""Are two items the same news? Copies, reprints and shortened versions are; bulletins of one form are not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

from indexer.duplicates.compared_text import DAY, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indexer.duplicates.compared_text import NewsText


STRETCH: Final = 3
"""Words side by side that make a stretch: what both texts have is compared by these."""

LEAD: Final = 24
"""Words at the beginning of a text, which say what it is about."""

LINE: Final = 10
"""Words before the first stretch that may be the line of an agency."""

LONGER: Final = 2
"""A text that is so many times as long as another holds it at its beginning, or does not hold it."""


class Likeness(NamedTuple):
    """What a text has of another that is at least as long.

    Attributes:
        shared: The share of its words that stand in a stretch that the other has too.
        lead: The same of its first words; of the other's too, where that is much longer.
        kept: Groups of names and figures that stand in such stretches.
        changed: Groups of names and figures beside them that the other never has behind the same word.
        edits: Gaps between such stretches, with names and figures or without.
        redated: Whether a month or a weekday is among what has changed.
        added: Groups of names and figures among the first words of the other, likewise.
    """

    shared: float
    lead: float
    kept: int
    changed: int
    edits: int
    redated: bool
    added: int


def compare(first: NewsText, second: NewsText) -> Likeness:
    """Compare the bodies of two items: what does the shorter have of the longer?

    Equal parts are told by stretches of a few words, in whichever order these stand. Much longer texts are
    compared by their beginning, since texts are shortened from their end.
    """
    shorter, longer = sorted((first, second), key=lambda text: (len(text.words), text.words))
    size = len(shorter.words)
    if not size:
        return _NONE
    words = longer.words
    much_longer = len(words) > LONGER * size
    if much_longer:
        words = words[: size + size // 4 + LEAD]
    covered = _covered(shorter.words, words)
    leads = [covered[:LEAD]]
    if much_longer:
        leads.append(_covered(words[:LEAD], shorter.words))
    kept, changed, redated = _names(shorter, covered, words)
    edits = covered[:1].count(0) + covered.count(b"\1\0")
    added = _names(longer, _covered(words[:LEAD], shorter.words), shorter.words)[1]
    share = sum(covered) / size
    return Likeness(share, min(sum(lead) / len(lead) for lead in leads), kept, changed, edits, redated, added)


_NONE: Final = Likeness(0.0, 0.0, 0, 0, 0, redated=False, added=0)


def _names(text: NewsText, covered: bytearray, words: tuple[str, ...]) -> tuple[int, int, bool]:
    """Count kept and changed groups of names and figures of a text, and tell whether a day has changed.

    What stands before the first stretch may be the line of an agency: it does not count.
    """
    others = {*pairwise(words)}
    kept = changed = 0
    redated = False
    before = new = WORD
    start = covered.find(1)
    for at, kind in enumerate(text.kinds[: len(covered)]):
        if kind == WORD:
            before = new = WORD
            continue
        if covered[at]:
            kept += before == WORD or covered[at - 1] == 0
            new = WORD
        elif text.words[max(at - 1, 0) : at + 1] not in others and not (at < start <= LINE):
            changed += new == WORD
            redated |= kind == DAY
            new = kind
        before = kind
    return kept, changed, redated


def similarity(first: NewsText, second: NewsText) -> float:
    """Compute how alike two items are, title and body together.

    Returns:
        The share of the words of both that stand in a stretch that the other has too: 1 for equal texts, 0
        for texts without a word.
    """
    one, other = (text.title + text.words for text in (first, second))
    if one == other:
        return float(bool(one))
    both = sum(_covered(one, other)) + sum(_covered(other, one))
    return both / (len(one) + len(other))


def _covered(words: tuple[str, ...], others: tuple[str, ...]) -> bytearray:
    """Mark the words that stand in a stretch that the others have too."""
    covered = bytearray(len(words))
    if words == others[: len(words)]:
        return bytearray(b"\1") * len(words)
    known = {*zip(others, others[1:], others[2:], strict=False)}
    for at, stretch in enumerate(zip(words, words[1:], words[2:], strict=False)):
        if stretch in known:
            covered[at : at + STRETCH] = b"\1\1\1"
    return covered


Kind = Literal["copy", "reprint"]

SHORT: Final = 15
"""Words of a body below which it says too little; such items are the same where all is equal, the day too."""

MIN_SHARED: Final = 0.7
"""The least share of the shorter text that the longer one has."""

MIN_LEAD: Final = 0.5
"""The least share of its first words, unless nearly all of it stands in the longer text."""

WHOLE: Final = 0.95
"""The share from which on nearly all of a text stands in another."""

MAX_CHANGED: Final = 0.4
"""The largest share of changed names and figures among all: beyond, the changes are what the texts say."""

MAX_EDITS: Final = 12
"""Words of the shorter text for each gap, at least: a text with more gaps was written anew."""

NEAR_DAYS: Final = 7
"""Days between versions of one piece of news, whose names and figures may differ."""


def is_copy(first: NewsText, second: NewsText) -> bool:
    """Tell whether two bodies are equal, case, accents and punctuation aside."""
    return first.body == second.body


def decide(first: NewsText, second: NewsText, days: int | None = None) -> Kind | None:
    """Decide whether two items are the same news.

    Versions of one story share their names and nearly all of their figures; bulletins that are made from one
    form share the words between them.

    Args:
        first: An item.
        second: Another one.
        days: How many days lie between them, None where that is not known.

    Returns:
        ``copy`` for equal bodies, ``reprint`` for versions, None for different news.
    """
    shortest, longest = sorted((len(first.words), len(second.words)))
    if shortest < SHORT:
        same = first.title == second.title and first.body == second.body and any((first.title, first.body))
        return "copy" if same and days == 0 else None
    if first.words == second.words:
        return "copy" if is_copy(first, second) else "reprint"
    like = compare(first, second)
    whole = like.shared >= WHOLE and longest <= LONGER * shortest
    is_version = (
        like.shared >= MIN_SHARED
        and like.edits * MAX_EDITS <= shortest + MAX_EDITS
        and (whole or like.lead >= MIN_LEAD)
        and like.changed <= MAX_CHANGED * (like.changed + like.kept)
        and not (like.redated and like.changed > 1 and days != 0)
        and not (like.changed + like.added and days is not None and days > NEAR_DAYS)
    )
    return "reprint" if is_version else None


LikenessT = TypeVar("LikenessT")


def stars(
    order: Iterable[int], near: Mapping[int, Iterable[int]], alike: Callable[[int, int], LikenessT | None]
) -> list[tuple[int, dict[int, LikenessT]]]:
    """Gather things into groups.

    The first of those that are in no group yet begins one, and takes all that are alike it and in none.

    Args:
        order: The things, those first that begin groups.
        near: The things that may be alike each.
        alike: How alike two things are, None where they are not.

    Returns:
        What each group began with, and how alike it the others are; none alone.
    """
    taken: set[int] = set()
    groups = []
    for first in order:
        if first in taken:
            continue
        members: dict[int, LikenessT] = {}
        for other in near.get(first, ()):
            if other not in taken and (likeness := alike(first, other)) is not None:
                members[other] = likeness
        if members:
            taken.add(first)
            taken.update(members)
            groups.append((first, members))
    return groups


def connected(near: Mapping[int, Iterable[int]]) -> list[list[int]]:
    """Part things into those that hang together, however far.

    Args:
        near: The things that may be alike each, both ways.
    """
    seen: set[int] = set()
    parts = []
    for thing in near:
        if thing in seen:
            continue
        seen.add(thing)
        part = [thing]
        for one in part:  # which grows
            new = [other for other in near[one] if other not in seen]
            seen.update(new)
            part += new
        parts.append(part)
    return parts

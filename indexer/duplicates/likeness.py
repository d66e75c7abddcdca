"""How much of one text stands in another, and which names and figures do not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.duplicates.words import DAY, WORD

if TYPE_CHECKING:
    from indexer.duplicates.words import NewsText

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

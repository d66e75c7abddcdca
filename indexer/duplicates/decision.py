"""Are two items the same news? Copies, reprints and shortened versions are; bulletins of one form are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from indexer.duplicates.likeness import LONGER, compare

if TYPE_CHECKING:
    from indexer.duplicates.words import NewsText

Kind = Literal["copy", "reprint"]

SHORT: Final = 15
"""Words of a body below which it says too little; such items are the same where all is equal, the day too."""

LEAST_SHARED: Final = 0.7
"""The least share of the shorter text that the longer one has."""

LEAST_LEAD: Final = 0.5
"""The least share of its first words, unless nearly all of it stands in the longer text."""

WHOLE: Final = 0.95
"""The share from which on nearly all of a text stands in another."""

MOST_CHANGED: Final = 0.4
"""The largest share of changed names and figures among all: beyond, the changes are what the texts say."""

MOST_EDITS: Final = 12
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
        like.shared >= LEAST_SHARED
        and like.edits * MOST_EDITS <= shortest + MOST_EDITS
        and (whole or like.lead >= LEAST_LEAD)
        and like.changed <= MOST_CHANGED * (like.changed + like.kept)
        and not (like.redated and like.changed > 1 and days != 0)
        and not (like.changed + like.added and days is not None and days > NEAR_DAYS)
    )
    return "reprint" if is_version else None

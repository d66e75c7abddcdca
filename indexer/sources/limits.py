"""How large the parts of a source may be: what is beyond is skipped and counted, and memory is bounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LINE = 1 << 24
"""Characters of a line of JSON; of a longer one no more than this is ever held."""

LONGEST_TEXT = 12_000_000
"""Characters of an item's title and body together: four long novels."""

MOST_UNSPACED = 1_000_000
"""Characters among them of scripts that write no spaces: each may be a word of its own."""

LONGEST_ID = 200
"""Characters of an id: people quote it, and it stands in every list of hits."""

LARGEST_PAGE = 64 << 20
"""Bytes of a page, which is read whole, since a date is judged by its neighbours."""

MOST_PAGE_LINES = 500_000
"""Lines of a page, blank ones included."""

# Thai, Lao, Burmese, Khmer, Han, kana and their neighbours; Hangul writes spaces.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\ua9e0-\uaa7f\uf900-\ufaff\uff66-\uff9d"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]+"
)


def too_long(title: str | None, paragraphs: Sequence[str]) -> str | None:
    """Say why an item's text is too long to be indexed, or return None.

    An index holds 8,388,607 words of an item in one language: within these limits there are fewer, since a
    word that is parted from the next by a sign takes two characters.

    Args:
        title: Its title, if any.
        paragraphs: Its paragraphs.
    """
    size = len(title or "") + sum(map(len, paragraphs))
    if size > LONGEST_TEXT:
        return f"a text of {size:,} characters; {LONGEST_TEXT:,} is the most, split it into several items"
    if size <= MOST_UNSPACED:
        return None
    unspaced = sum(
        found.end() - found.start()
        for text in (title or "", *paragraphs)
        if not text.isascii()
        for found in _UNSPACED.finditer(text)
    )
    if unspaced <= MOST_UNSPACED:
        return None
    return (
        f"a text of {unspaced:,} characters without spaces between words; {MOST_UNSPACED:,} is the most, "
        "split it into several items"
    )

"""How large the parts of a source may be: what is beyond is skipped and counted, and memory is bounded."""

from __future__ import annotations

LONGEST_LINE = 1 << 24
"""Characters of a line of JSON; of a longer one no more than this is ever held."""

LONGEST_TEXT = 12_000_000
"""Characters of an item's title and body together: four long novels."""

LONGEST_UNSPACED_TEXT = 6_000_000
"""Likewise where a script writes no spaces, in which each character may be a word of its own."""

LONGEST_ID = 200
"""Characters of an id: people quote it, and it stands in every list of hits."""

LARGEST_PAGE = 64 << 20
"""Bytes of a page, which is read whole, since a date is judged by its neighbours."""

MOST_PAGE_LINES = 500_000
"""Lines of a page, blank ones included."""

_FIRST_UNSPACED = "\u0e00"  # Thai, the first in Unicode of the scripts without spaces


def too_long(text_size: int, texts: tuple[str, ...]) -> str | None:
    """Say why an item's text is too long to be indexed, or return None.

    An index holds 8,388,607 words of an item in one language. Two characters make one word at most where
    words are parted by signs, one does in a script without spaces.

    Args:
        text_size: The characters of all its texts together.
        texts: Its title and paragraphs.
    """
    if text_size <= LONGEST_UNSPACED_TEXT:
        return None
    if text_size > LONGEST_TEXT:
        return (
            f"a text of {text_size:,} characters; {LONGEST_TEXT:,} is the most, split it into several items"
        )
    if any(not text.isascii() and max(text) >= _FIRST_UNSPACED for text in texts):
        return (
            f"a text of {text_size:,} characters, some without spaces between words; "
            f"{LONGEST_UNSPACED_TEXT:,} is then the most, split it into several items"
        )
    return None

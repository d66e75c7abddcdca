"""Limits of the parts of a source, so that memory is bounded: what is larger is skipped and counted."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.analysis.characters import UNSPACED_SCRIPTS
from indexer.errors import SourceError
from indexer.late_pattern import late_pattern

LONGEST_LINE = 1 << 24
"""Characters of a line of JSON; of a longer one no more than this is ever held."""

LONGEST_TEXT = 12_000_000
"""Characters of an item's title and body together: four long novels."""

MOST_UNSPACED = 1_000_000
"""Characters among them of scripts that write no spaces: each may be a word of its own."""

LONGEST_ID = 200
"""Characters of an id: people quote it, and it stands in every list of hits."""

LONGEST_FIELD = 100_000
"""Characters of a field that is neither title nor text."""

LARGEST_PAGE = 64 << 20
"""Bytes of a page, which is read whole, since a date is judged by its neighbours."""

MOST_PAGE_LINES = 500_000
"""Lines of a page, blank ones included."""

LONGEST_TOKEN = 1 << 25
"""Bytes of a text, a comment or a tag of a feed."""

MOST_PARTS = 200_000
"""Tags and texts of one item of a feed."""

LARGEST_MESSAGE = 32 << 20
"""Bytes of a mail that are read: what is attached to it stands behind its text."""

MOST_MESSAGE_LINES = 500_000
"""Lines of a mail that are read: more than so many of them that hold what is attached."""

LARGEST_UNPACKED = 2 << 30
"""Bytes that an archive may unpack to, its members together."""

MOST_MEMBERS = 200_000
"""Members of an archive, whose names are all read first."""

LARGEST_FETCHED = 64 << 20
"""Bytes of a page or feed of the web, unpacked."""

MOST_REDIRECTS = 5
"""Addresses that one address leads to, one behind the other."""

SECONDS_WITHOUT_A_BYTE = 30.0
"""How long a server may say nothing."""

SECONDS_OF_FETCHING = 120.0
"""How long all of a page or feed may take, redirects and pauses included."""

LONGEST_PAUSE = 30.0
"""Seconds that a server may ask to wait (``Retry-After``), once, before it is asked again."""


def missing_extra(label: str, what: str, extra: str) -> SourceError:
    """Make the error that tells which extra a source needs.

    Args:
        label: How messages name the source.
        what: What it is, such as "a PDF".
        extra: The name of the extra.
    """
    from indexer.extras import needs  # nearly all have their libraries

    return SourceError(needs(f"{label} is {what}, which", extra))


_UNSPACED = late_pattern(f"[{UNSPACED_SCRIPTS}]+")


def too_long(title: str | None, paragraphs: Sequence[str]) -> str | None:
    """Check the length of an item's text.

    An index holds 8,388,607 words of an item in one language: within these limits there are fewer, since a
    word that is parted from the next by a sign takes two characters.

    Args:
        title: Its title, if any.
        paragraphs: Its paragraphs.

    Returns:
        Why it is too long to be indexed, in words for people, or None.
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

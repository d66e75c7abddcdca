"""The identity of an item: its id in its source, and the digest that is the same in any source."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

from indexer.sources.stated_id import one_spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import RawItem

# 12 hexadecimal digits: at a million items two share one with a chance of 0.2 %, and then are numbered.
_DIGEST_BYTES = 6
_CONTENT_BYTES = 8  # of the digest across sources, which is compared with those of all items


def page_ids(items: Sequence[RawItem]) -> list[str]:
    """Make the ids of the items of a page.

    Items that print exactly the same are numbered from its end, since new items come in at its top.

    Args:
        items: The items in the order of the page.

    Returns:
        One id for each item, in the same order.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for digest in map(item_digest, reversed(items)):
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids[::-1]


def content_digest(day: str, title: str | None, body: str) -> int:
    """Digest what an item says, whichever source it is of: its day, its title, its text.

    Args:
        day: Its date as ISO days; empty where none is stated.
        title: Its title.
        body: Its text.

    Returns:
        A number of 64 bits, the same whatever white space stands between words.
    """
    text = one_spaced(" ".join([part for part in (day, title, body) if part]))
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=_CONTENT_BYTES).digest())


def item_digest(item: RawItem) -> str:
    """Digest what is printed of an item: date, title and text, never where it stands."""
    day = item.date_text or (item.date.start.isoformat() if item.date else "")
    printed = "\x1f".join((day, item.title or "", *item.paragraphs))
    normal = " ".join(printed.split())
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()

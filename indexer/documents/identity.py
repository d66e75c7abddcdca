"""The identity of an item: the same item in a later dump of the same page keeps its id."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import RawItem

# 12 hexadecimal digits: at a million items two share one with a chance of 0.2 %, and then are numbered.
_DIGEST_BYTES = 6


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


def item_digest(item: RawItem) -> str:
    """Digest what is printed of an item: date, title and text, never where it stands."""
    day = item.date_text or (item.date.start.isoformat() if item.date else "")
    printed = "\x1f".join((day, item.title or "", *item.paragraphs))
    normal = " ".join(printed.split())
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()

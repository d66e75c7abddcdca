"""The identity of an item: the same item in a later dump of the same page keeps its id."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import RawItem

DIGEST_BYTES = (
    6  # 12 hexadecimal digits: at a million items two share one with a chance of 0.2 %, and then are numbered
)


def assign_ids(items: Sequence[RawItem], *, numbered: bool = True) -> list[str]:
    """Assign an id to every item of a source.

    An id is the source's own where it has one, else a digest of what is printed: date, title and text, never
    of where it stands. On a page, items that print exactly the same are numbered from its end, since new
    items come in at its top; among records, the same one twice is a duplicate and gets the same id.

    Args:
        items: The items in the order of the source.
        numbered: Whether the same item may stand there more than once.

    Returns:
        One id for each item, in the same order.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for item in reversed(items):
        if item.id is not None:
            ids.append(item.id)
            continue
        digest = _digest(item)
        seen[digest] += numbered
        ids.append(digest if seen[digest] <= 1 else f"{digest}-{seen[digest]}")
    ids.reverse()
    return ids


def _digest(item: RawItem) -> str:
    day = item.date_text or (item.date.start.isoformat() if item.date else "")
    printed = "\x1f".join((day, item.title or "", *item.paragraphs))
    normal = " ".join(printed.split())
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()

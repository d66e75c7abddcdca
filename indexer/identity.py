"""The identity of an item: the same item in a later dump of the same page keeps its id."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.item import RawItem

DIGEST_BYTES = (
    6  # 12 hexadecimal digits: at a million items two share one with a chance of 0.2 %, and then are numbered
)


def assign_ids(items: Sequence[RawItem], taken: Iterable[str] = ()) -> list[str]:
    """Give every item of a source its id.

    An id is the source's own where it has one, else a digest of what is printed: date line, title and text,
    never of where it stands. Items that print exactly the same are numbered from the end of the source, since
    new items of a page come in at its top.

    Args:
        items: The items in the order of the source.
        taken: Ids that other sources of the same index use already.

    Returns:
        One id for each item, in the same order.
    """
    seen = Counter(taken)
    ids: list[str] = []
    for item in reversed(items):
        if item.id is not None:
            ids.append(item.id)
            continue
        digest = _digest(item)
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    ids.reverse()
    return ids


def _digest(item: RawItem) -> str:
    printed = "\x1f".join((item.date_text or "", item.title or "", *item.paragraphs))
    normal = " ".join(printed.split())
    return blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()

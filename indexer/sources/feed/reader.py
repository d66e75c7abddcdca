"""Feeds: RSS of all versions and Atom, an item for each item or entry."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError
from indexer.sources.feed.elements import Items
from indexer.sources.feed.entry import EntryReader
from indexer.sources.feed.markup import Markup
from indexer.sources.source import Skipped, Source

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import OnSkip, ReadOptions

_ITEMS: Final = frozenset({"item", "entry"})


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, options: ReadOptions) -> Source:
    """Open a feed, of which one item is held at a time.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each item that is left out, and with what is left out of items.
        options: Where it was fetched from.

    Raises:
        SourceError: It has no items.
    """
    return with_items(name, _items(stream, name, on_skip, options.base), "is a feed without items")


def with_items(name: str, items: Iterator[RawItem], otherwise: str) -> Source:
    """Make the source of some items, of which the first is read at once.

    Raises:
        SourceError: There is none.
    """
    first = next(items, None)
    if first is None:
        raise SourceError(f"{name} {otherwise}")
    return Source(name, ordered=False, items=chain((first,), items))


def _items(stream: io.BufferedReader, name: str, on_skip: OnSkip, address: str) -> Iterator[RawItem]:
    with stream:
        items = Items(Markup(stream, stream.peek()), _ITEMS, name, on_skip)
        entries = EntryReader(name, items.whole, on_skip, address=address)
        for element in items:
            if (item := entries.read(element)) is not None:
                yield item
        entries.tell_furniture()


def tell_count(name: str, on_skip: OnSkip, what: str, count: int) -> None:
    """Tell once for a source how many things were left out."""
    if count:
        on_skip(Skipped(name, 0, f"{what}, left out: {count:,}"))

"""News sitemaps: the titles, days and links of what a site published lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.sources.feed.elements import Element, Items
from indexer.sources.feed.entry import EntryReader
from indexer.sources.feed.markup import Markup
from indexer.sources.feed.reader import tell_count, with_items

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import OnSkip, ReadOptions, Source

_DATES: Final = ("publication_date", "lastmod")


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Open a news sitemap.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called once for the links that have no title.

    Raises:
        SourceError: None has one, as in any other sitemap.
    """
    otherwise = "is a sitemap: links without titles or texts; give the pages that they lead to"
    return with_items(name, _items(stream, name, on_skip), otherwise)


def _items(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    untitled = found = 0
    with stream:
        items = Items(Markup(stream, stream.peek()), frozenset({"url"}), name, on_skip)
        entries = EntryReader(name, items.whole, on_skip, _DATES)
        for element in items:
            news = next((part for part in element.named("news:news") if part.text_of("news:title")), None)
            if news is None:
                untitled += 1
                continue
            _spread(element, news)
            if (item := entries.read(element)) is not None:
                found += 1
                yield item
    if found:
        tell_count(name, on_skip, "links without titles", untitled)


def _spread(item: Element, news: Element) -> None:
    """Put what is said of the news, and of who published it, where other kinds of feed have it."""
    parts = item.named("loc", "lastmod")
    for part in news.elements:
        if part.name == "news:publication":
            parts += [_renamed(own, {"name": "publication"}) for own in part.elements]
        else:
            parts.append(_renamed(part, {}))
    item.replace(parts)


def _renamed(element: Element, names: dict[str, str]) -> Element:
    local = element.name.removeprefix("news:")
    element.name = names.get(local, local)
    return element

"""Read feeds as items: RSS, Atom, WordPress exports and news sitemaps."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from indexer.sources.feed_entry import EntryReader
from indexer.sources.feed_xml import Element, Items, Markup
from indexer.sources.source import nonempty

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext


_ITEMS: Final = frozenset({"item", "entry"})


@nonempty("is a feed without items")
def read_feed(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the items of a feed, one at a time."""
    with stream:
        items = Items(Markup(stream, stream.peek()), _ITEMS, context)
        entries = EntryReader(items.whole, context, address=context.options.base)
        for element in items:
            if (item := entries.read(element)) is not None:
                yield item
        entries.report_furniture()


_SITEMAP_DATES: Final = ("publication_date", "lastmod")


@nonempty("is a sitemap: links without titles or texts; give the pages that they lead to")
def read_sitemap(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the items of a news sitemap; count the links without a title, which other sitemaps have."""
    untitled = found = 0
    with stream:
        items = Items(Markup(stream, stream.peek()), frozenset({"url"}), context)
        entries = EntryReader(items.whole, context, _SITEMAP_DATES)
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
        context.skip_count("links without titles", untitled)


def _spread(item: Element, news: Element) -> None:
    """Move the news fields and the publication's name to where other kinds of feeds have them."""
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


# The day in the time zone of the site; pubDate is in UTC, where the day may differ.
_WORDPRESS_DATES: Final = ("wp:post_date", "pubDate")
_NO_TEXT: Final = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|wp_.*|acf.*|"
    r"wpcf7_.*|elementor_.*|et_.*|jetpack_.*|jp_.*|amp_.*|mc4wp.*|shop_.*|scheduled-action|feedback|popup"
)
_SHORTCODE: Final = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|youtube|vimeo|contact-form-7|"
    r"(?:vc|et_pb|fusion|su|wp)_\w+)\b[^\]\[]*\]"
)


@nonempty("is an export of WordPress without published posts")
def read_wordpress(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the published posts of an export, one at a time; count the other records."""
    kinds: Counter[str] = Counter()
    states: Counter[str] = Counter()
    comments = 0
    with stream:
        items = Items(Markup(stream, stream.peek()), frozenset({"item"}), context)
        entries = EntryReader(items.whole, context, _WORDPRESS_DATES)
        for element in items:
            kind = element.text_of("wp:post_type") or "post"
            state = element.text_of("wp:status") or "publish"
            if _NO_TEXT.fullmatch(kind):
                kinds[kind] += 1
            elif state != "publish":
                states[state] += 1
            else:
                comments += len(element.named("wp:comment"))
                fields = _custom_fields(element)
                _tidy(element)
                if (item := entries.read(element, (("post_type", kind), *fields))) is not None:
                    yield item
        entries.report_furniture()
    for kind, count in sorted(kinds.items()):
        context.skip_count(f"no posts but {kind}", count)
    for state, count in sorted(states.items()):
        context.skip_count(f"posts that are not published ({state})", count)
    context.skip_count("comments of readers", comments)


def _custom_fields(item: Element) -> list[tuple[str, str]]:
    """Read the custom fields of a post; names with a leading underscore are internal to WordPress."""
    metas = item.named("wp:postmeta")
    pairs = [(part.text_of("wp:meta_key"), part.text_of("wp:meta_value")) for part in metas]
    return [(key, value) for key, value in pairs if key and value and not key.startswith("_")]


def _tidy(item: Element) -> None:
    """Remove WordPress's internal elements, and the shortcodes in texts."""
    internal = {part.name for part in item.elements if part.name.startswith("wp:")} - {_WORDPRESS_DATES[0]}
    item.replace([part for part in item.elements if part.name not in internal])
    for part in item.named("content:encoded"):
        part.parts = [_SHORTCODE.sub("", part.html())]

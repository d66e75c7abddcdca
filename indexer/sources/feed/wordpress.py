"""Exports of WordPress sites (WXR): the posts and pages that were published, not what builds the site."""

from __future__ import annotations

import re
from collections import Counter
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

# The day in the zone of the site; pubDate is in UTC, where it may be another.
_DATES: Final = ("wp:post_date", "pubDate")
_NO_TEXT: Final = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|wp_.*|acf.*|"
    r"wpcf7_.*|elementor_.*|et_.*|jetpack_.*|jp_.*|amp_.*|mc4wp.*|shop_.*|scheduled-action|feedback|popup"
)
_SHORTCODE: Final = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|youtube|vimeo|contact-form-7|"
    r"(?:vc|et_pb|fusion|su|wp)_\w+)\b[^\]\[]*\]"
)


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Open an export, of which one post is held at a time.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each post that is left out, and once for each kind of what is no post.

    Raises:
        SourceError: It has no published post or page.
    """
    return with_items(
        name, _items(stream, name, on_skip), "is an export of WordPress without published posts"
    )


def _items(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    kinds: Counter[str] = Counter()
    states: Counter[str] = Counter()
    comments = 0
    with stream:
        items = Items(Markup(stream, stream.peek()), frozenset({"item"}), name, on_skip)
        entries = EntryReader(name, items.whole, on_skip, _DATES)
        for element in items:
            kind = element.text_of("wp:post_type") or "post"
            state = element.text_of("wp:status") or "publish"
            if _NO_TEXT.fullmatch(kind):
                kinds[kind] += 1
            elif state != "publish":
                states[state] += 1
            else:
                comments += len(element.named("wp:comment"))
                fields = _own_fields(element)
                _tidy(element)
                if (item := entries.read(element, (("post_type", kind), *fields))) is not None:
                    yield item
        entries.tell_furniture()
    for kind, count in sorted(kinds.items()):
        tell_count(name, on_skip, f"no posts but {kind}", count)
    for state, count in sorted(states.items()):
        tell_count(name, on_skip, f"posts that are not published ({state})", count)
    tell_count(name, on_skip, "comments of readers", comments)


def _own_fields(item: Element) -> list[tuple[str, str]]:
    """Read the fields that the site's editors gave a post; those that begin with _ are WordPress's own."""
    pairs = [
        (part.text_of("wp:meta_key"), part.text_of("wp:meta_value"))
        for part in item.elements
        if part.name == "wp:postmeta"
    ]
    return [(key, value) for key, value in pairs if key and value and not key.startswith("_")]


def _tidy(item: Element) -> None:
    """Take away what WordPress notes for itself, and the codes in texts for what it puts in their place."""
    kept = [part for part in item.elements if not part.name.startswith("wp:") or part.name == _DATES[0]]
    item.replace(kept)
    for part in item.named("content:encoded"):
        part.parts = [_SHORTCODE.sub("", part.html())]

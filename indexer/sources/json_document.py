"""A JSON document: an array of items, or an object with lists of them, under whatever names."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError
from indexer.sources.field_names import no_item
from indexer.sources.foreign import ForeignReader, Whole
from indexer.sources.json_items import Shape, failing
from indexer.sources.json_values import values_of
from indexer.sources.jsonl import source_of_records
from indexer.sources.source import Skipped, Source
from indexer.sources.values import texts_of
from indexer.sources.written import are_ours

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import OnSkip, ReadOptions

_LOOKED_AT: Final = 1000  # items whose dates show the order of day and month in figures
_LOOKED_AT_CHARACTERS: Final = 1 << 20
_FEED: Final = "https://jsonfeed.org/"


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, options: ReadOptions) -> Source:
    """Open a JSON document.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each item or field that is left out.
        options: Which names stand for which fields.

    Raises:
        SourceError: It is no JSON, or nothing in it looks like an item.
    """
    values = values_of(stream, name)
    first = next(values, None)
    whole = _whole(first)
    whole = whole._replace(url=whole.url or options.base)
    reader = ForeignReader(name, on_skip, options, whole=whole, once=True)
    shape = Shape(reader)
    items = shape.items(chain([first], values))
    looked_at: list[object] = []
    fault = None
    try:
        _take(items, looked_at)
    except SourceError as error:  # what stands before a fault is read
        fault = error
    if not looked_at:
        raise fault or no_item(name, "fields", shape.seen)
    all_items = _numbered(chain(looked_at, failing(fault) if fault else items), name, on_skip)
    if are_ours(looked_at) and not options.columns:
        return source_of_records(all_items, name, on_skip)
    reader.learn(item for item in looked_at if isinstance(item, dict))
    return Source(name, ordered=False, items=_read(all_items, reader, name, on_skip))


def _take(items: Iterator[object], taken: list[object]) -> None:
    """Take the first items, of long ones fewer."""
    characters = 0
    for item in items:
        taken.append(item)
        if isinstance(item, dict):
            characters += sum(len(value) for value in item.values() if isinstance(value, str))
        if len(taken) >= _LOOKED_AT or characters > _LOOKED_AT_CHARACTERS:
            return


def _numbered(items: Iterator[object], name: str, on_skip: OnSkip) -> Iterator[tuple[int, object]]:
    """Yield items with their numbers up to a fault, which is told."""
    number = 0
    try:
        for number, item in enumerate(items, start=1):
            yield number, item
            if isinstance(item, dict) and "rank" in item and item.get("same"):
                reason = "“same” names items beneath the hit without their texts; left out"
                on_skip(Skipped(name, number, reason, field=True))
    except SourceError as error:
        on_skip(Skipped(name, number + 1, str(error).removeprefix(name).strip()))


def _read(
    items: Iterator[tuple[int, object]], reader: ForeignReader, name: str, on_skip: OnSkip
) -> Iterator[RawItem]:
    for number, values in items:
        if not isinstance(values, dict):
            on_skip(Skipped(name, number, "not a JSON object"))
        elif (item := reader.read(values, number)) is not None:
            yield item


def _whole(first: object) -> Whole:
    """Take what a document states of all its items: a language, and of a JSON feed link and author."""
    if not isinstance(first, dict):
        return Whole()
    language = first.get("language", "")
    if not str(first.get("version", "")).startswith(_FEED):
        return Whole(language=language)
    authors = first.get("authors") or first.get("author") or []
    url = first.get("home_page_url") or first.get("feed_url") or ""
    return Whole(str(url), language, texts_of(authors if isinstance(authors, list) else [authors]))

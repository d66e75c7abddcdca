"""Provide sources for tests: the text around feed items, and functions that read bytes."""

import io
from pathlib import Path
from typing import Any

from indexer.documents import read_items
from indexer.item import NewsItem, RawItem
from indexer.sources import AS_THEY_ARE, OnSkip, ReadOptions, Source, open_sources
from indexer.sources.registry import KINDS, load_reader
from indexer.sources.source import ReadContext, Skipped

SAMPLES = Path(__file__).parents[1] / "indexer" / "sources" / "samples"


def sample(name: str) -> bytes:
    """Return the bytes of a sample."""
    return (SAMPLES / name).read_bytes()


def rss(items: str, channel: str = "<link>https://news.example/</link>", attributes: str = "") -> bytes:
    """Return an RSS channel with items."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {attributes}><channel>'
        f"<title>News</title>{channel}\n{items}\n</channel></rss>"
    ).encode()


def atom(entries: str, attributes: str = "", head: str = "") -> bytes:
    """Return an Atom feed with entries."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}{entries}</feed>'.encode()


def kind_of(data: bytes, suffix: str = "") -> str | None:
    """Return the first kind of source that recognises some bytes."""
    return next((kind.name for kind in KINDS if kind.recognises(data[: 1 << 16], suffix)), None)


def read(data: bytes) -> tuple[list[RawItem], list[Skipped]]:
    """Read the items of a source, of the kind that recognises it, and the skipped parts."""
    kind = next(kind for kind in KINDS if kind.recognises(data[: 1 << 16], ""))
    skipped: list[Skipped] = []
    source = load_reader(kind)(io.BufferedReader(io.BytesIO(data)), ReadContext("s.xml", skipped.append))
    return list(source.items), skipped


def read_one(data: bytes) -> RawItem:
    """Read the only item of a source."""
    items, _ = read(data)
    assert len(items) == 1
    return items[0]


def write_and_read(
    path: Path, data: str | bytes | None = None, options: ReadOptions = AS_THEY_ARE
) -> tuple[list[RawItem], list[Skipped]]:
    """Write a file, if data are given, and read its raw items and the skipped parts."""
    if data is not None:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    skipped: list[Skipped] = []
    return [item for source in open_sources(path, skipped.append, options) for item in source.items], skipped


def write_and_complete(
    path: Path, data: str | bytes | None = None, options: ReadOptions = AS_THEY_ARE
) -> tuple[list[NewsItem], list[Skipped]]:
    """Write a file, if data are given, and read its complete items and the skipped parts."""
    if data is not None:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    skipped: list[Skipped] = []
    return list(read_items(path, skipped.append, options)), skipped


def read_source(path: str | Path, on_skip: OnSkip | None = None) -> Source:
    """Open a source that is not a container."""
    (source,) = open_sources(path, on_skip)
    return source


def facts(item: RawItem) -> dict[str, Any]:
    """Return the values that an item states, as JSON, without missing ones."""
    found: dict[str, Any] = {"lines": [item.source.first, item.source.last]} | item._asdict()
    found |= {"paragraphs": [*item.paragraphs], "fields": dict(item.fields), "source": None}
    found["id"] = item.id if item.stated else None
    found["date"] = item.date and item.date.to_record()
    found["countries"] = item.countries and [*item.countries]
    return {name: value for name, value in found.items() if value}

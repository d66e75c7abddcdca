"""Invented web pages for tests."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from indexer.documents import read_items
from indexer.item import NewsItem
from indexer.sources import AS_THEY_ARE, ReadOptions, Skipped

pytest.importorskip("trafilatura", reason="web pages need dragoman[html]", exc_type=ImportError)

PROSE = (
    "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon.",
    "The mayor said that the town had waited for it since the storm of 1987 took the first one away.",
    "A third quay is planned, but nobody at the ceremony wanted to say who would pay for it.",
)


def article(
    *,
    head: str = "",
    above: str = "",
    title: str = "<h1>A second quay</h1>",
    below: str = "",
    after: str = "",
    lang: str = "en",
    text: tuple[str, ...] = PROSE,
) -> str:
    """Return the page of an article with a menu, a list of other stories and a footer."""
    body = "".join(f"<p>{part}</p>" for part in text)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>'
        f"<nav><a href='/sport'>All the sport</a></nav>{above}<article>{title}{below}{body}</article>{after}"
        "<footer>All rights reserved by the Alta Herald</footer></body></html>"
    )


def read(
    page: str | bytes, name: str = "page.html", options: ReadOptions = AS_THEY_ARE
) -> tuple[list[NewsItem], list[Skipped]]:
    """Read the items of a saved page, and the skipped ones."""
    skipped: list[Skipped] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        return list(read_items(path, skipped.append, options)), skipped


def read_one(page: str | bytes) -> NewsItem:
    """Read a page that is one item, with nothing skipped."""
    (item,), skipped = read(page)
    assert not skipped
    return item


def day(item: NewsItem) -> str | None:
    """Return the stated day of an item; None without one, or if it is worked out."""
    return item.date.start.isoformat() if item.date and item.date.kind == "printed" else None

"""Fetch URLs of the loopback interface as a build does, but with smaller limits."""

import io

from indexer.documents import read_items
from indexer.item import NewsItem
from indexer.sources import AS_THEY_ARE
from indexer.sources.web import BOUNDS, Bounds, Fetcher
from indexer.sources.web_address import parse_address

TIDE = b"The tide came in at noon and the boats left the harbour for the open sea."
PRIVATE = AS_THEY_ARE._replace(allow_private=True)


def read(address: str) -> list[NewsItem]:
    """Read the items of a URL."""
    return list(read_items(address, None, PRIVATE))


def fetch(address: str, bounds: Bounds = BOUNDS) -> bytes:
    """Return the content of a URL."""
    file = io.BytesIO()
    assert Fetcher(parse_address(address), file, allow_private=True, bounds=bounds).fetch() is not None
    return file.getvalue()

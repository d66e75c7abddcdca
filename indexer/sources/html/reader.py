"""A saved web page: an article, or a page of headlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.sources.html.page import read_items
from indexer.sources.html.tree import LARGEST
from indexer.sources.source import OnSkip, Source

if TYPE_CHECKING:
    import io

    from indexer.sources.source import ReadOptions


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, options: ReadOptions) -> Source:
    """Read a page.

    Args:
        stream: The bytes, from the first on; read to their end at once.
        name: The source's name.
        on_skip: Called with what is left out.
        options: Its kind, where that is not left to its content, and where it was fetched from.

    Raises:
        SourceError: It is too large, or holds neither an article nor headlines.
    """
    with stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise SourceError(f"{name} is larger than {LARGEST >> 20} MB, the most of a web page")
    items = list(read_items(data, options.base or None, name, on_skip, options.kind))
    return Source(name, ordered=False, items=iter(items))

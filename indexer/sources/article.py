"""A text that is one article, plain or Markdown, as one item."""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from indexer.sources.article_text import (
    day_in_name,
    is_markdown,
    markdown_paragraphs,
    read_head,
    split_front_matter,
)
from indexer.sources.encoding import decode
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.html_text import visible
from indexer.sources.recognition import MARKDOWN
from indexer.sources.source import MAX_PAGE_SIZE, ReadContext, Source
from indexer.sources.stream import read_all

if TYPE_CHECKING:
    import io

    from indexer.item import ItemDate

_WRAPPED: Final = 100  # characters that lines have at most where a text was broken to fit


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read a text as one item: its fields, else its head, else its name give title, day and author.

    Args:
        stream: The bytes, from the first on; read to their end at once.
        context: The source.

    Raises:
        SourceError: It is larger than a text may be.
    """
    text = decode(read_all(stream, context.name, MAX_PAGE_SIZE, "a text"))
    reader = ForeignReader(context)
    path = PurePath(context.name)
    values, day = _values(text, path, reader)
    item = reader.read(values, 1, text.count("\n") + 1)
    if item is None:
        return Source(context.name, iter(()))
    day = item.date or day or day_in_name(path.name) or day_in_name(item.title or "")
    return Source(context.name, iter([item._replace(date=day)]))


def _values(text: str, path: PurePath, reader: ForeignReader) -> tuple[dict[str, object], ItemDate | None]:
    """Give the fields of a text, what its head says where they do not, and the day in its head."""
    values, rest = split_front_matter(text)
    known = {found.field: value for name, value in values.items() if (found := reader.meaning(name))}
    heading: str | None = None
    if values or path.suffix.lower() in MARKDOWN or is_markdown(text):
        heading, paragraphs = markdown_paragraphs(rest)
    else:
        paragraphs = _plain_paragraphs(rest)
    title = str(known.get("title") or "") or None
    if title and heading and heading != title:
        paragraphs.insert(0, heading)
    head = read_head(paragraphs, title or heading)
    if head.title and title is None:
        values["title"] = head.title
    if head.author and not known.get("author"):
        values["author"] = head.author
    return {**values, "body": list(head.paragraphs)}, head.date


def _plain_paragraphs(text: str) -> list[str]:
    """Split a text at its blank lines; lines that were broken to fit are joined, others stand alone."""
    paragraphs: list[str] = []
    for block in _blocks(text):
        if len(block) > 1 and max(map(len, block)) <= _WRAPPED and _is_wrapped(block):
            paragraphs.append(" ".join(block))
        else:
            paragraphs += block
    return [shown for paragraph in paragraphs if (shown := visible(paragraph))]


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return blocks


def _is_wrapped(block: list[str]) -> bool:
    """Tell whether all lines but the last end where the next word would not have fitted."""
    width = max(map(len, block))
    return width >= _WRAPPED // 2 and all(
        len(line) + len(following.split()[0]) >= width for line, following in pairwise(block)
    )

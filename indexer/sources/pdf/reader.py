"""A PDF, which is one item: read by a process of its own, with bounds of time and memory."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import SourceError
from indexer.item import RawItem, SourceLines
from indexer.sources.article.head import read_head
from indexer.sources.child_process import Program, fallen, read_apart
from indexer.sources.limits import too_long
from indexer.sources.pdf.paragraphs import Line, paragraphs_of, without_heads
from indexer.sources.properties import believable_author, believable_title
from indexer.sources.source import OnSkip, Skipped, Source

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence

    from indexer.sources.source import ReadOptions

if find_spec("pypdfium2") is None:  # only the process that reads imports it
    raise ImportError("pypdfium2 is not installed", name="pypdfium2")

LARGEST: Final = 256 << 20
"""Bytes of a PDF."""

MOST_SECONDS: Final = 90
"""Seconds that a PDF may take, wall clock."""

_CHILD: Final = Path(__file__).with_name("child.py")
_WHY: Final = {
    "encrypted": "is encrypted; save a copy of it without its password first",
    "damaged": "is a damaged PDF; open it and save it anew first",
}
_FEWEST_LETTERS: Final = 20  # on each page of a text; a scanned picture has a stamp at most
_DAY: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
_HEAD: Final = 12  # lines in which the title stands
_LARGER: Final = 1.15  # letters of a title than those of the text
_NEARLY: Final = 0.95  # as large as the largest
_LONGEST_TITLE: Final = 250


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Read a PDF as one item.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with what is left out.

    Raises:
        SourceError: It is encrypted or damaged, has no text, or takes too long or too much memory.
    """
    found = _extract(stream, name)
    pages = [[Line(*line) for line in page] for page in found["pages"]]
    if len(pages) < found["all"]:
        on_skip(Skipped(name, len(pages) + 1, f"pages from {len(pages) + 1:,} on, beyond the most of a PDF"))
    letters = sum(sum(map(str.isalpha, line.text)) for page in pages for line in page)
    if not letters or (letters < _FEWEST_LETTERS and len(pages) > _FEWEST_LETTERS):
        raise SourceError(
            f"{name} has no text layer, as scanned pictures have none; run text recognition on it first"
        )
    item = _item(pages, found["properties"], name, on_skip)
    return Source(name, ordered=False, items=iter([item] if item else []))


def _extract(stream: io.BufferedReader, name: str) -> dict[str, Any]:
    program = Program(_CHILD, "PDF", LARGEST, MOST_SECONDS)
    with read_apart(program, stream, name) as output:
        try:
            found: dict[str, Any] = json.load(output)
        except ValueError:
            raise fallen(program, name) from None
    if "error" in found:
        raise SourceError(f"{name} {_WHY[found['error']]}")
    return found


def _item(pages: list[list[Line]], properties: dict[str, str], name: str, on_skip: OnSkip) -> RawItem | None:
    texts, removed = without_heads(pages)
    if removed:
        on_skip(Skipped(name, 1, f"heads, feet and numbers of pages, lines of the PDF: {removed:,}"))
    printed, rest = _printed_title(texts)
    stated = believable_title(properties.get("Title"))
    paragraphs = paragraphs_of(rest if printed else texts)
    if stated and printed and printed.casefold() != stated.casefold():
        paragraphs.insert(0, printed)
    head = read_head(paragraphs, stated or printed)
    if why := too_long(head.title, head.paragraphs):
        on_skip(Skipped(name, 1, why))
        return None
    return RawItem(
        SourceLines(name, 1, len(pages)),
        head.title,
        head.paragraphs,
        date=head.date,
        author=head.author or believable_author(properties.get("Author")),
        fields=_fields(properties),
    )


def _printed_title(pages: Sequence[Sequence[Line]]) -> tuple[str | None, list[list[Line]]]:
    """Take the first lines in letters larger than those of the text as the title."""
    first = next((page for page in pages if page), [])
    sizes = [line.size for page in pages for line in page for _ in range(len(line.text) // 20 + 1)]
    usual = median(sizes) if sizes else 0.0
    largest = max((line.size for line in first[:_HEAD]), default=0.0)
    if largest < _LARGER * usual:
        return None, []
    start = next(index for index, line in enumerate(first) if line.size >= _NEARLY * largest)
    end = start
    while end < len(first) and first[end].size >= _NEARLY * largest:
        end += 1
    title = " ".join(line.text for line in first[start:end])
    if len(title) > _LONGEST_TITLE or not any(map(str.isalpha, title)):
        return None, []
    return title, [[*first[:start], *first[end:]] if page is first else list(page) for page in pages]


def _fields(properties: dict[str, str]) -> tuple[tuple[str, str], ...]:
    named = {"subject": properties.get("Subject", ""), "keywords": properties.get("Keywords", "")}
    if made := _DAY.match(properties.get("CreationDate", "")):
        named["created"] = "-".join(made.groups())
    return tuple((name, " ".join(value.split())[:1000]) for name, value in named.items() if value.strip())

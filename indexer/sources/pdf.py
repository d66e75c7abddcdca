"""Read a PDF as one item, in a child process with limits of time and memory."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import reduce
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.errors import SourceError, message
from indexer.sources.article import believable_author, believable_title, read_head, source_of_head
from indexer.sources.child_process import crash_error, read_in_child
from indexer.sources.html_text import normalise_space
from indexer.sources.page.line_kinds import ends_sentence, is_list_entry, starts_with_capital
from indexer.sources.press.press_export import refuse_several

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from indexer.sources.source import ReadContext, Source


_NUMBER: Final = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER: Final = re.compile(
    r"(?:[-–—]?\s*)?(?:(?:page|página|pagina|pág\.|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|de|sur)\s*\d{1,4})?(?:\s*[-–—])?",
    re.IGNORECASE,
)
_HYPHEN: Final = re.compile(r"[^\W\d_][-\u00ad\u2010]$")
_SPLIT: Final = "\ufffe\x02"  # placeholders for the hyphen of a split word
_EDGES: Final = 2  # lines at the top and at the bottom of a page that may be its header and its footer
_MIN_PAGES: Final = 3  # pages with the same header
_WIDER: Final = 1.35  # a line distance above this multiple of the usual one ends a paragraph
_INDENT: Final = 6.0  # minimum indent of the first line of a paragraph, in points
_SHORT: Final = 0.82  # a line below this share of the text width may end a paragraph
_OTHER_SIZE: Final = 1.1  # minimum ratio of the font sizes of a heading and the text, or the reverse


class Line(NamedTuple):
    """A line of text on a page, with its location and font size.

    Attributes:
        text: The text of the line.
        left, right: The ends of the line, in points from the left edge of the page.
        bottom: The position of the line, in points from the bottom edge.
        size: The font size of its first letter.
    """

    text: str
    left: float
    right: float
    bottom: float
    size: float


def remove_page_headers(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], int]:
    """Remove page headers, footers and page numbers.

    Returns:
        The pages, and the number of removed lines.
    """
    shapes = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)})
    if len(pages) < 2:
        return [list(page) for page in pages], 0
    fewest = min(_MIN_PAGES, len(pages))
    repeated = {shape for shape, times in shapes.items() if times >= max(fewest, len(pages) / 3)}
    kept: list[list[Line]] = []
    removed = 0
    for page in pages:
        edges = [one for one in _edges(page) if _shape(one) in repeated or _PAGE_NUMBER.fullmatch(one.text)]
        headers = {id(line) for line in edges}
        own = [line for line in page if id(line) not in headers]
        removed += len(page) - len(own)
        kept.append(own)
    return kept, removed


def _edges(page: Sequence[Line]) -> list[Line]:
    return [*page[:_EDGES], *page[max(_EDGES, len(page) - _EDGES) :]]


def _shape(line: Line) -> str:
    return _NUMBER.sub("0", line.text)


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Merge lines into paragraphs, also across columns and pages.

    Args:
        pages: The lines of each page, without headers and footers.
    """
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    texts = [reduce(_append_line, [line.text for line in group]) for group in _groups(lines)]
    return [shown for text in texts if (shown := normalise_space(text.rstrip(_SPLIT)))]


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group = [lines[0]]
    distance = _usual_distance(lines)
    right = sorted(line.right for line in lines)[int(len(lines) * 0.9)]  # a tenth of the lines end there
    for above, line in pairwise(lines):
        if _begins(above, line, group, distance, right):
            yield group
            group = []
        group.append(line)
    yield group


def _begins(above: Line, line: Line, group: Sequence[Line], distance: float, right: float) -> bool:
    """Return whether a line begins a new paragraph.

    Args:
        above: The line above ``line``.
        line: The line that may begin a paragraph.
        group: The lines of the current paragraph.
        distance: The usual distance between two lines.
        right: The right edge of the text.
    """
    sizes = sorted((above.size or 1.0, line.size or 1.0))
    if sizes[1] >= _OTHER_SIZE * sizes[0] or is_list_entry(line.text):
        return True
    down = above.bottom - line.bottom
    is_short = above.right - above.left < _SHORT * (right - above.left)
    ended = ends_sentence(above.text) or above.text.endswith(":")
    if down <= 0 or down > 4 * distance:  # another column or page
        return starts_with_capital(line.text) and (ended or is_short)
    if down > _WIDER * distance:
        return True
    first = group[0] if len(group) > 1 else None
    indented = line.left > above.left + _INDENT and (first is None or above.left < first.left + _INDENT)
    return starts_with_capital(line.text) and ((indented and ended) or (is_short and ended))


def _append_line(text: str, line: str) -> str:
    """Append a line to a text, and restore a word that a hyphen splits."""
    is_split = text.endswith(tuple(_SPLIT)) or (_HYPHEN.search(text[-2:]) and line[:1].islower())
    return text[:-1] + line if is_split else f"{text} {line}"


def _usual_distance(lines: Sequence[Line]) -> float:
    gaps = [(above.bottom - line.bottom, max(line.size, above.size, 6.0)) for above, line in pairwise(lines)]
    distances = sorted(gap for gap, size in gaps if 0 < gap < 3 * size)
    return distances[len(distances) // 4] if distances else 14.0  # those within paragraphs are smaller


if find_spec("pypdfium2") is None:  # only the child process imports it
    raise ImportError("pypdfium2 is not installed", name="pypdfium2")

_WHY: Final = {"encrypted": message("sources.encrypted"), "damaged": message("sources.damaged_pdf")}
_MIN_LETTERS: Final = 20  # letters in a document with text; scanned images have at most a stamp
_DAY: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
_HEAD: Final = 12  # lines that may have the title
_LARGER: Final = 1.15  # font size of a title relative to that of the text
_NEARLY: Final = 0.95  # minimum font size of a line of the title, relative to the largest
_MAX_TITLE_LENGTH: Final = 250


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read a PDF as one item.

    Raises:
        SourceError: The PDF is encrypted or damaged, has no text, or takes too much time or memory.
    """
    name = context.name
    found = _extract(stream, name)
    pages = [[Line(*line) for line in page] for page in found["pages"]]
    if len(pages) < found["all"]:
        context.skip(len(pages) + 1, message("skip.pages_from", first=len(pages) + 1))
    letters = sum(sum(map(str.isalpha, line.text)) for page in pages for line in page)
    if not letters or (letters < _MIN_LETTERS and len(pages) > _MIN_LETTERS):
        raise SourceError(message("sources.no_text_layer", name=name))
    refuse_several((line.text for page in pages for line in page), "PDF", name)
    return _article(pages, found["properties"], context)


def _extract(stream: io.BufferedReader, name: str) -> dict[str, Any]:
    with read_in_child("PDF", stream, name) as output:
        try:
            found: dict[str, Any] = json.load(output)
        except ValueError:
            raise crash_error("PDF", name) from None
    if "error" in found:
        raise SourceError(message("sources.no_item", name=name, otherwise=_WHY[found["error"]]))
    return found


def _article(pages: list[list[Line]], properties: dict[str, str], context: ReadContext) -> Source:
    texts, removed = remove_page_headers(pages)
    if not any(texts):  # all lines were removed, because all pages are the same
        texts, removed = pages, 0
    if removed:
        context.skip(1, message("skip.page_headers", lines=removed))
    printed, rest = _printed_title(texts)
    stated = believable_title(properties.get("Title"))
    paragraphs = paragraphs_of(rest if printed else texts)
    if stated and printed and printed.casefold() != stated.casefold():
        paragraphs.insert(0, printed)
    head = read_head(paragraphs, stated or printed)
    author, fields = believable_author(properties.get("Author")), _fields(properties)
    return source_of_head(head, context, last=len(pages), author=author, fields=fields)


def _printed_title(pages: Sequence[Sequence[Line]]) -> tuple[str | None, list[list[Line]]]:
    """Return the title and the pages without it, or ``None`` and an empty list if there is no title.

    The title is the first lines in the largest font at the top of the document, if this is larger than that
    of the text.
    """
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
    if len(title) > _MAX_TITLE_LENGTH or not any(map(str.isalpha, title)):
        return None, []
    return title, [[*first[:start], *first[end:]] if page is first else list(page) for page in pages]


def _fields(properties: dict[str, str]) -> tuple[tuple[str, str], ...]:
    named = {"subject": properties.get("Subject", ""), "keywords": properties.get("Keywords", "")}
    if made := _DAY.match(properties.get("CreationDate", "")):
        named["created"] = "-".join(made.groups())
    return tuple((name, " ".join(value.split())[:1000]) for name, value in named.items() if value.strip())

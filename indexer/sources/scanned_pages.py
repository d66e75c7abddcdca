"""Read text that was recognised on scanned pages: ALTO, hOCR, and METS with articles on ALTO pages.

Tags are read as a stream. Lines are merged into paragraphs, and words split by hyphens are restored.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from html import escape
from itertools import count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from indexer.errors import SourceError, message
from indexer.sources.article import day_in_name, read_head, source_of_head
from indexer.sources.encoding import clean
from indexer.sources.feed_xml import Items, Markup, Tag, TooLongError
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.source import MAX_PAGE_SIZE, MAX_TOKEN_LENGTH, Source, nonempty
from indexer.sources.stream import read_all
from indexer.sources.xml_records import as_tree, fields_in_mods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from xml.etree.ElementTree import Element as Tree

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext


class Block(NamedTuple):
    """A block of text on a page.

    Attributes:
        names: The identifiers of the block and of the enclosing blocks in the file.
        text: The text as a single line.
    """

    names: tuple[str, ...]
    text: str


_HYPHENS: Final = "-‐¬\u00ad="
_HEAD: Final = 1 << 12  # bytes that show the encoding
_DEEPEST: Final = 8  # nesting of composed blocks
_MIN_WORD: Final = 2  # letters before a hyphen at the end of a line


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph, and restore words that are split at line ends."""
    pieces: list[str] = []
    for line in filter(None, (" ".join(written.split()) for written in lines)):
        last = pieces[-1] if pieces else ""
        if last[-1:] in _HYPHENS and last[-1 - _MIN_WORD : -1].isalpha() and line[:1].islower():
            pieces[-1] = last[:-1]
            pieces.append(line)
        else:
            pieces.append(f" {line}")
    return clean("".join(pieces).strip())


def alto_blocks(data: bytes) -> Iterator[Block]:
    """Yield the blocks of text on an ALTO page."""
    lines: list[str] = []
    words: list[str] = []
    around: list[str] = []  # the composed blocks that are open
    names: tuple[str, ...] = ()
    restored = False  # whether the last word was split by a hyphen, and was added as a whole word
    for token in Markup(io.BytesIO(data), data[:_HEAD]).tokens():
        if isinstance(token, str):
            continue
        local, attributes = token.name.rpartition(":")[2], token.attributes
        if local == "ComposedBlock":
            around = around[:-1] if token.closes else [*around[-_DEEPEST:], attributes.get("ID", "")]
        elif local == "TextBlock":
            if text := join_lines(lines):
                yield Block(names, text)
            names, lines = (attributes.get("ID", ""), *around), []
        elif local == "TextLine":
            lines.append(" ".join(words))
            words = []
        elif local in {"String", "HYP"} and not token.closes:
            restored = _add_word(words, token, restored=restored)
    if text := join_lines([*lines, " ".join(words)]):
        yield Block(names, text)


def _add_word(words: list[str], token: Tag, *, restored: bool) -> bool:
    """Add a word or a hyphen to the words of a line.

    If a hyphen splits a word, its first part is replaced by the whole word, and the second part is ignored.

    Args:
        words: The words of the line so far.
        token: The element of a word or hyphen.
        restored: Whether the word before a hyphen was added as a whole, so that the hyphen is ignored.

    Returns:
        The value of ``restored`` for the next element.
    """
    if token.name.endswith("HYP"):
        if words and not restored:
            words[-1] += "-"
        return restored
    part, whole = token.attributes.get("SUBS_TYPE"), token.attributes.get("SUBS_CONTENT")
    if part == "HypPart1" and whole:
        words.append(whole)
        return True
    if part != "HypPart2" or not whole:
        words.append(token.attributes.get("CONTENT", ""))
    return False


def hocr_blocks(data: bytes) -> Iterator[Block]:
    """Yield the paragraphs of an hOCR page."""
    lines: list[list[str]] = []
    for token in Markup(io.BytesIO(data), data[:_HEAD]).tokens():
        if isinstance(token, str):
            if lines:
                lines[-1].append(token)
        elif not token.closes:
            kinds = token.attributes.get("class", "")
            if "ocr_par" in kinds or "ocr_carea" in kinds or "ocr_page" in kinds:
                if text := join_lines(map("".join, lines)):
                    yield Block((), text)
                lines = [[]]
            elif lines and any(kind in kinds for kind in _LINES):
                lines.append([])
            elif lines and "ocrx_word" in kinds:
                lines[-1].append(" ")
    if text := join_lines(map("".join, lines)):
        yield Block((), text)


_LINES: Final = ("ocr_line", "ocrx_line", "ocr_header", "ocr_caption", "ocr_textfloat")


def read_alto(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read an ALTO page as one item."""
    return _page(stream, context, alto_blocks, "ALTO")


def read_hocr(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the pages of an hOCR file as one item."""
    return _page(stream, context, hocr_blocks, "hOCR")


def _page(
    stream: io.BufferedReader, context: ReadContext, blocks: Callable[[bytes], Iterator[Block]], what: str
) -> Source:
    """Read a page as one item, with the title, date and author that are found in its first lines.

    ``what`` is the kind of page in messages.
    """
    try:
        texts = [block.text for block in blocks(read_all(stream, context.name, MAX_PAGE_SIZE, what))]
    except TooLongError:
        raise SourceError(
            message("scanned.malformed", name=context.name, what=what, most=MAX_TOKEN_LENGTH)
        ) from None
    if not texts:
        raise SourceError(message("scanned.no_text", name=context.name, what=what))
    head = read_head(texts)
    day = head.date or day_in_name(PurePosixPath(context.name).name)
    return source_of_head(head._replace(date=day), context)


_ARTICLE: Final = "article"
_HEADINGS: Final = frozenset({"heading", "headline", "title", "headings"})
_PAGES: Final = 64  # pages whose texts are kept in memory, because articles continue on other pages


@nonempty(message("sources.mets"))
def read_mets(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the articles of a METS file, whose text is in ALTO pages."""
    reader = ForeignReader(context)
    for whole in Items(Markup(stream, stream.peek()), frozenset({"mets"}), context):
        articles = _Issue(as_tree(whole), context).articles()
        yield from map(reader.read, articles, count(1))


class _Issue:
    """The articles of a newspaper issue in a METS file."""

    def __init__(self, whole: Tree, context: ReadContext) -> None:
        self._whole = whole
        self._context = context
        self._files: dict[str, str] = {}
        self._records: dict[str, dict[str, Any]] = {}
        for one in whole.iter("file"):
            links = [value for part in one for name, value in part.items() if name.endswith("href")]
            self._files[one.get("ID", "")] = _relative(links[0]) if links else ""
        for one in whole.iterfind("dmdSec"):
            for mods in one.iter("mods"):
                self._records[one.get("ID", "")] = fields_in_mods(mods)
        self._texts = lru_cache(_PAGES)(self._read_page)

    def articles(self) -> Iterator[dict[str, Any]]:
        """Yield the fields of each article."""
        maps = self._whole.findall("structMap")
        logical = [one for one in maps if one.get("TYPE", "").lower() == "logical"]
        for one in logical or maps:
            yield from self._articles_in(one, {})

    def _articles_in(self, div: Tree, issue: dict[str, Any]) -> Iterator[dict[str, Any]]:
        own: dict[str, Any] = {}
        for name in div.get("DMDID", "").split():
            own |= {field: value for field, value in self._records.get(name, {}).items() if value}
        if div.get("TYPE", "").lower() != _ARTICLE:
            for part in div:
                yield from self._articles_in(part, issue | own)
            return
        headings: list[str] = []
        texts: list[str] = []
        self._gather(div, headings, texts)
        title = div.get("LABEL", "").strip() or own.get("title") or " ".join(headings)
        passed = {
            "publication": issue.get("title"),
            "date": issue.get("date"),
            "language": issue.get("language"),
        }
        yield {**passed, **own, "title": title, "body": [escape(text, quote=False) for text in texts]}

    def _gather(self, div: Tree, headings: list[str], texts: list[str]) -> None:
        """Collect the texts of a division, and those of its headings, in document order."""
        found = headings if div.get("TYPE", "").lower() in _HEADINGS and not texts else texts
        for part in div:
            if part.tag == "div":
                self._gather(part, headings, texts)
            elif part.tag == "fptr":
                for area in [*part.iter("area")] or [part]:
                    found += self._texts(area.get("FILEID", "")).get(area.get("BEGIN", ""), [])

    def _read_page(self, name: str) -> dict[str, list[str]]:
        """Return the texts of an ALTO page by block identifier, and all its texts with the key ``""``."""
        link, sibling = self._files.get(name, ""), self._context.options.sibling
        stream = sibling(link) if sibling and link else None
        if stream is None:
            self._context.skip(0, message("skip.missing_page", page=link or name), unread=True)
            return {}
        found: dict[str, list[str]] = {}
        with stream:
            for block in alto_blocks(stream.read(MAX_PAGE_SIZE)):
                for own in {*block.names, ""}:
                    found.setdefault(own, []).append(block.text)
        return found


def _relative(link: str) -> str:
    return unquote(link.removeprefix("file://").removeprefix("./").replace("\\", "/"))


_MENTION: Final = re.compile(rb"""href\s*=\s*["']([^"'<>]{1,1000})["']""")
_STATES_ARTICLES: Final = re.compile(rb"""TYPE\s*=\s*["']article["']""", re.IGNORECASE)


def pages_of_articles(
    paths: Iterable[PurePosixPath], read: Callable[[PurePosixPath], bytes]
) -> set[PurePosixPath]:
    """Return the ALTO pages that METS files divide into articles.

    ``paths`` are the files of a folder or archive; ``read`` reads one of them.
    """
    pages: set[PurePosixPath] = set()
    for path in paths:
        is_mets = path.suffix.lower() == ".xml" and "mets" in path.stem.lower()
        if is_mets and _STATES_ARTICLES.search(data := read(path)):
            links = [_relative(link.decode("utf-8", "replace")) for link in _MENTION.findall(data)]
            pages.update(path.parent / link for link in links)
    return pages

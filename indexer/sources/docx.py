"""Read a DOCX document as one item; an export of several articles as several items."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from indexer.errors import SourceError, message
from indexer.sources.article import believable_author, believable_title, read_head, source_of_head
from indexer.sources.containers import spooled
from indexer.sources.html_text import visible
from indexer.sources.press.lines import BREAK, Line
from indexer.sources.press.press_export import read_export
from indexer.sources.stated_values import StatedIds, read_language_name
from indexer.sources.stream import Blob

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from indexer.sources.source import ReadContext, Source

    _Event = tuple[str, str, dict[str, str]]  # start, end or text; the tag or the text; attributes

_MAX_TEXT: Final = 48 << 20  # characters, of all articles of an export
_MAX_PART_SIZE: Final = 256 << 20  # bytes of the main part, decompressed
_CHUNK_SIZE: Final = 1 << 16
_OFFICE: Final = "/officeDocument"
_SPLIT: Final = frozenset({"p", "br", "cr"})
_SKIPPED: Final = frozenset({"Fallback", "del", "moveFrom"})  # repeated or deleted content
_NOTES: Final = ("footnotes", "endnotes", "comments", "header", "footer")


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read a document as one item.

    Raises:
        SourceError: The document is damaged, encrypted, too large, or has no text.
    """
    name = context.name
    with stream, spooled(Blob(name, name, lambda: stream, keep_open=True)) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                package = _Package(archive, name)
                main = _main_part(package)
                styles = package.events(posixpath.join(posixpath.dirname(main), "styles.xml"))
                body = _Body(_style_names(styles))
                body.read(package.events(main))
                if body.is_cut:
                    raise SourceError(
                        message("sources.too_many_characters", name=name, max_text=_MAX_TEXT >> 20)
                    )
                return read_export(body.lines(), "DOCX", context) or _article(package, body, context)
        except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, KeyError) as error:
            raise _damaged(name, error) from None


def _article(package: _Package, body: _Body, context: ReadContext) -> Source:
    stated = _properties(package.events("docProps/core.xml"))
    if notes := _notes(package):
        context.skip(1, message("skip.beside_text", notes=", ".join(notes)))
    title = body.title or believable_title(stated.get("title")) or body.heading
    head = read_head(body.paragraphs, title)
    if head.title is None and not head.paragraphs:
        raise SourceError(message("sources.no_text", name=context.name))
    return source_of_head(
        head,
        context,
        author=believable_author(stated.get("creator")),
        id=StatedIds().of(None, head.title, head.paragraphs),
        fields=tuple(
            (field, visible(stated[field])[:1000])
            for field in ("subject", "keywords", "created")
            if stated.get(field)
        ),
        likely_language=read_language_name(stated.get("language", "")),
    )


class _Package:
    """The parts of a document."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.parts = frozenset(archive.namelist())

    def events(self, part: str) -> Iterator[_Event]:
        """Yield the start, end and text events of a part; none if it does not exist.

        Raises:
            SourceError: The part is not XML, declares entities, or is too large.
        """
        if part not in self.parts:
            return
        events: list[_Event] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: events.append(
            ("start", _local(tag), {_local(key): value for key, value in attributes.items()})
        )
        parser.EndElementHandler = lambda tag: events.append(("end", _local(tag), {}))
        parser.CharacterDataHandler = lambda text: events.append(("text", text, {}))
        parser.StartDoctypeDeclHandler = self._refuse
        left = _MAX_PART_SIZE
        with self.archive.open(part) as stream:
            while piece := stream.read(_CHUNK_SIZE):
                left -= len(piece)
                if left < 0:
                    raise SourceError(
                        message("docx.too_large", name=self.name, max_part_size=_MAX_PART_SIZE >> 20)
                    )
                self._feed(parser, piece, final=False)
                yield from events
                events.clear()
            self._feed(parser, b"", final=True)
            yield from events

    def _feed(self, parser: expat.XMLParserType, piece: bytes, *, final: bool) -> None:
        try:
            parser.Parse(piece, final)
        except expat.ExpatError as error:
            raise _damaged(self.name, error) from None

    def _refuse(self, *_declaration: Any) -> None:
        raise SourceError(message("docx.entities", name=self.name))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _main_part(package: _Package) -> str:
    """Return the name of the main part, as declared in the document or else the usual name."""
    stated = [
        attributes.get("Target", "").lstrip("/")
        for kind, tag, attributes in package.events("_rels/.rels")
        if kind == "start" and tag == "Relationship" and attributes.get("Type", "").endswith(_OFFICE)
    ]
    main = next((part for part in (*stated, "word/document.xml") if part in package.parts), None)
    if main is None:
        raise SourceError(message("docx.no_text_part", name=package.name))
    return main


def _style_names(events: Iterable[_Event]) -> dict[str, str]:
    """Read the names of styles by id, as ids depend on the language of the program."""
    names: dict[str, str] = {}
    style = ""
    for kind, tag, attributes in events:
        if kind == "start" and tag == "style":
            style = attributes.get("styleId", "")
        elif kind == "start" and tag == "name" and style:
            names.setdefault(style, attributes.get("val", "").lower())
    return names


def _properties(events: Iterable[_Event]) -> dict[str, str]:
    """Read the properties of a document by name."""
    values: dict[str, str] = {}
    tag = ""
    for kind, value, _ in events:
        if kind != "text":
            tag = value if kind == "start" else ""
        elif tag and len(values.get(tag, "")) <= _CHUNK_SIZE:
            values[tag] = values.get(tag, "") + value
    return values


class _Body:
    """The paragraphs of a text, with its title or heading."""

    def __init__(self, styles: dict[str, str]) -> None:
        self.paragraphs: list[str] = []
        self.title: str | None = None
        self.heading: str | None = None
        self._styles = styles
        self._style = ""
        self._pieces: list[str] = []
        self._in_text = False
        self._skipped = 0
        self._left = _MAX_TEXT
        self._breaks: set[int] = set()  # numbers of paragraphs

    def read(self, events: Iterable[_Event]) -> None:
        """Read the elements of the main part."""
        for kind, value, attributes in events:
            if kind == "text":
                self._add(value)
            elif kind == "start":
                self._start(value, attributes)
            else:
                self._end(value)

    @property
    def is_cut(self) -> bool:
        """Whether the text exceeds the limit and is truncated."""
        return self._left < 0

    def lines(self) -> list[Line]:
        """Return the paragraphs as lines, with page breaks."""
        lines: list[Line] = []
        for number, text in enumerate(self.paragraphs):
            lines += [Line("", BREAK), Line(text)] if number in self._breaks else [Line(text)]
        return lines

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sectPr" or (tag == "br" and attributes.get("type") == "page"):
            self._breaks.add(len(self.paragraphs))
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "pStyle":
            style = attributes.get("val", "")
            self._style = self._styles.get(style, style.lower())
        elif tag in _SPLIT and attributes.get("type") != "page":
            self._close(keep_style=tag != "p")
        elif tag == "tab":
            self._pieces.append(" ")
        elif tag == "noBreakHyphen":
            self._pieces.append("-")
        self._in_text = tag == "t"

    def _end(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped -= 1
        elif tag == "p":
            self._close(keep_style=False)
        self._in_text = False

    def _add(self, text: str) -> None:
        if self._in_text and not self._skipped and self._left >= 0:
            self._left -= len(text)
            self._pieces.append(text)

    def _close(self, *, keep_style: bool) -> None:
        if shown := visible("".join(self._pieces)):
            self.paragraphs.append(shown)
            if self._style == "title" and self.title is None:
                self.title = shown
            elif self._style in {"heading 1", "heading1"} and len(self.paragraphs) == 1:
                self.heading = shown
        self._pieces.clear()
        if not keep_style:
            self._style = ""


def _notes(package: _Package) -> list[str]:
    """Return the kinds of parts, such as footnotes, that have text outside the main text."""
    found = []
    for kind in _NOTES:
        named = [part for part in sorted(package.parts) if part.endswith(".xml")]
        for part in [part for part in named if posixpath.basename(part).startswith(kind)][:20]:
            with package.archive.open(part) as stream:
                if b"<w:t>" in (head := stream.read(1 << 20)) or b"<w:t " in head:
                    found.append(f"{kind}s".replace("ss", "s"))
                    break
    return found


def _damaged(name: str, error: Exception) -> SourceError:
    return SourceError(message("docx.damaged", name=name, error=error))

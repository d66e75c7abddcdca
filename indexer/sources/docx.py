"""A document in DOCX, as Word and others write it, as one item: its paragraphs, its stated properties."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from indexer.errors import SourceError
from indexer.item import RawItem, SourceLines
from indexer.sources.article_text import believable_author, believable_title, read_head
from indexer.sources.containers import spooled
from indexer.sources.html_text import visible
from indexer.sources.source import MAX_TEXT_LENGTH, OnSkip, Skipped, Source, too_long
from indexer.sources.stated_values import StatedIds, read_language_name
from indexer.sources.stream import Blob

if TYPE_CHECKING:
    import io

    from indexer.sources.source import ReadOptions

_MAX_PART_SIZE: Final = 256 << 20  # bytes of the text's part, unpacked
_CHUNK_SIZE: Final = 1 << 16
_OFFICE: Final = "/officeDocument"
_SPLIT: Final = frozenset({"p", "br", "cr"})
_SKIPPED: Final = frozenset({"Fallback", "del", "moveFrom"})  # what stands there twice, or was deleted
_NOTES: Final = ("footnotes", "endnotes", "comments", "header", "footer")


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Read a document as one item.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with what is left out.

    Raises:
        SourceError: It is damaged, encrypted, too large, or has no text.
    """
    with stream, spooled(Blob(name, name, lambda: stream, keep_open=True)) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                item = _item(archive, name, on_skip)
        except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, KeyError) as error:
            raise _damaged(name, error) from None
    return Source(name, ordered=False, items=iter([item] if item else []))


def _item(archive: zipfile.ZipFile, name: str, on_skip: OnSkip) -> RawItem | None:
    parts = set(archive.namelist())
    main = _main_part(archive, parts, name)
    styles = _Styles()
    own_styles = posixpath.join(posixpath.dirname(main), "styles.xml")
    if own_styles in parts:
        _parse(archive, own_styles, name, styles)
    body = _Body(styles.names)
    _parse(archive, main, name, body)
    properties = _Properties()
    if "docProps/core.xml" in parts:
        _parse(archive, "docProps/core.xml", name, properties)
    stated = properties.values
    if notes := _notes(archive, parts):
        on_skip(Skipped(name, 1, f"what stands beside the text: {', '.join(notes)}"))
    title = body.title or believable_title(stated.get("title")) or body.heading
    head = read_head(body.paragraphs, title)
    if head.title is None and not head.paragraphs:
        raise SourceError(f"{name} holds no text")
    if why := too_long(head.title, head.paragraphs):
        on_skip(Skipped(name, 1, why))
        return None
    return RawItem(
        SourceLines(name, 1, 1),
        head.title,
        head.paragraphs,
        id=StatedIds().of(None, "\n".join((head.title or "", *head.paragraphs))),
        date=head.date,
        author=head.author or believable_author(stated.get("creator")),
        fields=tuple(
            (field, visible(stated[field])[:1000])
            for field in ("subject", "keywords", "created")
            if stated.get(field)
        ),
        likely_language=read_language_name(stated.get("language", "")),
    )


def _main_part(archive: zipfile.ZipFile, parts: set[str], name: str) -> str:
    """Find the part that holds the text."""
    relations = _Relations()
    if "_rels/.rels" in parts:
        _parse(archive, "_rels/.rels", name, relations)
    main = next((part for part in (*relations.main, "word/document.xml") if part in parts), None)
    if main is None:
        raise SourceError(f"{name} is a damaged document: it has no part with text")
    return main


class _Part:
    """What takes in the elements of a part, one after the other; their names come without a prefix."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in the start of an element."""

    def end(self, tag: str) -> None:
        """Take in the end of an element."""

    def text(self, text: str) -> None:
        """Take in text."""


class _Relations(_Part):
    """The part that a document names as its text."""

    def __init__(self) -> None:
        self.main: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith(_OFFICE):
            self.main.append(attributes.get("Target", "").lstrip("/"))


class _Styles(_Part):
    """The names of styles by their ids, which differ with the language of the program."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._id = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style":
            self._id = attributes.get("styleId", "")
        elif tag == "name" and self._id:
            self.names.setdefault(self._id, attributes.get("val", "").lower())


class _Body(_Part):
    """The paragraphs of a text, and those among them that are its title or a heading."""

    def __init__(self, styles: dict[str, str]) -> None:
        self.paragraphs: list[str] = []
        self.title: str | None = None
        self.heading: str | None = None
        self._styles = styles
        self._style = ""
        self._pieces: list[str] = []
        self._in_text = False
        self._skipped = 0
        self._left = MAX_TEXT_LENGTH + 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
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

    def end(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped -= 1
        elif tag == "p":
            self._close(keep_style=False)
        self._in_text = False

    def text(self, text: str) -> None:
        if self._in_text and not self._skipped and self._left > 0:
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


class _Properties(_Part):
    """The properties of a document, by their names."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._tag = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as all parts have it
        self._tag = tag

    def end(self, tag: str) -> None:  # noqa: ARG002 - likewise
        self._tag = ""

    def text(self, text: str) -> None:
        if self._tag and len(self.values.get(self._tag, "")) <= _CHUNK_SIZE:
            self.values[self._tag] = self.values.get(self._tag, "") + text


def _notes(archive: zipfile.ZipFile, parts: set[str]) -> list[str]:
    """Name the parts with text that are no part of the text."""
    found = []
    for kind in _NOTES:
        named = [part for part in sorted(parts) if part.endswith(".xml")]
        for part in [part for part in named if posixpath.basename(part).startswith(kind)][:20]:
            with archive.open(part) as stream:
                if b"<w:t>" in (head := stream.read(1 << 20)) or b"<w:t " in head:
                    found.append(f"{kind}s".replace("ss", "s"))
                    break
    return found


def _parse(archive: zipfile.ZipFile, part: str, name: str, target: _Part) -> None:
    """Parse a part.

    Raises:
        SourceError: It is no XML, declares entities, or is too large.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: target.start(
        tag.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: target.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = target.text

    def refuse(*_declaration: Any) -> None:
        raise SourceError(f"{name} is a damaged document: it declares entities, which no program writes")

    parser.StartDoctypeDeclHandler = refuse
    left = _MAX_PART_SIZE
    with archive.open(part) as stream:
        try:
            while piece := stream.read(_CHUNK_SIZE):
                left -= len(piece)
                if left < 0:
                    raise SourceError(f"{name} unpacks to more than {_MAX_PART_SIZE >> 20} MB")
                parser.Parse(piece, False)  # noqa: FBT003 - expat takes no names
            parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            raise _damaged(name, error) from None


def _damaged(name: str, error: Exception) -> SourceError:
    return SourceError(f"{name} is a damaged document: {error}; open it and save it anew first")

"""Read a DOCX document as one item, or each article of an export from a press database as an item."""

from __future__ import annotations

import posixpath
import zipfile
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from indexer.errors import SourceError, message
from indexer.sources.article import believable_author, believable_title, read_head, source_of_head
from indexer.sources.containers import FAULTS, open_seekable
from indexer.sources.html_text import normalise_space
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
_SPLIT: Final = frozenset({"br", "cr"})
_SIGNS: Final = {"tab": " ", "noBreakHyphen": "-"}
_HEADINGS: Final = frozenset({"heading 1", "heading1"})
_SKIPPED: Final = frozenset({"Fallback", "del", "moveFrom"})  # repeated or deleted content
_NOTES: Final = ("footnotes", "endnotes", "comments", "header", "footer")


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read a document as one item.

    Raises:
        SourceError: The document is damaged, encrypted, too large, or has no text.
    """
    name = context.name
    with stream, open_seekable(Blob(name, name, lambda: stream, keep_open=True)) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                package = _Package(archive, name)
                main = _main_part(package)
                styles = package.events(posixpath.join(posixpath.dirname(main), "styles.xml"))
                lines = [*_paragraphs(package.events(main), _style_names(styles), name)]
                written = [line if line.style == BREAK else Line(line.text) for line in lines]
                return read_export(written, "DOCX", context) or _article(package, lines, context)
        except (*FAULTS, expat.ExpatError, ValueError, KeyError) as error:
            raise SourceError(message("docx.damaged", name=name, error=error)) from None


def _article(package: _Package, lines: Iterable[Line], context: ReadContext) -> Source:
    stated = _properties(package.events("docProps/core.xml"))
    if notes := _notes(package):
        context.skip(1, message("skip.beside_text", notes=", ".join(notes)))
    shown = [line for line in lines if line.text]
    title = next((line.text for line in shown if line.style == "title"), None)
    heading = shown[0].text if shown and shown[0].style in _HEADINGS else None
    title = title or believable_title(stated.get("title")) or heading
    head = read_head([line.text for line in shown], title)
    if head.title is None and not head.paragraphs:
        raise SourceError(message("sources.no_text", name=context.name))
    return source_of_head(
        head,
        context,
        author=believable_author(stated.get("creator")),
        id=StatedIds().of(None, head.title, head.paragraphs),
        fields=tuple(
            (field, normalise_space(stated[field])[:1000])
            for field in ("subject", "keywords", "created")
            if stated.get(field)
        ),
        likely_language=read_language_name(stated.get("language", "")),
    )


class _Package:
    """The parts of a DOCX document, which are files of a zip archive."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.parts = frozenset(archive.namelist())

    def events(self, part: str) -> Iterator[_Event]:
        """Yield the XML events of a part, or none if the part is missing.

        Raises:
            SourceError: The part declares entities, or is too large.
            ExpatError: The part is not XML.
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
            for piece in chain(iter(partial(stream.read, _CHUNK_SIZE), b""), (b"",)):
                left -= len(piece)
                if left < 0:
                    raise SourceError(
                        message("docx.too_large", name=self.name, max_part_size=_MAX_PART_SIZE >> 20)
                    )
                parser.Parse(piece, not piece)
                yield from events
                events.clear()

    def _refuse(self, *_declaration: Any) -> None:
        raise SourceError(message("docx.entities", name=self.name))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _main_part(package: _Package) -> str:
    """Return the name of the main part: the declared name, or the usual name if none is declared."""
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
    """Return the names of styles by id.

    The ids depend on the language of the word processor.
    """
    names: dict[str, str] = {}
    style = ""
    for kind, tag, attributes in events:
        if kind == "start" and tag == "style":
            style = attributes.get("styleId", "")
        elif kind == "start" and tag == "name" and style:
            names.setdefault(style, attributes.get("val", "").lower())
    return names


def _properties(events: Iterable[_Event]) -> dict[str, str]:
    """Return the properties of a document by name."""
    values: dict[str, str] = {}
    tag = ""
    for kind, value, _ in events:
        if kind != "text":
            tag = value if kind == "start" else ""
        elif tag and len(values.get(tag, "")) <= _CHUNK_SIZE:
            values[tag] = values.get(tag, "") + value
    return values


def _paragraphs(events: Iterable[_Event], styles: dict[str, str], name: str) -> Iterator[Line]:
    """Yield the paragraphs of the main part with their styles, and page breaks."""
    pieces: list[str] = []
    style, in_text, is_broken = "", False, False
    skipped = 0  # open elements that are skipped
    left = _MAX_TEXT
    for kind, value, attributes in events:
        if kind == "text":
            shown = value if in_text and not skipped else ""
            pieces += [shown] if shown else []
            left -= len(shown)
            if left < 0:  # also of a single paragraph, before it is joined
                raise SourceError(message("sources.too_many_characters", name=name, max_text=_MAX_TEXT >> 20))
            continue
        starts, is_page = kind == "start", attributes.get("type") == "page"
        in_text = starts and value == "t"
        if ((starts and value == "sectPr") or (value == "br" and is_page)) and not is_broken:
            is_broken = True
            yield Line("", BREAK)
        if value in _SKIPPED:
            skipped += 1 if starts else -1
        elif value == "pStyle" and starts:
            style = attributes.get("val", "")
            style = styles.get(style, style.lower())
        elif value in _SIGNS and starts:
            pieces.append(_SIGNS[value])
        elif value == "p" or (value in _SPLIT and starts and not is_page):
            if shown := normalise_space("".join(pieces)):
                is_broken = False
                yield Line(shown, style)
            pieces.clear()
            style = "" if value == "p" else style


def _notes(package: _Package) -> list[str]:
    """Return the kinds of other parts that have text, such as footnotes."""
    found = []
    for kind in _NOTES:
        named = [part for part in sorted(package.parts) if part.endswith(".xml")]
        for part in [part for part in named if posixpath.basename(part).startswith(kind)][:20]:
            with package.archive.open(part) as stream:
                if b"<w:t>" in (head := stream.read(1 << 20)) or b"<w:t " in head:
                    found.append(f"{kind}s".replace("ss", "s"))
                    break
    return found

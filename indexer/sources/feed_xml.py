"""Parse the XML of feeds, one item at a time, tolerating errors.

Tags and texts are parsed as a stream. Malformed input is read as probably intended: a bare ``&`` and a ``<``
that begins no tag are text, and attribute values need no quotes. Only the entities of XML and HTML are
decoded, and declarations are ignored, so entities cannot expand without bound, and nothing is fetched.
"""

from __future__ import annotations

import codecs
import re
from html import escape, unescape
from html.entities import html5
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from indexer.data_tables import rows
from indexer.errors import message
from indexer.sources.encoding import is_mostly_undecoded, stated_codec, wide_encoding
from indexer.sources.source import MAX_PARTS, MAX_TOKEN_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.source import ReadContext


_READ: Final = 1 << 16
_NAME: Final = rb"(/?)([A-Za-z_\x80-\xff][^\s/>=<\"'&]*+)"
# A value has no <, so that an unclosed quotation mark ends there.
_TAG: Final = re.compile(rb"<" + _NAME + rb"((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
_ODD_TAG: Final = re.compile(rb"<" + _NAME + rb"([^<>]*+)>")
# A name begins after another character, so that the rest of a name without a value is not tried as a name.
_ATTRIBUTE: Final = re.compile(
    r"""(?<![^\s=/"'<>])([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
)
_BRACKETS: Final = re.compile(rb"<+(?=<)|<")  # without the last "<" of several, which may begin a tag
_MAX_TAG_LENGTH: Final = 1 << 16  # bytes of a tag whose attributes are read
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PLAIN: Final = b"<a href='/' b=\"1\">News &#8217;</a>"
_SHIFTING: Final = ("iso2022", "hz")  # their bytes may look like tags inside text
_ENTITY: Final = re.compile("&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_STRAY: Final = re.compile("[\udc80-\udcff]")


class Tag(NamedTuple):
    """A start or end tag.

    Attributes:
        name: The name as written, with its prefix, without white space and slash.
        closes: Whether it ends an element.
        empty: Whether it is an empty element.
        attributes: The names and decoded values of attributes.
    """

    name: str
    closes: bool
    empty: bool
    attributes: dict[str, str]


class TooLongError(ValueError):
    """A text, comment or tag is too long."""


class Markup:
    """A stream of XML, read as tags and texts."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream = stream
        self._codec = _declared_codec(head)
        wide = wide_encoding(head) or (self._codec if self._codec.startswith(_SHIFTING) else "")
        self._decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
        self._data = b""
        self._at = 0
        self._lines = 1
        self._counted = 0
        self._ended = False
        self._open_comment = False

    def line(self) -> int:
        """Return the line number of the next tag or text, 1-based."""
        self._lines += self._data.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def tokens(self) -> Iterator[Tag | str]:
        """Yield tags, and the texts between them.

        A text is split into pieces by comments and by ``<`` without a tag.

        Raises:
            TooLongError: A tag or text is longer than MAX_TOKEN_LENGTH.
        """
        while (start := self._find(b"<", self._at)) >= 0:
            if start > self._at:
                yield self._text(self._at, start)
                self._at = start
            if len(self._data) < self._at + 9 and self._read_more():
                continue  # now the beginning of the tag or declaration is complete
            if found := _TAG.match(self._data, self._at) or _ODD_TAG.match(self._data, self._at):
                yield self._tag(found)
                self._at = found.end()
            elif self._data.startswith(b"<![CDATA[", self._at):
                end = self._end_of(b"]]>", 9)
                yield _decode_text(self._data[self._at + 9 : end], self._codec)
                self._at = min(end + 3, len(self._data))
            elif self._data[self._at + 1 : self._at + 2] in {b"!", b"?"}:
                self._at = self._skip_declaration()
            elif not self._is_cut():
                found = _BRACKETS.match(self._data, self._at)
                assert found is not None
                yield found[0].decode()
                self._at = found.end()
        if self._at < len(self._data):
            yield self._text(self._at, len(self._data))
            self._at = len(self._data)

    def _is_cut(self) -> bool:
        """Read more input if the buffer ends within a tag, and return whether input was read."""
        rest = self._data[self._at + 1 : self._at + 3]
        may_begin = rest[:1].isalpha() or rest[:1] in b"/_" or rest[:1] >= b"\x80"
        following = self._data.find(b"<", self._at + 1)
        return may_begin and following < 0 and self._read_more()

    def _skip_declaration(self) -> int:
        """Return the position after a comment, a declaration or a processing instruction."""
        if self._data.startswith(b"<!--", self._at):
            end = -1 if self._open_comment else self._find(b"-->", self._at + 4)
            self._open_comment = end < 0  # a comment without an end hides nothing; do not search again
            return end + 3 if end >= 0 else self._at + 4
        end = self._end_of(b">", 2)
        if self._data.find(b"[", self._at, end) >= 0:  # the declarations of a document type
            end = max(end, self._find(b">", self._end_of(b"]", 2)))
        return min(end + 1, len(self._data))

    def _end_of(self, mark: bytes, skipped: int) -> int:
        found = self._find(mark, self._at + skipped)
        return len(self._data) if found < 0 else found

    def _find(self, mark: bytes, start: int) -> int:
        """Return the position of a mark, reading more input as necessary, or -1 if the mark is missing."""
        offset = start - self._at  # reading moves the buffer
        while (found := self._data.find(mark, self._at + offset)) < 0:
            offset = max(offset, len(self._data) - self._at - len(mark) + 1)
            if not self._read_more():
                return -1
        return found

    def _read_more(self) -> bool:
        """Read more input into the buffer, and return False at the end of the input."""
        if self._ended:
            return False
        held = len(self._data) - self._at
        if held > MAX_TOKEN_LENGTH:
            raise TooLongError
        raw = self._stream.read(max(_READ, held))  # doubling, so that no byte is scanned too often
        self._ended = not raw
        if self._decoder is not None:
            raw = self._decoder.decode(raw, final=self._ended).encode("utf-8", "replace")
        self.line()
        self._data, self._at, self._counted = self._data[self._at :] + raw, 0, 0
        return bool(raw) or not self._ended

    def _text(self, start: int, end: int) -> str:
        # A "]]>" without a CDATA section is dropped. Written with entities, it is text.
        return decode_entities(_decode_text(self._data[start:end], self._codec).replace("]]>", ""))

    def _tag(self, found: re.Match[bytes]) -> Tag:
        closes, raw, written = found.groups()
        name = raw.decode("ascii") if raw.isascii() else _decode_text(raw, self._codec)
        attributes: dict[str, str] = {}
        if not written:
            return Tag(name, bool(closes), empty=False, attributes=attributes)
        text = _decode_text(written[:_MAX_TAG_LENGTH], self._codec)
        for key, *values in _ATTRIBUTE.findall(text):
            attributes.setdefault(key, decode_entities("".join(values)))
        return Tag(name, bool(closes), written.endswith(b"/"), attributes)


def decode_entities(text: str) -> str:
    """Decode XML and HTML entities once, and leave unknown entities as they are."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    return unescape(found[0]) if name.startswith("#") or f"{name};" in html5 else found[0]


def _declared_codec(head: bytes) -> str:
    """Return the codec that a document declares, or Windows-1252 if it declares none or a UTF."""
    found = _DECLARED.search(head[:1024])
    name = stated_codec(found[1].decode()) if found else None
    return name if name and _PLAIN.decode(name, "replace") == _PLAIN.decode() else "cp1252"


def _decode_text(data: bytes, codec: str) -> str:
    """Decode a text as UTF-8, or by another codec if it is mostly invalid.

    A few invalid bytes are local errors: only these are decoded as Windows-1252.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    if is_mostly_undecoded(text):
        return data.decode(codec, "replace")
    return _STRAY.sub(lambda found: bytes([ord(found[0]) & 0xFF]).decode("cp1252", "replace"), text)


# Prefixes by namespace, which replace those of the document. RSS, Atom and HTML have no prefix.
_PREFIXES: Final = {uri: prefix for prefix, uri in rows(__file__, "feed_prefixes.tsv")}
_UNDECLARED: Final = {"rss": "", "atom": "", "atom10": "", "a10": ""}
_BASE, _LANGUAGE = "xml:base", "xml:lang"
_WHOLES: Final = frozenset({"rss", "channel", "rdf:RDF", "feed", "urlset"})
_MAX_CHANNEL_FIELDS: Final = 100
_VOID: Final = frozenset({"br", "hr", "img"})
_DEEPEST: Final = 100  # nesting depth; the text of deeper elements is added to the element at this depth
# Fields of the feed that are useful for its items; the rest, which may be long, is dropped.
_CHANNEL_FIELDS: Final = frozenset(
    {"title", "link", "language", "dc:language", "author", "name", "dc:creator", "wp:base_blog_url"}
)


class Element:
    """An element of a document.

    Attributes:
        name: The name, with the usual prefix of its vocabulary; RSS, Atom and HTML have none.
        attributes: The values of the attributes, by name as written.
        parts: The child elements and texts, in order.
        first, last: The first and last line.
        base: The base URLs (``xml:base``) of the element and its ancestors, outermost first.
        language: The language (``xml:lang``) of the element or its nearest ancestor that declares one; empty
            if none does.
    """

    __slots__ = tuple(
        "_index _indexed attributes base first language last name namespaces parts written".split()
    )

    def __init__(self, tag: Tag, around: Element | None, line: int) -> None:
        attributes = tag.attributes
        self.attributes = attributes
        self.base: tuple[str, ...] = around.base if around else ()
        self.language: str = around.language if around else ""
        self.namespaces: dict[str, str] = around.namespaces if around else {}
        if attributes:
            declared = {
                name[6:]: _PREFIXES.get(uri, uri if name == "xmlns" else name[6:])
                for name, uri in attributes.items()
                if name.startswith("xmlns")
            }
            if declared:
                self.namespaces = self.namespaces | declared
            if base := attributes.get(_BASE):
                self.base = (*self.base, base)
            self.language = attributes.get(_LANGUAGE) or self.language
        self.written = tag.name
        self.name = canonical(tag.name, self.namespaces)
        self.parts: list[Element | str] = []
        self.first = self.last = line
        self._index: dict[str, list[Element]] = {}
        self._indexed = 0  # the number of indexed parts

    def html(self) -> str:
        """Return the content of the element as HTML."""
        return _html_of(self, is_xhtml=self.attributes.get("type") == "xhtml")

    @property
    def elements(self) -> Iterator[Element]:
        """The child elements, in order."""
        return (part for part in self.parts if isinstance(part, Element))

    @property
    def text(self) -> str:
        """The text of the element, without the text of its child elements."""
        return "".join([part for part in self.parts if isinstance(part, str)]).strip()

    def children(self, *names: str) -> list[Element]:
        """Return the child elements with the given names, in the order of the names."""
        if self._indexed != len(self.parts):
            self._index = {}
            for element in self.elements:
                self._index.setdefault(element.name, []).append(element)
            self._indexed = len(self.parts)
        index = self._index
        return [element for name in names if name in index for element in index[name]]

    def text_of(self, *names: str) -> str:
        """Return the text of the first non-empty child with one of several names."""
        return next((text for element in self.children(*names) if (text := element.text)), "")

    def replace(self, parts: list[Element]) -> None:
        """Replace the child elements."""
        self.parts = [*parts]
        self._indexed = -1


def canonical(name: str, namespaces: dict[str, str]) -> str:
    """Return the name of an element with the usual prefix for its namespace."""
    prefix, colon, local = name.partition(":")
    if not colon:
        usual = namespaces.get("", "")
        return f"{usual}:{name}" if usual and "/" not in usual else name
    usual = namespaces.get(prefix, _UNDECLARED.get(prefix, prefix))
    return f"{usual}:{local}" if usual else local


def _html_of(element: Element, *, is_xhtml: bool) -> str:
    pieces: list[str] = []
    for part in element.parts:
        if isinstance(part, str):
            pieces.append(escape(part, quote=False) if is_xhtml else part)
        elif part.name in _VOID:
            pieces.append(f"<{part.name}>")
        else:
            pieces += (f"<{part.name}>", _html_of(part, is_xhtml=is_xhtml), f"</{part.name}>")
    return "".join(pieces)


class Items:
    """An iterator over the items of a document.

    Attributes:
        whole: An element with the properties of the channel or feed that were read so far.
    """

    def __init__(self, markup: Markup, names: frozenset[str], context: ReadContext) -> None:
        self._markup = markup
        self._names = names
        self._context = context
        self._open: list[Element] = []
        self._item_at = -1  # position of the current item among the open elements
        self._size = 0
        self.whole = Element(Tag("whole", closes=False, empty=False, attributes={}), None, 1)

    def __iter__(self) -> Iterator[Element]:
        """Yield each item at its end tag, or at the start of the next item if the end tag is missing."""
        try:
            for token in self._markup.tokens():
                self._size += 1
                if isinstance(token, str):
                    if self._open and (self._item_at >= 0 or self._is_channel_field(self._open[-1])):
                        self._open[-1].parts.append(token)
                elif token.closes:
                    yield from self._end(token.name)
                else:
                    yield from self._start(token)
                if self._size > MAX_PARTS and self._item_at >= 0:
                    self._drop_item()
        except TooLongError:
            self._skip(message("skip.large_text", most=MAX_TOKEN_LENGTH >> 20))
        else:
            if self._open:  # at least the root
                self._context.skip(0, message("skip.cut_export"), unread=True)
        if self._item_at >= 0:
            yield self._finish()

    def _start(self, tag: Tag) -> Iterator[Element]:
        around = self._open[-1] if self._open else None
        element = Element(tag, around, 0)
        if element.name in self._names:
            if tag.empty:
                return  # an empty item
            element.first = self._markup.line()
            if self._item_at < 0:
                if len(self._open) == _DEEPEST:  # elements without end tags, such as those of a dropped item
                    del self._open[1:]
                self._item_at, self._size = len(self._open), 0
        elif self._item_at < 0:
            self._keep(element, around)
        elif around is not None:
            if around.name in self._names and len(self._open) - 1 > self._item_at:
                # An inner element with content is an item: the outer one has no end tag.
                outer = self._open[self._item_at]
                outer.last = self._markup.line()
                del self._open[self._item_at : -1]
                self._size = 0
                yield outer
            around.parts.append(element)
        if not tag.empty and len(self._open) < _DEEPEST:
            self._open.append(element)

    def _is_channel_field(self, element: Element) -> bool:
        return element.name in _CHANNEL_FIELDS and len(element.parts) < _MAX_CHANNEL_FIELDS

    def _keep(self, element: Element, around: Element | None) -> None:
        """Keep an element that describes the feed, but not one that describes its image."""
        if around is None or element.name not in _CHANNEL_FIELDS:
            return
        if around.name in {"channel", "feed"} and len(self.whole.parts) < _MAX_CHANNEL_FIELDS:
            self.whole.parts.append(element)
            self.whole.base, self.whole.language = element.base, element.language
        elif around.name == "author" and not around.parts:
            around.parts.append(element)

    def _end(self, name: str) -> Iterator[Element]:
        """Close the innermost open element with a name, and all elements inside it."""
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].written == name), -1)
        if at < 0 or (at < self._item_at and self._open[at].name not in _WHOLES):
            return
        if at <= self._item_at:
            yield self._finish()
        del self._open[at:]

    def _finish(self) -> Element:
        """Complete the current item, and return it."""
        item = self._open[self._item_at]
        item.last = self._markup.line()
        del self._open[self._item_at :]
        self._item_at, self._size = -1, 0
        return item

    def _drop_item(self) -> None:
        """Skip the rest of an item with too many parts."""
        self._skip(message("skip.large_item", most=MAX_PARTS))
        del self._open[self._item_at :]
        self._item_at = -1

    def _skip(self, reason: str) -> None:
        self._context.skip(self._markup.line(), reason)

"""The tags and texts of XML as a stream, well formed or not.

What is well formed comes out as any parser has it; what is not is read as its writer meant it: a bare ``&``
is text, so is a ``<`` that begins no tag, and what should stand in quotes may stand without. Only the
entities of XML and HTML are known; none is declared, so none can be blown up, and nothing is fetched.
"""

from __future__ import annotations

import codecs
import re
from html import unescape
from html.entities import html5
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from indexer.sources.encoding import wide_encoding
from indexer.sources.limits import LONGEST_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

_READ: Final = 1 << 16
_NAME: Final = rb"(/?)([A-Za-z_\x80-\xff][^\s/>=<\"'&]*+)"
# No value holds a <, so that a quotation mark without its second ends nowhere else.
_TAG: Final = re.compile(rb"<" + _NAME + rb"((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
_ODD_TAG: Final = re.compile(rb"<" + _NAME + rb"([^<>]*+)>")
# A name begins behind another sign: of one without a value no end is looked at as another name.
_ATTRIBUTE: Final = re.compile(
    r"""(?<![^\s=/"'<>])([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
)
_BRACKETS: Final = re.compile(rb"<+(?=<)|<")  # of which the last may begin a tag
_LONGEST_TAG: Final = 1 << 16  # bytes of a tag whose attributes are read
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PLAIN: Final = b"<a href='/' b=\"1\">News &#8217;</a>"
_SHIFTING: Final = ("iso2022", "hz")  # whose bytes may look like tags within text
_ENTITY: Final = re.compile("&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_STRAY: Final = re.compile("[\udc80-\udcff]")


class Tag(NamedTuple):
    """A tag.

    Attributes:
        name: As written, with its prefix; white space and the slash left out.
        closes: Whether it ends an element.
        empty: Whether it begins one that it also ends.
        attributes: Their names and decoded values.
    """

    name: str
    closes: bool
    empty: bool
    attributes: dict[str, str]


class TooLongError(ValueError):
    """A text, comment or tag that is longer than any should be."""


class Markup:
    """A stream of markup.

    Args:
        stream: Its bytes, from the first on.
        head: The first of them, which say how they are encoded.
    """

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream = stream
        self._codec = _declared(head)
        wide = wide_encoding(head) or (self._codec if self._codec.startswith(_SHIFTING) else "")
        self._decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
        self._data = b""
        self._at = 0
        self._lines = 1
        self._counted = 0
        self._ended = False
        self._open_comment = False

    def line(self) -> int:
        """The line on which the next tag or text begins, 1-based."""
        self._lines += self._data.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def tokens(self) -> Iterator[Tag | str]:
        """Yield the tags and the texts between them; a text may come in several pieces.

        Raises:
            TooLongError: One of them is longer than LONGEST_TOKEN.
        """
        while (start := self._find(b"<", self._at)) >= 0:
            if start > self._at:
                yield self._text(self._at, start)
                self._at = start
            if len(self._data) < self._at + 9 and self._more():
                continue  # so that what begins here is all there
            if found := _TAG.match(self._data, self._at) or _ODD_TAG.match(self._data, self._at):
                yield self._tag(found)
                self._at = found.end()
            elif self._data.startswith(b"<![CDATA[", self._at):
                end = self._end_of(b"]]>", 9)
                yield _decoded(self._data[self._at + 9 : end], self._codec)
                self._at = min(end + 3, len(self._data))
            elif self._data[self._at + 1 : self._at + 2] in {b"!", b"?"}:
                self._at = self._past_declaration()
            elif not self._is_cut():
                found = _BRACKETS.match(self._data, self._at)
                assert found is not None
                yield found[0].decode()
                self._at = found.end()
        if self._at < len(self._data):
            yield self._text(self._at, len(self._data))
            self._at = len(self._data)

    def _is_cut(self) -> bool:
        """Tell whether a tag begins here whose end was not read yet; it is, where there is more."""
        rest = self._data[self._at + 1 : self._at + 3]
        may_begin = rest[:1].isalpha() or rest[:1] in b"/_" or rest[:1] >= b"\x80"
        following = self._data.find(b"<", self._at + 1)
        return may_begin and following < 0 and self._more()

    def _past_declaration(self) -> int:
        """Find the end of a comment, a declaration or an instruction."""
        if self._data.startswith(b"<!--", self._at):
            end = -1 if self._open_comment else self._find(b"-->", self._at + 4)
            self._open_comment = end < 0  # hides nothing, and is not looked for again
            return end + 3 if end >= 0 else self._at + 4
        end = self._end_of(b">", 2)
        if self._data.find(b"[", self._at, end) >= 0:  # the declarations of a document type
            end = max(end, self._find(b">", self._end_of(b"]", 2)))
        return min(end + 1, len(self._data))

    def _end_of(self, mark: bytes, skipped: int) -> int:
        found = self._find(mark, self._at + skipped)
        return len(self._data) if found < 0 else found

    def _find(self, mark: bytes, start: int) -> int:
        """Find a mark, reading on until it comes; -1 where it does not."""
        offset = start - self._at  # reading on moves what is held
        while (found := self._data.find(mark, self._at + offset)) < 0:
            offset = max(offset, len(self._data) - self._at - len(mark) + 1)
            if not self._more():
                return -1
        return found

    def _more(self) -> bool:
        """Read on; tell whether there was more."""
        if self._ended:
            return False
        held = len(self._data) - self._at
        if held > LONGEST_TOKEN:
            raise TooLongError
        raw = self._stream.read(max(_READ, held))  # twice as much, so that nothing is looked at too often
        self._ended = not raw
        if self._decoder is not None:
            raw = self._decoder.decode(raw, final=self._ended).encode("utf-8", "replace")
        self.line()
        self._data, self._at, self._counted = self._data[self._at :] + raw, 0, 0
        return bool(raw) or not self._ended

    def _text(self, start: int, end: int) -> str:
        # A mark of an end that ends nothing goes; one written with entities is text.
        return decode_entities(_decoded(self._data[start:end], self._codec).replace("]]>", ""))

    def _tag(self, found: re.Match[bytes]) -> Tag:
        closes, raw, written = found.groups()
        name = raw.decode("ascii") if raw.isascii() else _decoded(raw, self._codec)
        attributes: dict[str, str] = {}
        if not written:
            return Tag(name, bool(closes), empty=False, attributes=attributes)
        text = _decoded(written[:_LONGEST_TAG], self._codec)
        for attribute in _ATTRIBUTE.finditer(text):
            attributes.setdefault(
                attribute[1], decode_entities(attribute[2] or attribute[3] or attribute[4] or "")
            )
        return Tag(name, bool(closes), written.endswith(b"/"), attributes)


def decode_entities(text: str) -> str:
    """Decode the entities of XML and HTML, once; what is none stays as written."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    return unescape(found[0]) if name.startswith("#") or f"{name};" in html5 else found[0]


def _declared(head: bytes) -> str:
    """Give the codec that a document says it is in; of a document that says none or UTF, Windows-1252."""
    found = _DECLARED.search(head[:1024])
    try:
        name = codecs.lookup(found[1].decode()).name if found else "utf-8"
        is_text = _PLAIN.decode(name) == _PLAIN.decode()
    except (LookupError, UnicodeError):
        is_text = False
    # What is called Latin-1 holds the quotation marks of Windows-1252.
    return name if is_text and name not in {"utf-8", "ascii", "iso8859-1"} else "cp1252"


def _decoded(data: bytes, codec: str) -> str:
    """Decode a text: UTF-8 whatever the document says, where it is; a stray byte harms nothing else."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(text))
    if strays > sum(not char.isascii() for char in text) - strays:
        return data.decode(codec, "replace")
    return _STRAY.sub(lambda found: bytes([ord(found[0]) & 0xFF]).decode("cp1252", "replace"), text)

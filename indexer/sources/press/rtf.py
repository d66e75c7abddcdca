"""Read the lines of RTF: paragraphs, table cells and page breaks.

The input is never in memory as a whole. A character is decoded with the code page of its font, so a document
may have several code pages.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from indexer.errors import SourceError, message
from indexer.sources.encoding import clean
from indexer.sources.html_text import ELEMENTS
from indexer.sources.press.lines import BOLD, BREAK, CELL, CUT, Line

_TOKEN: Final = re.compile(
    rb"([^\\{}\r\n]+)|\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|([{}])|\\([^a-zA-Z])", re.DOTALL
)
_BINARY: Final = re.compile(rb"(?<!\\)\\bin(\d{1,10})[ ]?")
_BACKSLASH: Final = 0x5C
_BLOCK_SIZE: Final = 1 << 18
_DEEPEST: Final = 2000
_LONGEST: Final = 1 << 22  # characters of a paragraph: a longer one is split
# Groups whose text is not part of the document. The table of fonts is read for its code pages.
_DROPPED: Final = frozenset(map(str.encode, ELEMENTS["dropped group of RTF"]))
_ENDS: Final = {b"par": "", b"line": "", b"cell": CELL, b"nestcell": CELL, b"row": "", b"nestrow": ""}
_BREAKS: Final = frozenset({b"page", b"sect", b"pagebb"})
_SIGN_WORDS: Final = b"tab emdash endash bullet emspace enspace lquote rquote ldblquote rdblquote".split()
_SIGNS: Final = dict(zip(_SIGN_WORDS, "\t—–•  ‘’“”", strict=True))
_ACTIVE: Final = frozenset(
    {*_DROPPED, *_ENDS, *_BREAKS, *_SIGNS, *b"u fonttbl f b plain uc ansicpg mac".split()}
)
_SYMBOLS: Final = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
# Code pages by the charset of a font; any other charset has the code page of the document.
_PAGES: Final = (
    "128:932 129:949 134:936 136:950 161:1253 162:1254 163:1258 177:1255 178:1256 186:1257 204:1251"
)
_CHARSETS: Final = dict(pair.encode().split(b":") for pair in f"{_PAGES} 222:874 238:1250".split())


def rtf_lines(stream: io.BufferedReader, name: str) -> Iterator[Line]:
    """Yield the lines of an RTF document.

    Raises:
        SourceError: Groups are nested too deeply.
    """
    reader = _Reader(name)
    for data in _blocks(stream):
        reader.read(data)
        yield from reader.lines
        reader.lines.clear()
    reader.end_line("")
    yield from reader.lines
    if reader.groups:
        yield Line("", CUT)


def _blocks(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield blocks of complete tokens, without binary data."""
    rest = b""
    at_end = False
    while not at_end:
        block = stream.read(_BLOCK_SIZE)
        data, at_end = rest + block, not block
        end = len(data) if at_end or len(data) > 4 * _BLOCK_SIZE else _last_boundary(data)
        data, rest = data[:end], data[end:]
        at = 0
        while binary := _BINARY.search(data, at):
            yield data[at : binary.start()]
            at = binary.end() + int(binary[1])
        yield data[at:]
        if (left := at - len(data)) > 0:
            rest, left = rest[left:], left - len(rest)
            while left > 0 and (skipped := stream.read(min(left, _BLOCK_SIZE))):
                left -= len(skipped)


def _last_boundary(data: bytes) -> int:
    """Return the end of the last complete token in a block, or 0 if there is none."""
    end = data.rfind(b"\n")
    if end <= 0:
        end = max(data.rfind(b"{"), data.rfind(b"}"), data.rfind(b" ") + 1)
    while end > 0 and data[end - 1] == _BACKSLASH:
        end -= 1
    return max(end, 0)


class _Reader:
    """An RTF parser with its state: open groups, font and current paragraph."""

    def __init__(self, name: str) -> None:
        self.lines: list[Line] = []
        self._name = name
        self._parts: list[str] = []
        self._length = 0
        self._bytes = bytearray()
        self._codec = self._page = "cp1252"
        self._fonts: dict[bytes, str] = {}
        self._font = b""
        self.groups: list[tuple[bool, bool, str, int, bool]] = []
        self._dropped = self._in_fonts = self._bold = self._begins_bold = False
        self._fallback = 1  # the number of characters that replace a Unicode character in old programs
        self._skip = 0

    def read(self, data: bytes) -> None:
        """Read the tokens of a block."""
        for text, word, number, code, brace, symbol in _TOKEN.findall(data):
            if text:
                self._text(text)
            elif word:
                if word in _ACTIVE or self._in_fonts:
                    self._word(word, number)
                else:
                    self._skip = 0
            elif brace:
                self._brace(brace)
            elif symbol:
                self._symbol(symbol)
            elif self._skip:
                self._skip -= 1
            elif not self._dropped:
                self._bytes.append(int(code, 16))

    def end_line(self, style: str) -> None:
        """Complete the current line, and start the next."""
        self._flush()
        text = "".join(self._parts).strip()
        if text:
            if not text.isascii():  # a character above U+FFFF is written as two surrogates
                text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            text = clean(text)
            self.lines.append(Line(text, style or (BOLD if self._begins_bold else "")))
        self._parts.clear()
        self._length = 0
        self._begins_bold = False

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._dropped = True
        elif symbol in b"\r\n" and not self._dropped:
            self.end_line("")
        elif not self._dropped:
            self._add(_SYMBOLS.get(symbol, ""))

    def _text(self, text: bytes) -> None:
        if self._dropped:
            return
        if self._skip:
            skipped = min(self._skip, len(text))
            self._skip -= skipped
            text = text[skipped:]
        if self._bytes:
            self._flush()
        if text:
            self._add(text.decode("ascii") if text.isascii() else text.decode(self._codec, "replace"))

    def _add(self, text: str) -> None:
        if self._bytes:
            self._flush()
        if not self._length:
            self._begins_bold = self._bold
        self._parts.append(text)
        self._length += len(text)
        if self._length > _LONGEST:
            self.end_line("")

    def _flush(self) -> None:
        """Decode the pending bytes with the code page of the font."""
        if self._bytes:
            text = self._bytes.decode(self._codec, "replace")
            self._bytes.clear()
            self._add(text)

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._skip = 0
        if brace == b"{":
            if len(self.groups) >= _DEEPEST:
                raise SourceError(message("press.rtf_too_deep", name=self._name, deepest=_DEEPEST))
            self.groups.append((self._dropped, self._in_fonts, self._codec, self._fallback, self._bold))
        elif self.groups:
            self._dropped, self._in_fonts, self._codec, self._fallback, self._bold = self.groups.pop()

    def _word(self, word: bytes, number: bytes) -> None:
        self._skip = 0
        if word == b"u" and number:
            if not self._dropped:
                self._add(chr(int(number) % (1 << 16)))
            self._skip = self._fallback
        elif word == b"fonttbl":
            self._dropped = self._in_fonts = True
        elif self._in_fonts:
            self._font_word(word, number)
        elif self._dropped or word in _DROPPED:
            self._dropped = True
        elif (style := _ENDS.get(word)) is not None:
            self.end_line(style)
        elif word in _BREAKS:
            self.end_line("")
            self.lines.append(Line("", BREAK))
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        else:
            self._format(word, number)

    def _format(self, word: bytes, number: bytes) -> None:
        if word == b"f":
            self._flush()
            self._codec = self._fonts.get(number, self._page)
        elif word == b"b":
            self._flush()
            self._bold = number != b"0"
        elif word == b"plain":
            self._flush()
            self._codec, self._bold = self._page, False
        elif word == b"uc":
            self._fallback = min(int(number or 1), 100)
        elif word == b"ansicpg":
            with suppress(LookupError):
                self._page = self._codec = codecs.lookup(f"cp{number.decode()}").name
        elif word == b"mac":
            self._page = self._codec = "mac_roman"

    def _font_word(self, word: bytes, number: bytes) -> None:
        if word == b"f":
            self._font = number
        elif word == b"fcharset" and number in _CHARSETS:
            self._fonts[self._font] = f"cp{_CHARSETS[number].decode()}"

"""What stands in the headers of a message: words in whatever encoding, names, days."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from quopri import decodestring
from typing import TYPE_CHECKING, Final

from indexer.item import ItemDate
from indexer.sources.encoding import clean, decode
from indexer.sources.stated_date import read_date, read_day

if TYPE_CHECKING:
    from email.message import Message

_ENCODED: Final = re.compile(
    r"=\?([^?\s]{1,40})\?([bq])\?([^?]*)\?=(?:\s+(?==\?[^?\s]{1,40}\?[bq]\?))?", re.IGNORECASE
)
_STATEFUL: Final = ("iso-2022", "iso2022", "hz", "utf-7", "utf-16")  # whose bytes look like other texts
_ADDRESS: Final = re.compile(r"\s*<[^<>]*>\s*$")
_WHEN: Final = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*")  # in the line before a message
_COMMENT: Final = re.compile(r"\(([^()]+)\)\s*$")


class Headers:
    """The headers of a message.

    Args:
        message: The message as it was parsed.
    """

    def __init__(self, message: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))

    def text(self, name: str) -> str:
        """Give the first value of a header, decoded, in one line; empty without any."""
        return decoded_words(self._values.get(name, [""])[0])

    def name_of(self, header: str) -> str:
        """Give the name of the person in a header, else the address."""
        value = self._values.get(header, [""])[0]
        name = _ADDRESS.sub("", value).strip()
        if name == value.strip() and (comment := _COMMENT.search(value)):
            name = comment[1]  # address (Name)
        name = decoded_words(name.strip().strip("\"'").replace("\\", ""))
        return name or self.text(header).strip("<>")

    def date(self, separator: str) -> tuple[ItemDate | None, str]:
        """Work out when a message was sent: its day where it was written, else when it was received.

        Args:
            separator: The line before it in a mailbox.

        Returns:
            The day, and what its own date says where that is none.
        """
        own = self.text("date")
        if stated := read_date(own):
            return stated, ""
        # The last that is noted was the first on the way.
        received = [value.rpartition(";")[2] for value in reversed(self._values.get("received", []))]
        at_last = _WHEN.search(separator)
        for text in (*received, self.text("delivery-date"), at_last[0] if at_last else ""):
            if day := read_day(" ".join(text.split())):
                return ItemDate(day, day, "estimated"), own
        return None, own


def decoded_words(value: str) -> str:
    """Decode a header: encoded words (RFC 2047), and bytes that stand there as they are."""
    pieces: list[str] = []
    at = 0
    waiting, charset = b"", ""
    for word in _ENCODED.finditer(value):
        plain = value[at : word.start()]
        if waiting and (plain or word[1].lower() != charset):
            pieces.append(decoded(waiting, charset))
            waiting = b""
        pieces.append(_as_written(plain))
        # A character may begin in one word and end in the next.
        waiting, charset = waiting + _bytes_of(word[2], word[3]), word[1].lower()
        at = word.end()
    if waiting:
        pieces.append(decoded(waiting, charset))
    pieces.append(_as_written(value[at:]))
    return " ".join(clean("".join(pieces)).split())


def decoded(data: bytes, charset: str) -> str:
    """Decode a text: in UTF-8 where it is, else as its charset says, else in what suits it."""
    charset = charset.partition("*")[0].strip("\"' ").lower()
    if not charset.startswith(_STATEFUL):
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    if charset in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
        charset = "cp1252"  # what calls itself Latin-1 holds the quotation marks of Windows-1252
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return decode(data)


def _as_written(text: str) -> str:
    if text.isascii():
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), "")


def _bytes_of(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if kind in "qQ":
        return decodestring(data.replace(b"_", b" "))
    try:
        return a2b_base64(data + b"===")
    except Error:
        return b""

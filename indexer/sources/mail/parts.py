"""The parts of a message: which are its text, and which are attached to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from indexer.sources.encoding import clean
from indexer.sources.html_text import is_markup, paragraphs_of
from indexer.sources.mail.headers import Headers, decoded, decoded_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_TEXTS: Final = {"text/plain": False, "text/html": True, "text/enriched": True}  # and whether they are markup
_WRAPPED: Final = 50  # characters of a line that was broken only to fit, so that the next goes on with it
_QUOTE: Final = re.compile(r"(?:[>|] ?){0,20}")


class Parts:
    """The parts of a message.

    Args:
        message: The message as it was parsed.

    Attributes:
        paragraphs: Its text.
        attached: The names, or the types, of what is attached.
    """

    def __init__(self, message: Message) -> None:
        self.attached: list[str] = []
        self.paragraphs = tuple(self._texts(message))

    def _texts(self, part: Message) -> Iterator[str]:
        kind = part.get_content_type()
        payload: Any = part.get_payload()
        if isinstance(payload, list):
            if kind == "multipart/alternative":
                yield from self._best(payload)
            elif kind == "message/delivery-status":
                self.attached.append(kind)
            else:
                for inner in payload:
                    if kind == "message/rfc822" and (subject := Headers(inner).text("subject")):
                        yield subject
                    yield from self._texts(inner)
        elif (kind in _TEXTS or kind.startswith("multipart/")) and not self._is_attached(part):
            yield from _text(part, is_html=_TEXTS.get(kind, False))  # parts that nothing parts are one text
        else:
            self.attached.append(decoded_words(part.get_filename() or "") or kind)

    def _best(self, parts: list[Message]) -> Iterator[str]:
        """Choose of the same text in several forms the plain one; another only where that is empty."""
        left: list[str] = []
        for part in sorted(parts, key=lambda part: part.get_content_type() != "text/plain"):
            if left := list(self._texts(part)):
                break
        yield from left

    def _is_attached(self, part: Message) -> bool:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _text(part: Message, *, is_html: bool) -> list[str]:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return []
    text = clean(decoded(data, str(part.get_param("charset") or "")))
    is_html = is_html or (text.lstrip().startswith("<") and is_markup(text))
    return paragraphs_of(text) if is_html else _unwrapped(text)


def _unwrapped(text: str) -> list[str]:
    """Part a plain text at blank lines and short ones; a long line goes on in the next of its quotation."""
    paragraphs: list[str] = []
    quote, goes_on = "", False
    for line in text.splitlines():
        own = _QUOTE.match(line)
        marks = own[0] if own else ""
        words = line[len(marks) :].split()
        if not words:
            goes_on = False
            continue
        if goes_on and marks.strip() == quote:
            paragraphs[-1] = f"{paragraphs[-1]} {' '.join(words)}"
        else:
            paragraphs.append(" ".join([*marks.split(), *words]))
        quote, goes_on = marks.strip(), len(line) >= _WRAPPED
    return paragraphs

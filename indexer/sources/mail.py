"""Read mailboxes (mbox) and single messages, within limits of size.

In a message from Google Alerts, each linked article is an item. Any other message is an item.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from functools import partial
from itertools import count, groupby
from operator import itemgetter
from quopri import decodestring
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from indexer.analysis.characters import MAIL_HEADER
from indexer.errors import message, message_of
from indexer.item import ItemDate, RawItem
from indexer.sources.encoding import clean, decode, stated_codec
from indexer.sources.html_text import decode_html as unescaped
from indexer.sources.html_text import is_markup, normalise_space, paragraphs_of
from indexer.sources.press.lines import HIDDEN, TOKEN
from indexer.sources.recognition import HEADER, SEPARATOR, has_press_marks, rename_mail_headers
from indexer.sources.source import MAX_MESSAGE_LINES, MAX_MESSAGE_SIZE, nonempty, why_no_item
from indexer.sources.stated_date import read_date, read_day
from indexer.sources.stated_values import StatedIds

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

    from indexer.item import SourceLines
    from indexer.sources.source import ReadContext


_ENCODED: Final = re.compile(r"(?i)=\?([^?\s]{1,40})\?([bq])\?([^?]*)\?=(?:\s+(?==\?[^?\s]{1,40}\?[bq]\?))?")
_STATEFUL: Final = ("iso-2022", "iso2022", "hz", "utf-7", "utf-16")  # their bytes may be valid UTF-8
_ADDRESS: Final = re.compile(r"\s*<[^<>]*>\s*$")
_WHEN: Final = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*")  # in a separator line
_COMMENT: Final = re.compile(r"\(([^()]+)\)\s*$")


class Headers:
    """The headers of a message."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def text(self, name: str) -> str:
        """Return the first value of a header as a decoded line, or an empty string."""
        return decode_words(self._message.get(name, ""))

    def name_of(self, header: str) -> str:
        """Return the name of the person in a header, or else the address."""
        value = self._message.get(header, "")
        name = _ADDRESS.sub("", value).strip()
        if name == value.strip() and (comment := _COMMENT.search(value)):
            name = comment[1]  # the value is of the form "address (Name)"
        name = decode_words(name.strip().strip("\"'").replace("\\", ""))
        return name or self.text(header).strip("<>")

    def date(self, separator: str) -> tuple[ItemDate | None, str]:
        """Return the day on which a message was sent, in its time zone.

        Args:
            separator: The separator line of a mailbox file, which has the day of receipt; empty for a single
                message.

        Returns:
            The day, and the Date header if it is invalid (otherwise an empty text). The day is that of the
            Date header, or the day of receipt if the header is missing or invalid. It is ``None`` if there is
            no day of receipt either.
        """
        own = self.text("date")
        if stated := read_date(own):
            return stated, ""
        # The last Received header is the first in time.
        received = [value.rpartition(";")[2] for value in reversed(self._message.get_all("received", []))]
        at_last = _WHEN.search(separator)
        for text in (*received, self.text("delivery-date"), at_last[0] if at_last else ""):
            if day := read_day(" ".join(text.split())):
                return ItemDate(day, day, "estimated"), own
        return None, own


def decode_words(value: str) -> str:
    """Decode the encoded words (RFC 2047) and the raw bytes of a header."""
    pieces: list[tuple[bytes, str]] = []  # the bytes and the charset of each piece; empty if unknown
    at = 0
    for word in _ENCODED.finditer(value):
        pieces.append((value[at : word.start()].encode("utf-8", "surrogateescape"), ""))
        pieces.append((_bytes_of(word[2], word[3]), word[1].lower()))
        at = word.end()
    pieces.append((value[at:].encode("utf-8", "surrogateescape"), ""))
    # A character may be split across two encoded words.
    runs = groupby([piece for piece in pieces if piece[0]], itemgetter(1))
    texts = [decode_text(b"".join([data for data, _ in run]), charset) for charset, run in runs]
    return " ".join(clean("".join(texts)).split())


def decode_text(data: bytes, charset: str) -> str:
    """Decode a text as UTF-8 if it is valid, otherwise with the given charset or a detected encoding."""
    charset = charset.partition("*")[0].strip("\"' ").lower()
    if not charset.startswith(_STATEFUL):
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    try:
        return data.decode(stated_codec(charset) or charset)
    except (LookupError, ValueError):
        return decode(data)


def _bytes_of(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if kind in "qQ":
        return decodestring(data.replace(b"_", b" "))
    try:
        return a2b_base64(data + b"===")
    except Error:
        return b""


_MAX_HEADER_LENGTH: Final = 1 << 13  # characters; parsing its parameters takes quadratic time
_DEEPEST: Final = 30  # depth of parts: each line is compared with the boundaries of all enclosing parts
_MAX_PARTS: Final = 5000


class UnreadableMessageError(ValueError):
    """A message cannot be parsed."""


class _AsWritten(EmailPolicy):
    """An email policy that keeps headers unchanged, except that it cuts long headers."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = sourcelines[0].partition(":")
        value = "".join((value.lstrip(" \t"), *sourcelines[1:])).rstrip("\r\n")
        return name, value[:_MAX_HEADER_LENGTH]

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the signature of the library
        return value


class _Part(EmailMessage):
    """A part of a message, with its nesting depth."""

    depth = 0

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        if payload.depth > _DEEPEST:
            raise UnreadableMessageError(message("skip.too_deep_message", most=_DEEPEST))
        super().attach(payload)


def parse(data: bytes) -> Message:
    """Parse a message.

    Raises:
        UnreadableMessageError: The message has too many parts, or is too damaged for the parser.
    """
    try:
        return BytesParser(policy=_AsWritten(message_factory=_part_factory())).parsebytes(data)
    except UnreadableMessageError:
        raise
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableMessageError(message("skip.unclear_parts")) from error


def _part_factory() -> Callable[..., _Part]:
    """Return a function that creates the parts of a message and limits their number."""
    made = count()

    def make(policy: EmailPolicy) -> _Part:
        if next(made) > _MAX_PARTS:
            raise UnreadableMessageError(message("skip.too_many_parts", most=_MAX_PARTS))
        return _Part(policy)

    return make


_TEXTS: Final = {"text/plain": False, "text/html": True, "text/enriched": True}  # whether each is markup
_WRAPPED: Final = 50  # minimum characters of a wrapped line, which the next line continues
_HEADER: Final = re.compile(MAIL_HEADER)
_QUOTE: Final = re.compile(r"(?:[>|] ?){0,20}")


def _texts(part: Message, attached: list[str]) -> Iterator[str]:
    """Yield the paragraphs of a message.

    The names or types of attachments are added to ``attached``.
    """
    kind = part.get_content_type()
    payload: Any = part.get_payload()
    is_attached = part.get_content_disposition() == "attachment" or part.get_filename()
    if isinstance(payload, list):
        if kind == "multipart/alternative":  # read the plain text, or another version if it is empty
            plain_first = sorted(payload, key=lambda part: part.get_content_type() != "text/plain")
            yield from next(filter(None, ([*_texts(inner, attached)] for inner in plain_first)), ())
        elif kind == "message/delivery-status":
            attached.append(kind)
        else:
            for inner in payload:
                if kind == "message/rfc822" and (subject := Headers(inner).text("subject")):
                    yield subject
                yield from _texts(inner, attached)
    elif (kind in _TEXTS or kind.startswith("multipart/")) and not is_attached:
        text = _decoded_text(part)
        is_html = _TEXTS.get(kind, False) or (text.lstrip().startswith("<") and is_markup(text))
        yield from paragraphs_of(text) if is_html else _unwrap_lines(text)  # consecutive parts are one text
    else:
        attached.append(decode_words(part.get_filename() or "") or kind)


def _decoded_text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return clean(decode_text(data, str(part.get_param("charset") or ""))) if isinstance(data, bytes) else ""


def _unwrap_lines(text: str) -> list[str]:
    """Split plain text into paragraphs, merging wrapped lines of the same quotation level."""
    paragraphs: list[str] = []
    quote, continues = "", False
    for line in text.splitlines():
        own = _QUOTE.match(line)
        marks = own[0] if own else ""
        words = line[len(marks) :].split()
        if not words:
            continues = False
            continue
        if continues and marks.strip() == quote and not _HEADER.match(line, len(marks)):
            paragraphs[-1] = f"{paragraphs[-1]} {' '.join(words)}"
        else:
            paragraphs.append(" ".join([*marks.split(), *words]))
        quote, continues = marks.strip(), len(line) >= _WRAPPED
    return paragraphs


_FIELDS: Final = ("to", "cc", "newsgroups", "organization", "list-id", "keywords")
TOO_LARGE: Final = message("skip.large_message", size=MAX_MESSAGE_SIZE >> 20, lines=MAX_MESSAGE_LINES)
_NAMED: Final = 5  # attachments that are listed by name


class MessageReader:
    """Reads the messages of a source."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._ids = StatedIds()

    def read(self, data: bytes, lines: SourceLines, separator: bytes = b"") -> Iterator[RawItem]:
        """Read a message.

        Args:
            data: The bytes of the message.
            lines: The lines of the message in its file.
            separator: The separator line before the message in a mailbox.

        Yields:
            The item, the articles of an attached export, or the results of Google Alerts. A message without
            text or with too much text yields nothing, and is reported as skipped.
        """
        skip = partial(self._context.skip, lines.first)
        attached: list[str] = []
        try:
            mail = parse(data)
            paragraphs = tuple(_texts(mail, attached))
        except (ValueError, LookupError) as error:
            known = isinstance(error, UnreadableMessageError)
            skip(message_of(error) if known else message("skip.no_part"))
            return
        headers = Headers(mail)
        if has_press_marks(data) and (articles := self._articles(mail, headers, lines)):
            yield from articles
            return
        title = headers.text("subject") or None
        if reason := why_no_item(title, paragraphs, "subject"):
            skip(reason)
            return
        if attached:
            more = ["…"] if len(attached) > _NAMED else []
            named = ", ".join([*(name[:80] for name in attached[:_NAMED]), *more])
            skip(message("skip.attached", count=len(attached), names=named))
        day, none = headers.date(separator.decode("latin-1"))
        if none:
            key = "skip.no_date_but_received" if day else "skip.no_date"
            skip(message(key, date=none[:40]), field=True)
        author = headers.name_of("from") or headers.name_of("sender")
        fields = {name.replace("-", "_"): headers.text(name) for name in _FIELDS}
        if (address := headers.text("from")) != author:
            fields = {"from": address, **fields}
        key, url = (headers.text(name).strip("<> ") for name in ("message-id", "archived-at"))
        yield RawItem(
            source=lines,
            title=title,
            paragraphs=paragraphs,
            id=self._ids.of(key, title, paragraphs),
            stated=bool(key),
            url=url if url.startswith(("http://", "https://")) else None,
            date=day,
            author=author or None,
            fields=tuple((name, value) for name, value in fields.items() if value),
            likely_language=headers.text("content-language").partition(",")[0] or None,
        )

    def _articles(self, message: Message, headers: Headers, lines: SourceLines) -> list[RawItem]:
        """Return the articles or search results in a message from a press database."""
        pages = [_decoded_text(part) for part in message.walk() if part.get_content_type() == "text/html"]
        if _ALERT_SENDER in headers.text("from"):
            day, subject = headers.date("")[0], headers.text("subject")
            return [item for page in pages for item in _alert_items(page, subject, day, lines, self._ids)]
        from indexer.sources.press.press_export import items_of_markup  # few mailboxes need it

        return [item for page in pages for item in items_of_markup(page, self._context, lines)]


_ALERT_SENDER: Final = "googlealerts-noreply@google.com"
_HREF: Final = re.compile(r"""(?i)\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_ALERT_BLOCKS: Final = frozenset({"br", "div", "p", "table", "td", "tr"})
_ALERT_SUBJECT: Final = re.compile(r"(?i)(?:google alerts?|alertas? de google|alertes? google)\s*[-–:]\s*")
_GOOGLE: Final = ("google.com", "googleusercontent.com", "gstatic.com")
_MAX_RESULTS: Final = 1000


def _alert_items(
    markup: str, subject: str, day: ItemDate | None, place: SourceLines, ids: StatedIds
) -> Iterator[RawItem]:
    """Yield the results in a message of Google Alerts as items.

    Args:
        markup: The HTML of the mail.
        subject: The subject of the mail, which names the query.
        day: The day of the mail. It is an estimate of the articles' dates, which are the same or a little
            earlier.
        place: The lines of the mail in its file.
        ids: Assigns ids to the items of the source.
    """
    query = _ALERT_SUBJECT.sub("", subject, 1).strip('"“”«» ')
    date = day._replace(kind="estimated") if day else None
    for url, (title, *lines) in _results(HIDDEN.sub(r"\2", markup)).items():
        publication, *text = lines if len(lines) > 1 else ["", *lines]
        named = {"publication": publication, "alert": query}
        yield RawItem(
            place,
            title,
            tuple(text),
            id=ids.of(url, title, text),
            url=url,
            date=date,
            fields=tuple((name, value) for name, value in named.items() if value),
        )


def _results(markup: str) -> dict[str, list[str]]:
    """Return the title and text of each result, by URL."""
    results: dict[str, list[str]] = {}
    current: list[str] = []
    is_open = in_other = False  # whether lines belong to the result, or to a link that is not a result
    parts: list[str] = []

    def end_line() -> None:
        text = normalise_space(unescaped("".join(parts)))
        parts.clear()
        if text and is_open:
            current.append(text)

    for closing, name, attributes, text in TOKEN.findall(markup):
        tag = name.lower()
        if text and not in_other:
            parts.append(text)
        elif tag == "a":
            end_line()
            target, is_other = ("", False) if closing else _target(attributes)
            in_other = is_other or target in results
            if target and not in_other and len(results) < _MAX_RESULTS:
                current = results[target] = []
                is_open = True
            is_open = is_open and not is_other
        elif tag in _ALERT_BLOCKS:
            end_line()
    return {target: lines for target, lines in results.items() if lines}


def _target(attributes: str) -> tuple[str, bool]:
    """Return the URL of the article to which a link in an alert leads.

    Returns:
        The URL, and whether the link leads to Google itself, for example to the settings of the alert. Then
        the URL is empty.
    """
    found = _HREF.search(attributes)
    address = unescaped("".join(found.groups(""))).strip() if found else ""
    try:
        parts = urlsplit(address)
        stated = parse_qs(parts.query) if parts.path == "/url" else {}
        target = next(iter(stated.get("url", stated.get("q", []))), "")
        host = urlsplit(target).hostname or ""
    except ValueError:
        return "", True
    own = not host or any(host == name or host.endswith(f".{name}") for name in _GOOGLE)
    return ("" if own else target), own and bool(address)


_MAX_LINE_LENGTH: Final = 1 << 16  # bytes that are read at a time


@nonempty(message("sources.empty_mailbox"))
def read_mailbox(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the messages of a mailbox one by one."""
    reader = MessageReader(context)
    for separator, data, first, last in _messages(stream, context):
        yield from reader.read(data, context.lines(first, last), separator)


def _messages(stream: io.BufferedReader, context: ReadContext) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield each message of a mailbox.

    Yields:
        The separator line, the content, and the numbers of the first and the last line.
    """
    parts: list[bytes] = []
    separator, first, size = b"", 1, 0
    may_begin = b""  # a separator line, if a header follows it
    was_blank, begins_line, number = True, True, 0
    for line in iter(lambda: stream.readline(_MAX_LINE_LENGTH), b""):
        number += begins_line
        if may_begin:
            if HEADER.match(line):
                if parts:
                    yield separator, b"".join(parts), first, number - 2
                parts, separator, first, size = [], may_begin, number - 1, 0
            else:
                parts.append(may_begin)
            may_begin = b""
        if begins_line and was_blank and SEPARATOR.match(line):
            may_begin = line
        elif size <= MAX_MESSAGE_SIZE and len(parts) <= MAX_MESSAGE_LINES:
            parts.append(line[1:] if begins_line and _is_quoted(line) else line)
            size += len(line)
            if size > MAX_MESSAGE_SIZE or len(parts) > MAX_MESSAGE_LINES:
                context.skip(first, TOO_LARGE)
        was_blank = not line.strip() and (begins_line or was_blank)
        begins_line = line.endswith(b"\n")
    if parts:
        yield separator, b"".join(parts), first, number


def _is_quoted(line: bytes) -> bool:
    """Return whether a line is an escaped separator of mbox messages (``>From``)."""
    return line.startswith(b">") and line.lstrip(b">").startswith(b"From ")


@nonempty(message("sources.empty_message"))
def read_message(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read a single message."""
    data = stream.read(MAX_MESSAGE_SIZE + 1)
    if len(data) > MAX_MESSAGE_SIZE or data.count(b"\n") > MAX_MESSAGE_LINES:
        context.skip(1, TOO_LARGE)
        data = b"\n".join(data.split(b"\n", MAX_MESSAGE_LINES)[:MAX_MESSAGE_LINES])
    length, _, rest = data.lstrip().partition(b"\n")
    message = rest[: int(length)] if length.strip().isdigit() and len(length) < 12 else data
    lines = context.lines(1, data.count(b"\n"))
    message = rename_mail_headers(message.lstrip(b"\r\n\xef\xbb\xbf"))
    yield from MessageReader(context).read(message, lines)

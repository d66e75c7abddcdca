"""Define an open source: its items and their order, and the limits of input."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar

from indexer.analysis.characters import UNSPACED_SCRIPTS
from indexer.errors import Message, SourceError, message, message_of
from indexer.item import SourceLines
from indexer.runtime import late_pattern

if TYPE_CHECKING:
    import io

    from indexer.item import RawItem
    from indexer.progress import Meter
    from indexer.sources.web_address import Visits

T = TypeVar("T")
_QUOTED = re.compile("“[^”]*”")
_NUMBER = re.compile(r"\b[0-9](?:[0-9,.]*[0-9])?\b")
MAX_KEPT = 1000
"""The maximum number of skipped records or lines that are kept individually."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A skipped part of a source.

    Attributes:
        file: The name of the source, as in :class:`indexer.item.SourceLines`.
        line: Its line, 1-based; 0 for a whole file.
        reason: The reason, for users.
        field: Whether it is a field of an item that was read.
        unread: Whether it is a file that could not be read, or not to its end.
        once: Whether its reason is only reported for the first source to which it applies.
        unmet: The name of a mapped field that the file does not have; empty for anything else.
    """

    file: str
    line: int
    reason: str
    field: bool = False
    unread: bool = False
    once: bool = False
    unmet: str = ""


class JsonLine(NamedTuple):
    """A line of JSON.

    Attributes:
        number: Its number, 1-based.
        value: Its value.
        text: The line as written.
    """

    number: int
    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """An open source.

    Attributes:
        name: As in :class:`indexer.item.SourceLines`; ``stdin`` for standard input.
        items: The items, in the order of the source; can be iterated once.
        ordered: True for a page, whose order means newest first; False for a stream of records.
        lines: The parsed lines of a stream of records, for callers that do not need raw items; iterate over
            either these or the items. None for any other source.
        read_line: Reads a line as an item, for callers that iterate over the lines.
    """

    name: str
    items: Iterator[RawItem]
    ordered: bool = False
    lines: Iterator[JsonLine] | None = None
    read_line: Callable[[JsonLine], RawItem | None] | None = None


class ReadOptions(NamedTuple):
    """The options for reading sources; the defaults depend on their content.

    Attributes:
        kind: The name of the kind to read them as; None to recognise it by the content.
        columns: Pairs of the name of a field in the source and the name that it is read as: ``headline``,
            ``title``.
        include: Patterns of file names; members of folders and archives must match one.
        exclude: Patterns of file names to skip.
        meter: Counts the bytes read of files.
        base: The address of the source, the base of its relative links; empty for a file. Set for each
            source.
        allow_private: Whether addresses may lead to hosts that are not public.
        visits: The HTTP validators of addresses that the index has read before, and their new ones.
        within: The folders in the name of a source, if another one has the same name.
        part: The path of a folder in the known folder that contains it, for matching patterns.
        met: Collects the names of fields of a source if any is mapped: the first ones, and all mapped ones.
            Set for each source.
        sibling: Opens another file of the folder or archive of a source by its relative path. Set for each
            source.
        skip_embargoed: Whether items of agencies under embargo are left out.
        jobs: The number of processes that read the sources of a build or an update; 1 for only the writing
            one, None for a suitable number.
        recognised: Called with the name of an export, its format and the number of its articles.
    """

    kind: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    meter: Meter | None = None
    base: str = ""
    allow_private: bool = False
    visits: Visits | None = None
    within: str = ""
    part: str = ""
    met: dict[str, None] | None = None
    sibling: Callable[[str], BinaryIO | None] | None = None
    skip_embargoed: bool = False
    jobs: int | None = None
    recognised: Callable[[str, str, int], None] | None = None


AS_THEY_ARE = ReadOptions()

OnSkip = Callable[[Skipped], None]
"""A callback for each skipped part of a source, in order."""


class ReadContext(NamedTuple):
    """The source to read, passed to its reader.

    Attributes:
        name: The source's name.
        on_skip: Called with each skipped thing.
        options: The options of reading.
    """

    name: str
    on_skip: OnSkip
    options: ReadOptions = AS_THEY_ARE

    def skip(self, line: int, reason: str, *, field: bool = False, unread: bool = False) -> None:
        """Report something skipped: its line or number, 0 for the whole source, and the reason."""
        self.on_skip(Skipped(self.name, line, reason, field, unread))

    def skip_count(self, kind: str, count: int) -> None:
        """Report the number of skipped things of a kind, once for the source."""
        if count:
            self.skip(0, message("skip.counted", kind=kind, count=count))

    def lines(self, first: int, last: int | None = None) -> SourceLines:
        """Return the location of an item: its first and last line, or its number."""
        return SourceLines(self.name, first, last or first)


ReadItems = Callable[["io.BufferedReader", ReadContext], Iterator["RawItem"]]
"""Yields the items of a source."""

Reader = Callable[["io.BufferedReader", ReadContext], Source]
"""Opens a source of a kind, given a stream at its start."""


def nonempty(otherwise: str) -> Callable[[ReadItems], Reader]:
    """Return a decorator that converts a generator of items to a reader, which reads the first item at once.

    Args:
        otherwise: The error message after the name of a source without items.
    """

    def decorate(read_items: ReadItems) -> Reader:
        @wraps(read_items)
        def read(stream: io.BufferedReader, context: ReadContext) -> Source:
            items = read_items(stream, context)
            first = next(items, None)
            if first is None:
                raise SourceError(message("sources.no_item", name=context.name, otherwise=otherwise))
            return Source(context.name, chain((first,), items))

        return read

    return decorate


def take_sample(
    items: Iterable[T], size: Callable[[T], int], most: int = 1000, most_characters: int = 1 << 20
) -> Iterator[T]:
    """Yield the first items of a source, fewer if they are long.

    Args:
        items: The items, of which no more than these are consumed.
        size: Returns the number of characters of an item.
        most: The maximum number of items.
        most_characters: The number of characters after which no further item is consumed.
    """
    for number, item in enumerate(items, start=1):
        yield item
        most_characters -= size(item)
        if number >= most or most_characters < 0:
            return


def text_size(values: object) -> int:
    """Return the number of characters of the texts among the fields of an item."""
    fields = values.values() if isinstance(values, dict) else ()
    return sum(len(value) for value in fields if isinstance(value, str))


class Skips:
    """The skipped records, lines and fields.

    Attributes:
        total: The number of records and lines.
        fields: The number of fields.
        first: The first ``MAX_KEPT`` of all.
        reasons: The number of records and lines by reason, with … for quotations, N for numbers.
        field_reasons: The number of fields by reason.
        declared: The first full reason of each of these, with quotations and numbers.
        varied: The reasons whose full forms differ.
    """

    def __init__(self) -> None:
        self.total = 0
        self.fields = 0
        self.reasons: Counter[str] = Counter()
        self.field_reasons: Counter[str] = Counter()
        self.declared: dict[str, str] = {}
        self.varied: set[str] = set()
        self.first: list[Skipped] = []
        self._once: set[str] = set()

    def __repr__(self) -> str:
        """Return the counts, for a report that is printed."""
        return f"Skips(total={self.total}, fields={self.fields})"

    def append(self, skipped: Skipped) -> None:
        """Count a skipped part, and keep it up to the limit."""
        if skipped.once:
            if skipped.reason in self._once:
                return
            self._once.add(skipped.reason)
        if skipped.field:
            self.fields += 1
        else:
            self.total += 1
        reasons = self.field_reasons if skipped.field else self.reasons
        kind = _NUMBER.sub("N", _QUOTED.sub("“…”", skipped.reason))
        reasons[kind] += 1
        if self.declared.setdefault(kind, skipped.reason) != skipped.reason:
            self.varied.add(kind)
        if len(self.first) < MAX_KEPT:
            self.first.append(skipped)


MAX_LINE_LENGTH = 1 << 24
"""The maximum number of characters of a line of JSON; a longer line is never in memory as a whole."""

MAX_TEXT_LENGTH = 12_000_000
"""The maximum number of characters of an item's title and body together: four long novels."""

MAX_UNSPACED = 1_000_000
"""The maximum number of these characters that may be of scripts without spaces: each may be a word."""

MAX_ID_LENGTH = 200
"""The maximum number of characters of an id: users quote it, and every list of hits shows it."""

MAX_FIELD_LENGTH = 100_000
"""The maximum number of characters of a field that is neither title nor text."""

MAX_PAGE_SIZE = 64 << 20
"""The maximum number of bytes of a page, which is read at once, since dates depend on their neighbours."""

MAX_PAGE_LINES = 500_000
"""The maximum number of lines of a page, blank ones included."""

MAX_TOKEN_LENGTH = 1 << 25
"""The maximum number of bytes of a text, a comment or a tag of a feed."""

MAX_PARTS = 200_000
"""The maximum number of tags and texts of an item of a feed."""

MAX_MESSAGE_SIZE = 32 << 20
"""The maximum number of bytes of a mail that are read: attachments come after its text."""

MAX_MESSAGE_LINES = 500_000
"""The maximum number of lines of a mail that are read: longer mails have attachments."""

MAX_UNPACKED_SIZE = 2 << 30
"""The maximum number of bytes that an archive may decompress to, all members together."""

MAX_MEMBERS = 200_000
"""The maximum number of members of an archive, whose names are all read first."""


def reason_of(error: SourceError, *names: str) -> str:
    """Return the message of an error without the names of its source at the beginning."""
    text = message_of(error)
    for name in names:
        if text.startswith(name):
            bare = text.removeprefix(name).lstrip(" :")
            if not isinstance(text, Message):
                text = bare
                continue
            values = {key: "" if value == name else value for key, value in text.values.items()}
            text = message(text.key, **values).reworded(bare)
    return text


def missing_extra(label: str, what: str, extra: str) -> SourceError:
    """Return the error for a source that needs an extra."""
    from indexer.errors import install_message  # nearly all kinds have their libraries

    return SourceError(install_message(message("extras.source", label=label, what=what), extra))


_UNSPACED = late_pattern(f"[{UNSPACED_SCRIPTS}]+")


def too_long(title: str | None, paragraphs: Sequence[str]) -> str | None:
    """Check the length of an item's text.

    An index can have 8,388,607 words of an item in one language. These limits allow fewer, since a word and
    the character that separates it from the next one are at least two characters.

    Returns:
        The reason why it is too long to be indexed, for users, or None.
    """
    size = len(title or "") + sum(map(len, paragraphs))
    if size > MAX_TEXT_LENGTH:
        return message("skip.too_long", count=size, most=MAX_TEXT_LENGTH)
    if size <= MAX_UNSPACED:
        return None
    texts = [text for text in (title or "", *paragraphs) if not text.isascii()]
    unspaced = sum(len(found[0]) for text in texts for found in _UNSPACED.finditer(text))
    if unspaced <= MAX_UNSPACED:
        return None
    return message("skip.unspaced", count=unspaced, most=MAX_UNSPACED)


def why_no_item(title: str | None, paragraphs: Sequence[str], what: str = "title") -> str | None:
    """Return why an item cannot be indexed: no title and text, or too much of them; None if it can."""
    if title is None and not paragraphs:
        return message("skip.no_text_at_all", what=message(f"skip.{what}"))
    return too_long(title, paragraphs)

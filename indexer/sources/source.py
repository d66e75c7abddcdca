"""Define sources of items, the options for reading them, and their size limits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, TypeVar

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
    """A skipped part of a source, with the reason.

    Attributes:
        file: The name of the source, as in :class:`indexer.item.SourceLines`.
        line: The line of the part, 1-based; 0 for a whole file.
        reason: Why the part was skipped, as a message for users.
        field: Whether the part is a field of an item that was read.
        unread: Whether the part is a file that could not be read completely.
        once: Whether the reason is reported only for the first source to which it applies.
        missing_field: The field name in ``--map`` that the file does not have; empty for any other report.
    """

    file: str
    line: int
    reason: str
    field: bool = False
    unread: bool = False
    once: bool = False
    missing_field: str = ""


class JsonLine(NamedTuple):
    """A line of a JSON Lines file.

    Attributes:
        number: The line number, 1-based.
        value: The parsed value.
        text: The line as written.
    """

    number: int
    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """An open source.

    Attributes:
        name: The name, as in :class:`indexer.item.SourceLines`; ``stdin`` for standard input.
        items: The items in source order; they can be iterated once.
        ordered: Whether the order of the items shows their dates, as on a page that is newest first.
        lines: The parsed lines of a stream of records; ``None`` for other sources. A caller that needs no raw
            items may iterate over the lines instead of ``items``.
        read_line: Reads a line as an item, for callers that iterate over the lines.
    """

    name: str
    items: Iterator[RawItem]
    ordered: bool = False
    lines: Iterator[JsonLine] | None = None
    read_line: Callable[[JsonLine], RawItem | None] | None = None


class ReadOptions(NamedTuple):
    """The options for reading sources.

    Attributes:
        kind: The name of the kind of source; ``None`` to detect the kind from the content.
        columns: Pairs of names of a field, in the source and in the index: ``("headline", "title")``.
        include: Patterns of file names; members of folders and archives must match one of them.
        exclude: Patterns of file names to skip.
        meter: Counts the bytes read from files.
        base: The URL of the source, to which its links are relative; empty for a file. Set for each source.
        allow_private: Whether URLs may lead to hosts that are not public.
        visits: The HTTP validators of URLs, both earlier and new ones.
        within: The parent folders to add to the name of a source, if another source has the same file name.
        part: The path of the folder to read within its indexed folder; patterns match paths that begin with
            it.
        field_names: Collects the names of the fields in a source if ``--map`` is used. Set for each source.
        sibling: Opens another file in the folder or archive of a source by its relative path. Set for each
            source.
        skip_embargoed: Whether to skip agencies' items under embargo.
        jobs: The number of processes that read the sources of a build or an update. With 1, the writing
            process also reads them. ``None`` to choose a number.
        recognised: Called with the name, the format and the number of articles of a source that is an export
            of a news database.
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
    field_names: dict[str, None] | None = None
    sibling: Callable[[str], BinaryIO | None] | None = None
    skip_embargoed: bool = False
    jobs: int | None = None
    recognised: Callable[[str, str, int], None] | None = None


AS_THEY_ARE = ReadOptions()

OnSkip = Callable[[Skipped], None]
"""A callback for each skipped part of a source, in order."""


class ReadContext(NamedTuple):
    """The name and options of a source, for the function that reads it.

    Attributes:
        name: The source's name.
        on_skip: Called with each skipped part.
        options: The options for reading.
    """

    name: str
    on_skip: OnSkip
    options: ReadOptions = AS_THEY_ARE

    def skip(self, line: int, reason: str, *, field: bool = False, unread: bool = False) -> None:
        """Report a skipped part.

        Args:
            line: The line or the number of the part; 0 for the whole source.
            reason: Why the part is skipped, as a message for users.
            field: Whether the part is a field of an item that is read.
            unread: Whether the part is a file that could not be read completely.
        """
        self.on_skip(Skipped(self.name, line, reason, field, unread))

    def skip_count(self, kind: str, count: int) -> None:
        """Report the number of skipped parts of a kind, if it is not 0."""
        if count:
            self.skip(0, message("skip.counted", kind=kind, count=count))

    def lines(self, first: int, last: int | None = None) -> SourceLines:
        """Return the location of an item: its first and last line, or its number in the source."""
        return SourceLines(self.name, first, last or first)


ReadItems = Callable[["io.BufferedReader", ReadContext], Iterator["RawItem | None"]]
"""Yields the items of a source, None for one that is skipped; the stream is closed at the end."""

Reader = Callable[["io.BufferedReader", ReadContext], Source]
"""Opens a source of a kind, given a stream at its start."""


def nonempty(otherwise: str) -> Callable[[ReadItems], Reader]:
    """Return a decorator that makes a reader from a generator of items.

    The reader raises a SourceError if the source has no items.

    Args:
        otherwise: The error message for a source without items, which follows the name of the source.
    """

    def decorate(read_items: ReadItems) -> Reader:
        @wraps(read_items)
        def read(stream: io.BufferedReader, context: ReadContext) -> Source:
            def items() -> Iterator[RawItem]:
                with stream:
                    yield from filter(None, read_items(stream, context))

            return nonempty_source(
                items(), context, message("sources.no_item", name=context.name, otherwise=otherwise)
            )

        return read

    return decorate


def nonempty_source(items: Iterator[RawItem], context: ReadContext, fault: str) -> Source:
    """Return a source with the given items, of which there must be at least one.

    Raises:
        SourceError: The source has no items; the message is ``fault``.
    """
    first = next(items, None)
    if first is None:
        raise SourceError(fault)
    return Source(context.name, chain((first,), items))


def take_sample(
    items: Iterable[T], size: Callable[[T], int], most: int = 1000, most_characters: int = 1 << 20
) -> Iterator[T]:
    """Yield the first items of a source, limited in number and in characters.

    Args:
        items: An iterator over all items, from which only the yielded items are consumed.
        size: Returns the number of characters of an item.
        most: The maximum number of items.
        most_characters: The total number of characters after which no further item is yielded.
    """
    for number, item in enumerate(items, start=1):
        yield item
        most_characters -= size(item)
        if number >= most or most_characters < 0:
            return


def text_size(values: object) -> int:
    """Return the total length of the texts in the fields of an item."""
    fields = values.values() if isinstance(values, dict) else ()
    return sum(len(value) for value in fields if isinstance(value, str))


# For each reason that contains a number of skipped parts, the name of this number in the message.
_COUNTED: Final = {"skip.counted": ("kind", "count"), "skip.of_texts": ("what", "texts")}


class Skips:
    """The skipped parts and ignored fields of all sources.

    Attributes:
        total: The number of skipped records and lines. Lines that are reported together count as one.
        fields: The number of skipped fields.
        first: The first ``MAX_KEPT`` skipped parts.
        reasons: The number of records and lines by generalised reason, in which quotations are replaced by …
            and numbers by N. Records that are reported together are all counted.
        field_reasons: The number of fields by generalised reason.
        full_reasons: The first full reason for each generalised reason.
        varied: The generalised reasons whose full reasons differ.
    """

    def __init__(self) -> None:
        self.total = 0
        self.fields = 0
        self.reasons: Counter[str] = Counter()
        self.field_reasons: Counter[str] = Counter()
        self.full_reasons: dict[str, str] = {}
        self.varied: set[str] = set()
        self.first: list[Skipped] = []
        self._once: set[str] = set()

    def __repr__(self) -> str:
        """Return the counts as a readable text."""
        return f"Skips(total={self.total}, fields={self.fields})"

    def append(self, skipped: Skipped) -> None:
        """Count a skipped part, and keep it if it is among the first ``MAX_KEPT``."""
        if skipped.once:
            if skipped.reason in self._once:
                return
            self._once.add(skipped.reason)
        if skipped.field:
            self.fields += 1
        else:
            self.total += 1
        reasons = self.field_reasons if skipped.field else self.reasons
        reason, count = _split_count(skipped.reason)
        kind = _NUMBER.sub("N", _QUOTED.sub("“…”", reason))
        reasons[kind] += count
        if self.full_reasons.setdefault(kind, reason) != reason:
            self.varied.add(kind)
        if len(self.first) < MAX_KEPT:
            self.first.append(skipped)


def _split_count(reason: str) -> tuple[str, int]:
    """Split a reason that contains the number of skipped parts.

    Returns:
        The reason without the number, and the number.
    """
    if isinstance(reason, Message) and reason.key in _COUNTED:
        kind, count = map(reason.values.__getitem__, _COUNTED[reason.key])
        return kind, count
    return reason, 1


MAX_LINE_LENGTH = 1 << 24
"""The maximum number of characters of a line of JSON; a longer line is never in memory as a whole."""

MAX_TEXT_LENGTH = 12_000_000
"""The maximum number of characters of an item's title and body together: four long novels."""

MAX_UNSPACED = 1_000_000
"""The maximum number of an item's characters in scripts without spaces: each of these may be a word."""

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
    """Return the message of an error, without the names of the source at its start."""
    text = message_of(error)
    for name in names:
        if text.startswith(name):
            bare = text.removeprefix(name).lstrip(" :")
            if isinstance(text, Message):
                values = {key: "" if value == name else value for key, value in text.values.items()}
                bare = message(text.key, **values).reword(bare)
            text = bare
    return text


def missing_extra(label: str, what: str, extra: str) -> SourceError:
    """Return the error for a source whose reader needs libraries that are missing.

    Args:
        label: The name of the source.
        what: The feature that needs the libraries.
        extra: The name of the optional dependencies, as in ``dragoman[EXTRA]``.
    """
    from indexer.errors import install_message  # nearly all kinds have their libraries

    return SourceError(install_message(message("extras.source", label=label, what=what), extra))


_UNSPACED = late_pattern(f"[{UNSPACED_SCRIPTS}]+")


def too_long(title: str | None, paragraphs: Sequence[str]) -> str | None:
    """Check the length of an item's text.

    An index can hold 8,388,607 words of an item in each language. The limits here allow fewer, because a word
    and its separator take at least two characters.

    Returns:
        A message why the text is too long to be indexed; ``None`` if it is short enough.
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
    """Return why an item cannot be indexed, or ``None`` if it can.

    An item must have a title or text, and not too much text. ``what`` is the key of the name that messages
    use for a missing title.
    """
    if title is None and not paragraphs:
        return message("skip.no_text_at_all", what=message(f"skip.{what}"))
    return too_long(title, paragraphs)

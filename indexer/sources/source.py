"""An open source: its items, whether their order has a meaning, and the limits of what is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from indexer.analysis.characters import UNSPACED_SCRIPTS
from indexer.errors import SourceError
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
"""Skipped records or lines that are kept one by one."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a source that became no item, or no part of one.

    Attributes:
        file: The source's name, as in :class:`indexer.item.SourceLines`.
        line: Where it stands, 1-based; 0 for a whole file.
        reason: Why it was left out, in words for people.
        field: Whether it is a field of an item, which itself is read.
        unread: Whether it is a file that could not be read, or not to its end.
        once: Whether its reason is told of the first source that it holds for, and of no other.
        unmet: The name of a field that is mapped and that the file does not have; empty for anything else.
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
        number: Where it stands, 1-based.
        value: What it holds.
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
        items: The items, in the order of the source; can be walked once.
        ordered: True for a page, whose order means newest first; False for a stream of records.
        lines: The parsed lines that the items of a stream of records are read from, for who needs no raw
            items of them; walk either these or the items. None for any other source.
        read_line: Reads a line as an item, for who walks the lines.
    """

    name: str
    items: Iterator[RawItem]
    ordered: bool = False
    lines: Iterator[JsonLine] | None = None
    read_line: Callable[[JsonLine], RawItem | None] | None = None


class ReadOptions(NamedTuple):
    """How sources are read, where that is not left to what they hold.

    Attributes:
        kind: The name of the kind that they are read as; None for the kind that their content shows.
        columns: Names of fields as a source has them to those that are meant: ``headline`` to ``title``.
        include: Patterns of file names of which one must match the members of folders and archives.
        exclude: Patterns of those that are left out.
        meter: Counts the bytes that are read of files.
        base: The address that a source was fetched from, which its relative links lead on from; empty for a
            file. It is set for each source as it is met.
        allow_private: Whether addresses may lead to hosts that are not public.
        visits: What servers said of addresses that an index has read before, and what they say now.
        within: The folders that the name of a source is told with, where another has the same name.
        part: The path of a folder within the known one that it is a part of, which patterns are matched with.
        met: Takes the names of fields that a source has, where any is mapped; of many the first, and all
            that are mapped. It is set for each source as it is met.
        jobs: How many processes read the sources of a build or an update; 1 for that which writes alone, None
            for what pays.
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
    jobs: int | None = None


AS_THEY_ARE = ReadOptions()

OnSkip = Callable[[Skipped], None]
"""Called with each thing that is left out, as it is met."""


class ReadContext(NamedTuple):
    """The source that is read, for its reader.

    Attributes:
        name: The source's name.
        on_skip: Called with each thing that is left out.
        options: How to read it.
    """

    name: str
    on_skip: OnSkip
    options: ReadOptions = AS_THEY_ARE

    def skip(self, line: int, reason: str, *, field: bool = False, unread: bool = False) -> None:
        """Report something that is left out: its line or number, 0 for the whole source, and why."""
        self.on_skip(Skipped(self.name, line, reason, field, unread))

    def skip_count(self, kind: str, count: int) -> None:
        """Report once for the source how many things of a kind were left out."""
        if count:
            self.skip(0, f"{kind}, left out: {count:,}")

    def lines(self, first: int, last: int | None = None) -> SourceLines:
        """Make the place of an item: its first and last line, or its number."""
        return SourceLines(self.name, first, last or first)


ReadItems = Callable[["io.BufferedReader", ReadContext], Iterator["RawItem"]]
"""Yields the items of a source."""

Reader = Callable[["io.BufferedReader", ReadContext], Source]
"""Opens a source of a kind; its bytes come from the first on."""


def nonempty(otherwise: str) -> Callable[[ReadItems], Reader]:
    """Decorate a generator of items to make it a reader, which reads the first item at once.

    Args:
        otherwise: How the message goes on behind the name of a source without any item.
    """

    def decorate(read_items: ReadItems) -> Reader:
        @wraps(read_items)
        def read(stream: io.BufferedReader, context: ReadContext) -> Source:
            items = read_items(stream, context)
            first = next(items, None)
            if first is None:
                raise SourceError(f"{context.name} {otherwise}")
            return Source(context.name, chain((first,), items))

        return read

    return decorate


def take_sample(
    items: Iterable[T], size: Callable[[T], int], most: int = 1000, most_characters: int = 1 << 20
) -> Iterator[T]:
    """Yield the first items of a source, of long ones fewer.

    Args:
        items: The items, of which no more than these are taken.
        size: Counts the characters of one.
        most: The most items.
        most_characters: Their characters, beyond which no further one is taken.
    """
    for number, item in enumerate(items, start=1):
        yield item
        most_characters -= size(item)
        if number >= most or most_characters < 0:
            return


def text_size(values: object) -> int:
    """Count the characters of the texts among the fields of an item."""
    fields = values.values() if isinstance(values, dict) else ()
    return sum(len(value) for value in fields if isinstance(value, str))


class Skips:
    """The records and lines that were left out, and the fields of those that were read.

    Attributes:
        total: How many records and lines there were.
        fields: How many fields there were.
        first: The first ``MAX_KEPT`` of them all.
        reasons: How many records and lines there were for each reason; … for what it quotes, N for its
            numbers.
        field_reasons: Likewise of fields.
        declared: Each of these as it was said first, with what it quotes and its numbers.
        varied: Those that were said with others too.
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
        """Show the counts: a report that is printed has them."""
        return f"Skips(total={self.total}, fields={self.fields})"

    def append(self, skipped: Skipped) -> None:
        """Count one more, and keep it while there is room."""
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
"""Characters of a line of JSON; of a longer one no more than this is ever held."""

MAX_TEXT_LENGTH = 12_000_000
"""Characters of an item's title and body together: four long novels."""

MAX_UNSPACED = 1_000_000
"""Characters among them of scripts that write no spaces: each may be a word of its own."""

MAX_ID_LENGTH = 200
"""Characters of an id: people quote it, and it stands in every list of hits."""

MAX_FIELD_LENGTH = 100_000
"""Characters of a field that is neither title nor text."""

MAX_PAGE_SIZE = 64 << 20
"""Bytes of a page, which is read whole, since a date is judged by its neighbours."""

MAX_PAGE_LINES = 500_000
"""Lines of a page, blank ones included."""

MAX_TOKEN_LENGTH = 1 << 25
"""Bytes of a text, a comment or a tag of a feed."""

MAX_PARTS = 200_000
"""Tags and texts of one item of a feed."""

MAX_MESSAGE_SIZE = 32 << 20
"""Bytes of a mail that are read: what is attached to it stands behind its text."""

MAX_MESSAGE_LINES = 500_000
"""Lines of a mail that are read: more than so many of them that hold what is attached."""

MAX_UNPACKED_SIZE = 2 << 30
"""Bytes that an archive may unpack to, its members together."""

MAX_MEMBERS = 200_000
"""Members of an archive, whose names are all read first."""


def missing_extra(label: str, what: str, extra: str) -> SourceError:
    """Make the error that tells which extra a source needs.

    Args:
        label: How messages name the source.
        what: What it is, such as "a PDF".
        extra: The name of the extra.
    """
    from indexer.missing_extras import needs  # nearly all have their libraries

    return SourceError(needs(f"{label} is {what}, which", extra))


_UNSPACED = late_pattern(f"[{UNSPACED_SCRIPTS}]+")


def too_long(title: str | None, paragraphs: Sequence[str]) -> str | None:
    """Check the length of an item's text.

    An index holds 8,388,607 words of an item in one language: within these limits there are fewer, since a
    word that is parted from the next by a sign takes two characters.

    Args:
        title: Its title, if any.
        paragraphs: Its paragraphs.

    Returns:
        Why it is too long to be indexed, in words for people, or None.
    """
    size = len(title or "") + sum(map(len, paragraphs))
    if size > MAX_TEXT_LENGTH:
        return f"a text of {size:,} characters; {MAX_TEXT_LENGTH:,} is the most, split it into several items"
    if size <= MAX_UNSPACED:
        return None
    texts = [text for text in (title or "", *paragraphs) if not text.isascii()]
    unspaced = sum(len(found[0]) for text in texts for found in _UNSPACED.finditer(text))
    if unspaced <= MAX_UNSPACED:
        return None
    return (
        f"a text of {unspaced:,} characters without spaces between words; {MAX_UNSPACED:,} is the most, "
        "split it into several items"
    )


def why_no_item(title: str | None, paragraphs: Sequence[str], what: str = "title") -> str | None:
    """Check that there is a title or a text, and that it is not too long.

    Args:
        title: The title, if any.
        paragraphs: The text.
        what: What messages call the title.

    Returns:
        Why it cannot be indexed, in words for people, or None.
    """
    if title is None and not paragraphs:
        return f"neither a {what} nor a text"
    return too_long(title, paragraphs)

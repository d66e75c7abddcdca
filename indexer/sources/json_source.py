"""Read JSON with any field names: lines with an object each, or a document with lists of items."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from json.scanner import make_scanner
from typing import TYPE_CHECKING, Any, Final, cast

from indexer.errors import Message, SourceError, message, message_of, name_message
from indexer.sources.encoding import open_text, repair
from indexer.sources.export_record import (
    BadRecordError,
    are_own_records,
    as_exported,
    is_exported,
    is_own,
    read_record,
)
from indexer.sources.foreign_record import ForeignReader, SourceDefaults
from indexer.sources.source import MAX_LINE_LENGTH, JsonLine, Source, reason_of, take_sample, text_size
from indexer.sources.stated_values import LISTS, flatten, is_understood, no_item, texts_of

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext
    from indexer.sources.stated_values import Meaning

_SCAN = make_scanner(cast("Any", json.JSONDecoder()))  # typeshed names another argument
_new_tuple = tuple.__new__  # faster than the named tuple's constructor
_SAMPLE = 200  # lines whose numeric dates show the order of day and month
_SAMPLE_CHARACTERS = 1 << 17
_SKIPPED_AT_ONCE = 1 << 16  # characters of an overlong line that are read at a time


def read_lines(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the items of JSON Lines one by one.

    Raises:
        SourceError: All lines are blank.
    """
    lines = parse_lines(stream, context)
    reader = RecordReader(context)
    lines = chain(reader.peek(lines), lines)
    source = _source_of_lines(context, lines, reader)
    return replace(source, lines=None) if context.options.columns else source


def source_of_records(records: Iterable[tuple[int, Any]], context: ReadContext) -> Source:
    """Return a source of records that are not lines of JSON.

    Args:
        records: The records, each with its line or record number for messages.
        context: The name and options of the source.
    """
    lines = (JsonLine(number, record, json.dumps(record)) for number, record in records)
    return _source_of_lines(context, lines, RecordReader(context))


def _source_of_lines(context: ReadContext, lines: Iterator[JsonLine], reader: RecordReader) -> Source:
    items = (item for line in lines if (item := reader.read(line)) is not None)
    return Source(context.name, items, lines=lines, read_line=reader.read)


class RecordReader:
    """Reads records one by one, which Dragoman exported or which have any field names.

    Args:
        context: The name and options of the source. If the options map field names, no record is read as an
            exported record.
    """

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._mapped = bool(context.options.columns)
        self._foreign = ForeignReader(context)

    def peek(self, lines: Iterator[JsonLine]) -> list[JsonLine]:
        """Return the first lines, after detecting the order of day and month in their dates."""
        taken = list(take_sample(lines, lambda line: len(line.text), _SAMPLE, _SAMPLE_CHARACTERS))
        self._foreign.learn(line.value for line in taken if self._is_foreign(line.value))
        return taken

    def read(self, line: JsonLine) -> RawItem | None:
        """Read the record in a line, or return None if it is skipped and reported."""
        if self._is_foreign(line.value):
            return self._foreign.read(line.value, line.number)
        try:
            notify = partial(self._context.skip, line.number, field=True)
            return read_record(line.value, self._context.lines(line.number), notify)
        except BadRecordError as error:
            self._context.skip(line.number, message_of(error))
            return None

    def _is_foreign(self, record: Any) -> bool:
        return isinstance(record, dict) and (self._mapped or not is_own(record))


def parse_lines(stream: io.BufferedReader, context: ReadContext) -> Iterator[JsonLine]:
    """Parse the lines of a stream one by one, each of at most MAX_LINE_LENGTH characters.

    Args:
        stream: The bytes from the start; closed at the end.
        context: The name and options of the source.

    Yields:
        Each line that is not blank.

    Raises:
        SourceError: All lines are blank.
    """
    blank = True
    # Universal newlines break lines only at \n, \r\n and \r, like an editor.
    with open_text(stream) as lines:
        pieces = iter(partial(lines.readline, MAX_LINE_LENGTH), "")
        for number, line in enumerate(pieces, start=1):
            if line.isspace() and len(line) < MAX_LINE_LENGTH:
                continue
            blank = False
            if len(line) >= MAX_LINE_LENGTH and not line.endswith("\n"):
                while (rest := lines.readline(_SKIPPED_AT_ONCE)) and not rest.endswith("\n"):
                    pass
                context.skip(number, message("skip.long_line", most=MAX_LINE_LENGTH))
                continue
            line = repair(line)  # noqa: PLW2901 - the same line, decoded
            try:
                record = _parse(line)
            except BadRecordError as error:
                context.skip(number, message_of(error))
                continue
            yield _new_tuple(JsonLine, (number, record, line))
    if blank:
        raise SourceError(message("sources.no_records", name=context.name))


def _parse(line: str) -> Any:
    try:
        # If the line is a single object, this equals json.loads, in two thirds of the time.
        record, end = _SCAN(line, 0)
        if end == len(line) or (end == len(line) - 1 and line[end] == "\n"):
            return record
    except (ValueError, RecursionError, StopIteration):
        pass  # reported below, with the same message for any line
    try:
        return json.loads(line.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise BadRecordError(
            message("json.invalid_line", column=str(error.colno), reason=_reason(error))
        ) from None
    except (ValueError, RecursionError):
        raise BadRecordError(message("json.too_deep_line")) from None


def _reason(error: json.JSONDecodeError) -> Message:
    """Return the message of the JSON parser in a form that can be translated."""
    words = re.findall("[a-z]+", error.msg.lower())[:2]
    return name_message(f"json_error.{'_'.join(words)}", error.msg)


_DEEPEST: Final = 8
_TRIED: Final = 20  # elements of a list that are checked
_ITEM: Final = frozenset({"title", "body", "summary", "date", "url"})


class Shape:
    """Finds the items in a JSON document of any shape.

    Attributes:
        seen: The names in objects that are not items, for the error message.
    """

    def __init__(self, reader: ForeignReader) -> None:
        self._reader = reader
        self.seen: list[str] = []

    def items(self, values: Iterable[object]) -> Iterator[object]:
        """Yield the items among values.

        If one of the first values is an item, all values are items.
        """
        values = iter(values)
        first = list(islice(values, _TRIED))
        if any(map(self._is_item, first)):
            yield from chain(first, values)
            return
        for value in chain(first, values):
            lists: list[list[Any]] = []
            alone: list[Any] = []
            self._find(value, lists, alone, 1)
            strong = [items for items in lists if any(map(self._has_title_or_text, items[:_TRIED]))]
            for items in strong or lists or [alone]:
                yield from items

    def _find(self, value: object, lists: list[list[Any]], alone: list[Any], depth: int) -> None:
        """Collect the lists of items in a value, and the items outside lists."""
        if depth > _DEEPEST:
            return
        if isinstance(value, dict):
            if self._is_item(value):
                alone.append(value)
                return
            if not self.seen and not any(isinstance(held, (list, dict)) for held in value.values()):
                self.seen = [str(name) for name in islice(value, 20)]
            value = list(value.values())
        elif isinstance(value, list) and any(map(self._is_item, value[:_TRIED])):
            lists.append(value)
            return
        for held in value if isinstance(value, list) else ():
            if isinstance(held, (list, dict)):
                self._find(held, lists, alone, depth + 1)

    def _is_item(self, value: object) -> bool:
        if is_exported(as_exported(value)):
            return True
        if not isinstance(value, dict):
            return False
        if not is_understood((name for name, _ in flatten(value)), self._reader.meaning):
            return False
        if any(name.lower() in LISTS and self._holds_items(held, 1) for name, held in value.items()):
            return False
        own = is_understood(value, self._reader.meaning)
        return own or not any(self._holds_items(held, 3) for held in value.values())

    def _holds_items(self, value: object, depth: int) -> bool:
        """Return whether a list, or a list in an object, consists of items."""
        if isinstance(value, list):
            fields = ({found.field for found in self._meanings(one)} for one in value[:_TRIED])
            return any(len(found & _ITEM) > 1 for found in fields)
        if isinstance(value, dict) and depth:
            return any(self._holds_items(held, depth - 1) for held in value.values())
        return False

    def _meanings(self, value: object) -> list[Meaning]:
        names = flatten(value) if isinstance(value, dict) else ()
        return [found for name, _ in names if (found := self._reader.meaning(name))]

    def _has_title_or_text(self, value: object) -> bool:
        return any(found.field in {"title", "body"} and found.rank == 0 for found in self._meanings(value))


MAX_VALUE_LENGTH: Final = 1 << 26
"""The maximum number of characters of an element of an array, or of a whole document that is an object."""

_CHUNK: Final = 1 << 18
_BETWEEN: Final = re.compile(r"[\s,\ufeff]*+")
_DECODE: Final = json.JSONDecoder(strict=False).raw_decode


def values_up_to_fault(stream: io.BufferedReader, context: ReadContext) -> Iterator[object]:
    """Parse the values of a JSON text one by one, up to the first fault, which is reported.

    Args:
        stream: The bytes from the start; closed at the end.
        context: The name and options of the source.

    Raises:
        SourceError: The first value is not JSON, or is longer than MAX_VALUE_LENGTH characters.
    """
    found = 0
    with open_text(stream) as file:
        text = _Text(file, context.name)
        text.skip()
        in_array = text.accept("[")
        try:
            while text.skip() and not (in_array and text.accept("]")):
                value = text.value()
                found += 1
                yield value
        except SourceError as error:
            if not found:
                raise
            context.skip(0, reason_of(error, context.name))


class _Text:
    """A text that is read in pieces through a buffer."""

    def __init__(self, file: io.TextIOWrapper, label: str) -> None:
        self._file = file
        self._label = label
        self._held = ""
        self._at = 0
        self._lines = 1  # the line at the start of the buffer

    def skip(self) -> bool:
        """Skip white space, and return False at the end of the text."""
        while True:
            between = _BETWEEN.match(self._held, self._at)
            self._at = between.end() if between else self._at
            if self._at < len(self._held):
                return True
            if not self._read_more(_CHUNK):
                return False

    def accept(self, sign: str) -> bool:
        """Skip a character if it comes next, and return whether it did."""
        found = self._held.startswith(sign, self._at)
        self._at += found
        return found

    def value(self) -> object:
        """Parse and return the next value."""
        size = _CHUNK
        while True:
            try:
                value, end = _DECODE(self._held, self._at)
            except (ValueError, RecursionError) as error:
                size *= 2
                if len(self._held) - self._at > MAX_VALUE_LENGTH:
                    raise self._fault(message("json.long_value", most=MAX_VALUE_LENGTH)) from None
                if isinstance(error, json.JSONDecodeError) and self._read_more(size):
                    continue
                raise self._broken(error) from None
            if end == len(self._held) and self._read_more(size):
                continue  # a number may continue
            written = self._held[self._at : end]
            if (mended := repair(written)) is not written:
                value = _DECODE(mended, 0)[0]
            self._at = end
            return value

    def _read_more(self, size: int) -> bool:
        part = self._file.read(size)
        if part:
            self._lines += self._held.count("\n", 0, self._at)
            self._held = self._held[self._at :] + part
            self._at = 0
        return bool(part)

    def _broken(self, error: Exception) -> SourceError:
        if isinstance(error, json.JSONDecodeError):
            self._at = error.pos
            cut = error.pos >= len(self._held.rstrip()) or error.msg.startswith("Unterminated")
            reason = _reason(error)
            return self._fault(message("json.cut", reason=reason) if cut else reason)
        return self._fault(message("json.too_deep"))

    def _fault(self, reason: str) -> SourceError:
        line = self._lines + self._held.count("\n", 0, self._at)
        return SourceError(message("json.invalid", name=self._label, line=line, reason=reason))


_FEED: Final = "https://jsonfeed.org/"


def read_document(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read the items of a JSON document.

    Raises:
        SourceError: The document is not JSON, or has no items.
    """
    values = values_up_to_fault(stream, context)
    first = next(values, None)
    defaults = _defaults(first)
    defaults = defaults._replace(url=defaults.url or context.options.base)
    reader = ForeignReader(context, defaults=defaults, once=True)
    shape = Shape(reader)
    items = shape.items(chain([first], values))
    looked_at = list(take_sample(items, text_size))
    if not looked_at:
        raise no_item(context.name, "fields", shape.seen)
    all_items = _number_items(chain(looked_at, items), context)
    if are_own_records(looked_at) and not context.options.columns:
        return source_of_records(all_items, context)
    reader.learn(item for item in looked_at if isinstance(item, dict))
    return Source(context.name, _foreign_items(all_items, reader, context))


def _number_items(items: Iterator[object], context: ReadContext) -> Iterator[tuple[int, object]]:
    """Yield items with their numbers, and report search hits that lack the texts of near duplicates."""
    for number, item in enumerate(items, start=1):
        yield number, item
        if isinstance(item, dict) and "rank" in item and item.get("same"):
            context.skip(number, message("skip.same_without_texts"), field=True)


def _foreign_items(
    items: Iterator[tuple[int, object]], reader: ForeignReader, context: ReadContext
) -> Iterator[RawItem]:
    for number, values in items:
        if not isinstance(values, dict):
            context.skip(number, message("skip.no_object"))
        elif (item := reader.read(values, number)) is not None:
            yield item


def _defaults(first: object) -> SourceDefaults:
    """Return the language that a document states for all items and, for JSON Feed, the link and author."""
    if not isinstance(first, dict):
        return SourceDefaults()
    language = first.get("language", "")
    if not str(first.get("version", "")).startswith(_FEED):
        return SourceDefaults(language=language)
    authors = first.get("authors") or first.get("author") or []
    url = first.get("home_page_url") or first.get("feed_url") or ""
    return SourceDefaults(str(url), language, texts_of(authors if isinstance(authors, list) else [authors]))

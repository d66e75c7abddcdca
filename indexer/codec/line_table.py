"""Store changing data about items in tables of lines, because the records in segments never change.

A table is a file of a generation; an empty table has no file. Each line is a JSON array whose first cell is a
letter that identifies the kind of line. Lines are in byte order, for lookup by binary search. One such table,
the register, is in :mod:`indexer.store`. The table of annotations is here, because segments look up their
documents in it:

- ``["a", ID, TAGS, COLLECTIONS, NOTE]``: the annotations of an item;
- ``["k", FIELD, KEY, WRITTEN, ID]``: an item that has a keyword of :mod:`indexer.annotations`.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final

from indexer.annotations import FIELDS, NO_ANNOTATIONS, NOTES, Annotations, annotation_field
from indexer.codec.layout import IndexFile
from indexer.errors import message
from indexer.runtime import cache_method
from indexer.schema import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.codec.layout import Container

LINES: Final = "lines"
STARTS: Final = "starts"  # the start of each line, and the end of the last
MAX_LINE_BYTES: Final = 1 << 20  # bytes
encode: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def write_lines(lines: Sequence[bytes], folder: Path, name: str, ending: str) -> IndexFile:
    """Write a table of sorted lines, at least one, and return its file as listed in ``dragoman.json``."""
    import numpy as np

    from indexer.codec.layout_writer import ContainerWriter

    with ContainerWriter(folder / f"{name}.{ending}") as writer:
        starts = np.cumsum([0, *map(len, lines)], dtype=np.uint64)
        writer.add(LINES, "u1", np.frombuffer(b"".join(lines), np.uint8))
        writer.add(STARTS, "u8", starts)
        return IndexFile(name, writer.finish({}), ending)


class LineTable:
    """An open table of lines, which threads may share.

    Attributes:
        cell_types: For each kind of line (the letter in the first cell), the types of the other cells.

    Raises:
        IndexFolderError: The file is not a table of lines.
    """

    cell_types: ClassVar[Mapping[str, tuple[type, ...]]] = {}

    def __init__(self, container: Container) -> None:
        kinds = container.kind(LINES), container.kind(STARTS)
        if kinds != ("u1", "u8") or not container.count(STARTS):
            raise container.damage_error("its table")
        self.container = container
        self._starts = container.pages(STARTS)
        self._bytes = container.raw_view(LINES)

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._starts) - 1

    def raw_lines(self) -> list[bytes]:
        """Return all lines."""
        starts = [*self._starts]
        bounds = [*pairwise(starts)]
        are_lines = all(0 <= last - first <= MAX_LINE_BYTES for first, last in bounds)
        if starts[-1] > len(self._bytes) or not are_lines:
            raise self.container.damage_error(STARTS)
        self.container.verify_part(LINES, starts[0], starts[-1])
        lines = [bytes(self._bytes[first:last]) for first, last in bounds]
        if any(line <= previous for previous, line in pairwise([b"", *lines])):
            raise self.container.damage_error(LINES)
        return lines

    def walk(self) -> Iterator[list[Any]]:
        """Yield all lines as lists of cells."""
        return map(self._decode_line, self.raw_lines())

    def lines_of(self, *first: str) -> Iterator[list[Any]]:
        """Yield the lines whose first cells are ``first``.

        Each line is returned without its first cell, the letter for the kind of line.
        """
        return self.lines_from(encode(first)[:-1] + ",")

    def lines_from(self, start: str) -> Iterator[list[Any]]:
        """Yield the lines whose JSON text begins with ``start``.

        Each line is returned without its first cell, the letter for the kind of line.
        """
        wanted = start.encode()
        number = bisect_left(range(len(self)), wanted, key=self._line)
        while number < len(self) and (line := self._line(number)).startswith(wanted):
            yield self._decode_line(line)[1:]
            number += 1

    def _line(self, number: int) -> bytes:
        first, last = self._starts[number], self._starts[number + 1]
        if not first <= last <= min(len(self._bytes), first + MAX_LINE_BYTES):
            raise self.container.damage_error(STARTS)
        self.container.verify_part(LINES, first, last)
        return bytes(self._bytes[first:last])

    def _decode_line(self, line: bytes) -> list[Any]:
        try:
            cells: list[Any] = json.loads(line)
            kind, *rest = cells
            sound = [*map(type, rest)] == [*self.cell_types[kind]]
        except (ValueError, TypeError, KeyError, RecursionError):
            sound = False
        if not sound:
            raise self.container.damage_error(LINES)
        return cells


def annotation_lines(item_id: str, annotations: Annotations) -> set[bytes]:
    """Return the lines that store the annotations of an item.

    An item without annotations has none.
    """
    if annotations == NO_ANNOTATIONS:
        return set()
    rows: list[list[Any]] = [["a", item_id, *annotations]]
    rows += [["k", *keyword, item_id] for keyword in annotations.keywords()]
    return {encode(row).encode() for row in rows}


class AnnotationTable(LineTable):
    """The open table of an index's annotations, which threads may share.

    Attributes:
        hides_notes: Whether to return items as if they had no notes. It must be set before the first lookup.
    """

    cell_types: ClassVar[Mapping[str, tuple[type, ...]]] = {
        "a": (str, list, list, str),
        "k": (str, str, str, str),
    }
    hides_notes = False

    def of(self, item_id: str) -> Annotations:
        """Return the annotations of an item."""
        return next(map(self._annotations, self.lines_of("a", item_id)), NO_ANNOTATIONS)

    def every(self) -> Iterator[tuple[str, Annotations]]:
        """Yield the id and the annotations of each annotated item."""
        for cells in self.lines_from('["a",'):
            yield cells[0], self._annotations(cells)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The annotation fields that at least one item has."""
        return frozenset([field for field in FIELDS if next(self._keyword_lines(field), None)])

    def __init__(self, container: Container) -> None:
        super().__init__(container)
        self.keywords = cache_method(self._keywords, None)

    def _keywords(self, field: str) -> dict[str, dict[str, list[str]]]:
        """Return the ids of items by keyword of a field, and by spelling of the keyword."""
        found: dict[str, dict[str, list[str]]] = {}
        for _, key, written, item_id in self._keyword_lines(field):
            found.setdefault(key, {}).setdefault(written, []).append(item_id)
        return found

    def ids_with_keyword(self, keyword: str) -> set[str]:
        """Return the ids of the items with a keyword.

        The name of a field alone means any keyword of the field.
        """
        field, mark, key = keyword.partition(SEPARATOR)
        return {cells[3] for cells in self._keyword_lines(field, *([key] if mark else []))}

    def check(self, is_live: Callable[[str], bool]) -> str:
        """Return a message about a contradiction in the table, or an empty string.

        Args:
            is_live: Returns whether an id is that of an item of the index that is not deleted.
        """
        expected: set[bytes] = set()
        for item_id, one in self.every():
            expected |= annotation_lines(item_id, one)
            if not is_live(item_id):
                return message("check.item_not_here", id=item_id)
        return "" if expected == {*self.raw_lines()} else message("check.contradictory_annotations")

    def _keyword_lines(self, field: str, *key: str) -> Iterator[list[Any]]:
        return iter(()) if self.hides_notes and field == NOTES else self.lines_of("k", field, *key)

    def _annotations(self, cells: Sequence[Any]) -> Annotations:
        _, tags, collections, note = cells
        if {*map(type, (*tags, *collections))} - {str}:
            raise self.container.damage_error(LINES)
        return Annotations(tuple(tags), tuple(collections), "" if self.hides_notes else note)


class AnnotatedDocuments:
    """The annotated documents of a segment.

    Args:
        table: The annotations of the index.
        find: Returns the number of the document with an id in the segment; -1 if there is none.
    """

    def __init__(self, table: AnnotationTable, find: Callable[[str], int]) -> None:
        self.table = table
        self._find = cache_method(find, None)
        self.keyword_documents = cache_method(self._keyword_documents, None)
        self.values = cache_method(self._values, None)

    def _keyword_documents(self, keyword: str) -> Sequence[int] | None:
        """Return the documents with an annotation, sorted, or ``None`` if it is another keyword."""
        return self._documents(self.table.ids_with_keyword(keyword)) if annotation_field(keyword) else None

    def _values(self, field: str) -> list[tuple[str, Sequence[int]]]:
        """Return the keywords of an annotation field, sorted, each with its documents."""
        found = [
            (key, self._documents(item_id for ids in written.values() for item_id in ids))
            for key, written in self.table.keywords(field).items()
        ]
        return sorted([(key, docs) for key, docs in found if docs])

    def _documents(self, ids: Iterable[str]) -> Sequence[int]:
        return sorted({doc for doc in map(self._find, ids) if doc >= 0})

"""The compiled thesaurus: one sorted text file that a question searches by halving, without reading it.

Lines are sorted by their bytes and end with a newline; cells are parted by tabs. Two kinds of line:

- ``en traffick``, then ``person|TIP|12,40|trafficking persons`` for each label of that language that begins
  with that term: the other words of the label, the capitals it must be typed in (or nothing), the numbers of
  its concepts, its words in lower case (or nothing, where they are the terms).
- ``#00012``, the weight, then ``en|traffick _ person|trafficking in persons`` for each label of the concept,
  with ``_`` where a function word stands.

The last line is a checksum of all the others; it is compared when the table is opened.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.codec.plain_file import open_plain
from indexer.errors import IndexFolderError
from indexer.thesaurus.analysed import analyse_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.thesaurus.concept import Concept

FILE: Final = "thesaurus.tsv"
_GAP: Final = "_"
_CHECKSUM: Final = b"~crc32\t"  # sorts behind every other line
_CHECKSUM_LINE: Final = len(_CHECKSUM) + 9


class Entry(NamedTuple):
    """A label as a query may hold it.

    Attributes:
        rest: Its terms after the first one.
        acronym: The capitals that it must be typed in, or nothing.
        concepts: The numbers of its concepts.
        written: Its words in lower case, the first one included; empty where they are the terms. More words
            than terms are all that must be typed, function words too.
    """

    rest: tuple[str, ...]
    acronym: str
    concepts: tuple[int, ...]
    written: tuple[str, ...] = ()


class ConceptLabel(NamedTuple):
    """A label of a concept, as it is searched for in texts.

    Attributes:
        language: Its language.
        terms: Its terms, in order.
        offsets: The place of each term after the first one's.
        text: As written.
    """

    language: str
    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    text: str


def compile_table(concepts: Iterable[Concept]) -> bytes:
    """Compile concepts into the bytes of a table.

    Args:
        concepts: From all sources; several may have a label in common.
    """
    entries: defaultdict[str, defaultdict[tuple[str, str, str], list[int]]]
    entries = defaultdict(lambda: defaultdict(list))
    lines: list[str] = []
    for number, concept in enumerate(concepts):
        cells: dict[tuple[str, tuple[str | None, ...], str], str] = {}
        for label in concept.labels:
            analysed = analyse_label(label.language, label.text)
            if analysed is None:
                continue
            first, *rest = analysed.words
            written = "" if analysed.written == analysed.words else " ".join(analysed.written)
            numbers = entries[f"{label.language} {first}"][" ".join(rest), analysed.acronym, written]
            if number not in numbers:
                numbers.append(number)
            if not label.hidden and not analysed.bound:
                cells.setdefault((label.language, analysed.terms, analysed.acronym), label.text)
        shown = [
            f"{language}|{' '.join(term or _GAP for term in terms)}|{_cell(text)}"
            for (language, terms, _), text in cells.items()
        ]
        lines.append("\t".join([f"#{number:06d}", f"{concept.weight:g}", *shown]))
    for key, labels in entries.items():
        found = [
            f"{rest}|{acronym}|{','.join(map(str, numbers))}|{written}"
            for (rest, acronym, written), numbers in labels.items()
        ]
        lines.append("\t".join([key, *sorted(found)]))
    table = b"".join(sorted(f"{line}\n".encode() for line in lines))
    return table + _checksum_line(table) if table else b""


def write_table(concepts: Iterable[Concept], folder: Path) -> None:
    """Compile concepts and put the table into an index folder, in one step."""
    temporary = folder / f"{FILE}.new"
    with temporary.open("wb") as handle:
        handle.write(compile_table(concepts))
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(folder / FILE)


class Table:
    """A compiled thesaurus, open for reading.

    Args:
        data: The bytes of the table, usually mapped.
    """

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self._data = data
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._concepts: dict[int, tuple[float, tuple[ConceptLabel, ...]]] = {}

    @classmethod
    def open(cls, folder: Path) -> Table:
        """Open the table of an index; one that is not there or empty knows no concept.

        Raises:
            IndexFolderError: The table is damaged, or no plain file.
        """
        try:
            descriptor, size = open_plain(folder / FILE)
        except FileNotFoundError:
            return cls(b"")
        with os.fdopen(descriptor, "rb") as handle:
            if not size:
                return cls(b"")
            data = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        with memoryview(data) as view:
            whole = bytes(view[-_CHECKSUM_LINE:]) == _checksum_line(view[:-_CHECKSUM_LINE])
        if not whole:
            raise IndexFolderError(f"{FILE} of “{folder}” is damaged; build the index again")
        return cls(data)

    @cached_property
    def empty(self) -> bool:
        """Whether there is no concept at all."""
        return not len(self._data)

    def beginning(self, language: str, term: str) -> tuple[Entry, ...]:
        """Return the labels of a language that begin with a term."""
        key = f"{language} {term}"
        found = self._entries.get(key)
        if found is None:
            found = self._entries[key] = tuple(map(_entry, self._cells(key)))
        return found

    def concept(self, number: int) -> tuple[float, tuple[ConceptLabel, ...]]:
        """Return the weight and the labels of a concept."""
        found = self._concepts.get(number)
        if found is None:
            cells = self._cells(f"#{number:06d}")
            found = self._concepts[number] = (float(cells[0]), tuple(map(_concept_label, cells[1:])))
        return found

    def _cells(self, key: str) -> list[str]:
        """Return the cells after the key of the line with that key; none where there is no such line."""
        data, wanted = self._data, key.encode() + b"\t"
        low, high = 0, len(data)  # both are beginnings of lines
        while low < high:
            middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = data.find(b"\n", middle)
            line = data[middle : min(end, middle + len(wanted))]
            if line == wanted:
                return data[middle + len(wanted) : end].decode().split("\t")
            if line < wanted:
                low = end + 1
            else:
                high = middle
        return []


def _checksum_line(table: bytes | memoryview[int]) -> bytes:
    return _CHECKSUM + f"{zlib.crc32(table):08x}\n".encode()


def _entry(cell: str) -> Entry:
    rest, acronym, numbers, written = cell.split("|")
    return Entry(tuple(rest.split()), acronym, tuple(map(int, numbers.split(","))), tuple(written.split()))


def _concept_label(cell: str) -> ConceptLabel:
    language, terms, text = cell.split("|", 2)
    placed = [(place, term) for place, term in enumerate(terms.split()) if term != _GAP]
    return ConceptLabel(
        language, tuple(term for _, term in placed), tuple(place for place, _ in placed), text
    )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", " ").split())

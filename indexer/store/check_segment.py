"""Checks what a segment says: decodes it, encodes it again as its writer does, and compares block by block.

The encoder derives orders, hashes, marks, impacts, facet rows, keyword lists and the table. What it takes as
given is checked here: ranges, the order of documents, sums, the stored records.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.bulk.keywords import write_keywords
from indexer.codec.documents import Documents, document_order, pack_countries
from indexer.codec.layout import CHECKSUMS
from indexer.codec.layout_writer import ContainerWriter, Region
from indexer.codec.postings import ESCAPE, OCCURRENCE_BITS, OCCURRENCE_MASK
from indexer.codec.segment_writer import SegmentEncoder
from indexer.item import KIND_NAMES, NewsItem, decode_record
from indexer.schema import COUNTRY, LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from indexer.codec.layout import Container
    from indexer.codec.segment import Segment

    Array = npt.NDArray[Any]

AT_ONCE: Final = 1 << 20  # postings
LAST_DAY: Final = 3652059  # the ordinal of 9999-12-31
TABLE: Final = "table"


def check_segment(segment: Segment, progress: Callable[[int], None]) -> Iterator[str]:
    """Find the blocks of a segment's arrays that contradict the others.

    Args:
        segment: A segment whose bytes are those that were written.
        progress: Called with the number of postings checked since the last call.

    Yields:
        The names of the blocks.
    """
    comparer = _Comparer(segment.container)
    encoder = SegmentEncoder(comparer, segment.title_weight)
    try:
        documents = _decode_documents(segment)
    except _ContradictionError as error:
        yield str(error)
        return
    encoder.documents(documents)
    write_keywords(encoder, documents)
    found = []
    for name in segment.fields:
        if name in {COUNTRY, LANGUAGE}:
            continue  # they were encoded from the columns
        try:
            _FieldDecoder(segment, name).encode(encoder, progress)
        except _ContradictionError as error:
            found.append(f"{name}.{error}")
    meta = encoder.finish()
    found += comparer.different
    if not found:
        found += comparer.unwritten()
        if json.loads(json.dumps(meta)) != segment.meta:
            found.append(TABLE)
    yield from found


def check_records(segment: Segment, progress: Callable[[int], None]) -> Iterator[str]:
    """Find the blocks of the stored records that contradict the documents.

    Args:
        segment: A segment that ``check_segment`` found nothing in.
        progress: Called with the number of bytes read since the last call.

    Yields:
        The names of the blocks.
    """
    records = segment.records
    if len(records) != segment.documents or not records.is_ordered():
        yield "block_first"
        return
    owner = np.empty(segment.documents, np.uint32)
    owner[segment.array("stored_at")] = np.arange(segment.documents, dtype=np.uint32)
    number = 0
    for block in range(records.blocks):
        lines = records.block(block)
        heads = segment.heads(owner[number : number + len(lines)].tolist())
        if len(lines) != records.records_in(block) or list(map(_head, lines)) != heads:
            yield "data"
            return
        number += len(lines)
        progress(sum(map(len, lines)))


def _head(line: bytes) -> tuple[str, str | None] | None:
    """Decode the id and the title of a stored record; None for one that is no item."""
    try:
        item = NewsItem.from_record(decode_record(line))
    except ValueError:
        return None
    return item.id, item.title


class _ContradictionError(Exception):
    """A block that contradicts others; its message is the name of the block."""


def _require(holds: object, part: str) -> None:
    if not holds:
        raise _ContradictionError(part)


class _ComparedRegion(Region):
    """Compares the values of a block with those that stand in the file."""

    def __init__(self, comparer: _Comparer, name: str, kind: str, count: int) -> None:
        self._different = comparer.different
        self._name = name
        self._kind = kind
        self._at = 0
        container = comparer.container
        if container.count(name) != count or container.kind(name) != kind:
            self._different[name] = None
            self._expected: Array | None = None
        else:
            self._expected = container.raw_array(name)

    def append(self, values: Array) -> None:
        """Compare the next values of the block."""
        if self._expected is None:
            return
        expected = self._expected[self._at : self._at + len(values)]
        if not np.array_equal(values.astype(f"<{self._kind}", copy=False), expected):
            self._different[self._name] = None
        self._at += len(values)

    def finish(self) -> None:
        """Check that every value has come."""
        if self._expected is not None and self._at != len(self._expected):
            self._different[self._name] = None


class _Comparer(ContainerWriter):
    """Takes what would be written, and compares it with a file.

    Args:
        container: The file.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self.different: dict[str, None] = {}
        self._written: set[str] = {CHECKSUMS}

    def region(self, name: str, kind: str, count: int) -> Region:
        """Compare a block of ``count`` numbers, piece by piece."""
        self._written.add(name)
        return _ComparedRegion(self, name, kind, count)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Compare a whole block of bytes."""
        self.add(name, "u1", np.frombuffer(data, np.uint8))

    def unwritten(self) -> list[str]:
        """Name the blocks of the file that the encoder does not write."""
        return [name for name in self.container.names() if name not in self._written]


def _decode_documents(segment: Segment) -> Documents:
    """Decode the columns, and check what the encoder takes as given.

    Raises:
        _ContradictionError: They contradict each other.
    """
    size = segment.documents
    start, end, kind, masks, language, stored_at = (
        segment.array(name) for name in ("start", "end", "kind", "languages", "language", "stored_at")
    )
    _require((kind < len(KIND_NAMES)).all(), "kind")
    _require(masks.all() and (masks < 1 << len(LANGUAGES)).all(), "languages")
    _require(not (language & (language - 1)).any() and (masks & language == language).all(), "language")
    _require(np.array_equal(np.sort(stored_at), np.arange(size)), "stored_at")
    dated = kind != 0
    _require(not start[~dated].any() and not end[~dated].any() and (start[dated] >= 1).all(), "start")
    _require((end >= start).all() and (end <= LAST_DAY).all(), "end")
    at = segment.array("heads.at").astype(np.int64)
    _require(at[0] == 0 and at[-1] == segment.container.size("heads") and (np.diff(at) > 0).all(), "heads.at")
    try:
        heads = segment.heads(range(size))
    except UnicodeDecodeError:
        raise _ContradictionError("heads") from None
    ids = [key for key, _ in heads]
    _require(len(set(ids)) == size, "heads")
    _require(np.array_equal(document_order(ids, start, kind), np.arange(size)), "start")
    try:
        countries = pack_countries([segment.country_codes(doc) for doc in range(size)])
    except IndexError:
        raise _ContradictionError("countries") from None
    _require(countries.codes == segment.countries, "countries")
    encoded = [key.encode() for key in ids]
    titles = [None if title is None else title.encode() for _, title in heads]
    return Documents(start, end, kind, masks, language, countries, encoded, titles, stored_at)


class _FieldDecoder:
    """Decodes the posting lists of a field, some million postings at a time.

    Args:
        segment: The segment.
        name: The field.
    """

    def __init__(self, segment: Segment, name: str) -> None:
        self._segment = segment
        self._name = name
        self._meta = segment.fields[name]
        self._has = {part.removeprefix(f"{name}.") for part in segment.container.names()}
        self._start = self._array("start").astype(np.int64)
        self._gaps = self._exceptions("gap_at", "gap_of")
        self._over = self._exceptions("over_at", "over_count", "over_title")
        self._position = 0

    def _array(self, part: str) -> Array:
        return self._segment.array(f"{self._name}.{part}")

    def encode(self, encoder: SegmentEncoder, progress: Callable[[int], None]) -> None:
        """Decode the field and encode it again.

        Args:
            encoder: Encodes it.
            progress: Called with the number of postings decoded since the last call.

        Raises:
            _ContradictionError: Its parts contradict each other.
        """
        start, has = self._start, self._has
        terms = self._terms()
        _require(
            start[0] == 0 and start[-1] == self._meta["postings"] and (np.diff(start) > 0).all(), "start"
        )
        lengths = self._array("lengths") if "lengths" in has else None
        positions = self._array("positions") if "positions" in has else np.empty(0, np.uint8)
        counted = "over_at" in has
        field = encoder.field(
            self._name,
            postings=self._meta["postings"],
            occurrences=len(positions),
            max_position=int(np.iinfo(positions.dtype).max),  # its width is that of all languages together
            lengths=lengths,
            counts=counted,
            positions="positions" in has,
        )
        sums = np.zeros(self._segment.documents)
        first = 0
        while first < len(terms):
            last = int(np.searchsorted(start, start[first] + AT_ONCE, "right")) - 1
            last = min(max(last, first + 1), len(terms))
            df = np.diff(start[first : last + 1])
            ids = self._ids(int(start[first]), int(start[last]), start[first:last] - start[first])
            occurrences = title = None
            if counted:
                occurrences, title = self._counts(int(start[first]), int(start[last]))
                frequency = occurrences + (self._segment.title_weight - 1.0) * title
                sums += np.bincount(ids, weights=frequency, minlength=len(sums))
            some = (
                self._positions(positions, occurrences)
                if occurrences is not None and len(positions)
                else None
            )
            try:
                field.add(terms[first:last], df, ids, occurrences, title, some)
            except ValueError:
                raise _ContradictionError("terms") from None  # out of order
            progress(len(ids))
            first = last
        field.close()
        _require(lengths is None or np.array_equal(sums, lengths), "lengths")

    def _exceptions(self, *parts: str) -> Array:
        """Read a list of what does not fit into a byte or two: rows of where, then of what, int64."""
        if parts[0] not in self._has:
            return np.zeros((len(parts), 0), np.int64)
        return np.stack([self._array(part).astype(np.int64) for part in parts])

    def _terms(self) -> list[bytes]:
        at = self._array("term_at").astype(np.int64)
        size = self._segment.container.size(f"{self._name}.terms")
        _require(at[0] == 0 and at[-1] == size and (np.diff(at) >= 0).all(), "term_at")
        for name, (at, *_) in (("gap_at", self._gaps), ("over_at", self._over)):
            _require((np.diff(at) > 0).all() and (at < self._meta["postings"]).all(), name)
        lexicon = self._segment.lexicon(self._name)
        terms = list(lexicon.walk(range(len(lexicon))))
        try:
            for term in terms:
                term.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise _ContradictionError("terms") from None
        return terms

    def _ids(self, first: int, last: int, begins: Array) -> Array:
        """Decode the documents of some postings, int64; ``begins`` says where each list begins."""
        part = "ids" if "ids" in self._has else "gaps"
        ids: Array = self._array(part)[first:last].astype(np.int64)
        if part == "gaps":
            at, values = _between(self._gaps, first, last)
            ids[at] = values
            sums = np.cumsum(ids)
            before = np.where(begins > 0, sums[begins - 1], 0)
            ids = sums - np.repeat(before, np.diff(begins, append=last - first))
        _require(_ascends(ids, begins) and ids.min() >= 0 and ids.max() < self._segment.documents, part)
        return ids

    def _counts(self, first: int, last: int) -> tuple[Array, Array]:
        """Decode the occurrences of some postings, and those in the title, int64."""
        at, count, in_title = _between(self._over, first, last)
        packed = np.ones(last - first, np.int64)
        if "counts" in self._has:
            packed = self._array("counts")[first:last].astype(np.int64)
            _require(np.array_equal(np.flatnonzero(packed == ESCAPE), at), "counts")
        occurrences, title = packed & OCCURRENCE_MASK, packed >> OCCURRENCE_BITS
        occurrences[at], title[at] = count, in_title
        _require((occurrences >= 1).all() and (title <= occurrences).all(), "counts")
        return occurrences, title

    def _positions(self, everything: Array, occurrences: Array) -> Array:
        """Take the positions of the next postings."""
        ends = np.cumsum(occurrences)
        total = int(ends[-1])
        positions = everything[self._position : self._position + total]
        _require(len(positions) == total, "positions")
        _require(_ascends(positions.astype(np.int64), ends - occurrences), "positions")
        self._position += total
        return positions


def _between(exceptions: Array, first: int, last: int) -> Array:
    """Select the exceptions of some postings, numbered from the first of these."""
    low, high = np.searchsorted(exceptions[0], (first, last)).tolist()
    some = exceptions[:, low:high].copy()
    some[0] -= first
    return some


def _ascends(values: Array, begins: Array) -> bool:
    """Tell whether each of some lists that stand one behind the other ascends."""
    ascending = np.diff(values) > 0
    ascending[begins[1:] - 1] = True  # a new list begins anywhere
    return bool(ascending.all())

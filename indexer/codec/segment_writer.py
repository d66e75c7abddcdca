"""Write the arrays of a segment from columns and posting lists."""

from __future__ import annotations

from collections import defaultdict
from operator import ge
from typing import TYPE_CHECKING, Any, Final, Required, TypedDict, Unpack

import numpy as np

from indexer.codec.document_columns import id_order, years_of
from indexer.codec.postings import (
    BLOCK_TERMS,
    ESCAPE,
    HALF,
    IMPACT_STEPS,
    MARK_EVERY,
    OCCURRENCE_BITS,
    OCCURRENCE_MASK,
    PART,
    ROWS_FROM,
    TAB,
    WIDE_GAP,
)
from indexer.schema import COUNTRY, K1, LANGUAGE, LANGUAGE_BITS, B, text_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from indexer.codec.document_columns import Documents, PackedCountries
    from indexer.codec.layout import FileChecksum
    from indexer.codec.layout_writer import ContainerWriter, Region


MAX_IN_TITLE: Final = ESCAPE >> OCCURRENCE_BITS
MAX_POSTINGS: Final = (1 << 32) - 1
EXCEPTION_BYTES: Final = 8  # bytes to store a position that is too large for the number type of positions
TOP: Final = 10  # the threshold of a frequent term is the impact of its tenth best posting


class FieldShape(TypedDict, total=False):
    """The size of a new field.

    Attributes:
        postings: The number of postings.
        lengths: The length of the field in each document, that is, the sum of its term frequencies; ``None``
            if the field has no term frequencies.
        occurrences: The number of positions; 0 if the field has no positions.
        position_kind: The number type of positions, u1 or u2; ``None`` to choose it from the first positions.
    """

    postings: Required[int]
    lengths: npt.NDArray[Any] | None
    occurrences: int
    position_kind: str | None


class FieldWriter:
    """Writes a field, whose terms are added in byte order, in any number of calls.

    Args:
        container: The writer of the file.
        name: The name of the field.
        title_weight: The weight of an occurrence in the title.
        countries: The countries of all documents, by which a ranked field counts the documents of frequent
            terms; ``None`` if the field is not ranked.
        shape: The size of the field.
    """

    def __init__(
        self,
        container: ContainerWriter,
        name: str,
        title_weight: int,
        countries: PackedCountries | None,
        **shape: Unpack[FieldShape],
    ) -> None:
        postings, occurrences = shape["postings"], shape.get("occurrences", 0)
        lengths = shape.get("lengths")
        if max(postings, occurrences) > MAX_POSTINGS:
            raise ValueError("too many postings for one segment: write several")
        self._container = container
        self._name = name
        self._weight = title_weight
        self._countries = countries
        self._counted = lengths is not None
        # Blocks that ranking reads in every query are not packed; the others are.
        self._packed = self._counted and countries is None
        self._ids = container.region(f"{name}.{'gaps' if self._packed else 'ids'}", "u2", postings)
        self._counts = container.region(f"{name}.counts", "u1", postings) if occurrences else None
        self._impacts = container.region(f"{name}.impacts", "u1", postings) if countries else None
        self._occurrences = occurrences
        self._position_kind = shape.get("position_kind")
        self._positions: Region | None = None  # until the first positions
        self._last: list[bytes] = []  # the last term, if any
        self._lines: list[bytes] = []  # the lines of the dictionary
        self._late: defaultdict[str, list[Any]] = defaultdict(list)  # blocks that are written at the end
        self._late["start"].append(np.zeros(1, np.uint32))
        self._posting = 0
        self._occurrence = 0
        self.meta: dict[str, Any] = {"postings": postings, "total_length": 0, "documents": 0}
        if lengths is not None:
            total, having = int(lengths.sum(dtype=np.int64)), int(np.count_nonzero(lengths))
            longest = int(lengths.max(initial=0))
            self.meta |= {"total_length": total, "documents": having, "max_length": longest}
            container.add(f"{name}.lengths", _width(longest), lengths)
            average = total / having if having else 1.0
            # As in BM25 (searcher/bm25.py), with this segment's mean length.
            self._norms = K1 * (1 - B + B * lengths.astype(np.float64) / average)

    def add(  # noqa: PLR0913, PLR0917  # one argument per column of the postings
        self,
        terms: Sequence[bytes],
        df: npt.NDArray[Any],
        ids: npt.NDArray[Any],
        occurrences: npt.NDArray[Any] | None = None,
        in_title: npt.NDArray[Any] | None = None,
        positions: npt.NDArray[Any] | None = None,
        forms: Sequence[bytes] | None = None,
    ) -> None:
        """Write the posting lists of the next terms.

        Args:
            terms: The terms in ascending byte order, after those of earlier calls.
            df: The document frequency of each term, which is also the number of its postings.
            ids: The documents of all postings, ascending for each term.
            occurrences: The number of occurrences of each posting; ``None`` if the field has no term
                frequencies.
            in_title: The number of each posting's occurrences in the title; ``None`` if there are none.
            positions: The positions of all postings, ascending within each posting.
            forms: The forms of each term of a ranked field, ascending and separated by spaces; ``None`` if
                they equal the terms.

        Raises:
            ValueError: The terms are out of order.
        """
        last = [*self._last, *terms]
        if any(map(ge, last, last[1:])):
            raise ValueError("terms out of order")
        ends = np.cumsum(df, dtype=np.int64)
        first_term = len(self._lines)
        self._last = last[-1:]
        if forms is not None:
            pairs = zip(terms, forms, strict=True)
            terms = [term if term == same else term + TAB + same for term, same in pairs]
        self._lines += terms
        self._late["start"].append((ends + self._posting).astype(np.uint32))
        self._add_ids(ids, (ends - df)[df > 0])
        if occurrences is not None:
            title = np.zeros(len(ids), np.uint8) if in_title is None else in_title
            self._add_counts(occurrences, title)
            if self._countries is not None and self._impacts is not None:
                tf = occurrences + (self._weight - 1.0) * title
                share = tf / (tf + self._norms[ids])  # below 1; a score is weight * share
                impacts = np.clip(np.ceil(share * IMPACT_STEPS), 1, IMPACT_STEPS).astype(np.uint8)
                self._impacts.append(impacts)
                for number in np.flatnonzero(df >= ROWS_FROM).tolist():
                    low, high = int(ends[number] - df[number]), int(ends[number])
                    self._late["big"].append([first_term + number])
                    self._late["tops"].append(np.partition(impacts[low:high], -TOP)[[-TOP]])
                    self._late["country_rows"].append(self._countries.row(ids[low:high]))
            if positions is not None and len(positions):
                self._add_positions(occurrences, positions)
        self._posting += len(ids)

    def close(self) -> None:
        """Write the dictionary of the field, and the country counts of frequent terms."""
        for region in (self._ids, self._counts, self._impacts, self._positions):
            if region is not None:
                region.finish()
        name, add = self._name, self._container.add
        self.meta["terms"] = len(self._lines)
        add_lexicon(self._container, name, self._lines)
        late: dict[str, str | None] = {"start": "u4"}  # None: as wide as the largest number
        late |= {"gap_at": "u4", "gap_of": "u4"} if self._packed else {"upper_at": "u4", "uppers": None}
        if self._counted:
            late |= {"over_at": "u4", "over_count": None, "over_title": None}
        if self._occurrences:
            late |= {"marks": "u4", "far_at": "u4", "far": None}
        if self._countries is not None:
            late |= {"big": "u4", "tops": "u1", "country_rows": "u4"}
        for part, kind in late.items():
            values = np.concatenate([np.zeros(0, np.uint8), *self._late[part]])
            add(f"{name}.{part}", kind or _width(int(values.max(initial=0))), values)
            if part == "upper_at":
                begins = np.arange(0, self._posting + (1 << PART), 1 << PART)
                add(f"{name}.upper_from", "u4", values.searchsorted(begins))

    def _add_ids(self, ids: npt.NDArray[Any], starts: npt.NDArray[Any]) -> None:
        if not self._packed:
            self._ids.append(ids)  # the lower halves
            upper = ids >> HALF
            before = np.concatenate((upper[:1], upper[:-1]))
            before[starts] = 0
            at = (upper != before).nonzero()[0]
            self._late["upper_at"].append((at + self._posting).astype(np.uint32))
            self._late["uppers"].append(upper[at])
            return
        gaps = np.diff(ids.astype(np.int64), prepend=0)
        gaps[starts] = ids[starts]
        at = (gaps >= WIDE_GAP).nonzero()[0]
        if len(at):
            self._late["gap_at"].append(at + self._posting)
            self._late["gap_of"].append(gaps[at])
            gaps[at] = WIDE_GAP
        self._ids.append(gaps)

    def _add_counts(self, occurrences: npt.NDArray[Any], in_title: npt.NDArray[Any]) -> None:
        title = in_title.astype(np.uint32)
        count = occurrences.astype(np.uint32)
        packed = title << OCCURRENCE_BITS | count
        if self._counts is None:
            over = packed != 1
        else:
            over = (count > OCCURRENCE_MASK) | (title > MAX_IN_TITLE) | (packed == ESCAPE)
        at = over.nonzero()[0]
        if len(at):
            packed[at] = ESCAPE
            self._late["over_at"].append(at + self._posting)
            self._late["over_count"].append(count[at])
            self._late["over_title"].append(title[at])
        if self._counts is not None:
            self._counts.append(packed.astype(np.uint8))

    def _add_positions(self, occurrences: npt.NDArray[Any], positions: npt.NDArray[Any]) -> None:
        ends = np.cumsum(occurrences, dtype=np.int64)
        first = -self._posting % MARK_EVERY
        self._late["marks"].append((ends - occurrences)[first::MARK_EVERY] + self._occurrence)
        if self._positions is None:
            fit = EXCEPTION_BYTES * np.count_nonzero(positions >= np.iinfo("u1").max) < len(positions)
            self._position_kind = self._position_kind or ("u1" if fit else "u2")
            name = f"{self._name}.positions"
            self._positions = self._container.region(name, self._position_kind, self._occurrences)
        escape = np.iinfo(str(self._position_kind)).max
        far = (positions >= escape).nonzero()[0]
        self._late["far_at"].append((far + self._occurrence).astype(np.uint32))
        self._late["far"].append(positions[far])
        self._occurrence += len(positions)
        self._positions.append(np.minimum(positions, escape))


def add_lexicon(container: ContainerWriter, name: str, lines: Sequence[bytes]) -> None:
    """Write a dictionary, given its lines in byte order (see :class:`Lexicon`).

    Raises:
        ValueError: A term has a line break.
    """
    text = np.frombuffer(b"\n".join([b"", *lines, b""]), np.uint8)
    breaks = np.flatnonzero(text == ord("\n"))
    if len(breaks) != len(lines) + 1:
        raise ValueError("a term holds a line break")
    container.add(f"{name}.terms", "u1", text)
    container.add(f"{name}.block_at", "u4", np.append(breaks[: max(len(lines), 1) : BLOCK_TERMS], breaks[-1]))
    firsts = [line.partition(TAB)[0] for line in lines[::BLOCK_TERMS]]
    container.add(f"{name}.firsts", "u1", np.frombuffer(b"\n".join(firsts), np.uint8))


def _width(largest: int) -> str:
    """Return the smallest unsigned number type for numbers up to ``largest``."""
    return "u1" if largest < 1 << 8 else "u2" if largest < 1 << 16 else "u4"


TEXT_FIELDS: Final = {text_field(language): bit for language, bit in LANGUAGE_BITS.items()}


class SegmentWriter:
    """Writes a segment.

    Columns and keyword fields come first, then one field after another.

    Raises:
        ValueError: The documents are not in the order of ``document_order``.
    """

    def __init__(self, container: ContainerWriter, documents: Documents, title_weight: int) -> None:
        dated, estimated = documents.zones()
        self._container = container
        self._weight = title_weight
        self._countries = documents.countries
        self._languages = documents.languages
        self._having: npt.NDArray[Any] = np.zeros(len(documents.ids), np.uint8)
        self._fields: dict[str, dict[str, Any]] = {}
        self._meta: dict[str, Any] = {
            "title_weight": title_weight,
            "documents": len(documents.ids),
            "countries": documents.countries.codes,
            "dated": dated._asdict(),
            "estimated": estimated._asdict(),
        }
        self._add_columns(documents)
        self._add_ids_and_titles(documents)
        spans = np.flatnonzero(documents.end[: estimated.last] > documents.start[: estimated.last])
        container.add("spans", "u4", spans)
        crossing = spans[years_of(documents.start[spans]) != years_of(documents.end[spans])]
        container.add("crossing", "u4", crossing)
        self._add_keywords(COUNTRY, documents.countries.lists())
        bits = LANGUAGE_BITS.items()
        self._add_keywords(LANGUAGE, {name: np.flatnonzero(self._languages & bit) for name, bit in bits})

    def field(self, name: str, **shape: Unpack[FieldShape]) -> FieldWriter:
        """Start a field, which must be closed before the next field starts."""
        countries, lengths = None, shape.get("lengths")
        if name in TEXT_FIELDS and lengths is not None:
            countries = self._countries  # it is ranked
            self._having |= np.where(lengths > 0, np.uint8(TEXT_FIELDS[name]), np.uint8(0))
        writer = FieldWriter(self._container, name, self._weight, countries, **shape)
        self._fields[name] = writer.meta
        return writer

    def finish(self, optional: Mapping[str, npt.NDArray[Any]] | None = None) -> FileChecksum:
        """Write the optional blocks and the metadata of all fields, and return the checksum of the file."""
        languages = self._languages
        single = (languages & (languages - 1)) == 0
        mixed = np.flatnonzero((self._having != 0) & ~(single & (self._having == languages)))
        self._container.add("mixed", "u4", mixed)
        for name, values in (optional or {}).items():
            self._container.add(name, _width(int(values.max(initial=0))), values)
        return self._container.finish(self._meta | {"mixed": len(mixed), "fields": self._fields})

    def _add_columns(self, documents: Documents) -> None:
        add, countries = self._container.add, documents.countries
        kinds = {"start": "i4", "end": "i4", "kind": "u1", "languages": "u1", "language": "u1"}
        for name, kind in (kinds | {"stored_at": "u4"}).items():
            add(name, kind, getattr(documents, name))
        add("sketches", "u4", documents.sketches.ravel())
        by_digest = np.argsort(documents.digest, kind="stable")
        add("digests", "u8", documents.digest[by_digest])
        add("by_digest", "u4", by_digest)
        add("countries", "u4", countries.packed)
        add("many.docs", "u4", countries.many_docs)
        add("many.at", "u4", countries.many_at)
        add("many.countries", "u1", countries.many)

    def _add_ids_and_titles(self, documents: Documents) -> None:
        sizes = [np.fromiter(map(len, some), np.int64, len(some)) for some in documents.heads()]
        at = np.concatenate((np.zeros(1, np.int64), *sizes)).cumsum()
        self._container.add("heads.at", "u4" if at[-1] < 1 << 32 else "u8", at)
        ids_and_titles = self._container.region("heads", "u1", int(at[-1]))
        for some in documents.heads():
            ids_and_titles.append(np.frombuffer(b"".join(some), np.uint8))
        self._container.add("by_id", "u4", id_order(documents.ids))

    def _add_keywords(self, name: str, lists: dict[str, npt.NDArray[Any]]) -> None:
        """Write a field of keywords, given the documents of each keyword."""
        having = {term.encode(): documents for term, documents in sorted(lists.items()) if len(documents)}
        sizes = np.array([*map(len, having.values())], np.int64)
        field = self.field(name, postings=int(sizes.sum()))
        if having:
            field.add([*having], sizes, np.concatenate([*having.values()]))
        field.close()

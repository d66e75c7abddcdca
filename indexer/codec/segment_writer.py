"""Writes the files of one segment from columns and posting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.documents import Documents, PackedCountries, years_of
from indexer.codec.field_writer import FieldWriter
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.rows import FacetRows
from indexer.codec.stored import StoredWriter
from indexer.schema import LANGUAGE_BITS, text_field

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

HEADS_AT_ONCE: Final = 1 << 16
TEXT_FIELDS: Final = {text_field(language): bit for language, bit in LANGUAGE_BITS.items()}


class SegmentEncoder:
    """Encodes the arrays of one segment: columns first, then field by field.

    Args:
        container: Takes the blocks.
        title_weight: How much an occurrence in the title counts.
    """

    def __init__(self, container: ContainerWriter, title_weight: int) -> None:
        self._container = container
        self._weight = title_weight
        self._documents: Documents | None = None
        self._fields: dict[str, dict[str, Any]] = {}
        self._having: npt.NDArray[Any] = np.zeros(0, np.uint8)
        self._meta: dict[str, Any] = {"title_weight": title_weight}
        self._rows: FacetRows | None = None

    def documents(self, documents: Documents) -> None:
        """Write the columns; once, before any field.

        Raises:
            ValueError: The documents do not stand in the order of ``document_order``.
        """
        dated, estimated = documents.zones()
        countries = documents.countries
        add = self._container.add
        for column in ("start", "end"):
            add(column, "i4", getattr(documents, column))
        for column in ("kind", "languages", "language"):
            add(column, "u1", getattr(documents, column))
        add("stored_at", "u4", documents.stored_at)
        self._add_countries(countries)
        self._add_heads(documents)
        last = estimated.last
        spans = np.flatnonzero(documents.end[:last] > documents.start[:last])
        add("spans", "u4", spans)
        crossing = spans[years_of(documents.start[spans]) != years_of(documents.end[spans])]
        add("crossing", "u4", crossing)
        self._rows = FacetRows(countries.packed, countries.many, len(countries.codes))
        self._having = np.zeros(len(documents.ids), np.uint8)
        self._documents = documents
        self._meta |= {
            "documents": len(documents.ids),
            "countries": countries.codes,
            "dated": dated.to_record(),
            "estimated": estimated.to_record(),
        }

    def field(  # noqa: PLR0913  # what a field is, each by its name
        self,
        name: str,
        *,
        postings: int,
        occurrences: int = 0,
        max_position: int = 0,
        lengths: npt.NDArray[Any] | None = None,
        counts: bool = True,
        positions: bool = True,
    ) -> FieldWriter:
        """Start a field; close it before the next one starts.

        Args:
            name: Its name.
            postings: How many postings it has in all.
            occurrences: How many positions it has in all.
            max_position: The largest of them.
            lengths: Its length in each document: the sum of the frequencies, 0 where it is missing.
            counts: Whether frequencies are kept.
            positions: Whether positions are kept.

        Raises:
            ValueError: The documents were not written yet.
        """
        if self._documents is None:
            raise ValueError("write the documents before the fields")
        if name in TEXT_FIELDS and lengths is not None:
            self._having |= np.where(lengths > 0, np.uint8(TEXT_FIELDS[name]), np.uint8(0))
        writer = FieldWriter(
            self._container,
            name,
            postings=postings,
            occurrences=occurrences,
            max_position=max_position,
            lengths=lengths,
            counts=counts,
            positions=positions,
            title_weight=self._weight,
            rows=self._rows if name in TEXT_FIELDS else None,
        )
        self._fields[name] = writer.meta
        return writer

    def finish(self) -> dict[str, Any]:
        """Encode what follows from all fields together.

        Returns:
            What the file's table says of the segment.

        Raises:
            ValueError: The documents are missing.
        """
        if self._documents is None:
            raise ValueError("a segment needs documents")
        languages = self._documents.languages
        single = (languages & (languages - 1)) == 0
        mixed = np.flatnonzero((self._having != 0) & ~(single & (self._having == languages)))
        self._container.add("mixed", "u4", mixed)
        return self._meta | {"mixed": len(mixed), "fields": self._fields}

    def _add_countries(self, countries: PackedCountries) -> None:
        add = self._container.add
        add("countries", "u4", countries.packed)
        docs = sorted(countries.many)
        sizes = [len(countries.many[doc]) for doc in docs]
        add("many.docs", "u4", np.array(docs, np.uint32))
        add("many.at", "u4", np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))))
        add("many.countries", "u1", np.array([c for doc in docs for c in countries.many[doc]], np.uint8))

    def _add_heads(self, documents: Documents) -> None:
        ids, titles = documents.ids, documents.titles
        size = len(ids)
        sizes = np.fromiter(map(len, ids), np.int64, size)
        sizes += np.fromiter((0 if title is None else 1 + len(title) for title in titles), np.int64, size)
        at = np.concatenate(([0], np.cumsum(sizes)))
        self._container.add("heads.at", "u4" if at[-1] < 1 << 32 else "u8", at)
        heads = self._container.region("heads", "u1", int(at[-1]))
        for first in range(0, size, HEADS_AT_ONCE):
            pairs = zip(
                ids[first : first + HEADS_AT_ONCE], titles[first : first + HEADS_AT_ONCE], strict=True
            )
            piece = b"".join(key if title is None else key + b"\0" + title for key, title in pairs)
            heads.append(np.frombuffer(piece, np.uint8))
        self._container.add("by_id", "u4", np.argsort(np.array(documents.ids, dtype=object), kind="stable"))


class SegmentWriter(SegmentEncoder):
    """One segment in the making. Its files get their names only in ``finish``.

    Args:
        folder: Where the files go.
        name: Their common name.
        title_weight: How much an occurrence in the title counts.
    """

    def __init__(self, folder: Path, name: str, title_weight: int) -> None:
        super().__init__(ContainerWriter(folder / f"{name}.seg"), title_weight)
        self._stored = StoredWriter(folder / f"{name}.text")

    def store(self, record: bytes) -> None:
        """Write the stored record of the next item, in the order of arrival; it may hold no line end."""
        self._stored.store(record)

    def store_block(self, compressed: bytes, records: int) -> None:
        """Write a block of ``records`` consecutive records that ``stored.compress_block`` made."""
        self._stored.store_block(compressed, records)

    def finish(self) -> dict[str, Any]:
        """Bring the files to disk and give them their names.

        Returns:
            What the file's table says of the segment.

        Raises:
            ValueError: A part is missing.
        """
        meta = super().finish()
        if self._stored.finish() != meta["documents"]:
            raise ValueError("not as many stored records as documents")
        self._container.finish(meta)
        return meta

    def abandon(self) -> None:
        """Remove what was written so far; harmless after ``finish``."""
        self._container.abandon()
        self._stored.abandon()

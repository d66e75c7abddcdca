"""Writes the arrays of one segment from its columns and posting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.documents import years_of
from indexer.codec.field_writer import FieldWriter
from indexer.schema import COUNTRY, LANGUAGE, LANGUAGE_BITS, text_field

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.documents import Documents
    from indexer.codec.layout import Seal
    from indexer.codec.layout_writer import ContainerWriter

HEADS_AT_ONCE: Final = 1 << 16
TEXT_FIELDS: Final = {text_field(language): bit for language, bit in LANGUAGE_BITS.items()}


class SegmentWriter:
    """Writes one segment: the columns and the keyword fields at once, then field by field.

    Args:
        container: Takes the blocks.
        documents: The columns.
        title_weight: How much an occurrence in the title counts.

    Raises:
        ValueError: The documents do not stand in the order of ``document_order``.
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
        self._add_heads(documents)
        spans = np.flatnonzero(documents.end[: estimated.last] > documents.start[: estimated.last])
        container.add("spans", "u4", spans)
        crossing = spans[years_of(documents.start[spans]) != years_of(documents.end[spans])]
        container.add("crossing", "u4", crossing)
        self._add_keywords(COUNTRY, documents.countries.lists())
        bits = LANGUAGE_BITS.items()
        self._add_keywords(LANGUAGE, {name: np.flatnonzero(self._languages & bit) for name, bit in bits})

    def field(
        self,
        name: str,
        *,
        postings: int,
        lengths: npt.NDArray[Any] | None = None,
        occurrences: int = 0,
        max_position: int = 0,
    ) -> FieldWriter:
        """Start a field; close it before the next one starts.

        Args:
            name: Its name.
            postings: How many postings it has in all.
            lengths: Its length in each document: the sum of the term frequencies, 0 where it is missing; None
                for a field without term frequencies.
            occurrences: How many positions it has in all; 0 for a field without.
            max_position: The largest of them.
        """
        countries = None
        if name in TEXT_FIELDS and lengths is not None:
            countries = self._countries  # it is ranked
            self._having |= np.where(lengths > 0, np.uint8(TEXT_FIELDS[name]), np.uint8(0))
        writer = FieldWriter(
            self._container,
            name,
            postings=postings,
            lengths=lengths,
            occurrences=occurrences,
            max_position=max_position,
            title_weight=self._weight,
            countries=countries,
        )
        self._fields[name] = writer.meta
        return writer

    def finish(self) -> Seal:
        """Write what follows from all fields together, and end the file.

        Returns:
            The seal of the file.
        """
        languages = self._languages
        single = (languages & (languages - 1)) == 0
        mixed = np.flatnonzero((self._having != 0) & ~(single & (self._having == languages)))
        self._container.add("mixed", "u4", mixed)
        return self._container.finish(self._meta | {"mixed": len(mixed), "fields": self._fields})

    def _add_columns(self, documents: Documents) -> None:
        add, countries = self._container.add, documents.countries
        add("start", "i4", documents.start)
        add("end", "i4", documents.end)
        add("kind", "u1", documents.kind)
        add("languages", "u1", documents.languages)
        add("language", "u1", documents.language)
        add("stored_at", "u4", documents.stored_at)
        add("sketches", "u4", documents.sketches.ravel())
        by_digest = np.argsort(documents.digest, kind="stable")
        add("digests", "u8", documents.digest[by_digest])
        add("by_digest", "u4", by_digest)
        add("countries", "u4", countries.packed)
        add("many.docs", "u4", countries.many_docs)
        add("many.at", "u4", countries.many_at)
        add("many.countries", "u1", countries.many)

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
        self._container.add("by_id", "u4", np.argsort(np.array(ids, dtype=object), kind="stable"))

    def _add_keywords(self, name: str, lists: dict[str, npt.NDArray[Any]]) -> None:
        """Write a field of keywords, given the documents of each."""
        having = {term.encode(): documents for term, documents in sorted(lists.items()) if len(documents)}
        sizes = np.array([*map(len, having.values())], np.int64)
        field = self.field(name, postings=int(sizes.sum()))
        if having:
            field.add([*having], sizes, np.concatenate([*having.values()]))
        field.close()

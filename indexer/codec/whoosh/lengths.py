"""The lengths of fields: exact, where Whoosh's own codec squeezes them into a byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer import schema as names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.codec.segment import Segment


class SegmentLengths:
    """How long each field is in each document of a segment: the sum of its frequencies there."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._known: dict[str, Sequence[int]] = {}

    def column(self, field: str) -> Sequence[int]:
        """Return the lengths of a field by document; empty for a field that has none."""
        found = self._known.get(field)
        if found is None:
            found = self._known[field] = self._column(field)
        return found

    def of(self, field: str) -> Callable[[int], int]:
        """Return what gives the length of a field in a document."""
        return self.column(field).__getitem__ if len(self.column(field)) else lambda _: 0

    def present(self, field: str) -> list[int]:
        """Return the lengths of a field where it is present."""
        return [length for length in self.column(field) if length]

    def _column(self, field: str) -> Sequence[int]:
        segment = self._segment
        if field == names.COUNTRY:
            counts = np.count_nonzero(segment.array("countries").view(np.uint8).reshape(-1, 4), axis=1)
            counts[segment.array("many.docs")] += np.diff(segment.array("many.at").astype(np.int64))
            return list(counts.tolist())
        if field == names.LANGUAGE:
            return [mask.bit_count() for mask in segment.column("languages")]
        if field == names.DATING:
            return [1] * segment.documents
        if field in segment.fields and f"{field}.lengths" in segment.container:
            return segment.postings(field).lengths_view
        return ()

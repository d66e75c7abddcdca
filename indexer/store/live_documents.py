"""The documents of the generation that is there, as an update sees them: found, marked deleted, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.codec.segment import Segment
from indexer.store.contents import SEGMENTS_FOLDER
from indexer.store.merge_policy import SegmentState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from indexer.store.contents import Contents, SegmentEntry


class Place(NamedTuple):
    """Where a document stands: the place of its segment, and its number there."""

    segment: int
    document: int


class LiveDocuments:
    """All live documents of an index; what is marked deleted is gone for this update alone."""

    def __init__(self, folder: Path, contents: Contents) -> None:
        """Open the segments.

        Args:
            folder: The index folder.
            contents: What its index consists of.
        """
        self.entries: tuple[SegmentEntry, ...] = contents.segments
        self._segments = [Segment.listed(folder / SEGMENTS_FOLDER, entry) for entry in contents.segments]
        self._deleted = [set(segment.deleted) for segment in self._segments]
        self._before = [len(deleted) for deleted in self._deleted]

    def __len__(self) -> int:
        """Return how many documents are live."""
        return sum(state.live for state in self.states())

    def find(self, key: str) -> Place | None:
        """Return where the live document with an id stands, or None."""
        for place, segment in enumerate(self._segments):
            document = segment.find_id(key)
            if document >= 0 and document not in self._deleted[place]:
                return Place(place, document)
        return None

    def record(self, place: Place) -> bytes:
        """Return a document's stored record."""
        return self._segments[place.segment].stored(place.document)

    def delete(self, place: Place) -> None:
        """Mark a document deleted."""
        self._deleted[place.segment].add(place.document)

    def deleted(self, segment: int) -> Collection[int]:
        """Return all deleted documents of a segment."""
        return self._deleted[segment]

    def changed(self, segment: int) -> bool:
        """Tell whether documents of a segment were marked deleted."""
        return len(self._deleted[segment]) > self._before[segment]

    def states(self) -> list[SegmentState]:
        """Return how full each segment is."""
        return [
            SegmentState(segment.documents, len(deleted))
            for segment, deleted in zip(self._segments, self._deleted, strict=True)
        ]

    def records(self, segment: int) -> Iterator[bytes]:
        """Yield the stored records of a segment's live documents, in the order in which they came."""
        one, deleted = self._segments[segment], self._deleted[segment]
        stored_at = one.column("stored_at")
        for document in sorted(range(one.documents), key=stored_at.__getitem__):
            if document not in deleted:
                yield one.stored(document)

"""Read many stored records in the order of a result, which usually differs from the stored order."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.array_index import ArrayIndex

BATCH_SIZE: Final = 1 << 15  # documents whose blocks are read in stored order
MAX_BYTES: Final = 64 << 20  # of records in memory


def read_records(
    index: ArrayIndex, documents: Sequence[int], *, together: int = BATCH_SIZE, most: int = MAX_BYTES
) -> Iterator[bytes]:
    """Yield the records of documents, in the given order.

    Args:
        index: The index.
        documents: Global document numbers.
        together: The number of documents per batch, for which each block is read once.
        most: The bytes of records to hold in memory, unless a single record is larger.

    Raises:
        IndexFolderError: A block is damaged.
    """
    for first in range(0, len(documents), together):
        yield from _read(index, documents[first : first + together], most)


def _read(index: ArrayIndex, documents: Sequence[int], most: int) -> Iterator[bytes]:
    stored_at = [segment.container.pages("stored_at") for segment in index.segments]
    places: dict[int, list[tuple[int, int]]] = {}
    for at, document in enumerate(checked(documents)):
        ordinal = bisect_right(index.bases, document) - 1
        number = stored_at[ordinal][document - index.bases[ordinal]]
        places.setdefault(ordinal, []).append((number, at))
    found: list[bytes] = [b""] * len(documents)
    held = 0
    for ordinal, numbered in places.items():
        numbered.sort()
        records = index.segments[ordinal].records.read([number for number, _ in numbered])
        for (_, at), record in checked(zip(numbered, records, strict=True)):
            found[at] = record
            held += len(record)
            if held > most and len(documents) > 1:
                found.clear()
                half = len(documents) // 2
                yield from _read(index, documents[:half], most)
                yield from _read(index, documents[half:], most)
                return
    yield from found

"""Many stored records in the order of a question, which hardly ever is that in which they are stored."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.codec.array_index import ArrayIndex

BATCH_SIZE: Final = 1 << 15  # documents whose blocks are read in the order in which they are stored
MAX_BYTES: Final = 64 << 20  # of records that are held


def read_records(
    index: ArrayIndex, documents: Sequence[int], *, together: int = BATCH_SIZE, most: int = MAX_BYTES
) -> Iterator[bytes]:
    """Yield the records of documents, in their order.

    Args:
        index: The index.
        documents: Their global numbers.
        together: How many are read at once, each block of them once.
        most: The bytes of records that are held, but for a single one.

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

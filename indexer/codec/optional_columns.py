"""Read and write the optional data of a segment: deleted documents, and ids in sorted order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.codec.layout import Container

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from indexer.codec.layout import Seal
    from indexer.codec.plain_file import StrPath


def write_deletions(folder: Path, name: str, generation: int, docs: Iterable[int], documents: int) -> Seal:
    """Write the deleted documents of a segment.

    Args:
        folder: The folder of the segment.
        name: The name of the segment.
        generation: A number that no file of this segment has had.
        docs: All deleted documents, earlier ones included.
        documents: The number of documents of the segment.

    Returns:
        The seal of the file.
    """
    import numpy as np

    from indexer.codec.layout_writer import ContainerWriter

    deleted = np.zeros(documents, bool)
    deleted[list(docs)] = True
    with ContainerWriter(folder / f"{name}.{generation}.del") as writer:
        writer.add("deleted", "u1", np.packbits(deleted, bitorder="little"))
        return writer.finish({"documents": documents, "deleted": int(deleted.sum())})


def read_deletions(
    folder: StrPath, name: str, generation: int, documents: int, seal: Seal | None = None
) -> list[int]:
    """Return the deleted documents of a segment, ascending.

    Raises:
        IndexFolderError: The file is missing, damaged, or belongs to another segment.
    """
    container = Container(f"{folder}/{name}.{generation}.del", seal)
    if container.count("deleted") != -(-documents // 8) or container.meta.get("documents") != documents:
        raise container.damaged("its table")
    bits = container.view("deleted").tobytes()
    deleted = [at * 8 + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1]
    if len(deleted) != container.meta.get("deleted") or (deleted and deleted[-1] >= documents):
        raise container.damaged("deleted")
    return deleted


_SHARED_STEPS: Final = 10


class SortedIds:
    """Ids in sorted order; the ids of the first ten steps of a binary search, at most 1,023, are cached.

    Args:
        docs: The documents, sorted by id.
    """

    def __init__(self, docs: memoryview[int]) -> None:
        self.docs = docs
        self._kept: dict[int, bytes] = {}  # by position

    def place(self, key: bytes, head: Callable[[int], bytes]) -> int:
        """Return the position of the first id that is not less than ``key``; their number if there is none.

        Args:
            key: An id or a prefix of one, UTF-8, which sorts like characters.
            head: Reads the id of a document, perhaps followed by a zero byte and other text.
        """
        low, high = 0, len(self.docs)
        shared = high >> _SHARED_STEPS
        while low < high:
            middle = (low + high) // 2
            found = self._kept.get(middle)
            if found is None:
                found = head(self.docs[middle])
                if high - low > shared:
                    self._kept[middle] = found
            if found < key:
                low = middle + 1
            else:
                high = middle
        return low

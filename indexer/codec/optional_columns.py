"""What few questions read: deleted documents, ids in sorted order, and dictionaries of format 8."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.layout import Container
from indexer.codec.postings import BLOCK_TERMS, TAB, Lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from indexer.codec.layout import Seal
    from indexer.codec.plain_file import StrPath


def write_deletions(folder: Path, name: str, generation: int, docs: Iterable[int], documents: int) -> Seal:
    """Write which documents of a segment are deleted.

    Args:
        folder: Where the segment lies.
        name: The segment's name.
        generation: A number that no file of this segment has had.
        docs: All deleted documents, earlier ones included.
        documents: How many documents the segment has.

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
    """Read the deleted documents of a segment, ascending.

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
    """Finds ids; what the first ten steps compare, which all searches share, is kept: 1,023 ids at most.

    Args:
        docs: The documents, by their ids.
    """

    def __init__(self, docs: memoryview[int]) -> None:
        self.docs = docs
        self._kept: dict[int, bytes] = {}  # by place

    def place(self, key: bytes, head: Callable[[int], bytes]) -> int:
        """Find the place of the first id that is not less than ``key``; their number where none is.

        Args:
            key: An id, or the beginning of one, UTF-8: sorted as characters are.
            head: Reads a document's id, and what may stand behind a zero byte.
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


class FormerLexicon(Lexicon):
    """A dictionary of format 8: arrays of terms and of forms, of which blocks are made when they are read."""

    __slots__ = ("_forms", "_terms")

    def __init__(self, container: Container, field: str, size: int) -> None:
        self._size = size
        self._terms = _Strings(container, f"{field}.terms", f"{field}.term_at", size)
        self._firsts = self._terms
        self._forms = None
        if f"{field}.forms" in container:
            self._forms = _Strings(container, f"{field}.forms", f"{field}.form_at", size)

    def _lines(self, block: int) -> bytes:
        lines = self._terms.block(block)
        if self._forms is not None:
            pairs = zip(lines, self._forms.block(block), strict=True)
            lines = [term if term == forms else term + TAB + forms for term, forms in pairs]
        return b"\n".join([b"", *lines, b""])


class _Strings(Sequence[bytes]):
    """The first string of each block of an array of strings."""

    def __init__(self, container: Container, name: str, at: str, size: int) -> None:
        self._text, self._at = container.pages(name), container.pages(at)
        self._size = size

    def __len__(self) -> int:
        return (self._size + BLOCK_TERMS - 1) // BLOCK_TERMS

    def __getitem__(self, block: Any) -> Any:
        at = self._at[block * BLOCK_TERMS : block * BLOCK_TERMS + 2]
        return self._text[at[0] : at[1]].tobytes()

    def block(self, number: int) -> list[bytes]:
        """Read all strings of a block."""
        first = number * BLOCK_TERMS
        at = self._at[first : min(first + BLOCK_TERMS, self._size) + 1]
        text = self._text[at[0] : at[-1]].tobytes()
        return [text[low - at[0] : high - at[0]] for low, high in pairwise(at)]

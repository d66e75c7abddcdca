"""Read and write the parts that an index may lack: optional blocks, deletions, and parts of format 8.

A later version of Dragoman may add optional blocks to format 9, with names that start with ``more.``. Each
version ignores blocks that it does not know. If a block is missing, only queries that need it fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.layout import Container
from indexer.codec.postings import BLOCK_TERMS, TAB, Lexicon
from indexer.errors import QueryError, message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.codec.layout import FileChecksum
    from indexer.codec.plain_file import StrPath


OPTIONAL: Final = "more."  # the prefix of the names of all optional blocks
WORD_COUNTS: Final = "more.words"
PARAGRAPHS_AT: Final = "more.paragraphs_at"
PARAGRAPHS: Final = "more.paragraphs"
# The position at which the body begins in the language of the title, and this language, as one number:
# position * number of languages + number of the language. 0 if there is no title.
BODY_STARTS: Final = "more.body_starts"
# The optional blocks of format 9, each with the key of the message that explains why it is needed, and the
# length of the block minus the number of documents (None if the length varies).
OPTIONAL_BLOCKS: Final = {
    WORD_COUNTS: ("codec.length_needs", 0),
    BODY_STARTS: ("codec.lead_needs", 0),
    PARAGRAPHS_AT: ("codec.same_needs", 1),
    PARAGRAPHS: ("codec.same_needs", None),
}


def optional_block(container: Container, name: str, documents: int) -> memoryview[int]:
    """Return an optional block of a segment, without numpy.

    Raises:
        QueryError: The segment lacks the block; the message names the feature that needs the block.
        IndexFolderError: The length of the block is wrong.
    """
    key, added = OPTIONAL_BLOCKS[name]
    if name not in container:
        raise QueryError(message("codec.missing_part", reason=message(key)))
    if added is not None and container.count(name) != documents + added:
        raise container.damage_error(name)
    return container.pages(name)


def write_deletions(
    folder: Path, name: str, generation: int, docs: Iterable[int], documents: int
) -> FileChecksum:
    """Write the file of deleted documents of a segment, and return the file's length and checksum."""
    import numpy as np

    from indexer.codec.layout_writer import ContainerWriter

    deleted = np.zeros(documents, bool)
    deleted[list(docs)] = True
    with ContainerWriter(folder / f"{name}.{generation}.del") as writer:
        writer.add("deleted", "u1", np.packbits(deleted, bitorder="little"))
        return writer.finish({"documents": documents, "deleted": int(deleted.sum())})


def read_deletions(
    folder: StrPath, name: str, generation: int, documents: int, checksum: FileChecksum | None = None
) -> list[int]:
    """Return the deleted documents of a segment, sorted."""
    container = Container(f"{folder}/{name}.{generation}.del", checksum)
    if container.count("deleted") != -(-documents // 8) or container.meta.get("documents") != documents:
        raise container.damage_error("its table")
    bits = container.view("deleted").tobytes()
    deleted = [at * 8 + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1]
    if len(deleted) != container.meta.get("deleted") or (deleted and deleted[-1] >= documents):
        raise container.damage_error("deleted")
    return deleted


class FormerLexicon(Lexicon):
    """A dictionary of format 8, read as one of format 9.

    Args:
        container: The open file of the segment.
        size: The number of terms, which are converted on demand.
        columns: Pairs of block names: a block of concatenated strings, and a block with the start of each
            string. One pair is for the terms, another for the forms if the field has forms.
    """

    __slots__ = ("_strings",)

    def __init__(self, container: Container, size: int, columns: Iterable[tuple[str, str]]) -> None:
        self._size = size
        self._strings = [_Strings(container.pages(text), container.pages(at), size) for text, at in columns]
        self._firsts = self._strings[0]

    def _lines(self, first: int, last: int) -> bytes:
        columns = [strings.blocks(first, last) for strings in self._strings]
        lines = [TAB.join(dict.fromkeys(column)) for column in zip(*columns, strict=True)]
        return b"\n".join([b"", *lines, b""])


class _Strings(Sequence[bytes]):
    """The first string of each dictionary block, where a block has 64 of the concatenated strings."""

    def __init__(self, text: memoryview[int], at: memoryview[int], size: int) -> None:
        self._text, self._at, self._size = text, at, size

    def __len__(self) -> int:
        return (self._size + BLOCK_TERMS - 1) // BLOCK_TERMS

    def __getitem__(self, block: Any) -> Any:
        first, last = self._at[block * BLOCK_TERMS : block * BLOCK_TERMS + 2]
        return self._text[first:last].tobytes().partition(TAB)[0]

    def blocks(self, first: int, last: int) -> list[bytes]:
        """Return all strings in a range of blocks."""
        at = self._at[first * BLOCK_TERMS : min(last * BLOCK_TERMS, self._size) + 1]
        text, begin = self._text[at[0] : at[-1]].tobytes(), at[0]
        return [text[low - begin : high - begin] for low, high in pairwise(at)]

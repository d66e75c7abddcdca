"""Deleted documents: one small file a segment and generation, a bit for each document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.codec.layout import Container
from indexer.codec.layout_writer import ContainerWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.codec.layout import Seal
    from indexer.codec.plain_file import StrPath


def write_deletions(folder: Path, name: str, generation: int, docs: Iterable[int], documents: int) -> None:
    """Write which documents of a segment are deleted.

    Args:
        folder: Where the segment lies.
        name: The segment's name.
        generation: A number that no file of this segment has had.
        docs: All deleted documents, earlier ones included.
        documents: How many documents the segment has.
    """
    bits = bytearray(-(-documents // 8))
    deleted = set(docs)
    for doc in deleted:
        bits[doc >> 3] |= 1 << (doc & 7)
    writer = ContainerWriter(folder / f"{name}.{generation}.del")
    writer.add_bytes("deleted", bytes(bits))
    writer.finish({"documents": documents, "deleted": len(deleted)})


def read_deletions(
    folder: StrPath, name: str, generation: int, documents: int, seal: Seal | None = None
) -> list[int]:
    """Read the deleted documents of a segment, ascending.

    Raises:
        IndexFolderError: The file is missing, damaged, or belongs to another segment.
    """
    container = Container(f"{folder}/{name}.{generation}.del", seal)
    if (
        "deleted" not in container
        or container.size("deleted") != -(-documents // 8)
        or container.meta.get("documents") != documents
    ):
        raise container.damaged("its table")
    bits = container.view("deleted").tobytes()
    deleted = [at * 8 + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1]
    if len(deleted) != container.meta.get("deleted") or (deleted and deleted[-1] >= documents):
        raise container.damaged("deleted")
    return deleted

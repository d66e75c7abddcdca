"""Deleted documents: one small file a segment and generation, a bit for each document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.codec.layout import Container

if TYPE_CHECKING:
    from collections.abc import Iterable
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

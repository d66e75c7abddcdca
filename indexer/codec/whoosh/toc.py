"""Whoosh's own table of contents, written beside ours so that ``whoosh.index.open_dir`` opens the index.

It is a pickle, as Whoosh wants it, and for Whoosh alone: Dragoman never reads it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from indexer.codec.plain_file import create_plain, remove_plain
from indexer.store.contents import SEGMENTS_FOLDER, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.store.contents import Contents

INDEX_NAME = "MAIN"
_TABLE = re.compile(rf"_{INDEX_NAME}_[0-9]{{1,9}}\.toc(?:\.new)?")


def whoosh_toc(folder: Path, contents: Contents) -> bytes:
    """Return the table of contents that Whoosh reads: the same for the same index, whenever it is asked for.

    Args:
        folder: The index folder.
        contents: What the index consists of.

    Raises:
        IndexFolderError: A file of deletions is missing or damaged.
    """
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import TOC

    from indexer.codec.deletions import read_deletions
    from indexer.codec.whoosh.codec import DragomanSegment
    from indexer.schema import schema

    segments = []
    for entry in contents.segments:
        deleted: list[int] = []
        if entry.deletions is not None:
            deleted = read_deletions(folder / SEGMENTS_FOLDER, entry.name, entry.deletions, entry.documents)
        segments.append(DragomanSegment(INDEX_NAME, entry.name, entry.documents, deleted))
    memory = RamStorage()  # Whoosh would give a file its name before its bytes are on disk
    TOC(schema(), segments, contents.generation).write(memory, INDEX_NAME)
    return bytes(memory.files[whoosh_toc_name(contents.generation)])


def write_whoosh_toc(folder: Path, contents: Contents) -> None:
    """Write the table of contents that Whoosh reads, in the place of the one that was there.

    Args:
        folder: The index folder.
        contents: What the index consists of.
    """
    table = whoosh_toc(folder, contents)
    path = folder / whoosh_toc_name(contents.generation)
    temporary = path.with_name(f"{path.name}.new")
    with os.fdopen(create_plain(temporary), "wb") as file:
        file.write(table)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(folder)


def whoosh_toc_name(generation: int) -> str:
    """Return the name of the table that Whoosh reads of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def clear_whoosh_tocs(folder: Path, generation: int) -> None:
    """Remove the tables of other generations than the one that is there, finished or not."""
    current = whoosh_toc_name(generation)
    for path in folder.iterdir():
        if path.name != current and _TABLE.fullmatch(path.name):
            remove_plain(path)

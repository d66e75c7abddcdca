"""Whoosh's own table of contents, written beside ours so that ``whoosh.index.open_dir`` opens the index.

It is a pickle, as Whoosh wants it, and for Whoosh alone: Dragoman never reads it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.codec.plain_file import remove_plain, replace_plain
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.store.contents import Contents

INDEX_NAME = "MAIN"
TOC_FILE = re.compile(rf"_{INDEX_NAME}_([0-9]{{1,9}})\.toc(?:\.new)?")


def whoosh_toc(folder: Path, contents: Contents) -> bytes:
    """Pickle the table of contents that Whoosh reads: the same bytes for the same index at any time.

    Args:
        folder: The index folder.
        contents: The index's own table of contents.

    Raises:
        IndexFolderError: A file of deletions is missing or damaged.
    """
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import TOC

    from indexer.codec.deletions import read_deletions
    from indexer.codec.whoosh.codec import DragomanSegment
    from indexer.codec.whoosh.schema import whoosh_schema

    segments = []
    for entry in contents.segments:
        deleted: list[int] = []
        if entry.deletions is not None:
            deleted = read_deletions(folder / SEGMENTS_FOLDER, entry.name, entry.deletions, entry.documents)
        segments.append(DragomanSegment(INDEX_NAME, entry.name, entry.documents, deleted))
    memory = RamStorage()  # Whoosh would give a file its name before its bytes are on disk
    TOC(whoosh_schema(), segments, contents.generation).write(memory, INDEX_NAME)
    return bytes(memory.files[whoosh_toc_name(contents.generation)])


def whoosh_toc_name(generation: int) -> str:
    """Name the table that Whoosh reads of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def update_whoosh_toc(folder: Path, contents: Contents) -> bool:
    """Write the table of this generation where it is missing, and remove those of all others.

    Args:
        folder: The index folder.
        contents: The index's own table of contents.

    Returns:
        Whether the table stands.
    """
    current = folder / whoosh_toc_name(contents.generation)
    try:
        if not current.exists():
            replace_plain(current, whoosh_toc(folder, contents))
    except (OSError, IndexFolderError):
        return False
    finally:
        for path in folder.iterdir():
            if path != current and TOC_FILE.fullmatch(path.name):
                remove_plain(path)
    return True

"""Whoosh's own table of contents, written beside ours so that ``whoosh.index.open_dir`` opens the index.

It is a pickle, as Whoosh wants it, and for Whoosh alone: Dragoman never reads it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from indexer.codec.contents import SEGMENTS_FOLDER, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.codec.contents import Contents

INDEX_NAME = "MAIN"


def write_whoosh_toc(folder: Path, contents: Contents) -> None:
    """Write the table of contents that Whoosh reads, in the place of the one that was there.

    Args:
        folder: The index folder.
        contents: What the index consists of.
    """
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC

    from indexer.codec.deletions import read_deletions
    from indexer.codec.whoosh_codec import DragomanSegment
    from indexer.index.schema import schema

    segments = []
    for entry in contents.segments:
        deleted: list[int] = []
        if entry.deletions is not None:
            deleted = read_deletions(folder / SEGMENTS_FOLDER, entry.name, entry.deletions, entry.documents)
        segments.append(DragomanSegment(INDEX_NAME, entry.name, entry.documents, deleted))
    TOC(schema(), segments, contents.generation).write(FileStorage(str(folder)), INDEX_NAME)
    current = f"_{INDEX_NAME}_{contents.generation}.toc"
    with (folder / current).open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(folder)
    for path in folder.glob(f"_{INDEX_NAME}_*.toc*"):
        if path.name != current:
            path.unlink(missing_ok=True)

"""Whoosh's own table of contents, written beside ours so that ``whoosh.index.open_dir`` opens the index.

It is a pickle, as Whoosh wants it, for Whoosh alone: Dragoman never reads it, and writes it without Whoosh,
whose import would take longer than an update of one item.
"""

from __future__ import annotations

import pickle
import re
import struct
from typing import TYPE_CHECKING, Final

from indexer.codec.deletions import read_deletions
from indexer.codec.plain_file import remove_plain, replace_plain
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.codec.whoosh.listed import INDEX_NAME, Called, schema, segment
from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.store.contents import Contents

_HEAD: Final = struct.pack(
    "!3B2i3B",
    *(4, 8, 4),  # the sizes of its int, long and float
    *(-12345, -111),  # the order of bytes, the version of the format
    *(2, 7, 5),  # the release of Whoosh
)
_PROTOCOL: Final = 2  # the one that Whoosh writes schemas in
TOC_FILE = re.compile(rf"_{INDEX_NAME}_([0-9]{{1,9}})\.toc(?:\.new)?")


def whoosh_toc(folder: Path, contents: Contents) -> bytes:
    """Pickle the table of contents that Whoosh reads: the same bytes for the same index at any time.

    Args:
        folder: The index folder.
        contents: The index's own table of contents.

    Raises:
        IndexFolderError: A file of deletions is missing or damaged.
    """
    segments = []
    for entry in contents.segments:
        deleted: list[int] = []
        if entry.deletions is not None:
            deleted = read_deletions(folder / SEGMENTS_FOLDER, entry.name, entry.deletions, entry.documents)
        segments.append(Called(segment, entry.name, entry.documents, deleted))
    fields = pickle.dumps(Called(schema), _PROTOCOL)
    generation = struct.pack("!2i", contents.generation, 0)  # the second is not used
    return _HEAD + bytes([len(fields)]) + fields + generation + pickle.dumps(segments, _PROTOCOL)


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

"""Switches an index to its next generation, and clears what belongs to none.

What is written follows one rule: files first, then the folders that name them, then one rename that switches
from the old table of contents to the new one, and only then are files of the old generation removed. A
process that dies or a machine that loses power in between leaves one of the two generations, whole.

Whoosh's own table of contents, written beside ours so that ``whoosh.index.open_dir`` opens the index.

It is a pickle, as Whoosh wants it, for Whoosh alone: Dragoman never reads it, and writes it without Whoosh,
whose import would take longer than an update of one item.
"""

from __future__ import annotations

import errno
import os
import pickle
import re
import shutil
import struct
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from indexer.codec.optional_columns import read_deletions
from indexer.codec.plain_file import remove_plain, replace_plain, sync_folder
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.codec.whoosh.listed import INDEX_NAME, Called, schema, segment
from indexer.errors import IndexFolderError
from indexer.store.contents import CONTENTS, Contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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


SCRATCH = "unfinished"  # the builder's folder, below the segments
_SEGMENT_FILE = re.compile(r"segment([0-9]{1,12})\.(?:seg|text|[0-9]+\.del)(?:\.tmp)?")
_GENERATION_FILE = re.compile(
    r"(?:thesaurus([0-9]{1,9})\.labels|groups([0-9]{1,9})\.same|register([0-9]{1,9})\.items)(?:\.tmp)?"
)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OLD_CONTENTS = "contents.json"  # the table of contents of format 1


def publish(folder: Path, contents: Contents) -> None:
    """Make segments that stand on disk the index, then remove the files that no longer belong to it.

    Args:
        folder: The index folder.
        contents: What the index consists of from now on.
    """
    segments = folder / SEGMENTS_FOLDER
    sync_folder(segments)  # the names of the segments must not reach the disk after the table that uses them
    sync_folder(folder)
    if contents.generation == 1:
        for parent in folder.resolve().parents:  # some of them may be as new as the index
            sync_folder(parent)
    contents.write(folder)  # from here on the new index is the one that is searched
    # What follows tidies up. A fault in it undoes nothing: the next writer does the same again.
    with suppress(OSError):
        clear_leftovers(folder)


def clear_leftovers(folder: Path) -> None:
    """Remove what belongs to no generation that can be searched, and nothing that we did not write.

    Whoosh's table of contents is brought up to date first where it is of an older generation: it must not
    name segments that are gone.

    Args:
        folder: The index folder, locked by the caller.
    """
    segments = folder / SEGMENTS_FOLDER
    scratch = segments / SCRATCH
    remove_plain(scratch)  # a link or a pipe is what a stranger left there; what it leads to stays
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        contents = Contents.read(folder)
    except IndexFolderError:
        if (folder / CONTENTS).exists():
            return  # a damaged table: whoever mends it may need every file
        contents = Contents(0, ())
    kept = set(contents.seals)
    up_to_date = not contents.generation or update_whoosh_toc(folder, contents)
    remove_plain(folder / f"{CONTENTS}.new")
    for path in segments.iterdir():
        ours = _SEGMENT_FILE.fullmatch(path.name) or _GENERATION_FILE.fullmatch(path.name)
        if path.name == _OLD_CONTENTS or (ours and path.name not in kept):
            remove_plain(path)
    if not up_to_date:
        update_whoosh_toc(folder, contents)  # there was no room; now there may be


def last_generation(folder: Path) -> int:
    """Find the number of the generation that is there, 0 without one.

    Where its table cannot be read no file of it is overwritten all the same: who mends the table needs them.
    """
    try:
        numbers = [Contents.read(folder).generation]
    except IndexFolderError:
        numbers = [0]
    for path in (*folder.iterdir(), *(folder / SEGMENTS_FOLDER).iterdir()):
        if found := TOC_FILE.fullmatch(path.name) or _GENERATION_FILE.fullmatch(path.name):
            numbers += [int(number) for number in found.groups() if number]
    return max(numbers)


def last_segment(segments: Path) -> int:
    """Find the highest number that a segment file has, so that nothing that is searched is overwritten."""
    numbers = [int(found[1]) for path in segments.iterdir() if (found := _SEGMENT_FILE.fullmatch(path.name))]
    return max(numbers, default=0)


@contextmanager
def explained_write_errors(folder: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the block into one line that says what to do.

    Args:
        folder: The index folder that is written to.

    Raises:
        IndexFolderError: The system did not let the block write.
    """
    try:
        yield
    except OSError as error:
        # numpy reports a write cut short without a number of the system.
        if error.errno is None or error.errno in _NO_ROOM:
            reported = "" if error.errno is None else f" ({os.strerror(error.errno)})"
            raise IndexFolderError(
                f"no room to write the index in “{folder}”{reported}; what was there before is whole: "
                "make room on the disk, or name a folder elsewhere with --index"
            ) from error
        where = error.filename if isinstance(error.filename, str) else folder  # one file may stand in the way
        raise IndexFolderError(
            f"cannot write to “{where}”: {error.strerror}; what was there before is whole"
        ) from error

"""Make the next generation of an index current, and remove files of older ones.

Files are written first, then their folders are synchronised, then one rename switches to the next generation.
A kill or a power failure leaves one of the two generations complete.

Whoosh's table of contents is also written, so that ``whoosh.index.open_dir`` opens the index. Whoosh requires
a pickle. Dragoman never reads it, and writes it without the import of Whoosh, which would take longer than an
update of one item.
"""

from __future__ import annotations

import errno
import pickle
import re
import shutil
import struct
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from indexer.codec.optional_parts import read_deletions
from indexer.codec.plain_file import remove_plain, replace_plain, sync_folder
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.codec.whoosh.listed import INDEX_NAME, PickledCall, schema, segment
from indexer.errors import IndexFolderError, message, reason
from indexer.store.manifest import MANIFEST, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_HEAD: Final = struct.pack(
    "!3B2i3B",
    *(4, 8, 4),  # the sizes of int, long and float
    *(-12345, -111),  # the byte order, the version of the format
    *(2, 7, 5),  # the version of Whoosh
)
_PROTOCOL: Final = 2  # as Whoosh pickles schemas
TOC_FILE = re.compile(rf"_{INDEX_NAME}_([0-9]{{1,9}})\.toc(?:\.new)?")


def whoosh_toc(folder: Path, manifest: Manifest) -> bytes:
    """Return Whoosh's pickled table of contents, which has the same bytes for equal indexes.

    Raises:
        IndexFolderError: A file of deletions is missing or damaged.
    """
    segments = []
    for entry in manifest.segments:
        deleted: list[int] = []
        if entry.deletions is not None:
            deleted = read_deletions(folder / SEGMENTS_FOLDER, entry.name, entry.deletions, entry.documents)
        segments.append(PickledCall(segment, entry.name, entry.documents, deleted))
    fields = pickle.dumps(PickledCall(schema), _PROTOCOL)
    generation = struct.pack("!2i", manifest.generation, 0)  # the second number is unused
    return _HEAD + bytes([len(fields)]) + fields + generation + pickle.dumps(segments, _PROTOCOL)


def whoosh_toc_name(generation: int) -> str:
    """Return the file name of Whoosh's table of contents for a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def update_whoosh_toc(folder: Path, manifest: Manifest) -> bool:
    """Write Whoosh's table of contents, remove older ones, and return whether the table exists."""
    current = folder / whoosh_toc_name(manifest.generation)
    try:
        if not current.exists():
            replace_plain(current, whoosh_toc(folder, manifest))
    except (OSError, IndexFolderError):
        return False
    finally:
        for path in folder.iterdir():
            if path != current and TOC_FILE.fullmatch(path.name):
                remove_plain(path)
    return True


SCRATCH = "unfinished"  # the builder's folder, in the segments folder
_SEGMENT_FILE = re.compile(r"segment([0-9]{1,12})\.(?:seg|text|[0-9]+\.del)(?:\.tmp)?")
_GENERATION_FILE = re.compile(
    r"(?:thesaurus([0-9]{1,9})\.labels|groups([0-9]{1,9})\.same|register([0-9]{1,9})\.items"
    r"|more([0-9]{1,9})\.[a-z]{1,9})(?:\.tmp)?"
)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def publish(folder: Path, manifest: Manifest) -> None:
    """Make written segments the current generation, and remove unused files."""
    segments = folder / SEGMENTS_FOLDER
    sync_folder(segments)  # the names of the segments must reach the disk before the table that uses them
    sync_folder(folder)
    if manifest.generation == 1:
        for parent in folder.resolve().parents:  # parents may have been created with the index
            sync_folder(parent)
    manifest.write(folder)  # switches to the next generation
    # The next writer repeats the clean-up if it fails.
    with suppress(OSError):
        clear_leftovers(folder, manifest)


def clear_leftovers(folder: Path, manifest: Manifest | None = None) -> None:
    """Remove the files of interrupted writes from an index folder, which the caller has locked.

    Before that, the table of contents for Whoosh is brought up to date, so that it lists no removed segment.

    Args:
        folder: The index folder.
        manifest: The current manifest of the index; None to read it from the folder.
    """
    segments = folder / SEGMENTS_FOLDER
    scratch = segments / SCRATCH
    remove_plain(scratch)  # a link or a pipe is not Dragoman's; the target of a link stays
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        manifest = manifest or Manifest.read(folder)
    except IndexFolderError:
        if (folder / MANIFEST).exists():
            return  # a damaged table: its repair may need every file
        manifest = Manifest(0, ())
    kept = set(manifest.checksums)
    up_to_date = not manifest.generation or update_whoosh_toc(folder, manifest)
    remove_plain(folder / f"{MANIFEST}.new")
    for path in segments.iterdir():
        ours = _SEGMENT_FILE.fullmatch(path.name) or _GENERATION_FILE.fullmatch(path.name)
        if ours and path.name not in kept:
            remove_plain(path)
    if not up_to_date:
        update_whoosh_toc(folder, manifest)  # tried again, as the disk may have room now


def last_generation(folder: Path, manifest: Manifest | None = None) -> int:
    """Return the highest generation number in the manifest and in file names, or 0 if there is none.

    If ``dragoman.json`` is damaged, its repair may need the other files, so their numbers must not be used
    again.

    Args:
        folder: The index folder.
        manifest: The current manifest of the index; ``None`` to read it from the folder.
    """
    try:
        numbers = [(manifest or Manifest.read(folder)).generation]
    except IndexFolderError:
        numbers = [0]
    for path in (*folder.iterdir(), *(folder / SEGMENTS_FOLDER).iterdir()):
        if found := TOC_FILE.fullmatch(path.name) or _GENERATION_FILE.fullmatch(path.name):
            numbers += [int(number) for number in found.groups() if number]
    return max(numbers)


def last_segment(segments: Path) -> int:
    """Return the highest number in the name of a segment file; greater numbers are free."""
    numbers = [int(found[1]) for path in segments.iterdir() if (found := _SEGMENT_FILE.fullmatch(path.name))]
    return max(numbers, default=0)


@contextmanager
def explain_write_errors(folder: Path) -> Iterator[None]:
    """Convert an ``OSError`` in the block to an error with a remedy.

    Raises:
        IndexFolderError: A file cannot be written.
    """
    try:
        yield
    except OSError as error:
        # numpy reports a partial write without an error number.
        if error.errno is None or error.errno in _NO_ROOM:
            reported = "" if error.errno is None else message("store.no_room_reason", reason=reason(error))
            raise IndexFolderError(message("store.no_room", folder=folder, reported=reported)) from error
        where = error.filename if isinstance(error.filename, str) else folder  # or the file that failed
        raise IndexFolderError(
            message("store.cannot_write_index", where=where, reason=reason(error))
        ) from error

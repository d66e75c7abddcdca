"""Open the files in folders, zip archives and compressed files."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
import zlib
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from importlib import import_module
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar
from zipfile import BadZipFile

from indexer.errors import SourceError, message, message_of, reason
from indexer.sources.encoding import replace_surrogates
from indexer.sources.source import MAX_MEMBERS, MAX_PAGE_SIZE, MAX_UNPACKED_SIZE, Skipped, missing_extra
from indexer.sources.stream import Blob, RawStream, open_file, open_sibling, peek, source_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.sources.source import OnSkip, ReadOptions


T = TypeVar("T")
FAULTS: Final = (zlib.error, LZMAError, BadZipFile, EOFError, OSError, RuntimeError)
"""The exceptions of the standard library for a damaged archive."""


def unpack_stream(raw: Any, label: str, left: list[int], own_fault: type[Exception] = EOFError) -> RawStream:
    """Return a stream that unpacks bytes.

    It raises SourceError if they are damaged or too many.

    Args:
        raw: The decompressing stream.
        label: The name of the archive in messages.
        left: The number of bytes that may still be unpacked, shared by all members of the archive.
        own_fault: The exception that a third-party library raises for damage.
    """

    def read(size: int) -> bytes:
        try:
            part: bytes = raw.read(size)
        except (*FAULTS, own_fault) as error:
            raise SourceError(message("sources.damaged_archive", label=label, error=error)) from None
        left[0] -= len(part)
        if left[0] < 0:
            most = f"{MAX_UNPACKED_SIZE >> 30} GiB"
            raise SourceError(message("sources.unpacks_too_large", label=label, most=most))
        return part

    return RawStream(read, raw.close)


@contextmanager
def open_seekable(blob: Blob) -> Iterator[BinaryIO]:
    """Open a source as a seekable file, which is a copy if necessary.

    Raises:
        SourceError: The blob cannot be read, or the disk is full.
    """
    raw = blob.open()
    try:
        if raw.seekable() and not blob.keep_open:
            yield raw
            return
        with TemporaryFile() as copy:
            try:
                shutil.copyfileobj(raw, copy)
            except OSError as error:
                raise SourceError(
                    message("sources.cannot_copy_to_unpack", label=blob.label, error=reason(error))
                ) from None
            copy.seek(0)
            yield copy
    finally:
        if not blob.keep_open:
            raw.close()


# Files of operating systems that are not sources.
_LITTER: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", "$RECYCLE.BIN", "mimetype"})
_INDEX: Final = "dragoman.json"


def folder_members(folder: Path, on_skip: OnSkip, options: ReadOptions) -> Iterator[Blob]:
    """Yield the files of a folder.

    Links to folders are not followed, because they might form cycles.

    Raises:
        SourceError: The folder cannot be read, or no file matches.
    """
    found = list(_files(folder, PurePosixPath(source_name(folder)), on_skip))
    if (folder / _INDEX).is_file():
        raise SourceError(message("sources.index", folder=folder))
    members = [(file, PurePosixPath(options.part, *file[1].parts[1:])) for file in found]
    for (path, member), _ in _select(members, str(folder), options, message("sources.give_folder"), _content):
        name = str(PurePosixPath(options.within, member))
        opened = partial(open_file, path, str(path), options.meter)
        yield Blob(name, str(path), opened, sibling=partial(open_sibling, path), in_folder=True)


def _content(file: tuple[Path, PurePosixPath]) -> bytes:
    with file[0].open("rb") as stream:
        return stream.read(MAX_PAGE_SIZE)


def size_of_all(sources: Iterable[str]) -> int:
    """Return the size of all sources in bytes.

    Standard input and unreadable sources do not count.
    """
    return sum(_size_of(Path(source)) for source in sources if source != "-")


def _size_of(path: Path) -> int:
    try:
        if not path.is_dir():
            return path.stat().st_size
        files = _files(path, PurePosixPath(path.name), lambda _skip: None)
        return sum(file.stat().st_size for file, _ in files)
    except (OSError, ValueError, SourceError):
        return 0


def _files(folder: Path, name: PurePosixPath, on_skip: OnSkip) -> Iterator[tuple[Path, PurePosixPath]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(message("sources.unreadable_folder", folder=folder, error=reason(error))) from None
    if any(entry.name == _INDEX for entry in entries):
        on_skip(Skipped(str(name), 0, message("skip.index")))
        return
    for entry in entries:
        own = name / replace_surrogates(entry.name)
        if is_litter(own):
            continue
        if entry.is_dir(follow_symlinks=False):
            try:
                yield from _files(Path(entry.path), own, on_skip)
            except SourceError as error:
                on_skip(Skipped(str(own), 0, message_of(error), unread=True))
        elif entry.is_dir():
            on_skip(Skipped(str(own), 0, message("skip.link")))
        elif entry.is_file():
            yield Path(entry.path), own
        else:
            on_skip(Skipped(str(own), 0, message("skip.no_file")))


def is_litter(name: PurePosixPath) -> bool:
    """Return whether a file is hidden or made by the operating system."""
    return any(part in _LITTER or part.startswith(".") for part in name.parts[1:])


def _select(
    found: Sequence[tuple[T, PurePosixPath]],
    label: str,
    options: ReadOptions,
    kind: str,
    read: Callable[[T], bytes],
) -> Iterator[tuple[T, PurePosixPath]]:
    """Yield the selected files of a folder or archive, with their paths.

    Scanned pages are left out if a METS file among the members divides them into articles.

    Args:
        found: The members, each with its path.
        label: The name of the folder or archive in messages.
        options: The options with the patterns.
        kind: The kind of container in messages.
        read: Reads a member.

    Raises:
        SourceError: No member is selected.
    """
    if not found:
        raise SourceError(message("sources.no_files", label=label, kind=kind))
    wanted = [pair for pair in found if is_selected(pair[1], options)]
    if not wanted:
        name = found[0][1].name
        held = (
            message("sources.only", name=name)
            if len(found) == 1
            else message("sources.files_such_as", count=len(found), name=name)
        )
        raise SourceError(message("sources.patterns_leave_no_file", label=label, held=held))
    if any("mets" in path.name.lower() for _, path in wanted):
        from indexer.sources.scanned_pages import pages_of_articles  # few folders have scanned pages

        held_at = {path: member for member, path in wanted}

        def content(path: PurePosixPath) -> bytes:
            try:
                return read(held_at[path])
            except FAULTS:  # reported when the member is read as a source
                return b""

        pages = pages_of_articles(held_at, content)
        wanted = [pair for pair in wanted if pair[1] not in pages]
    yield from wanted


def is_read(path: Path, relative: PurePosixPath, options: ReadOptions) -> bool:
    """Return whether the patterns select a file, or at least one file in a folder.

    Raises:
        SourceError: The path is a folder that cannot be read.
    """
    if is_litter(PurePosixPath("folder", relative)):
        return False
    if os.path.isdir(path):  # noqa: PTH112 - raises no error for unreadable paths
        return any(is_selected(member, options) for _, member in _files(path, relative, lambda _skip: None))
    return os.path.isfile(path) and is_selected(relative, options)  # noqa: PTH113 - as above


def is_selected(path: PurePosixPath, options: ReadOptions) -> bool:
    """Return whether the patterns select a file.

    They are compared with its name, and with its path in the folder or archive.
    """

    def matches(patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(str(path), one) or fnmatchcase(path.name, one) for one in patterns)

    return (not options.include or matches(options.include)) and not matches(options.exclude)


_ENCRYPTED: Final = 1  # a bit of a member's flags
_FREE_MEMBERS: Final = 20_000  # maximum of members, to which one is added for each kilobyte of the archive


def zip_members(blob: Blob, on_skip: OnSkip, options: ReadOptions) -> Iterator[Blob]:
    """Yield the files of a zip archive.

    Args:
        blob: The archive.
        on_skip: Called with each skipped member, except files of the operating system.
        options: The options with the patterns of the members.

    Raises:
        SourceError: The archive is damaged, has too many members, or has no matching member.
    """
    with open_seekable(blob) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise SourceError(message("sources.damaged_zip", label=blob.label, error=error)) from None
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > (most := min(MAX_MEMBERS, _FREE_MEMBERS + (file.seek(0, io.SEEK_END) >> 10))):
            raise SourceError(
                message("sources.too_many_members", label=blob.label, count=len(entries), most=most)
            )
        left = [MAX_UNPACKED_SIZE]
        named = [(entry, PurePosixPath(*_parts(entry.filename))) for entry in entries]
        held = [(entry, own) for entry, own in named if not is_litter(PurePosixPath("archive") / own)]

        def content(entry: zipfile.ZipInfo) -> bytes:
            with archive.open(entry) as stream:
                data: bytes = stream.read(MAX_PAGE_SIZE)
            return data

        entries_at = {own: entry for entry, own in held}
        for entry, own in _select(held, blob.label, options, message("sources.give_archive"), content):
            name = PurePosixPath(blob.name) / own
            if entry.flag_bits & _ENCRYPTED:
                on_skip(Skipped(str(name), 0, message("skip.encrypted"), unread=True))
                continue
            label = f"{blob.label}/{own}"

            def sibling(relative: str, folder: PurePosixPath = own.parent) -> BinaryIO | None:
                other = entries_at.get(folder / relative)
                return io.BytesIO(content(other)) if other else None

            opened = partial(_open_member, archive, entry, label, left)
            yield Blob(str(name), label, opened, sibling=sibling)


def _parts(filename: str) -> list[str]:
    """Split the path of a file in an archive.

    Parts that lead out of the archive are removed.
    """
    parts = [replace_surrogates(part) for part in filename.replace("\\", "/").split("/")]
    return [part for part in parts if part not in {"", ".", ".."}] or ["?"]


def _open_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, label: str, left: list[int]) -> Any:
    try:
        return unpack_stream(archive.open(entry), label, left)
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
        raise SourceError(message("sources.cannot_unpack", label=label, error=error)) from None


_SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zst"})
_LIBRARIES: Final = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ", "lzma"))


def sole_member(blob: Blob, _on_skip: OnSkip, _options: ReadOptions) -> Iterator[Blob]:
    """Yield the only file in a compressed file."""
    name = blob.unpacked_name or blob.name
    stem = PurePosixPath(name).stem if blob.suffix in _SUFFIXES else name
    yield Blob(blob.name, blob.label, partial(_open_compressed, blob), unpacked_name=stem, url=blob.url)


def _open_compressed(blob: Blob) -> Any:
    stream: Any
    stream, head = peek(blob)
    for mark, library in _LIBRARIES:
        if head.startswith(mark):
            return unpack_stream(import_module(library).open(stream), blob.label, [MAX_UNPACKED_SIZE])
    try:
        import zstandard
    except ImportError:
        raise missing_extra(blob.label, message("sources.zstandard"), "zst") from None
    raw = zstandard.ZstdDecompressor().stream_reader(stream)
    return unpack_stream(raw, blob.label, [MAX_UNPACKED_SIZE], zstandard.ZstdError)

"""The files of a folder, in the order of their names, those of its folders included."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError, reason
from indexer.sources.encoding import whole
from indexer.sources.source import Skipped
from indexer.sources.stream import Blob, open_file, source_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.sources.source import OnSkip, ReadOptions

# What systems leave behind, and nobody means as a source.
_LITTER: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", "$RECYCLE.BIN", "mimetype"})
_INDEX: Final = "dragoman.json"


def members(folder: Path, on_skip: OnSkip, options: ReadOptions) -> Iterator[Blob]:
    """Yield the files of a folder; links to folders are not followed, so that there are no circles.

    Args:
        folder: The folder.
        on_skip: Called with what is no file that can be read.
        options: Which of the files are meant.

    Raises:
        SourceError: The folder cannot be read, or holds no file that is meant.
    """
    found = list(_files(folder, PurePosixPath(source_name(folder)), on_skip))
    if (folder / _INDEX).is_file():
        raise SourceError(f"{folder} is an index, not a source; name the files that it is to be built from")
    if not found:
        raise SourceError(f"{folder} holds no files; name a folder with files in it")
    wanted = [pair for pair in found if is_wanted(PurePosixPath(options.part, *pair[1].parts[1:]), options)]
    if not wanted:
        raise none_wanted(str(folder), [member.name for _, member in found])
    for path, member in wanted:
        yield Blob(
            str(PurePosixPath(options.within, member)),
            str(path),
            partial(open_file, path, str(path), options.meter),
        )


def size_of_all(sources: Iterable[str]) -> int:
    """Sum up the bytes of sources, 0 for what has no size, such as standard input."""
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
        raise SourceError(f"{folder} cannot be read: {reason(error)}") from None
    if any(entry.name == _INDEX for entry in entries):
        on_skip(Skipped(str(name), 0, "an index, not a source"))
        return
    for entry in entries:
        own = name / whole(entry.name)
        if is_litter(own):
            continue
        if entry.is_dir(follow_symlinks=False):
            try:
                yield from _files(Path(entry.path), own, on_skip)
            except SourceError as error:
                on_skip(Skipped(str(own), 0, str(error), unread=True))
        elif entry.is_dir():
            on_skip(Skipped(str(own), 0, "a link to a folder"))
        elif entry.is_file():
            yield Path(entry.path), own
        else:
            on_skip(Skipped(str(own), 0, "no file that can be read"))


def is_litter(name: PurePosixPath) -> bool:
    """Tell whether a member is what a system leaves behind, or hidden."""
    return any(part in _LITTER or part.startswith(".") for part in name.parts[1:])


def none_wanted(label: str, names: Sequence[str]) -> SourceError:
    """Make the error that tells that patterns leave nothing of a folder or an archive.

    Args:
        label: How messages name it.
        names: The names of the files that it holds, at least one.
    """
    held = f"{names[0]} alone" if len(names) == 1 else f"{len(names):,} files, such as {names[0]}"
    return SourceError(f"--include and --exclude, a pattern each, leave no file of {label}; it holds {held}")


def reads(path: Path, own: PurePosixPath, options: ReadOptions) -> bool:
    """Tell whether a folder reads a file that lies within it, or any of those in a folder that does.

    Args:
        path: The file or folder.
        own: Its path within the known folder.
        options: Which of the files are meant.

    Raises:
        SourceError: It is a folder that cannot be read.
    """
    if is_litter(PurePosixPath("folder", own)):
        return False
    if os.path.isdir(path):  # noqa: PTH112 - no error where it is out of reach
        return any(is_wanted(member, options) for _, member in _files(path, own, lambda _skip: None))
    return os.path.isfile(path) and is_wanted(own, options)  # noqa: PTH113 - likewise


def is_wanted(path: PurePosixPath, options: ReadOptions) -> bool:
    """Tell whether a member is meant: by its path within the folder or archive, or by its name."""

    def matches(patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(str(path), one) or fnmatchcase(path.name, one) for one in patterns)

    return (not options.include or matches(options.include)) and not matches(options.exclude)

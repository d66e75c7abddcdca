"""Open sources and read their first bytes."""

from __future__ import annotations

import io
import os
import select
import sys
from collections import Counter
from functools import partial
from itertools import accumulate, chain, count
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, cast

from indexer.errors import SourceError, message, reason
from indexer.runtime import NamedTuple
from indexer.sources.encoding import replace_surrogates
from indexer.sources.web_address import is_address, parse_address, remove_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Buffer

    from indexer.progress import Meter


HEAD_BYTES = 1 << 16
MAX_WAIT = 20.0
"""The maximum number of seconds until a named pipe has its first bytes."""

STDIN_NAME = "stdin"
_BLANK = b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xff\xfe"  # white space, and the bytes of byte order marks


class Blob(NamedTuple):
    """A source that can be opened: a file, standard input, or a file of a folder or archive.

    Attributes:
        name: The name in the index and in messages. For a file, it is the file name, with parent folders if
            another source of the index has the same name. For a member of a folder or archive, it is the
            names of the containers and of the member, separated by slashes. For a URL, it is the host and
            the path.
        label: The name in errors about reading it, which is the path as given.
        open: Opens the blob at its first byte.
        keep_open: Whether the stream remains open after reading, like standard input.
        unpacked_name: A name with the suffix of the content, if ``name`` does not have it: the name of a
            compressed file without ``.gz``, or the last part of a URL's path. Otherwise empty.
        url: The URL that the blob was fetched from, without credentials; empty if there is none.
        sibling: Opens another file in the same folder or archive by its relative path; returns ``None`` if
            there is no such file.
        in_folder: Whether the blob is in a folder. Files in folders that Dragoman wrote are not read.
    """

    name: str
    label: str
    open: Callable[[], BinaryIO]
    keep_open: bool = False
    unpacked_name: str = ""
    url: str = ""
    sibling: Callable[[str], BinaryIO | None] | None = None
    in_folder: bool = False

    @property
    def suffix(self) -> str:
        """The suffix of the name in lower case, which decides the kind if the content could be any text."""
        return PurePath(self.unpacked_name or self.name).suffix.lower()


class _Metered(io.FileIO):
    """A file that counts the bytes read from it."""

    def __init__(self, path: str | Path, meter: Meter) -> None:
        super().__init__(path, "rb")
        self._meter = meter

    def readinto(self, buffer: Buffer) -> int:
        size = super().readinto(buffer)
        self._meter.read += size or 0
        return size or 0


class RawStream(io.RawIOBase):
    """A stream whose bytes a function returns piece by piece.

    Args:
        read: Returns at most the given number of bytes, and no bytes at the end.
        close: Closes the underlying stream.
    """

    def __init__(self, read: Callable[[int], bytes], close: Callable[[], None]) -> None:
        self._read = read
        self._close = close

    def readable(self) -> bool:
        """Return True, because the stream can be read."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read bytes into a buffer."""
        view = memoryview(buffer).cast("B")
        part = self._read(len(view))
        view[: len(part)] = part
        return len(part)

    def close(self) -> None:
        """Close the underlying stream."""
        if not self.closed:
            self._close()
        super().close()


def file_blob(path: str | Path, meter: Meter | None = None, within: str = "") -> Blob:
    """Describe a file, or standard input (``-``), as a source to open.

    Args:
        path: The path of the file, or ``-``.
        meter: Counts the bytes read.
        within: The parent folders to include in the name.
    """
    is_stdin = str(path) == "-"
    label = message("sources.standard_input") if is_stdin else os.fspath(path)
    sibling = None if is_stdin else partial(open_sibling, path)
    opened = partial(open_file, path, label, meter)
    return Blob(source_name(path, within), label, opened, is_stdin, sibling=sibling)


def open_sibling(path: str | Path, relative: str) -> BinaryIO | None:
    """Open a file in the folder of another file or in a subfolder, or return ``None`` if it is missing."""
    folder = Path(path).resolve().parent
    try:
        other = (folder / relative).resolve()
        return other.open("rb") if other.is_relative_to(folder) and other.is_file() else None
    except (OSError, ValueError):
        return None


def peek(blob: Blob) -> tuple[io.BufferedReader, bytes]:
    """Open a source, and read its first bytes.

    Returns:
        The stream, which still begins at the first byte, and the first bytes (at most 64 KiB).

    Raises:
        SourceError: The blob cannot be opened, or is empty.
    """
    raw = blob.open()
    try:
        head = _peek(raw, blob.label)
    except BaseException:
        if not blob.keep_open:
            raw.close()
        raise
    return put_back(head, raw, blob.label, keep_open=blob.keep_open), head


def read_all(stream: io.BufferedReader, name: str, largest: int, kind: str) -> bytes:
    """Read a stream to its end, then close it.

    Args:
        stream: The stream, which is closed even after an error.
        name: The name of the source in messages.
        largest: The maximum number of bytes.
        kind: The kind of source in messages, perhaps followed by advice.

    Raises:
        SourceError: The source is larger.
    """
    with stream:
        data = stream.read(largest + 1)
    if len(data) > largest:
        raise SourceError(message("sources.too_large", name=name, largest=largest >> 20, kind=kind))
    return data


def put_back(head: bytes, rest: BinaryIO, label: str, *, keep_open: bool = False) -> io.BufferedReader:
    """Return a stream that begins with bytes that were already read.

    Args:
        head: The bytes that were already read.
        rest: The stream of the other bytes.
        label: The name of the source in messages.
        keep_open: Whether ``rest`` remains open.
    """

    def read(size: int) -> bytes:
        nonlocal head
        part, head = head[:size], head[size:]
        return part or _read_bytes(rest, size, label)

    return io.BufferedReader(RawStream(read, lambda: None if keep_open else rest.close()))


def source_name(path: str | Path, within: str = "") -> str:
    """Return the name of a source in the index and in messages.

    Args:
        path: A file, a URL, or ``-`` for standard input.
        within: The parent folders to include in the name.

    Returns:
        These folders and the file name, with U+FFFD for invalid UTF-8; for a URL, host and path.

    Raises:
        SourceError: The URL is invalid.
    """
    if str(path) == "-":
        return STDIN_NAME
    if is_address(path):
        return parse_address(str(path)).name
    name = Path(path).name
    own = replace_surrogates(name if name not in {"", ".."} else Path(path).resolve().name or "folder")
    return f"{within}/{own}" if within else own


def open_file(path: str | Path, label: str, meter: Meter | None = None) -> BinaryIO:
    """Open a file or standard input.

    Raises:
        SourceError: The file cannot be opened.
    """
    if str(path) == "-":
        # sys.stdin is None if the shell has closed the standard input.
        if sys.stdin is None:
            raise SourceError(message("sources.closed_input"))
        return sys.stdin.buffer
    if not label:
        raise SourceError(message("sources.empty_name"))
    try:
        if Path(path).is_fifo():
            return open_pipe(path, label)
        if meter is None:
            return Path(path).open("rb")
        return cast("BinaryIO", io.BufferedReader(_Metered(path, meter)))
    except FileNotFoundError:
        advice = message("web_source.begins_with_https" if label.startswith("www.") else "sources.check_name")
        raise SourceError(message("sources.no_such_file", label=label, advice=advice)) from None
    except IsADirectoryError:
        raise SourceError(message("sources.folder", label=label)) from None
    except PermissionError:
        raise SourceError(message("sources.permission_denied", label=label)) from None
    except (OSError, ValueError) as error:
        raise SourceError(message("sources.cannot_open", label=label, error=reason(error))) from None


def open_pipe(path: str | Path, label: str, seconds: float = MAX_WAIT) -> BinaryIO:
    """Open a named pipe to which a program writes.

    Raises:
        SourceError: No bytes arrived in time.
    """
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    waiting = select.poll()  # unlike select, for any number of open files
    waiting.register(pipe, select.POLLIN)
    if not waiting.poll(seconds * 1000):
        os.close(pipe)
        raise SourceError(message("sources.pipe_without_writer", label=label))
    os.set_blocking(pipe, True)
    return os.fdopen(pipe, "rb")


def _peek(raw: BinaryIO, label: str) -> bytes:
    """Read the first HEAD_BYTES of a source, which must not be empty."""
    head = b""
    while len(head) < HEAD_BYTES and (part := _read_bytes(raw, HEAD_BYTES - len(head), label)):
        head += part
    if not head.strip(_BLANK) and len(head) < HEAD_BYTES:
        raise SourceError(message("sources.empty", label=label))
    return head


def _read_bytes(raw: BinaryIO, size: int, label: str) -> bytes:
    try:
        return raw.read(size)
    except OSError as error:
        raise SourceError(message("sources.unreadable", label=label, error=reason(error))) from None


def place_of(source: str | Path) -> str:
    """Return the location of a source: an absolute path, a URL without credentials, or ``-``."""
    if _has_no_folder(source):
        return remove_credentials(source)
    return os.path.abspath(source)  # noqa: PTH100 - keeps links, as users know their names


def folder_prefixes(sources: Sequence[str | Path], known: Mapping[str, str]) -> dict[str | Path, str]:
    """Return the parent folders that make the name of each source unique.

    Args:
        sources: Files, folders, URLs; ``-`` for standard input.
        known: The names of the indexed sources by location; these names do not change.

    Returns:
        For each source, the smallest number of its last parent folders that makes the name unique, separated
        by slashes.
    """
    paths = {source: _parts(source) for source in sources}
    same = Counter(tail for parts in set(paths.values()) - {()} for tail in _endings(parts))
    taken = set(known.values())
    taken.update(source_name(source) for source, parts in paths.items() if not parts)
    within = {start for name in taken for start in _parents_of(name)}
    reported: dict[str | Path, str] = {}
    names: dict[str, str] = dict(known)
    for source, parts in paths.items():
        place = place_of(source)
        if parts and place not in names:
            name = _choose_unique(
                [tail for tail in _endings(parts) if same[tail] == 1], parts[-1], taken, within
            )
            names[place] = name
            taken.add(name)
            within.update(_parents_of(name))
        reported[source] = names[place].rpartition("/")[0] if parts else ""
    return reported


def _choose_unique(tails: Sequence[str], own: str, taken: set[str], within: set[str]) -> str:
    """Return the first unused name for a source.

    Args:
        tails: The names to try first: the endings of the source's path.
        own: The file name of the source. It is tried last, with numbers: ``2/name``, ``3/name``, and so on.
        taken: The names that are in use.
        within: The parent folders in these names, which the result must not equal.
    """
    numbered = (f"{number}/{own}" for number in count(2))  # for a file whose path has no further folders
    free = (name for name in chain(tails, numbered) if name not in taken and name not in within)
    return next(name for name in free if taken.isdisjoint(_parents_of(name)))


def _endings(parts: Sequence[str]) -> list[str]:
    """Return the endings of a path: its last part, its last two parts, and so on."""
    return ["/".join(parts[at:]) for at in reversed(range(len(parts)))]


def _parents_of(name: str) -> list[str]:
    """Return the parent folders of a name: ``a`` and ``a/b`` for ``a/b/c``."""
    return [*accumulate(name.split("/")[:-1], "{}/{}".format)]


def _parts(source: str | Path) -> tuple[str, ...]:
    """Return the parts of a source's path, or nothing for a source that is not a file."""
    if _has_no_folder(source):
        return ()
    path = Path(os.path.abspath(source))  # noqa: PTH100 - as above
    return (*map(replace_surrogates, path.parent.parts[1:]), source_name(source))


def _has_no_folder(source: str | Path) -> bool:
    return str(source) in {"-", ""} or is_address(source)

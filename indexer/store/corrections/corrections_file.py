"""Read and replace a corrections file.

A process locks the file while changing it.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.plain_file import whole_file
from indexer.errors import DragomanError, SourceError, message, reason
from indexer.runtime import NamedTuple
from indexer.store.corrections.correction_lines import Corrections
from indexer.store.lock import is_still, lock_descriptor, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MAX_BYTES: Final = 1 << 27
_BOM: Final = b"\xef\xbb\xbf"


class Note(NamedTuple):
    """The ids, title and day of an item, which are added to its correction lines.

    Attributes:
        ids: The ids that the item has or had, the current one first.
        title: The title, or None.
        day: The uncorrected day; empty for none.
    """

    ids: tuple[str, ...]
    title: str | None
    day: str


def read_corrections(file: str) -> Corrections:
    """Read a corrections file.

    Raises:
        SourceError: The file does not exist, cannot be read, or is not a corrections file.
    """
    return Corrections(file, _read_lines(Path(file)))


def require_corrections(file: str) -> None:
    """Raise SourceError if a corrections file cannot be read."""
    _read_lines(Path(file))


class LockedFile:
    """A corrections file that this process has locked against changes by others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.raw = tuple(_read_lines(path))

    @cached_property
    def corrections(self) -> Corrections:
        """The content of the file."""
        return Corrections(str(self._path), self.raw)

    def append(self, lines: Iterable[bytes]) -> None:
        """Append lines to the file."""
        self._replace([*self.raw, *lines])

    def write(self, corrections: Corrections, notes: Mapping[int, Note]) -> None:
        """Replace all lines of the file.

        Raises:
            DragomanError: The file cannot be written, or another program saved it since it was read; the
                file is then unchanged.
        """
        lines = [
            _identify_line(raw, notes[number]) if number in notes else raw
            for number, raw in enumerate(corrections.raw, 1)
        ]
        if tuple(lines) != self.raw:
            self._replace(lines)

    def _replace(self, lines: Sequence[bytes]) -> None:
        if tuple(_read_lines(self._path)) != self.raw:
            raise DragomanError(message("corrections.changed_meanwhile", path=self._path))
        try:
            with whole_file(self._path) as (stream, _):
                stream.writelines([line + b"\n" for line in lines])
        except OSError as error:
            raise _unwritable(self._path, error) from None


@contextmanager
def lock_file(file: str, *, wait: float = 0.0) -> Iterator[LockedFile]:
    """Lock a corrections file against other processes, after creating it if necessary.

    Raises:
        DragomanError: The file cannot be read or written, or another process has locked it.
    """
    path = Path(file)
    is_new = not path.exists()
    if (descriptor := wait_for(lambda: _lock(path), wait)) is None:
        raise DragomanError(message("corrections.locked", path=path))
    try:
        yield LockedFile(path)
    finally:
        if is_new and not os.fstat(descriptor).st_size and is_still(path, descriptor):
            path.unlink()
        os.close(descriptor)


def _lock(path: Path) -> int | None:
    """Open and lock a file, or return None if another process locked or replaced it."""
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        lock_descriptor(descriptor)
        if is_still(path, descriptor):
            return descriptor
    except BlockingIOError:
        pass
    except OSError as error:
        raise _unwritable(path, error) from None
    if descriptor >= 0:
        os.close(descriptor)
    return None


def add_notes(corrections: Corrections, notes: Mapping[int, Note], *, wait: float = 0.0) -> None:
    """Add the ids, title and day of items to the lines about them.

    Lines that changed since they were read are skipped.

    Raises:
        DragomanError: The file cannot be written, or another process has locked it.
    """
    if not notes:
        return
    with lock_file(corrections.file, wait=wait) as file:
        wanted = {corrections.raw[number - 1]: one for number, one in notes.items()}
        now = file.corrections
        file.write(now, {at: wanted[raw] for at, raw in enumerate(now.raw, 1) if raw in wanted})


def _identify_line(raw: bytes, known: Note) -> bytes:
    """Add the current ids, title and day of an item to its line."""
    line: dict[str, Any] = json.loads(raw)
    own = str(line.get("id") or known.ids[0])
    former = [one for one in known.ids if one != own]
    listed = line.get("former")
    kept = [str(one) for one in (listed if isinstance(listed, list) else [listed] if listed else [])]
    named: dict[str, Any] = {"id": own, "former": [*dict.fromkeys((*kept, *former))]}
    named |= {"title": known.title, "day": known.day or None}
    if not named["former"]:
        del named["former"]
    return encode_line(named | {name: value for name, value in line.items() if name not in named})


def encode_line(line: Mapping[str, Any]) -> bytes:
    """Encode a line as JSON."""
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")


def _read_lines(path: Path) -> list[bytes]:
    try:
        if not path.is_file() and path.exists():  # a device must not be replaced, and a pipe never ends
            raise SourceError(message("corrections.not_plain_file", path=path))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SourceError(message("corrections.no_file", path=path)) from None
    except OSError as error:
        raise SourceError(message("corrections.cannot_read", path=path, reason=reason(error))) from None
    if len(data) > MAX_BYTES:
        raise SourceError(message("corrections.too_large", path=path, max_bytes=MAX_BYTES >> 20))
    lines = data.removeprefix(_BOM).split(b"\n")
    lines = [line.removesuffix(b"\r") for line in (lines[:-1] if not lines[-1].strip() else lines)]
    if lines and not any(line.lstrip().startswith(b"{") for line in lines if line.strip()) and any(lines):
        raise SourceError(message("corrections.not_corrections", path=path))
    return lines


def _unwritable(path: Path, error: OSError) -> DragomanError:
    return DragomanError(message("corrections.cannot_write", path=path, reason=reason(error)))

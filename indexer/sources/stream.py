"""Opening a source: its bytes and a look at the first of them, or one clear line on why not."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from indexer.errors import SourceError, reason
from indexer.sources.encoding import is_binary, whole

if TYPE_CHECKING:
    from typing_extensions import Buffer

HEAD_BYTES = 1 << 16
STDIN_NAME = "stdin"
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"Rar!")
_BLANK = b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xff\xfe"  # with the bytes of byte order marks


class _Rewound(io.RawIOBase):
    """A stream put back to its start, also where it cannot seek, as a pipe cannot."""

    def __init__(self, head: bytes, rest: BinaryIO, label: str, *, keep_open: bool) -> None:
        self._head = head
        self._label = label
        self._rest = rest
        self._keep_open = keep_open

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        part = self._head[: len(view)] or _read(self._rest, len(view), self._label)
        self._head = self._head[len(view) :]
        view[: len(part)] = part
        return len(part)

    def close(self) -> None:
        if not self.closed and not self._keep_open:
            self._rest.close()
        super().close()


def open_stream(path: str | Path) -> tuple[io.BufferedReader, bytes, str]:
    """Open a source and look at its first bytes.

    Args:
        path: A file, or ``-`` for standard input.

    Returns:
        The stream from its first byte on, its first bytes (at most 64 KiB), and the source's name.

    Raises:
        SourceError: It cannot be opened, is empty, or is not text.
    """
    is_stdin = str(path) == "-"
    label = "standard input" if is_stdin else os.fspath(path)
    raw = _open(path, label)
    try:
        head = _look(raw, label)
    except BaseException:
        if not is_stdin:
            raw.close()
        raise
    stream: io.BufferedReader = io.BufferedReader(_Rewound(head, raw, label, keep_open=is_stdin))
    return stream, head, source_name(path)


def source_name(path: str | Path) -> str:
    """Name a source as it is called in the index, in what is skipped and in messages.

    Args:
        path: A file, or ``-`` for standard input.

    Returns:
        Its name without folders, with U+FFFD for bytes of it that are no UTF-8.
    """
    return STDIN_NAME if str(path) == "-" else whole(Path(path).name)


def _open(path: str | Path, label: str) -> BinaryIO:
    if str(path) == "-":
        # Python has no standard input where the shell has closed it.
        if sys.stdin is None:
            raise SourceError("standard input is closed; give a file, or send text into the command")
        return sys.stdin.buffer
    if not label:
        raise SourceError("the name of a source is empty; give a file, or - for standard input")
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise SourceError(f"no such file: {label}; check the name, or give - for standard input") from None
    except IsADirectoryError:
        raise SourceError(f"{label} is a folder; name the files in it instead") from None
    except PermissionError:
        raise SourceError(f"{label} cannot be read: permission denied; ask for read access to it") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{label} cannot be opened: {reason(error)}; check the name") from None


def _look(raw: BinaryIO, label: str) -> bytes:
    """Read up to HEAD_BYTES, in parts where a pipe gives them so; refuse what is empty or no text."""
    head = b""
    while len(head) < HEAD_BYTES and (part := _read(raw, HEAD_BYTES - len(head), label)):
        head += part
    if not head.strip(_BLANK):
        if len(head) < HEAD_BYTES:
            raise SourceError(f"{label} is empty; give a file with text in it")
    elif head.startswith(_COMPRESSED):
        raise SourceError(f"{label} is compressed; unpack it first")
    elif is_binary(head):
        raise SourceError(f"{label} is not text; save it as plain text or as JSON lines first")
    return head


def _read(raw: BinaryIO, size: int, label: str) -> bytes:
    try:
        return raw.read(size)
    except OSError as error:
        raise SourceError(f"{label} cannot be read: {reason(error)}; try a copy of it") from None

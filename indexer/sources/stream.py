"""Opening a source: its bytes and a look at the first of them, or one clear line on why not."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import BinaryIO

from indexer.errors import SourceError
from indexer.sources.encoding import is_binary

HEAD_BYTES = 1 << 16
STDIN_NAME = "stdin"


class _Rewound(io.RawIOBase):
    """A stream put back to its start, also where it cannot seek, as a pipe cannot."""

    def __init__(self, head: bytes, rest: BinaryIO, *, keep_open: bool) -> None:
        self._head = head
        self._rest = rest
        self._keep_open = keep_open

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer needs Python 3.12
        size = len(buffer)
        part = self._head[:size] or self._rest.read(size)
        self._head = self._head[size:]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        if not self.closed and not self._keep_open:
            self._rest.close()
        super().close()


def open_stream(path: str | Path) -> tuple[io.RawIOBase, bytes, str]:
    """Open a source and look at its first bytes.

    Args:
        path: A file, or ``-`` for standard input.

    Returns:
        The stream from its first byte on, its first bytes (at most 64 KiB), and the source's name.

    Raises:
        SourceError: It cannot be opened, is empty, or is not text.
    """
    is_stdin = str(path) == "-"
    name = STDIN_NAME if is_stdin else Path(path).name
    label = "standard input" if is_stdin else str(path)
    try:
        raw: BinaryIO = sys.stdin.buffer if is_stdin else Path(path).open("rb")  # noqa: SIM115 - handed on
    except FileNotFoundError:
        raise SourceError(
            f"no such file: {label}; check the name, or give - to read standard input"
        ) from None
    except IsADirectoryError:
        raise SourceError(f"{label} is a folder; name the files in it instead") from None
    except PermissionError:
        raise SourceError(f"{label} cannot be read: permission denied; ask for read access to it") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{label} cannot be opened: {_reason(error)}") from None
    head = b""
    try:
        head = _read_head(raw)
        if not head.strip(b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xff\xfe"):
            if len(head) < HEAD_BYTES:
                raise SourceError(f"{label} is empty; give a file with text in it")
        elif is_binary(head):
            raise SourceError(f"{label} is not text; save it as plain text or as JSON lines first")
    except OSError as error:
        raise SourceError(f"{label} cannot be read: {_reason(error)}") from None
    finally:
        ok = sys.exc_info()[0] is None
        if not ok and not is_stdin:
            raw.close()
    return _Rewound(head, raw, keep_open=is_stdin), head, name


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__


def _read_head(raw: BinaryIO) -> bytes:
    """Read up to HEAD_BYTES; a pipe may give them in small parts."""
    head = b""
    while len(head) < HEAD_BYTES and (part := raw.read(HEAD_BYTES - len(head))):
        head += part
    return head

"""Run a parser in a child process, because it may crash or never end."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, Literal

from indexer.errors import SourceError, message, reason

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

    Kind = Literal["PDF", "spreadsheets"]

LARGEST: Final = 256 << 20
"""The maximum size of a file in bytes."""

MAX_SECONDS: Final = 90
"""The maximum time for a file in seconds, wall clock."""

_CHILD: Final = Path(__file__).with_name("child_reader.py")


def read_in_child(
    kind: Kind, stream: io.BufferedReader, name: str, check: Callable[[IO[bytes]], None] = lambda _data: None
) -> IO[bytes]:
    """Send a source to a child process, and return its output.

    Args:
        kind: The kind of file.
        stream: The bytes from the start; closed at the end.
        name: The name of the source in messages.
        check: Called with the bytes before the child process reads them.

    Returns:
        The output, a temporary file that the caller closes.

    Raises:
        SourceError: The source is too large, or the child process crashed or takes too long.
    """
    with stream, TemporaryFile() as data:
        try:
            shutil.copyfileobj(stream, data)
        except OSError as error:
            raise SourceError(
                message("sources.cannot_copy_to_read", name=name, error=reason(error))
            ) from None
        if data.tell() > LARGEST:
            raise SourceError(
                message("sources.too_large_to_read", name=name, largest=LARGEST >> 20, kind=kind)
            )
        check(data)
        data.seek(0)
        output = TemporaryFile()  # noqa: SIM115 - the caller reads it
        try:
            _run(kind, data, output, name)
        except BaseException:
            output.close()
            raise
    output.seek(0)
    return output


def _run(kind: Kind, data: IO[bytes], output: IO[bytes], name: str) -> None:
    command = [sys.executable, "-P", str(_CHILD), kind]
    try:
        subprocess.run(  # noqa: S603 - a script of Dragoman, no shell
            command, stdin=data, stdout=output, stderr=subprocess.DEVNULL, timeout=MAX_SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        raise SourceError(message("sources.too_slow", name=name, max_seconds=MAX_SECONDS)) from None
    except subprocess.CalledProcessError:
        raise crash_error(kind, name) from None


def crash_error(kind: Kind, name: str) -> SourceError:
    """Return the error for a child process that crashed or sent invalid output."""
    return SourceError(message("sources.reader_crashed", name=name, kind=kind))

"""Runs a reader in a process of its own, where a library in another language may fall or never end."""

from __future__ import annotations

import shutil
import subprocess
import sys
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from indexer.errors import SourceError, reason
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    import io
    from collections.abc import Callable
    from pathlib import Path


class Program(NamedTuple):
    """A program that reads a kind of file.

    Attributes:
        path: Where it is; it bounds its own memory.
        what: What it reads, such as "spreadsheets".
        largest: Bytes that a file may have.
        seconds: How long it may take, wall clock.
    """

    path: Path
    what: str
    largest: int
    seconds: float


def read_apart(
    program: Program,
    stream: io.BufferedReader,
    name: str,
    check: Callable[[IO[bytes]], None] = lambda _data: None,
) -> IO[bytes]:
    """Give the bytes of a source to a program, and take what it writes.

    Args:
        program: The program.
        stream: The bytes, from the first on; closed at the end.
        name: How messages name the source.
        check: Called with the bytes before the program sees them.

    Returns:
        What the program wrote, a file of its own that the caller closes.

    Raises:
        SourceError: The source is too large, the program fell, or takes too long.
    """
    with stream, TemporaryFile() as data:
        try:
            shutil.copyfileobj(stream, data)
        except OSError as error:
            raise SourceError(f"{name} cannot be copied to be read: {reason(error)}") from None
        if data.tell() > program.largest:
            raise SourceError(
                f"{name} is larger than {program.largest >> 20} MB, the most that is read of {program.what}"
            )
        check(data)
        data.seek(0)
        output = TemporaryFile()  # noqa: SIM115 - the caller reads it
        try:
            _run(program, data, output, name)
        except BaseException:
            output.close()
            raise
    output.seek(0)
    return output


def _run(program: Program, data: IO[bytes], output: IO[bytes], name: str) -> None:
    try:
        code = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, "-P", program.path],
            stdin=data,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=program.seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        raise SourceError(f"{name} takes more than {program.seconds} seconds to be read; left out") from None
    if code != 0:
        raise crash_error(program, name)


def crash_error(program: Program, name: str) -> SourceError:
    """Make the error that tells that a program fell, or wrote what it never writes."""
    return SourceError(
        f"{name} cannot be read: it takes what reads {program.what} down, or more memory than it may have"
    )

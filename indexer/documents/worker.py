"""The process that reads sources for another one, and sends it their documents."""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections import deque
from threading import Condition, Thread
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Final

from indexer.documents.reading import read_parts
from indexer.errors import DragomanError, SourceError
from indexer.progress import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

    from indexer.documents.document import Document
    from indexer.sources import ReadOptions, Skipped
    from indexer.sources.stream import Blob

    Unit = tuple[str | Path | Blob, ReadOptions]
    """A file that is read, and how."""

    Message = tuple[
        Sequence[Document | Skipped | Callable[[], Iterable[Document]]], int, bool, BaseException | None
    ]
    """What was read, or what makes the documents of it; bytes read; whether the unit ends, and by what."""

_MESSAGE: Final = 1 << 17  # bytes of documents that are sent together
_AHEAD: Final = 1 << 24  # bytes that may wait to be taken, or one message: enough while a batch is analysed
_SKIP: Final = 200  # bytes of a line that is left out, about


def work(descriptor: int) -> None:
    """Read what is asked for, send it, and end; where nobody takes it any more, at once.

    Args:
        descriptor: Of the connection to who asked.
    """
    from multiprocessing.connection import Connection

    connection: Connection[Any, Any] = Connection(descriptor)
    try:
        units: Sequence[Unit] = connection.recv()
    except EOFError:
        return
    gc.freeze()
    gc.set_threshold(100_000)  # reading makes few cycles of objects
    Thread(target=_end_with, args=(connection,), daemon=True).start()
    outgoing = _Outgoing(connection, units[0][1].meter or Meter())
    for path, options in units:
        try:
            _read(path, options, outgoing)
        except SourceError as error:
            outgoing.send(ended=True, error=error)
        except BaseException as error:  # noqa: BLE001 - it is raised where the documents are taken
            outgoing.send(ended=True, error=_portable(error))
            break
        else:
            outgoing.send(ended=True)
    outgoing.close()
    os._exit(0)


def _read(path: str | Path | Blob, options: ReadOptions, outgoing: _Outgoing) -> None:
    for part in read_parts(path, lambda skipped: outgoing.add(skipped, _SKIP), options):
        if part.whole and outgoing.wanted:
            outgoing.add(part.documents, _MESSAGE)  # who waits for documents can as well make them
        else:
            for document in part.documents():
                outgoing.add(document, len(document.record))


def _portable(error: BaseException) -> BaseException:
    """Let an error that no user can cause say where it was raised, and be one that can be sent."""
    if not isinstance(error, DragomanError):
        error.add_note(f"In a process that reads sources:\n{format_exc()}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever its class does
        return RuntimeError("\n".join(error.__notes__))
    return error


def _end_with(connection: Connection[Any, Any]) -> None:
    """End with the process that asked, which never sends a second message."""
    connection.poll(None)
    os.kill(0, signal.SIGKILL)  # the group: what reads a PDF too


class _Outgoing:
    """What waits to be taken, sent by a thread.

    Args:
        connection: To who takes it.
        meter: Counts the bytes that are read.
    """

    def __init__(self, connection: Connection[Any, Any], meter: Meter) -> None:
        self._connection = connection
        self._meter = meter
        self._found: list[Any] = []
        self._size = self._read = 0
        self._messages: deque[bytes] = deque()
        self._waiting = 0
        self._changed = Condition()
        Thread(target=self._send_all, daemon=True).start()

    @property
    def wanted(self) -> bool:
        """Whether all that was read has been taken."""
        return not self._waiting

    def add(self, found: Any, size: int) -> None:
        """Add what was read."""
        self._found.append(found)
        self._size += size
        if self._size >= _MESSAGE:
            self.send()

    def send(self, *, ended: bool = False, error: BaseException | None = None) -> None:
        """Let what was added be sent; wait while too much is waiting."""
        given = self._found, self._meter.read - self._read, ended, error
        message = pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
        self._found, self._size, self._read = [], 0, self._meter.read
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting or self._waiting + len(message) <= _AHEAD)
            self._messages.append(message)
            self._waiting += len(message)
            self._changed.notify_all()

    def close(self) -> None:
        """Wait until all is taken."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._messages)
                message = self._messages.popleft()
            try:
                self._connection.send_bytes(message)
            except OSError:  # who asked is gone
                os._exit(0)
            with self._changed:
                self._waiting -= len(message)
                self._changed.notify_all()

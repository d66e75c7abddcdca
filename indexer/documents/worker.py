"""Read sources in a child process and send their documents to the parent."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
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
    """A file to read, and the options."""

    Message = tuple[
        Sequence[Document | Skipped | Callable[[], Iterable[Document]]], int, bool, BaseException | None
    ]
    """The documents, or functions that make them; the bytes read; whether the unit ends; and its error."""

_MESSAGE: Final = 1 << 17  # bytes of documents per message
_AHEAD: Final = 1 << 24  # pending bytes, unless it is one message: enough during the analysis of a batch
_SWITCH: Final = (
    0.0005  # seconds until the thread that sends gets its turn: the parent waits for its messages
)
_SKIP: Final = 200  # approximate bytes of a skipped line


def work(descriptor: int) -> None:
    """Read sources and send their documents until all are read or the parent ends.

    Args:
        descriptor: The file descriptor of the connection to the parent.
    """
    from multiprocessing.connection import Connection

    connection: Connection[Any, Any] = Connection(descriptor)
    try:
        units: Sequence[Unit] = connection.recv()
    except EOFError:
        return
    gc.freeze()
    gc.set_threshold(100_000)  # reading makes few reference cycles
    sys.setswitchinterval(_SWITCH)
    Thread(target=_end_with, args=(connection,), daemon=True).start()
    outgoing = _Outgoing(connection, units[0][1].meter or Meter())
    for path, options in units:
        try:
            _read(path, options, outgoing)
        except SourceError as error:
            outgoing.send(ended=True, error=error)
        except BaseException as error:  # noqa: BLE001 - raised again in the parent
            outgoing.send(ended=True, error=_portable(error))
            break
        else:
            outgoing.send(ended=True)
    outgoing.close()
    os._exit(0)


def _read(path: str | Path | Blob, options: ReadOptions, outgoing: _Outgoing) -> None:
    for part in read_parts(path, lambda skipped: outgoing.add(skipped, _SKIP), options):
        if part.whole and outgoing.all_received:
            outgoing.add(part.documents, _MESSAGE)  # the parent is waiting and can make the documents itself
        else:
            for document in part.documents():
                outgoing.add(document, len(document.record))


def _portable(error: BaseException) -> BaseException:
    """Make an error fit for sending, with its traceback if no user can cause it."""
    if not isinstance(error, DragomanError):
        error.add_note(f"In a process that reads sources:\n{format_exc()}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled in this process
    except Exception:  # noqa: BLE001 - its class may raise any error
        return RuntimeError("\n".join(error.__notes__))
    return error


def _end_with(connection: Connection[Any, Any]) -> None:
    """End with the parent, which never sends a second message."""
    connection.poll(None)
    os.kill(0, signal.SIGKILL)  # the process group: also a child that reads a PDF


class _Outgoing:
    """Messages to the parent, sent by a thread.

    Args:
        connection: The connection to the parent.
        meter: Counts the bytes read.
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
    def all_received(self) -> bool:
        """Whether the parent has received all messages."""
        return not self._waiting

    def add(self, found: Any, size: int) -> None:
        """Add documents or warnings."""
        self._found.append(found)
        self._size += size
        if self._size >= _MESSAGE:
            self.send()

    def send(self, *, ended: bool = False, error: BaseException | None = None) -> None:
        """Queue the added documents as a message; wait if too many bytes are pending."""
        given = self._found, self._meter.read - self._read, ended, error
        message = pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
        self._found, self._size, self._read = [], 0, self._meter.read
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting or self._waiting + len(message) <= _AHEAD)
            self._messages.append(message)
            self._waiting += len(message)
            self._changed.notify_all()

    def close(self) -> None:
        """Wait until all messages are received."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._messages)
                message = self._messages.popleft()
            try:
                self._connection.send_bytes(message)
            except OSError:  # the parent has ended
                os._exit(0)
            with self._changed:
                self._waiting -= len(message)
                self._changed.notify_all()

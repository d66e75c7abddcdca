"""Read sources in worker processes while this process indexes their documents.

Files, including those in folders, are distributed to the workers in turn, and their documents are received in
the same order, so the result is the same as without workers. URLs, standard input and open files of this
process (/dev/fd) are read in this process.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections import deque
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from threading import Condition, Thread
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Final, cast

from indexer.documents.document import Document
from indexer.documents.reading import read_documents, read_parts
from indexer.errors import DragomanError, SourceError, message, reason
from indexer.progress import Meter
from indexer.sources.containers import folder_members, size_of_all
from indexer.sources.source import Skipped
from indexer.sources.web_address import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from indexer.sources import OnSkip, ReadOptions
    from indexer.sources.stream import Blob

    Sources = Sequence[tuple[str | Path, ReadOptions]]

    Unit = tuple[str | Path | Blob, ReadOptions]
    """A file to read, and the options."""

    _SourceFiles = tuple[Sequence[Unit], Sequence[Skipped]] | None
    """The files of a source, and the warnings for a folder; None for a source that this process reads."""

    Message = tuple[
        Sequence[Document | Skipped | Callable[[], Iterable[Document]]], int, bool, BaseException | None
    ]
    """The documents, or functions that make them; the bytes read; whether the unit ends; and its error."""

WORTH: Final = 4 << 20  # minimum bytes of sources; reading fewer is faster than starting another process
MOST: Final = 4  # the default maximum number of processes, because each needs memory


@contextmanager
def read_sources(
    sources: Sources, on_skip: OnSkip, jobs: int | None = None
) -> Iterator[Iterator[Iterator[Document]]]:
    """Read the documents of sources, in worker processes or in this process.

    An error in a source is raised when its documents are read.

    Args:
        sources: The sources, each with its options.
        on_skip: Called with every skipped record, line or file.
        jobs: The number of processes that read. 1 means only this process. ``None`` to choose a number.
    """
    jobs = _choose_jobs([path for path, _ in sources], jobs)
    if jobs == 1:
        yield (read_documents(path, on_skip, options) for path, options in sources)
        return
    files = [_units_of_source(*source) for source in sources]
    units = [unit for one in files if one for unit in one[0]]
    workers: list[_Worker] = []
    try:
        workers.extend(_ahead.pop() if _ahead else _Worker() for _ in units[:jobs])
        for number, worker in enumerate(workers):
            worker.begin(units[number :: len(workers)])
        turns = cycle(workers)
        yield (_documents(*pair, turns, on_skip) for pair in zip(sources, files, strict=True))
    finally:
        _end(workers)


@contextmanager
def start_readers(sources: Sequence[str | Path], jobs: int | None = None) -> Iterator[None]:
    """Start the worker processes while this process loads other modules."""
    jobs = _choose_jobs(sources, jobs)
    several = any(os.path.isdir(source) for source in sources)  # noqa: PTH112 - some are URLs
    ahead = [_Worker() for _ in range(jobs if several else min(jobs, len(sources)))] if jobs > 1 else []
    _ahead.extend(ahead)
    try:
        yield
    finally:
        unused = [worker for worker in ahead if worker in _ahead]
        _ahead[:] = [worker for worker in _ahead if worker not in unused]
        _end(unused)


_ahead: list[_Worker] = []  # processes that were started in advance and are not used yet


def _choose_jobs(sources: Iterable[str | Path], jobs: int | None) -> int:
    """Return the number of processes that read: ``jobs``, or a suitable number if it is ``None``."""
    if jobs is not None:
        return jobs
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    jobs = min(cores, MOST)
    if jobs == 1 or _ahead:  # the sources were measured when processes were started ahead
        return jobs
    return jobs if size_of_all(os.fspath(source) for source in sources) >= WORTH else 1


def _is_process_specific(path: Path) -> bool:
    """Return whether a path is a different file in each process, such as /dev/stdin."""
    within = path.absolute().is_relative_to
    return (within("/dev") and not within("/dev/shm")) or within("/proc")  # noqa: S108 - only compared


def _units_of_source(path: str | Path, options: ReadOptions) -> _SourceFiles:
    """Return the files of a source, and warnings about them.

    The result is ``None`` if this process must read the source itself.
    """
    if is_address(path) or str(path) == "-" or _is_process_specific(Path(path)):
        return None
    options = options._replace(visits=None)  # only needed for URLs
    if not str(path) or not Path(path).is_dir():
        return [(path, options)], ()
    skipped: list[Skipped] = []
    try:
        return [(member, options) for member in folder_members(Path(path), skipped.append, options)], skipped
    except SourceError:  # raised again when it is read
        return None


def _documents(
    source: tuple[str | Path, ReadOptions], files: _SourceFiles, turns: Iterator[_Worker], on_skip: OnSkip
) -> Iterator[Document]:
    """Yield the documents of a source, of which the workers read the files in turn."""
    path, options = source
    if files is None:
        yield from read_documents(path, on_skip, options)
        return
    units, warnings = files
    for skipped in warnings:
        on_skip(skipped)
    for _ in units:
        yield from next(turns).documents(on_skip, options.meter)


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.wait()


class _Worker:
    """A worker process, in a separate process group, so that Ctrl-C reaches only the parent."""

    def __init__(self) -> None:
        from multiprocessing.connection import Pipe  # not needed without other processes
        from subprocess import DEVNULL, Popen  # not needed without other processes

        self._connection, theirs = Pipe()
        program = (
            f"import sys; sys.path[:] = {[*map(str, sys.path)]!r}\n"
            f"from indexer.documents.worker_pool import work\nwork({theirs.fileno()})"
        )
        try:
            self._process = Popen(  # noqa: S603 - a script of Dragoman, no shell
                [sys.executable, "-P", "-c", program],
                stdin=DEVNULL,
                stdout=DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,
            )
        except OSError as error:
            why = message("documents.no_process_started", reason=reason(error))
            raise DragomanError(message("documents.no_process", why=why)) from None
        finally:
            theirs.close()

    def begin(self, units: Sequence[Unit]) -> None:
        """Send the worker the files to read."""
        with suppress(OSError):  # an ended process is reported later
            self._connection.send(units)

    def documents(self, on_skip: OnSkip, meter: Meter | None) -> Iterator[Document]:
        """Yield the documents of the worker's next file.

        Raises:
            BaseException: The error that ended reading in the worker.
            DragomanError: The worker process has ended.
        """
        ended = False
        while not ended:
            found, read, ended, error = self._receive()
            if meter is not None:
                meter.read += read
            for one in found:
                if isinstance(one, Document):
                    yield one
                elif isinstance(one, Skipped):
                    on_skip(one)
                else:
                    yield from one()
            if error is not None:
                raise error

    def _receive(self) -> Message:
        with suppress(EOFError, OSError):
            return cast("Message", self._connection.recv())
        how = message("documents.with_code", code=(code := self._process.wait()))
        if code < 0:
            how = message("documents.by_signal", signal=signal.Signals(-code).name)
        raise DragomanError(message("documents.process_ended", how=how))

    def kill(self) -> None:
        """Kill the process and its children."""
        with suppress(OSError):  # the process has ended
            os.killpg(self._process.pid, signal.SIGKILL)
        self._connection.close()

    def wait(self) -> None:
        """Wait until the process has ended."""
        self._process.wait()


_MESSAGE: Final = 1 << 17  # bytes of documents per message
_AHEAD: Final = 1 << 24  # maximum pending bytes (or a single message), enough while a batch is analyzed
_SWITCH: Final = (
    0.0005  # seconds until the thread that sends gets its turn: the parent waits for its messages
)
_SKIP: Final = 200  # approximate bytes of a skipped line


def work(descriptor: int) -> None:
    """Read sources and send their documents, until all are read or the parent ends."""
    from multiprocessing.connection import Connection

    connection: Connection[Any, Any] = Connection(descriptor)
    try:
        units: Sequence[Unit] = connection.recv()
    except EOFError:
        return
    gc.freeze()
    gc.set_threshold(100_000)  # reading makes few reference cycles
    sys.setswitchinterval(_SWITCH)
    Thread(target=_exit_with_parent, args=(connection,), daemon=True).start()
    outgoing = _MessageQueue(connection, units[0][1].meter or Meter())
    for path, options in units:
        try:
            _read_source(path, options, outgoing)
        except SourceError as error:
            outgoing.send(ended=True, error=error)
        except BaseException as error:  # noqa: BLE001 - raised again in the parent
            outgoing.send(ended=True, error=_portable(error))
            break
        else:
            outgoing.send(ended=True)
    outgoing.close()
    os._exit(0)


def _read_source(path: str | Path | Blob, options: ReadOptions, outgoing: _MessageQueue) -> None:
    for part in read_parts(path, lambda skipped: outgoing.add(skipped, _SKIP), options):
        if part.independent and outgoing.all_received:
            outgoing.add(part.documents, _MESSAGE)  # the parent, which is waiting, converts the items
        else:
            for document in part.documents():
                outgoing.add(document, len(document.record))


def _portable(error: BaseException) -> BaseException:
    """Prepare an error to be sent to the parent, with its traceback if it is not a DragomanError."""
    if not isinstance(error, DragomanError):
        error.add_note(f"In a process that reads sources:\n{format_exc()}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled in this process
    except Exception:  # noqa: BLE001 - its class may raise any error
        return RuntimeError("\n".join(error.__notes__))
    return error


def _exit_with_parent(connection: Connection[Any, Any]) -> None:
    """Exit when the connection closes, because the parent has ended."""
    connection.poll(None)
    os.kill(0, signal.SIGKILL)  # the process group: also a child that reads a PDF


class _MessageQueue:
    """Collects documents and warnings into messages, which a thread sends to the parent."""

    def __init__(self, connection: Connection[Any, Any], meter: Meter) -> None:
        self._connection = connection
        self._meter = meter
        self._found: list[Any] = []
        self._size = self._read = 0
        self._messages: deque[bytes] = deque()  # the messages that the parent has not received
        self._changed = Condition()
        Thread(target=self._send_all, daemon=True).start()

    @property
    def all_received(self) -> bool:
        """Whether the parent has received all messages."""
        return not self._messages

    def add(self, found: Any, size: int) -> None:
        """Add documents or warnings to the next message."""
        self._found.append(found)
        self._size += size
        if self._size >= _MESSAGE:
            self.send()

    def send(self, *, ended: bool = False, error: BaseException | None = None) -> None:
        """Send the added documents as a message, after waiting while too many bytes are pending."""
        given = self._found, self._meter.read - self._read, ended, error
        message = pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
        self._found, self._size, self._read = [], 0, self._meter.read
        with self._changed:
            pending = self._messages
            self._changed.wait_for(lambda: not pending or sum(map(len, pending)) + len(message) <= _AHEAD)
            pending.append(message)
            self._changed.notify_all()

    def close(self) -> None:
        """Wait until the parent has received all messages."""
        with self._changed:
            self._changed.wait_for(lambda: not self._messages)

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._messages)
            message = self._messages[0]
            try:
                self._connection.send_bytes(message)
            except OSError:  # the parent has ended
                os._exit(0)
            with self._changed:
                self._messages.popleft()
                self._changed.notify_all()

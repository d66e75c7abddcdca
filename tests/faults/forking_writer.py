"""Writers that can be killed at any moment, started cheaply: one process imports everything, then forks."""

import os
import resource
import signal
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from faults.forking_parent import FAILED, ForkingParent, answer, fork, questions

# Writers inherit their imports and tables: one build and one update run before the first of them.
REHEARSED = """{"id": "a", "title": "The ferry to Jordan", "body": "Seen on 3 May 2019 by the people of it"}
{"id": "b", "body": "El barco que está en el puerto de la ciudad es más grande que la de los otros pueblos"}
{"id": "c", "language": "fr", "countries": ["FR"], "date": "2019-05-03", "body": "Le port"}
"""


class Ended(NamedTuple):
    """How a writer ended: killed, or with its exit code, and its output."""

    killed: bool
    code: int
    said: str
    seconds: float


class Writers(ForkingParent):
    """Starts writers one by one; use it as a context manager."""

    def __init__(self) -> None:
        super().__init__(__file__)

    def run(
        self,
        command: str,
        folder: Path,
        source: Path,
        *,
        kill_after: float | None = None,
        most_bytes: int = 0,
    ) -> Ended:
        """Run a writer, and kill it (-9) after so many seconds if it has not ended by then."""
        process = self.ask([command, str(folder), str(source), most_bytes])
        if kill_after is not None:
            time.sleep(kill_after)
            # Its parent waits for it only on request, so that the id stays valid even when it has ended.
            os.kill(process, signal.SIGKILL)
        status, seconds, said = self.ask("its end")
        return Ended(os.WIFSIGNALED(status), os.waitstatus_to_exitcode(status), said, seconds)


def _rehearse() -> None:
    """Write once, so that all imports and tables of a writer are loaded before the fork."""
    from faults.small_thesaurus import build

    from indexer.store.indexing import update

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "rehearsed.jsonl")
        source.write_text(REHEARSED, encoding="utf-8")
        build([source], Path(folder, "index"))
        update([source], Path(folder, "index"))


def _serve() -> None:
    _rehearse()
    asked = questions()
    for command, folder, source, most_bytes in asked:
        reading, writing = os.pipe()
        started = time.monotonic()
        process = fork(partial(_write, command, Path(folder), Path(source), most_bytes, (reading, writing)))
        os.close(writing)
        answer(process)
        next(asked)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(process, 0)
        answer([status, time.monotonic() - started, said])


def _write(command: str, folder: Path, source: Path, most_bytes: int, pipe: tuple[int, int]) -> int:
    from faults.small_thesaurus import use_in_this_process
    from faults.writes import CHANGES

    import indexer.store.indexing
    from indexer.errors import DragomanError

    reading, writing = pipe
    os.close(reading)
    try:
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        use_in_this_process()
        CHANGES.get(command, indexer.store.indexing.build)([source], folder)
    except DragomanError as error:
        os.write(writing, str(error).encode())
        return 2
    except BaseException as error:  # noqa: BLE001 - told to the test, which fails
        os.write(writing, repr(error).encode())
        return FAILED
    return 0


if __name__ == "__main__":
    _serve()

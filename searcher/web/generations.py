"""The open generation of an index: a new one takes its place between requests; each keeps its own."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import DragomanError, IndexFolderError
from indexer.location import is_address
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES
from indexer.store.contents import CONTENTS
from searcher.searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searcher.web.gate import Hosts
    from searcher.web.pool import Pool


SECONDS: Final = (
    2.0  # between two looks at an index on a cluster, and two tries to open what cannot be opened
)


class Opened(NamedTuple):
    """A generation that is open; whoever holds it keeps it open.

    Attributes:
        searcher: What it is asked by.
        name: Another one for each generation, of an index that was built anew in its place too.
        files: The files that it may have mapped: path to inode and length in bytes.
    """

    searcher: Searcher
    name: str
    files: Mapping[str, tuple[int, int]]

    def require_whole(self) -> None:
        """See that no file was cut short since it was mapped: reading beyond its end ends the process.

        Raises:
            IndexFolderError: One was.
        """
        for path, (inode, size) in self.files.items():
            with suppress(OSError):  # a newer generation took it out; what is mapped of it stays
                found = os.stat(path)  # noqa: PTH116 - a path takes longer to make
                if found.st_ino == inode and found.st_size < size:
                    name = os.path.basename(path)  # noqa: PTH119 - likewise
                    raise IndexFolderError(f"{name} was cut short while it was served: build the index again")


class Generations:
    """Opens what stands in an index, and what comes after it.

    Args:
        place: The index folder, or the address of the index.

    Attributes:
        current: The generation that the next request is answered from.

    Raises:
        IndexFolderError: The index cannot be opened.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._seen = self._look()
        self._opening = False
        self._again = 0.0
        self.current = _opened(place)

    async def latest(self, pool: Pool) -> Opened:
        """Give the generation to answer from; where another one stands in the index, open it first.

        Who asks while it is opened is answered from the one before, and so is everybody where it cannot be.
        """
        seen = self._look()
        if seen != self._seen and not self._opening and monotonic() >= self._again:
            self._opening = True
            try:
                self.current = await pool.run(lambda: _opened(self._place))
                self._seen = seen
            except DragomanError as error:
                self._again = monotonic() + SECONDS
                sys.stderr.write(f"dragoman: answering from the generation before: {error}\n")
            finally:
                self._opening = False
        return self.current

    def _look(self) -> object:
        """Give what changes with every write: what the system says of a file, or for a cluster the time."""
        if is_address(self._place):
            return int(monotonic() / SECONDS)
        try:
            found = os.stat(f"{self._place}/{CONTENTS}")  # noqa: PTH116 - a path takes longer to make
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _opened(place: str) -> Opened:
    searcher = Searcher(place)
    info = searcher.ask(lambda answerer: answerer.engine.info())
    return Opened(searcher, f"{info.generation} {info.built}", {} if is_address(place) else _files(place))


def _files(place: str) -> dict[str, tuple[int, int]]:
    """List the files of the segments of an index folder: path to inode and length in bytes."""
    with os.scandir(f"{place}/{SEGMENTS_FOLDER}") as found:
        return {one.path: (one.inode(), one.stat().st_size) for one in found if one.is_file()}


class Serving(NamedTuple):
    """How questions are answered.

    Attributes:
        place: The index folder, or the address of the index.
        base_url: The address that readers know, where a proxy stands before; None for that of the request.
        allowed_hosts: Names under which the server answers in addition to its own, as they were typed.
        hosts: All names under which the server answers; None for any.
        seconds: How long one answer may take.
        threads: How many answers are worked on at a time, in each process.
        waiting: How many more may wait for their turn.
        share: How many answers are worked on at a time for the clients of one address, in each process.
        access_log: Whether each request is a line on standard error.
    """

    place: str
    base_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    hosts: Hosts | None = None
    seconds: float = 10.0
    threads: int = 8
    waiting: int = 250
    share: int = 3
    access_log: bool = True


CHUNK_CACHE_SIZE: Final = 1 << 13  # words of texts and questions whose analysis is kept, in each language
COLLECTED_FROM: Final = 50_000  # objects: an answer leaves none in circles, which nothing else frees
_ARENA_MAX: Final = -8  # of mallopt, in malloc.h of the GNU library


def freeze_loaded_objects() -> None:
    """Leave what stands in memory by now out of all collections of garbage: it stays with the process."""
    gc.collect()
    gc.freeze()


def bound_memory() -> None:
    """Keep few words analysed, collect garbage as rarely as a command does, let threads share memory.

    The GNU library would keep some megabytes for each thread, which nobody else in the process can use.
    """
    gc.set_threshold(COLLECTED_FROM)
    for language in LANGUAGES:
        analyzer(language).cached_chunks = CHUNK_CACHE_SIZE
    if sys.platform == "linux":
        from ctypes import CDLL

        with suppress(OSError, AttributeError):  # another library, which keeps its own way
            CDLL(None).mallopt(_ARENA_MAX, 1)

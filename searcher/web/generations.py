"""Open an index for the server, and switch to a new generation between requests."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections import OrderedDict
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import DragomanError, IndexFolderError, message
from indexer.location import is_address
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES
from indexer.store.manifest import MANIFEST
from searcher.searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from starlette.responses import Response

    from searcher.web.access import Hosts
    from searcher.web.pool import Pool


SECONDS: Final = 2.0  # between checks of an index on a cluster, and between attempts to open an index


MAX_KEPT: Final = 32 << 20  # maximum bytes of a process's cached responses
MAX_RESPONSE: Final = 1 << 20  # maximum bytes of a cached response
RESPONSE_OVERHEAD: Final = 4_000  # bytes of a response's header objects and cache key


class ResponseCache:
    """Caches finished responses of a generation.

    If the cache is full, the least recently used responses are removed.
    """

    def __init__(self, most: int = MAX_KEPT) -> None:
        self._most = most
        self._size = 0
        self._responses: OrderedDict[Hashable, Response] = OrderedDict()
        self._changing = Lock()

    def get(self, key: Hashable) -> Response | None:
        """Return the cached response to a request, or None if it is not cached."""
        with self._changing:
            response = self._responses.get(key)
            if response is not None:
                self._responses.move_to_end(key)
            return response

    def put(self, key: Hashable, response: Response) -> None:
        """Cache a response unless it is large."""
        if len(response.body) > MAX_RESPONSE:
            return
        with self._changing:
            if key in self._responses:
                return
            self._responses[key] = response
            self._size += _size_of(response)
            while self._size > self._most:
                self._size -= _size_of(self._responses.popitem(last=False)[1])


def _size_of(response: Response) -> int:
    """Return the memory that a cached response takes."""
    return len(response.body) * 3 // 2 + RESPONSE_OVERHEAD


class OpenGeneration(NamedTuple):
    """A generation of the index that stays open while requests use it.

    Attributes:
        searcher: The searcher of the generation.
        generation: The generation of the index.
        name: A name unique to the generation, even if the index was rebuilt in place.
        items: The number of items.
        files: Maps the path of each segment file, which may be mapped into memory, to its inode and its
            length in bytes.
        responses: The cache of finished responses.
    """

    searcher: Searcher
    generation: str
    name: str
    items: int
    files: Mapping[str, tuple[int, int]]
    responses: ResponseCache

    def require_whole(self) -> None:
        """Check that no file that is mapped into memory was truncated.

        Reading beyond the end of a file would kill the process.

        Raises:
            IndexFolderError: A file was truncated.
        """
        for path, (inode, size) in self.files.items():
            with suppress(OSError):  # a newer generation removed it; its mapping stays valid
                found = os.stat(path)  # noqa: PTH116 - creating a Path is slower
                if found.st_ino == inode and found.st_size < size:
                    name = os.path.basename(path)  # noqa: PTH119 - as above
                    raise IndexFolderError(message("web.cut_short", name=name))


class Generations:
    """Opens the current generation of an index, and later ones.

    Args:
        place: The index folder, or the URL of the index.
        notes: Whether readers see notes.

    Attributes:
        current: The generation for the next request.

    Raises:
        IndexFolderError: The index cannot be opened.
    """

    def __init__(self, place: str, *, notes: bool) -> None:
        self._place, self._notes = place, notes
        self._seen = self._current_state()
        self._idle = asyncio.Event()  # set unless a generation is being opened
        self._idle.set()
        self._again = 0.0
        self.current = _open_generation(place, notes=notes)

    async def latest(self, pool: Pool) -> OpenGeneration:
        """Return the generation for a request; if the index has a new generation, open it first.

        While it is being opened, other requests use the previous generation. If it cannot be opened, all
        requests do.
        """
        seen = self._current_state()
        if seen != self._seen and self._idle.is_set() and monotonic() >= self._again:
            self._idle.clear()
            try:
                self.current = await pool.run(lambda: _open_generation(self._place, notes=self._notes))
                self._seen = seen
                return_memory()
            except DragomanError as error:
                self._again = monotonic() + SECONDS
                sys.stderr.write(f"dragoman: answering from the generation before: {error}\n")
            finally:
                self._idle.set()
        return self.current

    async def open_changed(self, pool: Pool) -> None:
        """Open the generation that was created by a change through this server."""
        await self._idle.wait()
        self._seen, self._again = None, 0.0
        await self.latest(pool)

    def _current_state(self) -> object:
        """Return a value that changes with every write of an index folder.

        For an index on a cluster, the value changes every ``SECONDS``, so that the index is opened again.
        """
        if is_address(self._place):
            return int(monotonic() / SECONDS)
        try:
            found = os.stat(f"{self._place}/{MANIFEST}")  # noqa: PTH116 - creating a Path is slower
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _open_generation(place: str, *, notes: bool) -> OpenGeneration:
    searcher = Searcher(place, notes=notes)
    info = searcher.ask(lambda answerer: answerer.engine.info())
    items = searcher.search(None, limit=0, facets=(), group=False).total
    name, files = f"{info.generation} {info.built}", {} if is_address(place) else _files(place)
    return OpenGeneration(searcher, info.generation, name, items, files, ResponseCache())


def _files(place: str) -> dict[str, tuple[int, int]]:
    """Return the inode and length of each segment file of an index folder."""
    files: dict[str, tuple[int, int]] = {}
    with os.scandir(f"{place}/{SEGMENTS_FOLDER}") as found:
        for one in found:
            with suppress(FileNotFoundError):  # a newer generation removed it
                if one.is_file():
                    files[one.path] = one.inode(), one.stat().st_size
    return files


class Serving(NamedTuple):
    """The settings of the server.

    Attributes:
        place: The index folder, or the URL of the index.
        base_url: The public URL of the server behind a proxy. ``None`` if links use the request's host.
        title: The name of the archive.
        about: The description of the archive, as HTML.
        allowed_hosts: Additional host names, as typed.
        hosts: All accepted host names, or ``None`` to accept any host name.
        seconds: The time limit of one response.
        threads: The number of responses computed at the same time, per process.
        waiting: The maximum number of waiting requests.
        share: The number of threads that one IP address may use at the same time, per process.
        access_log: Whether to log each request on standard error.
        log_queries: Whether to log the parameters of requests.
        token: The token that requests need, or ``None`` if they need none.
        origins: Origins whose pages may read the HTTP API (CORS).
        write: Whether readers may change tags and collections, and notes if ``notes`` is true.
        notes: Whether notes are shown.
        form_key: The key that signs forms if there is no token.
    """

    place: str
    base_url: str | None = None
    title: str = "Dragoman"
    allowed_hosts: tuple[str, ...] = ()
    hosts: Hosts | None = None
    seconds: float = 10.0
    threads: int = 8
    waiting: int = 250
    share: int = 3
    access_log: bool = True
    log_queries: bool = False
    token: str | None = None
    origins: frozenset[str] = frozenset()
    about: str = ""
    write: bool = False
    notes: bool = False
    form_key: str = ""


CHUNK_CACHE_SIZE: Final = 1 << 11  # cached analyzed chunks of texts and queries, per language
# The number of new objects that starts a garbage collection. It can be high: requests leave no cycles.
COLLECTED_FROM: Final = 50_000
# Parameters of mallopt, in malloc.h of the GNU library: one arena for all threads, and the sizes (bytes) from
# which large blocks and the unused end of the heap are returned to the system.
_MALLOC: Final = {-8: 1, -3: 1 << 16, -1: 1 << 16}


def freeze_loaded_objects() -> None:
    """Exclude all current objects from garbage collection.

    They live as long as the process.
    """
    gc.collect()
    gc.freeze()


def bound_memory() -> None:
    """Limit the memory of the process: caches, garbage and memory arenas.

    By default, the GNU C library keeps a few megabytes of free memory for each thread, which other threads
    cannot use.
    """
    gc.set_threshold(COLLECTED_FROM)
    for language in LANGUAGES:
        analyzer(language).cached_chunks = CHUNK_CACHE_SIZE
    for parameter, value in _MALLOC.items():
        _call_malloc("mallopt", parameter, value)


def return_memory() -> None:
    """Return free memory to the system."""
    _call_malloc("malloc_trim", 0)


def _call_malloc(function: str, *arguments: int) -> None:
    """Call a function of the GNU C library, if the system has it."""
    if sys.platform == "linux":
        from ctypes import CDLL

        with suppress(OSError, AttributeError):
            getattr(CDLL(None), function)(*arguments)

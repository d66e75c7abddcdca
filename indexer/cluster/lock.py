"""Lock an index for one writer, with a document that expires if the writer dies.

A writer that was paused until its lock expired may continue while another one writes; its requests must then
fail. So each new index has a new number, counted in the lock document, and an alias that the next writer
removes: see :mod:`indexer.cluster.new_indexes`.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic, sleep, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from indexer.cluster.mapping import LOCKS
from indexer.errors import ClusterError, message

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster

EXPIRES: Final = 60.0  # seconds after which a lock that was not renewed is taken over
_RENEWED: Final = EXPIRES / 4
_LOOKS: Final = 0.5  # seconds between two attempts to take the lock


class ClusterLock:
    """The lock of a writer on an index, as a context manager."""

    def __init__(self, cluster: Cluster, *, wait: float = 0.0) -> None:
        self._cluster = cluster
        self._path = f"/{LOCKS}/_doc/{cluster.address.name}"
        self._wait = wait
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(6).hex()}"
        self._version: dict[str, str] = {}
        self._number = 0  # the last number of an index of this name
        self._writing = Lock()
        self._ended = Event()
        self._lost = False

    def __enter__(self) -> Self:
        deadline = monotonic() + self._wait
        while (holder := self._try_acquire()) is not None:
            if monotonic() >= deadline:
                host, process, _ = holder.split(":")
                raise ClusterError(
                    message("cluster.locked", address=self._cluster.address, process=process, host=host)
                )
            sleep(_LOOKS)
        Thread(target=self._renew, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        with suppress(ClusterError), self._writing:  # if the request fails, the lock expires later
            if not self._lost:
                self._put(self._version, expires=0.0)

    def require(self) -> None:
        """Raise ClusterError if another writer has taken over the lock."""
        with self._writing:
            self._lost = self._lost or not self._put(self._version)
        if self._lost:
            raise ClusterError(message("cluster.lock_lost", address=self._cluster.address))

    def next_number(self, known: int) -> int:
        """Return an unused number, greater than ``known``, for the next generation of an index."""
        self._number = max(self._number, known) + 1
        self.require()
        return self._number

    def _try_acquire(self) -> str | None:
        """Try to acquire the lock.

        Returns:
            ``None`` on success, otherwise the name of the writer that has the lock.
        """
        if self._put({"op_type": "create"}):
            return None
        held = self._cluster.request("GET", self._path, allowed=(404,))
        if not held.get("found"):
            return self._holder if not self._put({"op_type": "create"}) else None
        source = held["_source"]
        if source["holder"] != self._holder and source["expires"] > time():
            return str(source["holder"])
        # It is free, it has expired, or the response to this writer's request was lost.
        self._number = source["number"]
        return None if self._put(_version(held)) else str(source["holder"])

    def _put(self, condition: dict[str, str], expires: float | None = None) -> bool:
        """Write the lock document, unless another writer changed it.

        Args:
            condition: The parameters that make the request fail if another writer changed the document.
            expires: The time at which the lock expires, as a Unix time; ``None`` for ``EXPIRES`` seconds from
                now.

        Returns:
            Whether the document was written.
        """
        until = time() + EXPIRES if expires is None else expires
        body = {"holder": self._holder, "expires": until, "number": self._number}
        answer = self._cluster.request("PUT", self._path, body, params=condition, allowed=(409,))
        if "error" in answer:
            if "op_type" in condition:
                return False
            answer = self._cluster.request("GET", self._path, allowed=(404,))
            if answer.get("_source") != body:
                return False
        self._version = _version(answer)
        return True

    def _renew(self) -> None:
        while not self._ended.wait(_RENEWED):
            try:
                self.require()
            except ClusterError:  # the request failed: try again, unless the lock is lost
                if self._lost:
                    return


def _version(answer: dict[str, Any]) -> dict[str, str]:
    return {"if_seq_no": str(answer["_seq_no"]), "if_primary_term": str(answer["_primary_term"])}

"""One writer of an index at a time: a document that expires, so that nobody waits for a writer that died."""

from __future__ import annotations

import os
import socket
from threading import Event, Thread
from time import monotonic, sleep, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from indexer.errors import ClusterError

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster

LOCKS: Final = "dragoman-locks"
EXPIRES: Final = 60.0  # seconds after which a lock that nobody renewed is taken over
_RENEWED: Final = EXPIRES / 4
_LOOKS: Final = 0.5  # seconds between two looks, while another writer is waited for


class ClusterLock:
    """The right to write an index; a context manager.

    Args:
        cluster: The cluster.
        wait: How many seconds to wait for another writer to end.
    """

    def __init__(self, cluster: Cluster, *, wait: float = 0.0) -> None:
        self._cluster = cluster
        self._path = f"/{LOCKS}/_doc/{cluster.address.name}"
        self._wait = wait
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(6).hex()}"
        self._version: dict[str, str] = {}
        self._ended = Event()
        self._lost = False

    def __enter__(self) -> Self:
        deadline = monotonic() + self._wait
        while (holder := self._take()) is not None:
            if monotonic() >= deadline:
                host, process, _ = holder.split(":")
                raise ClusterError(
                    f"another writer is at work on {self._cluster.address} (process {process} on {host}); "
                    "wait for it to end, or let it be waited for with --wait"
                )
            sleep(_LOOKS)
        Thread(target=self._renew, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if not self._lost:
            self._cluster.request("DELETE", self._path, params=self._version, allowed=(404, 409))

    def require(self) -> None:
        """Make sure that the lock is still ours, before what cannot be undone.

        Raises:
            ClusterError: Another writer took it over.
        """
        if self._lost:
            raise ClusterError(f"another writer took {self._cluster.address} over; start again")

    def _take(self) -> str | None:
        """Take the lock; tell who holds it where it is not free."""
        created = self._put({"op_type": "create"})
        if created:
            return None
        held = self._cluster.request("GET", self._path, allowed=(404,))
        if not held.get("found"):
            return self._holder if not self._put({"op_type": "create"}) else None
        source = held["_source"]
        if source["holder"] == self._holder:  # the answer to our request was lost
            self._version = _version(held)
            return None
        if source["expires"] > time():
            return str(source["holder"])
        return None if self._put(_version(held)) else str(source["holder"])

    def _put(self, condition: dict[str, str]) -> bool:
        body = {"holder": self._holder, "expires": time() + EXPIRES}
        answer = self._cluster.request("PUT", self._path, body, params=condition, allowed=(409,))
        if "error" in answer:
            return False
        self._version = _version(answer)
        return True

    def _renew(self) -> None:
        while not self._ended.wait(_RENEWED):
            try:
                if not self._put(self._version):
                    self._lost = True
                    return
            except ClusterError:
                continue  # it has not expired yet; the next try is soon


def _version(answer: dict[str, Any]) -> dict[str, str]:
    return {"if_seq_no": str(answer["_seq_no"]), "if_primary_term": str(answer["_primary_term"])}

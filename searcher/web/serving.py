"""How a server is set up: what all its processes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from searcher.web.hosts import Hosts

HOST: Final = "127.0.0.1"
PORT: Final = 8017


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

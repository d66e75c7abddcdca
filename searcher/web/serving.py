"""How a server is set up: what all its processes share."""

from __future__ import annotations

from typing import Final

from indexer.named_tuple import NamedTuple

HOST: Final = "127.0.0.1"
PORT: Final = 8017


class Serving(NamedTuple):
    """How questions are answered.

    Attributes:
        place: The index folder, or the address of the index.
        base_url: The address that readers know, where a proxy stands before; None for that of the request.
        hosts: The names by which this may be asked; empty for any.
        seconds: How long one answer may take.
        threads: How many answers are worked on at a time, in each process.
        waiting: How many more may wait for their turn.
        share: How many answers are worked on at a time for the clients of one address, in each process.
        access_log: Whether each request is a line on standard error.
    """

    place: str
    base_url: str | None = None
    hosts: frozenset[str] = frozenset()
    seconds: float = 10.0
    threads: int = 8
    waiting: int = 250
    share: int = 3
    access_log: bool = True

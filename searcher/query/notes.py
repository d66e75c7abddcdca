"""Notes: what an answer says of how its query was read."""

from __future__ import annotations

from indexer.named_tuple import NamedTuple


class Note(NamedTuple):
    """One line for people, and what it is about for programs.

    Attributes:
        kind: A short key: ``read_as_text``, ``parted``, ``skipped``.
        text: The line.
    """

    kind: str
    text: str

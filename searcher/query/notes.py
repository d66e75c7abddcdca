"""What an answer says of how a query was read."""

from __future__ import annotations

from indexer.named_tuple import NamedTuple


class Note(NamedTuple):
    """One remark on how a query was read.

    Attributes:
        kind: A short key that stays the same, for programs: ``read_as_text``, ``parted``, ...
        text: One line, for people.
    """

    kind: str
    text: str

"""The parser of the query language: a text becomes nodes, before any index is asked.

Plain words are read here, all else by :mod:`searcher.query.grammar`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple
from searcher.query.limits import OPERATORS, WORD, check_size
from searcher.query.model import AnyOf, Word, joined

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.node import Node
    from searcher.query.notes import Note


class Parsed(NamedTuple):
    """A query as parsed.

    Attributes:
        query: Its nodes; None where it holds nothing, such as ``()``.
        notes: How parts without a meaning were read.
    """

    query: Node | None
    notes: tuple[Note, ...] = ()


def parse(text: str, *, strict: bool = False, own_fields: Collection[str] = ()) -> Parsed:
    """Parse a query.

    Args:
        text: The query as typed.
        strict: Whether to refuse what otherwise is read as text, with a note.
        own_fields: The names of the index's own fields, which narrow before a colon.

    Returns:
        The nodes and the notes. Repeated words stay, since they count twice.

    Raises:
        QueryError: The query is longer than one may be (:func:`searcher.query.shorten.shorten`); or, if
            ``strict``, a part of it would be read as text: the message shows its place.
    """
    check_size(text)
    words = text.split()
    for word in words:
        if not word.isalnum() or word in OPERATORS:
            break
    else:
        nodes: list[Node] = [Word(found[0], "text", found.start()) for found in re.finditer(WORD, text)]
        return Parsed(joined(AnyOf, nodes))
    # Plain words need none of these.
    from searcher.query.grammar import read
    from searcher.query.notes import Notes

    notes = Notes(text, strict=strict, own_fields=own_fields)
    return Parsed(read(text, notes), notes.first())

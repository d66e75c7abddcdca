"""Parse the text of a query to nodes, independent of the index.

Plain words and phrases of them are parsed here, everything else by :mod:`searcher.query.grammar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.runtime import NamedTuple
from searcher.query.limits import LOCAL_OPERATORS, OPERATORS, SAME, check_size
from searcher.query.model import Or, Quoted, Word, joined

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.model import Node
    from searcher.query.notes import Note


class Parsed(NamedTuple):
    """A parsed query."""

    query: Node | None  # the nodes; None if the query is empty, such as ()
    notes: tuple[Note, ...] = ()  # how parts without a meaning were read


def parse(text: str, *, strict: bool = False, custom_fields: Collection[str] = ()) -> Parsed:
    """Parse a query; custom fields are allowed before a colon. Repeated words are kept, and count twice.

    Raises:
        QueryError: The query is too long (see :func:`searcher.query.query_text.shorten`); or, if ``strict``,
            a part would be read as text; the message has its position.
    """
    check_size(text)
    nodes: list[Node] = []
    end = 0
    for word in text.split():
        if not word.isalnum() or word in (*OPERATORS, SAME) or word in LOCAL_OPERATORS:
            break
        at = text.index(word, end)
        end = at + len(word)
        nodes.append(Word(word, "text", at))
    else:
        return Parsed(joined(Or, nodes))
    within = text.strip()
    if len(within) > 1 and within[0] == within[-1] == '"':
        words = tuple(within[1:-1].split())
        if words and all(map(str.isalnum, words)):
            return Parsed(Quoted(words, at=text.index('"')))
    # Plain words and phrases of them need none of these.
    from searcher.query.grammar import read
    from searcher.query.notes import Notes

    notes = Notes(text, strict=strict, custom_fields=custom_fields)
    return Parsed(read(text, notes), notes.first())

"""Parse the text of a query to nodes, independent of an index.

A query of plain words, or one phrase, is parsed here; every other query by :mod:`searcher.query.grammar`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from searcher.query.limits import LOCAL_OPERATORS, NUMBERLESS, OPERATORS, SAME, check_size
from searcher.query.model import Filter, Not, Or, Positional, Quoted, Should, Word, join, kept_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.model import Node
    from searcher.query.notes import Note


class Parsed(NamedTuple):
    """A parsed query."""

    query: Node | None  # the nodes; None if the query is empty, such as ()
    notes: tuple[Note, ...] = ()  # how parts without a meaning were read


def parse(text: str, *, strict: bool = False, custom_fields: Collection[str] = ()) -> Parsed:
    """Parse a query.

    Args:
        text: The query.
        strict: Whether to raise an error for a part that would otherwise be read as text.
        custom_fields: The names of custom fields, which may precede a colon.

    Raises:
        QueryError: The query is too long (see :func:`searcher.query.query_text.shorten`). Or it is strict and
            has an invalid part; then the message has the position of the part.
    """
    check_size(text)
    nodes: list[Node] = []
    end = 0
    for word in text.split():
        if not word.isalnum() or word in (*OPERATORS, *NUMBERLESS, SAME) or word in LOCAL_OPERATORS:
            break
        at = text.index(word, end)
        end = at + len(word)
        nodes.append(Word(word, "text", at))
    else:
        return Parsed(join(Or, nodes))
    within = text.strip()
    if len(within) > 1 and within[0] == within[-1] == '"':
        words = tuple(within[1:-1].split())
        if words and all(map(str.isalnum, words)):
            return Parsed(Quoted(words, at=text.index('"')))
    # Plain words and phrases of them need none of these.
    from searcher.query.grammar import parse_query
    from searcher.query.notes import Notes

    notes = Notes(text, strict=strict, custom_fields=custom_fields)
    return Parsed(parse_query(text, notes), notes.first())


def has_adjacent_words(query: str | None) -> bool:
    """Return whether a query has words with only a space between them.

    A search can require all of these words, or any of them. Every name before a colon is assumed to be a
    field.
    """
    from searcher.query.chunks import FIELDS, LOCAL_FIELDS  # plain words need none

    typed = {name.casefold() for name in re.findall(r"([^\W\d]\w*):", query or "")}
    try:
        parsed = parse(query or "", custom_fields=typed.difference(FIELDS, LOCAL_FIELDS)).query
    except QueryError:  # too long, so it will be shortened
        return True
    return parsed is not None and _are_adjacent(parsed)


def _are_adjacent(node: Node) -> bool:
    """Return whether a node has words without an operator between them."""
    match node:
        case Positional() | Not():
            return False
        case Or(apart=False) if not all(isinstance(part, Filter) for part in node.parts):
            return True
        case Should():
            return True
    return any(map(_are_adjacent, kept_parts(node)))

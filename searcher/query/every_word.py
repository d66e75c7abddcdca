"""The same question for all of its words: what stood side by side must match, each word or what joined it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import AllOf, AnyOf, Days, Not, Prefer, Without, parts_of, with_parts

if TYPE_CHECKING:
    from searcher.query.model import Node


def every_word(query: Node) -> Node:
    """Require every word of a question.

    Alternatives stay alternatives, and what is excluded stays excluded.

    Args:
        query: A resolved query.

    Returns:
        The query for what has all words; the same where it has no words side by side.
    """
    match query:
        case AnyOf(words=True):
            return AllOf(tuple(map(every_word, query.parts)))
        case Prefer(optional=Days()):  # a date that was wished for
            return Prefer(every_word(query.required), query.optional)
        case Prefer():
            return AllOf((every_word(query.required), every_word(query.optional)))
        case Without():
            return Without(every_word(query.kept), query.excluded)
        case Not():
            return query
    below = parts_of(query)
    return with_parts(query, tuple(map(every_word, below))) if below else query

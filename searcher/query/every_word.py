"""Words that stood side by side: the same question for all of them, and what has all of them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.query.model import (
    TRANSLATED,
    TYPED,
    AllOf,
    AnyOf,
    Days,
    Narrow,
    Not,
    Prefer,
    Without,
    leaves,
    parts_of,
    with_parts,
)
from searcher.query.without_leaves import without_leaves

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


def every_word_twice(query: Node) -> Node:
    """Let what has every word of a question count twice: see docs/relevance.md.

    Any word may match, and one of them in a short title would count more than all of them in an article.
    Translations are no such words: an item in another language would come before what has the words as typed.

    Args:
        query: A resolved query.

    Returns:
        The query with the same matches; the same where it has no words side by side.
    """
    match query:
        case AnyOf(words=True) if len(set(query.parts)) > 1:
            translated = {leaf for leaf in leaves(query) if getattr(leaf, "via", TYPED) == TRANSLATED}
            whole = without_leaves(every_word(query), translated)
            return AnyOf((query, whole.replace(origin="has every word"))) if whole else query
        case Without():
            return Without(every_word_twice(query.kept), query.excluded)
        case Not() | Narrow():
            return query
    below = parts_of(query)
    return with_parts(query, tuple(map(every_word_twice, below))) if below else query

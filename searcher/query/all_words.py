"""The part of a query that requires every word, and documents that have all of them first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searcher.query.model import (
    COMPOUNDS,
    NOTHING,
    TRANSLATED,
    TYPED,
    And,
    ConstantScore,
    Days,
    Or,
    Should,
    leaves,
    map_parts,
    rewrite,
    simplify,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.model import Node


def without_leaves(node: Node, dropped: Collection[Node]) -> Node:
    """Take leaves out of a query, and with each the parts that match by it alone."""
    return rewrite(
        node, lambda one: simplify(one) if type(one) in COMPOUNDS else NOTHING if one in dropped else one
    )


_ORIGIN: Final = "has every word"


def every_word(query: Node, dates: tuple[Days, ...] = ()) -> Node:
    """Require every word of a question.

    Alternatives stay alternatives, and what is excluded stays excluded. What is of a date has its words.

    Args:
        query: A resolved query.
        dates: The dates that words of it stand for.

    Returns:
        The query for what has all words; the same where it has no words side by side.
    """
    match query:
        case Or(words=True):
            return _every_word_or_date(query, dates)
        case Or(parts=(words, And() as whole)) if whole.origin == _ORIGIN:  # of every_word_twice
            return Should(every_word(words, dates), whole)
        case Should(required=words, optional=Days() as days):  # a date that was wished for
            return Should(every_word(words, (*dates, days)), days)
        case Should():
            return And((every_word(query.required), every_word(query.optional)))
    return map_parts(query, every_word, excluded=False)


def every_word_twice(query: Node, dates: tuple[Days, ...] = ()) -> Node:
    """Let what has every word of a question count twice: see docs/relevance.md.

    Any word may match, and one of them in a short title would count more than all of them in an article.
    Translations are no such words: an item in another language would come before what has the words as typed.

    Args:
        query: A resolved query.
        dates: The dates that words of it stand for.

    Returns:
        The query with the same matches; the same where it has no words side by side.
    """
    match query:
        case Or(words=True) if len(set(query.parts)) > 1:
            translated = {leaf for leaf in leaves(query) if getattr(leaf, "via", TYPED) == TRANSLATED}
            whole = without_leaves(_every_word_or_date(query, dates), translated)
            return query if whole == NOTHING else Or((query, whole.replace(origin=_ORIGIN)))
        case Or(parts=(_, Days())):  # a date alone
            return query
        case Should(required=words, optional=Days() as days):
            return Should(every_word_twice(words, (*dates, days)), days)
        case ConstantScore():
            return query
    return map_parts(query, every_word_twice, excluded=False)


def _every_word_or_date(query: Or, dates: tuple[Days, ...]) -> And:
    """Require every word of words side by side; of those that are a date, them or to be of that date."""
    left = every = list(map(every_word, query.parts))
    for days in dates:
        words = days.written.split()
        own = [part for part in left if any(getattr(leaf, "written", "") in words for leaf in leaves(part))]
        if own:
            left = [part for part in left if part not in own]
            left.append(Or((And(tuple(own)) if len(own) > 1 else own[0], days)))
    has_others = any(part in every for part in left)  # a date by itself matches nothing here
    return And(tuple(left if has_others else every))

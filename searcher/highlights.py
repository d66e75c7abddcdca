"""The terms and words that a snippet marks."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from searcher.query.model import AllOf, Found, Narrow, Not, Phrase, Term, Without, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.query.model import Node

KNOWN_QUERIES: Final = 32  # whose highlights are kept: every hit of a page asks for them


class Highlights:
    """What was searched, as the words of a text can be compared with it.

    Attributes:
        terms: Language to the terms that were searched in its fields.
        words: Unstemmed, folded words, in any language.
    """

    __slots__ = ("terms", "words")

    def __init__(self) -> None:
        self.terms: defaultdict[str, set[str]] = defaultdict(set)
        self.words: set[str] = set()


@lru_cache(KNOWN_QUERIES)
def highlights_of(query: Node | None) -> Highlights:
    """Gather the terms and words of a resolved query, those of excluded parts apart."""
    highlights = Highlights()
    for leaf in _matching_leaves(query) if query else ():
        match leaf:
            case Term():
                highlights.terms[leaf.field.partition("_")[2]].add(leaf.text)
            case Phrase():
                highlights.terms[leaf.field.partition("_")[2]].update(leaf.terms)
            case Found():
                highlights.words.update(leaf.words)
    return highlights


def _matching_leaves(node: Node) -> Iterator[Node]:
    """Yield the leaves that can stand in a hit."""
    if isinstance(node, Not):
        return
    below = (node.kept,) if isinstance(node, Without) else parts_of(node)
    if isinstance(node, AllOf):
        words = tuple([part for part in below if isinstance(part, Narrow) and isinstance(part.part, Found)])
        below = words or below  # a term that counts where one of its words stands: they are marked, not it
    if not below:
        yield node
    for part in below:
        yield from _matching_leaves(part)

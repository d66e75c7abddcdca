"""The terms, phrases and words that a snippet marks."""

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
        phrases: Language to the phrases that were.
        within: Language to the terms of its phrases, which are no matches by themselves.
        words: Unstemmed, folded words, in any language.
    """

    __slots__ = ("phrases", "terms", "within", "words")

    def __init__(self) -> None:
        self.terms: defaultdict[str, set[str]] = defaultdict(set)
        self.phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
        self.within: defaultdict[str, set[str]] = defaultdict(set)
        self.words: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases or self.words)

    def add(self, leaf: Node) -> None:
        """Add what a leaf of a resolved query searches for; filters search for nothing."""
        match leaf:
            case Term():
                self.terms[leaf.field.partition("_")[2]].add(leaf.text)
            case Phrase():
                language = leaf.field.partition("_")[2]
                self.phrases[language].append(leaf)
                self.within[language].update(leaf.terms)
            case Found():
                self.words.update(leaf.words)


@lru_cache(KNOWN_QUERIES)
def highlights_of(query: Node | None, *, of_titles: bool = True) -> Highlights:
    """Gather the terms and words of a resolved query, those of excluded parts apart.

    Args:
        query: The query; None for everything.
        of_titles: Whether what was searched in titles alone is among them.
    """
    highlights = Highlights()
    for leaf in _matching_leaves(query) if query else ():
        if of_titles or not (isinstance(leaf, (Term, Phrase)) and leaf.field.startswith("title_")):
            highlights.add(leaf)
    return highlights


def _matching_leaves(node: Node) -> Iterator[Node]:
    """Yield the leaves that can stand in a hit."""
    if isinstance(node, Not):
        return
    below = (node.kept,) if isinstance(node, Without) else parts_of(node)
    if isinstance(node, AllOf):
        words = tuple([part for part in below if isinstance(part, Narrow) and isinstance(part.part, Found)])
        if words:  # a term that counts where one of its words stands: they are marked, not it
            below = below[:1] if isinstance(below[0], Phrase) else words
    if not below:
        yield node
    for part in below:
        yield from _matching_leaves(part)

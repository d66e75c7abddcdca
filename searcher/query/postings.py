"""In how many items the parts of a query stand, counted before any is read, and which are too many."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import checked
from indexer.schema import SEPARATOR, WORDS
from searcher.query.limits import shortened
from searcher.query.model import (
    TYPED,
    Days,
    Everything,
    Found,
    Keyword,
    Narrow,
    Not,
    Phrase,
    Prefer,
    Term,
    Without,
    leaves,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from searcher.engine import Vocabulary
    from searcher.query.budget import Budget
    from searcher.query.model import Node

UNPACKED: Final = 2  # postings are scored while one of a pattern's word is decoded and sorted
CARRIED: Final = 30  # so many documents are carried along to another term while one posting is scored


def affordable(query: Node, vocabulary: Vocabulary, budget: Budget) -> Node | None:
    """Hold a query to the items in which its parts may stand, counted leaf by leaf.

    Args:
        query: The resolved query.
        vocabulary: The terms of the index.
        budget: What the query may ask for.

    Returns:
        The query, without the parts that stand in most items where they are too many: first what joined its
        words, then what was typed; filters stay. None where nothing is left to search for.

    Raises:
        QueryError: They are too many for a strict query.
    """
    items = vocabulary.documents(WORDS)
    most = max(budget.limits.postings, budget.limits.postings_an_item * items)
    times = Counter(leaves(query))
    costs = {leaf: _postings(leaf, vocabulary, items) * times[leaf] for leaf in checked(times)}
    left = sum(costs.values())
    if left <= most:
        return query
    widest = max(costs, key=costs.__getitem__)
    limit = f"the parts of a query may stand in {most:,} items, counted part by part"
    fault = (
        f"the parts of the query stand in more than {most:,} items, counted part by part; leave out "
        f"some that are in many, such as “{shortened(_written(widest))}” ({costs[widest]:,})"
    )
    dropped: set[Node] = set()
    ranked = set(_ranked(query))
    for leaf in sorted(ranked, key=lambda leaf: (getattr(leaf, "via", TYPED) == TYPED, -costs[leaf])):
        if left <= most:
            break
        budget.leave_out(_written(leaf), limit, fault)
        dropped.add(leaf)
        left -= costs[leaf]
    return _less(query, dropped) if left <= most else None


def _ranked(node: Node) -> Iterator[Node]:
    """Yield the leaves of a resolved query that do more than narrow."""
    below = parts_of(node)
    if not below:
        yield node
    elif not isinstance(node, Narrow):
        for part in below:
            yield from _ranked(part)


def _less(node: Node, dropped: Collection[Node]) -> Node | None:
    """Take some leaves out of a resolved query."""
    match node:
        case Not():
            part = _less(node.part, dropped)
            return Not(part) if part else None
        case Without():
            kept, excluded = _less(node.kept, dropped), _less(node.excluded, dropped)
            return Without(kept, excluded) if kept and excluded else kept
        case Prefer():
            required, optional = _less(node.required, dropped), _less(node.optional, dropped)
            return Prefer(required, optional) if required and optional else required or optional
    below = () if isinstance(node, Narrow) else parts_of(node)
    if not below:
        return None if node in dropped else node
    parts = tuple([part for one in below if (part := _less(one, dropped))])
    return node.replace(parts=parts) if len(parts) > 1 else parts[0] if parts else None


def _written(leaf: Node) -> str:
    """Tell what a leaf was written as."""
    match leaf:
        case Term():
            return leaf.written or leaf.text
        case Phrase():
            return " ".join(leaf.terms)
        case Found():
            return leaf.pattern
        case Keyword():
            return leaf.value.replace(SEPARATOR, ":")
        case Days():
            return "date:"
    return "*"


def _postings(leaf: Node, vocabulary: Vocabulary, items: int) -> int:
    """Tell what reading a leaf takes, in scored postings."""
    match leaf:
        case Term():
            return vocabulary.document_frequency(leaf.field, leaf.text)
        case Phrase():
            return _of_phrase(leaf.field, leaf.terms, vocabulary)
        case Found():
            return UNPACKED * sum(vocabulary.document_frequency(WORDS, word) for word in leaf.words)
        case Keyword(field="own"):
            return vocabulary.document_frequency(leaf.field, leaf.value)
        case Everything() | Days():
            return items
    return 0


def _of_phrase(field: str, terms: Collection[str], vocabulary: Vocabulary) -> int:
    """Estimate a phrase: the documents of its rarest term are carried along to each other."""
    frequencies = [vocabulary.document_frequency(field, term) for term in terms]
    return sum(frequencies) + min(frequencies) * len(terms) ** 2 // CARRIED

"""Queries with weighted leaves: what :mod:`searcher.query.model` says, of the terms that an index has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.named_tuple import NamedTuple
from indexer.schema import LANGUAGE_BITS, text_field, title_field
from searcher.query.model import (
    AllOf,
    AnyOf,
    BestOf,
    Found,
    Narrow,
    Node,
    Not,
    Prefer,
    Without,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Field to the bit of its language: all fields that are ranked, and those of them that have stored impacts.
WITH_IMPACTS: Final = {text_field(language): bit for language, bit in LANGUAGE_BITS.items()}
RANKED: Final = WITH_IMPACTS | {title_field(language): bit for language, bit in LANGUAGE_BITS.items()}
_NOTHING: Final = AnyOf(())


class WeightedTerm(Node):
    """A term that the index has.

    Attributes:
        field: Its field.
        numbers: Its number in the lexicon of each segment, -1 where it is missing.
        document_frequency: Documents that have it, deleted ones included.
        average: The mean length of its field.
        weight: As of :func:`searcher.bm25.term_weight`.
        lists: Segment number to what the array evaluator keeps of it.
    """

    field: str
    numbers: tuple[int, ...]
    document_frequency: int
    average: float
    weight: float
    lists: dict[int, Any]


class WeightedPhrase(Node):
    """A phrase all of whose terms the index has.

    Attributes:
        field, offsets, slop: As in :class:`searcher.query.model.Phrase`.
        terms: In order.
    """

    field: str
    terms: tuple[WeightedTerm, ...]
    offsets: tuple[int, ...]
    slop: int


def pruned(node: Any, change: Callable[[Any], Any]) -> Any:  # noqa: PLR0911 - a case a node
    """Change the leaves of a query, and leave out what then matches nothing.

    Args:
        node: The query.
        change: Leaf to what stands for it, or to None for one that matches nothing.

    Returns:
        The query with the same scores, unions in unions flattened; None where nothing is left of it.
    """
    kind = type(node)
    if kind is AnyOf or kind is BestOf:
        kept: list[Any] = []
        for part in node.parts:
            found = pruned(part, change)
            if kind is AnyOf is type(found):
                kept += found.parts
            elif found is not None:
                kept.append(found)
        if len(kept) <= 1:
            return kept[0] if kept else None
        return AnyOf(tuple(kept)) if kind is AnyOf else BestOf(tuple(kept), node.tie_breaker)
    if kind is AllOf:
        parts = [pruned(part, change) for part in node.parts]
        return AllOf(tuple(parts)) if None not in parts else None
    if kind is Prefer or kind is Without:
        first, second = [pruned(part, change) for part in parts_of(node)]
        return kind(first, second) if first and second else first
    if kind is Not:
        return Not(pruned(node.part, change) or _NOTHING)
    if kind is Narrow:
        narrowed = pruned(node.part, change)
        return Narrow(narrowed) if narrowed else None
    return change(node)


class Union(NamedTuple):
    """Terms of which any may match.

    Attributes:
        terms: In the order of the query, none twice.
    """

    terms: tuple[WeightedTerm, ...]


class Intersection(NamedTuple):
    """Words that must all match, and terms that only add to the score.

    Attributes:
        groups: For each word the terms that it may stand for.
        terms: The terms of all words, then those that need not match.
    """

    groups: tuple[tuple[WeightedTerm, ...], ...]
    terms: tuple[WeightedTerm, ...]


def shape_of(node: Node) -> Union | Intersection | None:
    """Give a weighted query as a union or an intersection of terms; None where it is neither."""
    terms = _terms_of(node)
    if terms is not None:
        return Union(terms) if len({(term.field, term.numbers) for term in terms}) == len(terms) else None
    required, optional = (node.required, node.optional) if isinstance(node, Prefer) else (node, _NOTHING)
    words = list(map(_terms_of, required.parts if isinstance(required, AllOf) else (required,)))
    groups = tuple([word for word in words if word is not None])
    others = _terms_of(optional)
    if others is None or len(groups) < len(words):
        return None
    return Intersection(groups, (*(term for group in groups for term in group), *others))


def _terms_of(node: Node) -> tuple[WeightedTerm, ...] | None:
    """Give the terms of a flat union of terms of fields with impacts; None for any other query."""
    parts = node.parts if isinstance(node, AnyOf) else (node,)
    terms = tuple([part for part in parts if isinstance(part, WeightedTerm) and part.field in WITH_IMPACTS])
    return terms if len(terms) == len(parts) else None


def is_union(node: Node | None) -> bool:
    """Tell whether a weighted query is made of unions of terms and phrases alone, of fields with impacts.

    A term or a phrase that is narrowed to the documents that have some words is one; beside others in a union
    what has all of several may stand.
    """
    if isinstance(node, (AnyOf, BestOf)):
        return all(
            is_union(part) or (isinstance(part, AllOf) and all(map(is_union, part.parts)))
            for part in node.parts
        )
    if isinstance(node, AllOf) and is_narrowed(node):
        node = node.parts[0]
    return isinstance(node, (WeightedTerm, WeightedPhrase)) and node.field in WITH_IMPACTS


def is_narrowed(node: AllOf) -> bool:
    """Tell whether a weighted query is a term or a phrase, narrowed to the documents that have some words."""
    ranked, *others = node.parts
    return (
        bool(others)
        and isinstance(ranked, (WeightedTerm, WeightedPhrase))
        and all(isinstance(part, Narrow) and isinstance(part.part, Found) for part in others)
    )

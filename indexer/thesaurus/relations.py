"""Relations between concepts: which are near one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.thesaurus.bundled import NAMESPACE
from indexer.thesaurus.table import MOST_NEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.thesaurus.concept import Concept

Near = dict[int, dict[int, None]]


def relations(concepts: Sequence[Concept]) -> tuple[Near, Near, Near]:
    """Find which concepts stand in a relation, whichever of two says so.

    Args:
        concepts: From all sources. A name that no concept has is passed over, and so is a concept's own.

    Returns:
        From the numbers of concepts to those of their broader ones, of their narrower ones, and of their
        related ones; what a concept says itself comes first.
    """
    numbers: dict[str, int] = {}
    for number, concept in enumerate(concepts):
        numbers.setdefault(concept.name.removeprefix(NAMESPACE), number)
    broader: Near = {}
    narrower: Near = {}
    related: Near = {}
    stated = [
        (number, numbers[name], there, back)
        for number, concept in enumerate(concepts)
        for names, there, back in (
            (concept.broader, broader, narrower),
            (concept.narrower, narrower, broader),
            (concept.related, related, related),
        )
        for name in (name.removeprefix(NAMESPACE) for name in names)
        if numbers.get(name, number) != number
    ]
    for number, other, there, _ in stated:
        there.setdefault(number, {})[other] = None
    for number, other, _, back in stated:
        back.setdefault(other, {})[number] = None
    return broader, narrower, related


def near_concepts(found: tuple[Near, Near, Near]) -> Iterator[tuple[int, list[int]]]:
    """Yield the number of each concept that has others near it, with theirs.

    Args:
        found: What :func:`relations` finds.

    Yields:
        The number of a concept; those of its broader concepts, then of its narrower ones, then of its related
        ones, each number once.
    """
    for number in sorted({number for near in found for number in near}):
        near = [other for kind in found for other in kind.get(number, ())]
        yield number, [*dict.fromkeys(near)][:MOST_NEAR]

"""Relations between concepts: which are near one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.thesaurus.own import NAMESPACE
from indexer.thesaurus.table import MOST_NEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.thesaurus.concept import Concept

_Numbers = dict[int, dict[int, None]]


def near_concepts(concepts: Sequence[Concept]) -> Iterator[tuple[int, list[int]]]:
    """Yield the number of each concept that has others near it, with theirs.

    Args:
        concepts: From all sources. A name that no concept has is passed over, and so is a concept's own.

    Yields:
        The number of a concept; those of its broader concepts, then of its narrower ones, then of its related
        ones, each number once.
    """
    numbers: dict[str, int] = {}
    for number, concept in enumerate(concepts):
        numbers.setdefault(concept.name.removeprefix(NAMESPACE), number)
    broader: _Numbers = {}
    narrower: _Numbers = {}
    related: _Numbers = {}
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
    for number, other, _, back in stated:  # what a concept says itself comes first
        back.setdefault(other, {})[number] = None
    for number in range(len(concepts)):
        near = [other for kind in (broader, narrower, related) for other in kind.get(number, ())]
        if near:
            yield number, [*dict.fromkeys(near)][:MOST_NEAR]

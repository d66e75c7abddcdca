"""Which labels of a concept join a query: few, the one that it is called by first, then the most frequent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.thesaurus.table import ConceptLabel

MOST_ADDED: Final = 6  # labels; more cost time and find nothing more


def preferred_of(labels: Iterable[ConceptLabel]) -> set[tuple[str, tuple[str, ...]]]:
    """Give the label by which a concept is called in each language, the first: its language and terms.

    How many texts have a label of several words is not known, only how many have the rarest of them: by that
    alone *working children* joined *trabajo infantil*, and *child labour* did not.

    Args:
        labels: Those of one concept.
    """
    first: dict[str, tuple[str, ...]] = {}
    for label in labels:
        first.setdefault(label.language, label.terms)
    return set(first.items())


def dealt(labels: Sequence[tuple[float, ConceptLabel]]) -> list[tuple[float, ConceptLabel]]:
    """Choose the labels that join: the first, as many of one language as of another if there are.

    Args:
        labels: Weights and labels, those that are to join before others first.
    """
    places: dict[str, int] = {}
    turns = []
    for at, (_, label) in enumerate(labels):
        places[label.language] = places.get(label.language, 0) + 1
        turns.append((places[label.language], at))
    chosen = {at for _, at in sorted(turns)[:MOST_ADDED]}
    return [label for at, label in enumerate(labels) if at in chosen]

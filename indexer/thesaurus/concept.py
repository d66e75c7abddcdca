"""Define concepts and labels as sources state them, before analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

TOPIC: Final = "topic"
ORGANISATION: Final = "organisation"
PERSON: Final = "person"
KINDS: Final = (TOPIC, ORGANISATION, PERSON)
"""The kinds of concepts that are counted as facets, separately."""

UNCOUNTED: Final = ""  # the kind of all others: places, which are counted as countries, and everyday words


class Label(NamedTuple):
    """A name of a concept.

    Attributes:
        language: ``en``, ``es`` or ``fr``.
        text: The name as written.
        hidden: Whether it is only recognised in queries, never added to them (SKOS: ``hiddenLabel``).
    """

    language: str
    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """A meaning with several labels.

    Attributes:
        name: Unique in its source.
        labels: In order, the preferred ones first.
        weight: The weight, up to 1, of a label added for another; translations of a dictionary have less than
            terms of a thesaurus.
        broader: The names of broader concepts, which need not exist.
        narrower: The names of narrower concepts; these may state the relation instead, by ``broader``.
        related: The names of related concepts; one of two may state the relation.
        kind: One of ``KINDS``, or ``UNCOUNTED``.
    """

    name: str
    labels: tuple[Label, ...]
    weight: float = 1.0
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    kind: str = TOPIC

    def merged_with(self, other: Concept) -> Concept:
        """Return the concept with the labels and relations of another description of it."""
        labels = tuple(dict.fromkeys(self.labels + other.labels))
        broader, narrower = self.broader + other.broader, self.narrower + other.narrower
        kind = other.kind if self.kind == TOPIC else self.kind
        return Concept(self.name, labels, self.weight, broader, narrower, self.related + other.related, kind)

"""Concepts and labels as sources give them, before analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

TOPIC: Final = "topic"
ORGANISATION: Final = "organisation"
PERSON: Final = "person"
KINDS: Final = (TOPIC, ORGANISATION, PERSON)
"""The kinds of concepts that are counted as facets, each by itself."""

UNCOUNTED: Final = ""  # the kind of all others: places, which are counted as countries, and words of everyday


class Label(NamedTuple):
    """A name of a concept.

    Attributes:
        language: ``en``, ``es`` or ``fr``.
        text: As written.
        hidden: It is recognised in a query, but never added to one (SKOS: ``hiddenLabel``).
    """

    language: str
    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """A meaning that several labels have.

    Attributes:
        name: Unique within its source.
        labels: In order, the preferred ones first.
        weight: The weight, of 1, with which one label stands for another; a dictionary's translations have
            less than a thesaurus' terms.
        broader: The names of concepts that mean more; there need not be such concepts.
        narrower: The names of those that mean less; each may as well say so itself, by ``broader``.
        related: The names of those beside it; one of two may say so.
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
        """Give this concept with the labels and relations of another description of it."""
        labels = tuple(dict.fromkeys(self.labels + other.labels))
        broader, narrower = self.broader + other.broader, self.narrower + other.narrower
        kind = other.kind if self.kind == TOPIC else self.kind
        return Concept(self.name, labels, self.weight, broader, narrower, self.related + other.related, kind)

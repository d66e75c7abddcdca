"""A concept as every source of them gives it, before its labels are analysed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


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
    """What several labels mean.

    Attributes:
        name: Unique within its source.
        labels: In order, the preferred ones first.
        weight: How far the labels stand for each other, of 1; a dictionary's translations less than a
            thesaurus' terms.
    """

    name: str
    labels: tuple[Label, ...]
    weight: float = 1.0

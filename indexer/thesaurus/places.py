"""Countries and cities as concepts: the gazetteer's names, demonyms and exonyms in three languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from indexer.countries.tables import forms, rows
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.concept import Concept, Label


@cache
def place_concepts() -> tuple[Concept, ...]:
    """Make a concept for each country, and for each city that the languages spell differently."""
    return (*_countries(), *_cities())


def _countries() -> list[Concept]:
    labels: defaultdict[str, dict[Label, None]] = defaultdict(dict)
    for code, _, *cells in rows("names"):
        for language, name in zip(ANALYZED_LANGUAGES, cells, strict=False):
            _add(labels[code], [language], [name])
        _add(labels[code], ["en"], forms(cells[3]))
    for code, cell in rows("aliases"):
        _add(labels[code], ANALYZED_LANGUAGES, forms(cell))
    for code, *cells in rows("demonyms"):
        for language, cell in zip(ANALYZED_LANGUAGES, cells, strict=True):
            _add(labels[code], [language], forms(cell))
    return [Concept(f"country {code}", tuple(found)) for code, found in sorted(labels.items())]


def _cities() -> list[Concept]:
    concepts = []
    for number, (_, *cells) in enumerate(rows("exonyms")):
        labels: dict[Label, None] = {}
        for language, cell in zip(ANALYZED_LANGUAGES, cells, strict=True):
            _add(labels, [language], forms(cell))
        if any(label.text != other.text for label, other in pairwise(labels)):
            concepts.append(Concept(f"place {number}", tuple(labels)))
    return concepts


def _add(labels: dict[Label, None], languages: Iterable[str], names: Iterable[str]) -> None:
    for name in names:
        if name and not name.endswith("?"):  # a shared name means no single country
            labels.update(dict.fromkeys(Label(language, name) for language in languages))

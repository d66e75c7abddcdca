"""Read the bundled thesaurus, which is the default of new indexes.

Its source is the Turtle files in ``concepts``. From these, ``docs/compile_thesaurus.py`` generates
``bundled.tsv``, so that a build needs no Turtle parser, and ``bundled.labels``, the compiled table, because
analyzing 32,000 labels takes longer than indexing a small archive. Tests compare both files with the source.
The table has the stems of one version of PyStemmer; with another version, the thesaurus is compiled again.

Countries and cities are concepts too: the gazetteer's names, demonyms and exonyms in three languages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise, starmap
from pathlib import Path
from typing import Final

from indexer import data_tables
from indexer.codec.layout import Container
from indexer.data_tables import country_rows, names_in_cell
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.concept import TOPIC, UNCOUNTED, Concept, Label

CONCEPTS_FILE: Final = Path(__file__).with_name("bundled.tsv")
TABLE_FILE: Final = Path(__file__).with_name("bundled.labels")
LABEL, HIDDEN_LABEL = "+", "-"  # prefixes of cells in ``CONCEPTS_FILE``
RELATIONS: Final = ("<", ">", "~")  # prefixes of broader, narrower and related concepts
KIND: Final = "="  # prefix of the kind of a concept that is not a topic
NAMESPACE: Final = "https://dragoman.example/concept/"
"""The prefix of the names of bundled concepts in Turtle."""


@cache
def bundled_concepts() -> tuple[Concept, ...]:
    """Return the concepts of the bundled thesaurus."""
    return tuple(starmap(_concept, data_tables.rows(__file__, CONCEPTS_FILE.name)))


def _concept(name: str, *cells: str) -> Concept:
    """Parse a row of the table.

    A row has the name of a concept, its labels, and related concepts.
    """
    named = [cell for cell in cells if cell[0] in {LABEL, HIDDEN_LABEL}]
    labels = tuple(Label(cell[1:3], cell[3:], hidden=cell[0] == HIDDEN_LABEL) for cell in named)
    broader, narrower, related = (tuple(cell[1:] for cell in cells if cell[0] == sign) for sign in RELATIONS)
    kind = next((cell[1:] for cell in cells if cell[0] == KIND), TOPIC)
    return Concept(name, labels, 1.0, broader, narrower, related, kind)


class BundledConcepts:
    """The bundled concepts, and the concepts of countries and cities."""

    def __iter__(self) -> Iterator[Concept]:
        yield from bundled_concepts()
        yield from place_concepts()


def bundled_table(file: Path = TABLE_FILE) -> Container | None:
    """Open the compiled table of :class:`BundledConcepts`.

    Returns:
        The table, or ``None`` if its stems come from another version of PyStemmer.

    Raises:
        IndexFolderError: The table is damaged.
    """
    table = Container(file)
    return table if table.meta.items() >= stems().items() else None


def stems() -> dict[str, str]:
    """Return the name and version of the stemmer, which a compiled table records."""
    import Stemmer

    return {"stems": f"PyStemmer {Stemmer.version()}"}


@cache
def place_concepts() -> tuple[Concept, ...]:
    """Return a concept for each country, and for some cities.

    These are the cities whose names differ between languages.
    """
    return (*_countries(), *_cities())


def _countries() -> list[Concept]:
    """Return the concepts of countries, without demonyms that are labels of bundled concepts."""
    ours = {label for concept in bundled_concepts() for label in concept.labels}
    labels: defaultdict[str, dict[Label, None]] = defaultdict(dict)
    for code, _, *cells in country_rows("names"):
        for language, name in zip(ANALYZED_LANGUAGES, cells, strict=False):
            _add(labels[code], [language], [name])
        _add(labels[code], ["en"], [name for name in names_in_cell(cells[3]) if ", " not in name])
    for code, cell in country_rows("aliases"):
        _add(labels[code], ANALYZED_LANGUAGES, names_in_cell(cell))
    for code, *cells in country_rows("demonyms"):
        for language, cell in zip(ANALYZED_LANGUAGES, cells, strict=True):
            forms = [form for form in names_in_cell(cell) if Label(language, form) not in ours]
            _add(labels[code], [language], forms)
    countries = sorted(labels.items())
    return [Concept(f"country {code}", tuple(found), kind=UNCOUNTED) for code, found in countries]


def _cities() -> list[Concept]:
    concepts = []
    for number, (_, *cells) in enumerate(country_rows("exonyms")):
        labels: dict[Label, None] = {}
        for language, cell in zip(ANALYZED_LANGUAGES, cells, strict=True):
            _add(labels, [language], names_in_cell(cell))
        if any(label.text != other.text for label, other in pairwise(labels)):
            concepts.append(Concept(f"place {number}", tuple(labels), kind=UNCOUNTED))
    return concepts


def _add(labels: dict[Label, None], languages: Iterable[str], names: Iterable[str]) -> None:
    for name in names:
        if name and not name.endswith("?"):  # a shared name does not identify a country
            labels.update(dict.fromkeys(Label(language, name) for language in languages))

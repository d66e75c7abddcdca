"""Generate the files that :mod:`indexer.thesaurus.bundled` reads: ``make thesaurus``.

Run it after a change of a Turtle file in ``concepts``, a place in the gazetteer or an analyzer. Unlike a
build, it needs the Turtle reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.thesaurus.bundled import (
    CONCEPTS_FILE,
    HIDDEN_LABEL,
    KIND,
    LABEL,
    NAMESPACE,
    RELATIONS,
    TABLE_FILE,
    BundledConcepts,
)
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.concept import TOPIC
from indexer.thesaurus.thesaurus_files import read_skos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.thesaurus.concept import Concept

SOURCES: Final = CONCEPTS_FILE.with_name("concepts")
_HEADER: Final = "# Compiled from concepts/*.ttl, do not edit: make thesaurus\n"


def concepts_text() -> str:
    """Generate ``bundled.tsv``: a row for each concept, as :mod:`indexer.thesaurus.bundled` reads it."""
    merged: dict[str, dict[str, None]] = {}
    for path in sorted(SOURCES.glob("*.ttl")):
        for concept in read_skos(path, spell_out=False):
            # One concept may be described in two files.
            merged.setdefault(_normalized_name(concept.name), {}).update(dict.fromkeys(_cells(concept)))
    table = ([name, *cells] for name, cells in sorted(merged.items()))
    return _HEADER + "".join("\t".join(row) + "\n" for row in table)


def _cells(concept: Concept) -> Iterator[str]:
    for label in concept.labels:
        yield f"{HIDDEN_LABEL if label.hidden else LABEL}{label.language}{label.text}"
    for sign, names in zip(RELATIONS, (concept.broader, concept.narrower, concept.related), strict=True):
        for name in names:
            yield f"{sign}{_normalized_name(name)}"
    if concept.kind != TOPIC:
        yield f"{KIND}{concept.kind}"


def _normalized_name(name: str) -> str:
    return name.removeprefix(NAMESPACE)


if __name__ == "__main__":
    CONCEPTS_FILE.write_text(concepts_text(), encoding="utf-8")
    write_table([*BundledConcepts()], TABLE_FILE)

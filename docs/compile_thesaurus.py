"""Generate the files that :mod:`indexer.thesaurus.own` reads: ``make thesaurus``.

Run it after a Turtle file in ``concepts``, a place of the gazetteer or an analyzer has changed. It needs the
reader of Turtle, a build does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.codec.layout_writer import ContainerWriter
from indexer.thesaurus.compiled import compile_lines
from indexer.thesaurus.concept import TOPIC
from indexer.thesaurus.label_arrays import make_arrays, write_arrays
from indexer.thesaurus.own import (
    ARRAYS_FILE,
    CONCEPTS_FILE,
    HIDDEN_LABEL,
    KIND,
    LABEL,
    LINES_FILE,
    NAMESPACE,
    RELATIONS,
    OwnConcepts,
    lines_header,
)
from indexer.thesaurus.skos import read_skos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.thesaurus.concept import Concept

SOURCES: Final = CONCEPTS_FILE.with_name("concepts")
_HEADER: Final = "# Compiled from concepts/*.ttl, do not edit: make thesaurus\n"


def concepts_text() -> str:
    """Generate ``bundled.tsv``: a row for each concept, as :mod:`indexer.thesaurus.own` reads it.

    Raises:
        SourceError: A Turtle file cannot be read.
    """
    merged: dict[str, dict[str, None]] = {}
    for path in sorted(SOURCES.glob("*.ttl")):
        for concept in read_skos(path, spell_out=False):
            # One concept may be described in two files.
            merged.setdefault(_own_name(concept.name), {}).update(dict.fromkeys(_cells(concept)))
    table = ([name, *cells] for name, cells in sorted(merged.items()))
    return _HEADER + "".join("\t".join(row) + "\n" for row in table)


def _cells(concept: Concept) -> Iterator[str]:
    for label in concept.labels:
        yield f"{HIDDEN_LABEL if label.hidden else LABEL}{label.language}{label.text}"
    for sign, names in zip(RELATIONS, (concept.broader, concept.narrower, concept.related), strict=True):
        for name in names:
            yield f"{sign}{_own_name(name)}"
    if concept.kind != TOPIC:
        yield f"{KIND}{concept.kind}"


def _own_name(name: str) -> str:
    return name.removeprefix(NAMESPACE)


def lines_text() -> bytes:
    """Generate ``own.lines``: a header, then the lines of the compiled table."""
    return b"".join(line + b"\n" for line in (lines_header(), *compile_lines(tuple(OwnConcepts()))))


if __name__ == "__main__":
    CONCEPTS_FILE.write_text(concepts_text(), encoding="utf-8")
    LINES_FILE.write_bytes(lines_text())
    with ContainerWriter(ARRAYS_FILE) as container:
        write_arrays(container, make_arrays(LINES_FILE.read_bytes().split(b"\n")[1:-1]))
        container.finish({})

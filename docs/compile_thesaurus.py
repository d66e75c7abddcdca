"""Generate the files that :mod:`indexer.thesaurus.own` reads: ``make thesaurus``.

Run it after a Turtle file in ``concepts``, a place of the gazetteer or an analyzer has changed. It needs the
reader of Turtle, a build does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.thesaurus.compiled import compile_lines
from indexer.thesaurus.own import CONCEPTS_FILE, LINES_FILE, NAMESPACE, OwnConcepts, lines_header
from indexer.thesaurus.skos import read_skos

if TYPE_CHECKING:
    from indexer.thesaurus.concept import Label

SOURCES: Final = CONCEPTS_FILE.with_name("concepts")
_HEADER: Final = "# Compiled from concepts/*.ttl, do not edit: make thesaurus\n"


def concepts_text() -> str:
    """Generate ``bundled.tsv``: a row for each concept, its name and its labels, hidden ones with a minus.

    Raises:
        SourceError: A Turtle file cannot be read.
    """
    merged: dict[str, dict[Label, None]] = {}
    for path in sorted(SOURCES.glob("*.ttl")):
        for concept in read_skos(path):
            # One concept may be described in two files.
            merged.setdefault(concept.name.removeprefix(NAMESPACE), {}).update(dict.fromkeys(concept.labels))
    table = (
        [name, *(f"{'-' if label.hidden else '+'}{label.language}{label.text}" for label in labels)]
        for name, labels in sorted(merged.items())
    )
    return _HEADER + "".join("\t".join(row) + "\n" for row in table)


def lines_text() -> bytes:
    """Generate ``own.lines``: a header, then the lines of the compiled table."""
    return b"".join(line + b"\n" for line in (lines_header(), *compile_lines(tuple(OwnConcepts()))))


if __name__ == "__main__":
    CONCEPTS_FILE.write_text(concepts_text(), encoding="utf-8")
    LINES_FILE.write_bytes(lines_text())

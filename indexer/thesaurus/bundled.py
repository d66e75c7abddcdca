"""Dragoman's own thesaurus, as one generated file, so that a build needs no reader of Turtle.

The source are the Turtle files in ``concepts``; ``python -m indexer.thesaurus.bundled`` writes the file anew
after one of them has changed, and with it the compiled form (:mod:`indexer.thesaurus.own`); tests compare.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from indexer.thesaurus.concept import Concept, Label

SOURCES: Final = Path(__file__).with_name("concepts")
FILE: Final = Path(__file__).with_name("bundled.tsv")
NAMESPACE: Final = "https://dragoman.example/concept/"
"""What the names of our concepts begin with in Turtle."""
_HEADER: Final = "# Compiled from concepts/*.ttl, do not edit: python -m indexer.thesaurus.bundled\n"
_KINDS: Final = {True: "-", False: "+"}


@cache
def bundled_concepts() -> tuple[Concept, ...]:
    """Return the concepts of Dragoman's own thesaurus."""
    concepts = []
    for line in FILE.read_text(encoding="utf-8").split("\n"):
        if line and line[0] != "#":
            name, *labels = line.split("\t")
            concepts.append(
                Concept(name, tuple(Label(cell[1:3], cell[3:], hidden=cell[0] == "-") for cell in labels))
            )
    return tuple(concepts)


def generated() -> str:
    """Return the text of the generated file, from the Turtle files.

    Raises:
        SourceError: One of them cannot be read.
    """
    from indexer.thesaurus.skos import read_skos

    merged: dict[str, dict[Label, None]] = {}
    for path in sorted(SOURCES.glob("*.ttl")):
        for concept in read_skos(path):
            # One concept may be described in two files.
            merged.setdefault(concept.name.removeprefix(NAMESPACE), {}).update(dict.fromkeys(concept.labels))
    rows = (
        "\t".join([name, *(f"{_KINDS[label.hidden]}{label.language}{label.text}" for label in labels)])
        for name, labels in sorted(merged.items())
    )
    return _HEADER + "".join(f"{row}\n" for row in rows)


if __name__ == "__main__":
    from indexer.thesaurus import own

    FILE.write_text(generated(), encoding="utf-8")
    own.FILE.write_bytes(own.generated())

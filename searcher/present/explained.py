"""How scores come about, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.present.legible import legible
from searcher.present.stream import TolerantStream

if TYPE_CHECKING:
    from typing import TextIO

    from searcher.results import Results


def write_explanations(results: Results, stream: TextIO) -> None:
    """Write, for each hit, what added up to its score; nothing where nobody asked."""
    out = TolerantStream(stream)
    for hit, explanation in zip(results.hits, results.explanations, strict=False):
        out.write(f"\nwhy {hit.rank} ({legible(hit.id)}):\n")
        for line in explanation.lines():
            indent = len(line) - len(line.lstrip())
            out.write(f"{line[:indent]}{legible(line[indent:])}\n")

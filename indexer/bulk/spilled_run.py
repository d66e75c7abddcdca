"""A run put aside: its postings, its columns and its titles on disk, a few numbers in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.inversion import TERMS, TITLES, WORDS, invert
from indexer.bulk.merge import SpilledSection
from indexer.bulk.spill import SpillFile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.bulk.chunks import ChunkTable
    from indexer.bulk.run import Run
    from indexer.bulk.spill import Spilled

COLUMNS = ("start", "end", "kind", "languages", "language", "country_counts", "countries")
_TYPES = {"start": "i4", "end": "i4", "country_counts": "u2", "countries": "u2"}


@dataclass(slots=True)
class SpilledRun:
    """A run on disk.

    Attributes:
        path: Its file.
        first: Arrival number of its first document.
        size: How many documents it has.
        epoch: Which vocabulary its term numbers belong to.
        sections: By section name: terms, counts, frequencies, documents, places.
        longest: By section name, the largest place.
        lengths: By section name, lengths[document, language], flat.
        columns: By name, see :data:`COLUMNS`.
        ids: The ids, UTF-8: joined, and where each ends.
        titles: The titles, likewise; empty where there is none.
        titled: 1 for each document with a title.
    """

    path: Path
    first: int
    size: int
    epoch: int
    sections: dict[str, tuple[Spilled, Spilled, Spilled, Spilled, Spilled]]
    longest: dict[str, int]
    lengths: dict[str, Spilled]
    columns: dict[str, Spilled]
    ids: tuple[Spilled, Spilled]
    titles: tuple[Spilled, Spilled]
    titled: Spilled

    def section(self, name: str, ranks: NDArray[np.uint32]) -> SpilledSection:
        """Return a section with the rank of its terms in the whole build.

        Args:
            name: TERMS, TITLES or WORDS.
            ranks: The rank of each term number of the run's epoch.
        """
        terms, counts, frequencies, documents, places = self.sections[name]
        return SpilledSection(
            self.first, ranks[terms.read()], counts.read(), frequencies.read(), documents, places
        )


def spill_run(path: Path, run: Run, table: ChunkTable, epoch: int) -> SpilledRun:
    """Invert a run and put it aside.

    Args:
        path: The file to write.
        run: The run; its texts are dropped.
        table: The table that its chunks are numbered by.
        epoch: The number of that table's vocabulary.
    """
    run.close()
    arrays = table.arrays()
    inverted = invert(run, arrays, table.terms.ranks(), table.words.ranks())
    file = SpillFile(path)
    sections = {}
    longest = {}
    for name in (TERMS, TITLES, WORDS):
        section = inverted.sections.pop(name)
        longest[name] = int(section.places.max(initial=0))
        narrow = section.places.astype(np.uint16) if longest[name] < 1 << 16 else section.places
        sections[name] = (
            file.add(section.terms),
            file.add(section.counts),
            file.add(section.frequencies),
            file.add(section.documents),
            file.add(narrow),
        )
    spilled = SpilledRun(
        path=path,
        first=run.first,
        size=len(run),
        epoch=epoch,
        sections=sections,
        longest=longest,
        lengths={name: file.add(lengths.ravel()) for name, lengths in inverted.lengths.items()},
        columns={name: file.add(_column(run, name)) for name in COLUMNS},
        ids=file.add_texts([key.encode("utf-8", "replace") for key in run.ids]),
        titles=file.add_texts([(title or "").encode("utf-8", "replace") for title in run.titles]),
        titled=file.add(np.fromiter((title is not None for title in run.titles), np.uint8, len(run))),
    )
    file.close()
    return spilled


def _column(run: Run, name: str) -> NDArray[Any]:
    return np.array(getattr(run, name), dtype=_TYPES.get(name, "u1"))

"""Build segments in bulk from a stream of documents."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.bulk.assembly import Assembly, Epoch
from indexer.bulk.run import BATCH_CHARACTERS, Run
from indexer.bulk.tokens import TokenTable
from indexer.bulk.vocabulary import TokenLabels, Vocabulary
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.segment import SegmentEntry
from indexer.codec.stored_writer import StoredWriter
from indexer.thesaurus.finder import open_finder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from indexer.bulk.run import BuildLimits, SpilledRun
    from indexer.codec.layout import Container
    from indexer.documents import Document
    from indexer.thesaurus.finder import ConceptFinder

COLLECTION_THRESHOLD = 50_000  # containers; Python's default of 700 took a tenth of the time of a build


class BulkBuilder:
    """Builds segments from documents, in memory that does not grow with the archive."""

    def __init__(
        self,
        folder: Path,
        limits: BuildLimits,
        first_segment: int = 1,
        labels: Callable[[], Container | None] = lambda: None,
    ) -> None:
        """Start a build.

        Args:
            folder: The folder for the segments; its folder ``unfinished`` is for temporary files.
            limits: The limits of memory.
            first_segment: The number in the first segment's name.
            labels: Returns the thesaurus whose concepts are found in texts; called with the first document.
        """
        self._labels = labels
        self._folder = folder
        self._limits = limits
        self._next = first_segment
        self._entries: list[SegmentEntry] = []
        self._scratch = folder / "unfinished"
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._records: StoredWriter | None = None

    def add(self, document: Document) -> None:
        """Add a document."""
        if self._records is None:
            self._records = self._start_segment()
        self._records.store(document.record)
        characters = len(document.record)
        if characters > BATCH_CHARACTERS and len(self._run) and characters > self._run.room:
            self._end_run()  # a text as long as a run is a separate run
        if self._run.add(document, characters) and self._run.full:
            self._end_run()
            own = sum(run.own.size for run in self._runs)  # all of them are in memory at the end
            if self._run.first >= self._limits.segment_documents or own > self._limits.custom_terms:
                self._end_segment()

    def finish(self) -> list[SegmentEntry]:
        """Write the rest to disk.

        Returns:
            The segments, in order.
        """
        self._end_segment()
        return self._entries

    def cancel(self) -> None:
        """Remove all files; does nothing after ``finish``."""
        if self._records is not None:
            self._records.abandon()
            self._records = None

    def _start_segment(self) -> StoredWriter:
        self._name = f"segment{self._next}"
        self._next += 1
        self._codes = Vocabulary()
        self._runs: list[SpilledRun] = []
        self._epochs: list[Epoch] = []
        self._table = self._new_table()
        self._run = Run(self._table, self._codes, 0, self._limits)
        return StoredWriter(self._folder / f"{self._name}.text")

    @cached_property
    def _finder(self) -> ConceptFinder | None:
        labels = self._labels()
        return open_finder(labels) if labels else None

    def _new_table(self) -> TokenTable:
        return TokenTable(TokenLabels(self._finder) if self._finder else None)

    def _end_run(self) -> None:
        run = self._run
        if not len(run):
            return
        path = self._scratch / f"run{len(self._runs)}"
        self._runs.append(run.spill(path, len(self._epochs)))
        if self._table.nbytes > self._limits.vocabulary:
            self._end_epoch()
            self._table = self._new_table()
        self._run = Run(self._table, self._codes, run.first + len(run), self._limits)

    def _end_epoch(self) -> None:
        stem = self._scratch / f"epoch{len(self._epochs)}"
        self._epochs.append(Epoch.seal(stem, self._table))

    def _end_segment(self) -> None:
        if self._records is None:
            return
        text = self._records.finish()
        self._end_run()
        if not self._epochs or self._runs[-1].epoch == len(self._epochs):
            self._end_epoch()
        del self._table, self._run
        with ContainerWriter(self._folder / f"{self._name}.seg") as container:
            assembly = Assembly(container, self._scratch, self._runs, self._epochs, [*self._codes])
            arrays = assembly.write(self._limits.merge)
        for path in self._scratch.iterdir():
            path.unlink()
        documents = sum(run.size for run in self._runs)
        self._entries.append(SegmentEntry(self._name, documents, None, (("seg", arrays), ("text", text))))
        self._records = None


@contextmanager
def rare_collection() -> Iterator[None]:
    """Run the garbage collector rarely and only on new objects; a build creates hardly any garbage."""
    before = gc.get_threshold()
    if not before[0]:  # the caller has switched it off
        yield
        return
    frozen = gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    gc.set_threshold(max(COLLECTION_THRESHOLD, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not frozen:
            gc.unfreeze()

"""An update: what is new or changed in some sources goes into the index in one step; the rest stays."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from indexer.bulk.collector import seldom_collecting
from indexer.item import NewsItem
from indexer.sources import Skips
from indexer.sources.stream import source_name
from indexer.store.build import BuildReport, build_locked, read_once, require_items
from indexer.store.contents import MOST_COUNT, Contents, SourceSummary
from indexer.store.damage import DamageGuard
from indexer.store.folder import writing_to
from indexer.store.live_documents import LiveDocuments
from indexer.store.merge_policy import segments_to_merge
from indexer.store.restored import restore
from indexer.store.writer import BulkWriter
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indexer.bulk.prepared import Prepared
    from indexer.progress import Progress
    from indexer.sources import Skipped


@dataclass(slots=True)
class UpdateReport:
    """What an update did.

    Attributes:
        items: Items in the index now.
        added: Items whose id was not there.
        replaced: Items whose id was there with another content.
        unchanged: Items that were there already, word for word.
        moved: Those of the unchanged that stand on other lines of a source of the same name; where they
            stand was brought up to date.
        skipped: The records and lines left out, with the reasons; of very many, the first.
        skips: How many were left out in all.
        skips_beyond: How many were left out behind those in ``skipped``, by source and reason.
        seconds: How long it took.
    """

    items: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    moved: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    skips: int = 0
    skips_beyond: dict[tuple[str, str], int] = field(default_factory=dict)
    seconds: float = 0.0


def update(
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
) -> UpdateReport:
    """Add the items of some sources that are new, and replace by id those that changed.

    Items of the index that the sources do not name stay. Where there is no index yet, this is a build.

    Args:
        sources: Files, or ``-`` for standard input.
        folder: Where the index lives; made when it is not there.
        progress: Called with the source's name and the number of items read so far, from all sources.
        wait: How many seconds to wait for another writer of the folder to end.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.

    Returns:
        What was added, replaced, left alone and left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, is in use by another writer,
            or its index is damaged.
    """
    started = perf_counter()
    with writing_to(folder, wait=wait):
        contents = Contents.read(folder)
        if contents.built is None:
            concepts = gather_concepts()
            return _built(build_locked(sources, folder, progress, memory_mb=memory_mb, concepts=concepts))
        writer = BulkWriter(folder, memory_limit_mb=memory_mb)
        try:
            with DamageGuard(folder):
                with seldom_collecting():
                    taken: set[str] = set()
                    run = _Update(folder, contents, writer, taken)
                    for path in sources:
                        run.take(path, progress)
                    require_items(len(taken), sources)
                if run.changed:
                    run.commit()
                else:
                    writer.cancel()
        except BaseException:
            writer.cancel()
            raise
        run.report.items = len(run.live) + run.written
        skipped = run.skipped
        run.report.skipped, run.report.skips = skipped.first, skipped.total
        run.report.skips_beyond = dict(skipped.beyond)
    run.report.seconds = perf_counter() - started
    return run.report


class _Update:
    """One update while it runs."""

    def __init__(self, folder: Path, contents: Contents, writer: BulkWriter, taken: set[str]) -> None:
        self.report = UpdateReport()
        self.live = LiveDocuments(folder, contents)
        self.skipped = Skips()
        self._taken = taken
        self.written = 0  # documents from the sources
        self._writer = writer
        self._thesaurus = contents.thesaurus
        self._items: Counter[str] = Counter()
        self._skips: Counter[str] = Counter()
        for summary in contents.sources:  # files of different folders may share a name
            self._items[summary.file] += summary.items
            self._skips[summary.file] += summary.skipped
        self._read: set[str] = set()  # names of the sources of this update

    @property
    def changed(self) -> bool:
        """Whether there is anything to commit."""
        return self.written > 0

    def take(self, path: str | Path, progress: Progress) -> None:
        """Read a source, and write what is new in it."""
        name, before = source_name(path), len(self.skipped)
        for document in read_once(path, self._taken, self.skipped, progress):
            self._take(name, document)
        if name not in self._read:
            self._skips[name] = 0
            self._read.add(name)
        self._skips[name] += len(self.skipped) - before
        self._items[name] += 0  # a source is told of even when it gave nothing new

    def _take(self, name: str, document: Prepared) -> None:
        report, place = self.report, self.live.find(document.id)
        if place is None:
            report.added += 1
        else:
            old = self.live.record(place)
            if old == document.record:
                report.unchanged += 1
                return
            file, moved = _compare(old, document.record)
            report.unchanged += moved
            if moved and file != name:
                return  # where it was read is as true as before
            report.moved += moved
            report.replaced += not moved
            self.live.delete(place)
            self._items[file] -= 1
        self._writer.add(document)
        self._items[name] += 1
        self.written += 1

    def commit(self) -> None:
        """Write segments anew where that is due, and switch to the new generation."""
        live, states = self.live, self.live.states()
        merged = segments_to_merge(states, self.written)
        kept, kept_items = [], 0
        for place, entry in enumerate(live.entries):
            if place in merged:
                for record in live.records(place):
                    self._writer.add(restore(record))
                continue
            kept.append(self._writer.delete(entry, live.deleted(place)) if live.changed(place) else entry)
            kept_items += states[place].live
        # Never below zero, nor beyond what a table may say, whatever an older or forged index counts.
        summaries = [
            SourceSummary(name, min(max(count, 0), MOST_COUNT), min(self._skips[name], MOST_COUNT))
            for name, count in self._items.items()
        ]
        self._writer.commit(summaries, thesaurus=self._thesaurus, kept=kept, kept_items=kept_items)


def _compare(old: bytes, new: bytes) -> tuple[str, bool]:
    """Return the file that the old record came from, and whether only their places in a source differ."""
    before, after = json.loads(old), json.loads(new)
    file = NewsItem.from_record(before).source.file
    before.pop("source"), after.pop("source")
    return file, before == after


def _built(report: BuildReport) -> UpdateReport:
    return UpdateReport(
        report.items,
        added=report.items,
        skipped=report.skipped,
        skips=report.skips,
        skips_beyond=report.skips_beyond,
        seconds=report.seconds,
    )

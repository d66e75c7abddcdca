"""A build: sources become documents, documents become a new index in the old one's place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from indexer.bulk.builder import rare_collection
from indexer.documents import read_documents, read_records
from indexer.errors import SourceError
from indexer.item import NewsItem, decode_record
from indexer.schema import DATE_KINDS
from indexer.sources import AS_THEY_ARE, ReadOptions, Skipped
from indexer.sources.web.address import without_credentials
from indexer.sources.web.visits import Visits
from indexer.store.facets import facet_names
from indexer.store.folder import writing_to
from indexer.store.known_sources import KnownSources
from indexer.store.report import WriteReport
from indexer.store.source_summary import SourceSummary
from indexer.store.writer import IndexWriter
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.documents import Document
    from indexer.progress import Progress
    from indexer.store.contents import Contents
    from indexer.thesaurus.concept import Concept

ITEMS_PER_PROGRESS = 32  # a call for each item would be felt


def build(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    thesauri: Sequence[str | Path] = (),
    own_thesaurus: bool = True,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    facets: Sequence[str] = (),
) -> WriteReport:
    """Build the index of some sources; one that was there is replaced when the new one is complete.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        folder: Where the index lives; made when it is not there.
        progress: Called now and then with the source's name and the number of items read so far, from all
            sources.
        wait: How many seconds to wait for another writer of the folder to end.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
        thesauri: Thesauri in SKOS and dictionaries of FreeDict, for the expansion of queries.
        own_thesaurus: Whether Dragoman's own thesaurus stands beside them.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.
        facets: Fields that the items have of their sources, whose values each search shows counted.

    Returns:
        What was indexed and what was left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, or is in use by another build.
        DragomanError: More facets than an index counts.
    """
    names = facet_names(facets)
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    with writing_to(folder, wait=wait):
        return write_sources(
            sources,
            folder,
            progress,
            memory_mb=memory_mb,
            concepts=concepts,
            reading=reading,
            items=items,
            facets=names,
        )


def write_sources(  # noqa: PLR0913 - what a build or an update asks for
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress,
    *,
    memory_mb: int,
    base: Contents | None = None,
    concepts: Iterable[Concept] | None = None,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    facets: Sequence[str] = (),
) -> WriteReport:
    """Bring the items of some sources into the next generation of an index, and commit it if any is new.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        folder: The index folder, ours and locked.
        progress: Called with the source's name and the number of items read so far.
        memory_mb: Memory to stay within, in MiB.
        base: The generation whose other items stay; None for none.
        concepts: A thesaurus to compile; None to keep that of the base.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.
        facets: Own fields that are counted, beside those of the base.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder cannot be written, or the base is damaged.
    """
    started = perf_counter()
    before = base.fetched if base else ()
    visits = Visits(before)
    writer = IndexWriter(folder, base, memory_mb=memory_mb)
    writer.facets += tuple(facets)
    try:
        with rare_collection():
            reading = reading._replace(visits=visits)
            intake = _Intake(writer, KnownSources(base.sources if base else ()), progress, reading)
            intake.read(sources)
            if items is not None:
                intake.take(items)
            intake.count_unchanged(visits.unchanged)
            if not intake.ids and not visits.unchanged:
                raise SourceError(_nothing_found(sources, intake.report))  # noqa: TRY301  # no other function knows
            report = intake.report
            report.items = len(writer)
            if concepts is not None:
                writer.write_thesaurus(concepts)
            # What servers say now spares the next update what they say twice.
            if report.added or report.moved or report.replaced or visits.kept() != before:
                writer.commit(intake.sources.summaries(), visits.kept())
                report.uncounted = writer.uncounted
            else:
                writer.cancel()
    except BaseException:
        writer.cancel()
        raise
    report.seconds = perf_counter() - started
    return report


class _Intake:
    """Reads sources, adds what is new or changed in them to an index, and counts.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index.
        progress: Called with the source's name and the number of items read so far.
        reading: How sources are read.
    """

    def __init__(
        self, writer: IndexWriter, sources: KnownSources, progress: Progress, reading: ReadOptions
    ) -> None:
        self.report = WriteReport()
        self.sources = sources
        self.ids: set[str] = set()
        self._writer = writer
        self._progress = progress
        self._reading = reading

    def read(self, sources: Sequence[str | Path]) -> None:
        """Read sources, and write what is new in them."""
        self.sources.name(sources)
        for path in sources:
            reading = self._reading._replace(within=self.sources.within(path))
            name = self.sources.open(path, reading)
            self._write(name, read_documents(path, self.report.skipped.append, reading))

    def _write(self, name: str, documents: Iterable[Document]) -> None:
        items, skips = len(self.ids), self.report.skipped.total
        kinds, report = Counter[int](), self.report
        for document in self._untaken(documents, name):
            kinds[document.kind] += 1
            report.languages.update(document.languages)
            report.countries.update(document.countries)
            self._add(name, document)
        report.dates.update({DATE_KINDS[kind]: count for kind, count in kinds.items()})
        skips = self.report.skipped.total - skips
        if name not in self._unchanged():  # what such a source lacks stays counted too
            self.sources.skip(name, skips)
        self.report.sources.append(SourceSummary(name, len(self.ids) - items, skips))

    def _unchanged(self) -> Sequence[str]:
        visits = self._reading.visits
        return visits.unchanged if visits else ()

    def count_unchanged(self, names: Iterable[str]) -> None:
        """Count what the index has of addresses that have not changed."""
        for name in names:
            self.report.not_read.append(name)
            self.report.unchanged += self.sources.items[name]

    def take(self, items: Iterable[Mapping[str, Any] | NewsItem]) -> None:
        """Write what is new among items at hand."""
        name = self.sources.open_at_hand()
        self._write(name, read_records(items, name, self.report.skipped.append))

    def _untaken(self, documents: Iterable[Document], name: str) -> Iterator[Document]:
        """Yield the documents of a source whose ids no earlier one has."""
        taken, skip = self.ids, self.report.skipped.append
        self._progress(name, len(taken))
        for document in documents:
            if document.id in taken:
                reason = f"the id “{document.id}” is taken by an earlier item"
                skip(Skipped(name, document.line, reason))
                continue
            taken.add(document.id)
            yield document
            if not len(taken) % ITEMS_PER_PROGRESS:
                self._progress(name, len(taken))

    def _add(self, name: str, document: Document) -> None:
        report, address = self.report, self._writer.find(document.id)
        if address is None:
            report.added += 1
        else:
            old = self._writer.record(address)
            if old == document.record:
                report.unchanged += 1
                return
            file, moved = _compare(old, document.record)
            report.unchanged += moved
            file = self.sources.of(file)
            if moved and file != name:
                return  # where it was read is as true as before
            report.moved += moved
            report.replaced += not moved
            self._writer.delete(address)
            self.sources.items[file] -= 1
        self._writer.add(document)
        self.sources.items[name] += 1


def _nothing_found(sources: Sequence[str | Path], report: WriteReport) -> str:
    if not sources:
        first = f": {report.skipped.first[0].reason}" if report.skipped.first else ""
        return f"no item among those given{first}"
    named = ", ".join(map(without_credentials, sources))
    return f"no item found in {named}; see what is read of a source with: dragoman items SOURCE"


def _compare(old: bytes, new: bytes) -> tuple[str, bool]:
    """Give the file that the old record came from, and whether the records differ only in their sources."""
    before, after = decode_record(old), decode_record(new)
    file = NewsItem.from_record(before).source.file
    return file, before | {"source": None} == after | {"source": None}

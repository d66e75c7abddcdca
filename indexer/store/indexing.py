"""Build and update an index by reading sources and writing the next generation."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from indexer.bulk.builder import rare_collection
from indexer.errors import DragomanError, IndexFolderError, SourceError, join_messages, message, message_of
from indexer.sources.web_address import Visits, remove_credentials
from indexer.store.damage import DamageGuard
from indexer.store.index_folder import lock_folder, read_manifest
from indexer.store.known_sources import SourceCatalog, is_in_memory, options_of
from indexer.store.manifest import Manifest
from indexer.store.merge_sources import SourceMerger
from indexer.store.protocols import WriteRequest
from indexer.store.source_items import RemovedItems
from indexer.store.write_report import Listeners, report_to
from indexer.store.writer import IndexWriter, facet_names
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from indexer.sources import ReadOptions
    from indexer.store.corrections.correcting_writer import CorrectingWriter
    from indexer.store.protocols import (
        DocumentStore,
        Generation,
        GenerationManifest,
        IndexLocation,
        IndexStore,
    )
    from indexer.store.register import RegisterChanges
    from indexer.store.write_report import OnChange, WriteReport
    from indexer.thesaurus.concept import Concept


RESTORE_ALL: Final = "all"  # instead of an id: restore all deleted items


class FolderLocation:
    """The location of an index in a folder.

    It implements :class:`indexer.store.protocols.IndexLocation`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    def prepare(self, request: WriteRequest) -> None:
        """Raise an error if an option only applies to an index on a cluster."""
        for name in ("shards", "replicas"):
            if getattr(request, name) is not None:
                raise DragomanError(message("store.not_on_a_cluster", name=name))

    def require(self) -> None:
        """Raise an error unless there is an index, finished or not."""
        Manifest.read(self._folder)

    def read(self) -> Manifest:
        """Read the manifest of the index, which must exist."""
        return read_manifest(self._folder)

    def base(self) -> Manifest | None:
        """Read the manifest of the index, or return None if no build has finished."""
        manifest = Manifest.read(self._folder)
        return None if manifest.built is None else manifest

    def find_corrections_file(self) -> str | None:
        """Return the corrections file of the index, or None if it has none or is unreadable."""
        try:
            return Manifest.read(self._folder).corrections
        except IndexFolderError:
            return None

    def lock(self, wait: float) -> AbstractContextManager[None]:
        """Lock the folder against other writers, after creating it if necessary."""
        return lock_folder(self._folder, wait=wait)

    @contextmanager
    def next_generation(
        self, base: Manifest | None, request: WriteRequest | None = None
    ) -> Iterator[IndexStore]:
        """Open the next generation for writing, and cancel it unless the block commits it."""
        with DamageGuard(self._folder) if base else nullcontext():
            writer = IndexWriter(self._folder, base, memory_mb=(request or WriteRequest(())).memory_mb)
            try:
                yield writer
            finally:
                if not writer.is_committed:
                    writer.cancel()


def to_location(place: Path | IndexLocation[Any]) -> IndexLocation[Any]:
    """Return the location of an index, given a location or a folder."""
    return FolderLocation(place) if isinstance(place, Path) else place


@contextmanager
def begin_change(
    place: Path | IndexLocation[Any], wait: float, report: str | os.PathLike[str] | None
) -> Iterator[tuple[GenerationManifest, IndexStore, OnChange | None]]:
    """Lock an index and open its next generation for a change.

    Yields:
        The manifest of the index, the writer of the next generation, and a function that writes a change to
        the file ``report``. The function is ``None`` if ``report`` is ``None``.
    """
    location = to_location(place)
    location.read()  # take no lock where there is no index
    with location.lock(wait), report_to(report) as notify:
        base = location.read()
        with location.next_generation(base) as writer:
            yield base, writer, notify


@rare_collection()  # outermost, so that the next collection frees all objects of the write
def write_sources(
    request: WriteRequest,
    location: IndexLocation[Generation],
    *,
    base: Generation | None = None,
    concepts: Iterable[Concept] | None = None,
) -> WriteReport:
    """Write the items of sources to the next generation, and commit it.

    It is not committed if it equals the previous generation (``base``).

    Args:
        request: The sources and the options.
        location: The locked location of the index.
        base: The generation to change; ``None`` to start with no items.
        concepts: The concepts of a thesaurus to compile; ``None`` to keep the thesaurus of ``base``.

    Raises:
        SourceError: A source cannot be read, or no source has an item.
        IndexFolderError, ClusterError: The index cannot be written, or the base is damaged.
        DragomanError: An item to restore was never deleted, or a mirror would delete too many items.
    """
    started = perf_counter()
    before = base.fetched if base else ()
    file = request.corrections or (base.corrections if base else None)
    sources = SourceCatalog(base.sources if base else ())
    with report_to(request.report) as notify, location.next_generation(base, request) as writer:
        writer.facets += request.facets
        restore(writer.register, request.restore)
        correcting = _open_corrections(writer, sources, file) if file else None
        # A restored item has to be read, even if its page has not changed.
        back = request.restore or (correcting and correcting.corrections.readmits(writer.register.corrected))
        visits = Visits(() if back else before)
        reading = request.reading._replace(visits=visits)
        if concepts is not None:  # before the items, in which the concepts are found
            writer.write_thesaurus(concepts)
        listeners = Listeners(notify, request.progress) if request.progress else Listeners(notify)
        merger = _read_sources(request, writer, correcting, sources, reading, listeners)
        report = merger.report
        report.items, report.is_new = len(writer), base is None
        # Committing the new HTTP validators saves the next update some downloads.
        changed = writer.changed or sources.changed or visits.validators() != before
        if base is None or changed or file != writer.corrections:
            writer.corrections = file
            writer.commit(sources.summaries(), visits.validators())
            report.uncounted = writer.uncounted
    if correcting is not None:
        from indexer.store.corrections.corrections_file import add_notes

        try:
            add_notes(correcting.corrections, correcting.items.notes(), wait=request.wait)
        except DragomanError as error:  # the next update can do it
            correcting.report.told.append((0, message_of(error)))
    report.seconds = perf_counter() - started
    return report


def _open_corrections(writer: IndexStore, sources: SourceCatalog, file: str) -> CorrectingWriter:
    from indexer.store.corrections.correcting_writer import CorrectingWriter  # most indexes have no file
    from indexer.store.corrections.corrections_file import read_corrections

    return CorrectingWriter(writer, sources, read_corrections(file))


def restore(register: RegisterChanges, ids: Iterable[str]) -> None:
    """Allow deleted items to be added again.

    Raises:
        DragomanError: An id, or a prefix of an id, matches no deleted item or more than one.
    """
    for item_id in ids:
        if item_id == RESTORE_ALL:
            register.deleted.clear()
            return
        keys = register.deleted
        found = (
            {keys[item_id]} if item_id in keys else {own for own in keys.values() if own.startswith(item_id)}
        )
        if len(found) != 1:
            many = message("store.several_deleted", id=item_id)
            raise DragomanError(many if found else message("store.none_deleted", id=item_id))
        own = found.pop()
        for key in [key for key, value in keys.items() if value == own]:
            del keys[key]


def _read_sources(  # noqa: PLR0913, PLR0917 - one argument per participant
    request: WriteRequest,
    writer: IndexStore,
    correcting: CorrectingWriter | None,
    sources: SourceCatalog,
    reading: ReadOptions,
    listeners: Listeners,
) -> SourceMerger:
    places = dict(writer.register.places)
    store: DocumentStore = correcting or writer
    merger = SourceMerger(store, sources, reading, listeners)
    if correcting is not None:
        merger.excludes = correcting.excludes
    if request.sources is None:
        merger.read_again(_known_sources(sources, reading, merger.report))
    else:
        merger.read(sources.name(request.sources, reading, mirror=request.mirror))
    if request.items is not None:
        merger.read_items(request.items, request.source)
    merger.latest.write()
    unchanged = reading.visits.unchanged if reading.visits else []
    merger.count_unchanged(unchanged)
    if not merger.same.ids and not unchanged:
        raise SourceError(_nothing_found(request, merger.report))
    if correcting is not None:
        correcting.counting = False  # the following steps reassign items
    removed_items = RemovedItems(store, sources, merger.report, listeners)
    removed_items.settle(merger.indexed, merger.new_items, places, mirror=request.mirror, sure=request.sure)
    if correcting is not None:
        correcting.settle(merger.indexed, merger.report, listeners)
    return merger


def _known_sources(
    sources: SourceCatalog, reading: ReadOptions, report: WriteReport
) -> list[tuple[str, ReadOptions]]:
    """Return the sources that an index can read again, with their options.

    Sources that cannot be read again are reported.
    """
    found = []
    for source in sources.summaries():
        if source.place == "-" or is_in_memory(source.place):
            what = message("sources.standard_input") if source.place == "-" else message("store.from_program")
            report.unreached.append((source.file, message("store.not_again", what=what)))
            continue
        found.append((source.place, reading._replace(**options_of(source))))
    return found


def _nothing_found(request: WriteRequest, report: WriteReport) -> str:
    if request.sources is None:
        if not report.unreached:
            return message("store.no_item_of_sources")
        reasons = join_messages([reason for _, reason in report.unreached])
        return message("store.no_item_of_sources_since", reasons=reasons)
    if not request.sources:
        if not report.skipped.first:
            return message("store.no_item_given")
        return message("store.no_item_given_since", reason=report.skipped.first[0].reason)
    named = ", ".join(map(remove_credentials, request.sources))
    skipped = next((one for one in report.skipped.first if not one.field), None)
    if skipped is None:
        return message("store.no_item_found", sources=named)
    line = message("store.line", line=str(skipped.line)) if skipped.line else ""
    return message(
        "store.no_item_found_since",
        sources=named,
        count=report.skipped.total,
        line=line,
        reason=skipped.reason,
    )


def build(sources: Sequence[str | Path], place: Path | IndexLocation[Any], **options: Any) -> WriteReport:
    """Build an index of sources.

    An existing index is replaced when the build is complete.

    Args:
        sources: Files, URLs, or ``-`` for standard input.
        place: The index folder, created if missing, or another location of the index.
        options: The options of :class:`WriteRequest`. Without ``corrections``, the corrections file of the
            replaced index is used, if any.

    Raises:
        SourceError: A source cannot be read, or no source has an item.
        IndexFolderError, ClusterError: The folder or the name on the cluster is used for something other than
            an index, is not writable, or is in use by another writer.
        DragomanError: There are too many facets, or the corrections file cannot be read.
    """
    request, location = WriteRequest(tuple(sources), **options), to_location(place)
    location.prepare(request)
    request.facets = facet_names(request.facets)
    concepts = gather_concepts(request.thesauri, own=request.own_thesaurus)
    with location.lock(request.wait):
        if request.corrections is None:
            request.corrections = location.find_corrections_file()
        return write_sources(request, location, concepts=concepts)


def update(
    sources: Sequence[str | Path] | None, place: Path | IndexLocation[Any], **options: Any
) -> WriteReport:
    """Update an index: add new items of sources, and replace changed items.

    Items of other sources are kept. If there is no index yet, one is built.

    Args:
        sources: Files, URLs, or ``-`` for standard input. None to read all sources of the index, each with
            its own options, and to report unreadable sources.
        place: The index folder, created if missing, or another location of the index.
        options: The options of :class:`WriteRequest`. Without ``corrections``, the corrections file of the
            index is used, if any.

    Returns:
        A report of the added, replaced, unchanged, removed, deleted and skipped items.

    Raises:
        SourceError: A source cannot be read, or no source has an item.
        IndexFolderError, ClusterError: The folder or the name on the cluster is used for something other than
            an index, is not writable or in use by another writer, or the index is damaged.
        DragomanError: An item to restore was never deleted, or a mirror would delete too many items.
    """
    request, location = WriteRequest(sources, **options), to_location(place)
    location.prepare(request)
    all_known = sources is None and request.items is None
    if all_known:
        location.require()
    with location.lock(request.wait):
        base = location.base()
        if base is None and all_known:
            raise DragomanError(message("store.no_known_source", location=location))
        concepts = None if base else gather_concepts()
        return write_sources(request, location, base=base, concepts=concepts)

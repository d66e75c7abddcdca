"""What builds and updates have in common: sources are read, the next generation of an index is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.bulk.builder import rare_collection
from indexer.errors import DragomanError, IndexFolderError, SourceError
from indexer.sources import AS_THEY_ARE, ReadOptions
from indexer.sources.web_address import Visits, without_credentials
from indexer.store.contents import Contents
from indexer.store.damage import DamageGuard
from indexer.store.index_folder import read_manifest, writing_to
from indexer.store.known_sources import ITEMS_SOURCE, SourceCatalog
from indexer.store.merge_sources import SourceMerger
from indexer.store.source_items import RemovedItems
from indexer.store.write_report import Listeners, report_to
from indexer.store.writer import IndexWriter, facet_names
from indexer.thesaurus import gather_concepts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from indexer.item import NewsItem
    from indexer.progress import Progress
    from indexer.store.corrections.correcting_writer import CorrectingWriter
    from indexer.store.corrections.correction_lines import Corrections
    from indexer.store.protocols import DocumentStore, Generation, IndexLocation, IndexStore
    from indexer.store.register_changes import RegisterChanges
    from indexer.store.write_report import WriteReport
    from indexer.thesaurus.concept import Concept


RESTORE_ALL: Final = "all"  # in the place of an id: whatever was deleted may come back


class WriteOptions(NamedTuple):
    """What a build or an update is asked for.

    Attributes:
        sources: Files, addresses, or ``-`` for standard input; None for all that the index knows.
        items: Items at hand, beside the sources.
        reading: How the sources are read.
        facets: Own fields that are counted, beside those of the base generation.
        mirror: Whether the sources are the whole truth.
        sure: Whether they may have lost more than half of their items.
        restore: Ids of deleted items that may come back; ``all`` for all of them.
        report: The file that says what happened, a line an item.
        corrections: The path of the file of corrections; None for that which the base remembers.
        wait: How many seconds to wait for another process that is changing that file.
    """

    sources: Sequence[str | Path] | None
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None
    reading: ReadOptions = AS_THEY_ARE
    facets: tuple[str, ...] = ()
    mirror: bool = False
    sure: bool = False
    restore: tuple[str, ...] = ()
    report: str | os.PathLike[str] | None = None
    corrections: str | None = None
    wait: float = 0.0


class FolderLocation:
    """An index folder, in which an index is written; see :class:`indexer.store.protocols.IndexLocation`.

    Args:
        folder: The index folder; made when it is not there.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
    """

    def __init__(self, folder: Path, memory_mb: int = 512) -> None:
        self._folder = folder
        self._memory_mb = memory_mb

    def __str__(self) -> str:
        return str(self._folder)

    def require(self) -> None:
        """Raise an error unless there is an index, complete or not."""
        Contents.read(self._folder)

    def read(self) -> Contents:
        """Read the contents of the index; raise an error if there is none."""
        return read_manifest(self._folder)

    def base(self) -> Contents | None:
        """Read the contents of the index; None if no build has ended yet."""
        contents = Contents.read(self._folder)
        return None if contents.built is None else contents

    def remembered_corrections(self) -> str | None:
        """Return the file of corrections of the index; None if it has none, or cannot be read."""
        try:
            return Contents.read(self._folder).corrections
        except IndexFolderError:
            return None

    def locked(self, wait: float) -> AbstractContextManager[None]:
        """Keep other writers out of the folder, which is made if it is not there."""
        return writing_to(self._folder, wait=wait)

    @contextmanager
    def next_generation(self, base: Contents | None) -> Iterator[IndexStore]:
        """Open the store of the next generation, which is cancelled if the block fails."""
        with DamageGuard(self._folder) if base else nullcontext():
            writer = IndexWriter(self._folder, base, memory_mb=self._memory_mb)
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise


def located(place: Path | IndexLocation[Any], memory_mb: int = 512) -> IndexLocation[Any]:
    """Return the location of an index that may be given by its folder."""
    return FolderLocation(place, memory_mb) if isinstance(place, Path) else place


@rare_collection()  # around all that the write holds, so that the next collection finds it
def write_sources(
    options: WriteOptions,
    location: IndexLocation[Generation],
    progress: Progress,
    *,
    base: Generation | None = None,
    concepts: Iterable[Concept] | None = None,
) -> WriteReport:
    """Bring the items of some sources into the next generation of an index, and commit it if any is new.

    Args:
        options: What is asked for.
        location: Where the index is, locked.
        progress: Called with the source's name and the number of items read so far.
        base: The generation whose other items stay; None for none.
        concepts: A thesaurus to compile; None to keep that of the base.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError, ClusterError: The index cannot be written, or the base is damaged.
        DragomanError: An item that is to be restored was not deleted, or a mirror would delete too much.
    """
    started = perf_counter()
    before = base.fetched if base else ()
    file = options.corrections or (base.corrections if base else None)
    corrections = _corrections(file)
    sources = SourceCatalog(base.sources if base else ())
    with report_to(options.report) as notify, location.next_generation(base) as writer:
        writer.facets += options.facets
        restore(writer.register, options.restore)
        # What comes back has to be read, whether its page has changed or not.
        back = options.restore or (corrections and corrections.lifts(writer.register.corrected))
        visits = Visits(() if back else before)
        reading = options.reading._replace(visits=visits)
        correcting = _correcting(writer, sources, corrections)
        if concepts is not None:  # before the items, in which they are found
            writer.write_thesaurus(concepts)
        merger = _read(options, writer, correcting, sources, reading, Listeners(progress, notify))
        report = merger.report
        report.items, report.is_new = len(writer), base is None
        # What servers say now spares the next update what they say twice.
        changed = writer.changed or sources.changed or visits.kept() != before
        if base is None or changed or file != writer.corrections:
            writer.corrections = file
            writer.commit(sources.summaries(), visits.kept())
            report.uncounted = writer.uncounted
        else:
            writer.cancel()
    if correcting is not None:
        _note(correcting, wait=options.wait)
    report.seconds = perf_counter() - started
    return report


def _corrections(file: str | None) -> Corrections | None:
    if file is None:
        return None
    from indexer.store.corrections.corrections_file import read_corrections  # most indexes have none

    return read_corrections(file)


def _correcting(
    writer: IndexStore, sources: SourceCatalog, corrections: Corrections | None
) -> CorrectingWriter | None:
    if corrections is None:
        return None
    from indexer.store.corrections.correcting_writer import CorrectingWriter  # likewise

    return CorrectingWriter(writer, sources, corrections)


def _note(correcting: CorrectingWriter, *, wait: float) -> None:
    """Let the file of corrections name items by the ids that they have by now."""
    from indexer.store.corrections.corrections_file import note  # likewise

    try:
        note(correcting.corrections, correcting.items.notes(), wait=wait)
    except DragomanError as error:  # the next update can do it as well
        correcting.report.told.append((0, str(error)))


def restore(register: RegisterChanges, ids: Iterable[str]) -> None:
    """Let deleted items come back when they are read again.

    Raises:
        DragomanError: No item was deleted that has or begins with such an id, or several begin so.
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
            many = (
                f"several items that were deleted begin with “{item_id}”; give more of the one that is meant"
            )
            raise DragomanError(many if found else f"no item “{item_id}” was deleted from this index")
        own = found.pop()
        for key in [key for key, value in keys.items() if value == own]:
            del keys[key]


def _read(  # noqa: PLR0913, PLR0917 - all that takes part
    options: WriteOptions,
    writer: IndexStore,
    correcting: CorrectingWriter | None,
    sources: SourceCatalog,
    reading: ReadOptions,
    reported: Listeners,
) -> SourceMerger:
    places = dict(writer.register.places)
    store: DocumentStore = correcting or writer
    merger = SourceMerger(store, sources, reading, reported)
    if correcting is not None:
        merger.excludes = correcting.excludes
    if options.sources is None:
        merger.read_again(_again(sources, reading, merger.report))
    else:
        merger.read(sources.name(options.sources, reading, mirror=options.mirror))
    if options.items is not None:
        merger.take(options.items)
    unchanged = reading.visits.unchanged if reading.visits else []
    merger.count_unchanged(unchanged)
    if not merger.same.ids and not unchanged:
        raise SourceError(_nothing_found(options, merger.report))
    if correcting is not None:
        correcting.counting = False  # what follows hands items on
    removed_items = RemovedItems(store, sources, merger.report, reported.change)
    removed_items.settle(merger.indexed, merger.new_items, places, mirror=options.mirror, sure=options.sure)
    if correcting is not None:
        correcting.settle(merger.indexed, merger.report, reported.change)
    return merger


def _again(
    sources: SourceCatalog, reading: ReadOptions, report: WriteReport
) -> list[tuple[str, ReadOptions]]:
    """List the places of known sources with how each is read; those that cannot be read again are told."""
    found = []
    for source in sources.summaries():
        if source.place in {"-", ITEMS_SOURCE}:
            what = "standard input" if source.place == "-" else "what a program gave"
            report.unreached.append((source.file, f"{what} cannot be read again"))
            continue
        how = {name: getattr(source, name) for name in ("kind", "columns", "include", "exclude")}
        found.append((source.place, reading._replace(**how)))
    return found


def _nothing_found(options: WriteOptions, report: WriteReport) -> str:
    if options.sources is None:
        reasons = "; ".join(reason for _, reason in report.unreached)
        return f"no source of this index gave an item{f': {reasons}' if reasons else ''}"
    if not options.sources:
        first = f": {report.skipped.first[0].reason}" if report.skipped.first else ""
        return f"no item among those given{first}"
    named = ", ".join(map(without_credentials, options.sources))
    skipped = next((one for one in report.skipped.first if not one.field), None)
    line = f"line {skipped.line}: " if skipped and skipped.line else ""
    why = f"; {report.skipped.total:,} skipped, {line}{skipped.reason}" if skipped else ""
    return f"no item found in {named}{why}; see what is read of a source with: dragoman items SOURCE"


NAME: Final = "corrections.jsonl"  # beside dragoman.toml


def place_of_file(file: str | os.PathLike[str]) -> str:
    """Give the absolute path of a file of corrections."""
    return os.path.abspath(file)  # noqa: PTH100 - as the working folder has it, links and all


def build(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path],
    place: Path | IndexLocation[Any],
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    thesauri: Sequence[str | Path] = (),
    own_thesaurus: bool = True,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    facets: Sequence[str] = (),
    corrections: str | os.PathLike[str] | None = None,
) -> WriteReport:
    """Build the index of some sources; one that was there is replaced when the new one is complete.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        place: The index folder, made when it is not there; or where else the index is.
        progress: Called now and then with the source's name and the number of items read so far, from all
            sources.
        wait: How many seconds to wait for another writer to end.
        memory_mb: Memory to stay within in a folder, in MiB, Python and its libraries apart.
        thesauri: Thesauri in SKOS and dictionaries of FreeDict, for the expansion of queries.
        own_thesaurus: Whether Dragoman's own thesaurus stands beside them.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.
        facets: Fields that the items have of their sources, whose values each search shows counted.
        corrections: The file of corrections; None for that of the index that is replaced, if any.

    Returns:
        What was indexed and what was left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError, ClusterError: The folder or the name on the cluster holds something else, cannot be
            written, or is in use by another writer.
        DragomanError: More facets than an index counts, or the file of corrections cannot be read.
    """
    names = facet_names(facets)
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    file = place_of_file(corrections) if corrections else None
    options = WriteOptions(tuple(sources), items, reading, names, corrections=file, wait=wait)
    location = located(place, memory_mb)
    with location.locked(wait):
        if file is None:
            options = options._replace(corrections=location.remembered_corrections())
        return write_sources(options, location, progress, concepts=concepts)


def update(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    sources: Sequence[str | Path] | None,
    place: Path | IndexLocation[Any],
    progress: Progress = lambda _source, _items: None,
    *,
    wait: float = 0.0,
    memory_mb: int = 512,
    reading: ReadOptions = AS_THEY_ARE,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    mirror: bool = False,
    sure: bool = False,
    restore: Sequence[str] = (),
    report: str | os.PathLike[str] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> WriteReport:
    """Add the items of some sources that are new, and replace those that changed.

    Items of the index that the sources do not name stay. Where there is no index yet, this is a build.

    Args:
        sources: Files, addresses, or ``-`` for standard input; None for all that the index knows, each read
            as it was before, and one that cannot be read told and left.
        place: The index folder, made when it is not there; or where else the index is.
        progress: Called with the source's name and the number of items read so far, from all sources.
        wait: How many seconds to wait for another writer to end.
        memory_mb: Memory to stay within in a folder, in MiB, Python and its libraries apart.
        reading: How the sources are read.
        items: Items that are at hand, beside the sources.
        mirror: Whether the sources are the whole truth: what they no longer hold is deleted.
        sure: Whether that may be more than half of a source.
        restore: Ids of deleted items that may come back; ``all`` for all of them.
        report: A file that says what happened, a line of JSON an item.
        corrections: The file of corrections; None for that which the index remembers, if any.

    Returns:
        What was added, replaced, left alone, gone, deleted and left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError, ClusterError: The folder or the name on the cluster holds something else, cannot be
            written, is in use by another writer, or its index is damaged.
        DragomanError: What is to be restored was not deleted, or a mirror would delete too much.
    """
    file = place_of_file(corrections) if corrections else None
    options = WriteOptions(sources, items, reading, (), mirror, sure, tuple(restore), report, file, wait)
    location = located(place, memory_mb)
    all_known = sources is None and items is None
    if all_known:
        location.require()
    with location.locked(wait):
        base = location.base()
        if base is None and all_known:
            raise DragomanError(f"the index in “{location}” knows no source; name one: dragoman build SOURCE")
        concepts = None if base else gather_concepts()
        return write_sources(options, location, progress, base=base, concepts=concepts)

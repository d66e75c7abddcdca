"""Delete items of an index permanently, in one commit."""

from __future__ import annotations

from difflib import get_close_matches
from shlex import quote
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from indexer.annotations import NO_ANNOTATIONS
from indexer.documents.document import is_distinctive, restore
from indexer.errors import DragomanError, message, no_item
from indexer.sources.stream import place_of
from indexer.store.indexing import begin_change
from indexer.store.known_sources import SourceCatalog
from indexer.store.source_items import IndexedItems, reassign
from indexer.store.write_report import Change, WriteReport

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from indexer.documents.document import DocAddress
    from indexer.store.protocols import IndexLocation, IndexStore
    from indexer.store.write_report import OnChange

BATCH_SIZE: Final = 500  # items per request to a remote writer


def delete(  # noqa: PLR0913 - one argument per option
    place: Path | IndexLocation[Any],
    select: Callable[[], Iterable[str] | None],
    *,
    sources: Sequence[str | Path] = (),
    dry_run: bool = False,
    wait: float = 0.0,
    report: str | os.PathLike[str] | None = None,
    on_change: OnChange | None = None,
) -> WriteReport:
    """Delete items of an index.

    Args:
        place: The index folder, or another location of an index.
        select: Returns the ids of the items, or None for all items of the sources. It is called after the
            index is locked, so the items cannot change before they are deleted.
        sources: Names or locations of the sources whose items are deleted. An item that has other sources too
            is reassigned to them, unless its id is given.
        dry_run: Whether to only count, without deleting.
        wait: The seconds to wait for another writer of the folder to end.
        report: A file for the deleted items, a JSON line for each item.
        on_change: Called with the change of each deleted item, also in a dry run.

    Raises:
        MissingItemError: No item has one of the ids.
        DragomanError: A source is unknown, or the report cannot be written.
        IndexFolderError, ClusterError: There is no index, or it is damaged, not writable, or in use by
            another writer.
    """
    started = perf_counter()
    with begin_change(place, wait, report) as (base, writer, notify):
        catalog = SourceCatalog(base.sources)
        named = [*dict.fromkeys(_source_name(catalog, source) for source in sources)]
        fetched = base.fetched
        deletion = _Deletion(writer, catalog, [each for each in (notify, on_change) if each])
        ids = select()
        if ids is not None:
            deletion.delete_ids(ids, named)
        else:
            deletion.delete_sources(named)
            places = {catalog.known.pop(name).place for name in named}
            fetched = tuple(one for one in fetched if one.address not in places)
        deletion.report.items = len(writer)
        if not dry_run and (writer.changed or catalog.changed):
            writer.commit(catalog.summaries(), fetched)
    deletion.report.seconds = perf_counter() - started
    return deletion.report


def _source_name(catalog: SourceCatalog, source: str | Path) -> str:
    """Return the name of a source, given its name or its location."""
    if str(source) in catalog.known:
        return str(source)
    found = [name for name, one in catalog.known.items() if one.place == place_of(source)]
    if found:
        return found[0]
    if member := catalog.member(source):
        raise DragomanError(
            message("store.part_of_source", source=source, member=catalog.of(member), quoted=quote(member))
        )
    near = get_close_matches(str(source), catalog.known, 1)
    meant = message("store.is_meant", name=near[0]) if near else ""
    raise DragomanError(message("store.unknown_source", source=source, meant=meant))


class _Deletion:
    """The deletion of items in progress, with its counts."""

    def __init__(self, writer: IndexStore, sources: SourceCatalog, listeners: Sequence[OnChange]) -> None:
        self.report = WriteReport()
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self._listeners = listeners

    def delete_ids(self, ids: Iterable[str], sources: Sequence[str]) -> None:
        """Delete items by id.

        If ``sources`` are given, only items whose first source is one of them are deleted.
        """
        wanted = [*dict.fromkeys(ids)]
        for number, item_id in enumerate(wanted):
            if not number % BATCH_SIZE:
                self._writer.prefetch(wanted[number : number + BATCH_SIZE])
            current = self._register.former.get(item_id, item_id)
            address = self._writer.find(current) or self._writer.find(item_id)
            if address is None:
                raise no_item(item_id)
            first = self._sources.of(self._writer.item(address).source.file) if sources else ""
            if first in sources or not sources:
                self._delete(address)

    def delete_sources(self, sources: Sequence[str]) -> None:
        """Delete all items of sources.

        Items that are also in a source that is not given are kept, and reassigned to that source.
        """
        register = self._register
        staying = set()  # items of other sources that are in these sources too
        for item_id, places in [*register.places.items()]:
            files = [place.file for place in places if self._sources.of(place.file) in sources]
            register.drop_places(item_id, files)
            if files:
                staying.add(item_id)
        for name in sources:
            for address in IndexedItems(self._writer, name, known=True).missing():
                item_id, _ = self._writer.head(address)
                staying.discard(item_id)
                if others := register.places.get(item_id):
                    self.report.unchanged += 1
                    reassign(self._writer, self._sources, address, name, others[0])
                else:
                    self._delete(address)
        self.report.unchanged += len(staying)
        register.gone.difference_update([pair for pair in register.gone if pair[0] in sources])

    def _delete(self, address: DocAddress) -> None:
        register = self._register
        document = restore(self._writer.record(address))
        source = document.item.source
        keys = [document.id, *register.formers(document.id)]
        if is_distinctive(document):
            keys.append(register.deleted_key(document.digest))
        register.forget(document.id)
        self.report.annotated += self._writer.annotations.of(document.id) != NO_ANNOTATIONS
        if not self._writer.keeps_annotations:  # otherwise they are kept in case the item returns
            self._writer.annotations.set(document.id, NO_ANNOTATIONS)
        register.deleted.update(dict.fromkeys(keys, document.id))
        register.gone.discard((self._sources.of(source.file), document.id))
        self._writer.delete(address)
        self._sources.items[self._sources.of(source.file)] -= 1
        self.report.deleted += 1
        for listener in self._listeners:
            listener(Change("deleted", document.id, document.title, source))

"""Find the indexed items that a source no longer contains, and reassign, replace or delete them.

An item of several sources that is corrected in one of them becomes two items, as the others still have the
old text. When the last of these also has the new text, the old item is merged into the new one. Removed items
are therefore compared with the new items of all their sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.documents.document import DocAddress, restore
from indexer.documents.stored_record import with_place
from indexer.errors import DragomanError, message
from indexer.store.write_report import Change

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from indexer.documents import Document
    from indexer.item import SourceLines
    from indexer.store.changed_items import Read, RemovedTexts
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import Docs, DocumentStore
    from indexer.store.write_report import Listeners, WriteReport


class IndexedItems:
    """The items of the base generation that have the same first source.

    Attributes:
        known: Whether the base generation has the source.
        holds: Whether the source has an item that is in the index or in a source read before.
        unread: Files in the source that could not be read, whose items do not count as removed.
    """

    def __init__(self, writer: DocumentStore, name: str, *, known: bool) -> None:
        self.known = known
        self.holds = False
        self.unread: set[str] = set()
        self._writer = writer
        self._name = name
        self._met = [bytearray(segment.documents) for segment in writer.segments] if known else []

    def mark_found(self, address: DocAddress) -> None:
        """Record that the source still contains an item."""
        if self.known:
            self._met[address.segment][address.doc] = 1

    def was_found(self, address: DocAddress) -> bool:
        """Return whether the source still contains an item."""
        return self.known and bool(self._met[address.segment][address.doc])

    def gone(self) -> RemovedTexts:
        """Return the removed items that are in no other source."""
        from indexer.store.changed_items import RemovedTexts  # most sources have no removed items

        places, docs = self._writer.register.places, self._missing()
        if places:
            pairs = zip(self._writer.segments, docs, strict=True)
            docs = [
                own[[segment.head(doc)[0] not in places for doc in own.tolist()]] for segment, own in pairs
            ]
        return RemovedTexts(self._writer.segments, docs)

    def shares(self) -> bool:
        """Return whether any removed item is in another source."""
        places = self._writer.register.places
        return bool(places) and any(self._writer.head(address)[0] in places for address in self.missing())

    def missing(self) -> Iterator[DocAddress]:
        """Yield the removed items."""
        for number, docs in enumerate(self._missing()):
            yield from (DocAddress(number, doc) for doc in docs.tolist())

    @property
    def former_count(self) -> int:
        """The number of base items whose first source is this one."""
        segments = self._writer.segments
        return sum(len(np.setdiff1d(one.of_source(self._name), [*one.deleted])) for one in segments)

    def _missing(self) -> list[Docs]:
        found = []
        for number, (met, segment) in enumerate(zip(self._met, self._writer.segments, strict=False)):
            docs = segment.of_source(self._name)
            docs = docs[np.frombuffer(met, np.uint8)[docs] == 0]
            for member in self.unread:
                docs = np.setdiff1d(docs, segment.of_source(member))
            found.append(self._writer.live(number, docs))
        return found


MAX_HELD: Final = 1 << 25  # bytes of records that are kept until all sources are read


class NewItems:
    """New items that are also in other sources, or whose old text may be there."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[Document, str]]] = {}
        self._room = MAX_HELD

    def note(self, source: str, document: Document, item_id: str) -> None:
        """Record an item that is new in a source."""
        if self._room > 0:
            self._room -= len(document.record)
            self._of.setdefault(source, []).append((document, item_id))

    def find_successors(
        self, gone: Iterable[tuple[DocAddress, Collection[str]]], writer: DocumentStore, read: Read
    ) -> dict[DocAddress, tuple[Document, str]]:
        """Return the new items that are changed versions of removed items, with their ids."""
        if not self._of:
            return {}
        from indexer.store.changed_items import RemovedTexts, pairs

        left = dict(gone)
        successors: dict[DocAddress, tuple[Document, str]] = {}
        for source, came in self._of.items():
            docs: list[list[int]] = [[] for _ in writer.segments]
            for address, sources in left.items():
                if source in sources and address not in successors:
                    docs[address.segment].append(address.doc)
            arrays = [np.array(sorted(own), np.int64) for own in docs]
            if any(map(len, arrays)):
                removed = RemovedTexts(writer.segments, arrays)
                matched = pairs([document for document, _ in came], removed, read)
                successors |= {address: came[at] for at, address in matched.items()}
        return successors


def reassign(
    writer: DocumentStore, sources: SourceCatalog, address: DocAddress, name: str, place: SourceLines
) -> None:
    """Reassign an item to another one of its sources."""
    item_id, _ = writer.head(address)
    writer.register.drop_places(item_id, [place.file])
    writer.replace(address, restore(with_place(writer.record(address), place)))
    sources.items[name] -= 1
    sources.items[sources.of(place.file)] += 1


MAX_REMOVED_SHARE: Final = 0.5  # the share of a source's items that a mirror deletes without confirmation


class RemovedItems:
    """Removes the items and locations that sources no longer have, after all sources are read."""

    def __init__(
        self, writer: DocumentStore, sources: SourceCatalog, report: WriteReport, listeners: Listeners
    ) -> None:
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self._report = report
        self._on_change = listeners.change

    def settle(
        self,
        read: Mapping[str, IndexedItems],
        new_items: NewItems,
        before: Mapping[str, tuple[SourceLines, ...]],
        *,
        mirror: bool = False,
        sure: bool = False,
    ) -> None:
        """Handle the removed items of the sources that were read.

        Args:
            read: The base items of each source, or part of a source, that was read.
            new_items: New items of the sources, which may be changed versions of removed ones.
            before: The other source locations of base items, by id.
            mirror: Whether to delete removed items.
            sure: Whether a mirror may delete more than half of a source's items.

        Raises:
            DragomanError: A mirror would delete more than half of a source without ``sure``.
        """
        self._remove_places(read, before)
        all_removed = {name: self._removed(name, indexed) for name, indexed in read.items() if indexed.known}
        self._replace_removed(all_removed, new_items, before)
        for name, gone in all_removed.items():
            total = len(gone) and read[name].former_count
            if mirror and not sure and len(gone) > MAX_REMOVED_SHARE * total:
                raise DragomanError(
                    message("store.mirror_deletes_most", name=name, count=len(gone), total=total)
                )
            known, source = self._register.gone, self._sources.of(name)
            earlier = self._removed_before(name)
            known.difference_update([(source, item_id) for item_id in earlier])
            for address, item_id in gone:
                if mirror:
                    self._delete(name, address, item_id)
                    continue
                known.add((source, item_id))
                if item_id not in earlier:
                    self._report.gone += 1
                    self._report_change("gone", address, f"{name} no longer holds it; it stays")

    def _replace_removed(
        self,
        all_removed: Mapping[str, list[tuple[DocAddress, str]]],
        new_items: NewItems,
        before: Mapping[str, tuple[SourceLines, ...]],
    ) -> None:
        """Merge removed items into their changed versions; these do not count as removed."""

        def was_in(name: str, item_id: str) -> set[str]:
            return {
                self._sources.of(name),
                *(self._sources.of(place.file) for place in before.get(item_id, ())),
            }

        removed = [
            (address, was_in(name, item_id))
            for name, gone in all_removed.items()
            for address, item_id in gone
        ]
        successors = new_items.find_successors(removed, self._writer, self._writer.item)
        for name, gone in all_removed.items() if successors else ():
            for address, item_id in gone:
                if address not in successors:
                    continue
                document, now = successors[address]
                if self._on_change:
                    reason = "its new text stands in another source too"
                    place = document.item.source
                    self._on_change(Change("replaced", now, document.title, place, item_id, reason))
                self._writer.delete(address)
                self._register.merge(item_id, now)
                self._sources.items[self._sources.of(name)] -= 1
                self._report.replaced += 1
            gone[:] = [pair for pair in gone if pair[0] not in successors]

    def _remove_places(
        self, read: Mapping[str, IndexedItems], before: Mapping[str, tuple[SourceLines, ...]]
    ) -> None:
        """Remove those other source locations at which an item is no longer found."""
        for item_id, places in before.items():
            address = self._writer.find(item_id)
            for place in places if address else ():
                indexed = read.get(self._sources.of(place.file, among=read))
                if address and indexed and indexed.known and not indexed.was_found(address):
                    self._register.drop_places(item_id, [place.file])

    def _removed(self, name: str, indexed: IndexedItems) -> list[tuple[DocAddress, str]]:
        """Return the removed items of a source, after reassigning those that are also in other sources."""
        gone, name = [], self._sources.of(name)
        for address in indexed.missing():
            item_id, _ = self._writer.head(address)
            elsewhere = self._elsewhere(name, item_id)
            if elsewhere is None:
                gone.append((address, item_id))
                continue
            reassign(self._writer, self._sources, address, name, elsewhere)
        return gone

    def _removed_before(self, name: str) -> set[str]:
        """Return the ids of items that earlier updates found removed from a source, or from a part of it."""
        source = self._sources.of(name)
        gone = {item_id for of, item_id in self._register.gone if of == source}
        return gone if name == source else {item_id for item_id in gone if self._may_be_in(name, item_id)}

    def _may_be_in(self, part: str, item_id: str) -> bool:
        address = self._writer.find(item_id)
        return address is None or f"{self._writer.item(address).source.file}/".startswith(f"{part}/")

    def _elsewhere(self, name: str, item_id: str) -> SourceLines | None:
        places = self._register.places.get(item_id, ())
        return next((place for place in places if self._sources.of(place.file) != name), None)

    def _delete(self, name: str, address: DocAddress, item_id: str) -> None:
        self._report_change("deleted", address, f"{name} no longer holds it")
        self._writer.delete(address)
        self._register.forget(item_id)
        self._sources.items[self._sources.of(name)] -= 1
        self._report.deleted += 1

    def _report_change(self, what: str, address: DocAddress, reason: str) -> None:
        if self._on_change:
            item = self._writer.item(address)
            self._on_change(Change(what, item.id, item.title, item.source, None, reason))

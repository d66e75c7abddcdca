"""What sources no longer hold: told and kept, as feeds roll; deleted where a source is the whole truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.errors import DragomanError
from indexer.item import NewsItem, decode_record
from indexer.store.hand_over import hand_over
from indexer.store.report import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.item import SourceLines
    from indexer.store.address import DocAddress
    from indexer.store.known_sources import KnownSources
    from indexer.store.newcomers import Newcomers
    from indexer.store.report import Tell, WriteReport
    from indexer.store.standing import Standing
    from indexer.store.writer import IndexWriter

MOST_GONE: Final = 0.5  # of a source's items that a mirror deletes without being told so


class RolledOff:
    """Brings an index up to date with what its sources no longer hold, when all of them were read.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index.
        report: Counts what happens.
        tell: Called with each change; None for nobody.
    """

    def __init__(
        self, writer: IndexWriter, sources: KnownSources, report: WriteReport, tell: Tell | None
    ) -> None:
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self._report = report
        self._tell = tell

    def settle(
        self,
        read: Mapping[str, Standing],
        newcomers: Newcomers,
        before: Mapping[str, tuple[SourceLines, ...]],
        *,
        mirror: bool = False,
        sure: bool = False,
    ) -> None:
        """Settle what the sources that were read no longer hold.

        Args:
            read: They, or the parts of them that were read, with what each had and holds.
            newcomers: What they hold newly, of which some may be what is gone, changed.
            before: The other places of items in the base generation.
            mirror: Whether the sources are the whole truth, so that what they no longer hold is deleted.
            sure: Whether that may be more than half of a source.

        Raises:
            DragomanError: It is, and nobody said so.
        """
        self._leave(read, before)
        all_gone = {name: self._gone(name, standing) for name, standing in read.items() if standing.known}
        self._hand_on(all_gone, newcomers, before)
        for name, gone in all_gone.items():
            had = len(gone) and read[name].had
            if mirror and not sure and len(gone) > MOST_GONE * had:
                raise DragomanError(
                    f"{name} no longer holds {len(gone):,} of its {had:,} items; nothing is changed: "
                    "add --yes where that is right, and they are deleted"
                )
            known, source = self._register.gone, self._sources.of(name)
            earlier = self._gone_before(name)
            known.difference_update([(source, item_id) for item_id in earlier])
            for address, item_id in gone:
                if mirror:
                    self._delete(name, address, item_id)
                    continue
                known.add((source, item_id))
                if item_id not in earlier:
                    self._report.gone += 1
                    self._say("gone", address, f"{name} no longer holds it; it stays")

    def _hand_on(
        self,
        all_gone: Mapping[str, list[tuple[DocAddress, str]]],
        newcomers: Newcomers,
        before: Mapping[str, tuple[SourceLines, ...]],
    ) -> None:
        """Let what is gone be the item that it has become in one of its sources: it is not gone then."""

        def stood_in(name: str, item_id: str) -> set[str]:
            return {
                self._sources.of(name),
                *(self._sources.of(place.file) for place in before.get(item_id, ())),
            }

        stood = [
            (address, stood_in(name, item_id)) for name, gone in all_gone.items() for address, item_id in gone
        ]
        became = newcomers.what_became(stood, self._writer, self._item)
        for name, gone in all_gone.items() if became else ():
            for address, item_id in gone:
                if address not in became:
                    continue
                document, now = became[address]
                if self._tell:
                    reason = "its new text stands in another source too"
                    place = document.item.source
                    self._tell(Change("replaced", now, document.title, place, item_id, reason))
                self._writer.delete(address)
                self._register.merge(item_id, now)
                self._sources.items[self._sources.of(name)] -= 1
                self._report.replaced += 1
            gone[:] = [pair for pair in gone if pair[0] not in became]

    def _leave(self, read: Mapping[str, Standing], before: Mapping[str, tuple[SourceLines, ...]]) -> None:
        """Forget other places where items no longer stand."""
        for item_id, places in before.items():
            address = self._writer.find(item_id)
            for place in places if address else ():
                standing = read.get(self._sources.of(place.file, among=read))
                if address and standing and standing.known and not standing.has_met(address):
                    self._register.drop_places(item_id, [place.file])

    def _gone(self, name: str, standing: Standing) -> list[tuple[DocAddress, str]]:
        """List what a source no longer holds; what stands in another one too is of that from now on."""
        gone, name = [], self._sources.of(name)
        for address in standing.unmet():
            item_id, _ = self._writer.head(address)
            elsewhere = self._elsewhere(name, item_id)
            if elsewhere is None:
                gone.append((address, item_id))
                continue
            hand_over(self._writer, self._sources, address, name, elsewhere)
        return gone

    def _gone_before(self, name: str) -> set[str]:
        """List what was gone of a source before; of a part of one only what is of that, or was read now."""
        source = self._sources.of(name)
        gone = {item_id for of, item_id in self._register.gone if of == source}
        return gone if name == source else {item_id for item_id in gone if self._may_be_of(name, item_id)}

    def _may_be_of(self, part: str, item_id: str) -> bool:
        address = self._writer.find(item_id)
        return address is None or f"{self._item(address).source.file}/".startswith(f"{part}/")

    def _elsewhere(self, name: str, item_id: str) -> SourceLines | None:
        places = self._register.places.get(item_id, ())
        return next((place for place in places if self._sources.of(place.file) != name), None)

    def _delete(self, name: str, address: DocAddress, item_id: str) -> None:
        self._say("deleted", address, f"{name} no longer holds it")
        self._writer.delete(address)
        self._register.forget(item_id)
        self._sources.items[self._sources.of(name)] -= 1
        self._report.deleted += 1

    def _say(self, what: str, address: DocAddress, reason: str) -> None:
        if self._tell:
            item = self._item(address)
            self._tell(Change(what, item.id, item.title, item.source, None, reason))

    def _item(self, address: DocAddress) -> NewsItem:
        return NewsItem.from_record(decode_record(self._writer.record(address)))

"""An item that stands in several sources, when the one that it names first holds it no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.documents.document import restore
from indexer.documents.stored_record import placed

if TYPE_CHECKING:
    from indexer.item import SourceLines
    from indexer.store.address import DocAddress
    from indexer.store.known_sources import KnownSources
    from indexer.store.writer import IndexWriter


def hand_over(
    writer: IndexWriter, sources: KnownSources, address: DocAddress, name: str, place: SourceLines
) -> None:
    """Let an item be of another source from now on, in which it stands too.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index, which count their items.
        address: Where the item stands in the base generation.
        name: The source that it was of.
        place: The other place.
    """
    item_id, _ = writer.head(address)
    writer.register.drop_places(item_id, [place.file])
    writer.replace(address, restore(placed(writer.record(address), place)))
    sources.items[name] -= 1
    sources.items[sources.of(place.file)] += 1

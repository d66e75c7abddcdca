"""What sources hold newly: is any of it an item that they no longer hold, whose new text stands elsewhere?

An item of several sources that one of them corrects becomes two: the others still have the old text. When the
last of these has the new text too, the old item is the new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from indexer.documents import Document
    from indexer.store.address import DocAddress
    from indexer.store.changed import Read
    from indexer.store.writer import IndexWriter

MOST_HELD: Final = 1 << 25  # bytes of records that are kept until all sources were read


class Newcomers:
    """What sources hold newly: items of other sources too, or ones whose old text may stand in others."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[Document, str]]] = {}
        self._room = MOST_HELD

    def note(self, source: str, document: Document, item_id: str) -> None:
        """Take an item that a source did not hold before.

        Args:
            source: The source.
            document: The item as it stands there.
            item_id: The id that it has in the index.
        """
        if self._room > 0:
            self._room -= len(document.record)
            self._of.setdefault(source, []).append((document, item_id))

    def what_became(
        self, gone: Iterable[tuple[DocAddress, Collection[str]]], writer: IndexWriter, read: Read
    ) -> dict[DocAddress, tuple[Document, str]]:
        """Find the new items of which those that are gone are earlier versions.

        Args:
            gone: Items that no source holds any more, with the sources that did.
            writer: Writes the next generation.
            read: Reads an item of the index.

        Returns:
            For each that has become another one that, and its id.
        """
        if not self._of:
            return {}
        from indexer.store.changed import pairs

        left = dict(gone)
        became: dict[DocAddress, tuple[Document, str]] = {}
        for source, came in self._of.items():
            docs: list[list[int]] = [[] for _ in writer.segments]
            for address, sources in left.items():
                if source in sources and address not in became:
                    docs[address.segment].append(address.doc)
            arrays = [np.array(sorted(own), np.int64) for own in docs]
            if any(map(len, arrays)):
                matched = pairs([document for document, _ in came], writer.gone(arrays), read)
                became |= {address: came[at] for at, address in matched.items()}
        return became

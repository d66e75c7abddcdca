"""What an index has of one source, and which of it the source still holds when it is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.store.address import DocAddress

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from indexer.codec.segment import Segment
    from indexer.store.changed import Gone
    from indexer.store.writer import IndexWriter

    Docs = npt.NDArray[Any]


class Standing:
    """The items of one source in the base generation that name it first.

    Args:
        writer: Writes the next generation.
        name: The name of the source.
        known: Whether the base generation knows it.

    Attributes:
        known: The same.
        holds: Whether it holds an item that was known or read before.
        unread: Members of it that could not be read: nothing is known of what they hold.
    """

    def __init__(self, writer: IndexWriter, name: str, *, known: bool) -> None:
        self.known = known
        self.holds = False
        self.unread: set[str] = set()
        self._writer = writer
        self._name = name
        self._met = [bytearray(segment.documents) for segment in writer.segments] if known else []

    def meet(self, address: DocAddress) -> None:
        """Note that the source holds an item."""
        if self.known:
            self._met[address.segment][address.doc] = 1

    def has_met(self, address: DocAddress) -> bool:
        """Tell whether the source holds an item."""
        return self.known and bool(self._met[address.segment][address.doc])

    def gone(self) -> Gone:
        """Give the items that it no longer holds, those apart that stand in other sources too."""
        register = self._writer.register
        docs = self._unmet()
        if register.places:
            heads = [segment.heads(own.tolist()) for segment, own in zip(self._segments, docs, strict=True)]
            docs = [
                own[[item_id not in register.places for item_id, _ in of_segment]] if len(own) else own
                for own, of_segment in zip(docs, heads, strict=True)
            ]
        return self._writer.gone(docs)

    def shares(self) -> bool:
        """Tell whether other sources have anything of what it no longer holds."""
        places = self._writer.register.places
        return bool(places) and any(self._writer.head(address)[0] in places for address in self.unmet())

    def unmet(self) -> Iterator[DocAddress]:
        """Yield the items that it no longer holds."""
        for number, docs in enumerate(self._unmet()):
            yield from (DocAddress(number, doc) for doc in docs.tolist())

    @property
    def had(self) -> int:
        """How many items of the base generation name it first."""
        return sum(
            len(np.setdiff1d(self._documents(number, self._name), segment.deleted))
            for number, segment in enumerate(self._segments)
        )

    @property
    def _segments(self) -> list[Segment]:
        return self._writer.segments

    def _unmet(self) -> list[Docs]:
        found = []
        for number, met in enumerate(self._met):
            docs = self._documents(number, self._name)
            docs = docs[np.frombuffer(met, np.uint8)[docs] == 0]
            for member in self.unread:
                docs = np.setdiff1d(docs, self._documents(number, member))
            found.append(self._writer.live_of(number, docs))
        return found

    def _documents(self, number: int, name: str) -> Docs:
        return self._writer.of_source(number, name)

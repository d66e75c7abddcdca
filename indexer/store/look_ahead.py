"""Documents read ahead of whoever takes them, so that a writer that is far away looks many up at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.documents import Document
from indexer.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.sources import Skipped
    from indexer.store.writer import IndexWriter

MOST: Final = 500  # documents that are read ahead ...
MOST_BYTES: Final = 1 << 24  # ... unless their records take more


class LookAhead:
    """Reads documents ahead; what is left out of sources is told in its turn.

    Args:
        writer: Writes the next generation.
        skip: Told of each record or line that is left out.
    """

    def __init__(self, writer: IndexWriter, skip: Callable[[Skipped], None]) -> None:
        self._writer = writer
        self._skip = skip
        self._waiting: list[Document | Skipped] | None = None  # while documents are read ahead

    def skip(self, skipped: Skipped) -> None:
        """Take what a reader leaves out."""
        if self._waiting is None:
            self._skip(skipped)
        else:
            self._waiting.append(skipped)

    def read(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield documents, looked up where the writer is far away.

        Raises:
            SourceError: Their source cannot be read any further.
        """
        if not self._writer.is_far:
            yield from documents
            return
        reader = iter(documents)
        while True:
            waiting, error = self._read(reader)
            read = [one for one in waiting if isinstance(one, Document)]
            self._writer.look_up([one.id for one in read], [one.digest for one in read])
            for one in waiting:
                if isinstance(one, Document):
                    yield one
                else:
                    self._skip(one)
            if error:
                raise error
            if not read:
                return

    def _read(self, reader: Iterator[Document]) -> tuple[list[Document | Skipped], SourceError | None]:
        waiting = self._waiting = []
        count = size = 0
        try:
            while count < MOST and size < MOST_BYTES and (document := next(reader, None)):
                waiting.append(document)
                count, size = count + 1, size + len(document.record)
        except SourceError as error:
            return waiting, error
        finally:
            self._waiting = None
        return waiting, None

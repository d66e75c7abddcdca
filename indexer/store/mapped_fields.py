"""Names of fields that a user maps: each must be in one of the sources that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.documents import Document
    from indexer.sources import Skipped


class MappedFields:
    """Knows which names no source has.

    Args:
        columns: The names, each with what it stands for.
        skip: Told of all that is left out of sources.
    """

    def __init__(self, columns: Iterable[tuple[str, str]], skip: Callable[[Skipped], None]) -> None:
        self._names = [name for name, _ in columns]
        self._skip = skip
        self._files: set[str] = set()  # that gave items
        self._unmet: dict[str, dict[str, str]] = {}  # names to files that have them not, each with the remark

    def skip(self, skipped: Skipped) -> None:
        """Take what is left out."""
        if skipped.unmet:
            self._unmet.setdefault(skipped.unmet, {})[skipped.file] = skipped.reason
        self._skip(skipped)

    def of(self, documents: Iterable[Document]) -> Iterable[Document]:
        """Give documents on, and see which files they are of."""
        return self._seen(documents) if self._names else documents

    def _seen(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            self._files.add(document.item.source.file)
            yield document

    def check(self) -> None:
        """Make sure that each name was met.

        Raises:
            SourceError: One stands in no source, so that it is a mistake; what is there is named.
        """
        for name in self._names:
            without = self._unmet.get(name, {})
            if without and without.keys() >= self._files:
                file, reason = next(iter(without.items()))
                raise SourceError(f"{file}: {reason}")

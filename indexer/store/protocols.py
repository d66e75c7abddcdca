"""Define the request of a write, and the protocols that every store implements.

A store is a folder or a cluster. The protocols are those of locations, segments and generations; they contain
the methods that all stores share.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from indexer.documents.document import DocAddress
from indexer.documents.stored_record import since_of
from indexer.item import NewsItem, decode_record
from indexer.option_tables import BUILD, UPDATE, WRITE, WriteOptions, require_known
from indexer.sources import AS_THEY_ARE
from indexer.store.manifest import CommitTimes
from indexer.store.register import AnnotationChanges, RegisterChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy.typing as npt

    from indexer.annotations import Annotations
    from indexer.documents import Document
    from indexer.item import Validators
    from indexer.sources import ReadOptions
    from indexer.store.manifest import SourceSummary
    from indexer.thesaurus.concept import Concept

    Docs = npt.NDArray[Any]


class WriteRequest(SimpleNamespace):
    """The sources and options of a build or an update.

    Each option is an attribute.

    Args:
        sources: Files, URLs, or ``-`` for standard input; ``None`` to read all sources of the index again.
        reading: The options of reading.
        options: Options of :class:`indexer.option_tables.WriteOptions`, except the options of reading.
    """

    def __init__(
        self, sources: Sequence[str | Path] | None, reading: ReadOptions = AS_THEY_ARE, **options: Any
    ) -> None:
        require_known(options, _DEFAULTS, "WriteRequest")
        file = options.get("corrections")
        super().__init__(**_DEFAULTS | options | {"corrections": place_of_file(file) if file else None})
        self.sources = sources
        self.reading = reading._replace(jobs=self.jobs)


_DEFAULTS: Final = {name: option.default for name, option in WriteOptions.of(WRITE, BUILD, UPDATE).items()}


def place_of_file(file: str | os.PathLike[str]) -> str:
    """Return the absolute path of a corrections file."""
    return os.path.abspath(file)  # noqa: PTH100 - keeps symbolic links


class WordIndex(Protocol):
    """The protocol for finding the documents that contain a word."""

    def documents_with_any(self, words: Iterable[str]) -> Docs:
        """Return the documents that contain any of the rarest words of ``words``.

        A document is repeated for each such word that it contains.
        """


class SegmentView(Protocol):
    """A segment of the previous generation.

    All documents of an index on a cluster form one segment.

    Attributes:
        documents: The number of documents, including deleted ones; every document number is lower.
        deleted: The documents deleted in the previous generation.
        since: The generation that added the documents whose records do not state a generation.
        is_remote: Whether documents should be looked up in batches, because each request takes time.
    """

    documents: int
    deleted: Collection[int]
    since: int
    is_remote: bool

    def prefetch(self, ids: Sequence[str], digests: Iterable[int] = ()) -> None:
        """Fetch documents by id or digest, before they are looked up one by one."""

    def find_id(self, item_id: str, /) -> int:
        """Return the document with an id, even a deleted one, or -1 if there is none."""

    def head(self, doc: int, /) -> tuple[str, str | None]:
        """Return the id and the title of a document."""

    def read_record(self, doc: int, /) -> bytes:
        """Return the stored record of a document."""

    def find_digest(self, digest: int, /) -> Iterable[int]:
        """Return the documents, also deleted ones, with a digest of day, title and text."""

    def find_source(self, name: str) -> Docs:
        """Return the documents, also deleted ones, of a source or of a file in a source."""

    def find_title(self, title: str) -> Docs:
        """Return the documents that may have a title.

        All documents with the title are returned, even deleted ones, and perhaps documents without it.
        """

    def word_index(self, docs: Docs) -> WordIndex:
        """Return an index of the words in the given documents.

        The index may contain further documents. If the given documents have too many words, the last of them
        may be missing.
        """


class DocumentStore(Protocol):
    """The documents of the next generation, kept from the previous one or added.

    Attributes:
        segments: The segments of the previous generation.
        deleted: For each segment, the documents that are not in the next generation.
        register: The changes to the register (:mod:`indexer.store.register`).
        annotations: The annotations of items, by their current ids.
    """

    segments: Sequence[SegmentView]
    deleted: Sequence[set[int]]
    register: RegisterChanges
    annotations: AnnotationChanges

    @abstractmethod
    def add(self, document: Document, since: int | None = None) -> None:
        """Add a document, whose id no other document has, except deleted ones.

        Args:
            document: The document.
            since: The first generation that contained the item; ``None`` if that is the next generation.

        Raises:
            IndexFolderError, ClusterError: The document cannot be written.
        """

    @property
    def is_remote(self) -> bool:
        """Whether documents should be looked up in batches, because each request takes time."""
        return any(segment.is_remote for segment in self.segments)

    def prefetch(self, ids: Iterable[str], digests: Iterable[int] = ()) -> None:
        """Fetch documents by current or former id, or by digest, before they are looked up one by one."""
        if self.is_remote:
            wanted = [*ids]
            wanted += [self.register.former[one] for one in wanted if one in self.register.former]
            for segment in self.segments:
                segment.prefetch(wanted, digests)

    def find(self, item_id: str) -> DocAddress | None:
        """Return the address of the document with an id, or None, ignoring deleted documents."""
        for number, segment in enumerate(self.segments):
            doc = segment.find_id(item_id)
            if doc >= 0 and doc not in self.deleted[number]:
                return DocAddress(number, doc)
        return None

    def find_current(self, item_id: str) -> DocAddress | None:
        """Return the address of the document with a current or former id, or None.

        Deleted documents are ignored.
        """
        address = self.find(item_id)
        if address is None and (current := self.register.former.get(item_id)) is not None:
            address = self.find(current)
        return address

    def record(self, address: DocAddress) -> bytes:
        """Read the stored record of a document in the previous generation."""
        return self.segments[address.segment].read_record(address.doc)

    def item(self, address: DocAddress) -> NewsItem:
        """Read an item of the index that this write replaces."""
        return NewsItem.from_record(decode_record(self.record(address)))

    def head(self, address: DocAddress) -> tuple[str, str | None]:
        """Read the id and the title of a document in the previous generation."""
        return self.segments[address.segment].head(address.doc)

    def has_digest(self, address: DocAddress, digest: int) -> bool:
        """Return whether an indexed document has a digest of day, title and text."""
        return address.doc in self.segments[address.segment].find_digest(digest)

    def find_digest(self, digest: int) -> Iterator[DocAddress]:
        """Yield the documents with a digest of day, title and text, without deleted ones."""
        for number, segment in enumerate(self.segments):
            for doc in segment.find_digest(digest):
                if doc not in self.deleted[number]:
                    yield DocAddress(number, doc)

    def find_title(self, title: str) -> Iterator[DocAddress]:
        """Yield the documents that may have a title, without deleted ones.

        All documents with the title are included, and perhaps documents without it.
        """
        for number, segment in enumerate(self.segments):
            for doc in self.live(number, segment.find_title(title)).tolist():
                yield DocAddress(number, doc)

    def live(self, number: int, docs: Docs) -> Docs:
        """Return the given documents of a segment that are not deleted."""
        if not self.deleted[number]:
            return docs
        import numpy as np

        return docs[~np.isin(docs, [*self.deleted[number]])]

    def replace(self, address: DocAddress, document: Document) -> None:
        """Replace a document by a new one, which keeps the generation that added the item."""
        self.add(document, self.remove(address))

    def remove(self, address: DocAddress) -> int:
        """Remove a document, and return the generation that added its item."""
        segment = self.segments[address.segment]
        since = since_of(segment.read_record(address.doc))
        self.delete(address)
        return segment.since if since is None else since

    def delete(self, address: DocAddress) -> None:
        """Delete a document from the next generation."""
        self.deleted[address.segment].add(address.doc)


class IndexStore(DocumentStore, Protocol):
    """A writer of the next generation of an index.

    Readers see the previous generation until ``commit`` returns.

    Attributes:
        base: The manifest of the previous generation; None if there is none.
        added: The number of documents added.
        facets: The custom fields that the next generation counts by default; initially those of the base.
        uncounted: After a commit, a message for each requested facet that cannot be counted.
        corrections: The path of the corrections file; initially that of the base.
        keeps_annotations: Whether the index is the primary store of annotations, to which a corrections file
            can only add. If False, the corrections file is the primary store, and the index has a copy.
        ever_annotated: Whether an index that keeps annotations ever had any.
        is_committed: Whether the next generation is the current one.
    """

    base: GenerationManifest | None
    added: int
    facets: tuple[str, ...]
    uncounted: tuple[str, ...]
    corrections: str | None
    keeps_annotations: bool = False
    ever_annotated: bool = False
    is_committed: bool = False

    def begin(
        self,
        base: GenerationManifest | None,
        segments: Sequence[SegmentView],
        register: Iterable[list[Any]],
        annotations: Callable[[], Mapping[str, Annotations]] = dict,
    ) -> None:
        """Start from the previous generation, or from nothing if ``base`` is None."""
        self.added, self.uncounted = 0, ()
        self.facets = base.facets if base else ()
        self.corrections = base.corrections if base else None
        self.base = base
        self.segments = segments
        self.deleted = [set(segment.deleted) for segment in segments]
        self.register = RegisterChanges(register)
        self.annotations = AnnotationChanges(annotations)

    def __len__(self) -> int:
        """Return the number of documents of the next generation."""
        live = zip(self.segments, self.deleted, strict=True)
        return self.added + sum(segment.documents - len(deleted) for segment, deleted in live)

    @property
    def changed(self) -> bool:
        """Whether the next generation differs from the previous one."""
        return self.changes_items or self.register.changed or bool(self.annotations.changes)

    @property
    def changes_items(self) -> bool:
        """Whether the next generation adds or deletes documents."""
        deleted = zip(self.segments, self.deleted, strict=True)
        return bool(self.added) or any(len(now) > len(segment.deleted) for segment, now in deleted)

    def times(self, generation: int, built: str) -> str | None:
        """Return the encoded times of the latest commits that changed items."""
        base = self.base
        if base and base.times and not self.changes_items and not self.register.changed:
            return base.times
        before = CommitTimes(base.times, base.built, int(base.generation)) if base else CommitTimes()
        return before.encode_with(generation, built, self.register.changed_items)

    @abstractmethod
    def write_thesaurus(self, concepts: Iterable[Concept]) -> None:
        """Compile a new thesaurus, which replaces that of the previous generation."""

    @abstractmethod
    def commit(self, sources: Iterable[SourceSummary], fetched: tuple[Validators, ...] = ()) -> None:
        """Make the next generation the current one, atomically.

        Raises:
            IndexFolderError, ClusterError: The generation cannot be written; the current one remains.
        """

    @abstractmethod
    def cancel(self) -> None:
        """Discard all changes, so that the current generation remains."""


class GenerationManifest(Protocol):
    """The part of a generation's manifest that the next generation needs."""

    @property
    def sources(self) -> tuple[SourceSummary, ...]:
        """The sources of the index."""

    @property
    def fetched(self) -> tuple[Validators, ...]:
        """The HTTP validators of the sources that are web pages."""

    @property
    def facets(self) -> tuple[str, ...]:
        """The custom fields that are counted by default."""

    @property
    def corrections(self) -> str | None:
        """The path of the corrections file; None if the index uses none."""

    @property
    def generation(self) -> int | str:
        """The number of the generation."""

    @property
    def built(self) -> str | None:
        """The time of the commit."""

    @property
    def times(self) -> str | None:
        """The times of the latest commits."""


Generation = TypeVar("Generation", bound=GenerationManifest)


class IndexLocation(Protocol[Generation]):
    """The location of an index.

    ``str()`` formats it for messages.
    """

    def prepare(self, request: WriteRequest) -> None:
        """Raise an error if the requested options are impossible at this location."""

    def require(self) -> None:
        """Raise an error unless there is an index, finished or not."""

    def read(self) -> Generation:
        """Read the manifest of the index, which must exist."""

    def base(self) -> Generation | None:
        """Read the manifest of the index, or return None if no build has finished."""

    def find_corrections_file(self) -> str | None:
        """Return the corrections file of the index, which may have any format, or None."""

    def lock(self, wait: float) -> AbstractContextManager[None]:
        """Lock the index against other writers, after waiting up to ``wait`` seconds."""

    def next_generation(
        self, base: Generation | None, request: WriteRequest | None = None
    ) -> AbstractContextManager[IndexStore]:
        """Open the next generation for writing, and cancel it unless the block commits it.

        Args:
            base: The generation to change; ``None`` to start with no items.
            request: The options of a build or an update; ``None`` to use the defaults.
        """

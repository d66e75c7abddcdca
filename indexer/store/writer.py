"""Write the next generation of an index folder."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from indexer.bulk.builder import BulkBuilder
from indexer.bulk.run import BuildLimits
from indexer.codec.custom_values import CustomValues, source_documents
from indexer.codec.layout import IndexFile
from indexer.codec.line_table import AnnotationTable
from indexer.codec.optional_parts import write_deletions
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.custom_fields import MAX_COUNTED, field_name
from indexer.documents.document import restore
from indexer.documents.stored_record import add_since
from indexer.errors import DragomanError, IndexFolderError, QueryError, message, message_of
from indexer.schema import CONCEPTS, WORDS
from indexer.store.duplicate_grouping import next_groups
from indexer.store.manifest import ANNOTATIONS_ENDING, MAX_GENERATIONS, Manifest
from indexer.store.protocols import IndexStore
from indexer.store.publication import (
    clear_leftovers,
    explain_write_errors,
    last_generation,
    last_segment,
    publish,
)
from indexer.store.register import Register
from indexer.store.source_items import documents_with_rarest, documents_with_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from indexer.codec.layout import Container
    from indexer.codec.segment import Segment, SegmentEntry
    from indexer.documents import Document
    from indexer.item import Validators
    from indexer.store.manifest import SourceSummary
    from indexer.store.protocols import Docs
    from indexer.thesaurus.concept import Concept


MAX_DELETED = 0.2  # a segment with a larger share of deleted documents is rewritten
# A query takes a fifth of a millisecond more for each segment in which anything matches. So single new items
# are collected in one small segment, which is merged into a larger one when it has grown.
NEWEST = 32  # the maximum number of live documents of a segment that the next update rewrites (tier 0)
FIRST_TIER = 4000  # the maximum of a segment of tier 1; that of each further tier is FAN_OUT times larger
FAN_OUT = 4  # the number of segments in a further tier that are merged into one of the next tier
LARGEST = 4_000_000  # live documents of a merged segment, if the memory of the write allows so many


class SegmentState(NamedTuple):
    """The number of documents of a segment, and how many of them are deleted."""

    documents: int
    deleted: int

    @property
    def live(self) -> int:
        """The number of documents that are not deleted."""
        return self.documents - self.deleted


def segments_to_merge(segments: Sequence[SegmentState], added: int, largest: int = LARGEST) -> set[int]:
    """Choose the segments to merge with the new documents.

    Segments are in tiers by size. An update of one item rewrites about eighty documents on average. Above
    ``FIRST_TIER``, a document is rewritten about once per tier in the life of an index, and each tier has at
    most ``FAN_OUT - 1`` segments that can still grow; the two lowest tiers have one segment each.

    Args:
        segments: The existing segments.
        added: The number of documents that the new segment gets from the sources.
        largest: The number of documents that fit into one segment. A segment with more than half of this
            number is not merged, because the builder would split the result, and the next update would merge
            it again.

    Returns:
        The positions of the chosen segments in ``segments``.
    """
    numbered = list(enumerate(segments))
    chosen = {number for number, state in numbered if state.deleted > MAX_DELETED * state.documents}
    small = {number for number, state in numbered if state.live <= largest // 2}
    while True:
        new = added + sum(segments[number].live for number in chosen)
        tiers = {number: _tier(segments[number].live) for number in small - chosen}
        full = [
            tier
            for tier in set(tiers.values())
            if list(tiers.values()).count(tier) + (new > 0 and _tier(new) == tier)
            >= _segments_per_merge(tier)
        ]
        if not full:
            return chosen
        chosen |= {number for number, tier in tiers.items() if tier <= max(full)}


def _segments_per_merge(tier: int) -> int:
    """Return how many segments of a tier are merged at once."""
    return FAN_OUT if tier > 1 else 2


def _tier(live: int) -> int:
    if live <= NEWEST:
        return 0
    tier, size = 1, FIRST_TIER
    while live > size:
        tier, size = tier + 1, size * FAN_OUT
    return tier


def facet_names(names: Iterable[str]) -> tuple[str, ...]:
    """Check the names of the fields to count, and return the distinct ones.

    Raises:
        DragomanError: A name is invalid.
    """
    spellings = {field_name(name): name for name in names}
    if "" in spellings:
        raise DragomanError(message("store.invalid_field", names=spellings[""]))
    if len(spellings) > MAX_COUNTED:
        raise DragomanError(message("store.too_many_facets", count=len(spellings), max_counted=MAX_COUNTED))
    return tuple(spellings)


def choose_facets(
    names: Iterable[str], has_field: Callable[[str], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields that can be counted, and why the others cannot be.

    Args:
        names: The fields to count.
        has_field: Returns whether at least one item has a field; raises a QueryError if the field's values
            cannot be counted.
    """
    counted: list[str] = []
    reported: list[str] = []
    for name in names:
        try:
            if has_field(name):
                counted.append(name)
            else:
                reported.append(message("store.uncounted", name=name))
        except QueryError as error:
            reported.append(message_of(error))
    return tuple(counted), tuple(reported)


class FolderSegment:
    """A segment of the previous generation.

    It implements :class:`indexer.store.protocols.SegmentView`.
    """

    is_remote = False

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self.documents = segment.documents
        self.deleted: Collection[int] = segment.deleted
        self.since = segment.since
        self.find_id = segment.find_id
        self.head = segment.head
        self.read_record = segment.read_record
        self.find_digest = segment.find_digest

    def prefetch(self, ids: Sequence[str], digests: Iterable[int] = ()) -> None:
        """Do nothing, because all documents are in local files."""

    def find_source(self, name: str) -> Docs:
        """Return the documents of a source, or of a file in a source, in ascending order."""
        return source_documents(self._segment, name)

    def find_title(self, title: str) -> Docs:
        """Return the documents that contain the words of a title: those with the title, perhaps others."""
        return documents_with_words(self._segment, title)

    def word_index(self, _docs: Docs) -> FolderSegment:
        """Return this segment, which has an index of the words of all its documents."""
        return self

    def documents_with_any(self, words: Iterable[str]) -> Docs:
        """Return the documents that contain any of the rarest words of ``words``, repeated for each word."""
        postings = partial(self._segment.postings, WORDS)
        terms = [term for word in words if (term := self._segment.find_term(WORDS, word)) >= 0]
        frequencies = {term: postings().document_frequency(term) for term in terms}
        return documents_with_rarest(frequencies, lambda term: postings().documents(*postings().bounds(term)))


class IndexWriter(IndexStore):
    """Writes the next generation of an index in a folder.

    ``commit`` keeps the documents of the previous generation that were not deleted. Some of its segments stay
    as they are, others are merged into the new one (:func:`segments_to_merge`).
    """

    def __init__(self, folder: Path, base: Manifest | None = None, *, memory_mb: int = 512) -> None:
        """Remove the files of interrupted writes, and open the previous generation.

        Raises:
            IndexFolderError: The folder cannot be written, or the previous generation is damaged.
        """
        self._folder = folder
        self._base = base
        self._files = folder / SEGMENTS_FOLDER
        self._thesaurus = base.thesaurus if base else None
        self._groups = base.groups if base else None
        self._opened = {entry: entry.open(self._files) for entry in (base.segments if base else ())}
        self._registered = base.register if base else None
        before = Register(self._registered.open(self._files)).walk() if self._registered else ()
        self._annotated = base.annotations if base else None
        annotated = self._annotated and AnnotationTable(self._annotated.open(self._files))
        annotations = (lambda: dict(annotated.every())) if annotated else dict
        self.begin(base, [*map(FolderSegment, self._opened.values())], before, annotations)
        with explain_write_errors(folder):
            self._files.mkdir(parents=True, exist_ok=True)
            clear_leftovers(folder, base)
            self.generation = last_generation(folder, base) + 1
            if self.generation >= MAX_GENERATIONS:  # only a forged index has so many
                raise IndexFolderError(message("store.last_generation", folder=folder))
            limits = BuildLimits.within(memory_mb)
            self._largest = min(LARGEST, limits.segment_documents)
            self._builder = BulkBuilder(self._files, limits, last_segment(self._files) + 1, self._labels)

    def add(self, document: Document, since: int | None = None) -> None:
        """Add a document, whose id no other document has, except deleted ones.

        Raises:
            IndexFolderError: The disk is full.
        """
        if since is not None:
            document = document._replace(record=add_since(document.record, since))
        try:
            self._builder.add(document)
        except OSError:  # a `with` for every document would be slow
            with explain_write_errors(self._folder):
                raise
        self.added += 1

    def write_thesaurus(self, concepts: Iterable[Concept]) -> None:
        """Compile the thesaurus of the next generation."""
        from indexer.thesaurus.compiler import write_table

        name = f"thesaurus{self.generation}"
        with explain_write_errors(self._folder):
            self._thesaurus = IndexFile(name, write_table(concepts, self._files / f"{name}.labels"), "labels")

    def commit(self, sources: Iterable[SourceSummary], fetched: tuple[Validators, ...] = ()) -> None:
        """Make the next generation the current one, atomically.

        Raises:
            IndexFolderError: The generation cannot be written; the current one remains.
        """
        built = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        items = len(self)
        with explain_write_errors(self._folder):
            entries = (*self._carry_over(), *self._builder.finish())
            entries = tuple(
                entry if entry.since else entry._replace(since=self.generation) for entry in entries
            )
            register, annotated, groups = self._registered, self._annotated, self._groups
            if self.register.changed:
                register = self.register.write(self._files, f"register{self.generation}")
            if self.annotations.changes:
                annotated = self.annotations.write(self._files, f"more{self.generation}", ANNOTATIONS_ENDING)
            if entries != tuple(self._opened):
                name = f"groups{self.generation}"
                groups = next_groups(self._files, name, entries, self._groups, self._opened)
            facets, self.uncounted = self._choose_facets(entries)
            of_sources = (
                tuple(sources),
                self._thesaurus,
                facets,
                fetched,
                groups,
                register,
                self.corrections,
                self.times(self.generation, built),
            )
            more = (annotated,) if annotated else ()
            manifest = Manifest(self.generation, entries, built, items, *of_sources, more=more)
            publish(self._folder, manifest)
        self.is_committed = True

    def _choose_facets(self, entries: Sequence[SegmentEntry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the fields to count by default, and why other requested fields cannot be counted."""
        if self._base and self.facets == self._base.facets and entries == self._base.segments:
            return self.facets, ()
        own = CustomValues([entry.open(self._files) for entry in entries] if self.facets else ())

        def holds(name: str) -> bool:
            if name in own.names:
                own.labels(name)
            return name in own.names or own.holds(f"{name}{CONCEPTS}")

        return choose_facets(self.facets, holds)

    def cancel(self) -> None:
        """Discard all changes, so that the current generation remains."""
        with suppress(OSError):
            self._builder.cancel()
            clear_leftovers(self._folder)

    def _labels(self) -> Container | None:
        return self._thesaurus.open(self._files) if self._thesaurus else None

    def _carry_over(self) -> Iterator[SegmentEntry]:
        """Yield the segments to keep, with their deletions.

        The documents of all other segments are added to the new segment.
        """
        states = [
            SegmentState(segment.documents, len(deleted))
            for segment, deleted in zip(self.segments, self.deleted, strict=True)
        ]
        merged = segments_to_merge(states, self.added, self._largest) if self.changes_items else set()
        for number, (entry, segment) in enumerate(self._opened.items()):
            deleted = self.deleted[number]
            if number in merged:
                stored_at = segment.column("stored_at")  # the order of insertion
                for doc in sorted(range(segment.documents), key=stored_at.__getitem__):
                    if doc not in deleted:
                        self._builder.add(_restore_document(segment, doc))
            elif len(deleted) > len(segment.deleted):
                checksum = write_deletions(self._files, entry.name, self.generation, deleted, entry.documents)
                checksums = (*entry.checksums[:2], (f"{self.generation}.del", checksum))
                yield entry._replace(deletions=self.generation, checksums=checksums)
            else:
                yield entry


def _restore_document(segment: Segment, doc: int) -> Document:
    """Decode a document of a segment."""
    try:
        return restore(add_since(segment.read_record(doc), segment.since))
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFolderError(message("store.damaged_text", name=segment.name)) from error

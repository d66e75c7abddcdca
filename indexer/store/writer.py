"""The one way into an index: a writer prepares the next generation beside the one that is there.

Which segments an update writes anew: small ones that pile up, and those with many deleted documents.

The own fields that an index counts without being asked: those that its build named and that can be.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.bulk.builder import BulkBuilder
from indexer.bulk.run import BuildLimits
from indexer.codec.custom_values import CustomValues, source_documents
from indexer.codec.layout import Container
from indexer.codec.optional_columns import write_deletions
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.custom_fields import MAX_COUNTED, field_name
from indexer.documents.document import DocAddress, restore
from indexer.documents.stored_record import since_of, with_since
from indexer.errors import DragomanError, IndexFolderError, QueryError
from indexer.schema import CONCEPTS
from indexer.store.contents import MAX_GENERATIONS, Contents, ThesaurusEntry
from indexer.store.duplicate_grouping import next_groups
from indexer.store.publication import (
    clear_leftovers,
    explained_write_errors,
    last_generation,
    last_segment,
    publish,
)
from indexer.store.register import Register
from indexer.store.register_changes import RegisterChanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from indexer.codec.segment import Segment, SegmentEntry
    from indexer.documents import Document
    from indexer.http_validators import Validators
    from indexer.store.changed_items import RemovedTexts
    from indexer.store.contents import SourceSummary
    from indexer.thesaurus.concept import Concept


MAX_DELETED = 0.2  # a segment with a larger share of deleted documents is written anew
# A question looks into each segment, which costs it some ten microseconds where anything matches. So what
# comes in an item at a time goes into one segment, which goes into one other when it has grown.
NEWEST = 32  # live documents up to which a segment is written anew by the next update
FIRST_TIER = 1000  # live documents up to which it takes those; each further tier holds FAN_OUT times as many
FAN_OUT = 4  # so many segments of one of the further tiers become one of the next
LARGEST = 4_000_000  # live documents; from half of this on a segment is not brought together with others


class SegmentState(NamedTuple):
    """How full a segment is.

    Attributes:
        documents: Its documents, deleted or not.
        deleted: Its deleted documents.
    """

    documents: int
    deleted: int

    @property
    def live(self) -> int:
        """How many documents are not deleted."""
        return self.documents - self.deleted


def segments_to_merge(segments: Sequence[SegmentState], added: int) -> set[int]:
    """Choose the segments that go into the new one.

    An update of one item writes some thirty documents anew, taken over many. Beyond ``FIRST_TIER``, any
    document is rewritten about once a tier in the life of an index, and no tier ever holds more than
    ``FAN_OUT - 1`` segments that could still grow; the two tiers below hold one segment each.

    Args:
        segments: The segments that are there.
        added: Documents that the new segment gets from the sources.

    Returns:
        Their ordinals in ``segments``.
    """
    numbered = list(enumerate(segments))
    chosen = {number for number, state in numbered if state.deleted > MAX_DELETED * state.documents}
    small = {number for number, state in numbered if state.live <= LARGEST // 2}
    while True:
        new = added + sum(segments[number].live for number in chosen)
        tiers = {number: _tier(segments[number].live) for number in small - chosen}
        full = [
            tier
            for tier in set(tiers.values())
            if list(tiers.values()).count(tier) + (new > 0 and _tier(new) == tier) >= _most(tier)
        ]
        if not full:
            return chosen
        chosen |= {number for number, tier in tiers.items() if tier <= max(full)}


def _most(tier: int) -> int:
    """Give how many segments of a tier become one."""
    return FAN_OUT if tier > 1 else 2


def _tier(live: int) -> int:
    if live <= NEWEST:
        return 0
    tier, size = 1, FIRST_TIER
    while live > size:
        tier, size = tier + 1, size * FAN_OUT
    return tier


def facet_names(given: Iterable[str]) -> tuple[str, ...]:
    """Give the names of the fields that are to be counted, each once.

    Raises:
        DragomanError: They are too many, or one is no name.
    """
    names = {field_name(written): written for written in given}
    if "" in names:
        raise DragomanError(f"“{names['']}” is no name of a field; name one as in --facet section")
    if len(names) > MAX_COUNTED:
        raise DragomanError(
            f"{len(names)} facets are too many: an index counts {MAX_COUNTED} fields without being asked; "
            "a search counts any other with --facet"
        )
    return tuple(names)


def countable_facets(
    segments: Path, entries: Sequence[SegmentEntry], names: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Choose the fields that can be counted.

    Args:
        segments: The folder of the segments.
        entries: The segments of the index.
        names: The fields that are to be counted.

    Returns:
        Those that can be, and for each other one why not.
    """
    if not names:
        return (), ()
    own = CustomValues([entry.open(segments) for entry in entries])
    counted, reported = [], []
    for name in names:
        if not (name in own.names or own.holds(f"{name}{CONCEPTS}")):
            reported.append(
                f"no item has a field “{name}”: it is not counted (dragoman info lists the fields)"
            )
            continue
        try:
            own.labels(name if name in own.names else f"{name}{CONCEPTS}")
        except QueryError as error:
            reported.append(str(error))
        else:
            counted.append(name)
    return tuple(counted), tuple(reported)


class IndexWriter:
    """Writes the next generation of an index.

    Documents are added; those of the base generation can be found by id and deleted. What is left of the base
    is carried over by ``commit``: segments stay as they are, or are merged into the new one where the merge
    policy says so. Until ``commit`` has ended, readers see the old generation.

    Attributes:
        facets: The own fields that the next generation counts without being asked; at first the base's.
        uncounted: After a commit, why some of them are not counted.
        corrections: The path of the file of corrections, at first the base's.
        register: What is known of items beside their records.
        segments: The segments of the base generation.
        is_far: Whether it is better asked for many items at once.
    """

    is_far = False

    def __init__(self, folder: Path, base: Contents | None = None, *, memory_mb: int = 512) -> None:
        """Clear what dead writers left behind, and open the base generation.

        Args:
            folder: The index folder, which is ours and locked.
            base: The generation to start from, as it stands in the folder; None to start from nothing.
            memory_mb: Memory to stay within, in MiB, Python and its libraries apart.

        Raises:
            IndexFolderError: The folder cannot be written, or the base generation is damaged.
        """
        self._folder = folder
        self._files = folder / SEGMENTS_FOLDER
        self._thesaurus = base.thesaurus if base else None
        self._groups = base.groups if base else None
        self.facets = base.facets if base else ()
        self.corrections = base.corrections if base else None
        self.uncounted: tuple[str, ...] = ()
        self._entries = base.segments if base else ()
        self.segments = [entry.open(self._files) for entry in self._entries]
        self._deleted = [set(segment.deleted) for segment in self.segments]
        self._registered = base.register if base else None
        before = Register.open(self._files, self._registered) if self._registered else None
        self.register = RegisterChanges(before.walk() if before else ())
        with explained_write_errors(folder):
            self._files.mkdir(parents=True, exist_ok=True)
            clear_leftovers(folder)
            self.generation = last_generation(folder) + 1
            if self.generation >= MAX_GENERATIONS:  # no honest index comes so far
                raise IndexFolderError(
                    f"“{folder}” cannot count its generations any further; use a new folder"
                )
            limits = BuildLimits.within(memory_mb)
            self._builder = BulkBuilder(self._files, limits, last_segment(self._files) + 1, self._labels)
        self._added = 0

    def __len__(self) -> int:
        """Count the documents that a commit would make the index of."""
        return self._added + sum(state.live for state in self._states())

    @property
    def changed(self) -> bool:
        """Whether the next generation is any other than the base."""
        deleted = any(
            len(deleted) > len(segment.deleted)
            for deleted, segment in zip(self._deleted, self.segments, strict=True)
        )
        return bool(self._added) or deleted or self.register.changed

    def add(self, document: Document, since: int | None = None) -> None:
        """Add one document, whose id no live document may have.

        Args:
            document: The document.
            since: The generation that it came in with; None for the next one.

        Raises:
            IndexFolderError: There is no room for it.
        """
        if since is not None:
            document = document._replace(record=with_since(document.record, since))
        try:
            self._builder.add(document)
        except OSError:  # a `with` would cost every document
            with explained_write_errors(self._folder):
                raise
        self._added += 1

    def look_up(self, ids: Iterable[str], digests: Iterable[int] = ()) -> None:
        """Do nothing: what will be looked for is at hand."""

    def find(self, item_id: str) -> DocAddress | None:
        """Find the live document of the base generation with an id."""
        for number, segment in enumerate(self.segments):
            doc = segment.find_id(item_id)
            if doc >= 0 and doc not in self._deleted[number]:
                return DocAddress(number, doc)
        return None

    def record(self, address: DocAddress) -> bytes:
        """Read the stored record of a document of the base generation."""
        return self.segments[address.segment].stored(address.doc)

    def head(self, address: DocAddress) -> tuple[str, str | None]:
        """Read the id and the title of a document of the base generation."""
        return self.segments[address.segment].head(address.doc)

    def has_digest(self, address: DocAddress, digest: int) -> bool:
        """Tell whether a document of the base generation has that day, title and text."""
        return address.doc in self.segments[address.segment].having_digest(digest)

    def having_digest(self, digest: int) -> Iterator[DocAddress]:
        """Yield the live documents of the base generation of that day, title and text."""
        for number, segment in enumerate(self.segments):
            for doc in segment.having_digest(digest):
                if doc not in self._deleted[number]:
                    yield DocAddress(number, doc)

    def of_source(self, number: int, name: str) -> npt.NDArray[Any]:
        """List the documents of a source in a segment, deleted ones included."""
        return source_documents(self.segments[number], name)

    def gone(self, docs: Sequence[npt.NDArray[Any]]) -> RemovedTexts:
        """Give documents of each segment as what a source no longer holds."""
        from indexer.store.changed_items import RemovedTexts  # most sources hold what they held

        return RemovedTexts(self.segments, docs)

    def live_of(self, number: int, docs: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Give those of some documents of a segment that are live."""
        deleted = self._deleted[number]
        if not deleted:
            return docs
        import numpy as np

        return docs[~np.isin(docs, [*deleted])]

    def titled(self, title: str) -> Iterator[DocAddress]:
        """Yield the live documents of the base generation that may have a title, with all that have it."""
        from indexer.store.changed_items import having_words  # few writes look for one

        for number, segment in enumerate(self.segments):
            for doc in self.live_of(number, having_words(segment, title)).tolist():
                yield DocAddress(number, doc)

    def since(self, address: DocAddress) -> int | None:
        """Tell the generation that a document of the base generation came in with."""
        since = since_of(self.record(address))
        return self.segments[address.segment].since if since is None else since

    def replace(self, address: DocAddress, document: Document) -> None:
        """Put a document in the place of one of the base generation, which came in when that did."""
        since = self.since(address)
        self.delete(address)
        self.add(document, since)

    def delete(self, address: DocAddress) -> None:
        """Leave a document of the base generation out of the next one."""
        self._deleted[address.segment].add(address.doc)

    def write_thesaurus(self, concepts: Iterable[Concept]) -> None:
        """Compile the thesaurus of the next generation; without a call that of the base is carried over.

        Args:
            concepts: From all thesauri.
        """
        from indexer.thesaurus.compiler import write_table

        name = f"thesaurus{self.generation}"
        with explained_write_errors(self._folder):
            self._thesaurus = ThesaurusEntry(name, write_table(concepts, self._files / f"{name}.labels"))

    def commit(self, sources: Iterable[SourceSummary], fetched: tuple[Validators, ...] = ()) -> None:
        """Make the next generation the index, in one step.

        Args:
            sources: What each source gave.
            fetched: What servers said of the states of the addresses among them.

        Raises:
            IndexFolderError: It could not be written; the index that was there stays.
        """
        built = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        items = len(self)
        with explained_write_errors(self._folder):
            entries = (*self._carry_over(), *self._builder.finish())
            entries = tuple(
                entry if entry.since else entry._replace(since=self.generation) for entry in entries
            )
            register = self._registered
            if self.register.changed:
                register = self.register.write(self._files, f"register{self.generation}")
            facets, self.uncounted = countable_facets(self._files, entries, self.facets)
            opened = dict(zip(self._entries, self.segments, strict=True))
            groups = next_groups(self._files, f"groups{self.generation}", entries, self._groups, opened)
            of_sources = (
                tuple(sources),
                self._thesaurus,
                facets,
                fetched,
                groups,
                register,
                self.corrections,
            )
            publish(self._folder, Contents(self.generation, entries, built, items, *of_sources))

    def cancel(self) -> None:
        """Drop what was added and deleted; the index that was there stays."""
        with suppress(OSError):
            self._builder.cancel()
            clear_leftovers(self._folder)

    def _labels(self) -> Container | None:
        entry = self._thesaurus
        return Container(self._files / entry.file, entry.seal) if entry else None

    def _carry_over(self) -> Iterator[SegmentEntry]:
        """Yield the segments that stay, their deletions written; add the documents of the others anew."""
        merged = segments_to_merge(self._states(), self._added)
        for number, (entry, segment) in enumerate(zip(self._entries, self.segments, strict=True)):
            deleted = self._deleted[number]
            if number in merged:
                stored_at = segment.column("stored_at")  # the order in which they came
                for doc in sorted(range(segment.documents), key=stored_at.__getitem__):
                    if doc not in deleted:
                        self._builder.add(_restored(segment, doc))
            elif len(deleted) > len(segment.deleted):
                seal = write_deletions(self._files, entry.name, self.generation, deleted, entry.documents)
                seals = (*entry.seals[:2], (f"{self.generation}.del", seal))
                yield entry._replace(deletions=self.generation, seals=seals)
            else:
                yield entry

    def _states(self) -> list[SegmentState]:
        return [
            SegmentState(segment.documents, len(deleted))
            for segment, deleted in zip(self.segments, self._deleted, strict=True)
        ]


def _restored(segment: Segment, doc: int) -> Document:
    """Make a document anew of its stored record.

    Raises:
        IndexFolderError: The record is not one that is stored.
    """
    try:
        return restore(with_since(segment.stored(doc), segment.since))
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFolderError(f"{segment.name}.text is damaged (data): build the index again") from error

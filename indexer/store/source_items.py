"""Find the items that a source no longer has, and reassign, replace or delete them.

A changed item should replace its former version. Candidates among the removed items are found in the index by
the rare words of the new item, so the search takes no longer if many items were removed. Then the words of
both items are compared.

An item of several sources that is corrected in one of them becomes two items, because the others still have
the old text. When the last of these also has the new text, the old item is merged into the new one. Removed
items are therefore compared with the new items of all their sources.
"""

from __future__ import annotations

import re
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from indexer.analysis import analyzer
from indexer.analysis.characters import fold
from indexer.documents.document import LONG, DocAddress, is_distinctive, restore
from indexer.documents.stored_record import replace_place
from indexer.errors import DragomanError, message
from indexer.schema import LANGUAGES, WORDS
from indexer.store.write_report import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from indexer.codec.segment import Segment
    from indexer.documents import Document
    from indexer.item import NewsItem, SourceLines
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import Docs, DocumentStore, SegmentView, WordIndex
    from indexer.store.write_report import Listeners, WriteReport

    Read = Callable[[DocAddress], NewsItem]

Term = TypeVar("Term", int, str)

MAX_LOOKED_UP_WORDS: Final = 24
"""The maximum number of rarest words of a new item that are looked up."""

POSTINGS: Final = 20_000
"""The number of postings of the rarest words of a new item that are read per segment."""

COMPARED: Final = 4
"""The number of best candidates that are compared with the new item."""

MAX_CHANGED: Final = 0.1
"""The share of words that may differ; one word may always differ."""

REWRITTEN: Final = 0.6
"""The minimum share of equal words of two texts with the same title and day, one extending the other."""

UNLIKE: Final = 0.3
"""The share of equal words below which two texts with the same link are different items."""

EQUAL: Final = 9.0  # the score of items that are equal in all parts

_WORD: Final = re.compile(r"\w+")


class RemovedTexts:
    """The texts of lost items, which are items that a source no longer has."""

    def __init__(self, segments: Sequence[SegmentView], docs: Sequence[Docs]) -> None:
        self._parts: list[tuple[int, SegmentView, npt.NDArray[np.bool_], WordIndex]] = []
        for number, (segment, own) in enumerate(zip(segments, docs, strict=True)):
            if len(own):
                mark = np.zeros(segment.documents, bool)
                mark[own] = True
                self._parts.append((number, segment, mark, segment.word_index(own)))

    def __bool__(self) -> bool:
        """Return whether there are any lost items."""
        return bool(self._parts)

    def find_equal(self, digest: int) -> list[DocAddress]:
        """Return the lost items that have the given digest of day, title and text."""
        return [
            DocAddress(number, doc)
            for number, segment, mark, _ in self._parts
            for doc in segment.find_digest(digest)
            if mark[doc]
        ]

    def find_similar(self, item: NewsItem) -> list[DocAddress]:
        """Return the lost items that share the most rare words with a new item, best first."""
        words = sorted({*words_of(item.title or ""), *words_of(item.body)})
        found: list[tuple[int, int, int]] = []
        for number, _, mark, index in self._parts:
            candidates = index.documents_with_any(words)
            docs, counts = np.unique(candidates[mark[candidates]], return_counts=True)
            best = np.argsort(-counts, kind="stable")[:COMPARED].tolist()
            found += [(-int(counts[at]), number, int(docs[at])) for at in best]
        return [DocAddress(number, doc) for _, number, doc in sorted(found)[:COMPARED]]


def match_versions(new: Sequence[Document], gone: RemovedTexts, read: Read) -> dict[int, DocAddress]:
    """Match each new item with the lost item that it is a changed version of, if any.

    Returns:
        The addresses of the lost items, by the position of the matching new item in ``new``.
    """
    found: list[tuple[float, int, DocAddress]] = []
    for at, document in enumerate(new):
        equal = gone.find_equal(document.digest) if not document.stated or is_distinctive(document) else []
        found += [(-EQUAL, at, address) for address in equal]
        if not equal and not document.stated:  # otherwise the source states that it is a different item
            item = document.item
            scores = [(likeness(read(address), item), address) for address in gone.find_similar(item)]
            found += [(-score, at, address) for score, address in scores if score]
    matched: dict[int, DocAddress] = {}
    taken: set[DocAddress] = set()
    for _, at, address in sorted(found, key=itemgetter(0)):
        if at not in matched and address not in taken:
            matched[at] = address
            taken.add(address)
    return matched


def documents_with_rarest(frequencies: Mapping[Term, int], documents: Callable[[Term], Docs]) -> Docs:
    """Return the documents that contain any of the rarest terms, repeated for each such term.

    ``frequencies`` are the document frequencies of the terms.
    """
    lists: list[Docs] = [np.empty(0, np.uint32)]
    left = POSTINGS
    rarest_first = sorted((frequency, term) for term, frequency in frequencies.items())
    for frequency, term in rarest_first[:MAX_LOOKED_UP_WORDS]:
        if frequency > left:
            break
        left -= frequency
        lists.append(documents(term))
    return np.concatenate(lists)


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without accents."""
    return _WORD.findall(fold(text.lower()))


def likeness(old: NewsItem, new: NewsItem) -> float:
    """Score how likely ``new`` is a changed version of ``old``; 0 means that it is a different item.

    In a changed version, some words, the title or the date line are corrected, or the text under the same
    title is longer. An item with similar text but another day, such as a daily table, is a different item.
    """
    body, other = words_of(old.body), words_of(new.body)
    same_title, same_day = old.title == new.title, _day(old) == _day(new)
    if body == other and body and (len(body) >= LONG or same_title or same_day):
        return 1.0 + same_title + same_day
    if not same_day:
        return 0.0
    before, after = Counter(words_of(old.title or "") + body), Counter(words_of(new.title or "") + other)
    most = max(before.total(), after.total())
    lost, come = (before - after).total(), (after - before).total()
    share = 2 * (before & after).total() / max(before.total() + after.total(), 1)
    if most > 3 and max(lost, come) <= max(1, MAX_CHANGED * most):
        return share
    return share if same_title and old.title and share >= REWRITTEN and most > LONG else 0.0


def are_unlike(old: NewsItem, new: NewsItem) -> bool:
    """Return whether two items with the same URL differ in title and in most words."""
    if old.title == new.title and old.title:
        return False
    before, after = (Counter(words_of(f"{item.title or ''} {item.body}")) for item in (old, new))
    return 2 * (before & after).total() < UNLIKE * (before.total() + after.total())


def _day(item: NewsItem) -> tuple[Any, Any] | None:
    """Return the first and the last day of an item, or ``None`` if its date is unknown or estimated."""
    day = item.date
    return None if day is None or day.kind == "estimated" else (day.start, day.end)


MAX_TITLE_WORDS: Final = 4  # rarest words of a title that are looked up


def indexed_words(title: str) -> set[str]:
    """Return the words of a title that the analyzers of all languages index."""
    return set[str].intersection(
        *(
            {
                word
                for chunk in title.split()
                for term, word, *_ in analyzer(language).analyse_chunk(chunk)
                if term is not None
            }
            for language in LANGUAGES
        )
    )


def documents_with_words(segment: Segment, title: str) -> Docs:
    """Return the documents that contain all of the rarest words of a title.

    If the title has no indexed word, return all documents.
    """
    words = indexed_words(title)
    if not words:
        return np.arange(segment.documents)
    if WORDS not in segment.fields:
        return np.empty(0, np.int64)
    postings = segment.postings(WORDS)
    terms = [segment.find_term(WORDS, word) for word in words]
    if min(terms) < 0:
        return np.empty(0, np.int64)
    rarest = sorted((postings.document_frequency(term), term) for term in terms)[:MAX_TITLE_WORDS]
    lists = [postings.documents(*postings.bounds(term)) for _, term in rarest]
    found = lists[0]
    for others in lists[1:]:
        found = np.intersect1d(found, others, assume_unique=True)
    return found.astype(np.int64)


class IndexedItems:
    """The items of the previous generation that have a given source as their first source.

    Attributes:
        known: Whether the previous generation has the source.
        has_shared_items: Whether an item that was read from the source is in another source, too.
        unread: The files in the source that could not be read. Their items do not count as removed.
    """

    def __init__(self, writer: DocumentStore, name: str, *, known: bool) -> None:
        self.known = known
        self.has_shared_items = False
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
        """Return the lost items that are in no other source."""
        places, docs = self._writer.register.places, self._missing()
        if places:
            pairs = zip(self._writer.segments, docs, strict=True)
            docs = [
                own[[segment.head(doc)[0] not in places for doc in own.tolist()]] for segment, own in pairs
            ]
        return RemovedTexts(self._writer.segments, docs)

    def shares(self) -> bool:
        """Return whether an item that the source lost is in another source."""
        places = self._writer.register.places
        return bool(places) and any(self._writer.head(address)[0] in places for address in self.missing())

    def missing(self) -> Iterator[DocAddress]:
        """Yield the items that the source no longer has."""
        for number, docs in enumerate(self._missing()):
            yield from (DocAddress(number, doc) for doc in docs.tolist())

    @property
    def former_count(self) -> int:
        """The number of items of the previous generation whose first source is this source."""
        segments = self._writer.segments
        return sum(len(np.setdiff1d(one.find_source(self._name), [*one.deleted])) for one in segments)

    def _missing(self) -> list[Docs]:
        found = []
        for number, (met, segment) in enumerate(zip(self._met, self._writer.segments, strict=False)):
            docs = segment.find_source(self._name)
            docs = docs[np.frombuffer(met, np.uint8)[docs] == 0]
            for member in self.unread:
                docs = np.setdiff1d(docs, segment.find_source(member))
            found.append(self._writer.live(number, docs))
        return found


MAX_HELD: Final = 1 << 25  # bytes of records that are kept until all sources are read


class NewItems:
    """New items by source.

    They may be changed versions of items that the source lost.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[Document, str]]] = {}
        self._room = MAX_HELD

    def note(self, source: str, document: Document, item_id: str) -> None:
        """Record a new item of a source."""
        if self._room > 0:
            self._room -= len(document.record)
            self._of.setdefault(source, []).append((document, item_id))

    def find_successors(
        self, gone: Iterable[tuple[DocAddress, Collection[str]]], writer: DocumentStore, read: Read
    ) -> dict[DocAddress, tuple[Document, str]]:
        """Match each lost item with the new item that is its changed version, if any.

        ``gone`` are the addresses of lost items, each with the names of the sources that had the item.

        Returns:
            The new item and its id, by the address of the lost item.
        """
        if not self._of:
            return {}
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
                matched = match_versions([document for document, _ in came], removed, read)
                successors |= {address: came[at] for at, address in matched.items()}
        return successors


def reassign(
    writer: DocumentStore, sources: SourceCatalog, address: DocAddress, name: str, place: SourceLines
) -> None:
    """Make another source of an item its first source.

    ``name`` is the source, ``place`` the location of the item in it.
    """
    item_id, _ = writer.head(address)
    writer.register.drop_places(item_id, [place.file])
    writer.replace(address, restore(replace_place(writer.record(address), place)))
    sources.items[name] -= 1
    sources.items[sources.of(place.file)] += 1


MAX_REMOVED_SHARE: Final = 0.5  # the share of a source's items that a mirror deletes without confirmation


class RemovedItems:
    """Removes items and locations that sources no longer have.

    This happens after all sources are read.
    """

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
        """Reassign, replace, report or delete the items that the sources lost.

        Args:
            read: The items of the previous generation, by the source, or part of a source, that was read.
            new_items: New items of the sources, some of which may be changed versions of removed items.
            before: The other source locations of items of the previous generation, by id.
            mirror: Whether to delete removed items.
            sure: Whether a mirror may delete more than half of a source's items.

        Raises:
            DragomanError: A mirror would delete more than half of a source's items, and ``sure`` is false.
        """
        self._remove_places(read, before)
        all_removed = {
            name: self._find_removed(name, indexed) for name, indexed in read.items() if indexed.known
        }
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
        """Merge lost items into the new items that are changed versions of them."""

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
        """Remove the locations (except ``NewsItem.source``) at which a source no longer has an item."""
        for item_id, places in before.items():
            address = self._writer.find(item_id)
            for place in places if address else ():
                indexed = read.get(self._sources.of(place.file, candidates=read))
                if address and indexed and indexed.known and not indexed.was_found(address):
                    self._register.drop_places(item_id, [place.file])

    def _find_removed(self, name: str, indexed: IndexedItems) -> list[tuple[DocAddress, str]]:
        """Return the items that a source lost and no other source has.

        Lost items that are in other sources are reassigned to these.
        """
        gone, name = [], self._sources.of(name)
        for address in indexed.missing():
            item_id, _ = self._writer.head(address)
            elsewhere = self._find_in_other_source(name, item_id)
            if elsewhere is None:
                gone.append((address, item_id))
                continue
            reassign(self._writer, self._sources, address, name, elsewhere)
        return gone

    def _removed_before(self, name: str) -> set[str]:
        """Return the ids of items that a source had lost before this update."""
        source = self._sources.of(name)
        gone = {item_id for of, item_id in self._register.gone if of == source}
        return gone if name == source else {item_id for item_id in gone if self._may_be_in(name, item_id)}

    def _may_be_in(self, part: str, item_id: str) -> bool:
        address = self._writer.find(item_id)
        return address is None or f"{self._writer.item(address).source.file}/".startswith(f"{part}/")

    def _find_in_other_source(self, name: str, item_id: str) -> SourceLines | None:
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

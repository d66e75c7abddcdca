"""Group near duplicates for the next generation by comparing only new items."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from indexer.codec.duplicate_sets import Groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from indexer.codec.duplicate_sets import GroupKind
    from indexer.codec.layout import IndexFile
    from indexer.codec.segment import Segment, SegmentEntry
    from indexer.duplicates import NewsText
    from indexer.store.duplicate_candidates import Candidates, GroupsBefore, Numbers

    WordSet = list[tuple[GroupKind, list[int]]]

LONG: Final = 300  # characters of a body from which the title is ignored
BATCH_SIZE: Final = 4096  # documents whose texts are read together
MAX_HELD: Final = 1 << 21  # words of texts that are kept in memory
MAX_KNOWN: Final = 1 << 18  # decisions about pairs that are kept in memory


def next_groups(
    folder: Path,
    name: str,
    entries: Sequence[SegmentEntry],
    known: IndexFile | None,
    opened: Mapping[SegmentEntry, Segment],
) -> IndexFile | None:
    """Find the groups of the next generation, and write them if they changed.

    The result equals that of a build with all items. But only new documents, and documents that are similar
    to them, are compared with all others. A group that neither gains nor loses a member is kept.

    Returns:
        The file of the groups, or ``None`` if there are no groups. If no group changed, it is the file of the
        previous generation (``known``).
    """
    from indexer.store.duplicate_candidates import Candidates, KeptGroups

    segments = [opened.get(entry) or entry.open(folder) for entry in entries]
    kept = {entry.name for entry in opened}
    new = [segment.name not in kept for segment in segments]
    deleted = [segment.deleted for segment in segments]
    candidates = Candidates(segments, deleted)
    added = sum(segment.documents for segment, one in zip(segments, new, strict=True) if one)
    if 2 * added > candidates.documents:
        return KeptGroups(segments, deleted, Groups(None)).write(folder, name, (), all_groups(candidates))
    indexed = KeptGroups(segments, deleted, Groups(known.open(folder) if known else None))
    touched, found = changed_groups(candidates, indexed, new)
    if indexed.are_unchanged(touched, found):
        return known
    return indexed.write(folder, name, touched, found)


def all_groups(candidates: Candidates) -> WordSet:
    """Group all documents, and return the kind and the members of each group."""
    return _group(_Comparison(candidates), candidates.pairs())


def changed_groups(
    candidates: Candidates, indexed: GroupsBefore, new: Sequence[bool]
) -> tuple[set[int], WordSet]:
    """Recompute the groups that new or deleted documents may change.

    Args:
        candidates: The documents of the next generation.
        indexed: The groups of the previous generation.
        new: For each segment, whether its documents are new.

    Returns:
        The numbers of the previous groups to replace, and the kind and members of each group that replaces
        them.
    """
    import numpy as np

    front = {*indexed.remaining_members}
    for base, segment, is_new in zip(candidates.bases, candidates.segments, new, strict=True):
        front.update(range(base, base + segment.documents * is_new))
    touched = indexed.lost.copy()
    seen: set[int] = set()
    comparison = _Comparison(candidates)
    alike: list[list[int]] = []
    while front:
        seen |= front
        found = [
            pair
            for pair in candidates.pairs(np.array(sorted(front))).tolist()
            if comparison.compare(*pair) is not None
        ]
        alike += found
        reached = {document for pair in found for document in pair}
        groups = indexed.groups_of(reached) - touched if reached else set()
        touched |= groups
        front = (reached | indexed.members(groups)) - seen
    return touched, _group(comparison, np.array(alike, np.int64).reshape(-1, 2))


class _Comparison:
    """Compares pairs of documents, and caches their texts and the results."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self._texts: dict[int, _DatedText] = {}
        self._held = 0
        self._known: dict[tuple[int, int], GroupKind | None] = {}

    def compare(self, first: int, second: int) -> GroupKind | None:
        """Return whether two documents are copies or reprints, or None if they are neither."""
        pair = (min(first, second), max(first, second))
        if pair not in self._known:
            from indexer.duplicates import duplicate_kind  # most updates compare nothing

            one, other = self._text(first), self._text(second)
            apart = max(other.start - one.end, one.start - other.end, 0)
            days = apart if one.start and other.start else None
            self._known[pair] = duplicate_kind(one.text, other.text, days)
        return self._known[pair]

    def read(self, documents: Sequence[int]) -> None:
        """Read the texts of documents into the cache, and remove other texts."""
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
        kept = {document: self._texts[document] for document in documents if document in self._texts}
        self._texts, self._held = kept, sum(len(text.text.body) for text in kept.values())
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for document in documents:
            segment, doc = self.candidates.locate(document)
            places[segment.name].append((segment.column("stored_at")[doc], document))
        for segment in self.candidates.segments:
            own = sorted(places[segment.name])
            records = segment.records.read([number for number, _ in own])
            for (_, document), record in zip(own, records, strict=True):
                if self._held > MAX_HELD:
                    return
                if document not in self._texts:
                    self._keep(document, record)

    def _text(self, document: int) -> _DatedText:
        if (known := self._texts.get(document)) is not None:
            return known
        if self._held > MAX_HELD:
            self._texts.clear()
            self._held = 0
        segment, doc = self.candidates.locate(document)
        return self._keep(document, segment.read_record(doc))

    def _keep(self, document: int, stored: bytes) -> _DatedText:
        from indexer.duplicates import read_text
        from indexer.item import decode_record

        segment, doc = self.candidates.locate(document)
        record = decode_record(stored)
        title = record["title"] if len(record["body"]) < LONG else None  # the body identifies a long text
        text = read_text(title, record["body"])
        found = _DatedText(text, segment.column("start")[doc], segment.column("end")[doc])
        self._texts[document] = found
        self._held += len(text.body)
        return found


class _DatedText(NamedTuple):
    """The words of a document, and its first and last day, which are 0 if unknown."""

    text: NewsText
    start: int
    end: int


def _group(comparison: _Comparison, pairs: Numbers) -> WordSet:
    """Compare candidate pairs, and group the near duplicates, starting with the longest documents."""
    from indexer.duplicates.similarity import star_clusters
    from indexer.store.duplicate_candidates import components

    candidates = comparison.candidates
    groups: WordSet = []
    for some in components(pairs, BATCH_SIZE):  # each text is read once for any number of documents
        near: dict[int, list[int]] = defaultdict(list)
        for first, second in some.tolist():
            near[first].append(second)
            near[second].append(first)
        documents = sorted(near)
        comparison.read(documents)
        for first, others in star_clusters(_sort_by_length(candidates, documents), near, comparison.compare):
            kind: GroupKind = "copy" if {*others.values()} == {"copy"} else "reprint"
            groups.append((kind, sorted([first, *others])))
        for segment in candidates.segments:
            segment.release()
    return groups


def _sort_by_length(candidates: Candidates, documents: list[int]) -> list[int]:
    """Sort documents by length, longest first, then by day and id."""
    import numpy as np

    lengths = dict(zip(documents, candidates.lengths(np.array(documents)).tolist(), strict=True))

    def rank(document: int) -> tuple[int, int, str]:
        segment, doc = candidates.locate(document)
        return -lengths[document], segment.column("start")[doc], segment.head(doc)[0]

    return sorted(documents, key=rank)

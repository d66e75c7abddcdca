"""Apply manual corrections to the items that a build or update writes.

Sources and index are merged by comparing uncorrected items; then the corrected values are written. A line of
a corrections file matches the item that has, or had, one of the line's ids. If no item has, the line matches
the item with its title and day.

Ids such as 1 occur in many archives, and archives in the same folder may share a corrections file. Therefore
an item with the line's id must also have the title or the day of the line. This is not required of an item
that the line matched in the previous generation.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Final

from indexer.annotations import NO_ANNOTATIONS
from indexer.documents.document import restore, stated_day
from indexer.errors import DragomanError, IndexFolderError, message, message_of
from indexer.runtime import NamedTuple
from indexer.store.corrections.correction_lines import (
    apply_annotations,
    correct_document,
    merge_lines,
    revert_corrections,
    title_key,
)
from indexer.store.corrections.corrections_file import Note
from indexer.store.protocols import DocumentStore
from indexer.store.register import NO_ITEM
from indexer.store.source_items import MAX_HELD
from indexer.store.write_report import DELETED_ITEM, NO_SUCH_ITEM, OTHER_ITEM, CorrectionsReport

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from indexer.annotations import Annotations
    from indexer.documents import Document
    from indexer.documents.document import DocAddress
    from indexer.store.corrections.correction_lines import Correction, Corrections
    from indexer.store.known_sources import SourceCatalog
    from indexer.store.protocols import IndexStore
    from indexer.store.write_report import Listeners, WriteReport

    IndexedItems = dict[DocAddress, list[Correction]]


MAX_IDS: Final = 100  # per item in a line


def stated_record(writer: IndexStore, address: DocAddress) -> bytes:
    """Read a stored record of the previous generation, without manual corrections."""
    raw = writer.record(address)
    fields = writer.register.corrected.get(writer.head(address)[0])
    if not fields:
        return raw
    try:
        return revert_corrections(raw, fields.split())
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFolderError(message("corrections.damaged_item")) from error


class ItemsOfCorrections:
    """The items to which the lines of a corrections file apply, looked up during a write.

    Attributes:
        chosen: The numbers of the lines that match an item by title and day, not by id.
        reported: The numbers of the lines that give an item too many tags or collections, each with a
            message.
        left_out: The records that are marked as not news items, and whose sources were not read in this
            write. Maps the id of a record to its line in the register (:mod:`indexer.store.register`).
    """

    def __init__(self, writer: IndexStore, corrections: Corrections) -> None:
        self.chosen: set[int] = set()
        self.reported: list[tuple[int, str]] = []
        self.left_out: dict[str, str] = {}
        self._writer = writer
        self._register = writer.register
        self._corrections = corrections
        self._seen: Counter[int] = Counter()  # the number of items with the title and day of each line
        self._items: dict[int, Note] = {}
        self._days: dict[DocAddress, str] = {}
        self._known = self._lines_before()
        self._mismatched: set[int] = set()  # lines with the id of an item that they do not match
        self._kept: set[int] = set()  # lines about records that are or were not items, and were not read

    @cached_property
    def in_several_sources(self) -> bool:
        """Whether a line has the id of an item that is in several sources."""
        register = self._register
        ids = (item_id for line in self._corrections.lines for item_id in line.ids)
        return bool(register.before.places) and any(
            register.before.former.get(item_id, item_id) in register.before.places for item_id in ids
        )

    def lines_with_id(self, document: Document) -> list[Correction]:
        """Return the lines of the corrections file with an id, current or former, of a document."""
        ids = [document.id, *self._register.formers(document.id)]
        if document.has_key(b'"former":['):
            ids += document.item.former
        lines = self._corrections.lines_with_id(ids)
        return [line for line in lines if self._is_intended(line, document)]

    def lines_with_title(self, document: Document, lines: list[Correction]) -> list[Correction]:
        """Return the lines with the title and day of a document, except those in ``lines``."""
        known = self._corrections.by_title
        if not document.title or (found := known.get(title_key(document.title))) is None:
            return []
        day = stated_day(document.item)
        return [line for line in found if line.day in {None, day} and line not in lines]

    def count_match(self, lines: list[Correction]) -> bool:
        """Add one to the number of items that match each of the given lines by title and day.

        Returns:
            Whether no item was counted before for at least one of the lines.
        """
        first = any(not self._seen[line.number] for line in lines)
        self._seen.update(line.number for line in lines)
        return first

    def assign(self, lines: Sequence[Correction], document: Document) -> None:
        """Record that lines apply to the item of a document."""
        if not lines:
            return
        item = document.item
        ids = (document.id, *item.former, *self._register.formers(document.id))
        self._items.update((line.number, Note(ids, item.title, stated_day(item))) for line in lines)

    def record(self, address: DocAddress) -> bytes:
        """Read the record of a document in the previous generation, without manual corrections."""
        return stated_record(self._writer, address)

    def find_indexed(self, read: Collection[str]) -> IndexedItems:
        """Return the addresses of the indexed items that are or will be corrected, with their lines.

        Args:
            read: The names of the sources read in this write. The records of other sources that are still
                marked as not news items are added to ``left_out``.
        """
        corrected = self._register.corrected
        ids = [item_id for line in self._corrections.lines for item_id in line.ids]
        self._writer.prefetch([*ids, *corrected])
        indexed: IndexedItems = {}
        for line in self._corrections.lines:
            for address in dict.fromkeys(map(self._writer.find_current, line.ids)):
                if address is not None and line.number in self._known:
                    indexed.setdefault(address, []).append(line)
                elif address is not None:
                    self._mismatched.add(line.number)
        for item_id, declared in corrected.items():
            if not declared.startswith(NO_ITEM):
                if (address := self._writer.find_current(item_id)) is not None:
                    indexed.setdefault(address, [])
            elif declared.removeprefix(NO_ITEM) not in read:
                self._kept.update(line.number for line in self._corrections.lines_with_id([item_id]))
                if self._corrections.excludes(item_id):
                    self.left_out[item_id] = declared
        self._choose(indexed)
        return indexed

    def notes(self) -> dict[int, Note]:
        """Return the ids, title and day to add to each line of the file, by line number."""
        found = {}
        for line in self._corrections.lines:
            if (named := self._items.get(line.number)) is None:
                continue
            ids = tuple(dict.fromkeys((*named.ids, *self._register.formers(named.ids[0]))))[:MAX_IDS]
            title = title_key(named.title or "")
            if {*ids} - {*line.ids} or (title, named.day) != (line.title or "", line.day):
                found[line.number] = Note(ids, named.title, named.day)
        return found

    def annotations(self) -> dict[str, Annotations]:
        """Return the annotations of the items to which the file's lines apply, by current item id."""
        found: dict[str, Annotations] = {}
        before = self._writer.annotations.of if self._writer.keeps_annotations else lambda _: NO_ANNOTATIONS
        for line in self._corrections.lines:
            if line.annotations and (named := self._items.get(line.number)):
                item_id = named.ids[0]
                now = found.get(item_id) or before(item_id)
                try:
                    line.annotations.check(item_id, line.annotations.of(now))
                except DragomanError as error:
                    self.reported.append((line.number, message_of(error)))
                found[item_id] = apply_annotations(line, now)
        return found

    def unfit(self) -> list[tuple[int, str]]:
        """Return the numbers of the correction lines that match no item, with reasons."""
        reported: list[tuple[int, str]] = []
        for line in self._corrections.lines:
            count = self._seen[line.number]
            if line.number in self._items or line.number in self._kept:
                continue
            several = message("record.several_items", count=count)
            reason = OTHER_ITEM if line.number in self._mismatched else NO_SUCH_ITEM
            if not self._register.deleted.keys().isdisjoint(line.ids):
                reason = DELETED_ITEM
            reported.append((line.number, several if count > 1 else reason))
        return reported

    def _choose(self, indexed: IndexedItems) -> None:
        """Match each line that matches no item by id with the item that has its title and day.

        If several items have the same title and day, the line is not matched.
        """
        met = {line.number for own in indexed.values() for line in own} | {*self._items} | self._kept
        for line in self._corrections.lines:
            if line.number in met or not line.title:
                continue
            there = [address for address in self._writer.find_title(line.title) if self._is_of(address, line)]
            self._seen[line.number] += len(there)
            if self._seen[line.number] == 1:
                self.chosen.add(line.number)
                if there:
                    indexed[there[0]] = sorted([*indexed.get(there[0], ()), line])

    def _is_of(self, address: DocAddress, line: Correction) -> bool:
        title = self._writer.head(address)[1]
        if title is None or title_key(title) != line.title:
            return False
        return line.day is None or stated_day(restore(self.record(address)).item) == line.day

    def _is_intended(self, line: Correction, document: Document) -> bool:
        """Return whether a line with the id of a document is about it, not about another item."""
        if line.number in self._known or agrees(line, document.title, stated_day(document.item)):
            return True
        self._mismatched.add(line.number)
        return False

    def _lines_before(self) -> set[int]:
        """Return the numbers of the lines that match items of the previous generation by id."""
        lines = self._corrections.lines
        self._writer.prefetch([item_id for line in lines for item_id in line.ids])
        return {
            line.number
            for line in lines
            for address in map(self._writer.find_current, line.ids)
            if address is not None and agrees(line, *self._stated_title_and_day(address))
        }

    def _stated_title_and_day(self, address: DocAddress) -> tuple[str | None, str]:
        """Return the title and the uncorrected day of a document in the previous generation.

        The title is ``None`` if the document has none.
        """
        if address not in self._days:  # an item may have many lines
            self._days[address] = stated_day(restore(self.record(address)).item)
        return self._writer.head(address)[1], self._days[address]


def agrees(line: Correction, title: str | None, day: str) -> bool:
    """Return whether a line and an item have the same title or the same day.

    A line without a title or without a day agrees with any item.
    """
    if line.title is None or line.day is None or line.title == title_key(title or ""):
        return True
    return bool(line.day) and line.day == day


class _PendingDocument(NamedTuple):
    """A document that is only written when all correction lines are matched with items.

    Attributes:
        document: The document.
        since: The first generation that contained the item; ``None`` if that is the next generation.
        titled: The lines of the file that match the title and day of the document.
        counted: Whether the report counts the item as added or replaced. An item that only moved to another
            source is not counted.
    """

    document: Document
    since: int | None
    titled: list[Correction]
    counted: bool = True


class CorrectingWriter(DocumentStore):
    """A store that corrects the items that are added to it.

    Attributes:
        corrections: The correction lines.
        items: The items that the lines match.
        report: The results of applying the lines.
        counting: Whether written documents are counted as added or replaced. False while items are reassigned
            to other sources.
    """

    def __init__(self, writer: IndexStore, sources: SourceCatalog, corrections: Corrections) -> None:
        self.items = ItemsOfCorrections(writer, corrections)
        self.report = CorrectionsReport(
            corrections.file, len(corrections.lines), told=[*corrections.reported]
        )
        self._writer = writer
        self.segments, self.deleted, self.register = writer.segments, writer.deleted, writer.register
        self.annotations = writer.annotations
        self._sources = sources
        self.corrections = corrections
        self.counting = True
        self._held: list[_PendingDocument] = []
        self._room = MAX_HELD
        self._corrected: dict[str, str] = {}  # for the register of the next generation
        self._left_out: set[str] = set()  # ids of records that were read and are not items

    def record(self, address: DocAddress) -> bytes:
        """Read the record of a document in the previous generation, without manual corrections."""
        return self.items.record(address)

    def excludes(self, document: Document) -> bool:
        """Return whether a correction marks a document as not a news item, and count it if so."""
        lines = self.items.lines_with_id(document)
        if not lines or merge_lines(lines)[1]:
            return False
        self.items.assign(lines, document)
        self._record_excluded(document)
        self._left_out.add(document.id)
        self.report.excluded += 1
        return True

    def add(self, document: Document, since: int | None = None) -> None:
        """Correct and add a document, or hold it back until :meth:`settle`.

        A document is held back if it may match a line by title and day, if it may be a new version of an item
        with several sources, or if a line marks it as not an item.
        """
        lines = self.items.lines_with_id(document)
        titled = self.items.lines_with_title(document, lines)
        self.items.assign(lines, document)
        first, is_item = self.items.count_match(titled), merge_lines(lines)[1]
        waits = since is None and self._room > 0 and self.items.in_several_sources
        if first or waits or not is_item:
            self._room -= len(document.record)
            self._held.append(_PendingDocument(document, since, titled, self.counting))
        else:
            self._write(document, lines, since)

    def settle(self, read: Collection[str], report: WriteReport, listeners: Listeners) -> None:
        """Apply the corrections to all items, also those that this write did not read."""
        for held in self._held:  # the previous generation's ids of the items may have changed
            self.items.assign(self.items.lines_with_id(held.document), held.document)
        indexed = self.items.find_indexed(read)
        for held in self._held:
            self._settle_held(held, report, listeners)
        for address, lines in indexed.items():
            self._correct_indexed(address, lines, listeners)
        self.register.corrected.clear()
        self.register.corrected.update(self.items.left_out | self._corrected)
        self._annotate()
        self.report.told = sorted(self.report.told + self.items.unfit() + self.items.reported)
        self.report.standing = sum(not one.startswith(NO_ITEM) for one in self._corrected.values())
        report.corrections = self.report

    def _annotate(self) -> None:
        """Set the annotations that the corrections file states.

        If the index itself stores annotations and has had some before, the file may be an old export. Then
        its lines are not applied; only the number of differences is reported.
        """
        found = {
            item_id: annotations
            for item_id, annotations in self.items.annotations().items()
            if not self._corrected.get(item_id, "").startswith(NO_ITEM)
        }
        if not self._writer.keeps_annotations:
            self.annotations.replace(found)
        elif self._writer.ever_annotated:
            if count := sum(self.annotations.of(item_id) != one for item_id, one in found.items()):
                self.report.told.append((0, message("corrections.kept_in_index", n=count)))
        else:
            for item_id, annotations in found.items():
                self.annotations.set(item_id, annotations)

    def _write(self, document: Document, lines: list[Correction], since: int | None) -> None:
        if lines:
            document = self._correct(document, lines)
        self._writer.add(document, since)

    def _correct(self, document: Document, lines: list[Correction]) -> Document:
        self.items.assign(lines, document)
        document, fields = correct_document(document, merge_lines(lines)[0])
        if fields:
            self._corrected[document.id] = " ".join(fields)
        return document

    def _settle_held(self, held: _PendingDocument, report: WriteReport, listeners: Listeners) -> None:
        chosen = [line for line in held.titled if line.number in self.items.chosen]
        lines = sorted(
            {line.number: line for line in (*self.items.lines_with_id(held.document), *chosen)}.values()
        )
        if merge_lines(lines)[1]:
            self._write(held.document, lines, held.since)
            return
        if held.since is None:
            report.added -= held.counted
        else:
            report.replaced -= held.counted
        self._exclude(held.document, lines, listeners)

    def _correct_indexed(self, address: DocAddress, lines: list[Correction], listeners: Listeners) -> None:
        """Correct an item of the previous generation that this write did not replace."""
        stated = restore(self.record(address))
        if not merge_lines(lines)[1]:
            self._writer.delete(address)
            self._exclude(stated, lines, listeners)
            return
        document = self._correct(stated, lines)
        if document.record != self._writer.record(address):
            self._writer.replace(address, document)
            self.register.changed_items.add(document.id)
            self.report.changed += 1
            fields = self._corrected.get(document.id)
            why = f"by hand: {fields.replace(' ', ', ')}" if fields else "no longer corrected by hand"
            listeners.report("corrected", document, reason=why)

    def _exclude(self, document: Document, lines: list[Correction], listeners: Listeners) -> None:
        """Remove a document that a correction marks as not a news item, and count it."""
        self.items.assign(lines, document)
        name = self._sources.of(document.item.source.file)
        self.register.forget(document.id)
        self.register.gone.discard((name, document.id))
        self._sources.items[name] -= 1
        self._record_excluded(document)
        if document.id in self._left_out:  # it was counted when it was read
            return
        self.report.excluded += 1
        listeners.report("no item", document, reason="by hand")

    def _record_excluded(self, document: Document) -> None:
        self._corrected[document.id] = NO_ITEM + self._sources.of(document.item.source.file)

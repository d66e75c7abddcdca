"""A writer whose items are corrected by hand, as whoever reads sources need not know.

They see what sources state, of items of the index too; what people said otherwise goes into the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.documents.corrected import correct_document
from indexer.documents.document import restore
from indexer.named_tuple import NamedTuple
from indexer.store.corrections.items import ItemsOfLines
from indexer.store.corrections.line import merged
from indexer.store.newcomers import MOST_HELD
from indexer.store.register import NO_ITEM
from indexer.store.report import Change, CorrectionsReport

if TYPE_CHECKING:
    from collections.abc import Collection

    from indexer.documents import Document
    from indexer.store.address import DocAddress
    from indexer.store.corrections.known import Corrections
    from indexer.store.corrections.line import Correction
    from indexer.store.known_sources import KnownSources
    from indexer.store.report import Tell, WriteReport
    from indexer.store.writer import IndexWriter


class _Held(NamedTuple):
    """A document that waits until all is read: then it is known of which item it and the lines are.

    Attributes:
        document: It.
        since: The generation that it came in with; None for the next one.
        titled: The lines that name an item of its title and day.
        counted: Whether it was counted as added or replaced; what was handed on to another source was not.
    """

    document: Document
    since: int | None
    titled: list[Correction]
    counted: bool = True


class CorrectingWriter:
    """A writer whose items are corrected; see :class:`indexer.store.writer.IndexWriter`.

    Args:
        writer: Writes the next generation.
        sources: The sources of the index, which count their items.
        corrections: What people said.

    Attributes:
        corrections: The same.
        items: Of which item each line is.
        report: What becomes of the lines.
        counting: Whether what comes is counted as added or replaced; what another source takes over is not.
    """

    def __init__(self, writer: IndexWriter, sources: KnownSources, corrections: Corrections) -> None:
        self.items = ItemsOfLines(writer, corrections)
        self.report = CorrectionsReport(corrections.file, len(corrections.lines), told=[*corrections.told])
        self._writer = writer
        self._register = writer.register
        self._sources = sources
        self.corrections = corrections
        self.counting = True
        self._held: list[_Held] = []
        self._room = MOST_HELD
        self._corrected: dict[str, str] = {}  # what the register will say
        self._left_out: set[str] = set()  # ids of what was read and is no item

    def __getattr__(self, name: str) -> Any:
        """Give whatever else the writer has."""
        return getattr(self._writer, name)

    def record(self, address: DocAddress) -> bytes:
        """Read the record of a document of the base generation as its source stated it."""
        return self.items.record(address)

    def excludes(self, document: Document) -> bool:
        """Tell whether what a source holds is no item, as somebody says; it is counted then."""
        lines = self.items.of(document)
        if not lines or merged(lines)[1]:
            return False
        self.items.name(lines, document)
        self._note_left_out(document)
        self._left_out.add(document.id)
        self.report.excluded += 1
        return True

    def add(self, document: Document, since: int | None = None) -> None:
        """Add a document, corrected; one that may be that of a line waits.

        It may be by its title and day; or, of what stands in several sources, as its new version.
        """
        lines = self.items.of(document)
        titled = self.items.titled(document, lines)
        self.items.name(lines, document)
        first, is_item = self.items.meet(titled), merged(lines)[1]
        waits = since is None and self._room > 0 and self.items.stand_in_several
        if first or waits or not is_item:
            self._room -= len(document.record)
            self._held.append(_Held(document, since, titled, self.counting))
        else:
            self._write(document, lines, since)

    def replace(self, address: DocAddress, document: Document) -> None:
        """Put a document in the place of one of the base generation, which came in when that did."""
        since = self._writer.since(address)
        self._writer.delete(address)
        self.add(document, since)

    def settle(self, read: Collection[str], report: WriteReport, tell: Tell | None) -> None:
        """Let the next generation have what the lines say, of all its items, read now or not.

        Args:
            read: The names of the sources that were read.
            report: Counts what happens.
            tell: Called with each change; None for nobody.
        """
        register = self._register
        for held in self._held:  # other ids are theirs by now
            self.items.name(self.items.of(held.document), held.document)
        standing = self.items.standing(read)
        for held in self._held:
            self._settle_held(held, report, tell)
        for address, lines in standing.items():
            self._settle_standing(address, lines, tell)
        register.corrected.clear()
        register.corrected.update(self.items.left_out | self._corrected)
        self.report.told = sorted(self.report.told + self.items.unfit())
        self.report.standing = sum(not one.startswith(NO_ITEM) for one in self._corrected.values())
        report.corrections = self.report

    def _write(self, document: Document, lines: list[Correction], since: int | None) -> None:
        if lines:
            document = self._correct(document, lines)
        self._writer.add(document, since)

    def _correct(self, document: Document, lines: list[Correction]) -> Document:
        self.items.name(lines, document)
        document, fields = correct_document(document, merged(lines)[0])
        if fields:
            self._corrected[document.id] = " ".join(fields)
        return document

    def _settle_held(self, held: _Held, report: WriteReport, tell: Tell | None) -> None:
        chosen = [line for line in held.titled if line.number in self.items.chosen]
        lines = sorted({line.number: line for line in (*self.items.of(held.document), *chosen)}.values())
        if merged(lines)[1]:
            self._write(held.document, lines, held.since)
            return
        if held.since is None:
            report.added -= held.counted
        else:
            report.replaced -= held.counted
        self._leave_out(held.document, lines, tell)

    def _settle_standing(self, address: DocAddress, lines: list[Correction], tell: Tell | None) -> None:
        """Let an item that was not read anew, or not otherwise than before, be as lines say."""
        stated = restore(self.record(address))
        if not merged(lines)[1]:
            self._writer.delete(address)
            self._leave_out(stated, lines, tell)
            return
        document = self._correct(stated, lines)
        if document.record != self._writer.record(address):
            self._writer.replace(address, document)
            self.report.changed += 1
            if tell:
                fields = self._corrected.get(document.id)
                why = f"by hand: {fields.replace(' ', ', ')}" if fields else "no longer corrected by hand"
                tell(Change("corrected", document.id, document.title, document.item.source, None, why))

    def _leave_out(self, document: Document, lines: list[Correction], tell: Tell | None) -> None:
        """Count what is no item, and forget it."""
        self.items.name(lines, document)
        source = document.item.source
        name = self._sources.of(source.file)
        self._register.forget(document.id)
        self._register.gone.discard((name, document.id))
        self._sources.items[name] -= 1
        self._note_left_out(document)
        if document.id in self._left_out:  # counted when it was read
            return
        self.report.excluded += 1
        if tell:
            tell(Change("no item", document.id, document.title, source, None, "by hand"))

    def _note_left_out(self, document: Document) -> None:
        self._corrected[document.id] = NO_ITEM + self._sources.of(document.item.source.file)

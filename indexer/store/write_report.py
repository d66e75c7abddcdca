"""Report a build, an update or a deletion: its counts, and how each item changed."""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.codec.plain_file import whole_file
from indexer.errors import DragomanError, message, reason
from indexer.sources import Skips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.documents import Document
    from indexer.item import SourceLines
    from indexer.progress import Progress
    from indexer.store.manifest import SourceSummary

    OnChange = Callable[["Change"], object]

_HEAD: Final = b'{"change": '  # the start of each line of a report
NO_SUCH_ITEM: Final = message("record.no_such_item")  # reasons for skipping a line of corrections
DELETED_ITEM: Final = message("record.deleted_item")
OTHER_ITEM: Final = message("record.other_item")  # the other reason


class Change(NamedTuple):
    """A change of an item, or a skipped part.

    Attributes:
        what: ``added``, ``replaced``, ``unchanged``, ``gone``, ``deleted``, ``deleted before``, ``skipped``,
            ``corrected``, ``no item``, ``annotated``.
        id: The id of the item; None for a skipped record.
        title: The title.
        place: The location of the item in its source, now or at the last reading; None if unknown.
        former: The former id of the item, if it had another one.
        reason: The reason for the change, if it is not obvious.
    """

    what: str
    id: str | None
    title: str | None
    place: SourceLines | None
    former: str | None = None
    reason: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the change as a JSON record."""
        return {
            "change": self.what,
            "id": self.id,
            "former": self.former,
            "title": self.title,
            "source": self.place and self.place.file,
            "lines": self.place and [self.place.first, self.place.last],
            "reason": self.reason,
        }


@dataclass(slots=True)
class CorrectionsReport:
    """The result of applying a corrections file.

    Attributes:
        file: The path of the file.
        lines: The number of lines that have corrections.
        changed: The number of items that were in the index before and that the corrections changed.
        standing: The number of items with corrections in the index as written.
        excluded: The number of records of sources and of the index that are marked as not news items.
        told: The line number and the warning for each line that was skipped, wholly or in part.

    The attributes have the names that JSON output has.
    """

    file: str
    lines: int
    changed: int = 0
    standing: int = 0
    excluded: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)

    @property
    def unfit(self) -> list[int]:
        """The numbers of the lines that match no item, perhaps because of another index."""
        return [number for number, reason in self.told if reason in {NO_SUCH_ITEM, OTHER_ITEM}]

    @property
    def of_deleted(self) -> list[int]:
        """The numbers of the lines about deleted items."""
        return [number for number, reason in self.told if reason == DELETED_ITEM]


@dataclass(slots=True)
class WriteReport:
    """The result of a build, an update or a deletion.

    Attributes:
        items: The number of items in the index.
        sources: For each source, the number of items read and of records skipped.
        added: The number of new items.
        replaced: The number of changed items, which keep their ids.
        unchanged: The number of items that did not change.
        moved: The number of unchanged items whose line numbers in the source, or dates estimated from
            neighbouring items, were updated.
        joined: The number of unchanged items that were already in the index from another source.
        gone: The number of items that a source contained at its previous reading but no longer contains; they
            stay in the index.
        deleted: The number of deleted items.
        annotated: The number of items whose tags, collections or note changed. For a deletion, that of
            deleted items with annotations, which are kept in case the items return.
        absent: Tags and collections that were to be removed, but that no selected item had.
        deleted_before: The number of items that were read but stay deleted, because they had been deleted
            from the index.
        dates: The number of items read for each kind of date; an item in two sources counts twice.
        languages, countries: The number of items read for each language and each country.
        not_read: The URLs that, according to their servers, have not changed since they were last read; their
            items count as unchanged.
        unreached: The sources of the index that could not be read, each with the reason.
        skipped: The skipped records and lines with the reasons; if there are very many, only the first.
        uncounted: The reasons why requested facets are not counted.
        corrections: The result of the corrections file; None if there is none.
        seconds: The duration of the write.
        is_new: Whether the write created the index.
    """

    items: int = 0
    sources: list[SourceSummary] = field(default_factory=list)
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    moved: int = 0
    joined: int = 0
    gone: int = 0
    deleted: int = 0
    deleted_before: int = 0
    dates: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)
    unreached: list[tuple[str, str]] = field(default_factory=list)
    skipped: Skips = field(default_factory=Skips)
    uncounted: tuple[str, ...] = ()
    annotated: int = 0
    absent: tuple[str, ...] = ()
    corrections: CorrectionsReport | None = None
    seconds: float = 0.0
    is_new: bool = False


class Listeners(NamedTuple):
    """The functions to call while an index is written.

    Attributes:
        change: Called with each change; may be None.
        progress: Called with a source's name and the number of items read so far.
    """

    change: OnChange | None
    progress: Progress = lambda _source, _items: None

    def report(
        self, what: str, document: Document, former: str | None = None, reason: str | None = None
    ) -> None:
        """Report the change of an item, given its document."""
        if self.change:
            place = document.item.source
            self.change(Change(what, document.id, document.title, place, former, reason))


@contextmanager
def report_to(path: str | os.PathLike[str] | None) -> Iterator[OnChange | None]:
    """Yield a function that writes a change to a JSON Lines file, or ``None`` if no path is given.

    The file appears when the block ends.

    Raises:
        DragomanError: The file cannot be written.
    """
    if path is None:
        yield None
        return
    _require_report(path)
    try:
        with whole_file(path) as (file, _):
            yield lambda change: file.write(_line(change))
    except OSError as error:  # from this file, or from another file that the block opens
        if not error.filename or Path(error.filename).parent != Path(os.path.realpath(path)).parent:
            raise
        raise DragomanError(message("store.cannot_write_report", path=path, reason=reason(error))) from None


def _require_report(path: str | os.PathLike[str]) -> None:
    """Raise an error if the file exists, unless it is a report by Dragoman."""
    try:
        with Path(path).open("rb") as stream:
            head = stream.read(len(_HEAD))
    except OSError:  # there is none; opening it for writing reports any other error
        return
    if head and head != _HEAD:
        raise DragomanError(message("store.not_a_report", path=path))


def _line(change: Change) -> bytes:
    return json.dumps(change.to_record(), ensure_ascii=False).encode("utf-8", "replace") + b"\n"

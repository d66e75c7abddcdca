"""What a build, an update or a deletion did: in numbers, and item by item for who asks."""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.codec.plain_file import whole_file
from indexer.errors import DragomanError
from indexer.sources import Skips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.documents import Document
    from indexer.item import SourceLines
    from indexer.progress import Progress
    from indexer.store.contents import SourceSummary

    Tell = Callable[["Change"], object]

_HEAD: Final = b'{"change": '  # of each line of a report
NO_SUCH_ITEM: Final = "it fits no item of the index"  # why a line of corrections was left out ...
OTHER_ITEM: Final = (
    "the item with its id has another title and another day, and is not corrected"  # ... or this
)


class Change(NamedTuple):
    """What happened to one item, or to something that became none.

    Attributes:
        what: ``added``, ``replaced``, ``unchanged``, ``gone``, ``deleted``, ``deleted before``, ``skipped``,
            ``corrected``, ``no item``.
        id: The item's id; None where it is none.
        title: Its title.
        place: Where it stands, or stood; None where that is not known.
        former: The id that it had before, where that is another one.
        reason: Why, where that is not plain.
    """

    what: str
    id: str | None
    title: str | None
    place: SourceLines | None
    former: str | None = None
    reason: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record."""
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
    """What became of a file of corrections.

    Attributes:
        file: Its path.
        lines: The lines that say something.
        changed: Items that the index had already, and that became others by it now.
        standing: Items that are corrected by hand now.
        excluded: What was read, or was there, and is no item.
        told: The lines that were left out, in part or as a whole, each with the reason.
    """

    file: str
    lines: int
    changed: int = 0
    standing: int = 0
    excluded: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)

    @property
    def unfit(self) -> list[int]:
        """The lines that are of no item here, as those that another index of the folder uses."""
        return [number for number, reason in self.told if reason in {NO_SUCH_ITEM, OTHER_ITEM}]


@dataclass(slots=True)
class WriteReport:
    """What a build, an update or a deletion did.

    Attributes:
        items: Items in the index now.
        sources: What each source gave: the items read in it, and those left out.
        added: Items that were not there.
        replaced: Items that were there with another content; a changed item keeps its id.
        unchanged: Items that were there already, word for word.
        moved: Those of the unchanged that stand on other lines of their source, or whose date is estimated
            otherwise by what stands around them; that was brought up to date.
        joined: Those of the unchanged that were known from another source; they stand in both.
        gone: Items that their sources held when they were last read, and no longer hold; they stay.
        deleted: Items that were deleted.
        deleted_before: Items read that were deleted before, and stay so.
        dates: Items read, by how their dates are known.
        languages, countries: Items read, by each language that they are in and each country they are about.
        not_read: The addresses that have not changed since they were last read, as their servers say; what
            the index has of them is counted as unchanged.
        unreached: The sources of the index that could not be read, each with the reason.
        skipped: The records and lines left out, with the reasons; of very many, the first.
        uncounted: Why fields that were named as facets are none, a line each.
        corrections: What became of the file of corrections; None where there is none.
        seconds: How long it took.
        is_new: Whether it began from nothing: a build, or an update where there was no index.
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
    corrections: CorrectionsReport | None = None
    seconds: float = 0.0
    is_new: bool = False


def _no_progress(_source: str, _items: int) -> None:
    """Report no progress."""


class Listeners(NamedTuple):
    """The functions that are called while an index is written.

    Attributes:
        change: Called with each change; None for no function.
        progress: Called with a source's name and the number of items read so far.
    """

    change: Tell | None
    progress: Progress = _no_progress

    def of(self, what: str, document: Document, former: str | None = None, reason: str | None = None) -> None:
        """Report the change of an item, given its document."""
        if self.change:
            place = document.item.source
            self.change(Change(what, document.id, document.title, place, former, reason))


@contextmanager
def report_to(path: str | os.PathLike[str] | None) -> Iterator[Tell | None]:
    """Write each change as a line of JSON; the file gets its name when all went well.

    Args:
        path: The file; None to write nothing.

    Yields:
        What is called with each change; None where nothing is written.

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
    except OSError as error:  # of this file, or of any that the writer opens
        if not error.filename or Path(error.filename).parent != Path(os.path.realpath(path)).parent:
            raise
        raise DragomanError(f"cannot write the report “{path}”: {error.strerror}") from None


def _require_report(path: str | os.PathLike[str]) -> None:
    """Let a report take the place of a report alone."""
    try:
        with Path(path).open("rb") as stream:
            head = stream.read(len(_HEAD))
    except OSError:  # there is none, or whoever writes it says why not
        return
    if head and head != _HEAD:
        raise DragomanError(f"“{path}” is there already, and is no report; give --report another file")


def _line(change: Change) -> bytes:
    return json.dumps(change.to_record(), ensure_ascii=False).encode("utf-8", "replace") + b"\n"

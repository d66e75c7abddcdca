"""Find groups of near duplicates: items that are copies or versions of each other."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from indexer.option_tables import check_flags
from indexer.runtime import NamedTuple
from searcher.engine import EVERY_HIT, ResultRequest
from searcher.hit_details import every_hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer.codec.duplicate_sets import GroupKind
    from indexer.item import ItemDate, NewsItem, SourceLines
    from searcher.answer import Answerer
    from searcher.engine import Engine, Group
    from searcher.results import Results
    from searcher.search_options import SearchRequest


class ChangedWords(NamedTuple):
    """A number or a name that differs between two versions.

    Attributes:
        before: The words in the earlier version.
        after: The words in the later version.
        of: The content word that follows a number in both versions, such as ``dead`` in *12 dead*.
    """

    before: str
    after: str
    of: str

    @property
    def text(self) -> str:
        """The change as one line of text: ``12 dead → 15``."""
        return f"{self.before} {self.of}".rstrip() + f" → {self.after}"


class Version(NamedTuple):
    """A version of a news item: one of a group of near duplicates.

    Attributes:
        id: The id of the item.
        title: The title of the version, or ``None`` if the version has no title.
        date: The date of the version, or ``None`` if the version has no date.
        source: The lines of the version in its source.
        changes: The numbers and names that differ from the previous version, if requested.
    """

    id: str
    title: str | None
    date: ItemDate | None
    source: SourceLines
    changes: tuple[ChangedWords, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the version as a JSON object, with its changes if it has any."""
        record = {
            "id": self.id,
            "title": self.title,
            "date": self.date.to_record() if self.date else None,
            "source": self.source.to_record(),
        }
        return record | ({"changes": [change._asdict() for change in self.changes]} if self.changes else {})


class DuplicateGroup(NamedTuple):
    """A group of near duplicates.

    Attributes:
        kind: ``copy`` if all bodies are equal, or ``reprint`` if not.
        items: The items by date, earliest first; items without a date are last.
    """

    kind: GroupKind
    items: tuple[Version, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the group as a JSON object."""
        return {"items": [item.to_record() for item in self.items], "kind": self.kind}


class Duplicates:
    """An iterable of groups of near duplicates.

    A group is read from the index when iteration reaches it.

    Args:
        groups: The documents of each group on the page.
        total: The number of groups on all pages.
        results: The results of the search that selects the groups.
        read: Reads the items of a group from the index.

    Attributes:
        total: The number of groups on all pages.
        results: The results of the search that selects the groups.
    """

    def __init__(
        self, groups: Sequence[Group], total: int, results: Results, read: Callable[[Group], DuplicateGroup]
    ) -> None:
        self.total = total
        self.results = results
        self._groups = groups
        self._read = read

    def __len__(self) -> int:
        """Return the number of groups on the page."""
        return len(self._groups)

    def __iter__(self) -> Iterator[DuplicateGroup]:
        return map(self._read, self._groups)

    def __repr__(self) -> str:
        return f"Duplicates(query={self.results.query!r}, total={self.total}, groups={len(self)})"


def find_duplicates(answerer: Answerer, request: SearchRequest, *, changes: bool) -> Duplicates:
    """Find the groups of near duplicates that contain a match of a request.

    Args:
        answerer: Executes requests on the index.
        request: The request; its limit and offset count groups.
        changes: Whether to compute the changes between versions.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type.
    """
    check_flags(changes=changes)
    engine, wanted = answerer.engine, request.wanted
    groups = engine.groups()
    limit = EVERY_HIT if groups else 0
    results = answerer.execute(request._replace(wanted=ResultRequest(wanted.sort, limit)))
    of_document = {document: number for number, group in enumerate(groups) for document in group.documents}
    numbers = map(of_document.get, every_hit(results).documents if groups else ())
    found = dict.fromkeys(number for number in numbers if number is not None)
    shown = [groups[number] for number in islice(found, wanted.offset, wanted.offset + wanted.limit)]

    def read(group: Group) -> DuplicateGroup:
        return DuplicateGroup(group.kind, tuple(_versions(_items(engine, group.documents), changes=changes)))

    return Duplicates(shown, len(found), results, read)


def group_of(engine: Engine, item_id: str) -> DuplicateGroup | None:
    """Return the near duplicates of an item, with the changes between versions.

    The result is ``None`` if the item has no near duplicates.
    """
    document = engine.find(item_id)
    others = engine.duplicates(document) if document is not None else []
    if document is None or not others:
        return None
    items = _items(engine, (document, *others))
    kind: GroupKind = "copy" if len({item.body for item in items}) == 1 else "reprint"
    return DuplicateGroup(kind, tuple(_versions(items, changes=True)))


def _versions(items: Sequence[NewsItem], *, changes: bool) -> Iterator[Version]:
    """Yield the versions of a news item, given the items of a group."""
    before = None
    for item in items:
        changed: tuple[ChangedWords, ...] = ()
        if changes and before is not None:
            from indexer.duplicates.compared_text import changes as changes_of

            changed = tuple([ChangedWords(*change) for change in changes_of(before.body, item.body)])
        yield Version(item.id, item.title, item.date, item.source, changed)
        before = item


def _items(engine: Engine, documents: Sequence[int]) -> list[NewsItem]:
    """Return the items of a group by date, items without a date last."""

    def age(item: NewsItem) -> tuple[bool, Any, str]:
        return item.date is None, item.date and item.date.start, item.id

    return sorted(engine.items(documents), key=age)

"""The same news once: the groups of items that are copies or versions of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.option_tables import check_flags
from indexer.runtime import NamedTuple
from searcher.engine import EVERY_HIT, ResultRequest
from searcher.hit_details import every_hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.codec.duplicate_sets import GroupKind
    from indexer.item import ItemDate, NewsItem, SourceLines
    from searcher.answer import Answerer
    from searcher.engine import Engine, Group
    from searcher.results import Results
    from searcher.search_options import Question


class ChangedWords(NamedTuple):
    """A number or a name in the place of another.

    Attributes:
        before: The words of the version before.
        after: The words that stand there now.
        of: What there are so many of: the word that follows a number in both, where it is one of content.
    """

    before: str
    after: str
    of: str

    @property
    def text(self) -> str:
        """The change in a line: ``12 dead → 15``."""
        return f"{self.before} {self.of}".rstrip() + f" → {self.after}"


class Version(NamedTuple):
    """An item of a group.

    Attributes:
        id: Its id.
        title: Its title, or None.
        date: Its date, or None.
        source: Where it stands.
        changes: The numbers and names that differ from the version before it, where they were asked for.
    """

    id: str
    title: str | None
    date: ItemDate | None
    source: SourceLines
    changes: tuple[ChangedWords, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record; without changes, where there are none."""
        record = {
            "id": self.id,
            "title": self.title,
            "date": self.date.to_record() if self.date else None,
            "source": self.source.to_record(),
        }
        return record | ({"changes": [change._asdict() for change in self.changes]} if self.changes else {})


class DuplicateGroup(NamedTuple):
    """Items that are the same news.

    Attributes:
        kind: ``copy`` where all bodies are equal, else ``reprint``.
        items: The items, the earliest first, those without a date last.
    """

    kind: GroupKind
    items: tuple[Version, ...]

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record."""
        return {"items": [item.to_record() for item in self.items], "kind": self.kind}


class Duplicates:
    """Groups of the same news, each read when a loop comes to it.

    Args:
        groups: The groups that are shown.
        total: How many there are.
        results: The answer whose matches they are of.
        read: Makes what is shown of a group.

    Attributes:
        total: How many groups there are, on other pages too.
        results: The answer whose matches they are of.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        total: int,
        results: Results,
        read: Callable[[Group], DuplicateGroup],
    ) -> None:
        self.total = total
        self.results = results
        self._groups = groups
        self._read = read

    def __len__(self) -> int:
        """Count the groups that are here."""
        return len(self._groups)

    def __iter__(self) -> Iterator[DuplicateGroup]:
        return map(self._read, self._groups)


def find_duplicates(answerer: Answerer, question: Question, *, changes: bool) -> Duplicates:
    """Find the groups of which an item matches a question, in the order of their best items.

    Args:
        answerer: Answers questions over the index.
        question: What was asked; its page is one of groups.
        changes: Whether to work out what has changed between the versions.

    Raises:
        QueryError, TypeError: The query cannot be understood, or an argument is of another type.
    """
    check_flags(changes=changes)
    engine, wanted = answerer.engine, question.wanted
    results = answerer.matches(question._replace(wanted=ResultRequest(wanted.sort, EVERY_HIT)))
    of_document = {document: group for group in engine.groups() for document in group.documents}
    groups = map(of_document.get, every_hit(results).documents if of_document else ())
    found = dict.fromkeys(group for group in groups if group is not None)
    shown = [*found][wanted.offset : wanted.offset + wanted.limit]

    def read(group: Group) -> DuplicateGroup:
        return DuplicateGroup(group.kind, tuple(_versions(_items(engine, group.documents), changes=changes)))

    return Duplicates(shown, len(found), results, read)


def group_of(engine: Engine, item_id: str) -> DuplicateGroup | None:
    """Give the group of an item, with what has changed between its versions; None where it has none.

    Args:
        engine: The open index.
        item_id: The id of the item.
    """
    document = engine.find(item_id)
    others = engine.duplicates(document) if document is not None else []
    if document is None or not others:
        return None
    items = _items(engine, (document, *others))
    kind: GroupKind = "copy" if len({item.body for item in items}) == 1 else "reprint"
    return DuplicateGroup(kind, tuple(_versions(items, changes=True)))


def _versions(items: Sequence[NewsItem], *, changes: bool) -> Iterator[Version]:
    """Yield what is shown of the items of a group."""
    before = None
    for item in items:
        changed: tuple[ChangedWords, ...] = ()
        if changes and before is not None:
            from indexer.duplicates.compared_text import changes as changes_of

            changed = tuple([ChangedWords(*change) for change in changes_of(before.body, item.body)])
        yield Version(item.id, item.title, item.date, item.source, changed)
        before = item


def _items(engine: Engine, documents: Iterable[int]) -> list[NewsItem]:
    """Read the items of a group, the earliest first, those without a date last."""

    def age(item: NewsItem) -> tuple[bool, Any, str]:
        return item.date is None, item.date and item.date.start, item.id

    return sorted(map(engine.item, documents), key=age)

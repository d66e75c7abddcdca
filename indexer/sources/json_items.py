"""Where the items of a JSON document are: in which of its lists and objects, however deep."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import SourceError
from indexer.sources.field_names import LISTS, is_understood
from indexer.sources.values import flatten
from indexer.sources.written import as_exported, is_exported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.sources.foreign import ForeignReader

_DEEPEST: Final = 8
_TRIED: Final = 20  # elements that show whether a list holds items
_ITEM: Final = frozenset({"title", "body", "summary", "date", "url"})


def failing(error: SourceError) -> Iterator[object]:
    """Yield nothing, and raise what went wrong."""
    yield from ()
    raise error


class Shape:
    """Finds the items of a document.

    Args:
        reader: Knows what names mean.

    Attributes:
        seen: Names of fields of what is no item, for people who have to map them.
    """

    def __init__(self, reader: ForeignReader) -> None:
        self._reader = reader
        self.seen: list[str] = []

    def items(self, values: Iterable[object]) -> Iterator[object]:
        """Yield the items among the values of a document; all of them where some of the first are items."""
        values = iter(values)
        first: list[object] = []
        try:
            first.extend(islice(values, _TRIED))
        except SourceError as error:  # what stands before a fault counts
            values = failing(error)
        if any(map(self._is_item, first)):
            yield from chain(first, values)
            return
        for value in chain(first, values):
            lists: list[list[Any]] = []
            alone: list[Any] = []
            self._find(value, lists, alone, 1)
            strong = [items for items in lists if any(map(self._has_title_or_text, items[:_TRIED]))]
            for items in strong or lists or [alone]:
                yield from items

    def _find(self, value: object, lists: list[list[Any]], alone: list[Any], depth: int) -> None:
        """Find the lists that hold items, and the items that stand in none."""
        if depth > _DEEPEST:
            return
        if isinstance(value, dict):
            if self._is_item(value):
                alone.append(value)
                return
            if not self.seen and not any(isinstance(held, (list, dict)) for held in value.values()):
                self.seen = [str(name) for name in islice(value, 20)]
            value = list(value.values())
        elif isinstance(value, list) and any(map(self._is_item, value[:_TRIED])):
            lists.append(value)
            return
        for held in value if isinstance(value, list) else ():
            if isinstance(held, (list, dict)):
                self._find(held, lists, alone, depth + 1)

    def _is_item(self, value: object) -> bool:
        if is_exported(as_exported(value)):
            return True
        if not isinstance(value, dict) or not self._reader.understands(value):
            return False
        if any(name.lower() in LISTS and self._holds_items(held, 1) for name, held in value.items()):
            return False
        own = is_understood(value, self._reader.meaning)
        return own or not any(self._holds_items(held, 3) for held in value.values())

    def _holds_items(self, value: object, depth: int) -> bool:
        """Tell whether a list, or one in an object, holds what looks like items, not like parts of one."""
        if isinstance(value, list):
            return any(
                len(self._fields(held) & _ITEM) > 1 for held in value[:_TRIED] if isinstance(held, dict)
            )
        if isinstance(value, dict) and depth:
            return any(self._holds_items(held, depth - 1) for held in value.values())
        return False

    def _fields(self, value: dict[str, object]) -> set[str]:
        meanings = (self._reader.meaning(name) for name, _ in flatten(value))
        return {found.field for found in meanings if found}

    def _has_title_or_text(self, value: object) -> bool:
        meanings = (
            self._reader.meaning(name) for name, _ in flatten(value if isinstance(value, dict) else {})
        )
        return any(found.field in {"title", "body"} and found.rank == 0 for found in meanings if found)

"""What an index knows of each of its sources: where it lies, how it is read, what it gave."""

from __future__ import annotations

from typing import Any

from indexer.named_tuple import NamedTuple

_LISTS = ("include", "exclude")


class SourceSummary(NamedTuple):
    """One source of an index.

    Attributes:
        file: Its name: the shortest path that no other source of the index has; it keeps that.
        items: The items that name it first.
        skipped: The records or lines that were skipped when it was last read.
        place: Where it lies: an absolute path, an address without credentials, ``-``, or ``python``.
        kind: The kind that it is read as; None for what its content shows.
        columns: Names of its fields to those that are meant.
        include, exclude: Patterns of the files of it that are read, and that are not.
    """

    file: str
    items: int
    skipped: int
    place: str = ""
    kind: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record, without what is not given."""
        lists = {"columns": [list(pair) for pair in self.columns]}
        lists |= {name: list(getattr(self, name)) for name in _LISTS}
        record: dict[str, Any] = {"file": self.file, "items": self.items, "skipped": self.skipped}
        given = {"place": self.place, "kind": self.kind, **lists}
        return record | {name: value for name, value in given.items() if value}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> SourceSummary:
        """Rebuild one of its JSON shape, whatever stands in it.

        Raises:
            TypeError, ValueError: It is not of that shape.
        """
        lists = {name: tuple(record[name]) for name in _LISTS if name in record}
        if "columns" in record:
            lists["columns"] = tuple((written, meant) for written, meant in record["columns"])
        return cls(**record | lists)

    def is_sound(self) -> bool:
        """Tell whether all texts are such, and all counts whole numbers."""
        texts: list[object] = [self.file, self.place, *self.include, *self.exclude]
        texts += [text for pair in self.columns for text in pair]
        texts += [] if self.kind is None else [self.kind]
        return all(isinstance(text, str) for text in texts)

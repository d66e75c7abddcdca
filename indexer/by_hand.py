"""What programs call to correct an item of an index."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Any

from indexer import place
from indexer.errors import DragomanError, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.store.report import WriteReport

    File = str | os.PathLike[str]


def correct(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    index: File,
    item_id: str,
    *,
    date: str | dt.date | None = None,
    language: str | None = None,
    countries: str | Iterable[str] | None = None,
    item: bool | None = None,
    undo: bool = False,
    who: str = "",
    corrections: File | None = None,
    dry_run: bool = False,
    report: File | None = None,
    wait: float = 0.0,
) -> WriteReport:
    """Correct an item by hand: in the file of corrections, which builds and updates apply, and at once.

    Args:
        index: The folder of the index, or its address on a cluster.
        item_id: The id of the item, such as that of a hit.
        date: A day, a month or a year (``"2018-03-05"``, ``"2018-03"``), an interval
            (``"2018-03..2018-05"``), or ``"none"``: it has none.
        language: A code or a name.
        countries: Codes or names; ``"none"`` or an empty list: it is about none.
        item: False for what is no item; it leaves the index.
        undo: Take back all that was said of the item.
        who: Who says so.
        corrections: The file; None for that which the index remembers, or else ``corrections.jsonl`` in the
            current folder.
        dry_run: Whether to say alone what would happen.
        report: A file that says what happened, a line of JSON an item.
        wait: How many seconds to wait for another writer.

    Returns:
        What happened; ``corrections`` of it says what became of all lines of the file.

    Raises:
        DragomanError: No item has the id, or what is said of it cannot be understood or written.
        TypeError: An argument is of another type.
    """
    from indexer.store.corrections.correct import CorrectionRequest

    for name, value in (("index", index), ("item_id", item_id)):
        if not isinstance(value, (str, os.PathLike)):
            raise TypeError(f"{name} is a string, not {type_name(value)}")
    said = _said(date, language, countries, item)
    if undo == bool(said):
        raise DragomanError(
            "say what is wrong: a date, a language, countries, or that it is no item; or undo that"
        )
    if said.get("item") is False and len(said) > 1:
        raise DragomanError("what is no item has no date, language or countries: say one or the other")
    file = None if corrections is None else os.fspath(corrections)
    return place.correct(
        os.fspath(index),
        CorrectionRequest(item_id, said, bool(undo), who, file, bool(dry_run), wait, report),
    )


def _said(
    date: str | dt.date | None,
    language: str | None,
    countries: str | Iterable[str] | None,
    item: bool | None,  # noqa: FBT001 - of three values
) -> dict[str, Any]:
    """Give what is said of an item as a line of the file says it."""
    said: dict[str, Any] = {}
    if date is not None:
        said["date"] = date.isoformat()[: len("2018-03-05")] if isinstance(date, dt.date) else date
    if language is not None:
        said["language"] = language
    if countries is not None:
        said["countries"] = [countries] if isinstance(countries, str) else [*countries]
    if item is not None:
        if not isinstance(item, bool):
            raise TypeError(f"item is False for what is no item, or True, not {type_name(item)}")
        said["item"] = item
    return said

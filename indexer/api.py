"""What programs call to write an index: files and folders become one, or items that they have at hand."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from indexer import location
from indexer.errors import DragomanError, type_name
from indexer.item import NewsItem
from indexer.option_tables import (
    BUILD,
    READ,
    UPDATE,
    WRITE,
    WriteOptions,
    check,
    check_flags,
    check_list,
    require_known,
    takes_options,
)
from indexer.sources import ReadOptions

if TYPE_CHECKING:
    from typing import Unpack

    from indexer.option_tables import BuildArguments, File, Option, UpdateArguments
    from indexer.store.write_report import WriteReport

_BUILD: Final = WriteOptions.of(READ, WRITE, BUILD)
_UPDATE: Final = WriteOptions.of(READ, WRITE, UPDATE)


@takes_options(_BUILD)
def build(
    index: File = "index_data", sources: File | Iterable[File] = (), **options: Unpack[BuildArguments]
) -> WriteReport:
    """Build an index; one that was there is replaced when the new one is complete, and not before.

    Args:
        index: Its folder, made when it is not there; or its address on a cluster.
        sources: A file, a folder or an address (http, https), or several; ``-`` is standard input.
        options: Those of :class:`indexer.option_tables.WriteOptions` that are not for updates.

    Returns:
        What was indexed and what was left out, with reasons and places.

    Raises:
        DragomanError: A source cannot be read, nothing holds an item, or the index cannot be written.
        TypeError: An argument is of another type.
    """
    require_known(options, _BUILD, "build")
    return _write(location.build, index, sources, _BUILD, options)


@takes_options(_UPDATE)
def update(
    index: File = "index_data",
    sources: File | Iterable[File] | None = None,
    **options: Unpack[UpdateArguments],
) -> WriteReport:
    """Add what is new, and replace what changed, in one step; where there is no index yet, build one.

    Args:
        index: Its folder.
        sources: A file, a folder or an address, or several; None, without items, for all that the index
            knows, each read as it was before, and one that cannot be read told and left.
        options: Those of :class:`indexer.option_tables.WriteOptions` that are not for builds.

    Returns:
        What was added, replaced, left alone, gone, deleted and left out.

    Raises:
        DragomanError: As of :func:`build`; the index is damaged, what is to be restored was not deleted, or a
            mirror would delete too much.
        TypeError: An argument is of another type.
    """
    require_known(options, _UPDATE, "update")
    return _write(location.update, index, sources, _UPDATE, options)


def delete(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    index: File,
    ids: str | Iterable[str] = (),
    *,
    sources: File | Iterable[File] = (),
    dry_run: bool = False,
    report: File | None = None,
    wait: float = 0.0,
) -> WriteReport:
    """Delete items for good: they stay deleted when their sources are read again, until they are restored.

    Args:
        index: The folder of the index.
        ids: The ids of items, such as those of hits.
        sources: Sources by their names or places, all of whose items go; the sources are forgotten. With ids:
            only items that name one of them.
        dry_run: Whether to count alone.
        report: A file that says what was deleted, a line of JSON an item.
        wait: How many seconds to wait for another writer.

    Returns:
        What was deleted.

    Raises:
        DragomanError: An item or a source is not known, or the index cannot be written.
        TypeError: An argument is of another type.
    """
    if not isinstance(index, (str, os.PathLike)):
        raise TypeError(f"the first argument is the folder of the index, not {type_name(index)}")
    check_flags(dry_run=dry_run)
    check(WriteOptions.report, report)
    check(WriteOptions.wait, wait)
    chosen, paths = check_list("ids", ids), check_list("sources", sources, paths=True)
    if not chosen and not paths:
        raise TypeError("nothing to delete: give ids, sources, or both")
    return location.delete(
        location.named(os.fspath(index)),
        lambda: chosen or None,
        sources=paths,
        dry_run=dry_run,
        report=report,
        wait=wait,
    )


def _write(
    write: Callable[..., WriteReport],
    index: File,
    sources: File | Iterable[File] | None,
    table: Mapping[str, Option],
    options: Mapping[str, Any],
) -> WriteReport:
    """Check the arguments, and build or update."""
    given = {name: check(table[name], value, DragomanError) for name, value in options.items()}
    if not isinstance(index, (str, os.PathLike)):
        raise TypeError(
            f"the first argument is the folder of the index, not {type_name(index)}: "
            'build("index_data", sources=["archive.txt"])'
        )
    paths = None if sources is None else check_list("sources", sources, paths=True)
    items = given.get("items")
    if items is not None and (
        isinstance(items, (str, bytes, Mapping, NewsItem)) or not isinstance(items, Iterable)
    ):
        raise TypeError(f"items is an iterable of mappings or news items, not {type_name(items)}")
    if paths is not None and not paths and items is None:
        raise TypeError("nothing to index: give sources, items, or both")
    columns = tuple((name, field) for field, name in (given.pop("columns", None) or {}).items())
    check_list("columns", [text for pair in columns for text in pair])
    how = {name: given.pop(name) for name in WriteOptions.of(READ) if name in given}
    return write(
        () if paths is None and items is not None else paths,
        location.named(os.fspath(index)),
        reading=ReadOptions(columns=columns, **how),
        **given,
    )


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
    from indexer.store.corrections.correction import CorrectionRequest

    for name, value in (("index", index), ("item_id", item_id)):
        if not isinstance(value, (str, os.PathLike)):
            raise TypeError(f"{name} is a string, not {type_name(value)}")
    declared = _stated(date, language, countries, item)
    if undo == bool(declared):
        raise DragomanError(
            "say what is wrong: a date, a language, countries, or that it is no item; or undo that"
        )
    if declared.get("item") is False and len(declared) > 1:
        raise DragomanError("what is no item has no date, language or countries: say one or the other")
    file = None if corrections is None else os.fspath(corrections)
    return location.correct(
        os.fspath(index),
        CorrectionRequest(item_id, declared, bool(undo), who, file, bool(dry_run), wait, report),
    )


def _stated(
    date: str | dt.date | None,
    language: str | None,
    countries: str | Iterable[str] | None,
    item: bool | None,  # noqa: FBT001 - of three values
) -> dict[str, Any]:
    """Give what is said of an item as a line of the file says it."""
    declared: dict[str, Any] = {}
    if date is not None:
        declared["date"] = date.isoformat()[: len("2018-03-05")] if isinstance(date, dt.date) else date
    if language is not None:
        declared["language"] = language
    if countries is not None:
        declared["countries"] = [countries] if isinstance(countries, str) else [*countries]
    if item is not None:
        if not isinstance(item, bool):
            raise TypeError(f"item is False for what is no item, or True, not {type_name(item)}")
        declared["item"] = item
    return declared

"""Build, update and correct an index from Python, with items from files, folders, URLs or objects."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from indexer import location
from indexer.errors import DragomanError, message, type_name
from indexer.item import NewsItem
from indexer.option_tables import (
    BUILD,
    READ,
    UPDATE,
    WRITE,
    File,
    WriteOptions,
    check,
    check_flags,
    check_list,
    check_text,
    require_known,
    takes_options,
)
from indexer.sources import ReadOptions
from indexer.store.write_report import WriteReport  # noqa: TC001 - for get_type_hints

if TYPE_CHECKING:
    from typing import Unpack

    from indexer.option_tables import BuildArguments, Option, UpdateArguments

_BUILD: Final = WriteOptions.of(READ, WRITE, BUILD)
_UPDATE: Final = WriteOptions.of(READ, WRITE, UPDATE)


@takes_options(_BUILD)
def build(
    index: File = "index_data", sources: File | Iterable[File] = (), **options: Unpack[BuildArguments]
) -> WriteReport:
    """Build an index.

    An existing index is replaced when the new one is complete.

    Args:
        index: The folder, created if it does not exist, or a URL on a cluster.
        sources: A file, a folder, a URL (http, https) or a list of these; ``-`` is standard input.
        options: The options of :class:`indexer.option_tables.WriteOptions`, except those for updates only.

    Returns:
        The counts of indexed and skipped items, with reasons and locations.

    Raises:
        DragomanError: A source cannot be read, no source has an item, or the index cannot be written.
        TypeError: An argument has the wrong type.
    """
    require_known(options, _BUILD, "build")
    return _write(location.build, index, sources, _BUILD, options)


@takes_options(_UPDATE)
def update(
    index: File = "index_data",
    sources: File | Iterable[File] | None = None,
    **options: Unpack[UpdateArguments],
) -> WriteReport:
    """Add new items and replace changed ones in one step.

    If there is no index yet, it is built.

    Args:
        index: The folder, or a URL on a cluster.
        sources: A file, a folder, a URL or a list of these. If neither ``sources`` nor ``items`` is given,
            all sources of the index are read again, each with its last options. Sources that cannot be read
            are reported and skipped.
        options: The options of :class:`indexer.option_tables.WriteOptions`, except those for builds only.

    Returns:
        The counts of added, replaced, unchanged, removed, deleted and skipped items.

    Raises:
        DragomanError: As for :func:`build`, or the index is damaged, an item to restore was never deleted, or
            a mirror would delete too many items.
        TypeError: An argument has the wrong type.
    """
    require_known(options, _UPDATE, "update")
    return _write(location.update, index, sources, _UPDATE, options)


def delete(  # noqa: PLR0913 - one argument per option
    index: File,
    ids: str | Iterable[str] = (),
    *,
    sources: File | Iterable[File] = (),
    dry_run: bool = False,
    report: File | None = None,
    wait: float = 0.0,
) -> WriteReport:
    """Delete items permanently.

    Later updates do not add them again, unless the items are restored.

    Args:
        index: The folder of the index, or its URL on a cluster.
        ids: The ids of items, such as those of hits.
        sources: Names or locations of sources; all their items are deleted, and the sources are removed. With
            ``ids``, only these items of these sources are deleted.
        dry_run: Whether to only count, without deleting.
        report: A file for the deleted items, a JSON line for each item.
        wait: The seconds to wait for another writer.

    Returns:
        The counts of deleted items and removed sources.

    Raises:
        MissingItemError: No item has one of the ids.
        DragomanError: A source is unknown, or the index cannot be written.
        TypeError: An argument has the wrong type.
    """
    place = _locate_index(index, dry_run=dry_run, report=report, wait=wait)
    chosen, paths = check_list("ids", ids), check_list("sources", sources, paths=True)
    if not chosen and not paths:
        raise TypeError("nothing to delete; give ids, sources, or both")
    return location.delete(
        place, lambda: chosen or None, sources=paths, dry_run=dry_run, report=report, wait=wait
    )


def _locate_index(index: File, *, dry_run: bool, report: File | None, wait: float) -> str:
    """Check the arguments shared by changes to items, and return the index's location."""
    if not isinstance(index, (str, os.PathLike)):
        raise TypeError(f"index must be a folder or a URL, not {type_name(index)}")
    check_flags(dry_run=dry_run)
    check(WriteOptions.report, report)
    check(WriteOptions.wait, wait)
    return location.check_location(os.fspath(index))


def _write(
    write: Callable[..., WriteReport],
    index: File,
    sources: File | Iterable[File] | None,
    table: Mapping[str, Option],
    options: Mapping[str, Any],
) -> WriteReport:
    """Check the arguments, and call the function that builds or updates the index."""
    given = {name: check(table[name], value, DragomanError) for name, value in options.items()}
    if not isinstance(index, (str, os.PathLike)):
        raise TypeError(
            f"index must be a folder or a URL, not {type_name(index)}: "
            'build("index_data", sources=["archive.txt"])'
        )
    paths = None if sources is None else check_list("sources", sources, paths=True)
    items = given.get("items")
    if items is not None and (
        isinstance(items, (str, bytes, Mapping, NewsItem)) or not isinstance(items, Iterable)
    ):
        raise TypeError(f"items must be an iterable of mappings or news items, not {type_name(items)}")
    if paths is not None and not paths and items is None:
        raise TypeError("nothing to index; give sources, items, or both")
    if items is None and given.get("source") is not None:
        raise TypeError(
            "source is only the name of the source of items; give items too, or give files in sources"
        )
    columns = tuple((name, field) for field, name in (given.pop("columns", None) or {}).items())
    check_list("columns", [text for pair in columns for text in pair])
    how = {name: given.pop(name) for name in WriteOptions.of(READ) if name in given}
    return write(
        () if paths is None and items is not None else paths,
        location.check_location(os.fspath(index)),
        reading=ReadOptions(columns=columns, **how),
        **given,
    )


def correct(  # noqa: PLR0913 - one argument per option
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
    """Correct an item in the index and in the corrections file.

    Later builds and updates apply the corrections file.

    Args:
        index: The folder of the index, or its URL on a cluster.
        item_id: The id of the item, such as that of a hit.
        date: A day, a month or a year (``"2018-03-05"``, ``"2018-03"``), a date range
            (``"2018-03..2018-05"``), or ``"none"`` for no date.
        language: A code or a name.
        countries: Codes or names; ``"none"`` or an empty list for no countries.
        item: False to mark the item as not a news item, which removes it from the index.
        undo: Whether to remove all corrections of the item instead.
        who: The name of the person who corrects the item.
        corrections: The corrections file. ``None`` means the file that the index uses; if it uses none,
            ``corrections.jsonl`` in the current folder.
        dry_run: Whether to only report, without changing anything.
        report: A file for the changes, a JSON line for each item.
        wait: The seconds to wait for another writer.

    Returns:
        The counts of changes, and in ``corrections`` the result of applying the corrections file.

    Raises:
        MissingItemError: No item has the id.
        DragomanError: A value is invalid, or a file cannot be written.
        TypeError: An argument has the wrong type.
    """
    from indexer.store.corrections.correction import CorrectionRequest

    for name, value in (("index", index), ("item_id", item_id)):
        if not isinstance(value, (str, os.PathLike)):
            raise TypeError(f"{name} must be a string, not {type_name(value)}")
    values = _correction_values(date, language, countries, item)
    if undo == bool(values):
        raise DragomanError(message("api.nothing_to_correct"))
    if values.get("item") is False and len(values) > 1:
        raise DragomanError(message("api.no_item_with_fields"))
    file = None if corrections is None else os.fspath(corrections)
    return location.correct(
        os.fspath(index),
        CorrectionRequest(item_id, values, bool(undo), who, file, bool(dry_run), wait, report),
    )


def _correction_values(
    date: str | dt.date | None,
    language: str | None,
    countries: str | Iterable[str] | None,
    item: bool | None,  # noqa: FBT001 - has three values
) -> dict[str, Any]:
    """Return the corrections of an item as a dict like those in a corrections file."""
    values: dict[str, Any] = {}
    if date is not None:
        values["date"] = date.isoformat()[: len("2018-03-05")] if isinstance(date, dt.date) else date
    if language is not None:
        values["language"] = language
    if countries is not None:
        values["countries"] = [countries] if isinstance(countries, str) else [*countries]
    if item is not None:
        if not isinstance(item, bool):
            raise TypeError(
                f"item must be True, or False for a record that is not a news item, not {type_name(item)}"
            )
        values["item"] = item
    return values


def tag(  # noqa: PLR0913 - one argument per option
    index: File,
    ids: str | Iterable[str],
    *,
    add: str | Iterable[str] = (),
    remove: str | Iterable[str] = (),
    collection: str | Iterable[str] = (),
    leave: str | Iterable[str] = (),
    who: str = "",
    corrections: File | None = None,
    dry_run: bool = False,
    report: File | None = None,
    wait: float = 0.0,
) -> WriteReport:
    """Change the tags and collections of items in the corrections file and in the index.

    Args:
        index: The folder of the index, or its URL on a cluster.
        ids: The ids of items, such as those of hits.
        add: The tags to add; an item has at most 50, each of at most 50 characters.
        remove: The tags to remove.
        collection: The collections to add the items to.
        leave: The collections to remove the items from.
        who: The name of the person who tags the items.
        corrections: The corrections file. ``None`` means the file that the index uses; if it uses none,
            ``corrections.jsonl`` in the current folder.
        dry_run: Whether to only report, without changing anything.
        report: A file for the changes, a JSON line for each item.
        wait: The seconds to wait for another writer.

    Returns:
        The counts ``annotated`` and ``unchanged``.

    Raises:
        MissingItemError: No item has one of the ids.
        DragomanError: A tag is invalid, an item gets too many, or a file cannot be written.
        TypeError: An argument has the wrong type.
    """
    change = {
        "tags": check_list("add", add),
        "tags_removed": check_list("remove", remove),
        "collections": check_list("collection", collection),
        "collections_removed": check_list("leave", leave),
    }
    if not any(change.values()):
        raise DragomanError(message("annotations.nothing_to_change"))
    return _annotate(index, ids, change, who, corrections, dry_run=dry_run, report=report, wait=wait)


def note(  # noqa: PLR0913 - one argument per option
    index: File,
    ids: str | Iterable[str],
    text: str,
    *,
    who: str = "",
    corrections: File | None = None,
    dry_run: bool = False,
    report: File | None = None,
    wait: float = 0.0,
) -> WriteReport:
    """Set the note of items in the corrections file and in the index, replacing an earlier note.

    Args:
        index: The folder of the index, or its URL on a cluster.
        ids: The ids of items, such as those of hits.
        text: The note, at most 10,000 characters; empty to remove the note.
        who: The name of the person who writes the note.
        corrections: The corrections file, as for :func:`tag`.
        dry_run: Whether to only report, without changing anything.
        report: A file for the changes, a JSON line for each item.
        wait: The seconds to wait for another writer.

    Returns:
        The counts ``annotated`` and ``unchanged``.

    Raises:
        MissingItemError: No item has one of the ids.
        DragomanError: The note is too long, or a file cannot be written.
        TypeError: An argument has the wrong type.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type_name(text)}")
    return _annotate(index, ids, {"note": text}, who, corrections, dry_run=dry_run, report=report, wait=wait)


def _annotate(  # noqa: PLR0913 - one argument per option
    index: File,
    ids: str | Iterable[str],
    change: Mapping[str, Any],
    who: str,
    corrections: File | None,
    *,
    dry_run: bool,
    report: File | None,
    wait: float,
) -> WriteReport:
    from indexer.annotations import normalise_change
    from indexer.store.corrections.correction import AnnotationRequest

    place = _locate_index(index, dry_run=dry_run, report=report, wait=wait)
    check_text("who", who)
    file = None if corrections is None else os.fspath(corrections)
    chosen = check_list("ids", ids)
    request = AnnotationRequest(normalise_change(change), who, file, bool(dry_run), wait, report)
    return location.annotate(place, lambda: chosen, request)

"""What programs call to write an index: files and folders become one, or items that they have at hand.

What programs call to correct an item of an index.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from indexer import location
from indexer.errors import DragomanError, type_name
from indexer.item import NewsItem
from indexer.sources import ReadOptions

if TYPE_CHECKING:
    from indexer.progress import Progress
    from indexer.store.write_report import WriteReport


if TYPE_CHECKING:
    File = str | os.PathLike[str]

_FLAG: Final = bool, "True or False"
_FILE: Final = (str, os.PathLike, NoneType), "the path of a file"
# Of arguments that are one value: their types, and what they are in words.
_INTENDED: Final[Mapping[str, tuple[Any, str]]] = {
    "kind": ((str, NoneType), "the name of a kind of source"),
    "columns": ((Mapping, NoneType), "a mapping of fields, such as title, to what the sources call them"),
    "allow_private": _FLAG,
    "own_thesaurus": _FLAG,
    "mirror": _FLAG,
    "sure": _FLAG,
    "dry_run": _FLAG,
    "corrections": _FILE,
    "report": _FILE,
    "memory_mb": (int, "a number of MiB"),
    "wait": ((int, float), "a number of seconds"),
    "progress": ((Callable, NoneType), "a function"),
}


def build(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    index: File = "index_data",
    sources: File | Iterable[File] = (),
    *,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    include: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    allow_private: bool = False,
    jobs: int | None = None,
    thesauri: File | Iterable[File] = (),
    own_thesaurus: bool = True,
    facets: str | Iterable[str] = (),
    corrections: File | None = None,
    memory_mb: int = 512,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> WriteReport:
    """Build an index; one that was there is replaced when the new one is complete, and not before.

    Args:
        index: Its folder, made when it is not there; or its address on a cluster.
        sources: A file, a folder or an address (http, https), or several; ``-`` is standard input.
        items: Items at hand: mappings as lines of JSON have them (``id``, ``title``, ``body``, ``date``,
            ...), or news items. A date may be a ``datetime.date`` too.
        kind: The kind that the sources are read as; None for what their content shows.
        columns: A field such as ``title`` to what the sources call it.
        include: Patterns of the files that are meant in folders and archives.
        exclude: Patterns of those that are left out.
        allow_private: Whether addresses may be of this computer and its network, and proxies are used.
        jobs: How many processes read files beside this one; 1 for this one alone. None for what pays: large
            sources are read in one for each processor, in four at most.
        thesauri: Thesauri in SKOS and dictionaries of FreeDict, for the expansion of queries.
        own_thesaurus: Whether Dragoman's own thesaurus stands beside them.
        facets: Fields of the items, such as ``section``, whose values commands show counted.
        corrections: The file of corrections by hand; None for that of the index that is replaced, if any.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
        wait: How many seconds to wait for another writer of the index to end.
        progress: Called now and then with a source's name and the number of items read so far.

    Returns:
        What was indexed and what was left out, with reasons and places.

    Raises:
        DragomanError: A source cannot be read, nothing holds an item, or the index cannot be written.
        TypeError: An argument is of another type.
    """
    settings = _checked(own_thesaurus=own_thesaurus, corrections=corrections)
    settings |= {"thesauri": _paths("thesauri", thesauri), "facets": _texts("facets", facets)}
    write = partial(location.build, **settings)
    reading = _reading(kind, columns, include, exclude, jobs, allow_private=allow_private)
    return _write(write, index, sources, items, reading, memory_mb=memory_mb, wait=wait, progress=progress)


def update(  # noqa: PLR0913 - one argument for each thing that a user can ask for
    index: File = "index_data",
    sources: File | Iterable[File] | None = None,
    *,
    items: Iterable[Mapping[str, Any] | NewsItem] | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    include: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    allow_private: bool = False,
    jobs: int | None = None,
    mirror: bool = False,
    sure: bool = False,
    restore: str | Iterable[str] = (),
    report: File | None = None,
    corrections: File | None = None,
    memory_mb: int = 512,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> WriteReport:
    """Add what is new, and replace what changed, in one step; where there is no index yet, build one.

    Args:
        index: Its folder.
        sources: A file, a folder or an address, or several; None, without items, for all that the index
            knows, each read as it was before, and one that cannot be read told and left.
        items: Items at hand.
        kind: The kind that the sources are read as.
        columns: A field such as ``title`` to what the sources call it.
        include: Patterns of the files that are meant.
        exclude: Patterns of those that are left out.
        allow_private: Whether addresses may be of this computer and its network, and proxies are used.
        jobs: As of :func:`build`.
        mirror: Whether the sources are the whole truth: what they no longer hold is deleted.
        sure: Whether that may be more than half of the items of a source.
        restore: Ids of deleted items that may come back; ``all`` for all of them.
        report: A file that says what happened, a line of JSON an item.
        corrections: The file of corrections by hand; None for that which the index remembers, if any.
        memory_mb: Memory to stay within, in MiB.
        wait: How many seconds to wait for another writer.
        progress: Called now and then, as by :func:`build`.

    Returns:
        What was added, replaced, left alone, gone, deleted and left out.

    Raises:
        DragomanError: As of :func:`build`; the index is damaged, what is to be restored was not deleted, or a
            mirror would delete too much.
        TypeError: An argument is of another type.
    """
    settings = _checked(mirror=mirror, sure=sure, report=report, corrections=corrections)
    write = partial(location.update, restore=_texts("restore", restore), **settings)
    reading = _reading(kind, columns, include, exclude, jobs, allow_private=allow_private)
    return _write(write, index, sources, items, reading, memory_mb=memory_mb, wait=wait, progress=progress)


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
    settings = _checked(dry_run=dry_run, report=report, wait=wait)
    chosen, paths = _texts("ids", ids), _paths("sources", sources)
    if not chosen and not paths:
        raise TypeError("nothing to delete: give ids, sources, or both")
    return location.delete(
        location.named(os.fspath(index)),
        lambda: chosen or None,
        sources=paths,
        **settings,
    )


def _write(  # noqa: PLR0913 - what both ask for
    write: Callable[..., WriteReport],
    index: File,
    sources: File | Iterable[File] | None,
    items: Iterable[Mapping[str, Any] | NewsItem] | None,
    reading: ReadOptions,
    *,
    memory_mb: int,
    wait: float,
    progress: Progress | None,
) -> WriteReport:
    settings = _checked(memory_mb=memory_mb, wait=wait, progress=progress)
    if not isinstance(index, (str, os.PathLike)):
        raise TypeError(
            f"the first argument is the folder of the index, not {type_name(index)}: "
            'build("index_data", sources=["archive.txt"])'
        )
    paths = None if sources is None else _paths("sources", sources)
    given_items: object = items
    if given_items is not None and (
        isinstance(given_items, (str, bytes, Mapping, NewsItem)) or not isinstance(given_items, Iterable)
    ):
        raise TypeError(f"items is an iterable of mappings or news items, not {type_name(items)}")
    if paths is not None and not paths and items is None:
        raise TypeError("nothing to index: give sources, items, or both")
    if progress is None:
        del settings["progress"]
    return write(
        () if paths is None and items is not None else paths,
        location.named(os.fspath(index)),
        reading=reading,
        items=items,
        **settings,
    )


def _reading(  # noqa: PLR0913 - how a source is read
    kind: str | None,
    columns: Mapping[str, str] | None,
    include: str | Iterable[str],
    exclude: str | Iterable[str],
    jobs: Any,
    *,
    allow_private: bool,
) -> ReadOptions:
    _checked(kind=kind, columns=columns, allow_private=allow_private)
    named = tuple((name, field) for field, name in (columns or {}).items())
    _texts("columns", [text for pair in named for text in pair])
    if jobs is not None and (type(jobs) is not int or jobs < 1):
        raise TypeError(f"jobs is a number of processes, 1 or more, not {jobs!r}")
    patterns = _texts("include", include), _texts("exclude", exclude)
    return ReadOptions(kind, named, *patterns, allow_private=allow_private, jobs=jobs)


def _checked(**given: Any) -> dict[str, Any]:
    """Give arguments that are one value, if they are of the types that are meant.

    Python by itself takes a text for true, and True for the number 1.

    Raises:
        TypeError: One is of another type.
    """
    for name, value in given.items():
        types, meant = _INTENDED[name]
        if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
            raise TypeError(f"{name} is {meant}, not {type_name(value)}")
    return given


def _paths(name: str, value: File | Iterable[File]) -> tuple[str, ...]:
    if isinstance(value, (str, os.PathLike)):
        return (os.fspath(value),)
    if not isinstance(value, Iterable):
        raise TypeError(f"{name} is a path or a list of paths, not {type_name(value)}")
    found = []
    for path in value:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"{name} is a list of paths; {type_name(path)} is none")
        found.append(os.fspath(path))
    return tuple(found)


def _texts(name: str, value: str | Iterable[str]) -> tuple[str, ...]:
    if not isinstance(value, Iterable):
        raise TypeError(f"{name} is a string or a list of strings, not {type_name(value)}")
    found = (value,) if isinstance(value, str) else tuple(value)
    for text in found:
        if not isinstance(text, str):
            raise TypeError(f"{name} is a list of strings; {type_name(text)} is none")
    return found


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

"""Correct and annotate items, in the corrections file and in the index.

Annotating only changes the named items; the next build or update applies the lines about other items. The
lines reach the disk before the index changes, so nothing is lost if the process is killed in between.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import datetime
from functools import reduce
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from indexer.annotations import NO_ANNOTATIONS
from indexer.custom_fields import value_key
from indexer.documents.document import restore, stated_day
from indexer.errors import DragomanError, Message, message, no_item
from indexer.option_tables import CORRECTIONS_FILE
from indexer.runtime import NamedTuple
from indexer.store.corrections.correcting_writer import (
    MAX_IDS,
    CorrectingWriter,
    ItemsOfCorrections,
    agrees,
    stated_record,
)
from indexer.store.corrections.correction_lines import (
    Corrections,
    apply_annotations,
    parse_line,
    read_period,
    remove_corrections,
)
from indexer.store.corrections.corrections_file import (
    LockedFile,
    encode_line,
    lock_file,
    read_corrections,
    require_corrections,
)
from indexer.store.deletion import BATCH_SIZE
from indexer.store.indexing import begin_change
from indexer.store.known_sources import SourceCatalog
from indexer.store.protocols import place_of_file
from indexer.store.write_report import Change, Listeners, WriteReport

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indexer.annotations import AnnotationChange, Annotations
    from indexer.documents import Document
    from indexer.documents.document import DocAddress
    from indexer.store.protocols import GenerationManifest, IndexLocation, IndexStore
    from indexer.store.write_report import OnChange


class CorrectionRequest(NamedTuple):
    """The options of a correction.

    Attributes:
        id: The id of the item.
        values: The corrected values by key: ``date``, ``language``, ``countries``, ``item``.
        undo: Whether to remove all corrections of the item instead.
        who: The name of the person; may be empty.
        corrections: The path of the corrections file. ``None`` means the file that the index uses; if it uses
            none, the file with the default name in the current folder.
        dry_run: Whether to only report, without changing anything.
        wait: The seconds to wait for another writer to end.
        report: A file for the changes, a JSON line for each item.
    """

    id: str
    values: Mapping[str, Any]
    undo: bool = False
    who: str = ""
    corrections: str | None = None
    dry_run: bool = False
    wait: float = 0.0
    report: str | os.PathLike[str] | None = None


def correct(place: Path | IndexLocation[Any], options: CorrectionRequest) -> WriteReport:
    """Correct an item of an index.

    Returns:
        The report of all changes. These include the effects of the other lines of the corrections file.

    Raises:
        DragomanError: No item has the id, a value is invalid, or the index uses another corrections file.
        IndexFolderError, ClusterError: There is no index, or it is damaged, not writable, or in use by
            another writer.
    """
    started = perf_counter()
    done = WriteReport()
    with begin_change(place, options.wait, options.report) as (base, writer, notify), ExitStack() as opened:
        name = place_of_corrections(options.corrections, base.corrections)
        if options.dry_run:  # no lock, and no new file
            file = LockedFile(Path(name)) if Path(name).exists() else None
        else:
            file = opened.enter_context(lock_file(name, wait=options.wait))
        sources = SourceCatalog(base.sources)
        before = file.corrections if file else Corrections(name, ())
        now = Corrections(name, _lines(before, writer, options))
        back = now.readmits(writer.register.corrected)
        correcting = CorrectingWriter(writer, sources, now)
        correcting.settle((), done, Listeners(notify))
        done.items = len(writer)
        if file and not options.dry_run:
            file.write(now, correcting.items.notes())  # before the index: the next update applies the file
            if writer.changed or writer.corrections != name:
                writer.corrections = name
                writer.commit(sources.summaries(), () if back else base.fetched)
    done.seconds = perf_counter() - started
    return done


def new_line(document: Document, ids: Sequence[str], changes: Mapping[str, Any], who: str) -> dict[str, Any]:
    """Return a new line for the corrections file as a JSON object.

    Args:
        document: The document of the item.
        ids: The ids that the item has or had.
        changes: The corrected values or annotations.
        who: The name of the person.
    """
    item = document.item
    line: dict[str, Any] = {"id": ids[0], "former": [*ids[1:MAX_IDS]], "title": item.title}
    line |= {"day": stated_day(item) or None, **changes, "who": who}
    line["when"] = datetime.now().astimezone().isoformat(timespec="seconds")
    return {name: value for name, value in line.items() if value or name not in {"former", "who"}}


def line_of(document: Document, ids: list[str], options: CorrectionRequest) -> bytes:
    """Encode a correction as a line of the file.

    Raises:
        DragomanError: A value is invalid.
    """
    line = new_line(document, ids, options.values, options.who)
    parsed, reported = parse_line(1, encode_line(line))
    if reported or parsed is None:
        first = reported[0]
        if isinstance(first, Message) and first.key == "record.left_out":
            first = first.values["fault"]
        raise DragomanError(first)
    if isinstance(line.get("date"), str):
        line["date"] = _date_to_json(line["date"])
    if "language" in line:
        line["language"] = parsed.values["language"].value
    if "countries" in line:
        line["countries"] = list(parsed.values["countries"].value)
    return encode_line(line)


def _date_to_json(date: str) -> str | dict[str, str] | None:
    """Convert a typed date to its shortest form in JSON.

    The result is a day, a month or a year, or an object with the ends of an interval. It is ``None`` (null in
    JSON) if ``none`` was typed.
    """
    day = read_period(date)
    if day is None:
        return None
    if day.start == day.end:
        return day.start.isoformat()
    whole = re.fullmatch(r"\d{4}(-\d\d)?", date)
    return date if whole else {"start": day.start.isoformat(), "end": day.end.isoformat()}


def place_of_corrections(file: str | None, remembered: str | None, default: str = CORRECTIONS_FILE) -> str:
    """Return the path of the corrections file to change.

    It is ``file`` if given, otherwise the file that the index uses (``remembered``), otherwise ``default``.

    Raises:
        DragomanError: The index uses another file, or the file of the index cannot be read.
    """
    place = place_of_file(file) if file else remembered or place_of_file(default)
    if remembered:
        require_corrections(remembered)  # never create a file that an index from somebody else names
    if remembered and place != remembered:
        raise DragomanError(message("corrections.other_file", remembered=remembered, place=place))
    return place


def _lines(before: Corrections, writer: IndexStore, options: CorrectionRequest) -> list[bytes]:
    """Return the lines of the corrections file after adding a correction, or after undoing corrections."""
    items = ItemsOfCorrections(writer, before)
    address = writer.find_current(options.id)
    if address is None:
        known = [one for one in before.by_id if options.id and one.startswith(options.id)]
        lines = before.lines_with_id([options.id] if options.id in known else known)
        if lines and len({line.ids[0] for line in lines}) == 1:
            if options.undo:
                return _remove_corrections(before, {line.number for line in lines})
            raise DragomanError(message("corrections.item_not_in_index", id=options.id, file=before.file))
        raise no_item(options.id)
    if options.undo:
        return _remove_corrections(before, {line.number for line in items.find_indexed(()).get(address, ())})
    stated = restore(items.record(address))
    ids = [*dict.fromkeys((stated.id, *writer.register.formers(stated.id), *stated.item.former))]
    return [*before.raw, line_of(stated, ids, options)]


def _remove_corrections(before: Corrections, numbers: set[int]) -> list[bytes]:
    """Return the lines of the file, without the corrections of the lines with the given numbers.

    Such a line is kept only if it has annotations.
    """
    annotated = {
        line.number: remove_corrections(before.raw[line.number - 1])
        for line in before.lines
        if line.number in numbers and line.annotations
    }
    left = [
        annotated.get(number, b"") if number in numbers else raw for number, raw in enumerate(before.raw, 1)
    ]
    if tuple(left) == before.raw:
        raise DragomanError(message("corrections.nothing_to_undo", file=before.file))
    return [raw for number, raw in enumerate(left, 1) if raw or number not in numbers]


class AnnotationRequest(NamedTuple):
    """The options for changing annotations.

    Attributes:
        change: The change to make to every item.
        who: The name of the person; may be empty.
        corrections: The path of the corrections file. ``None`` means the file that the index uses; if it uses
            none, ``default``.
        dry_run: Whether to only report, without changing anything.
        wait: The seconds to wait for another writer to end.
        report: A file for the changes, a JSON line for each item.
        default: The corrections file of an index that uses none yet.
    """

    change: AnnotationChange
    who: str = ""
    corrections: str | None = None
    dry_run: bool = False
    wait: float = 0.0
    report: str | os.PathLike[str] | None = None
    default: str = CORRECTIONS_FILE


def annotate(
    place: Path | IndexLocation[Any],
    select: Callable[[], Iterable[str]],
    request: AnnotationRequest,
    on_change: OnChange | None = None,
) -> WriteReport:
    """Change the annotations of items of an index.

    Args:
        place: The index folder, or another location of an index.
        select: Returns the ids of the items. Called after the index is locked.
        request: The options.
        on_change: Called with the change of each item, also in a dry run.

    Returns:
        The counts of changed items (``annotated``) and of items that already had the annotations
        (``unchanged``).

    Raises:
        MissingItemError: No item has one of the ids.
        DragomanError: An item gets too many tags or collections, or the index uses another corrections file.
        IndexFolderError, ClusterError: There is no index, or it is damaged, not writable, or in use by
            another writer.
    """
    report = WriteReport()
    started = perf_counter()
    with begin_change(place, request.wait, request.report) as (base, writer, notify):
        listeners = [each for each in (notify, on_change) if each]
        removed = (*request.change.tags_removed, *request.change.collections_removed)
        file, lines = _file_of(writer, base, request), []
        absent = {value_key(name): name for name in removed}
        for line, change in _annotate_items(writer, select(), request, file, absent):
            if change is None:
                report.unchanged += 1
                continue
            report.annotated += 1
            lines.append(line)
            for listener in listeners:
                listener(change)
        report.items, report.absent = len(writer), tuple(absent.values())
        if not request.dry_run:
            _commit(writer, base, lines, file, request.wait)
    report.seconds = perf_counter() - started
    return report


def _file_of(writer: IndexStore, base: GenerationManifest, request: AnnotationRequest) -> str | None:
    """Return the corrections file for annotations, or None if only the index stores them.

    If the index stores annotations, the lines are also written to its corrections file, so that the file and
    the index agree at later updates. If that file does not exist, it is not created.

    Raises:
        DragomanError: The index uses another file, or its file cannot be read.
    """
    is_kept = request.corrections or (base.corrections and Path(base.corrections).exists())
    if writer.keeps_annotations and not is_kept:
        return None
    return place_of_corrections(request.corrections, base.corrections, request.default)


def _commit(
    writer: IndexStore, base: GenerationManifest, lines: list[bytes], file: str | None, wait: float
) -> None:
    """Write the lines to the corrections file, then commit the index."""
    with ExitStack() as opened:
        if file and lines:
            opened.enter_context(lock_file(file, wait=wait)).append(lines)
            writer.corrections = file
        if writer.changed or writer.corrections != base.corrections:
            writer.commit(SourceCatalog(base.sources).summaries(), base.fetched)


def _annotate_items(
    writer: IndexStore,
    ids: Iterable[str],
    request: AnnotationRequest,
    file: str | None,
    absent: dict[str, str],
) -> Iterator[tuple[bytes, Change | None]]:
    """Change the annotations of items, and yield a corrections line and the change for each item.

    For an unchanged item, the line is empty and the change is ``None``. An item also counts as changed if the
    index has the requested annotations but the corrections file does not, because the next update applies
    that file. Each tag or collection that an item had before the change is removed from ``absent``.
    """
    wanted = [*dict.fromkeys(ids)]
    known: Corrections | None = None  # read for the first item that stays the same
    found: dict[DocAddress, None] = {}
    for number, item_id in enumerate(wanted):
        if not number % BATCH_SIZE:
            writer.prefetch(wanted[number : number + BATCH_SIZE])
        address = writer.find_current(item_id)
        if address is None:
            raise no_item(item_id)
        found[address] = None
    for address in found:
        item_id, title = writer.head(address)
        before = writer.annotations.of(item_id)
        for name in (*before.tags, *before.collections) if absent else ():
            absent.pop(value_key(name), None)
        after = request.change.of(before)
        request.change.check(item_id, after)
        named = [item_id, *writer.register.formers(item_id)]
        stated = restore(stated_record(writer, address))
        if not writer.annotations.set(item_id, after):
            known = known or (read_corrections(file) if file and Path(file).exists() else Corrections("", ()))
            day = stated_day(stated.item)
            own = [line for line in known.lines_with_id(named) if agrees(line, title, day)]
            in_file = reduce(lambda found, line: apply_annotations(line, found), own, NO_ANNOTATIONS)
            if request.change.of(in_file) == in_file:
                yield b"", None
                continue
        change = Change("annotated", item_id, title, stated.item.source, reason=_reason(before, after))
        ids = [*dict.fromkeys((*named, *stated.item.former))]
        yield encode_line(new_line(stated, ids, request.change.to_record(), request.who)), change


def _reason(before: Annotations, after: Annotations) -> str:
    """Describe changed annotations, for a report: ``+tag:ports -tag:ferries note``."""
    parts = [
        f"{sign}{kind}:{name}"
        for kind, old, new in zip(("tag", "collection"), before[:2], after[:2], strict=True)
        for sign, names in (("-", [one for one in old if one not in new]), ("+", new))
        for name in names
        if sign == "-" or name not in old
    ]
    return " ".join([*parts, *(["note"] if before.note != after.note else [])])

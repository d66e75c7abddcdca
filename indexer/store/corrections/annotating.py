"""Annotate items: write lines to the corrections file, and their effect to the index, in one step.

Only the items that are named are looked up: the lines of others are applied by builds and updates. The lines
are on disk before the index changes, so that nothing is lost if the process is killed between the two.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import reduce
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from indexer.annotations import NO_ANNOTATIONS
from indexer.custom_fields import value_key
from indexer.documents.document import restore, stated_day
from indexer.errors import no_item
from indexer.option_tables import CORRECTIONS_FILE
from indexer.runtime import NamedTuple
from indexer.store.corrections.correcting_writer import agrees, stated_record
from indexer.store.corrections.correction import new_line, place_of_corrections
from indexer.store.corrections.correction_lines import Corrections, annotated
from indexer.store.corrections.corrections_file import encode_line, locked, read_corrections
from indexer.store.deletion import BATCH_SIZE
from indexer.store.indexing import located
from indexer.store.known_sources import SourceCatalog
from indexer.store.write_report import Change, WriteReport, report_to

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from indexer.annotations import AnnotationChange, Annotations
    from indexer.documents.document import DocAddress
    from indexer.store.protocols import GenerationContents, IndexLocation, IndexStore
    from indexer.store.write_report import OnChange


class AnnotationRequest(NamedTuple):
    """The options of a change of annotations.

    Attributes:
        change: The change, which all items get.
        who: The name of the person; may be empty.
        corrections: The corrections file; None for the one that the index uses, or else the default.
        dry_run: Whether to report only.
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
        on_change: Called with the change of each item, in a dry run too.

    Returns:
        The counts: ``annotated`` items changed, ``unchanged`` ones had these annotations already.

    Raises:
        MissingItemError: No item has one of the ids.
        DragomanError: An item gets too many tags or collections, or the index uses another corrections file.
        IndexFolderError, ClusterError: There is no index, it is damaged, cannot be written, or is in use by
            another writer.
    """
    location = located(place)
    location.read()  # take no lock where there is no index
    report = WriteReport()
    started = perf_counter()
    with location.locked(request.wait), report_to(request.report) as notify:
        base: GenerationContents = location.read()
        with location.next_generation(base) as writer:
            listeners = [each for each in (notify, on_change) if each]
            removed = (*request.change.tags_removed, *request.change.collections_removed)
            file, lines = _file_of(writer, base, request), []
            absent = {value_key(name): name for name in removed}
            for line, change in _lines(writer, select(), request, file, absent):
                if change is None:
                    report.unchanged += 1
                    continue
                report.annotated += 1
                lines.append(line)
                for listener in listeners:
                    listener(change)
            report.items, report.absent = len(writer), tuple(absent.values())
            if request.dry_run:
                writer.cancel()
            else:
                _commit(writer, base, lines, file, request.wait)
    report.seconds = perf_counter() - started
    return report


def _file_of(writer: IndexStore, base: GenerationContents, request: AnnotationRequest) -> str | None:
    """Return the corrections file that gets the lines; None if the index alone has the annotations.

    If the index is the place of annotations, a file of the index gets the lines too, so that later updates
    with it find no other state; no file is made for them.

    Raises:
        DragomanError: The index uses another file, or its file cannot be read.
    """
    is_kept = request.corrections or (base.corrections and Path(base.corrections).exists())
    if writer.keeps_annotations and not is_kept:
        return None
    return place_of_corrections(request.corrections, base.corrections, request.default)


def _commit(
    writer: IndexStore, base: GenerationContents, lines: list[bytes], file: str | None, wait: float
) -> None:
    """Write the lines to the corrections file, and commit."""
    with ExitStack() as opened:
        if file and lines:
            opened.enter_context(locked(file, wait=wait)).append(lines)
            writer.corrections = file
        if writer.changed or writer.corrections != base.corrections:
            writer.commit(SourceCatalog(base.sources).summaries(), base.fetched)
        else:
            writer.cancel()


def _lines(
    writer: IndexStore,
    ids: Iterable[str],
    request: AnnotationRequest,
    file: str | None,
    absent: dict[str, str],
) -> Iterator[tuple[bytes, Change | None]]:
    """Change the annotations of items in the next generation, and yield the line and the change of each item.

    An item changes too if only the lines of the file, which the next update applies, differ from the change.
    The change of an item that stays the same is None. Names that an item has are removed from ``absent``.
    """
    wanted = [*dict.fromkeys(ids)]
    known: Corrections | None = None  # read for the first item that stays the same
    found: dict[DocAddress, None] = {}
    for number, item_id in enumerate(wanted):
        if not number % BATCH_SIZE:
            writer.look_up(wanted[number : number + BATCH_SIZE])
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
            own = [line for line in known.of(named) if agrees(line, title, stated_day(stated.item))]
            in_file = reduce(lambda found, line: annotated(line, found), own, NO_ANNOTATIONS)
            if request.change.of(in_file) == in_file:
                yield b"", None
                continue
        change = Change("annotated", item_id, title, stated.item.source, reason=_reason(before, after))
        ids = [*dict.fromkeys((*named, *stated.item.former))]
        yield encode_line(new_line(stated, ids, request.change.to_record(), request.who)), change


def _reason(before: Annotations, after: Annotations) -> str:
    """Return the changed annotations for a report: ``+tag:ports -tag:ferries note``."""
    parts = [
        f"{sign}{kind}:{name}"
        for kind, old, new in zip(("tag", "collection"), before[:2], after[:2], strict=True)
        for sign, names in (("-", [one for one in old if one not in new]), ("+", new))
        for name in names
        if sign == "-" or name not in old
    ]
    return " ".join([*parts, *(["note"] if before.note != after.note else [])])

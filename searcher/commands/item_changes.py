"""Define the commands ``correct``, ``delete``, ``tag`` and ``note``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError, MissingItemError, QueryError, message
from indexer.option_tables import CORRECTIONS_FILE
from searcher.commands import options
from searcher.commands.output import FOUND, NOTHING, CommandExit, echo, echo_error, open_output
from searcher.present.catalogue import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.store.write_report import Change, WriteReport


@click.command()
@click.argument("item_id", metavar="ID")
@options.index
@click.option("--date", metavar="DATE")
@click.option(
    "--country", "countries", multiple=True, metavar="CO", shell_complete=options.complete_values("countries")
)
@click.option("--lang", "language", metavar="LANG", shell_complete=options.complete_values("languages"))
@click.option("--none", "is_none", is_flag=True)
@click.option("--undo", is_flag=True)
@click.option("--who", metavar="NAME", default="")
@options.corrections
@click.option("--dry-run", is_flag=True)
@options.report
@options.wait
@options.output_format
def correct(item_id: str, index: str, form: str, *, is_none: bool, dry_run: bool, **described: Any) -> None:
    """Correct the date, countries or language of an item, or mark it as not an item."""
    from indexer.api import correct as correct_item
    from indexer.location import format_location
    from searcher import Searcher

    place = format_location(index)
    described["countries"] = described["countries"] or None
    given = is_none or any(described[name] is not None for name in ("date", "language", "countries"))
    if given == described["undo"]:
        raise DragomanError(message("correct.nothing_to_correct"))
    with Searcher(index) as searcher:
        # Removed items (--none) are only in the corrections file.
        if searcher.ask(lambda answerer: answerer.engine.ids_with_prefix(item_id, 1)):
            item_id = searcher.full_id(item_id)
    is_shared = _starts_to_share(place, described["corrections"])
    report = correct_item(place, item_id, item=False if is_none else None, dry_run=dry_run, **described)
    report_unmatched(report)
    if is_shared and not dry_run:
        echo_error(say("corrections.shared", file=CORRECTIONS_FILE, index=place))
    if form != "table":
        from searcher.present.update_report import report_record

        open_output(form).write_info({"index": place, **report_record(report)})
        return
    echo(_describe_correction(report, item_id, place, undo=described["undo"], dry_run=dry_run))


def report_unmatched(report: WriteReport) -> None:
    """Report lines of a corrections file that were not applied, on standard error."""
    done = report.corrections
    if done is None or not done.told:
        return
    from searcher.present.update_report import warnings_of_corrections
    from searcher.present.wording import file_in_words

    for warning in warnings_of_corrections(done):
        echo_error(warning)
    if done.of_deleted:
        echo_error(say("corrections.of_deleted_items", file=file_in_words(done.file), n=len(done.of_deleted)))


def _describe_correction(report: WriteReport, item_id: str, place: str, *, undo: bool, dry_run: bool) -> str:
    from searcher.present.wording import file_in_words, items_in_words

    done = report.corrections
    assert done is not None
    what = say("correct.changed", items=items_in_words(done.changed))
    if done.excluded:
        taken = say("correct.taken_out", items=items_in_words(done.excluded))
        what = f"{taken}, {what}" if done.changed else taken
    elif undo and not done.changed:
        what = say("correct.comes_back", id=item_id)
    if dry_run:
        what = say("correct.dry_run", what=what)
    return say(
        "correct.done",
        what=what,
        items=items_in_words(report.items),
        index=place,
        n=done.standing,
        file=file_in_words(done.file),
    )


SHOWN_ITEMS: Final = 20  # items listed individually; further items are counted
_TITLE_CELLS: Final = 70


def _all_words_required(context: click.Context, option: click.Parameter, all_words: bool) -> bool:
    """Return whether all words are required.

    Only a typed --any makes them optional, never a setting.
    """
    from click.core import ParameterSource

    return all_words or context.get_parameter_source(str(option.name)) is not ParameterSource.COMMANDLINE


_chosen_by_query = options.group(
    click.option("--query", metavar="QUERY"),
    click.option("--all/--any", "all_words", default=True, show_default=True, callback=_all_words_required),
    options.search_option("syntax"),
)
_confirmed = click.option("--yes", is_flag=True)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@options.index
@_chosen_by_query
@click.option("--source", "sources", multiple=True, metavar="SOURCE")
@options.filters
@click.option("--dry-run", is_flag=True)
@_confirmed
@options.report
@options.wait
def delete(
    ids: tuple[str, ...],
    index: str,
    *,
    yes: bool,
    dry_run: bool,
    all_words: bool,
    syntax: str,
    **requested: Any,
) -> int:
    """Delete the given items, or those that a query or a source selects."""
    from indexer.location import delete as delete_items
    from indexer.location import format_location
    from searcher.present.wording import items_in_words, mode_in_words

    folder = format_location(index)
    settings = {name: requested.pop(name) for name in ("sources", "wait", "report")}
    is_whole = bool(settings["sources"]) and not ids and not any(requested.values())
    mode = mode_in_words([requested["query"]], all_words=all_words)
    reading = {"all_words": all_words, "syntax": syntax}
    select = _selection(folder, ids, requested, settings["sources"], reading)
    changes: list[Change] = []
    before = delete_items(
        folder, select, **settings | {"report": None}, dry_run=True, on_change=changes.append
    )
    if not is_whole and not before.deleted and not before.unchanged:
        raise CommandExit(NOTHING, message("item_changes.nothing_matches", mode=mode))
    what = items_in_words(before.deleted)
    if dry_run:
        delete_items(folder, select, **settings, dry_run=True)
        left = items_in_words(before.items)
        echo(say("item_changes.would_delete", what=what, mode=mode, items=left, folder=folder))
        _write_items(folder, changes)
        return FOUND
    if not yes and not _confirm(say("delete.question", items=what, mode=mode, index=folder), folder, changes):
        raise CommandExit(NOTHING, message("item_changes.nothing_deleted"))
    report = delete_items(folder, select, **settings)
    also = say("delete.stay", n=report.unchanged) if report.unchanged else ""
    if report.annotated:
        also += say("delete.annotations_stay", n=report.annotated)
    gone, left = items_in_words(report.deleted), items_in_words(report.items)
    echo(say("item_changes.deleted", items=gone, mode=mode, also=also, left=left, folder=folder))
    return FOUND


def _confirm(question: str, folder: str, changes: Sequence[Change]) -> bool:
    """List the items, and return whether the user confirms the changes.

    Raises:
        DragomanError: There is no terminal to ask.
    """
    if not sys.stdin.isatty():
        raise DragomanError(message("item_changes.not_a_terminal", question=question))
    _write_items(folder, changes, err=True)
    click.echo(f"{question} {say('delete.answers')} ", nl=False, err=True)
    return sys.stdin.readline().strip().lower()[:1] in {"y", say("delete.yes")}


def _write_items(folder: str, changes: Sequence[Change], *, err: bool = False) -> None:
    """Print the first items to delete, and how many more there are."""
    if not changes:
        return
    from searcher import Searcher
    from searcher.answer import OPENING
    from searcher.present.terminal_layout import clip
    from searcher.present.wording import date_in_brief
    from searcher.safe_text import legible

    with Searcher(folder) as searcher:
        items = [searcher.item(str(change.id)) for change in changes[:SHOWN_ITEMS]]
    rows = [
        {
            "id": item.id,
            "date": date_in_brief(item.date),
            "title": clip(" ".join(legible(item.title or item.body[:OPENING]).split()), _TITLE_CELLS),
        }
        for item in items
    ]
    open_output("table", err=err).write_rows({}, "items", ("id", "date", "title"), rows)
    if more := len(changes) - len(items):
        (echo_error if err else echo)(say("delete.more", n=more))


def _selection(
    folder: str,
    ids: tuple[str, ...],
    requested: dict[str, Any],
    sources: tuple[str, ...],
    reading: dict[str, Any],
    *,
    nothing_given: str = "item_changes.nothing_given",
) -> Callable[[], list[str] | None]:
    """Return a function that selects the items to change, and returns their ids.

    The function returns ``None`` if only ``sources`` select the items. Later calls only return ids that the
    first call also returned, because the user has only confirmed these.
    """
    from searcher import Searcher

    has_filters = any(requested.values())
    if ids and (has_filters or sources):
        raise DragomanError(message("item_changes.ids_and_query"))
    if not ids and not has_filters and not sources:
        raise DragomanError(message(nothing_given))
    query = requested.pop("query")
    shown: list[frozenset[str]] = []

    def select() -> list[str] | None:
        if not ids and not has_filters:
            return None
        with Searcher(folder) as searcher:
            if ids:
                found = [searcher.full_id(beginning) for beginning in ids]
            else:
                every = requested | {"limit": None, "group": False, "expand": False, "strict": True}
                results = searcher.search(query, facets=(), **reading, **every)
                found = [hit.id for hit in results]
                if not shown:
                    for note in results.notes:
                        if note.kind == "syntax":
                            echo_error(note.text)
        shown.append(frozenset(found))
        return [item_id for item_id in found if item_id in shown[0]]

    return select


_CHANGED_NAMES: Final = ("tags", "tags_removed", "collections", "collections_removed")
_annotating = options.group(
    click.option("--who", metavar="NAME", default=""),
    options.corrections,
    click.option("--dry-run", is_flag=True),
    _confirmed,
    options.report,
    options.wait,
    options.output_format,
)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@options.index
@click.option("--add", "tags", multiple=True, metavar="TAG")
@click.option("--remove", "tags_removed", multiple=True, metavar="TAG")
@click.option("--collection", "collections", multiple=True, metavar="NAME")
@click.option("--leave", "collections_removed", multiple=True, metavar="NAME")
@_chosen_by_query
@options.filters
@_annotating
def tag(ids: tuple[str, ...], **requested: Any) -> int:
    """Add or remove tags and collections of items."""
    change = {name: requested.pop(name) for name in _CHANGED_NAMES}
    if not any(change.values()):
        raise DragomanError(message("tag.nothing_to_change"))
    return _annotate(ids, change, **requested)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.argument("text", metavar="TEXT")
@options.index
@_chosen_by_query
@options.filters
@_annotating
def note(ids: tuple[str, ...], text: str, **requested: Any) -> int:
    """Write a note on items."""
    try:
        return _annotate(ids, {"note": text}, nothing_given="note.nothing_given", **requested)
    except (MissingItemError, QueryError) as error:
        if len(ids) < 2:
            raise
        raise DragomanError(message("note.several_ids", error=error)) from None


def _starts_to_share(folder: str, corrections: str | None) -> bool:
    """Return whether an index is about to use a corrections file that already has lines."""
    from pathlib import Path

    from indexer.location import corrections_of, is_address

    if corrections or is_address(folder) or corrections_of(folder):
        return False
    file = Path(CORRECTIONS_FILE)
    return file.is_file() and file.stat().st_size > 0


def _annotate(
    ids: tuple[str, ...],
    change: dict[str, Any],
    *,
    index: str,
    form: str,
    yes: bool,
    dry_run: bool,
    all_words: bool,
    syntax: str,
    nothing_given: str = "annotate.nothing_given",
    **requested: Any,
) -> int:
    """Change the annotations of items.

    If a query selects the items, ask for confirmation.
    """
    from indexer.annotations import normalise_change
    from indexer.location import annotate, format_location
    from indexer.store.corrections.correction import AnnotationRequest
    from searcher.present.wording import items_in_words, mode_in_words

    folder = format_location(index)
    settings = {name: requested.pop(name) for name in ("who", "corrections", "wait", "report")}
    request = AnnotationRequest(normalise_change(change), **settings)
    mode = mode_in_words([requested["query"]], all_words=all_words)
    reading = {"all_words": all_words, "syntax": syntax}
    select = _selection(folder, ids, requested, (), reading, nothing_given=nothing_given)

    def chosen() -> list[str]:
        return select() or []

    changes: list[Change] = []
    if dry_run or not ids:
        preview = request._replace(dry_run=True, report=request.report if dry_run else None)
        report = annotate(folder, chosen, preview, changes.append)
        if not ids and not report.annotated and not report.unchanged:
            raise CommandExit(NOTHING, message("annotate.nothing_matches", mode=mode))
        if not dry_run and report.annotated and not yes:
            question = say(
                "annotate.question", items=items_in_words(report.annotated), mode=mode, index=folder
            )
            if not _confirm(question, folder, changes):
                raise CommandExit(NOTHING, message("annotate.nothing_changed"))
    if not dry_run:
        is_shared = _starts_to_share(folder, request.corrections)
        report = annotate(folder, chosen, request)
        if is_shared and report.annotated:
            echo_error(say("corrections.shared", file=CORRECTIONS_FILE, index=folder))
    _write_annotated(folder, report, changes, form, mode, dry_run=dry_run)
    return FOUND


def _write_annotated(
    folder: str, report: WriteReport, changes: Sequence[Change], form: str, mode: str, *, dry_run: bool
) -> None:
    """Print how many items were changed, and the tags and collections to remove that no item had."""
    from searcher.present.wording import items_in_words

    if report.absent:
        echo_error(say("annotate.absent", n=len(report.absent), names=", ".join(report.absent)))
    if form != "table":
        about = {"index": folder, "annotated": report.annotated, "unchanged": report.unchanged}
        open_output(form).write_info(about)
        return
    key = "annotate.would_change" if dry_run else "annotate.done"
    same = say("annotate.unchanged", n=report.unchanged) if report.unchanged else ""
    echo(say(key, items=items_in_words(report.annotated), mode=mode, same=same, index=folder))
    if dry_run:
        _write_items(folder, changes)

"""The command that takes items out of an index for good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError
from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING, CommandExit
from searcher.commands.output import echo, echo_error, open_output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.store.report import Change

SHOWN_ITEMS: Final = 20  # items listed one by one; the rest is counted
_TITLE_CELLS: Final = 70


def _typed_any(context: click.Context, option: click.Parameter, all_words: bool) -> bool:
    """Require all words unless --any is typed: a setting for all commands never deletes more."""
    from click.core import ParameterSource

    return all_words or context.get_parameter_source(str(option.name)) is not ParameterSource.COMMANDLINE


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@options.index
@click.option("--query", metavar="QUERY", help="Delete the items that match QUERY, without expansion.")
@click.option(
    "--all/--any",
    "all_words",
    default=True,
    show_default=True,
    callback=_typed_any,
    help="Delete the items that have all words of QUERY, or any word of it.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Delete the items of this source, by its name in the index or its path; with a query or filters "
    "only what is of it. Repeatable.",
)
@options.filters
@click.option("--dry-run", is_flag=True, help="List what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.report
@options.wait
def delete(
    ids: tuple[str, ...], index: str, *, all_words: bool, yes: bool, dry_run: bool, **asked: Any
) -> int:
    """Delete items: those with an ID, those that match a query or filters, or those of a source.

    The beginning of an ID will do, where no other id begins so. What was deleted stays deleted when its
    source is read again, until dragoman update --restore ID. A source that is deleted as a whole is
    forgotten; items of it that stand in other sources too stay. --dry-run lists the first 20 items with
    their ids, dates and titles, and so does the question before a deletion; --report FILE lists all.
    """
    from indexer.place import delete as delete_items
    from indexer.place import shown
    from searcher.present.wording import items_in_words, number

    folder = shown(index)
    settings = {name: asked.pop(name) for name in ("sources", "wait", "report")}
    is_whole = bool(settings["sources"]) and not ids and not any(asked.values())
    mode = f" ({'all words' if all_words else 'any word'})" if asked["query"] else ""
    select = _selection(folder, ids, asked, settings["sources"], all_words=all_words)
    changes: list[Change] = []
    before = delete_items(
        folder, select, **settings | {"report": None}, dry_run=True, on_change=changes.append
    )
    if not is_whole and not before.deleted and not before.unchanged:
        raise CommandExit(NOTHING, f"nothing matches{mode}; nothing is deleted")
    what = items_in_words(before.deleted)
    if dry_run:
        delete_items(folder, select, **settings, dry_run=True)
        echo(f"{what} would be deleted{mode}; {items_in_words(before.items)} would stay in {folder}")
        _write_items(folder, changes)
        return FOUND
    if not yes and not _is_sure(f"Delete {what}{mode} from {folder}?", folder, changes):
        raise CommandExit(NOTHING, "nothing is deleted")
    report = delete_items(folder, select, **settings)
    also = f"; {number(report.unchanged)} that stand in other sources too stay" if report.unchanged else ""
    echo(f"{items_in_words(report.deleted)} deleted{mode}{also}; {items_in_words(report.items)} in {folder}")
    return FOUND


def _is_sure(question: str, folder: str, changes: Sequence[Change]) -> bool:
    """List the items and ask; where nobody can be asked, refuse."""
    if not sys.stdin.isatty():
        raise DragomanError(
            f"{question} Nobody can be asked here: say --yes, or look at first with --dry-run"
        )
    _write_items(folder, changes, err=True)
    return click.confirm(question, err=True)


def _write_items(folder: str, changes: Sequence[Change], *, err: bool = False) -> None:
    """Write the id, date and title of the first items that are deleted, and how many more there are."""
    if not changes:
        return
    from searcher import Searcher
    from searcher.answer import OPENING
    from searcher.legible import legible
    from searcher.present.layout import clip
    from searcher.present.wording import date_in_brief, number

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
        (echo_error if err else echo)(f"and {number(more)} more (--dry-run --report FILE lists all)")


def _selection(
    folder: str, ids: tuple[str, ...], asked: dict[str, Any], sources: tuple[str, ...], *, all_words: bool
) -> Callable[[], list[str] | None]:
    """Give what finds the ids of the items that are meant, in the generation that is there at each call.

    Called again, it gives none that it did not give before: nobody was asked about them.
    """
    from searcher import Searcher

    narrowed = any(asked.values())
    if ids and (narrowed or sources):
        raise DragomanError("give ids, or a query, sources and filters: not both")
    if not ids and not narrowed and not sources:
        raise DragomanError("say what to delete: an ID, --query QUERY, --source SOURCE, or filters")
    query = asked.pop("query")
    shown: list[frozenset[str]] = []

    def select() -> list[str] | None:
        if not ids and not narrowed:
            return None
        with Searcher(folder) as searcher:
            if ids:
                found = [searcher.full_id(beginning) for beginning in ids]
            else:
                every = asked | {"limit": None, "group": False, "expand": False, "strict": True}
                results = searcher.search(query, facets=(), all_words=all_words, **every)
                found = [hit.id for hit in results]
        shown.append(frozenset(found))
        return [item_id for item_id in found if item_id in shown[0]]

    return select

"""The command that takes items out of an index for good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from indexer.errors import DragomanError
from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING, CommandExit
from searcher.commands.output import echo

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@options.index
@click.option("--query", metavar="QUERY", help="Delete what matches QUERY to the letter: nothing is joined.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Delete the items of this source, by its name in the index or its path; with a query or filters "
    "only what is of it. Repeatable.",
)
@options.filters
@click.option("--dry-run", is_flag=True, help="Count what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.report
@options.wait
def delete(ids: tuple[str, ...], index: str, *, yes: bool, dry_run: bool, **asked: Any) -> int:
    """Delete items: those with an ID, those that match a query or filters, or those of a source.

    The beginning of an ID will do, where no other id begins so. What was deleted stays deleted when its
    source is read again, until dragoman update --restore ID. A source that is deleted as a whole is
    forgotten; items of it that stand in other sources too stay.
    """
    from indexer.place import delete as delete_items
    from indexer.place import shown
    from searcher.present.wording import items_in_words, number

    folder = shown(index)
    settings = {name: asked.pop(name) for name in ("sources", "wait", "report")}
    is_whole = bool(settings["sources"]) and not ids and not any(asked.values())
    select = _selection(folder, ids, asked, settings["sources"])
    before = delete_items(folder, select, **settings | {"report": None}, dry_run=True)
    if not is_whole and not before.deleted and not before.unchanged:
        raise CommandExit(NOTHING, "nothing matches; nothing is deleted")
    what = items_in_words(before.deleted)
    if dry_run:
        delete_items(folder, select, **settings, dry_run=True)
        echo(f"{what} would be deleted; {items_in_words(before.items)} would stay in {folder}")
        return FOUND
    if not yes and not _is_sure(f"Delete {what} from {folder}?"):
        raise CommandExit(NOTHING, "nothing is deleted")
    report = delete_items(folder, select, **settings)
    also = f"; {number(report.unchanged)} that stand in other sources too stay" if report.unchanged else ""
    echo(f"{items_in_words(report.deleted)} deleted{also}; {items_in_words(report.items)} in {folder}")
    return FOUND


def _is_sure(question: str) -> bool:
    """Ask; where nobody can be asked, refuse."""
    if not sys.stdin.isatty():
        raise DragomanError(
            f"{question} Nobody can be asked here: say --yes, or look at first with --dry-run"
        )
    return click.confirm(question, err=True)


def _selection(
    folder: str, ids: tuple[str, ...], asked: dict[str, Any], sources: tuple[str, ...]
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
                found = [hit.id for hit in searcher.search(query, facets=(), **every)]
        shown.append(frozenset(found))
        return [item_id for item_id in found if item_id in shown[0]]

    return select

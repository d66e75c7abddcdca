"""The command that keeps questions, and tells what is new in the index since they were last asked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import DragomanError
from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING
from searcher.commands.output import echo, echo_error, open_output
from searcher.present.wording import items_in_words, number

if TYPE_CHECKING:
    from searcher.reading.verification import Verification
    from searcher.reading.watch import Watch, Watches

_COLUMNS: Final = ("watch", "what", "id", "title", "why")


@click.command()
@click.argument("name", required=False)
@click.argument("query", nargs=-1)
@click.option("--remove", is_flag=True, help="Forget the watch NAME.")
@click.option("--peek", is_flag=True, help="Show what is new, and let it be new the next time too.")
@click.option(
    "--watches",
    "folder",
    envvar="DRAGOMAN_WATCHES",
    show_envvar=True,
    default=lambda: str(Path(click.get_app_dir("dragoman"), "watches")),
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Where watches are kept, a file for each. [default: watches/ in the folder of your settings]",
)
@click.option(
    "--index",
    "index",
    type=click.Path(readable=False),
    envvar="DRAGOMAN_INDEX",
    show_envvar=True,
    help="The index, a folder or an address. [default: index_data; later that which the watch was asked of]",
)
@options.filters
@options.query_reading
@options.output_format
def watch(
    name: str | None,
    query: tuple[str, ...],
    folder: str,
    index: str | None,
    form: str,
    *,
    remove: bool,
    peek: bool,
    **asked: Any,
) -> int:
    """Keep QUERY as a watch called NAME; without QUERY, tell what is new for it since; without NAME, for all.

    New is what came into the index since the last look, whatever its date, and what matches now for another
    reason; what went and what changed is told too. Exits with 1 where nothing is new.
    """
    from searcher import Searcher
    from searcher.legible import legible
    from searcher.present.notices import joined
    from searcher.query.limits import listed
    from searcher.reading.verification import Verification
    from searcher.reading.watch import Watch, Watches

    watches = Watches(folder)
    if remove:
        if name is None or query or peek:
            raise DragomanError("--remove forgets one watch: dragoman watch NAME --remove, and nothing else")
        watches.remove(name)
        if form == "table":
            echo(f"{name} is watched no more")
        else:
            open_output(form).write_info({"watch": name, "removed": True})
        return FOUND
    if name is not None and (query or (not watches.has(name) and _narrowed(asked))):
        with Searcher(index or "index_data") as searcher:
            begun = Watch.begin(name, searcher, " ".join(query) if query else None, **asked)
        with suppress(DragomanError):  # one that cannot be read is replaced too
            former = watches.read(name).receipt.query or "*"
            echo_error(f"{name} watched “{legible(former)}” before, which is forgotten")
        watches.keep(begun)
        told = f"dragoman watch {quote(name)} tells what is new"
        if form == "table":
            echo(f"{name}: {items_in_words(begun.receipt.total)} now; {told}")
        else:
            _show([(begun, Verification(begun.receipt, begun.receipt, (), ()))], form)
        read = begun.receipt.read
        for note in read["notes"]:
            echo_error(legible(note["text"]))
        if read["unmatched"]:
            echo_error(f"no item has: {legible(listed(read['unmatched']))}")
        for line in joined(read["expansions"]):
            echo_error(line)
        return FOUND
    if _narrowed(asked):
        raise DragomanError("a watch keeps its filters; give its QUERY too, to begin it anew with others")
    return _look(watches, [name] if name is not None else watches.names(), index, form, peek=peek)


def _narrowed(asked: dict[str, Any]) -> bool:
    from searcher.reading.receipt import given_of

    return bool(given_of(asked))


def _look(watches: Watches, names: list[str], index: str | None, form: str, *, peek: bool) -> int:
    if not names:
        raise DragomanError("nothing is watched yet; begin with: dragoman watch NAME QUERY")
    looks: list[tuple[Watch, Verification]] = []
    failed = False
    for name in names:
        try:
            kept = watches.read(name)
            found, after = _asked(kept, index)
        except DragomanError as error:
            if len(names) == 1:
                raise
            echo_error(str(error))
            failed = True
            continue
        looks.append((kept, found))
        if not peek:
            watches.keep(after)
    _show(looks, form)
    if failed:
        raise DragomanError("not every watch could be asked, see above")
    return FOUND if any(not found.holds for _, found in looks) else NOTHING


def _asked(kept: Watch, index: str | None) -> tuple[Verification, Watch]:
    """Ask a watch; an error says which one it was."""
    from searcher import Searcher

    try:
        with Searcher(index or kept.place) as searcher:
            return kept.look(searcher)
    except DragomanError as error:
        raise DragomanError(f"{kept.name}: {error}") from None


def _show(looks: list[tuple[Watch, Verification]], form: str) -> None:
    rows = [{"watch": kept.name, **one.to_record()} for kept, found in looks for one in found.differences]
    if form == "table":
        for kept, found in looks:
            counts = {
                what: sum(one.what == what for one in found.differences)
                for what in ("came", "went", "changed")
            }
            said = (
                ", ".join(f"{number(count)} {what}" for what, count in counts.items() if count)
                or "nothing new"
            )
            echo(f"{kept.name}: {said}; {items_in_words(found.now.total)} (last look {kept.receipt.made})")
            own = [row for row in rows if row["watch"] == kept.name]
            if own:
                open_output(form).write_rows({}, "differences", _COLUMNS[1:], own)
    else:
        head = {"watches": [{"watch": kept.name, **found.to_record()} for kept, found in looks]}
        open_output(form).write_rows(head, "differences", _COLUMNS, rows)
    for kept, found in looks:
        for reason in found.reasons:
            echo_error(f"{kept.name}: {reason}")

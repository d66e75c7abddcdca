"""Commands that write an index: build and update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from searcher.commands.options import index_option
from searcher.commands.streams import say, tell_skips

Command = TypeVar("Command", bound=Callable[..., Any])


def writer_options(command: Command) -> Command:
    """Give a command the options of those that write to an index."""
    options = (
        click.option(
            "--memory",
            "memory_mb",
            type=click.IntRange(min=64),
            default=512,
            show_default=True,
            metavar="MIB",
            help="Memory to stay within while writing, Python itself apart.",
        ),
        click.option(
            "--wait",
            type=click.FloatRange(min=0),
            default=0,
            metavar="SECONDS",
            help="Wait so long for another process that is writing to the index.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@index_option
@writer_options
@click.option(
    "--thesaurus",
    "thesauri",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="A thesaurus in SKOS (Turtle), or a FreeDict dictionary, beside Dragoman's own. Repeatable.",
)
@click.option(
    "--no-own-thesaurus",
    "own_thesaurus",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Leave Dragoman's own thesaurus out.",
)
def build(
    sources: tuple[str, ...],
    index: str,
    *,
    memory_mb: int = 512,
    wait: float = 0,
    thesauri: tuple[str, ...] = (),
    own_thesaurus: bool = True,
) -> None:
    """Build the index of one or more archives.

    A SOURCE is a news page saved as text, or a file of JSON lines (.jsonl); - reads standard input. An
    index that the folder holds already is replaced when the new one is complete, and not before.
    """
    from pathlib import Path

    from indexer.progress import shown_progress
    from indexer.store.build import build as build_index

    folder = Path(index)
    with shown_progress() as progress:
        report = build_index(
            sources,
            folder,
            progress,
            wait=wait,
            memory_mb=memory_mb,
            thesauri=thesauri,
            own_thesaurus=own_thesaurus,
        )
    tell_skips(report.skipped, report.skips)
    items = f"{report.items:,} {'item' if report.items == 1 else 'items'}"
    say(f"{items} indexed in {folder} ({report.seconds:.1f} s, {report.skips:,} skipped)")


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@index_option
@writer_options
def update(sources: tuple[str, ...], index: str, memory_mb: int, wait: float) -> None:
    """Add what is new in one or more archives, and replace what changed.

    Items are told apart by their ids; those of the index that no SOURCE names stay as they are. All of it
    happens in one step: whoever searches sees the index as it was or as it will be. Where there is no index
    yet, one is built.
    """
    from pathlib import Path

    from indexer.progress import shown_progress
    from indexer.store.update import update as update_index

    folder = Path(index)
    with shown_progress() as progress:
        report = update_index(sources, folder, progress, wait=wait, memory_mb=memory_mb)
    tell_skips(report.skipped, report.skips)
    say(
        f"{report.added:,} added, {report.replaced:,} replaced, {report.unchanged:,} unchanged, "
        f"{report.skips:,} skipped; {report.items:,} {'item' if report.items == 1 else 'items'} "
        f"in {folder} ({report.seconds:.1f} s)"
    )

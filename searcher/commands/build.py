"""Define the commands that write an index: ``build``, ``update`` and ``demo``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from indexer.errors import DragomanError, message
from indexer.option_tables import BUILD, CORRECTIONS_FILE, READ, UPDATE, WRITE, WriteOptions
from searcher.commands import options
from searcher.commands.item_changes import report_unmatched
from searcher.commands.items import read_options
from searcher.commands.output import (
    FAULT,
    SHOWN_SKIPS,
    CommandExit,
    echo,
    echo_error,
    echo_skips,
    name_options,
    open_output,
    open_page,
)
from searcher.present.catalogue import decimal, say, translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.store.write_report import WriteReport


def _sources(*, required: bool) -> Callable[[options.Command], options.Command]:
    return click.argument(
        "sources",
        nargs=-1,
        required=required,
        metavar="SOURCE..." if required else "[SOURCE]...",
        shell_complete=options.complete_values("files"),
    )


writer_options = options.group(
    options.index,
    options.click_options(WriteOptions.of(READ, WRITE)),
    click.option("--quiet", is_flag=True),
    click.option("--verbose", is_flag=True),
    options.output_format,
)


@click.command()
@_sources(required=True)
@writer_options
@options.click_options(WriteOptions.of(BUILD))
def build(sources: tuple[str, ...], index: str, form: str, **settings: Any) -> None:
    """Build an index from sources, and print a summary."""
    from indexer.location import build as build_index
    from indexer.location import format_location, manifest_of
    from searcher.present.wording import first_of, items_in_words

    quiet, before = settings["quiet"], manifest_of(index)
    report = _write(build_index, sources, index, settings)
    after = manifest_of(index) if before else None
    places = {source.place for source in after.sources} if after else set()
    gone = [source for source in before.sources if source.place not in places] if before else []
    if gone and not quiet:
        what = first_of([source.file for source in gone], 1)
        items = items_in_words(sum(source.items for source in gone))
        echo_error(say("build.replaced_index", items=items, what=what))
    written = ((before and before.built) or "")[: len("2018-03-05T12:00")].replace("T", " ")
    about = {
        "index": format_location(index),
        "seconds": decimal(f"{report.seconds:.1f}"),
        "skips": _skips(report),
    }
    items = items_in_words(report.items)
    if before and written:
        done = say("build.replaced", items=items, former=before.items, written=written, **about)
    else:
        done = say("build.done", items=items, **about)
    _show(report, format_location(index), form, done, quiet=quiet)


@click.command()
@_sources(required=False)
@writer_options
@options.click_options(WriteOptions.of(UPDATE))
def update(sources: tuple[str, ...], index: str, form: str, **settings: Any) -> None:
    """Update an index from given sources, or from all its sources, and print a summary."""
    from indexer.location import format_location
    from indexer.location import update as update_index
    from searcher.present.update_report import update_in_words
    from searcher.present.wording import items_in_words

    quiet = settings["quiet"]
    report = _write(update_index, sources or None, index, settings)
    done = say(
        "update.done",
        changes=update_in_words(report),
        skips=_skips(report),
        items=items_in_words(report.items),
        index=format_location(index),
        seconds=decimal(f"{report.seconds:.1f}"),
    )
    _show(report, format_location(index), form, done, quiet=quiet)
    if report.is_new and not quiet:
        echo_error(say("build.new_index", index=format_location(index)))
    for source, reason in report.unreached:
        why = name_options(reason)
        echo_error(say("build.not_read", reason=why if source in why else f"{source}: {why}"))
    if report.unreached:
        raise CommandExit(FAULT, message("build.sources_not_read", n=len(report.unreached)))


@click.command()
@options.index
@options.jobs
@options.output_format
@click.pass_context
def demo(context: click.Context, index: str, form: str, jobs: int | None) -> None:
    """Build an index from the sample archive, and show a search."""
    from pathlib import Path

    from indexer.location import is_address
    from indexer.sample import sample_path
    from indexer.store.index_folder import holds_other_sources
    from searcher.commands.search import search

    if is_address(index):
        raise DragomanError(message("demo.needs_folder"))
    with sample_path() as path:
        if holds_other_sources(Path(index), path.name):
            raise DragomanError(message("demo.not_a_demo_index", index=Path(index)))
        context.invoke(build, sources=(str(path),), index=index, form=form, jobs=jobs)
    if form != "table":
        return
    words = "ferry safety training"
    click.echo(f'\n$ dragoman search "{words}" --limit 3\n')
    context.invoke(search, query=words, index=index, limit=3)


def _skips(report: WriteReport) -> str:
    skipped = say("build.skips", n=report.skipped.total)
    fields = report.skipped.fields
    return say("build.fields_left_out", n=fields, skipped=skipped) if fields else skipped


def _show(report: WriteReport, place: str, form: str, done: str, *, quiet: bool) -> None:
    """Print the summary of a write, or its report for programs.

    Args:
        report: The report of the write.
        place: The location of the index.
        form: The output format.
        done: The first line of the summary.
        quiet: Whether to omit the summary.
    """
    from searcher.present.update_report import report_in_words, report_record

    if form != "table":
        open_output(form).write_info({"index": place, **report_record(report)})
    elif not quiet:
        echo(done)
        page, facts = open_page(), report_in_words(report, SHOWN_SKIPS, name_options)
        width = max([10, *(len(name) for name, _ in facts)])
        for name, text in facts:
            page.paragraph(text, lead=f"  {name:<{width}} ", indent=width + 3)


def _write(
    write: Callable[..., WriteReport], sources: tuple[str, ...] | None, index: str, settings: Any
) -> WriteReport:
    """Write sources to an index, and print progress and skipped records on standard error."""
    from math import inf

    from indexer.progress import PATIENCE, PAUSE_IN_LOGS, Meter, progress_line
    from indexer.sources.containers import size_of_all

    quiet, verbose = settings.pop("quiet"), settings.pop("verbose")
    meter = Meter(size_of_all(sources or ()) or None)
    reading = read_options(settings)._replace(meter=meter)
    pause = PAUSE_IN_LOGS if verbose else None
    settings["corrections"] = settings["corrections"] or _corrections_here(index)
    with progress_line(meter, inf if quiet else PATIENCE, pause, say) as progress:
        report = write(sources, index, progress=progress, reading=reading, **settings)
    if not quiet:
        echo_skips(report.skipped, shown=len(report.skipped.first) if verbose else SHOWN_SKIPS)
    for line in report.uncounted:
        echo_error(translate(line))
    report_unmatched(report)
    return report


def _corrections_here(index: str) -> str | None:
    """Return ``corrections.jsonl`` if the current folder has that file.

    Return ``None`` if it does not, or if the index already uses a corrections file.
    """
    import os

    if not os.path.isfile(CORRECTIONS_FILE):  # noqa: PTH113 - pathlib is slow to import
        return None
    from indexer.location import corrections_of

    return None if corrections_of(index) else CORRECTIONS_FILE

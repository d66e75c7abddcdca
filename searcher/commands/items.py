"""Define the commands ``items``, ``show``, ``similar``, ``info`` and ``check``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from indexer.errors import Message, SourceError, join_messages, message, name_message
from indexer.option_tables import READ, WriteOptions
from searcher.commands import options
from searcher.commands.output import (
    FAULT,
    FOUND,
    NOTHING,
    CommandExit,
    echo_error,
    echo_skips,
    open_output,
    write_answer,
)
from searcher.present.catalogue import say, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.item import NewsItem
    from indexer.sources import ReadOptions


def read_options(settings: dict[str, Any]) -> ReadOptions:
    """Take the options for reading sources out of a command's options.

    Raises:
        SourceError: A mapping of columns is invalid.
    """
    from indexer.sources import ReadOptions

    columns = []
    for given in settings.pop("columns"):
        field, equals, name = given.partition("=")
        if not (field.strip() and equals and name.strip()):
            raise SourceError(message("items.invalid_map", given=given))
        columns.append((name.strip(), field.strip()))
    others = {name: settings.pop(name) for name in WriteOptions.of(READ) if name != "columns"}
    return ReadOptions(columns=tuple(columns), **others)


@click.command()
@click.argument("source", shell_complete=options.complete_values("files"))
@options.reading
@options.output_format
def items(source: str, form: str, **settings: Any) -> int:
    """Print the items that a source contains."""
    from indexer.documents import read_documents
    from indexer.sources import Skips
    from indexer.store.item_identity import items_once

    skips = Skips()
    found = 0

    exports: list[str] = []

    def recognised(name: str, form: str, count: int) -> None:
        exports.append(say("items.recognised", name=name, form=form, n=count))

    reading = read_options(settings)._replace(recognised=recognised)

    def read() -> Iterator[NewsItem]:
        nonlocal found
        for document in items_once(read_documents(source, skips.append, reading), skips.append):
            found += 1
            yield document.item

    open_output(form).write_items(read())
    for export in exports:
        echo_error(export)
    echo_skips(skips, shown=len(skips.first))
    return FOUND if found else NOTHING


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@options.index
@options.output_format
def show(ids: tuple[str, ...], index: str, form: str) -> None:
    """Print complete items, given their ids."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        found = [searcher.item(searcher.full_id(beginning)) for beginning in ids]
    open_output(form).write_item(*found)


@click.command()
@click.argument("item_id", metavar="ID")
@options.index
@options.filters
@options.limit
@options.offset
@options.all_hits
@options.no_group
@options.output_format
def similar(item_id: str, index: str, form: str, **given: Any) -> int:
    """Print the items that are most similar to an item."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        every = given.pop("all_hits")
        requested = given | ({"limit": None} if every else {})
        results = searcher.similar(searcher.full_id(item_id), **requested)
        if not every:
            results.complete(ways=form != "table")
    return FOUND if write_answer(results, form) else NOTHING


@click.command()
@options.index
@options.output_format
def info(index: str, form: str) -> None:
    """Print the format, the sources and the counts of an index."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        facts = searcher.info()
    if form == "table":
        del facts["language_codes"]
        for source in facts["sources"]:  # the location is only shown if the name does not identify the source
            if "/" not in source["file"] or "://" in source["place"]:
                del source["place"]
    open_output(form).write_info(facts)


@click.command()
@options.index
@options.output_format
def check(index: str, form: str) -> None:
    """Check the files of an index, and print the damage."""
    from indexer.location import check as check_index
    from indexer.location import format_location
    from indexer.progress import check_progress

    folder = format_location(index)
    with check_progress(say) as progress:
        report = check_index(index, progress)
    facts: dict[str, Any] = {
        "index": folder,
        "sound": not report.findings,
        "files": report.files,
        "bytes": report.bytes,
        "items": report.items,
    }
    if form != "table":
        facts["damage"] = [finding._asdict() for finding in report.findings]
    elif report.findings:
        facts["damage"] = {f"{file}, {_name_part(part)}": reason for file, part, reason in report.findings}
    if report.notes:
        facts["note"] = join_messages(report.notes)
    open_output(form).write_info(facts)
    if report.findings:
        raise CommandExit(FAULT, message("info.damaged", folder=folder))


def _name_part(part: str) -> str:
    """Return the name of a damaged part in the interface language."""
    return translate(part if isinstance(part, Message) else name_message(f"part.{part}", part))

"""Commands about a whole index: ``info`` and ``check``."""

from __future__ import annotations

from typing import Any

import click

from indexer.errors import join_messages, message, name_message
from searcher.commands import options
from searcher.commands.output import FAULT, CommandExit, open_output
from searcher.present.catalogue import say, translated


@click.command()
@options.index
@options.output_format
def info(index: str, form: str) -> None:
    """Show the sources, dates, languages and format of the index."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        facts = searcher.info()
    if form == "table":
        del facts["language_codes"]
        for source in facts["sources"]:  # only shown if the name does not identify the source
            if "/" not in source["file"] or "://" in source["place"]:
                del source["place"]
    open_output(form).write_info(facts)


@click.command()
@options.index
@options.output_format
def check(index: str, form: str) -> None:
    """Verify every byte of the index and the consistency of its parts, and name damaged parts."""
    from indexer.location import check as check_index
    from indexer.location import shown
    from indexer.progress import check_progress

    folder = shown(index)
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
        facts["damage"] = {
            f"{file}, {translated(name_message(f'part.{part}', part))}": reason
            for file, part, reason in report.findings
        }
    if report.notes:
        facts["note"] = join_messages(report.notes)
    open_output(form).write_info(facts)
    if report.findings:
        raise CommandExit(FAULT, message("info.damaged", folder=folder))

"""Commands about an index as a whole: info, what it holds, and check, whether it is sound."""

from __future__ import annotations

import sys
from typing import Any

import click

from searcher.commands.ending import FAULT, FOUND, Ending
from searcher.commands.options import format_option, index_option
from searcher.commands.streams import paper


@click.command()
@index_option
@format_option
def info(index: str, form: str) -> None:
    """Show what is in the index: its sources, dates, languages and form."""
    from searcher import Searcher
    from searcher.present import write_info

    with Searcher(index) as searcher:
        facts = searcher.info()
    write_info(facts, form, sys.stdout, **paper())


@click.command()
@index_option
@format_option
def check(index: str, form: str) -> int:
    """Verify every byte of the index, and that all its parts fit together; name what is damaged."""
    from pathlib import Path

    from indexer.progress import shown_check
    from indexer.store.check import check_index
    from searcher.present import write_info

    folder = Path(index)
    with shown_check() as progress:
        report = check_index(folder, progress)
    facts: dict[str, Any] = {
        "index": str(folder),
        "sound": "no" if report.findings else "yes",
        "files": report.files,
        "bytes": report.bytes,
        "items": report.items,
        "damage": [finding._asdict() for finding in report.findings],
    }
    if report.notes:
        facts["note"] = "; ".join(report.notes)
    if form == "table":
        del facts["damage"]
        if report.findings:
            facts["damage"] = {f"{file}, {part}": reason for file, part, reason in report.findings}
    elif form != "csv":
        facts["sound"] = not report.findings
    write_info(facts, form, sys.stdout, **paper())
    if report.findings:
        raise Ending(FAULT, f"“{folder}” is damaged; build it again with: dragoman build SOURCE")
    return FOUND

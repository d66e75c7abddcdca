"""The command that reads a source and writes nothing: items."""

from __future__ import annotations

import sys

import click

from searcher.commands.options import format_option
from searcher.commands.streams import paper, tell_skips


@click.command()
@click.argument("source")
@format_option
def items(source: str, form: str) -> None:
    """Show what would be indexed of SOURCE, without touching any index."""
    from indexer.countries.names import country_names
    from indexer.documents import read_items
    from indexer.sources import Skips
    from searcher.present import write_items

    skips = Skips()
    write_items(read_items(source, skips.append), form, sys.stdout, country_names=country_names(), **paper())
    tell_skips(skips.first, skips.total, shown=len(skips.first))

"""Commands that show items: items (of a source), show (one of the index) and similar (those most like it)."""

from __future__ import annotations

from typing import Any

import click

from searcher.commands import options
from searcher.commands.errors import FOUND, NOTHING
from searcher.commands.output import echo_skips, open_output
from searcher.commands.reading import read_options


@click.command()
@click.argument("source")
@options.reading
@options.output_format
def items(source: str, form: str, **settings: Any) -> None:
    """Show what would be indexed of SOURCE, without touching any index."""
    from indexer.documents import read_items
    from indexer.sources import Skips

    skips = Skips()
    open_output(form).write_items(read_items(source, skips.append, read_options(settings)))
    echo_skips(skips, shown=len(skips.first))


@click.command()
@click.argument("item_id", metavar="ID")
@options.index
@options.output_format
def show(item_id: str, index: str, form: str) -> None:
    """Show one item whole, with how its date and its countries are known."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        item = searcher.item(item_id)
    open_output(form).write_item(item)


@click.command()
@click.argument("item_id", metavar="ID")
@options.index
@options.limit
@options.output_format
def similar(item_id: str, index: str, limit: int, form: str) -> int:
    """Show the items most like the one with this ID, in any language."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        results = searcher.similar(item_id, limit=limit)
    open_output(form).write_results(results)
    return FOUND if results.total else NOTHING

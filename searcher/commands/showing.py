"""Commands about one item: show it whole, and show the items most like it."""

from __future__ import annotations

import sys

import click

from searcher.commands.ending import FOUND, NOTHING
from searcher.commands.options import format_option, index_option, limit_option
from searcher.commands.streams import paper


@click.command()
@click.argument("item_id", metavar="ID")
@index_option
@format_option
def show(item_id: str, index: str, form: str) -> None:
    """Show one item whole, with how its date and its countries are known."""
    from indexer.countries.names import country_names
    from searcher import Searcher
    from searcher.present import write_item

    with Searcher(index) as searcher:
        item = searcher.item(item_id)
    write_item(item, form, sys.stdout, country_names=country_names(), **paper())


@click.command()
@click.argument("item_id", metavar="ID")
@index_option
@limit_option
@format_option
def similar(item_id: str, index: str, limit: int, form: str) -> int:
    """Show the items most like the one with this ID, in any language."""
    from searcher import Searcher
    from searcher.present import write_results

    with Searcher(index) as searcher:
        results = searcher.similar(item_id, limit=limit)
    write_results(results, form, sys.stdout, **paper())
    return FOUND if results.total else NOTHING

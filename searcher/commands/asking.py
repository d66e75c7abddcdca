"""Commands that ask an index: search, and facets, which only counts."""

from __future__ import annotations

import sys
from typing import Any

import click

from searcher.commands.ending import FOUND, NOTHING
from searcher.commands.options import (
    expand_option,
    filter_options,
    format_option,
    index_option,
    limit_option,
    strict_option,
)
from searcher.commands.streams import paper, tell


@click.command()
@click.argument("query", nargs=-1, required=True)
@index_option
@filter_options
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="The order of the hits.",
)
@limit_option
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="How many hits to pass over first.",
)
@expand_option
@strict_option
@click.option("--explain", is_flag=True, help="Say how each hit's score comes about.")
@format_option
def search(query: tuple[str, ...], index: str, form: str, **request: Any) -> int:
    """Show the items that match QUERY best, and counts by year, country and language over all that match.

    Any word may match, and more of them rank higher. "a phrase", +must, -mustnot, AND OR NOT ( ),
    prefix*, fuzzy~, title:word, country:CO, lang:es, date:2018..2020-03 narrow it; * stands for everything.
    """
    from searcher import Searcher
    from searcher.present import notices, write_results

    with Searcher(index) as searcher:
        results = searcher.search(" ".join(query), **request).complete()
    write_results(results, form, sys.stdout, **paper())
    if form == "table" and results.explanations:
        from searcher.present.explained import write_explanations

        write_explanations(results, sys.stdout)
    for line in notices(results, estimated=request["estimated"]):
        tell(line)
    return FOUND if results.total else NOTHING


@click.command()
@click.argument("query", nargs=-1)
@index_option
@filter_options
@expand_option
@strict_option
@format_option
def facets(query: tuple[str, ...], index: str, form: str, **request: Any) -> int:
    """Count what matches QUERY by year, country and language; without a QUERY, count everything."""
    from searcher import Searcher
    from searcher.present import notices, write_facets

    with Searcher(index) as searcher:
        results = searcher.search(" ".join(query) if query else None, limit=0, **request)
    write_facets(results, form, sys.stdout, **paper())
    for line in notices(results, estimated=request["estimated"]):
        tell(line)
    return FOUND if results.total else NOTHING

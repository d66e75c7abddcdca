"""Define the commands ``search`` and ``facets``."""

from __future__ import annotations

from typing import Any

import click

from searcher.commands import options, plain_search
from searcher.commands.output import FOUND, NOTHING, receipt_of_answer, write_answer
from searcher.search_options import SearchOptions


@click.command()
@options.required_query
@options.index
@options.filters
@options.sort
@options.limit
@options.offset
@options.all_hits
@options.query_reading
@options.no_group
@options.facets
@options.receipt
@options.explain
@options.output_format
def search(query: str, **request: Any) -> int:
    """Search an index, and print the hits."""
    return plain_search.search(query, **request)


@click.command()
@options.query
@options.index
@options.filters
@options.query_reading
@options.facets
@options.match
@options.receipt
@options.output_format
def facets(query: str | None, index: str, form: str, receipt: str | None, **request: Any) -> int:
    """Count the matches of a query by facet."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        sources = ("source",) if searcher.has_several_sources else ()
        usual = (*SearchOptions.facets.default, *sources, *searcher.counted_fields)
        request["facets"] = request["facets"] or usual
        results = searcher.search(query, limit=0, group=False, **request)
        if receipt:
            receipt_of_answer(searcher, query, receipt, request)
    found = write_answer(results, form, facets_only=True, match=request["match"])
    return FOUND if found else NOTHING

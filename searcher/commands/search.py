"""Define commands that search an index: ``search``, and ``facets``, which only counts."""

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
    """Show the best matches of QUERY, and counts of all matches by year, country and language.

    Items match if they contain any of the words; items with more of the words rank higher. Syntax: "a
    phrase", +required, -excluded, AND OR NOT ( ), prefix*, fuzzy~, title:word, country:CO, lang:es,
    date:2018..2020-03, section:Politics; "*" matches all items.
    """
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
    """Count the matches of QUERY by year, country, language and source; without QUERY, count all items."""
    from searcher import Searcher

    with Searcher(index) as searcher:
        sources = ("source",) if searcher.has_several_sources else ()
        request["facets"] = request["facets"] or (
            *SearchOptions.facets.default,
            *sources,
            *searcher.counted_fields,
        )
        results = searcher.search(query, limit=0, group=False, **request)
        if receipt:
            receipt_of_answer(searcher, query, receipt, request)
    found = write_answer(results, form, facets_only=True, match=request["match"])
    return FOUND if found else NOTHING

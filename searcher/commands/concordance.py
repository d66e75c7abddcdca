"""Define the commands ``concordance`` and ``terms``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from indexer.errors import QueryError, message
from searcher.commands import options
from searcher.commands.output import FOUND, NOTHING, echo_error, open_output, open_page, write_notices
from searcher.present.catalogue import say
from searcher.present.reading_tables import write_lines
from searcher.present.wording import items_in_words
from searcher.reading.all_matches import head_of
from searcher.reading.concordance import ORDERS

if TYPE_CHECKING:
    from searcher.results import Results
    from searcher.searcher import Searcher

_COLLOCATE: Final = ("word", "language", "near", "elsewhere", "score")
_SHOWN: Final = 20  # lines in a table, as help.tsv states, and collocates in any format


@click.command()
@options.required_query
@options.index
@options.filters
@options.search_option("sort", type=click.Choice(ORDERS))
@options.search_option("limit", default=None)
@options.all_hits
@click.option("--context", type=click.IntRange(0, 1000), metavar="N", default=60, show_default=True)
@click.option("--collocates", is_flag=True)
@click.option(
    "--measure", type=click.Choice(["log-likelihood", "dice"]), default="log-likelihood", show_default=True
)
@click.option("--span", type=click.IntRange(1, 50), metavar="N", default=5, show_default=True)
@options.counted_query_reading
@options.output_format
def concordance(
    query: str,
    index: str,
    form: str,
    *,
    limit: int | None,
    all_hits: bool,
    collocates: bool,
    **requested: Any,
) -> int:
    """Print each match of a query in its context, or the collocates of the query."""
    from searcher import Searcher

    of_lines = {name: requested.pop(name) for name in ("sort", "context")}
    of_words = {name: requested.pop(name) for name in ("measure", "span")}
    if limit is None and (form == "table" or collocates):
        limit = _SHOWN
    most = None if all_hits else limit
    with Searcher(index) as searcher:
        if collocates:
            results = _show_collocates(searcher, query, form, limit=most, **of_words, **requested)
        else:
            results = _show_lines(searcher, query, form, most, **of_lines, **requested)
    return FOUND if results.total else NOTHING


def _show_lines(searcher: Searcher, query: str, form: str, most: int | None, **requested: Any) -> Results:
    from searcher.reading.concordance import COLUMNS
    from searcher.reading.concordance import concordance as lines_of

    found = lines_of(searcher, query, **requested)
    lines = iter(found)
    if form == "table":
        shown = write_lines(open_page(), islice(lines, most))
        total = shown + sum(1 for _ in lines)
        key = "concordance.some_lines" if shown < total else "concordance.lines"
        some = {"shown": shown} if shown < total else {}
        write_notices(found.results, counted=True)
        echo_error(say(key, n=total, items=items_in_words(found.results.total), **some))
        return found.results
    head = head_of(found.results)
    open_output(form).write_rows(head, "lines", COLUMNS, (line.to_record() for line in islice(lines, most)))
    write_notices(found.results, counted=True)
    if next(lines, None) is not None:
        echo_error(say("concordance.first_lines", n=most or 0))
    return found.results


def _show_collocates(searcher: Searcher, query: str, form: str, **requested: Any) -> Results:
    from searcher.reading.collocates import collocates as words_near

    found = words_near(searcher, query, **requested)
    head = (
        head_of(found.results)
        | {"matches": found.matches}
        | {name: requested[name] for name in ("measure", "span")}
    )
    open_output(form).write_rows(head, "collocates", _COLLOCATE, (one.to_record() for one in found.found))
    matches = say("concordance.matches", n=found.matches)
    write_notices(found.results, counted=True)
    echo_error(say("concordance.near", matches=matches, items=items_in_words(found.results.total)))
    return found.results


@click.command()
@options.query
@click.option("--vs", "versus", metavar="QUERY")
@click.option("--vs-rest", "rest", is_flag=True)
@click.option("--vs-years", "versus_years", metavar="FROM..TO")
@options.index
@options.filters
@options.search_option("limit", default=20)
@options.all_hits
@options.counted_query_reading
@options.output_format
def terms(
    query: str | None, index: str, form: str, *, rest: bool, limit: int, all_hits: bool, **requested: Any
) -> int:
    """Print the words and phrases that are typical of the matches of a query."""
    from searcher import Searcher
    from searcher.reading.typical_terms import COLUMNS, period_pair, typical_terms

    requested["versus_years"] = period_pair(requested["versus_years"])
    if rest and (requested["versus"] is not None or requested["versus_years"] is not None):
        raise QueryError(message("terms.one_comparison"))
    with Searcher(index) as searcher:
        found = typical_terms(searcher, query, limit=None if all_hits else limit, **requested)
    if found.found or form != "table":
        rows = (term.to_record() for term in found.found)
        open_output(form).write_rows(found.head(), "terms", COLUMNS, rows)
    elif not found.results.total:
        echo_error(say("headline.no_match", query=query) if query else say("headline.nothing"))
    elif limit or all_hits:
        echo_error(say("terms.none" if found.compared else "terms.no_others"))
    write_notices(found.results, counted=True)
    if found.other is not None and requested["versus"]:
        write_notices(found.other, requested["versus"], counted=True)
    items, others = items_in_words(found.results.total), items_in_words(found.compared)
    echo_error(say("terms.compared", items=items, others=others))
    return FOUND if found.found else NOTHING

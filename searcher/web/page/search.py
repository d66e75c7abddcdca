"""The page of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from indexer.schema import UNKNOWN
from searcher.engine import SORTS
from searcher.web.asked import MOST_HITS
from searcher.web.page.fields import fields, uncounted
from searcher.web.page.figures import charts_of, compared, places_of
from searcher.web.page.frame import map_path, reader_for, render
from searcher.web.page.hits import shown_hits
from searcher.web.page.links import Links
from searcher.web.page.nothing import help_of
from searcher.web.page.pages import NONE, pages_of
from searcher.web.page.reading import quoted, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.answer import Answerer
    from searcher.results import Results
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext
    from searcher.web.page.figures import Chart
    from searcher.web.page.reader import Reader

REPORTED = 100  # hits of a report
LINES = 50  # of a concordance
# What reads all matches asks for no page and counts nothing beside.
_OF_ALL: dict[str, Any] = {"sort": "relevance", "limit": 10, "group": True, "facet": ()}
_LINK = Markup('<a href="{}">{}</a>')


def found_page(asked: Asked, results: Results, context: PageContext) -> str:
    """Make the page of an answer."""
    reader = reader_for(asked, context)
    links = Links(asked, context.base)
    years, months = charts_of(asked, results, context.searcher, links, reader)
    hits = shown_hits(results.hits, links, reader)
    undated = next((value.count for value in results.facets["year"] if value.value == UNKNOWN), 0)
    return render(
        "search.html",
        asked.q or reader.say("everything"),
        "/search",
        links,
        reader,
        context,
        heading=heading(asked, results, reader),
        status=reader.many("items", results.total),
        facts=list(_facts(asked, results, links, reader)),
        reading=read(asked, results, links, reader),
        help=None if results.total else help_of(asked, results, context.searcher, links, reader),
        years=years,
        months=months,
        places=places_of(results.facets["country"], links, reader, map_path(context)),
        table=compared(asked, results, context.searcher, reader),
        sorts=_sorts(asked, results, years, links, reader),
        hits=hits,
        start=results.hits[0].rank if hits else 1,
        pages=pages_of(results.groups, asked.offset, asked.limit, links, reader) if results.total else NONE,
        forms={
            "report": links.search(path="/report", limit=REPORTED),
            "csv": links.search(path="/search.csv", limit=MOST_HITS),
            **{form: links.to(f"/search.{form}") for form in ("json", "atom")},
        },
        tools=list(_tools(asked, links, reader)) if results.total else [],
        fields=fields(results, reader),
        uncounted=uncounted(asked, results, context.searcher.ask(_kinds), links, reader),
        unknown=(reader.say("no_date" if asked.estimated else "no_printed_date"), reader.number(undated))
        if undated
        else None,
    )


def _tools(asked: Asked, links: Links, reader: Reader) -> Iterator[tuple[Markup, Markup]]:
    """Yield the names and the addresses of what reads all matches."""
    yield reader.say("over_time"), links.search(path="/timeline", **_OF_ALL)
    if asked.q:
        yield reader.say("in_lines"), links.search(path="/concordance", **_OF_ALL | {"limit": LINES})
    yield reader.say("stories"), links.search(path="/stories", **_OF_ALL)


def _kinds(answerer: Answerer) -> tuple[str, ...]:
    return answerer.engine.thesaurus.kinds


def heading(asked: Asked, results: Results, reader: Reader) -> Markup:
    """Say which items of how many are here, and for what."""
    query = quoted(asked.q) if asked.q else None
    if not results.total:
        return reader.say("nothing_for", query=query) if query else reader.say("nothing_here")
    items = reader.many("items", results.groups)
    if not len(results) and asked.limit:
        return reader.say("nothing_on_page")
    if not asked.limit or len(results) == results.groups:
        return reader.say("found_for", items=items, query=query) if query else items
    first, last = (reader.number(results.hits[at].rank) for at in (0, -1))
    if query is None:
        return reader.say("showing", first=first, last=last, items=items)
    return reader.say("showing_for", first=first, last=last, items=items, query=query)


def _sorts(
    asked: Asked, results: Results, years: Chart | None, links: Links, reader: Reader
) -> list[tuple[Markup, Markup, bool]]:
    """Offer the orders, each with its link and whether it stands.

    Where no words rank the items, none is best: they stand as they are stored, newest first with the
    estimated dates among the others. Where there are none, or they count as dates, or are left out by dates,
    newest first is the same.
    """
    names: dict[str, str] = {sort: sort for sort in SORTS}
    stands = asked.sort
    if not results.ranked:
        names["relevance"] = "stored"
        if asked.estimated or asked.from_ or asked.to or not (years and years.legend):
            del names["relevance"]
            stands = stands if stands in names else "newest"
    return [(reader.say(name), links.search(sort=sort), sort == stands) for sort, name in names.items()]


def _facts(asked: Asked, results: Results, links: Links, reader: Reader) -> Iterator[Markup]:
    """Say what the total counts."""
    if results.groups < results.total:
        yield reader.say("grouped", items=reader.many("items", results.total))
    if asked.all_:
        any_word = _LINK.format(links.search(all_=False), reader.say("any_word"))
        yield reader.listed([reader.say("all_on"), any_word])
    elif results.total_all_words < results.total and results.relaxed is None:
        said = reader.many("all_words", results.total_all_words)
        some = results.total_all_words
        only = _LINK.format(links.search(all_=True), reader.say("only_all_words"))
        yield said + " " + only if some else said
    if results.query_language:
        yield reader.say("read_as", language=reader.spoken(results.query_language))

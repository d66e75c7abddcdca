"""Define the routes: URL paths, their parameters, and the functions that answer.

``ROUTES`` lists all of them. In formats other than HTML, responses equal the output of the commands.
"""

from __future__ import annotations

import json
from copy import copy
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import Message, QueryError, message, message_of
from indexer.item import decode_record
from indexer.location import is_address
from indexer.store.manifest import CommitTimes
from searcher.exports.export_formats import FORMS
from searcher.exports.exporting import rows, writer_of
from searcher.hit_details import EveryHit, every_hit
from searcher.present.reading_tables import COLUMNS as STORY_COLUMNS
from searcher.present.reading_tables import head_of_stories, to_rows
from searcher.present.time_charts import head_of_series
from searcher.query.limits import shorten_line
from searcher.reading.all_matches import head_of, request_for_all
from searcher.reading.concordance import COLUMNS as LINE_COLUMNS
from searcher.reading.concordance import OF_ITEMS, concordance
from searcher.reading.over_time import (
    COLUMNS,
    MAX_SERIES,
    OF_WORDS,
    count_items_to_read,
    facet_conflict,
    measure_of,
    over_time,
    too_many_series,
)
from searcher.reading.stories import MIN_ITEMS, Stories, Story, stories
from searcher.reading.typical_terms import COLUMNS as TERM_COLUMNS
from searcher.reading.typical_terms import TypicalTerms, period_pair, typical_terms
from searcher.web.openapi import Route, description, examples_of
from searcher.web.page import annotation_forms, item_page, report_page, search_page, site_pages, tool_pages
from searcher.web.page.links import links_around, links_of, page_headers, part_name, resolve_after
from searcher.web.page.messages import reader_of
from searcher.web.page.query_notes import title_with_filters
from searcher.web.page.suggestions import suggestions
from searcher.web.parameters import MAX_ITEMS, SearchParams, check_match_count, too_many_items
from searcher.web.responses import Body, Problem, content_policy, invalid_parameter, page_id, write_body

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from indexer.item import NewsItem
    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.reading.concordance import Concordance
    from searcher.reading.over_time import Series
    from searcher.results import Hit, Results
    from searcher.searcher import Searcher
    from searcher.web.page.links import PageContext


HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
ATOM: Final = "application/atom+xml; charset=utf-8"
SVG: Final = "image/svg+xml"
CSV: Final = "text/csv; charset=utf-8"
SUGGESTIONS: Final = "application/x-suggestions+json"
FACETS: Final = ("year", "country", "language")


def answer(params: SearchParams, searcher: Searcher, *, page: bool = True) -> Results:
    """Run the search of a request.

    A page always counts the default facets, in addition to those of the request.
    """
    usual = (*FACETS, *annotation_forms.annotated_fields(searcher), *searcher.counted_fields)
    facets = (*usual, *params.facets()) if page else params.facets(usual)
    match = None if page else params.match
    return searcher.search(params.q, facets=facets, match=match, **params.search_arguments()).complete()


def home_html(params: SearchParams, context: PageContext) -> str:
    """Return the home page, or the page of a search for a request with parameters."""
    asks = params != params.appearance()
    return search_html(params, context) if asks else search_page.home_page(params, context)


def search_html(params: SearchParams, context: PageContext) -> str:
    """Return the page of a search."""
    params = resolve_after(params, context.searcher)
    return search_page.search_page(params, answer(params, context.searcher), context)


def search_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return the hits as ``search --format`` prints them."""
    params = resolve_after(params, context.searcher)
    results = answer(params, context.searcher, page=False)
    headers = page_headers(links_of(context.base, f"/search.{form}", params, results), results.groups)
    if params.fields:
        results.hits = [_Chosen(hit, params.fields) for hit in results.hits]  # type: ignore[misc]
    name = part_name("dragoman", len(results.hits), results.groups)
    return write_body(form, name, lambda writer: writer.write_results(results), **headers)


class _Chosen:
    """A hit whose JSON object has only some keys."""

    def __init__(self, hit: Hit, keys: Collection[str]) -> None:
        self._hit, self._keys = hit, keys

    def to_record(self) -> dict[str, Any]:
        """Return the hit as a JSON object with only the given keys."""
        return {key: value for key, value in self._hit.to_record().items() if key in self._keys}


def search_atom(params: SearchParams, context: PageContext, *, most: int = MAX_ITEMS) -> Body:
    """Return the hits as an Atom feed.

    ``most`` is the maximum number of items to read to find those added last.
    """
    from searcher.present.atom import feed_of

    searcher, note = context.searcher, ""
    if params.since is None and (params.sort != SearchParams().sort or params.after):
        params = resolve_after(params, searcher)
        results = answer(params, searcher, page=False)
        links = links_of(context.origin, "/search.atom", params, results)
    else:
        found = searcher.search(params.q, limit=0, facets=(), group=False, **params.narrowing())
        results, links = select_added(params, searcher, found, most), {}
        if params.since is None and results.total > most:
            note = f"; those added last of the {most:,} newest by date"
    info = searcher.ask(lambda answerer: answerer.engine.info())
    times = CommitTimes(info.times, info.built)

    def updated(item_id: str | None) -> str:
        return times.of(item_id, searcher.item(item_id).since) if item_id else info.built

    addresses = {
        "self": f"{context.origin}/search.atom?{params.query_string()}".rstrip("?"),
        "alternate": f"{context.origin}/search?{params.query_string(since=None)}".rstrip("?"),
    }
    request = title_with_filters(params.q or "", params, reader_of("en"))
    title = f"{context.archive}: {request}" if request else context.archive
    return Body(feed_of(results, addresses | links, context.item_address, title, updated, note=note))


def facets_json(params: SearchParams, context: PageContext) -> Body:
    """Return the counts as ``facets --format json`` prints them."""
    searcher = context.searcher
    sources = ("source",) if searcher.has_several_sources else ()
    facets = params.facets(
        (*FACETS, *annotation_forms.annotated_fields(searcher), *sources, *searcher.counted_fields)
    )
    results = _count_facets(params, searcher, facets)
    return write_body("json", "facets", lambda writer: writer.write_facets(results))


def _count_facets(params: SearchParams, searcher: Searcher, facets: Sequence[str] = ("country",)) -> Results:
    """Count the values of facets (by default, countries) among all matches."""
    asked = params.narrowing() | {"match": params.match}
    return searcher.search(params.q, limit=0, group=False, facets=facets, **asked)


def cite_html(params: SearchParams, context: PageContext) -> str:
    """Return the page with citations of some items."""
    items = {item.id: item for item in [_item(one, context) for one in params.id]}
    return report_page.cite_page(params, [*items.values()], context)


def report_html(params: SearchParams, context: PageContext) -> Body:
    """Return a report of results."""
    params = resolve_after(params, context.searcher)
    results = answer(params, context.searcher)
    receipt = receipt_of(params, results, context.searcher)
    text = report_page.report_page(params, results, context, receipt, notes=True)
    return Body(text, {"Content-Security-Policy": content_policy(f"'self' {report_page.style_source()}")})


def item_html(params: SearchParams, context: PageContext, item_id: str) -> str:
    """Return the page of an item."""
    return item_page.item_page(params, _item(page_id(item_id), context), context)


def item_json(_: SearchParams, context: PageContext, item_id: str) -> Body:
    """Return an item as ``show --format json`` prints it."""
    item = _item(item_id, context)
    return write_body("json", "item", lambda writer: writer.write_item(item))


def _item(item_id: str, context: PageContext) -> NewsItem:
    """Read an item, given its id or the beginning of its id.

    Raises:
        Problem: No item matches, or several do.
    """
    try:
        return context.searcher.item(context.searcher.full_id(item_id))
    except QueryError as error:
        detail = message_of(error)
        if isinstance(detail, Message) and detail.key == "store.no_item_id":
            detail = message("web.no_item", **detail.values)  # without naming a command
        raise Problem(HTTPStatus.NOT_FOUND, detail, "id") from None


def receipt_of(params: SearchParams, results: Results, searcher: Searcher) -> str:
    """Return the hash of the receipt for results.

    The result is empty if there are too many items.
    """
    if results.total > MAX_ITEMS:
        return ""
    from searcher.reading.receipt import make_receipt  # only a report needs it

    return make_receipt(searcher, params.q, **params.narrowing()).hash


def series_of(params: SearchParams, searcher: Searcher, *, most: int = MAX_ITEMS) -> list[Series]:
    """Return the number of matches of a request in each period."""
    if len(params.vs) >= MAX_SERIES:
        raise invalid_parameter("vs", too_many_series(len(params.vs) + 1))
    if params.facet and params.vs:
        raise invalid_parameter("facet", facet_conflict("vs"))
    measure_of(params.by, share=params.share, per_million=params.per_million)  # raises an error on conflicts
    if params.series_field in {"year", "month"}:
        raise invalid_parameter(
            "facet", message("web.facet_is_step", step=params.series_field, by="by", facet="facet")
        )
    if params.per_million or is_address(searcher.place):  # these read each item's record
        check_match_count((params.q, *params.vs), params, searcher, most=most)
        if params.series_field and not params.vs:  # an item is read once for each of its values
            total = count_items_to_read(searcher, params.q, params.series_field, **params.narrowing())
            if total > most:
                raise too_many_items(total, most)
    options = {"by": params.by, "facet": params.series_field, "per_million": params.per_million}
    return over_time(searcher, params.q, versus=params.vs, **options, **params.narrowing())


def lines_of(params: SearchParams, searcher: Searcher, more: int = 0) -> Concordance:
    """Return the lines of a concordance from the first to the end of the page.

    ``more`` is the number of lines to read beyond the page.
    """
    if params.q is None:
        raise invalid_parameter("q", message("web.concordance_without_query"))
    if params.order not in OF_ITEMS or params.limit is None:
        check_match_count((params.q,), params, searcher)
    most = None if params.limit is None else params.offset + params.limit + more
    return concordance(
        searcher, params.q, sort=params.order, limit=most, most_items=MAX_ITEMS, **params.narrowing()
    )


def select_added(
    params: SearchParams, searcher: Searcher, results: Results, most: int = MAX_ITEMS
) -> Results:
    """Select the items that were added after a generation, the newest first.

    ``since`` of the request is the generation. Without it, the most recently added items come first, and only
    as many of the newest items as one request may read are considered.

    Raises:
        Problem: More items match than one request may read, and ``since`` is given.
    """
    if params.since is not None:
        check_match_count((params.q,), params, searcher, most=most)
    request = request_for_all(params.q, "newest", params.narrowing())

    def read(answerer: Answerer) -> tuple[int, list[Hit]]:
        hits = answerer.execute(request).hits
        assert isinstance(hits, EveryHit)
        records = answerer.engine.records(hits.documents[:most])
        came = [decode_record(raw).get("since", 0) for raw in records]
        new = [at for at, generation in enumerate(came) if generation > (params.since or 0)]
        new.sort(key=came.__getitem__, reverse=True)
        total = len(hits) if params.since is None else len(new)
        return total, [hits[at] for at in new[params.offset : params.offset + params.limit]]

    kept = copy(results)
    kept.total, kept.hits = searcher.ask(read)
    return kept


def timeline_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return counts over time as ``timeline --format`` prints them."""
    series = series_of(params, context.searcher)
    head = head_of_series(series, params.by, params.narrowing())
    rows = (row for one in series for row in one.to_records())
    columns = (*COLUMNS, *OF_WORDS) if params.per_million else COLUMNS
    return write_body(form, "timeline", lambda writer: writer.write_rows(head, "points", columns, rows))


def concordance_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return lines of a concordance as ``concordance --format`` prints them."""
    found = lines_of(params, context.searcher, more=1)
    lines = [*found]
    shown = lines[params.offset :][: params.limit]
    is_whole = params.limit is None or len(lines) <= params.offset + params.limit
    links = links_around(context.base, f"/concordance.{form}", params, len(shown), len(lines))
    headers = page_headers(links, len(lines) if is_whole else None)
    name = "concordance" if len(shown) == len(lines) else f"concordance-{len(shown)}-lines"
    head, rows = head_of(found.results), (line.to_record() for line in shown)
    return write_body(
        form, name, lambda writer: writer.write_rows(head, "lines", LINE_COLUMNS, rows), **headers
    )


def stories_of(params: SearchParams, searcher: Searcher, labels_in: str = "en") -> Stories:
    """Return the stories of a query."""
    check_match_count((params.q,), params, searcher)
    window, last = params.window, params.offset + params.limit
    found = stories(searcher, params.q, window=window, limit=last, labels_in=labels_in, **params.narrowing())
    return found._replace(stories=found.stories[params.offset :])


def stories_html(params: SearchParams, context: PageContext) -> str:
    """Return the page with stories."""
    found = stories_of(params, context.searcher, context.languages[0])
    return tool_pages.stories_page(params, found, context)


def stories_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return stories as ``stories --format`` prints them."""
    found = stories_of(params, context.searcher)
    head = head_of_stories(found, window=params.window, min_items=MIN_ITEMS)
    records = map(Story.to_record, found.stories)
    rows = to_rows(records) if form == "csv" else records
    shown = len(found.stories)
    links = links_around(context.base, f"/stories.{form}", params, shown, found.found)
    name, headers = part_name("stories", shown, found.found), page_headers(links, found.found)
    return write_body(
        form, name, lambda writer: writer.write_rows(head, "stories", STORY_COLUMNS, rows), **headers
    )


def terms_of(params: SearchParams, searcher: Searcher) -> TypicalTerms:
    """Return the typical words and phrases of a query."""
    if len(params.vs) > 1:
        raise invalid_parameter("vs", message("terms.one_comparison"))
    check_match_count((params.q,), params, searcher)
    other: dict[str, Any] = {
        "versus": next(iter(params.vs), None),
        "versus_years": period_pair(params.vs_years),
    }
    return typical_terms(searcher, params.q, limit=params.limit, **other, **params.narrowing())


def terms_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return typical words as ``terms --format`` prints them."""
    found = terms_of(params, context.searcher)
    head, rows = found.head(), (one.to_record() for one in found.found)
    return write_body(form, "terms", lambda writer: writer.write_rows(head, "terms", TERM_COLUMNS, rows))


def export_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return matches in a format of ``export --format``: all of them, or selected items."""
    if params.id and params != SearchParams(id=params.id, all_=params.all_):
        raise invalid_parameter("id", message("web.ids_alone"))
    request = request_for_all(params.q, params.sort, params.narrowing())

    def read(answerer: Answerer) -> tuple[int, Iterator[bytes]]:
        engine = answerer.engine
        documents = (
            [_document(one, engine) for one in dict.fromkeys(params.id)]
            if params.id
            else every_hit(answerer.execute(request)).documents
        )
        return len(documents), writer_of(form, engine, notes=True)(rows(engine, documents, notes=True))

    total, chunks = context.searcher.ask(read)
    saved = f'attachment; filename="dragoman{FORMS[form].endings[0]}"'
    return Body(chunks, {"Content-Disposition": saved, "X-Total-Count": str(total)})


def _document(item_id: str, engine: Engine) -> int:
    """Return the number of the document with the given id.

    Raises:
        Problem: No item has the id.
    """
    if (document := engine.find(item_id)) is None:
        raise Problem(HTTPStatus.NOT_FOUND, message("web.no_item", item_id=shorten_line(item_id)), "id")
    return document


def openapi_json(_: SearchParams, context: PageContext) -> str:
    """Return the OpenAPI description of the API."""
    served = examples_of(context.searcher)
    return json.dumps(description(ROUTES, context.origin, context.archive, served), indent=1)


def api_html(params: SearchParams, context: PageContext) -> str:
    """Return the page about the API."""
    return site_pages.api_page(params, context, description(ROUTES, context.origin, context.archive, {}))


def _page(page: Callable[..., str], read: Callable[..., Any]) -> Callable[..., str]:
    """Return a function that renders the page of a reading tool."""
    return lambda params, context: page(params, read(params, context.searcher), context)


def _tool(
    name: str, html: Callable[..., str], rows: Callable[..., Body], about: str, operation: str = ""
) -> tuple[Route, ...]:
    """Return the routes of a reading tool: its page, JSON and CSV."""
    described = operation or name, about, name.capitalize()
    table = f"{name}Csv", "The same as a table.", None
    return (
        Route(f"/{name}", HTML, html),
        Route(f"/{name}.json", JSON, partial(rows, form="json"), described),
        Route(f"/{name}.csv", CSV, partial(rows, form="csv"), table),
    )


_timeline_svg = _page(tool_pages.series_svg, series_of)
ROUTES: Final = (
    Route("/", HTML, home_html),
    Route("/search", HTML, search_html),
    Route(
        *("/search.json", JSON, partial(search_rows, form="json")),
        ("search", "Ranked hits and counts.", "Results"),
    ),
    Route("/search.csv", CSV, partial(search_rows, form="csv"), ("searchCsv", "The hits as a table.", None)),
    Route("/search.atom", ATOM, search_atom, ("searchAtom", "The hits as a feed.", None)),
    Route("/facets.json", JSON, facets_json, ("facets", "Counts only.", "Counts")),
    Route("/report", HTML, report_html),
    *_tool(
        *("timeline", _page(tool_pages.timeline_page, series_of), timeline_rows),
        *("Counts over time, one or more series.", "timelineJson"),
    ),
    Route("/countries", HTML, _page(tool_pages.countries_page, _count_facets)),
    Route("/timeline.svg", SVG, _timeline_svg, ("timeline", "The counts over time as a chart.", None)),
    *_tool(
        *("concordance", _page(tool_pages.concordance_page, lines_of), concordance_rows),
        "Each match in context.",
    ),
    *_tool("stories", stories_html, stories_rows, "Items about the same event."),
    *_tool("terms", _page(tool_pages.terms_page, terms_of), terms_rows, "Typical words and phrases."),
    *[
        Route(
            *(f"/export.{form}", known.media, partial(export_rows, form=form)),
            (f"export_{form}", "All matches, or items by id.", "Citations" if form == "csl" else None),
        )
        for form, known in FORMS.items()
        if not known.needs_file
    ],
    Route("/cite", HTML, cite_html),
    Route("/items/{item_id:path}.json", JSON, item_json, ("item", "A whole item.", "Item")),
    Route("/items/{item_id:path}", HTML, item_html),
    Route("/help", HTML, site_pages.help_page),
    Route("/about", HTML, site_pages.about_page),
    Route("/api", HTML, api_html),
    Route(
        *("/suggest", SUGGESTIONS, suggestions),
        ("suggest", "Completions of a query, in the format of browsers.", "Suggestions"),
    ),
    Route("/robots.txt", "text/plain; charset=utf-8", site_pages.robots_txt),
    Route("/sitemap.xml", "application/xml", site_pages.sitemap_xml),
    Route("/favicon.ico", SVG, site_pages.favicon),
    Route("/openapi.json", "application/openapi+json", openapi_json),
    Route("/opensearch.xml", "application/opensearchdescription+xml", site_pages.opensearch_xml),
)
"""The routes that use the index. :mod:`searcher.web.app` also answers ``/healthz`` and static files."""

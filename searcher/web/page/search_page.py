"""Render the pages of searches, of the whole archive, and of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.custom_fields import field_name
from indexer.errors import Message, QueryError
from indexer.schema import UNKNOWN
from searcher.engine import SORTS
from searcher.present.catalogue import translate
from searcher.safe_text import legible
from searcher.web.page.annotation_forms import form_of, links_by_hit
from searcher.web.page.charts import draw_countries, draw_years
from searcher.web.page.hits import EXPORTS, hit_list
from searcher.web.page.links import UNFILTERED, Links
from searcher.web.page.messages import remark
from searcher.web.page.page_frame import Page, fields, uncounted_kinds
from searcher.web.page.query_notes import (
    active_filters,
    describe_reading,
    mode_sentences,
    quote,
    title_with_filters,
)
from searcher.web.parameters import COUNTING, REPORT_LIMIT, SearchParams, remove_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from searcher.results import Results
    from searcher.web.page.charts import Drawing
    from searcher.web.page.links import PageContext
    from searcher.web.page.messages import Reader
    from searcher.web.responses import Problem


# The restrictions that can be removed, with the messages that suggest this.
LESS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("try_estimated", {"estimated": True}),
    ("try_dates", {"from_": None, "to": None}),
    ("try_countries", {"country": ()}),
    ("try_languages", {"lang": ()}),
    ("try_fields", {"where": ()}),
    ("try_via", {"via": ()}),
    ("try_any", {"all_": False}),
    ("try_expand", {"expand": True, "drop": ()}),
    ("try_strict", {"strict": False}),
    ("try_filters", dict(UNFILTERED)),
)


def suggest_wider_searches(results: Results, page: Page) -> list[tuple[Markup, Markup, Markup]]:
    """Return wider searches to suggest for a search without matches.

    Returns:
        For each wider search with matches, a sentence, a link, and the number of items.
    """
    offers = []
    tried = {page.params}
    for key, changed in LESS:
        other = page.params._replace(**changed)
        if other in tried or (key == "try_estimated" and not results.undated_left_out):
            continue
        tried.add(other)
        try:
            found = page.searcher.search(other.q, limit=0, facets=(), group=False, **other.narrowing())
        except QueryError:
            continue
        if found.total and found.relaxed is None:
            items = page.reader.many("count.items", found.total)
            offers.append((page.reader.say(key), page.links.search(**changed), items))
    return offers


AROUND: Final = 2  # linked pages before and after the current one
SIZES: Final = (10, 20, 50, 100)  # selectable numbers of hits per page


def pages_of(results: Results, params: SearchParams) -> dict[str, Any]:
    """Return the current page number, the last one, and those to link.

    The result is empty for a single page.
    """
    offset, limit = params.offset, params.limit
    if not limit or not results.total or (results.groups <= limit and not offset):
        return {}
    last = (results.groups - 1) // limit
    here = min(offset // limit, last + 1)
    around = range(max(here - AROUND, 0), min(here + AROUND, last) + 1)
    return {"here": here, "last": last, "linked": sorted({0, last, *around})}


def search_page(params: SearchParams, results: Results, context: PageContext) -> str:
    """Render the page of a search."""
    page = Page(params, context)
    reader, links = page.reader, page.links
    years, months = draw_years(results, page, None if links.is_long else links)
    tags = links_by_hit(results.hits, page)
    hits = hit_list(results.hits, links, reader, boxes=True, tags=tags)
    undated = next((value.count for value in results.facets["year"] if value.value == UNKNOWN), 0)
    exports = EXPORTS[:1] if links.is_long else EXPORTS
    return page.render(
        "search.html",
        _title(results, page),
        heading=heading(results, page),
        results=results,
        facts=list(_facts(results, page)),
        reading=describe_reading(results, page),
        help=None if results.total else suggest_wider_searches(results, page),
        years=years,
        months=months,
        sorts=_sorts(results, years, page),
        hits=hits,
        pages=pages_of(results, params),
        sizes=SIZES,
        report_limit=REPORT_LIMIT,
        form=form_of(page),
        exports=exports if results.total and results.relaxed is None else (),
        kept=[*page.hidden_fields(), *_without_checkbox(results, params)],
        fields=fields(results, page),
        uncounted=uncounted_kinds(results, page),
        unknown=(reader.say("date.none" if params.estimated else "no_printed_date"), reader.number(undated))
        if undated
        else None,
    )


def _without_checkbox(results: Results, params: SearchParams) -> list[tuple[str, str]]:
    """Return the filters without a checkbox, because their field is not counted."""
    return [("where", one) for one in params.where if field_name(one.partition("=")[0]) not in results.facets]


def _title(results: Results, page: Page) -> Markup:
    """Return the title of a page of results.

    It consists of the query, filters, order, page number, and number of items.
    """
    params, reader = page.params, page.reader
    title = title_with_filters(params.q or reader.say("everything"), params, reader)
    title += f", {reader.say(params.sort)}" if params.sort != SORTS[0] else ""
    if params.offset and params.limit:
        title += f", {reader.say('page_n', n=reader.number(params.offset // params.limit + 1)).lower()}"
    return reader.add_heading(title, reader.many("count.items", results.groups))


def heading(results: Results, page: Page) -> Markup:
    """Return the heading of a page of results."""
    params, reader = page.params, page.reader
    query = quote(params.q) if params.q else None
    if not results.total:
        return reader.say("nothing_for", query=query) if query else reader.say("nothing_here")
    items = reader.many("count.items", results.groups)
    if not len(results) and params.limit:
        return reader.say("nothing_on_page")
    if not params.limit or len(results) == results.groups:
        return reader.say("found_for", items=items, query=query) if query else items
    first, last = (reader.number(results.hits[at].rank) for at in (0, -1))
    if query is None:
        return reader.say("showing", first=first, last=last, items=items)
    return reader.say("showing_for", first=first, last=last, items=items, query=query)


def _sorts(results: Results, years: Drawing | None, page: Page) -> list[tuple[Markup, Markup, bool]]:
    """Return the sort orders: for each its name, a link, and whether it is active.

    If no words rank the items, ``relevance`` is the stored order: newest first, including estimated dates.
    This order equals ``newest`` if no date is estimated, or if a filter includes or excludes estimated dates.
    """
    params = page.params
    names: dict[str, str] = {sort: sort for sort in SORTS}
    order = params.sort
    if not results.ranked:
        names["relevance"] = "stored"
        if params.estimated or params.from_ or params.to or not (years and years["legend"]):
            del names["relevance"]
            order = order if order in names else "newest"
    return [
        (page.reader.say(name), page.links.search(sort=sort), sort == order) for sort, name in names.items()
    ]


def _facts(results: Results, page: Page) -> Iterator[Markup]:
    """Yield sentences on the number of matches."""
    reader = page.reader
    if results.groups < results.total:
        yield reader.say("grouped", items=reader.many("count.items", results.total))
    yield from mode_sentences(results, page)
    if results.query_language:
        yield reader.say("read_as", language=reader.language_name(results.query_language))


NEWEST = 5  # items on the home page
MAX_OFFERS = 6  # facet values suggested as filters
_PROBLEM_FIELDS = ("from_", "to", "estimated", "match")  # parameters that a problem's form shows or drops
_HEADINGS = {404: "not_found", 503: "busy", 504: "busy", 408: "busy", 429: "busy"}


def home_page(params: SearchParams, context: PageContext) -> str:
    """Render the home page."""
    page = Page(params, context, "/")
    reader, links = page.reader, page.links
    results = page.searcher.search(None, sort="newest", limit=NEWEST)
    years, months = draw_years(results, page, links)
    spoken = ", ".join([reader.label("language", value) for value in results.facets["language"]])
    return page.render(
        "home.html",
        reader.say("archive"),
        archive=" · ".join(filter(None, (reader.many("count.items", results.total), spoken))),
        years=years,
        months=months,
        places=draw_countries(results.facets["country"], links, reader, page.static("world.svg")),
        hits=hit_list(results.hits, links, reader),
    )


def problem_page(params: SearchParams, problem: Problem, context: PageContext, path: str) -> str:
    """Render the page for an error."""
    page = Page(params, context)
    reader = page.reader
    is_form = problem.typed is not None
    key = "not_saved" if is_form else _HEADINGS.get(problem.status, "problem")
    return page.render(
        "problem.html",
        reader.say(key),
        heading=reader.say(key),
        where=_parameter_name(problem.parameter, reader),
        detail=remark(problem.detail, reader),
        narrowed=active_filters(page) if key == "problem" else [],
        kept=[pair for pair in page.hidden_fields(*_PROBLEM_FIELDS) if pair[0] != problem.parameter],
        dated=key == "problem" and bool(params.from_ or params.to),
        hint=reader.say("busy_help") if key == "busy" else "",
        typed=legible(problem.typed or "", keep="\n"),
        offers=list(_suggest_requests(problem, page, path)),
        back=page.links.to(path) if is_form else _link_without_parameter(problem, page, path),
        back_to=reader.say("back_form" if is_form else "back_search"),
    )


def _link_without_parameter(problem: Problem, page: Page, path: str) -> str:
    """Return the link back to the search without the invalid parameter."""
    has_form = path in {"/", "/search"} or path in COUNTING
    if not has_form or (problem.parameter == "q" and not problem.narrower):
        return f"{page.context.base}/"
    params = page.params if problem.narrower else remove_parameter(page.params, problem.parameter or "")
    return Links(params, page.context.base, path).search()


def _suggest_requests(problem: Problem, page: Page, path: str) -> Iterator[tuple[Markup | str, Markup, str]]:
    """Yield valid requests as suggestions in place of an invalid one."""
    reader, links = page.reader, page.links
    for name, values in problem.narrower.items():
        for value in values[:MAX_OFFERS]:
            changed: dict[str, Any] = {"from_": value.value, "to": value.value}
            if name == "country":
                changed = {"country": (*page.params.country, value.value)}
            yield reader.label(name, value), links.search(path=path, **changed), reader.number(value.count)
    detail = problem.detail
    if isinstance(detail, Message) and detail.key == "countries.did_you_mean":
        nearest, typed = detail.values["nearest"], detail.values["name"]
        several = isinstance(nearest, Message) and "last" in nearest.values
        names = (*nearest.values["first"], nearest.values["last"]) if several else (nearest,)
        for name in names:
            country = tuple([str(name) if one.strip() == typed else one for one in page.params.country])
            yield translate(name, reader.language), links.search(path=path, country=country), ""


def _parameter_name(parameter: str | None, reader: Reader) -> Markup | str:
    """Return a text that names the invalid parameter, or an empty text for the query.

    It contains the label of the parameter in forms, followed by its name in URLs if this differs.
    """
    if parameter in {None, "q", "id"}:
        return ""
    label = reader.parameter(parameter)
    named = legible(parameter) if label == parameter else quote(label)
    if parameter not in (label, label.lower()):
        named += f" ({parameter})"
    return reader.say("problem_in", parameter=named)

"""Render a report: a page that needs no server and no scripts."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from indexer.checkpoint import add_checkpoints
from searcher import __version__
from searcher.facet_values import first_words
from searcher.query.parser import has_adjacent_words
from searcher.safe_text import legible
from searcher.web.page.charts import draw_countries, draw_years
from searcher.web.page.hits import citation, exports_of, hit_view, language_tag
from searcher.web.page.page_frame import Page
from searcher.web.page.query_notes import active_filters, quote, wording
from searcher.web.responses import static_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.annotations import Annotations
    from indexer.item import NewsItem
    from searcher.results import Hit, Results
    from searcher.web.page.links import PageContext
    from searcher.web.page.messages import Reader
    from searcher.web.parameters import SearchParams


@cache
def style() -> str:
    """Return the style sheet of a report."""
    return "\n".join([static_files()[name].content.decode() for name in ("page.css", "report.css")])


@cache
def style_source() -> str:
    """Return the hash of the report's style sheet for a content security policy."""
    return f"'sha256-{b64encode(sha256(style().encode()).digest()).decode()}'"


def report_page(
    params: SearchParams, results: Results, context: PageContext, receipt: str, *, notes: bool
) -> str:
    """Render a report."""
    page = Page(params, context, "/report", context.origin)
    reader, links = page.reader, page.links
    info = context.searcher.ask(lambda answerer: answerer.engine.info())
    years, months = draw_years(results, page, None)
    query = quote(params.q, len(params.q)) if params.q else reader.say("everything")
    left = results.groups - len(results)
    # A facet ignores its own filter in counts; a report only shows the matches.
    countries, languages = [
        [value for value in results.facets[name] if value.selected] or results.facets[name]
        for name in ("country", "language")
    ]
    items = reader.many("count.items", results.groups)
    ids = [hit.id for hit in results.hits]
    annotations = context.searcher.ask(lambda answerer: answerer.engine.annotations(ids))
    return page.render(
        "report.html",
        reader.say("report_title", query=params.q or reader.say("everything")),
        style=Markup(style()),  # noqa: S704 - trusted text
        style_source=style_source(),
        query=query,
        again=links.search() if context.origin else None,
        read=[*_describe_reading(params, results, reader), *wording(results, reader)],
        narrowed=[chip.text for chip in active_filters(page) if chip.text != chip.says],
        results=results,
        built=reader.say(
            "report_built", generation=info.generation, built=info.built[:10], version=__version__
        ),
        receipt=receipt,
        years=years,
        months=months,
        places=draw_countries(countries, None, reader, ""),
        counts=[
            (facet, [value for value in reader.sort_values(facet, values) if value.count])
            for facet, values in (("country", countries), ("language", languages))
        ],
        hits=[
            (
                hit_view(hit, links, reader),
                _citation_of_hit(hit, reader),
                [_citation_of_hit(one, reader) for one in hit.same],
                _list_annotations(annotations.get(hit.id), reader, notes=notes),
            )
            for hit in add_checkpoints(results.hits, 1)
        ],
        linked=bool(context.origin),
        shown=reader.many("report_shown" if left else "report_all", len(results), items=items),
    )


def _list_annotations(annotations: Annotations | None, reader: Reader, *, notes: bool) -> list[Markup]:
    """Return the tags, collections and note of an item, with headings: ``Tags: ...``."""
    if annotations is None:
        return []
    texts = {"item.tags": ", ".join(annotations.tags), "item.collections": ", ".join(annotations.collections)}
    texts |= {"item.note": annotations.note} if notes else {}
    return [reader.add_heading(reader.say(key), legible(text)) for key, text in texts.items() if text]


def _describe_reading(params: SearchParams, results: Results, reader: Reader) -> list[Markup]:
    """Return sentences on how a query was interpreted."""
    lines = []
    if results.query_language:
        lines.append(reader.say("read_as", language=reader.language_name(results.query_language)))
    if results.expansions:
        joined = reader.join(
            [f"{legible(one['from'])} → {', '.join(map(legible, one['to']))}" for one in results.expansions]
        )
        lines.append(reader.add_heading(reader.say("joined"), joined))
    if params.drop:
        lines.append(reader.add_heading(reader.say("dropped"), ", ".join(map(legible, params.drop))))
    if not params.expand:
        lines.append(reader.say("expand_again"))
    if has_adjacent_words(params.q):
        lines.append(reader.say("all_on" if params.all_ else "any_on") + ".")
    return lines


def _citation_of_hit(hit: Hit, reader: Reader) -> Markup:
    return citation(hit.title or hit.details.opening, hit, reader)


def cite_page(params: SearchParams, items: Sequence[NewsItem], context: PageContext) -> str:
    """Render the page with citations of some items."""
    page = Page(params, context, "/cite")
    reader = page.reader
    heading = reader.add_heading(reader.say("cite_ticked"), reader.many("count.items", len(items)))
    cited = [
        (
            citation(one.title or first_words(one.body), one, reader, one.author),
            page.links.item(one.id),
            language_tag(one.language),
        )
        for one in items
    ]
    exports = exports_of([one.id for one in items], context.base)
    return page.render("cite.html", heading, heading=heading, cited=cited, exports=exports)

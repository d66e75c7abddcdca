"""Render the pages of the reading tools."""

from __future__ import annotations

from datetime import date
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from indexer.errors import message
from searcher.present.catalogue import translate
from searcher.present.time_charts import merge_empty_periods, to_svg
from searcher.reading.all_matches import request_for_all
from searcher.reading.concordance import ORDERS
from searcher.reading.over_time import MAX_SERIES, STEPS, days_of, measure_of
from searcher.safe_text import legible
from searcher.web.page.charts import draw_countries
from searcher.web.page.hits import language_tag
from searcher.web.page.links import LINK
from searcher.web.page.messages import reader_of
from searcher.web.page.page_frame import Page
from searcher.web.page.query_notes import (
    active_filters,
    filters_in_words,
    mode_sentences,
    quote,
    reading_sentences,
    title_with_filters,
)
from searcher.web.parameters import MAX_HITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from searcher.reading.concordance import Concordance
    from searcher.reading.over_time import Measure, Series
    from searcher.reading.stories import Member, Stories, Story
    from searcher.reading.typical_terms import TypicalTerm, TypicalTerms
    from searcher.results import Results
    from searcher.web.page.links import Links, PageContext
    from searcher.web.page.messages import Reader
    from searcher.web.parameters import SearchParams

    # The name of a period; for each series its count, a link, estimated items and a link to these.
    _Row = tuple[str, list[tuple[str, Markup | None, str, Markup | None]]]


_ORDERS = {"left": "order_left", "right": "order_right", "country": "order_country"}


def _tool_page(page: Page, title: str, file: Mapping[str, Any] | None = None, **values: Any) -> str:
    """Return the HTML of a tool's page, with links to its other formats."""
    path = page.path
    forms = ("csv", "json", "svg") if path == "/timeline" else ("csv", "json")
    values.setdefault("forms", {form: page.links.to(f"{path}.{form}", **file or {}) for form in forms})
    title = title_with_filters(title, page.params, page.reader)
    return page.render(f"{path[1:]}.html", title, narrowed=active_filters(page), **values)


def _subject(key: str, page: Page) -> Markup:
    """Return the title of a tool's page: ``Timeline: query``."""
    return page.reader.add_heading(page.reader.say(key), page.params.q or page.reader.say("everything"))


def _notes(results: Results, page: Page) -> list[Markup]:
    """Return sentences on how the query was interpreted."""
    return [*mode_sentences(results, page), *reading_sentences(results, page.reader)]


def concordance_page(params: SearchParams, found: Concordance, context: PageContext) -> str:
    """Render the page with matches in context."""
    page = Page(params, context, "/concordance")
    reader, links = page.reader, page.links
    lines = [(one, reader.date(one.date), links.item(one.id)) for one in islice(found, params.offset, None)]
    items = reader.many("count.items", found.results.total)
    key = "first_lines" if len(lines) == params.limit else "lines_of"
    heading = reader.many(key, len(lines), items=items, query=quote(params.q or ""))
    more = min(max(2 * params.limit, 100), MAX_HITS)
    return _tool_page(
        page,
        _subject("in_lines", page),
        heading=heading,
        notes=_notes(found.results, page),
        lines=lines,
        orders=[
            (reader.say(_ORDERS.get(one, one)), links.to("/concordance", order=one), one == params.order)
            for one in ORDERS
        ],
        more=links.to("/concordance", limit=more) if len(lines) == params.limit < more else None,
        file={"limit": None},
    )


_NAMED = ("name", "demonym", "given")


def countries_page(params: SearchParams, results: Results, context: PageContext) -> str:
    """Render the page with the map of countries."""
    page = Page(params, context, "/countries")
    reader, links, counted = page.reader, page.links, results.facets["country"]
    items = reader.many("count.items", results.total)
    named = links.here(country_via=_NAMED)
    return _tool_page(
        page,
        _subject("countries", page),
        heading=reader.say("found_for", items=items, query=quote(params.q)) if params.q else items,
        notes=_notes(results, page),
        places=draw_countries(
            counted, None if links.is_long else links, reader, page.static("world.svg"), MAX_HITS
        ),
        named=None if params.country_via else LINK.format(named, reader.say("only_named_countries")),
        compare=links.search(path="/timeline", facet=("country",))
        if 1 < sum(value.selected for value in counted) <= MAX_SERIES
        else None,
        forms={"json": links.to("/facets.json", facet=("country",))},
    )


_MIN_FIELDS = 2  # minimum number of input fields for queries to compare
_FACETS = ("country", "language", "source")


def timeline_page(params: SearchParams, series: Sequence[Series], context: PageContext) -> str:
    """Render the page with counts over time."""
    page = Page(params, context, "/timeline")
    reader, searcher = page.reader, page.searcher
    points = [point for one in series for point in one.points]
    name = " / ".join(filter(None, (params.q, *params.vs))) or str(reader.say("everything"))
    heading = reader.add_heading(reader.say("over_time"), name)
    rows = list(_rows(series, page))

    def linked(place: int, at: int) -> str:
        _, dated, _, possible = rows[at][1][place]
        return dated or possible or ""

    return _tool_page(
        page,
        heading,
        heading=heading,
        drawing=Markup(series_svg(params, series, context, linked)) if points else "",  # noqa: S704 - escaped there
        names=[_label(one, params, reader) for one in series],
        rows=[_merge_empty_rows([rows[at] for at in row], reader) for row in merge_empty_periods(series)]
        if points
        else [],
        versus=[*params.vs, *[""] * max(_MIN_FIELDS - len(params.vs), 1)],
        steps=STEPS,
        facets=[*dict.fromkeys((*_FACETS, *searcher.counted_fields, *page.concept_kinds(), *params.facet))],
        kept=page.hidden_fields("vs", "by", "facet", "from_", "to", "share", "per_million"),
        silent=any(point.archived == 0 for point in points),
        dated_only=(params.share or params.per_million) and any(one.high > one.dated for one in points),
        notes=[
            reader.add_heading(_label(one, params, reader), line) if params.vs else line
            for one in (series[:1] if params.facet else series)
            for line in _notes(one.results, page)
        ],
        undated=[
            (_label(one, params, reader), reader.many("undated_items", one.undated))
            for one in series
            if one.undated
        ],
    )


def series_svg(
    params: SearchParams,
    series: Sequence[Series],
    context: PageContext,
    link: Callable[[int, int], str] | None = None,
) -> str:
    """Draw counts over time as SVG."""
    reader = reader_of(params.ui or context.languages[0])
    named = [one._replace(label=_label(one, params, reader)) for one in series]
    title = " / ".join(one.label for one in named) or legible(params.q or "") or str(reader.say("everything"))
    bands = any(point.high > point.dated for one in series for point in one.points)
    counts = "count_unit" if bands else "items_column"
    unit = "share_unit" if params.share else "rate_unit" if params.per_million else counts
    return to_svg(
        named,
        title=title,
        subtitle=filters_in_words(params, reader),
        measure=_measure(params),
        unit=str(reader.say(unit)),
        written=_formatter(params, reader),
        link=link,
    )


def _measure(params: SearchParams) -> Measure:
    return measure_of(params.by, share=params.share, per_million=params.per_million)


def _formatter(params: SearchParams, reader: Reader) -> Callable[[Any], str]:
    """Return the function that formats the values of the page."""
    return {"dated": reader.column_number, "share": reader.percent, "per_million": reader.rate}[
        _measure(params)
    ]


def _label(one: Series, params: SearchParams, reader: Reader) -> str:
    if one.value is None:
        return legible(one.label) if params.q or params.vs else str(reader.say("everything"))
    if params.series_field == "country":
        return reader.country(one.value)
    return reader.language_name(one.value) if params.series_field == "language" else legible(one.label)


def _merge_empty_rows(rows: Sequence[_Row], reader: Reader) -> _Row:
    """Merge the rows of adjacent periods without matches."""
    if len(rows) == 1:
        return rows[0]
    span = message("timeline.span", first=rows[0][0], last=rows[-1][0], n=len(rows))
    return translate(span, reader.language), rows[0][1]


def _rows(series: Sequence[Series], page: Page) -> Iterator[_Row]:
    """Yield the rows of the table, with periods, links and counts."""
    params, reader, links = page.params, page.reader, page.links
    narrow = [_series_parameters(one, params) for one in series]
    measure, formatted = _measure(params), _formatter(params, reader)
    filters = request_for_all(None, "oldest", params.narrowing()).filters
    bounds = filters.first_day or date.min.toordinal(), filters.last_day or date.max.toordinal()
    for at, point in enumerate(series[0].points if series else ()):
        start, end = (day.toordinal() for day in days_of(point.period, params.by))
        first, last = (date.fromordinal(day) for day in (max(start, bounds[0]), min(end, bounds[1])))
        span = {"from_": first.isoformat(), "to": last.isoformat()}
        cells = []
        for one, own in zip(series, narrow, strict=True):
            here = one.points[at]
            changed = {"facet": (), **own, **span}
            more = here.high - here.dated
            if measure == "per_million":
                found = reader.number(here.occurrences or 0), reader.many("count.items", here.dated)
                behind = reader.say("rate_counts", n=found[0], items=found[1]) if here.occurrences else ""
                wide = None
            else:
                behind = reader.many("maybe_n", more) if more and measure == "dated" else ""
                wide = links.search(**changed, estimated=True) if here.high else None
            only_dated = here.dated and not (params.estimated and more)
            dated = links.search(**changed) if only_dated else None
            value = getattr(here, measure)
            stated = "–" if here.archived == 0 or value is None else formatted(value)
            cells.append((stated, dated, behind, wide))
        name = reader.month(point.period) if params.by != "week" else point.period
        yield name, cells


def _series_parameters(one: Series, params: SearchParams) -> dict[str, Any]:
    """Return the parameters to change in a request to find the matches of a series."""
    if one.value is None:
        return {"q": one.results.query}
    if params.series_field == "country":
        return {"country": (one.value,)}
    if params.series_field == "language":
        return {"lang": (one.value,)}
    others = tuple([pair for pair in params.where if not pair.startswith(f"{params.series_field}=")])
    return {"where": (*others, f"{params.series_field}={one.value}")}


def terms_page(params: SearchParams, found: TypicalTerms, context: PageContext) -> str:
    """Render the page with typical words and phrases."""
    page = Page(params, context, "/terms")
    reader, links = page.reader, page.links
    query = quote(params.q) if params.q else reader.say("everything")
    notes = _notes(found.results, page)
    notes += [] if found.other is None or not params.vs else reading_sentences(found.other, reader)
    languages = [
        (reader.language_name(language), language_tag(language), [*_term_views([*terms], links, reader)])
        for language, terms in groupby(found.found, lambda term: term.language)
    ]
    items = reader.many("count.items", found.results.total)
    more = min(2 * params.limit, MAX_HITS)
    full = any(len(views) == params.limit for *_, views in languages)
    return _tool_page(
        page,
        _subject("typical_words", page),
        heading=reader.say("typical_words_of", items=items, query=query),
        compared=reader.say("compared_with", items=reader.many("count.items", found.compared)),
        notes=notes,
        languages=languages,
        nothing=reader.say("no_typical_words" if found.compared else "no_others") if params.limit else "",
        kept=page.hidden_fields("vs", "vs_years", "from_", "to"),
        more=links.to("/terms", limit=more) if full and params.limit < more else None,
    )


def _term_views(
    terms: Sequence[TypicalTerm], links: Links, reader: Reader
) -> Iterator[tuple[str, Markup, int, Markup]]:
    """Yield the typical words of a language, with links and bars."""
    highest, typed = max(one.score for one in terms), links.params.q or ""
    typed += ")" * (typed.count("(") - typed.count(")"))
    for one in terms:
        phrase = f'"{one.term}"'
        # The typed query is last, since it may have an unclosed quotation mark.
        query = f"{phrase} AND ({typed})" if typed else phrase
        counts = reader.say(
            "term_counts",
            n=reader.number(one.occurrences),
            items=reader.many("count.items", one.documents),
            others=reader.number(one.other_occurrences),
            other_items=reader.many("count.items", one.other_documents),
        )
        href = links.search(q=query)
        yield legible(one.term), href, max(round(one.score / highest * 100), 1), counts


WINDOWS = (3, 7, 14, 30, 60)  # days


def stories_page(params: SearchParams, found: Stories, context: PageContext) -> str:
    """Render the page with stories."""
    page = Page(params, context, "/stories")
    reader, links = page.reader, page.links
    query = quote(params.q) if params.q else reader.say("everything")
    counts = {"stories_small": found.small, "stories_doubtful": found.doubtful}
    counts |= {"stories_none": found.single, "stories_undated": found.undated}
    shown = len(found.stories)
    more = min(max(2 * params.limit, 20), MAX_HITS)
    return _tool_page(
        page,
        _subject("stories", page),
        heading=reader.many("stories_of", found.found, query=query),
        counted=[reader.many(key, n) for key, n in counts.items() if n],
        notes=_notes(found.results, page),
        stories=[
            _story_values(one, links, reader, section if at == 0 else "")
            for section, group in groupby(found.stories, lambda story: story.section)
            for at, one in enumerate(group)
        ],
        windows=[
            (reader.many("within_days", days), links.to("/stories", window=days), days == params.window)
            for days in sorted({*WINDOWS, params.window})
        ],
        more=links.to("/stories", limit=more) if shown < found.found and shown < more else None,
        file={"limit": MAX_HITS},
    )


def _story_values(story: Story, links: Links, reader: Reader, section: str) -> tuple[Any, ...]:
    """Return a story as a row of values for the template."""
    dates = reader.period(story.start, story.end)
    about: list[Markup | str] = [
        f"≈ {dates}" if story.estimated else dates,
        reader.many("count.items", story.items),
        ", ".join(map(reader.language_name, story.languages)),
        ", ".join(map(reader.country, story.countries)),
        "" if story.doubtful else reader.say("story_sure" if story.sure else "story_likely"),
    ]
    shared = (("concepts", story.concepts), ("names", story.names), ("places", story.places))
    titled = next((one.language for one in story.members if one.title == story.headline), "")
    return (
        story,
        language_tag(titled),
        reader.say(f"story_{section}") if section else None,
        list(filter(None, about)),
        [(reader.say(f"story_{kind}"), legible(", ".join(names))) for kind, names in shared if names],
        [(one, links.item(one.id), _about_member(one, reader)) for one in story.members],
    )


def _about_member(member: Member, reader: Reader) -> list[Markup | str]:
    about: list[Markup | str] = [reader.date(member.date), reader.language_name(member.language)]
    return about + ([reader.many("story.same", len(member.same))] if member.same else [])

"""The first page of an archive, and the pages of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.legible import legible
from searcher.web.asked import Asked
from searcher.web.page.fields import hidden_beside
from searcher.web.page.figures import charts_of, places_of
from searcher.web.page.frame import map_path, reader_for, render
from searcher.web.page.hits import shown_hits
from searcher.web.page.links import Links
from searcher.web.page.reading import narrowed, quoted
from searcher.web.page.remarks import remark

if TYPE_CHECKING:
    from markupsafe import Markup

    from searcher.web.page.context import PageContext
    from searcher.web.page.reader import Reader
    from searcher.web.problem import Problem

NEWEST = 5  # items of the first page
_HEADINGS = {404: "not_found", 503: "busy", 504: "busy", 408: "busy", 429: "busy"}


def first_page(asked: Asked, context: PageContext) -> str:
    """Make the page of the whole archive: the search box, what is in it, and the newest items."""
    reader = reader_for(asked, context)
    everything = Asked(ui=asked.ui)
    links = Links(everything, context.base)
    results = context.searcher.search(None, sort="newest", limit=NEWEST)
    years, months = charts_of(everything, results, context.searcher, links, reader)
    spoken = ", ".join([reader.label("language", value) for value in results.facets["language"]])
    return render(
        "home.html",
        reader.say("archive"),
        "/",
        links,
        reader,
        context,
        archive=" · ".join(filter(None, (reader.many("items", results.total), spoken))),
        years=years,
        months=months,
        places=places_of(results.facets["country"], links, reader, map_path(context)),
        hits=shown_hits(results.hits, links, reader),
    )


def wrong_page(asked: Asked, problem: Problem, context: PageContext) -> str:
    """Make the page of a problem."""
    reader = reader_for(asked, context)
    links = Links(asked, context.base)
    key = _HEADINGS.get(problem.status, "problem")
    return render(
        "problem.html",
        reader.say(key),
        "/search",
        links,
        reader,
        context,
        heading=reader.say(key),
        where=_where(problem.parameter, reader),
        detail=remark(problem.detail, reader),
        narrowed=narrowed(asked, links, reader) if key == "problem" else [],
        kept=hidden_beside(asked, problem.parameter),
        dated=key == "problem" and bool(asked.from_ or asked.to),
        hint=reader.say("busy_help") if key == "busy" else "",
        back=links.search() if key == "busy" else f"{context.base}/",
    )


def _where(parameter: str | None, reader: Reader) -> Markup | str:
    """Name the part of the address at fault; the question stands in its field above.

    It is called as the forms of the page call it, and as the address does where that is something else.
    """
    if parameter is None or parameter == "q":
        return ""
    label = reader.parameter(parameter)
    named = legible(parameter) if label == parameter else quoted(label)
    if parameter not in (label, label.lower()):
        named += f" ({parameter})"
    return reader.say("problem_in", parameter=named)

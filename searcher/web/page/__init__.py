"""The page: each function makes one whole document of HTML, or the timeline, from what was asked and found.

They run in a pool of threads, over one generation of the index, and may ask it more: ``context.searcher`` is
of the generation that ``results`` is of, whatever is written meanwhile. What they return is sent under a
strict policy: no scripts, no ``style`` elements or attributes, nothing from elsewhere: this server's own
style sheet and images alone. All that comes from a request or an archive has to be escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.web.page.links import PageContext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import NewsItem
    from searcher.reading.concordance import Concordance
    from searcher.reading.counts_over_time import Series
    from searcher.reading.stories import Stories
    from searcher.results import Results
    from searcher.web.parameters import SearchParams
    from searcher.web.responses import Problem

__all__ = [
    "PageContext",
    "compared_page",
    "home_page",
    "item_page",
    "lines_page",
    "problem_page",
    "report_page",
    "search_page",
    "series_svg",
    "stories_page",
    "timeline_svg",
]


def home_page(params: SearchParams, context: PageContext) -> str:
    """Make the page of ``/``: the search box, and what is in the archive."""
    from searcher.web.page.results_page import first_page

    return first_page(params, context)


def search_page(
    params: SearchParams, results: Results | None, problem: Problem | None, context: PageContext
) -> str:
    """Make the page of ``/search``.

    Args:
        params: What was asked.
        results: The answer, with the facets year, country and language and the counted own fields of the
            index; None where there is a problem.
        problem: What is wrong with the question: the parameter, and a sentence.
        context: What the page is made with.
    """
    if results is None:
        assert problem is not None
        return problem_page(params, problem, context)
    from searcher.web.page.results_page import found_page

    return found_page(params, results, context)


def item_page(params: SearchParams, item: NewsItem, context: PageContext) -> str:
    """Make the page of ``/items/ID``.

    Args:
        params: The question that led there, whose words are marked.
        item: The item.
        context: What the page is made with.
    """
    from searcher.web.page.item_details import whole_page

    return whole_page(params, item, context)


def problem_page(params: SearchParams, problem: Problem, context: PageContext) -> str:
    """Make the page of any other problem: nothing stands there, too many ask at once, it took too long."""
    from searcher.web.page.results_page import wrong_page

    return wrong_page(params, problem, context)


def report_page(params: SearchParams, results: Results, context: PageContext) -> str:
    """Make the page of ``/report``: one that stands by itself, to attach to a paper."""
    from searcher.web.page.report_document import whole_report

    return whole_report(params, results, context)


def timeline_svg(params: SearchParams, results: Results, context: PageContext) -> str:
    """Draw ``/timeline.svg``: the counts of all matches by time; the answer has the facet year."""
    from searcher.web.page.figures import whole_drawing

    return whole_drawing(params, results, context)


def compared_page(params: SearchParams, series: Sequence[Series], context: PageContext) -> str:
    """Make the page of ``/timeline``: counts over time side by side, each with a link to its items."""
    from searcher.web.page.tool_pages import compared_page as make

    return make(params, series, context)


def series_svg(params: SearchParams, series: Sequence[Series], context: PageContext) -> str:
    """Draw counts over time side by side."""
    from searcher.web.page.page_frame import reader_for
    from searcher.web.page.tool_pages import drawn

    return drawn(params, series, reader_for(params, context))


def lines_page(params: SearchParams, found: Concordance, context: PageContext) -> str:
    """Make the page of ``/concordance``: each match in its line."""
    from searcher.web.page.tool_pages import lines_page as make

    return make(params, found, context)


def stories_page(params: SearchParams, found: Stories, context: PageContext) -> str:
    """Make the page of ``/stories``: items of one event, with what they share."""
    from searcher.web.page.tool_pages import stories_page as make

    return make(params, found, context)

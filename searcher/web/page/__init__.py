"""The page: each function makes one whole document of HTML, or the timeline, from what was asked and found.

They run in a pool of threads, over one generation of the index, and may ask it more: ``context.searcher`` is
of the generation that ``results`` is of, whatever is written meanwhile. What they return is sent under a
strict policy: no scripts, no ``style`` elements or attributes, nothing from elsewhere: this server's own
style sheet and images alone. All that comes from a request or an archive has to be escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from indexer.item import NewsItem
    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.asked import Asked
    from searcher.web.problem import Problem


class PageContext(NamedTuple):
    """What a page is made with beside the answer.

    Attributes:
        searcher: The open generation of the index.
        base: What stands before the path of every link: empty, or the path of ``--base-url`` without a
            slash at its end.
        origin: The same as a whole address, for links that have to be: ``https://news.example.org/archive``.
        stylesheet: The path of the style sheet, which changes with what is in it.
        languages: Those of ``en``, ``es`` and ``fr`` that the reader takes, best first, one at least: that of
            ``ui``, then those of ``Accept-Language``.
    """

    searcher: Searcher
    base: str
    origin: str
    stylesheet: str
    languages: tuple[str, ...]


def home_page(asked: Asked, context: PageContext) -> str:  # noqa: ARG001 - a sketch so far
    """Make the page of ``/``: the search box, and what is in the archive."""
    return _document(
        "Dragoman", f"<form action='{escape(context.base)}/search'><input name='q'></form>", context
    )


def search_page(asked: Asked, results: Results | None, problem: Problem | None, context: PageContext) -> str:
    """Make the page of ``/search``.

    Args:
        asked: What was asked.
        results: The answer, with the facets year, country and language and the counted own fields of the
            index; None where there is a problem.
        problem: What is wrong with the question: the parameter, and a sentence.
        context: What the page is made with.
    """
    found = f"<p>{results.total}</p>" if results else f"<p>{escape(str(problem))}</p>"
    return _document(asked.q or "", found, context)


def item_page(asked: Asked, item: NewsItem, context: PageContext) -> str:  # noqa: ARG001 - a sketch so far
    """Make the page of ``/items/ID``.

    Args:
        asked: The question that led there, whose words are marked.
        item: The item.
        context: What the page is made with.
    """
    return _document(item.title or item.id, f"<pre>{escape(item.body)}</pre>", context)


def problem_page(asked: Asked, problem: Problem, context: PageContext) -> str:  # noqa: ARG001 - a sketch so far
    """Make the page of any other problem: nothing stands there, too many ask at once, it took too long."""
    return _document(problem.title, f"<p>{escape(problem.detail)}</p>", context)


def report_page(asked: Asked, results: Results, context: PageContext) -> str:
    """Make the page of ``/report``: one that stands by itself, to attach to a paper."""
    return _document(asked.q or "", f"<p>{results.total}</p>", context)


def timeline_svg(asked: Asked, results: Results, context: PageContext) -> str:  # noqa: ARG001 - a sketch so far
    """Draw ``/timeline.svg``: the counts of all matches by time.

    Args:
        asked: What was asked.
        results: The answer, with the facets year and month, and no hits.
        context: What the drawing is made with.
    """
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' role='img'>"
        f"<title>{escape(asked.q or '')}</title></svg>"
    )


def _document(title: str, body: str, context: PageContext) -> str:
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<link rel='stylesheet' href='{escape(context.stylesheet)}'><main>{body}</main></html>"
    )

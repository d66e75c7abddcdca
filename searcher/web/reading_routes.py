"""The addresses of the reading tools: of each what it answers with, what makes that, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searcher.web import page, reading_forms
from searcher.web.asked import FED, LINES, OVER_TIME, STORIES
from searcher.web.forms import ATOM, CSV, HTML, JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from searcher.web.asked import Asked
    from searcher.web.forms import Body
    from searcher.web.page import PageContext


def _over_time(asked: Asked, context: PageContext) -> str:
    return page.compared_page(asked, reading_forms.series_of(asked, context.searcher), context)


def _lines(asked: Asked, context: PageContext) -> str:
    return page.lines_page(asked, reading_forms.lines_of(asked, context.searcher), context)


def _stories(asked: Asked, context: PageContext) -> str:
    return page.stories_page(asked, reading_forms.stories_of(asked, context.searcher), context)


READING_ROUTES: Final[
    tuple[tuple[str, str, Callable[[Asked, PageContext], Body | str], Collection[str]], ...]
] = (
    ("/search.atom", ATOM, reading_forms.search_atom, FED),
    ("/timeline", HTML, _over_time, OVER_TIME),
    ("/timeline.svg", "image/svg+xml", reading_forms.timeline_svg, OVER_TIME),
    ("/timeline.json", JSON, reading_forms.timeline_json, OVER_TIME),
    ("/timeline.csv", CSV, reading_forms.timeline_csv, OVER_TIME),
    ("/concordance", HTML, _lines, LINES),
    ("/concordance.json", JSON, reading_forms.concordance_json, LINES),
    ("/concordance.csv", CSV, reading_forms.concordance_csv, LINES),
    ("/stories", HTML, _stories, STORIES),
    ("/stories.json", JSON, reading_forms.stories_json, STORIES),
    ("/stories.csv", CSV, reading_forms.stories_csv, STORIES),
)

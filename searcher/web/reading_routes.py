"""The addresses of the reading tools: of each what it answers with, what makes that, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searcher.web import page, reading_forms
from searcher.web.asked import FED, LINES, OVER_TIME, STORIES
from searcher.web.forms import ATOM, CSV, HTML, JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from searcher.web.asked import Asked
    from searcher.web.forms import Body
    from searcher.web.page import PageContext

    Make = Callable[[Asked, PageContext], Body | str]
    ReadingRoute = tuple[str, str, Make, Collection[str]]


def _over_time(asked: Asked, context: PageContext) -> str:
    return page.compared_page(asked, reading_forms.series_of(asked, context.searcher), context)


def _lines(asked: Asked, context: PageContext) -> str:
    return page.lines_page(asked, reading_forms.lines_of(asked, context.searcher), context)


def _stories(asked: Asked, context: PageContext) -> str:
    return page.stories_page(
        asked, reading_forms.stories_of(asked, context.searcher, context.languages[0]), context
    )


def _form(make: Callable[[Asked, PageContext, str], Body], form: str, name: str = "") -> Make:
    """Make one form of what a tool finds; with a name, a file that a browser saves under it."""

    def made(asked: Asked, context: PageContext) -> Body:
        body = make(asked, context, form)
        return (
            body._replace(headers={"Content-Disposition": f'attachment; filename="{name}"'}) if name else body
        )

    return made


def _routes(
    path: str, shown: Make, make: Callable[[Asked, PageContext, str], Body], takes: Collection[str]
) -> Iterator[ReadingRoute]:
    """Give the addresses of a tool: its page, JSON and CSV."""
    yield path, HTML, shown, takes
    yield f"{path}.json", JSON, _form(make, "json"), takes
    yield f"{path}.csv", CSV, _form(make, "csv", f"{path[1:]}.csv"), takes


READING_ROUTES: Final[tuple[ReadingRoute, ...]] = (
    ("/search.atom", ATOM, reading_forms.search_atom, FED),
    ("/timeline.svg", "image/svg+xml", reading_forms.timeline_svg, OVER_TIME),
    *_routes("/timeline", _over_time, reading_forms.timeline, OVER_TIME),
    *_routes("/concordance", _lines, reading_forms.lines, LINES),
    *_routes("/stories", _stories, reading_forms.told_stories, STORIES),
)

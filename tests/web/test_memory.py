"""Memory that a server keeps."""

import gc
from collections.abc import Callable
from pathlib import Path

import msgspec  # noqa: F401 - a server writes JSON with it once it is imported
import pytest

from searcher import Searcher
from searcher.term_matcher import QUERY_CACHE_SIZE
from searcher.web.page.item_page import item_page
from searcher.web.page.links import PageContext
from searcher.web.parameters import SearchParams
from searcher.web.routes import search_html, search_rows

DEFAULTS = (
    SearchParams("ferry escuela"),
    SearchParams("xyzzy"),
    SearchParams(None, from_="2016", to="2017", facet=("topic",)),
)


@pytest.fixture
def context(sample_index: Path) -> PageContext:
    return PageContext(Searcher(sample_index), "", "", "/page.css", ("en",))


def garbage(work: Callable[[], object]) -> int:
    """Return the number of objects that some work leaves in cycles of references."""
    gc.freeze()  # leaves out all earlier objects
    gc.disable()
    try:
        work()
        return gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize("params", DEFAULTS)
def test_an_answer_leaves_no_garbage(context: PageContext, params: SearchParams) -> None:
    """No object of an answer, as JSON or as a page, refers to itself: all of it is freed when it is sent."""

    def answer() -> None:
        search_rows(params, context, "json")
        search_html(params, context)

    answer()  # fills the caches
    assert garbage(answer) == 0


def test_old_questions_leave_no_garbage(context: PageContext) -> None:
    """Objects dropped from caches, such as the words to highlight, are freed at once too."""
    words = [f"ferry {year}" for year in range(1980, 1980 + 2 * QUERY_CACHE_SIZE)]
    search_html(SearchParams(words[0]), context)
    assert garbage(lambda: [search_html(SearchParams(word), context) for word in words]) == 0


def test_the_page_of_an_item_leaves_no_garbage(context: PageContext) -> None:
    """The page of an item has no cycles of references, either."""
    item = context.searcher.item(context.searcher.search("ferry").hits[0].id)
    item_page(SearchParams("ferry"), item, context)
    assert garbage(lambda: item_page(SearchParams("ferry"), item, context)) == 0

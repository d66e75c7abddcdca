"""Memory that a server keeps."""

from __future__ import annotations

import gc
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


@pytest.mark.parametrize("params", DEFAULTS)
def test_an_answer_leaves_no_garbage(sample_index: Path, params: SearchParams) -> None:
    """No object of an answer, as JSON or as a page, refers to itself: all of it is freed when it is sent."""
    context = PageContext(Searcher(sample_index), "", "", "/page.css", ("en",))

    def answer() -> None:
        search_rows(params, context, "json")
        search_html(params, context)

    answer()  # fills the caches
    gc.collect()
    gc.disable()
    try:
        answer()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_old_questions_leave_no_garbage(sample_index: Path) -> None:
    """Objects dropped from caches, such as the words to highlight, are freed at once too."""
    context = PageContext(Searcher(sample_index), "", "", "/page.css", ("en",))
    words = [f"ferry {year}" for year in range(1980, 1980 + 2 * QUERY_CACHE_SIZE)]
    search_html(SearchParams(words[0]), context)
    gc.collect()
    gc.disable()
    try:
        for word in words:
            search_html(SearchParams(word), context)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_the_page_of_an_item_leaves_no_garbage(sample_index: Path) -> None:
    """The page of an item has no cycles of references, either."""
    searcher = Searcher(sample_index)
    context = PageContext(searcher, "", "", "/page.css", ("en",))
    item = searcher.item(searcher.search("ferry").hits[0].id)
    item_page(SearchParams("ferry"), item, context)
    gc.collect()
    gc.disable()
    try:
        item_page(SearchParams("ferry"), item, context)
        assert gc.collect() == 0
    finally:
        gc.enable()

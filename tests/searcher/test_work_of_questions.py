"""The work of a question that is asked once, counted in function calls and pages of the index."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from work import PYTHON_CALLS, count_calls

from indexer.codec.layout import Container
from searcher import Searcher

ITEMS, WORDS_PER_ITEM = 1_200, 40
CALLS_AS_TYPED, CALLS_BY_DEFAULT = 439, 573
PAGES = 40
SYLLABLES = ("bal", "dor", "fim", "gar", "kul", "lom", "mer", "nat", "pol", "ruk", "sab", "tev")
VOCABULARY = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
QUESTIONS = [
    pytest.param({"expand": False, "languages": ["en"]}, CALLS_AS_TYPED, id="as typed"),
    pytest.param({}, CALLS_BY_DEFAULT, id="by default"),
]


@pytest.fixture(scope="module")
def index(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of items of random words."""
    draw = Random(27)
    return make_shared_index(
        *(
            {
                "title": draw.choice(VOCABULARY),
                "body": " ".join(draw.choices(VOCABULARY, k=WORDS_PER_ITEM)),
                "date": f"{draw.randint(2000, 2025)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}",
                "countries": draw.sample(["KE", "UG", "CL", "PE"], draw.randint(0, 2)),
            }
            for _ in range(ITEMS)
        )
    )


@pytest.fixture
def searcher(index: Path) -> Iterator[Searcher]:
    """Return a searcher that has answered questions of other words."""
    import numpy as np  # otherwise the first questions are evaluated without it

    assert np
    with Searcher(index) as searcher:
        for one, first in product(QUESTIONS, range(0, 40, 2)):
            ask(searcher, first, dict(one.values[0]))
        yield searcher


def ask(searcher: Searcher, first: int, options: dict[str, Any]) -> int:
    """Run a question of two words and read its hits; return its total."""
    results = searcher.search(
        f"{VOCABULARY[first]} {VOCABULARY[-first - 1]}", facets=("year", "country"), **options
    )
    assert all(hit.title and hit.score for hit in results.hits)
    return results.total


@pytest.mark.parametrize(("options", "most"), QUESTIONS)
def test_a_fresh_question_makes_few_calls(searcher: Searcher, options: dict[str, Any], most: int) -> None:
    """A question of two words that were never looked up makes a bounded number of Python calls."""
    found: list[int] = []

    def ask_once(first: int) -> None:
        found.append(ask(searcher, first, options))

    calls = [count_calls(partial(ask_once, first), PYTHON_CALLS) for first in range(100, 120, 2)]
    assert min(found) > 10
    assert max(calls) <= most, calls


@pytest.mark.parametrize("options", [one.values[0] for one in QUESTIONS])
def test_a_fresh_question_reads_few_pages(
    searcher: Searcher, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question of words that were never looked up compares few pages of the index with their checksums."""
    pages: set[tuple[int, int]] = set()
    compare = Container._is_whole

    def noted(container: Container, page: int) -> bool:
        pages.add((id(container), page))
        return compare(container, page)

    monkeypatch.setattr(Container, "_is_whole", noted)
    with Searcher(searcher.folder) as fresh:
        ask(fresh, 50, options)
        opened = len(pages)
        for first in range(100, 120, 2):
            pages.clear()
            ask(fresh, first, options)
            assert len(pages) <= PAGES
    assert opened > 0


def test_a_deep_page_makes_as_few_calls_as_the_first(make_index: Callable[..., Path]) -> None:
    """Only the hits of a page are put in order one by one, even if all items match equally well."""
    import numpy as np

    assert np
    dates: list[dict[str, str]] = [{}, {"date": "2014-03-02"}, {"date": "2019-11-23"}]
    folder = make_index(
        *({"title": f"Ferry {at}", "body": "Ferry", **dates[at % len(dates)]} for at in range(600))
    )
    with Searcher(folder) as searcher:
        for sort in ("relevance", "newest", "oldest"):
            pages = [partial(searcher.search, "*", sort=sort, limit=5, offset=at) for at in (5, 190, 390)]
            for page in pages:
                assert len(page().hits) == 5
            first, *deep = [count_calls(page, PYTHON_CALLS) for page in pages]
            assert max(deep) < first + 100, (sort, first, deep)


def test_a_deep_page_of_groups_makes_few_calls(make_index: Callable[..., Path]) -> None:
    """Near duplicates before a deep page are left out without a call for each of them."""
    import numpy as np

    assert np
    draw = Random(41)
    texts = [" ".join(draw.choices(VOCABULARY, k=WORDS_PER_ITEM)) for _ in range(150)]
    days = [f"2019-0{1 + at % 9}-{10 + at % 17}" for at in range(300)]
    folder = make_index(
        *({"title": f"Ferry {at}", "body": texts[at % 150], "date": days[at]} for at in range(300))
    )
    with Searcher(folder) as searcher:
        for query, sort in product(("*", "ferry"), ("relevance", "newest")):
            pages = [partial(searcher.search, query, sort=sort, limit=5, offset=at) for at in (5, 60, 140)]
            assert [page().groups for page in pages] == [150] * len(pages)
            assert [len(hit.same) for page in pages for hit in page()] == [1] * 15
            first, *deep = [count_calls(page) for page in pages]
            assert max(deep) < first + 100, (query, sort, first, deep)

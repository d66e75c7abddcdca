"""Every hit of an answer: in the order of the pages, each once, made page by page."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Searcher
from searcher.hit_details import EveryHit
from searcher.present import open_writer


def test_hits_are_made_page_by_page() -> None:
    """A loop that stops early has made one page."""
    made: list[int] = []

    def make(top: list[tuple[int, float]], before: int) -> list[int]:
        made.append(len(top))
        return [before + at for at in range(len(top))]

    hits = EveryHit([(number, 1.0) for number in range(10)], make, page=4)  # type: ignore[arg-type] # numbers will do
    assert next(iter(hits)) == 0
    assert made == [4]
    assert list(hits) == list(range(10))
    assert made == [4, 4, 4, 2]


def test_every_hit_survives_its_searcher(sample_index: Path) -> None:
    """Hits that are made after the searcher was closed have their provenance, like those of a page."""
    with Searcher(sample_index) as searcher:
        results = searcher.search("fishing harbour", limit=None)
        ways = [hit.via for hit in searcher.search("fishing harbour", limit=len(results))]
    assert results.expansions
    assert [hit.via for hit in results] == ways


@pytest.mark.parametrize("query", ["tide", 'tide "hits": []', "zeppelin"])
def test_every_hit_as_json_equals_the_whole_object(make_index: Callable[..., Path], query: str) -> None:
    """The output of hits one by one is the same to the character."""
    index = make_index(*({"title": "Tide\n", "body": f'the "hits": [] {at}'} for at in range(12)))
    with Searcher(index) as searcher:
        results = searcher.search(query, limit=None)
        results.hits._page = 5  # type: ignore[attr-defined]
        written, whole = io.StringIO(), io.StringIO()
        writer = open_writer("json", written, color=False, width=80)
        writer.write_results(results)
        results.hits = list(results.hits)
        open_writer("json", whole, color=False, width=80).write_results(results)
    assert written.getvalue() == whole.getvalue()

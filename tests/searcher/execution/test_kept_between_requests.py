"""Caches between requests change no answer and stay small."""

import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from indexer import update
from indexer.codec.segment import HEAD_GROUP_SIZE
from searcher.engine import Engine, Filters, ResultRequest
from searcher.execution import query_plan
from searcher.facets import facet_values
from searcher.opening import open_engine
from searcher.query.model import And, Node, Or, Phrase, Term

MakeIndex = Callable[..., Path]

WORDS = ("harbour", "school", "orchard", "bridg", "librari", "ferri")
TEXTS = ("harbour", "school", "orchard", "bridge", "library", "ferry")
CODES = ("CL", "EC", "PE", "UY")


@pytest.fixture(scope="module")
def folder(make_shared_index: MakeIndex) -> Path:
    """Return an index of 200 items with a few words, countries and days."""
    draw = Random(7)
    records: list[dict[str, Any]] = [
        {
            "id": f"item-{number:03d}",
            "title": f"About the {draw.choice(TEXTS)}",
            "body": " ".join(draw.choices(TEXTS, k=12)),
            "date": f"{draw.randint(2015, 2020)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}",
            "language": "en",
            "countries": draw.sample(CODES, draw.randint(0, 3)),
        }
        for number in range(200)
    ]
    return make_shared_index(*records)


def asked(number: int) -> tuple[Node, Filters, ResultRequest]:
    """Return one of many requests."""
    draw = Random(number)
    one, other = (Term("text_en", word) for word in draw.sample(WORDS, 2))
    phrase = Phrase("text_en", (one.text, other.text), (0, 1))
    query = draw.choice([one, Or((one, other)), And((one, other)), phrase])
    filters = Filters()
    if draw.random() < 0.5:
        first = draw.randint(735000, 736000)
        filters = filters._replace(first_day=first, last_day=first + draw.randint(100, 1000))
    if draw.random() < 0.5:
        filters = filters._replace(countries=frozenset([draw.choice(CODES)]))
    if draw.random() < 0.5:
        filters = filters._replace(languages=frozenset(["en"]))
    return query, filters, ResultRequest(limit=10, facets=("year", "country"))


def answer(engine: Engine, request: tuple[Node, Filters, ResultRequest]) -> tuple[Any, ...]:
    """Return the displayed answer to a request."""
    query, filters, wanted = request
    total, top, facets, _, by_place = engine.execute(query, filters, wanted)
    values = {name: facet_values(name, facets[name], filters) for name in wanted.facets}
    return total, top, values, engine.ids_and_titles([number for number, _ in top]), by_place()


def test_a_cached_answer_equals_a_new_one(folder: Path) -> None:
    """Whatever was searched before, a request has the answer of a newly opened engine."""
    used = open_engine(folder)
    for number in range(30):
        assert answer(used, asked(number)) == answer(open_engine(folder), asked(number))


def test_threads_share_the_caches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads that fill and empty the same small caches get the answers of one."""
    monkeypatch.setattr(query_plan, "TERM_CACHE_SIZE", 2)
    monkeypatch.setattr(query_plan, "PLAN_CACHE_SIZE", 3)
    requests = [asked(number) for number in range(40)]
    engine = open_engine(folder)
    alone = [answer(engine, request) for request in requests]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(lambda request: answer(engine, request), requests)) == alone


def test_cached_plans_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans of a few queries are cached, but none of a query of hundreds of words."""
    monkeypatch.setattr(query_plan, "PLAN_CACHE_SIZE", 3)
    monkeypatch.setattr(query_plan, "MAX_CACHED_LEAVES", 3)
    engine = open_engine(folder)
    plans = engine._plans  # type: ignore[attr-defined]
    terms = [Term("text_en", word) for word in WORDS]
    engine.execute(Or(tuple(terms)), Filters(), ResultRequest())
    assert not plans
    for term in terms:
        for limit in (1, 10):
            engine.execute(term, Filters(), ResultRequest(limit=limit))
        assert 1 <= len(plans) <= 3


def test_heads_across_groups_equal_single_reads(folder: Path) -> None:
    """Ids and titles that are read together are those of single reads."""
    engine = open_engine(folder)
    documents = [199, 0, (1 << HEAD_GROUP_SIZE) - 1, 1 << HEAD_GROUP_SIZE, 100]
    assert engine.ids_and_titles(documents) == [
        engine.ids_and_titles([document])[0] for document in documents
    ]
    with pytest.raises(IndexError):
        engine.ids_and_titles([100_000])


@pytest.mark.slow
def test_a_deletion_does_not_copy_posting_lists(make_index: MakeIndex) -> None:
    """If an item of a long list was replaced, a query takes hardly more memory than without it."""
    draw = Random(3)
    items = [
        {"id": f"item-{number}", "body": "harbour " * draw.randint(1, 4) + "ferry " * draw.randint(1, 40)}
        for number in range(3000)
    ]
    index = make_index(*[{**item, "language": "en", "countries": ["PE"]} for item in items])

    def most_taken() -> int:
        with closing(open_engine(str(index))) as engine:
            asked = Or((Term("text_en", "harbour"),)), Filters(), ResultRequest(limit=10, facets=("country",))
            total = engine.execute(*asked).total
            tracemalloc.start()
            assert engine.execute(*asked).total == total == len(items)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    before = most_taken()
    update(index, items=[{**items[7], "body": "harbour master", "language": "en", "countries": ["PE"]}])
    assert most_taken() < before + 2 * len(items)

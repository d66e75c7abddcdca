"""What is kept between requests changes no answer and stays small."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from gc import collect
from pathlib import Path
from random import Random
from typing import Any
from weakref import ref

import pytest

from indexer.codec.segment import HEADS_TOGETHER
from indexer.errors import QueryError
from searcher import Results, Searcher
from searcher.engine import Filters, in_order
from searcher.execution import ranking, weights
from searcher.execution.ranking import Places, RankedCountries
from searcher.facets import facet_values
from searcher.spelling import near_words
from searcher.spelling.near_words import NearWords

MakeIndex = Callable[..., Path]

WORDS = ("harbour", "school", "orchard", "bridge", "library", "ferry")
CODES = ("CL", "EC", "PE", "UY")


@pytest.fixture
def folder(make_index: MakeIndex) -> Path:
    """An index of 200 items of a few words, countries and days."""
    draw = Random(7)
    records: list[dict[str, Any]] = [
        {
            "id": f"item-{number:03d}",
            "title": f"About the {draw.choice(WORDS)}",
            "body": " ".join(draw.choices(WORDS, k=12)),
            "date": f"{draw.randint(2015, 2020)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}",
            "language": "en",
            "countries": draw.sample(CODES, draw.randint(0, 3)),
        }
        for number in range(200)
    ]
    return make_index(*records)


def asked(number: int) -> dict[str, Any]:
    """Return one of many requests."""
    draw = Random(number)
    one, other = draw.sample(WORDS, 2)
    query = draw.choice([one, f"{one} {other}", f"+{one} +{other}", f'"{one} {other}"'])
    filters: dict[str, Any] = {"query": query, "expand": False}
    if draw.random() < 0.5:
        filters |= {"date_from": str(draw.randint(2015, 2018)), "date_to": str(draw.randint(2018, 2020))}
    if draw.random() < 0.5:
        filters["countries"] = [draw.choice(CODES)]
    if draw.random() < 0.5:
        filters["languages"] = ["en"]
    return filters


def answer(results: Results) -> tuple[Any, ...]:
    """Return what an answer says, without the time that it took."""
    hits = [(hit.id, hit.title, hit.score) for hit in results.hits]
    return results.total, hits, results.facets, results.undated_left_out


def test_a_second_answer_is_the_first(folder: Path) -> None:
    """Whatever was asked before, a request has the answer that a searcher just opened gives."""
    with Searcher(folder) as used:
        for number in range(60):
            with Searcher(folder) as fresh:
                assert answer(used.search(**asked(number))) == answer(fresh.search(**asked(number)))


def test_threads_share_what_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads that fill and empty the same small stores get the answers that one gets."""
    monkeypatch.setattr(weights, "KNOWN_TERMS", 2)
    monkeypatch.setattr(ranking, "KNOWN_VALUES", 3)
    requests = [asked(number) for number in range(80)]
    with Searcher(folder) as searcher:
        alone = [answer(searcher.search(**request)) for request in requests]
        with ThreadPoolExecutor(8) as pool:
            for _ in range(3):
                together = pool.map(lambda request: answer(searcher.search(**request)), requests)
                assert list(together) == alone


def test_ranked_countries_read_like_counts_in_order() -> None:
    """Countries as keys are the same mapping, in the same order, as their counts."""
    places = Places(["CL", "EC", "PE"])
    ranked = RankedCountries(places, [(4 << 8) + 253, (2 << 8) + 255, (2 << 8) + 254], [0, 5, 2, 2, 4])
    assert ranked == {"CL": 2, "EC": 2, "PE": 4, "unknown": 5}
    assert list(ranked) == list(in_order("country", dict(ranked))) == ["PE", "CL", "EC", "unknown"]
    assert ranked["PE"] == 4
    assert len(ranked) == 4


@pytest.mark.parametrize("selected", [(), ("EC",), ("UY",), ("EC", "UY")])
def test_ranked_countries_give_the_values_of_plain_counts(selected: tuple[str, ...]) -> None:
    """Facet values are the same from keys and from counts, selected ones without a match among them."""
    places = Places(["CL", "EC", "PE"])
    ranked = RankedCountries(places, [(4 << 8) + 253, (2 << 8) + 255, (2 << 8) + 254], [0, 5, 2, 2, 4])
    filters = Filters(countries=frozenset(selected))
    for _ in range(2):  # made, then kept
        assert facet_values("country", ranked, filters) == facet_values("country", dict(ranked), filters)


def test_values_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many counts are shown, no more values are kept than stated, but for those of one request."""
    monkeypatch.setattr(ranking, "KNOWN_VALUES", 10)
    places = Places(["CL"])
    for count in range(1, 100):
        assert places.shown([(count << 8) + 255], lambda *some: list(zip(*some, strict=True))) == [
            ("CL", count)
        ]
    assert len(places._made) <= 11


def test_long_queries_are_not_kept(folder: Path) -> None:
    """Of a query of hundreds of words nothing is kept but what is kept of words; of a short one it is."""
    with Searcher(folder) as searcher:
        executor = searcher._executor
        for query, kept in ((" ".join(WORDS * 40), 0), (f'"{" ".join(WORDS * 30)}"', 0), ("ferry school", 1)):
            searcher.search(query, expand=False)
            assert executor._read.cache_info().currsize == kept
            assert executor._weights.cache_info().currsize == kept


def test_hits_do_not_keep_the_words_that_a_query_was_compared_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who keeps the answer to a pattern or a misspelt word keeps its hits, not the words of the index."""
    made: list[ref[NearWords]] = []

    class Watched(NearWords):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(ref(self))

    monkeypatch.setattr(near_words, "NearWords", Watched)
    with Searcher(folder) as searcher:
        results = searcher.search("harb* ferrry~ orcharrd")
        collect()
        assert results.hits[0].snippet
        assert made
        assert not any(one() for one in made)


def test_heads_across_groups_are_each_documents_own(folder: Path) -> None:
    """Ids and titles that are read together are those that are read one by one."""
    with Searcher(folder) as searcher:
        executor = searcher._executor
        documents = [199, 0, (1 << HEADS_TOGETHER) - 1, 1 << HEADS_TOGETHER, 100]
        assert executor.heads(documents) == [executor.head(document) for document in documents]
        with pytest.raises(IndexError):
            executor.head(100_000)


def test_a_mistake_is_told_every_time(folder: Path) -> None:
    """A filter that cannot be understood is an error at each try."""
    with Searcher(folder) as searcher:
        for _ in range(2):
            with pytest.raises(QueryError, match="unknown country"):
                searcher.search("ferry", countries=["Atlantis"])
            with pytest.raises(QueryError, match="swap them"):
                searcher.search("ferry", date_from="2020", date_to="2018")

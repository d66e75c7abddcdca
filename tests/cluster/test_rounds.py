"""How many requests a search sends: at most three, one if its words are cached, one more to compare texts."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from cluster.compared import answered, differences
from cluster.conftest import Pair
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.cluster.client import Cluster
from indexer.errors import DragomanError
from searcher import Searcher
from searcher.cluster import compared_texts

pytestmark = pytest.mark.cluster


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the paths of all requests."""
    paths: list[str] = []
    request = Cluster.request

    def noted(self: Cluster, method: str, path: str, *args: Any, **settings: Any) -> Any:
        paths.append(path)
        return request(self, method, path, *args, **settings)

    monkeypatch.setattr(Cluster, "request", noted)
    return paths


@pytest.fixture
def fresh(sample: Pair) -> Iterator[Searcher]:
    """Return a searcher with an empty cache."""
    with Searcher(sample.cluster.place) as searcher:
        yield searcher


WORDS = (
    "ferry safety training coast guard harbor harbour river migrants trafficking police labor fishermen port "
    "women flood maps niños trata personas traite humains policia transbordador Kenya 2018 COVID-19 the of"
).split()
word = st.sampled_from(WORDS)


@st.composite
def slips(draw: st.DrawFn) -> str:
    """Return misspellings of a word (letters swapped, doubled, lost or replaced) or a compound of two."""
    typed = draw(word)
    at, kind = draw(st.integers(0, len(typed) - 2)), draw(st.sampled_from(["swap", "double", "lose", "grow"]))
    rest = typed[at + 1 :]
    return {
        "swap": typed[:at] + rest[0] + typed[at] + rest[1:],
        "double": typed[: at + 1] + typed[at] + rest,
        "lose": typed[:at] + rest,
        "grow": typed + draw(word),
    }[kind]


typed = st.one_of(word, word, slips())
parts = st.one_of(
    typed,
    typed,
    st.builds('"{} {}"'.format, typed, typed),
    st.builds('"{} {}"~4'.format, typed, typed),
    st.builds("{} NEAR/4 {}".format, typed, typed),
    st.builds("{:.4}* NEAR/9 {}".format, word, typed),
    st.builds("{} NOT NEAR/4 {}".format, typed, typed),
    st.builds("atleast2({})".format, typed),
    st.builds("{:.3}*".format, word),
    st.builds("*{}".format, word.map(lambda one: one[-3:])),
    st.builds("{}~".format, typed),
    st.builds("{}{}".format, st.sampled_from(["+", "-", "NOT ", "title:"]), typed),
    st.sampled_from(["country:KE", "lang:es", "date:2018..2020", "-date:2016", "March 2016"]),
    st.builds("({} {} {})".format, typed, st.sampled_from(["AND", "OR"]), typed),
)
queries = st.builds(
    str.join, st.sampled_from([" ", " ", " ", " AND "]), st.lists(parts, min_size=1, max_size=4)
)
options = st.fixed_dictionaries(
    {
        "expand": st.sampled_from([True, True, False]),
        "all_words": st.sampled_from([False, False, True]),
        "strict": st.sampled_from([False, False, False, True]),
        "countries": st.sampled_from([(), (), "KE"]),
        "date_from": st.sampled_from([None, None, "2018"]),
        "via": st.sampled_from([(), (), "typed"]),
        "sort": st.sampled_from(["relevance", "newest"]),
    }
)


@settings(max_examples=examples(120), deadline=None)
@given(query=queries, how=options)
def test_a_search_sends_at_most_three_requests(
    sample: Pair, requests: list[str], query: str, how: dict[str, Any]
) -> None:
    """Corrections, relaxation, patterns, phrases and filters included; no guess remains in later answers."""
    with Searcher(sample.cluster.place) as fresh:  # nothing is cached yet
        counts = []
        for limit in (10, 9, 9):
            requests.clear()
            with suppress(DragomanError):
                fresh.search(query, limit=limit, group=False, **how).complete()
            counts.append(len(requests))
        again = [answered(searcher, query, limit=8, **how) for searcher in (sample.folder, fresh)]
    assert not differences(*again)
    assert counts[0] <= 3
    assert counts[2] == 0


@by_table
def test_a_relaxed_search_sends_three_requests(
    fresh: Searcher, requests: list[str], query: str, how: dict[str, Any]
) -> None:
    """If no item has both words, the ranked items with one of them arrive with the answer that shows so."""
    results = fresh.search(query, group=False, **how)
    results.complete()
    assert results.relaxed
    assert len(requests) <= 3


@pytest.mark.parametrize(
    "query",
    ["ferry", "ferry date:2016", "human trafficking in 2018", "harb* safety~", "saftey", "trata de niños"],
)
def test_cached_words_send_one_request(fresh: Searcher, requests: list[str], query: str) -> None:
    """Facets, snippets, provenance, suggestions and the count with all words are in the same request."""
    fresh.search(query, group=False).complete()
    requests.clear()
    fresh.search(query, limit=9, group=False).complete()
    assert len(requests) == 1


@by_table
@pytest.mark.parametrize("how", [{}, {"countries": "KE"}, {"date_from": "2018"}])
def test_a_first_search_sends_three_requests(
    fresh: Searcher, requests: list[str], query: str, how: dict[str, Any]
) -> None:
    """The terms and labels of all candidate corrections, and the frequencies in titles, arrive together."""
    fresh.search(query, group=False, **how).complete()
    assert len(requests) <= 3


def test_explained_scores_send_one_request(fresh: Searcher, requests: list[str]) -> None:
    """The parts of all scores are one request, also where a hit matches only some leaves."""
    fresh.search("lang:fr OR NOT z*")
    requests.clear()
    fresh.search("lang:fr OR NOT z*", explain=True)
    assert len(requests) == 1


def test_similar_items_send_three_requests(fresh: Searcher, requests: list[str]) -> None:
    """The requests are for the item, its words, and the similar items."""
    item_id = fresh.search("ferry").hits[0].id
    requests.clear()
    fresh.similar(item_id).complete()
    assert len(requests) <= 3


def test_info_sends_one_request(fresh: Searcher, requests: list[str]) -> None:
    """Everything that `info` prints is counted at once."""
    requests.clear()
    fresh.info()
    assert len(requests) == 1


@by_table
@pytest.mark.parametrize("how", [{}, {"expand": False}, {"all_words": True, "countries": "KE"}])
def test_compared_texts_are_one_more_request(
    fresh: Searcher, requests: list[str], query: str, how: dict[str, Any]
) -> None:
    """The texts for all parts are requested together, once for several pages."""
    fresh.search(query, group=False, **how).complete()
    assert len(requests) <= 4
    requests.clear()
    results = fresh.search(query, limit=9, group=False, **how)
    results.complete()
    assert len(requests) <= 1 + bool(results.relaxed or not results.total)


def test_further_texts_are_a_request_each_page(
    fresh: Searcher, requests: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts are read four at a time, then the items are searched."""
    total = fresh.search("ferry", expand=False, group=False).total
    requests.clear()
    monkeypatch.setattr(compared_texts, "PAGE", 4)
    assert fresh.search("=ferry", expand=False, group=False).total
    assert total > 4
    assert len(requests) == total // 4 + 2

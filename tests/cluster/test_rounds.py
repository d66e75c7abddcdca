"""How often a question goes to the cluster: three times at most, once where it came before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from indexer.cluster.client import Cluster
from searcher import Searcher

if TYPE_CHECKING:
    from cluster.conftest import Pair

pytestmark = pytest.mark.cluster


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the paths of all requests."""
    paths: list[str] = []
    request = Cluster.request

    def noted(self: Cluster, method: str, path: str, *args: Any, **settings: Any) -> Any:
        paths.append(path)
        return request(self, method, path, *args, **settings)

    monkeypatch.setattr(Cluster, "request", noted)
    return paths


@pytest.fixture
def fresh(sample: Pair) -> Iterator[Searcher]:
    """A searcher that was asked nothing."""
    with Searcher(sample.cluster.place) as searcher:
        yield searcher


@pytest.mark.parametrize(
    "query",
    [
        "ferry",
        "human trafficking in 2018",
        '"ferry safety" -police',
        "harb* safety~",
        "trata de niños",
    ],
)
def test_a_question_goes_three_times_at_most(fresh: Searcher, requests: list[str], query: str) -> None:
    """Facets, snippets, how hits were found and how many have all words come along."""
    requests.clear()
    fresh.search(query).complete()
    assert len(requests) <= 3
    requests.clear()
    fresh.search(query, limit=9).complete()  # the same words, another page
    assert len(requests) == 1
    requests.clear()
    fresh.search(query, limit=9).complete()
    assert len(requests) <= 1


def test_a_misspelt_word_takes_four_at_first(fresh: Searcher, requests: list[str]) -> None:
    """The words of its first letter are read once; then three times will do."""
    requests.clear()
    assert fresh.search("saftey").complete().suggestion
    assert len(requests) <= 4
    requests.clear()
    fresh.search("sefety").complete()
    assert len(requests) <= 3


def test_items_like_one_take_three(fresh: Searcher, requests: list[str]) -> None:
    """The item, its words, and those like it."""
    item_id = fresh.search("ferry").hits[0].id
    requests.clear()
    fresh.similar(item_id).complete()
    assert len(requests) <= 3


def test_info_takes_one(fresh: Searcher, requests: list[str]) -> None:
    """All that an index says of itself is counted at once."""
    requests.clear()
    fresh.info()
    assert len(requests) == 1

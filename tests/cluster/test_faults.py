"""Nodes that die or hang: an answer is whole, or it is one clear line."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from cluster.distribution import why_not
from cluster.nodes import Node, three_nodes

from indexer.cluster import client
from indexer.cluster.build import build
from indexer.errors import ClusterError
from indexer.sample import sample_path
from searcher import Searcher

pytestmark = pytest.mark.cluster

SEARCHES = 400
WORDS = ("ferry", "harbour", "river", "training", "safety", "boats", "school", "market")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    """Three nodes of one cluster."""
    if reason := why_not():
        pytest.skip(reason)
    running = three_nodes(tmp_path_factory.mktemp("nodes"))
    yield running
    for node in running:
        node.kill()


def address(nodes: list[Node], name: str) -> str:
    """Give an address that names all nodes."""
    return f"http://{','.join(node.url.removeprefix('http://') for node in nodes)}/{name}"


def test_nodes_that_hang_and_die(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a copy of each part no search fails or loses an item; without, none shows a part as the whole."""
    monkeypatch.setattr(client, "READING", 3.0)
    with sample_path() as path:
        build([path], address(nodes, "copied"), shards=3)
        build([path], address(nodes, "single"), shards=3, replicas=0)
    with Searcher(address(nodes, "copied")) as copied, Searcher(address(nodes, "single")) as single:
        queries = [f"{one} OR {other}" for one in WORDS for other in WORDS]
        totals = {query: copied.search(query, expand=False).total for query in queries}
        assert sum(totals.values()) > len(WORDS)
        started = time.monotonic()
        for number in range(SEARCHES):
            if number == SEARCHES // 4:
                nodes[2].kill()
            query = queries[number % len(queries)]
            limit = 11 + number  # another page each time, so that each is asked
            assert copied.search(query, expand=False, limit=limit).total == totals[query]
        assert time.monotonic() - started < 120
        with pytest.raises(ClusterError, match=r"whole|cannot be reached|did not answer"):
            single.search(queries[0], expand=False)


def test_a_host_that_hangs_is_passed_over(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that holds its connections and says nothing costs the time that an answer may take, once."""
    monkeypatch.setattr(client, "READING", 1.0)
    monkeypatch.setattr(client, "PAUSE", 0.01)
    nodes[1].pause()
    try:
        started = time.monotonic()
        with pytest.raises(ClusterError, match="did not answer in time"):
            Searcher(f"{nodes[1].url}/copied")
        assert time.monotonic() - started < 15
    finally:
        nodes[1].resume()

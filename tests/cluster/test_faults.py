"""Nodes that die, hang or have a full disk: an answer is complete, or it is one clear line."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from cluster.distribution import why_not
from cluster.nodes import Node, three_nodes

from indexer.cluster import bulk_requests, client
from indexer.cluster.check import check_on_cluster
from indexer.errors import ClusterError
from indexer.location import build
from indexer.sample import sample_path
from searcher import Searcher

pytestmark = pytest.mark.cluster

SEARCHES: Final = 200
WORDS: Final = ("ferry", "harbour", "river", "training", "safety", "boats", "school", "market")
QUERIES: Final = tuple([f"{one} OR {other}" for one in WORDS for other in WORDS])
# A node that hangs is removed after two seconds, not after half a minute.
WATCHFUL: Final = {
    f"cluster__fault_detection__{who}_check__{what}": value
    for who in ("follower", "leader")
    for what, value in (("interval", "500ms"), ("timeout", "1s"), ("retry_count", 1))
}


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    """Return three nodes of one cluster, which has an index with a replica of each shard."""
    if reason := why_not():
        pytest.skip(reason)
    running = three_nodes(tmp_path_factory.mktemp("nodes"), **WATCHFUL)
    with sample_path() as path:
        build([path], address(running, "copied"), shards=3)
    yield running
    for node in running:
        node.kill()


def address(nodes: list[Node], name: str) -> str:
    """Return an address that names all nodes."""
    return f"http://{','.join(node.url.removeprefix('http://') for node in nodes)}/{name}"


def manager(nodes: list[Node]) -> Node:
    """Return the node that manages the cluster; it has data, too."""
    port = nodes[0].ask("GET", "/_nodes/_cluster_manager/http")["nodes"].values()
    (published,) = [one["http"]["publish_address"].rpartition(":")[2] for one in port]
    return next(node for node in nodes if node.port == int(published))


def restored(nodes: list[Node], *dead: Node) -> None:
    """Start nodes that died, and wait for all replicas."""
    for node in dead:
        node.start(wait=False)
    for node in dead:
        node.wait()
    nodes[0].ask("GET", "/_cluster/health?wait_for_nodes=3&wait_for_status=green&timeout=100s")


def items(count: int, **long: str) -> Iterator[dict[str, Any]]:
    """Yield items with most fields given, so that little has to be worked out."""
    for number in range(count):
        text = f"The ferry of harbour {number} came in. {long.get(str(number), '')}"
        yield {"id": f"i{number}", "body": text, "language": "en", "date": "2020-01-02", "countries": ["CO"]}


def test_searches_survive_the_death_of_the_manager(nodes: list[Node]) -> None:
    """With replicas no search fails or loses an item; without, no partial answer is shown as complete."""
    with sample_path() as path:
        build([path], address(nodes, "single"), shards=6, replicas=0)
    with Searcher(address(nodes, "copied")) as copied, Searcher(address(nodes, "single")) as single:
        totals = {query: copied.search(query, expand=False).total for query in QUERIES}
        assert sum(totals.values()) > len(QUERIES)
        dead = manager(nodes)
        for number in range(SEARCHES):
            if number == SEARCHES // 4:
                dead.kill()
            query = QUERIES[number % len(QUERIES)]
            limit = 11 + number  # another page each time, so that no answer comes from the cache
            assert copied.search(query, expand=False, limit=limit).total == totals[query]
        with pytest.raises(ClusterError, match=r"so results would be incomplete"):
            single.search(QUERIES[0], expand=False)
        restored(nodes, dead)
        assert single.search(QUERIES[0], expand=False).total == totals[QUERIES[0]]


def test_a_build_survives_the_death_of_the_manager(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manager dies and returns: no document is lost, and the old index answers completely meanwhile."""
    monkeypatch.setattr(bulk_requests, "MAX_BYTES", 20_000)
    place, dead = address(nodes, "rebuilt"), manager(nodes)
    build([], place, items=items(50))
    with Searcher(place) as searcher:

        def told() -> Iterator[dict[str, Any]]:
            for number, item in enumerate(items(600)):
                if number == 300:
                    dead.kill()
                    dead.start(wait=False)  # a new index has no replicas yet: its shards may be there
                if number % 25 == 0:
                    assert searcher.search("ferry", limit=1 + number).total == 50
                yield item

        assert build([], place, items=told()).items == 600
        assert searcher.search("harbour").total == 600
    dead.wait()
    restored(nodes)
    assert check_on_cluster(place)[2:] == (600, (), ())


def test_a_build_fails_when_a_node_stays_away(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the only node of a shard the build ends in one line, and the next build succeeds."""
    for name, value in {"MAX_BYTES": 100_000, "TRIES": 3, "AWAITED": "1s"}.items():
        monkeypatch.setattr(bulk_requests, name, value)
    place, dead = address(nodes, "bereft"), manager(nodes)
    build([], place, items=items(50), shards=12)

    def told() -> Iterator[dict[str, Any]]:
        for number, item in enumerate(items(5_000)):
            if number == 4_000:  # some thousand are read ahead
                dead.kill()
            yield item

    with pytest.raises(ClusterError, match="that did not return; run the command again"):
        build([], place, items=told(), shards=12)
    with Searcher(place) as searcher:
        assert searcher.search("ferry").total == 50
    assert build([], place, items=items(70), shards=12).items == 70
    restored(nodes, dead)
    assert check_on_cluster(place)[2:] == (70, (), ())


def test_a_searcher_survives_a_restart_of_all_nodes(nodes: list[Node]) -> None:
    """A search reports in one line that no server responds, and works as soon as a node does."""
    with Searcher(address(nodes, "copied")) as searcher:
        total = searcher.search("ferry").total
        for node in nodes:
            node.kill()
        with pytest.raises(ClusterError, match=r"no server responds|cannot be reached|closed the connection"):
            searcher.search("ferry", limit=11)
        restored(nodes, *nodes)
        assert searcher.search("ferry", limit=12).total == total


def test_a_node_that_hangs_is_skipped(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that keeps its connections open costs one timeout, once."""
    monkeypatch.setattr(client, "READING", 4.0)
    monkeypatch.setattr(client, "PAUSE", 0.01)
    hung = next(node for node in nodes if node is not manager(nodes))
    with Searcher(address([hung, *nodes], "copied")) as searcher:
        total = searcher.search("ferry").total
        hung.pause()
        try:
            with pytest.raises(ClusterError, match="did not respond in time"):
                Searcher(address([hung], "copied"))
            deadline, answers = time.monotonic() + 60, 0
            while answers < 20:
                try:
                    assert searcher.search("ferry", limit=100 + answers).total == total
                    answers += 1
                except ClusterError:  # its shards may be waited for until it is removed
                    assert time.monotonic() < deadline
        finally:
            hung.resume()
        restored(nodes)


def test_an_overloaded_cluster_is_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rejected documents are sent again; permanently rejected ones are reported, and the old index stays."""
    if reason := why_not():
        pytest.skip(reason)
    for name, value in {"SENDERS": 8, "MAX_BYTES": 40_000, "MAX_PAUSE": 0.2, "TRIES": 300}.items():
        monkeypatch.setattr(bulk_requests, name, value)
    narrow = {"thread_pool__write__queue_size": 1, "indexing_pressure__memory__limit": "100kb"}
    with Node(tmp_path / "node", **narrow) as node:
        place = f"{node.url}/crowded"
        assert build([], place, items=items(1_500), own_thesaurus=False).items == 1_500
        pressure = node.ask("GET", "/_nodes/stats/indexing_pressure")["nodes"].popitem()[1]
        refused = pressure["indexing_pressure"]["memory"]["total"]
        assert refused["coordinating_rejections"] + refused["primary_rejections"] > 0
        monkeypatch.setattr(bulk_requests, "TRIES", 3)
        long = " ".join([f"w{number}" for number in range(30_000)])
        with pytest.raises(ClusterError, match=r"accepts no more documents .*“i\d”"):
            build([], place, items=items(5, **{"2": long}), own_thesaurus=False)
        with Searcher(place) as searcher:
            assert searcher.search("ferry").total == 1_500
        report = check_on_cluster(place)
        assert (report.items, report.findings, report.notes) == (1_500, (), ())


def test_a_full_disk_is_reported(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node with a full disk blocks writes: that is one line, and existing items can be searched."""
    for name, value in {"MAX_BYTES": 10_000, "TRIES": 3, "PAUSE": 0.02}.items():
        monkeypatch.setattr(bulk_requests, name, value)
    monkeypatch.setattr(client, "PAUSE", 0.01)
    place = f"{node.url}/full"
    build([], place, items=items(50))

    def block(names: str, *, full: bool | None) -> None:
        node.ask("PUT", f"/{names}/_settings", {"index.blocks.read_only_allow_delete": full})

    def told() -> Iterator[dict[str, Any]]:
        for number, item in enumerate(items(600)):
            if number == 300:
                block("full-*", full=True)
            yield item

    try:
        with pytest.raises(ClusterError, match="a disk of its nodes is full; free some space"):
            build([], place, items=told())
        block("full-*,dragoman-locks", full=True)
        with pytest.raises(ClusterError, match="a disk of its nodes is full; free some space"):
            build([], place, items=items(600))
        with Searcher(place) as searcher:
            assert searcher.search("ferry").total == 50
    finally:
        block("full-*,dragoman-locks", full=None)
    assert build([], place, items=items(70)).items == 70
    assert check_on_cluster(place)[2:] == (70, (), ())

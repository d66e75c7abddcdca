"""A build on a cluster replaces an index in one step; readers never fail."""

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from cluster.nodes import Node

from indexer.cluster import documents
from indexer.cluster import writer as cluster_writer
from indexer.cluster.address import parse_address
from indexer.cluster.cached_lists import lists_body
from indexer.cluster.check import check_on_cluster
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_manifest import find_leftovers
from indexer.errors import ClusterError, DragomanError
from indexer.location import build, update
from searcher import Searcher

pytestmark = pytest.mark.cluster


def written(folder: Path, *words: str) -> Path:
    """Write a source of an item for each word."""
    path = folder / f"{words[0]}.jsonl"
    records = [{"id": word, "body": f"The {word} came in.", "language": "en"} for word in words]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_a_reader_follows_a_rebuilt_index(node: Node, tmp_path: Path) -> None:
    """The old index is deleted at once; a search that meets this is repeated on the new one."""
    address = f"{node.url}/renewed"
    build([written(tmp_path, "tide", "storm")], address)
    with Searcher(address) as searcher:
        assert searcher.search("storm").total == 1
        assert not searcher.refresh()
        build([written(tmp_path, "flood", "storm", "ebb")], address)
        assert searcher.search("flood").total == 1
        assert searcher.info()["items"] == 3
        assert not searcher.refresh()
        build([written(tmp_path, "surf")], address)
        assert searcher.refresh()
        assert searcher.search(None).total == 1


def test_a_failed_build_leaves_the_old_index(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old index answers; a failed build deletes its indexes, and the next one those of a killed build."""
    address = f"{node.url}/kept"
    build([written(tmp_path, "tide")], address)
    cluster = Cluster(parse_address(address))
    with pytest.raises(DragomanError):
        build([tmp_path / "nothing.jsonl"], address)
    assert find_leftovers(cluster) == []
    with monkeypatch.context() as patch:
        patch.setattr(cluster_writer.ClusterWriter, "commit", lambda *_: 1 / 0)
        patch.setattr(cluster_writer.ClusterWriter, "cancel", lambda _: None)  # as if it was killed
        with pytest.raises(ZeroDivisionError):
            build([written(tmp_path, "storm")], address)
    assert len(find_leftovers(cluster)) == 2
    with Searcher(address) as searcher:
        assert searcher.search("tide").total == 1
    report = check_on_cluster(address)
    assert not report.findings
    assert "left behind by interrupted writers" in " ".join(report.notes)
    build([written(tmp_path, "storm")], address)
    assert find_leftovers(cluster) == []


def test_foreign_indexes_are_not_touched(node: Node, tmp_path: Path) -> None:
    """A foreign index with the same prefix stays, and one with the same name is refused."""
    for name in ("foreign-7", "taken"):
        urlopen(Request(f"{node.url}/{name}", method="PUT"), timeout=30).close()
    build([written(tmp_path, "tide")], f"{node.url}/foreign")
    with urlopen(f"{node.url}/_cat/indices/foreign-7", timeout=30) as answer:
        assert b"foreign-7" in answer.read()
    with pytest.raises(ClusterError, match="is not a Dragoman index"):
        build([written(tmp_path, "tide")], f"{node.url}/taken")


def test_a_check_finds_changes_from_outside(node: Node, tmp_path: Path) -> None:
    """Missing items and an alias that points elsewhere are reported."""
    address = f"{node.url}/checked"
    build([written(tmp_path, "tide", "storm")], address)
    assert check_on_cluster(address)[2:4] == (2, ())
    cluster = Cluster(parse_address(address))
    cluster.request("DELETE", "/checked-1/_doc/tide", params={"refresh": "true"})
    cluster.post("/_aliases", {"actions": [{"remove": {"index": "checked-1", "alias": "checked"}}]})
    found = {finding.part: finding.reason for finding in check_on_cluster(address).findings}
    assert found["items"] == "items found: 1 instead of 2"
    assert "nothing" in found["alias"]


def test_the_word_lists_of_many_updates_are_merged(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often an index is updated, few lists are fetched, and no word is missing from them."""
    monkeypatch.setattr(documents, "MAX_LISTS", 2)
    address, words = f"{node.url}/often", ("storm", "flood", "ebb", "surf", "swell")
    build([written(tmp_path, "tide")], address)
    for word in words:
        update(None, address, items=[{"id": word, "body": f"The {word} came in.", "language": "en"}])
    cluster = Cluster(parse_address(address))
    assert len(cluster.search("often-words", lists_body())["hits"]["hits"]) <= 2
    with Searcher(address) as searcher:
        for word in ("tide", *words):
            assert searcher.search(f"{word[:-1]}*").total == 1

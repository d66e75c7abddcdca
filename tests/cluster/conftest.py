"""Nodes that several tests share, and the same archives as indexes in folders and on a cluster."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from cluster.distribution import why_not
from cluster.nodes import Node
from modelled_archive import make_archive

from indexer.location import build
from indexer.store.indexing import build as build_in_folder
from searcher import Searcher


class Pair(NamedTuple):
    """One archive, searched by both engines."""

    folder: Searcher
    cluster: Searcher


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the cache of fetched indexes out of the cache of the user."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.cluster.cached_lists.cache_folder", lambda: folder)
        yield


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Return a node."""
    if reason := why_not():
        pytest.skip(reason)
    with Node(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="module", params=[1, 3], ids=["one shard", "three shards"])
def shards(request: pytest.FixtureRequest) -> int:
    """Return the number of shards of an index."""
    return int(request.param)


@pytest.fixture(scope="module")
def modelled(node: Node, shards: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Build the known archive from its export: deleted items would count in the folder's scores."""
    folder = tmp_path_factory.mktemp("modelled") / "index"
    make_archive(folder)
    address, export = f"{node.url}/modelled-{shards}", folder.with_name("export.jsonl")
    with Searcher(folder) as changed:
        changed.export(export)
    build_in_folder([export], folder)
    build([export], address, shards=shards)
    with Searcher(folder) as first, Searcher(address) as second:
        yield Pair(first, second)


@pytest.fixture(scope="session")
def sample_address(node: Node) -> Callable[[int], str]:
    """Return a function that builds the sample archive once for each number of shards."""
    from indexer.sample import sample_path

    @cache
    def address(shards: int) -> str:
        place = f"{node.url}/sample-{shards}"
        with sample_path() as path:
            build([path], place, shards=shards)
        return place

    return address


@pytest.fixture(scope="module")
def sample(sample_address: Callable[[int], str], shards: int, sample_index: Path) -> Iterator[Pair]:
    """Return the sample archive."""
    with Searcher(sample_index) as first, Searcher(sample_address(shards)) as second:
        yield Pair(first, second)

"""If a cluster forbids scripts, matches and counts are the same, scores are near, and `info` says so."""

from pathlib import Path

import pytest
from cluster.distribution import why_not
from cluster.nodes import Node

from indexer.cluster.check import check_on_cluster
from indexer.errors import ClusterError
from indexer.location import build
from indexer.sample import sample_path
from searcher import Searcher

CLAUSES = {"indices__query__bool__max_clause_count": 256}

pytestmark = pytest.mark.cluster


def test_a_cluster_without_scripts_ranks_by_its_own_bm25(sample_index: Path, tmp_path: Path) -> None:
    """Without scripts the cluster's own BM25 ranks, over the frequencies of all shards."""
    if reason := why_not():
        pytest.skip(reason)
    with Node(tmp_path / "node", script__allowed_types="none", **CLAUSES) as node, sample_path() as path:
        build([path], f"{node.url}/plain", shards=3)
        with Searcher(sample_index) as folder, Searcher(f"{node.url}/plain") as cluster:
            assert "BM25" in cluster.info()["codec"]
            for query in (
                "ferry safety",
                "river OR harbour",
                "human trafficking",
                '"ferry safety"~4',
                "harb*",
            ):
                one, other = (searcher.search(query) for searcher in (folder, cluster))
                assert (one.total, one.facets) == (other.total, other.facets)
                best = {hit.id: hit.score for hit in one.hits}
                shared = [hit for hit in other.hits if hit.id in best]
                assert len(shared) >= 0.8 * len(best)
                assert all(hit.score == pytest.approx(best[hit.id], rel=0.1) for hit in shared)
            assert all(hit.via for hit in other.hits)
            words = [hit.title for hit in cluster.search(None, limit=60).hits]
            with pytest.raises(ClusterError, match=r"increase indices.query.bool.max_clause_count"):
                cluster.search(" ".join(filter(None, words)))
        assert "does not allow scripts" in " ".join(check_on_cluster(f"{node.url}/plain").notes)

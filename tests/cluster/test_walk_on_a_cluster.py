"""The steps of docs/how-to from a count to a documented finding are the same over a cluster."""

from pathlib import Path

import pytest
from cluster.nodes import Node
from reading_walk import Walk

pytestmark = pytest.mark.cluster


def test_a_finding_is_the_same_on_a_cluster(node: Node, tmp_path: Path) -> None:
    """Every step over an index on a cluster has the result of a folder."""
    found = []
    for kind, place in (("folder", "index"), ("cluster", f"{node.url}/walked")):
        (tmp_path / kind).mkdir()
        found.append(Walk(tmp_path / kind, place).findings())
    assert found[0] == found[1]

"""The page, the HTTP API and the steps of docs/how-to over a cluster: the same as over a folder."""

import json
import re
from pathlib import Path

import pytest
from cluster.nodes import Node
from served import serving
from tables import rows_by_name

from indexer.location import build
from indexer.sample import sample_path

pytestmark = pytest.mark.cluster

# Depends on the index: when it was built, its generation, and the time taken.
OWN = rb'"(?:took_ms|generation)": [^,\n]*|<updated>[^<]*</updated>|after=\d+~[^~]*~|written [\d-]{10}'
ADDRESSES = tuple(rows_by_name(__file__, "addresses"))


def test_every_route_answers_as_over_a_folder(node: Node, sample_index: Path, tmp_path: Path) -> None:
    """The page, items, the report, JSON, CSV and the feed of the sample archive, byte for byte."""
    address = f"{node.url}/served"
    with sample_path() as path:
        build([path], address)
    with serving(sample_index, tmp_path) as folder, serving(address, tmp_path) as cluster:
        _, found = folder.get("/search.json?q=ferry")
        items = [
            f"/items/{hit['id']}{form}"
            for hit in json.loads(found)["hits"][:4]
            for form in ("", ".json", "?q=ferry")
        ]
        for asked in (*ADDRESSES, *items):
            (status, expected), answer = folder.get(asked), cluster.get(asked)
            assert answer[0] == status, (asked, answer, cluster.log)
            ours, theirs = (
                re.sub(OWN, b"", text.replace(str(port).encode(), b""))
                for text, port in ((expected, folder.port), (answer[1], cluster.port))
            )
            assert theirs == ours, asked
        assert cluster.stop() == 0

"""Documents for a cluster: which are sent again."""

from typing import Any

import pytest

from indexer.cluster.bulk_requests import BulkSender
from indexer.errors import ClusterError


class Answering:
    """A cluster that answers each request for one document with the next of some results."""

    address = "http://127.0.0.1:9200/news"

    def __init__(self, *results: dict[str, Any]) -> None:
        self.results = [*results]

    def request(self, *_: object, **__: object) -> dict[str, Any]:
        """Respond like /_bulk."""
        result = self.results.pop(0)
        return {"errors": result["status"] >= 300, "items": [{"index": {"_id": "a1", **result}}]}


def send(cluster: Answering) -> None:
    """Send one document."""
    sender = BulkSender(cluster)  # type: ignore[arg-type] # all that is asked of a cluster
    sender.index("news-1", "a1", {"title": "The lamp"})
    sender.flush()


@pytest.mark.parametrize("kind", ["node_not_connected_exception", "unavailable_shards_exception"])
def test_a_document_for_a_missing_node_is_sent_again(kind: str) -> None:
    """The cluster may have noticed (503) or not (500): the node may return."""
    status = 503 if kind.startswith("unavailable") else 500
    cluster = Answering({"status": status, "error": {"type": kind, "reason": "n3"}}, {"status": 201})
    send(cluster)
    assert not cluster.results


def test_a_rejected_document_is_named() -> None:
    """A permanent error is reported at once."""
    error = {"type": "mapper_parsing_exception", "reason": "no such field"}
    with pytest.raises(ClusterError, match="rejected the item “a1”: mapper_parsing_exception"):
        send(Answering({"status": 400, "error": error}))

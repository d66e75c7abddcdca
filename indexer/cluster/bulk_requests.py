"""Send documents to a cluster in requests of limited size, and send rejected documents again."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from json.encoder import encode_basestring as quoted
from time import sleep
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.client import encode, error_cause, is_blocked, response_error
from indexer.errors import ClusterError, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.cluster.client import Cluster


MAX_BYTES: Final = 5 << 20  # bytes of a request, unless a single document is larger
SENDERS: Final = 2  # concurrent requests
TRIES: Final = 10  # attempts at a document that is rejected because the cluster is busy
PAUSE: Final = 0.2  # seconds before the second attempt, doubled before each further attempt
MAX_PAUSE: Final = 5.0  # seconds; the longest pause before an attempt
WRITING: Final = 120.0  # timeout of a request in seconds
AWAITED: Final = "20s"  # how long a cluster waits in each attempt for a shard whose node is missing

# Errors of a document whose shard is on a missing node. The cluster sends the first one when it has detected
# that the node is missing, and the others (with status 500) until then.
_GONE: Final = frozenset(
    f"{why}_exception"
    for why in ("unavailable_shards", "node_not_connected", "node_disconnected", "node_closed")
)
_PARAMS: Final = {
    "require_alias": "true",
    "filter_path": "errors,error,items.*._id,items.*.status,items.*.error",
}

Action = tuple[bytes, bytes]  # the action for a document, and its body


def _action(kind: str, index: str, key: str) -> bytes:
    """Encode the first line of an action in a bulk request.

    This is faster than the JSON encoder.
    """
    return f'{{"{kind}":{{"_index":{quoted(index)},"_id":{quoted(key)}}}}}'.encode("utf-8", "replace")


class BulkSender:
    """Sends documents to the indexes of a cluster, in requests that run while the next one is filled.

    Documents are sent to the alias of an index, because sending them to the name of a deleted index would
    create it again. A document may be sent twice, which does no harm. If the cluster rejects a document, a
    later call, at the latest :meth:`flush`, raises a ClusterError.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._waiting: list[Action] = []
        self._bytes = 0
        self._threads = ThreadPoolExecutor(SENDERS, "bulk")
        self._sent: deque[Future[None]] = deque()

    def index(self, index: str, key: str, body: dict[str, Any]) -> None:
        """Add a document to the index of an alias, or replace the one with the same key."""
        self._add((_action("index", index, key), encode(body)))

    def delete(self, index: str, key: str) -> None:
        """Delete the document with a key, if it exists, from the index of an alias."""
        self._add((_action("delete", index, key), b""))

    def flush(self) -> None:
        """Send pending documents, and wait until the cluster has accepted all of them."""
        self._begin()
        while self._sent:
            self._sent.popleft().result()

    def cancel(self) -> None:
        """Drop pending documents and stop sending."""
        self._waiting = []
        self._threads.shutdown(cancel_futures=True)

    def _begin(self) -> None:
        """Send the pending documents, once fewer than ``SENDERS`` requests are running."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        while len(self._sent) >= SENDERS or (self._sent and self._sent[0].done()):
            self._sent.popleft().result()
        if waiting:
            self._sent.append(self._threads.submit(self._deliver, waiting))

    def _deliver(self, waiting: list[Action]) -> None:
        pause = PAUSE
        for _ in range(TRIES):
            waiting, error = self._send(waiting)
            if not waiting:
                return
            sleep(pause)
            pause = min(2 * pause, MAX_PAUSE)
        address, (kind, reason) = self._cluster.address, error_cause(error)
        if is_blocked(reason):
            raise response_error(address, 429, kind, reason, "/_bulk")
        if kind in _GONE:
            raise ClusterError(message("cluster.new_part_lost", address=address), kind)
        (first,) = json.loads(waiting[0][0]).values()
        refused = {"kind": kind, "tries": TRIES, "count": len(waiting), "first": first["_id"]}
        raise ClusterError(message("cluster.takes_no_more", address=address, **refused))

    def _add(self, action: Action) -> None:
        size = sum(map(len, action)) + 2
        if self._waiting and self._bytes + size > MAX_BYTES:
            self._begin()
        self._waiting.append(action)
        self._bytes += size

    def _send(self, actions: list[Action]) -> tuple[list[Action], Any]:
        """Send documents in one request.

        Returns:
            The rejected documents that may be accepted later, and the error of the last one.
        """
        lines = b"".join([part + b"\n" for action in actions for part in action if part])
        busy = (429, 503)
        params = _PARAMS | {"timeout": AWAITED}
        answer = self._cluster.request("POST", "/_bulk", lines, params=params, allowed=busy, seconds=WRITING)
        if "items" not in answer:  # the whole request was rejected
            return actions, answer.get("error")
        if not answer["errors"]:
            return [], None
        again, why = [], None
        for action, item in zip(actions, answer["items"], strict=True):
            ((done, result),) = item.items()
            status, error = result["status"], result.get("error", {})
            if status in busy or error.get("type") in _GONE:
                again.append(action)
                why = error
            elif status >= 300 and not (done == "delete" and status == 404):
                fault = {"kind": error.get("type"), "reason": error.get("reason")}
                address, item_id = self._cluster.address, result["_id"]
                raise ClusterError(message("cluster.refused_item", address=address, id=item_id, **fault))
        return again, why


Json = dict[str, Any]

PAGE: Final = 1_000  # documents per response
BY_DAY: Final[tuple[Json, ...]] = ({"start": {"order": "desc", "missing": "_last"}}, {"id": "asc"})


def walk(  # noqa: PLR0913 - the parameters of a search
    cluster: Cluster,
    index: str,
    query: Json,
    fields: Sequence[str],
    *,
    sort: Sequence[Json] = BY_DAY,
    columns: Sequence[str] = (),
) -> Iterator[Json]:
    """Yield the documents of an index that match a query.

    Args:
        cluster: The client of the cluster.
        index: The index, which must have been refreshed.
        query: The query in OpenSearch's query language, used as a filter.
        fields: The source fields to fetch.
        sort: A total order of the documents; by default newest first.
        columns: The doc value fields to fetch.

    Raises:
        ClusterError: The cluster does not respond.
    """
    body: Json = {
        "query": {"constant_score": {"filter": query}},
        "size": PAGE,
        "track_total_hits": False,
        "sort": [*sort],
        "_source": [*fields] or False,
        "docvalue_fields": [*columns],
    }
    while True:
        hits = cluster.search(index, body)["hits"]["hits"]
        yield from hits
        if len(hits) < PAGE:
            return
        body["search_after"] = hits[-1]["sort"]

"""All documents of an index that match, a page after the other; of an index that nobody changes meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.cluster.client import Cluster

Json = dict[str, Any]

PAGE: Final = 1_000  # documents in one answer
BY_DAY: Final[tuple[Json, ...]] = ({"start": {"order": "desc", "missing": "_last"}}, {"id": "asc"})


def walk(  # noqa: PLR0913 - what a search has
    cluster: Cluster,
    index: str,
    query: Json,
    fields: Sequence[str],
    *,
    sort: Sequence[Json] = BY_DAY,
    columns: Sequence[str] = (),
) -> Iterator[Json]:
    """Yield the documents of an index that match.

    Args:
        cluster: The cluster.
        index: The index, refreshed.
        query: What they match.
        fields: What is read of each.
        sort: Their order, in which no two are equal; the newest first where it is not given.
        columns: What is read of each beside, of its columns.

    Raises:
        ClusterError: The cluster does not answer.
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

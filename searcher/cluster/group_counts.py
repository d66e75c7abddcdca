"""How many groups of near duplicates match: what is asked of a cluster, and its answer as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.group_script import groups_metric
from indexer.errors import QueryError

if TYPE_CHECKING:
    from indexer.cluster.contents import ClusterContents

Json = dict[str, Any]

_MOST: Final = 65_535  # groups that a cluster lists at most


def groups_body(contents: ClusterContents, post_filter: Json | None) -> Json:
    """Give the aggregation that counts the groups that match.

    Args:
        contents: What the index consists of.
        post_filter: What narrows the hits after facets were counted; None where nothing does.
    """
    grouped = [{"exists": {"field": "group"}}, *([post_filter] if post_filter else [])]
    if contents.scripts:
        counted: Json = {"distinct": groups_metric(contents.unused_group)}
    else:
        several = {"field": "group", "size": _MOST, "min_doc_count": 2}
        counted = {
            "several": {"terms": several},
            "counts": {"stats_bucket": {"buckets_path": "several._count"}},
        }
    return {"filter": {"bool": {"filter": grouped}}, "aggs": counted}


def beneath(answer: Json) -> int:
    """Read how many matches there are less the groups that they are in.

    Raises:
        QueryError: There are too many groups to be counted.
    """
    if "distinct" in answer:
        return int(answer["doc_count"] - (answer["distinct"]["value"] or 0))
    if answer["several"]["sum_other_doc_count"]:
        raise QueryError("too many groups of near duplicates match to be counted; ask with --no-group")
    return int(answer["counts"]["sum"] - answer["counts"]["count"])

"""How many groups of near duplicates match: what is asked of a cluster, and its answer as it is read.

A cluster's own count of distinct values is an estimate. So a script sets a bit for each group that has a
match; where a cluster runs no scripts, it lists the groups with several matches, which takes 1.5 to 3 times
as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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


def groups_metric(unused: int) -> dict[str, Any]:
    """Give the aggregation that counts the groups of documents which all are in one.

    Args:
        unused: A number above those of all groups.
    """
    return {
        "scripted_metric": {
            "params": {"size": unused // 64 + 1},
            "init_script": "state.bits = new long[params.size]",
            "map_script": (
                "int group = (int) doc['group'].value; state.bits[group >> 6] |= 1L << (group & 63)"
            ),
            "combine_script": "return state.bits",
            "reduce_script": (
                "int count = 0; for (int at = 0; at < params.size; at++) { long bits = 0L; "
                "for (part in states) { if (part != null) { bits |= part[at]; } } "
                "count += Long.bitCount(bits); } return count"
            ),
        }
    }

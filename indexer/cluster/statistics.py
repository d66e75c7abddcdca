"""What is worked out of an index on a cluster once it is complete: its fields, and what scores need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.group_counts import groups_metric
from indexer.cluster.mapping import RANKED, length_field
from indexer.cluster.own_values import value_labels, values_body
from indexer.cluster.score_script import SCORE_SCRIPT
from indexer.errors import ClusterError, QueryError
from indexer.named_tuple import NamedTuple
from indexer.schema import CONCEPTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.cluster.client import Cluster

_MOST_FIELDS: Final = 10_000


class IndexStatistics(NamedTuple):
    """What an index holds.

    Attributes:
        items: How many items.
        fields: The own fields that any has, ascending.
        facets: Those that were named as facets and can be counted.
        uncounted: Of the others why not.
        ranked: For each ranked field the documents that have it, and its mean length among them.
    """

    items: int
    fields: tuple[str, ...]
    facets: tuple[str, ...]
    uncounted: tuple[str, ...]
    ranked: dict[str, tuple[int, float]]


def read_statistics(cluster: Cluster, index: str, facets: Sequence[str]) -> IndexStatistics:
    """Work out what an index holds.

    Args:
        cluster: The cluster.
        index: The index, refreshed.
        facets: The own fields that are to be counted without being asked for.
    """
    aggs: dict[str, Any] = {"names": {"terms": {"field": "own_name", "size": _MOST_FIELDS}}}
    for name in RANKED:
        length = length_field(name)
        aggs[name] = {"filter": {"exists": {"field": length}}, "aggs": {"mean": {"avg": {"field": length}}}}
    aggs |= {f"values of {name}": values_body(name) for name in facets}
    answer = cluster.search(index, {"size": 0, "track_total_hits": True, "aggs": aggs})
    found = answer["aggregations"]
    fields = tuple(sorted(bucket["key"] for bucket in found["names"]["buckets"]))
    counted, told = [], []
    for name in facets:
        if f"{name}{CONCEPTS}" in fields:
            counted.append(name)
            continue
        if name not in fields:
            told.append(f"no item has a field “{name}”: it is not counted (dragoman info lists the fields)")
            continue
        try:
            value_labels(name, found[f"values of {name}"])
        except QueryError as error:
            told.append(str(error))
        else:
            counted.append(name)
    ranked = {name: (found[name]["doc_count"], found[name]["mean"]["value"] or 1.0) for name in RANKED}
    return IndexStatistics(answer["hits"]["total"]["value"], fields, tuple(counted), tuple(told), ranked)


def runs_scripts(cluster: Cluster, index: str) -> bool:
    """Tell whether a cluster runs the scripts of exact scores, and those that count groups."""
    script = {"source": SCORE_SCRIPT, "params": {"f": "id", "t": "", "l": "start", "w": 1.0, "a": 1.0}}
    none = {"term": {"id": " "}}
    counted = {"groups": {"filter": none, "aggs": {"distinct": groups_metric(0)}}}
    body = {"size": 0, "query": {"script_score": {"query": none, "script": script}}, "aggs": counted}
    try:
        cluster.search(index, body)
    except ClusterError as error:
        if _REFUSAL not in str(error):
            raise
        return False
    return True


_REFUSAL: Final = "scripts"  # “cannot execute [inline] scripts”, as OpenSearch 2 and 3 word it

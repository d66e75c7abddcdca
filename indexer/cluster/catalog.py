"""What an index on a cluster consists of: a document of the index of its vocabulary, written last.

How many groups of near duplicates match: what is asked of a cluster, and its answer as it is read.

A cluster's own count of distinct values is an estimate. So a script sets a bit for each group that has a
match; where a cluster runs no scripts, it lists the groups with several matches, which takes 1.5 to 3 times
as long.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.mapping import CONTENTS_ID, WORDS_ENDING
from indexer.errors import ClusterError, ForbiddenError, QueryError, ReplacedIndexError
from indexer.http_validators import Validators
from indexer.runtime import NamedTuple
from indexer.store.contents import SourceSummary

if TYPE_CHECKING:
    from types import TracebackType

    from indexer.cluster.client import Cluster


APPLICATION: Final = "dragoman"
FORMAT: Final = "8.3"  # of records, as in a folder since its format 8; and of how a cluster holds them


class ClusterContents(NamedTuple):
    """What an index consists of and where it came from.

    Attributes:
        items_index: The index of the items, by the name that it has behind its alias.
        words_index: The index of the vocabulary.
        generation: Changes with every write.
        since: The generation that items came in with whose records do not say it.
        built: When it was written, ISO 8601 with its offset.
        items: How many items it holds.
        sources: Where each source lies, and what it gave.
        facets: The own fields that are counted without being asked for.
        fields: The own fields that any item has.
        statistics: For each ranked field the documents that have it, and its mean length among them.
        thesaurus: The length of the compiled thesaurus and its checksum; None without one.
        scripts: Whether the cluster runs the script of exact scores.
        fetched: What the servers of addresses said of the states that the items are of.
        registered: Whether anything is known of items beside their records.
        groups: How many groups of near duplicates there are.
        unused_group: The first number that no group ever had.
        corrections: The file of corrections, an absolute path; None where there is none.
    """

    items_index: str
    words_index: str
    generation: str
    since: int
    built: str
    items: int
    sources: tuple[SourceSummary, ...]
    facets: tuple[str, ...]
    fields: tuple[str, ...]
    statistics: dict[str, tuple[int, float]]
    thesaurus: tuple[int, int] | None
    scripts: bool
    fetched: tuple[Validators, ...] = ()
    registered: bool = False
    groups: int = 0
    unused_group: int = 0
    corrections: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Give the document."""
        record = {"application": APPLICATION, "format": FORMAT, **self._asdict()}
        record["sources"] = [source.to_record() for source in self.sources]
        record["fetched"] = [one._asdict() for one in self.fetched]
        return record


def read_contents(cluster: Cluster) -> ClusterContents:
    """Read what the index at an address consists of.

    Raises:
        ClusterError: There is none, it is of something else, or of another format.
    """
    contents = find_contents(cluster)
    if contents is None:
        address = cluster.address
        raise ClusterError(
            f"there is no index “{address.name}” at {address.roots[0]}; build one with: "
            f"dragoman build SOURCE --index {address}"
        )
    return contents


def find_contents(cluster: Cluster) -> ClusterContents | None:
    """Do the same; give None where there is none.

    Raises:
        ClusterError: What is there is of something else, or of another format.
    """
    address = cluster.address
    record = _record(cluster)
    if record.get("application") != APPLICATION:
        if not _exists(cluster):
            return None
        raise ClusterError(
            f"“{address.name}” at {address.roots[0]} is no index of Dragoman's; choose another name"
        )
    if (found := record.get("format")) != FORMAT:
        raise ClusterError(
            f"the index at {address} has format {found}, and this Dragoman reads "
            f"{FORMAT}; build it again with: dragoman build SOURCE --index {address}"
        )
    try:
        return _decode(record)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ClusterError(
            f"what the index at {address} consists of is damaged; build it again with: "
            f"dragoman build SOURCE --index {address}"
        ) from None


def remembered_corrections(cluster: Cluster) -> str | None:
    """Read which file of corrections an index remembers, of whatever format; None where it does not say.

    Raises:
        ClusterError: The cluster does not answer.
    """
    file = _record(cluster).get("corrections")
    return file if isinstance(file, str) else None


def _record(cluster: Cluster) -> dict[str, Any]:
    """Read the document as it is; give an empty one where there is none."""
    alias = f"{cluster.address.name}{WORDS_ENDING}"
    answer = cluster.request("GET", f"/{alias}/_doc/{CONTENTS_ID}", allowed=(404,))
    record = answer.get("_source", {}).get("contents")
    return record if isinstance(record, dict) else {}


def _exists(cluster: Cluster) -> bool:
    """Tell whether anything has the name of an index; a right to read it suffices.

    Raises:
        ClusterError: What answers is no cluster, or the right is lacking.
    """
    with suppress(ForbiddenError):
        cluster.version()
    answer = cluster.request("POST", f"/{cluster.address.name}/_search", {"size": 0}, allowed=(404,))
    return bool(answer.get("status") != 404)


def _decode(record: dict[str, Any]) -> ClusterContents:
    known = {"corrections": None, **record}
    statistics = {name: (documents, average) for name, (documents, average) in record["statistics"].items()}
    decoded = {
        "sources": tuple(map(SourceSummary.from_record, record["sources"])),
        "facets": tuple(record["facets"]),
        "fields": tuple(record["fields"]),
        "statistics": statistics,
        "thesaurus": tuple(record["thesaurus"]) if record["thesaurus"] else None,
        "fetched": tuple([Validators(**one) for one in record["fetched"]]),
    }
    return ClusterContents(**{name: known[name] for name in ClusterContents._fields} | decoded)


def aliased(cluster: Cluster, name: str) -> dict[str, list[str]]:
    """Give the indexes that the aliases of a name stand for, each with those of its aliases.

    An index of the very name is among them, without any.
    """
    names = (name, f"{name}{WORDS_ENDING}")
    answer = cluster.get(f"/{','.join(names)}/_alias", ignore_unavailable="true")
    return {index: [alias for alias in one["aliases"] if alias in names] for index, one in answer.items()}


def require_ours(cluster: Cluster) -> None:
    """Make sure that a name is free, or stands for an index of ours.

    Raises:
        ClusterError: It is that of something else, which would be lost.
    """
    name = cluster.address.name
    known = _ours(cluster, f"{name},{name}{WORDS_ENDING}")
    for index in aliased(cluster, name):
        if index not in known:
            is_itself = "is" if index == name else f"stands for “{index}”, which is"
            raise ClusterError(
                f"“{name}” at {cluster.address.roots[0]} {is_itself} no index of Dragoman's; "
                "choose another name"
            )


def numbers(cluster: Cluster) -> list[int]:
    """List the numbers of all indexes that look like ours, ascending."""
    path = f"/{cluster.address.name}-*/_settings"
    found = cluster.get(path, filter_path="*.settings.index.uuid", expand_wildcards="all")
    return sorted({int(match[1]) for index in found if (match := _numbered(cluster, index))})


def left_over(cluster: Cluster) -> list[str]:
    """List the indexes of ours that no alias names."""
    kept = aliased(cluster, cluster.address.name)
    found = _ours(cluster, f"{cluster.address.name}-*")
    return sorted([index for index in found if _numbered(cluster, index) and index not in kept])


def _ours(cluster: Cluster, names: str) -> set[str]:
    """Give those of some indexes that bear our mark."""
    mark = "mappings._meta.application"
    answer = cluster.get(f"/{names}/_mapping", ignore_unavailable="true", filter_path=f"*.{mark}")
    return {index for index, one in answer.items() if one["mappings"]["_meta"]["application"] == APPLICATION}


def _numbered(cluster: Cluster, index: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{re.escape(cluster.address.name)}-([0-9]+)(?:{WORDS_ENDING})?", index)


class ReplacementGuard:
    """Context manager around whatever reads an open index on a cluster; entered as often as one likes.

    Args:
        place: The address of the index.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell what it means that the index is not there.

        Raises:
            ReplacedIndexError: It was built anew.
        """
        if isinstance(error, ClusterError) and error.kind == "index_not_found_exception":
            raise ReplacedIndexError(f"{self._place} was built anew meanwhile; ask again") from None


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

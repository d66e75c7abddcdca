"""Read the manifest of a cluster index.

The manifest lists the names of the OpenSearch indexes, and the generation, sources, settings and counts of
the index. It is stored as one document, which the writer adds last.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.mapping import FORMER_GAP, GAP, MANIFEST_ID, WORDS_ENDING
from indexer.errors import ClusterError, ForbiddenError, message
from indexer.item import Validators
from indexer.runtime import NamedTuple
from indexer.store.manifest import SourceSummary

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster


APPLICATION: Final = "dragoman"
FORMAT: Final = "8.3"  # of records, as in folders since format 8, and of their storage on a cluster


class ClusterManifest(NamedTuple):
    """The manifest of an index on a cluster.

    Attributes:
        items_index: The name of the index of the items (not the alias).
        words_index: The name of the index of the vocabulary.
        generation: The id of the generation, which changes with every write.
        since: The number of the generation that added the items whose records do not state a generation.
        built: The time of the commit, in ISO 8601 with a UTC offset.
        items: The number of items.
        sources: The sources, with their locations and counts.
        facets: The custom fields that are counted by default.
        fields: The custom fields that at least one item has.
        statistics: For each ranked field, the number of documents that have it, and its mean length in them.
        thesaurus: The length of the compiled thesaurus and its checksum; None if there is none.
        scripts: Whether the cluster runs the script for exact scores.
        fetched: For each URL that is a source, the HTTP validators (``ETag``, ``Last-Modified``) of the
            indexed version.
        registered: Whether the index has a register (:mod:`indexer.store.register`).
        groups: The number of groups of near duplicates.
        unused_group: The lowest group number that was never used.
        corrections: The absolute path of the corrections file; None if there is none.
        gap: The number of positions between title and text.
        times: The encoded times of the latest commits; ``None`` if unknown.
        annotated: The number of items with annotations, including those that have left the index.
        ever_annotated: Whether the index ever had annotations.
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
    gap: int = GAP
    times: str | None = None
    annotated: int = 0
    ever_annotated: bool = False

    def to_record(self) -> dict[str, Any]:
        """Return the manifest as the JSON object that is stored."""
        record = {"application": APPLICATION, "format": FORMAT, **self._asdict()}
        record["sources"] = [source.to_record() for source in self.sources]
        record["fetched"] = [one._asdict() for one in self.fetched]
        return record


def read_cluster_manifest(cluster: Cluster) -> ClusterManifest:
    """Read the manifest of the index on a cluster.

    Raises:
        ClusterError: There is no index, it has another format, or another application uses the name.
    """
    manifest = find_manifest(cluster)
    if manifest is None:
        address = cluster.address
        raise ClusterError(
            message("cluster.no_index", name=address.name, roots=address.roots[0], address=address)
        )
    return manifest


def find_manifest(cluster: Cluster) -> ClusterManifest | None:
    """Read the manifest of the index on a cluster, or return None if there is none.

    Raises:
        ClusterError: The name belongs to another application, or the index has another format.
    """
    address = cluster.address
    record = _record(cluster)
    if record.get("application") != APPLICATION:
        if not _exists(cluster):
            return None
        raise ClusterError(message("cluster.foreign_index", name=address.name, roots=address.roots[0]))
    if (found := record.get("format")) != FORMAT:
        raise ClusterError(message("cluster.other_format", address=address, found=found, format=FORMAT))
    try:
        return _decode(record)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ClusterError(message("cluster.damaged_manifest", address=address)) from None


def find_annotated_manifest(cluster: Cluster) -> ClusterManifest | None:
    """Return the manifest of the index to replace, if it has annotations.

    The result is ``None`` if it has no annotations, or if its manifest cannot be read.
    """
    with suppress(ClusterError):
        if (manifest := find_manifest(cluster)) and manifest.ever_annotated:
            return manifest
    return None


def find_corrections_file(cluster: Cluster) -> str | None:
    """Return the corrections file of an index of any format, or ``None`` if it has no such file."""
    file = _record(cluster).get("corrections")
    return file if isinstance(file, str) else None


def _record(cluster: Cluster) -> dict[str, Any]:
    """Return the document with the manifest of an index, or an empty dictionary."""
    alias = f"{cluster.address.name}{WORDS_ENDING}"
    answer = cluster.request("GET", f"/{alias}/_doc/{MANIFEST_ID}", allowed=(404,))
    record = answer.get("_source", {}).get("contents")
    return record if isinstance(record, dict) else {}


def _exists(cluster: Cluster) -> bool:
    """Return whether an index with this name exists.

    The user only needs the permission to read.
    """
    with suppress(ForbiddenError):
        cluster.version()
    answer = cluster.request("POST", f"/{cluster.address.name}/_search", {"size": 0}, allowed=(404,))
    return bool(answer.get("status") != 404)


def _decode(record: dict[str, Any]) -> ClusterManifest:
    known = {"corrections": None, "gap": FORMER_GAP, "times": None, "annotated": 0, **record}
    known.setdefault("ever_annotated", bool(known["annotated"]))
    statistics = {name: (documents, average) for name, (documents, average) in record["statistics"].items()}
    decoded = {
        "sources": tuple(map(SourceSummary.from_record, record["sources"])),
        "facets": tuple(record["facets"]),
        "fields": tuple(record["fields"]),
        "statistics": statistics,
        "thesaurus": tuple(record["thesaurus"]) if record["thesaurus"] else None,
        "fetched": tuple([Validators(**one) for one in record["fetched"]]),
    }
    return ClusterManifest(**{name: known[name] for name in ClusterManifest._fields} | decoded)


def find_aliases(cluster: Cluster, name: str) -> dict[str, list[str]]:
    """Map each OpenSearch index behind the aliases of an index to its aliases.

    The aliases are ``name`` for the items, and another one for the words; further aliases are ignored. If
    ``name`` is itself an OpenSearch index and not an alias, it is returned without aliases.
    """
    names = (name, f"{name}{WORDS_ENDING}")
    answer = cluster.get(f"/{','.join(names)}/_alias", ignore_unavailable="true")
    return {index: [alias for alias in one["aliases"] if alias in names] for index, one in answer.items()}


def require_own_index(cluster: Cluster) -> None:
    """Check that the name of an index is not used by another program.

    Raises:
        ClusterError: The name belongs to another index, which would be lost.
    """
    name = cluster.address.name
    known = _own_indexes(cluster, f"{name},{name}{WORDS_ENDING}")
    for index in find_aliases(cluster, name):
        if index not in known:
            roots = cluster.address.roots[0]
            if index == name:
                raise ClusterError(message("cluster.foreign_index", name=name, roots=roots))
            raise ClusterError(message("cluster.foreign_name", name=name, roots=roots, index=index))


def generation_numbers(cluster: Cluster) -> list[int]:
    """Return the numbers in the names of an index's generations, sorted."""
    path = f"/{cluster.address.name}-*/_settings"
    found = cluster.get(path, filter_path="*.settings.index.uuid", expand_wildcards="all")
    return sorted({int(match[1]) for index in found if (match := _match_generation(cluster, index))})


def find_leftovers(cluster: Cluster) -> list[str]:
    """Return the indexes of interrupted writers, which have no alias."""
    kept = find_aliases(cluster, cluster.address.name)
    found = _own_indexes(cluster, f"{cluster.address.name}-*")
    return sorted([index for index in found if _match_generation(cluster, index) and index not in kept])


def _own_indexes(cluster: Cluster, names: str) -> set[str]:
    """Return the indexes among ``names`` that are marked as Dragoman's."""
    mark = "mappings._meta.application"
    answer = cluster.get(f"/{names}/_mapping", ignore_unavailable="true", filter_path=f"*.{mark}")
    return {index for index, one in answer.items() if one["mappings"]["_meta"]["application"] == APPLICATION}


def _match_generation(cluster: Cluster, index: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{re.escape(cluster.address.name)}-([0-9]+)(?:{WORDS_ENDING})?", index)

"""Check an index on a cluster for completeness, settings and leftovers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import parse_address
from indexer.cluster.cached_lists import fetch_thesaurus
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_manifest import find_aliases, find_leftovers, read_cluster_manifest
from indexer.cluster.mapping import WORD_COUNT, WORDS_ENDING, index_body, words_body
from indexer.cluster.new_indexes import read_statistics
from indexer.errors import ClusterError, ForbiddenError, message, message_of
from indexer.store.check import CheckReport, DamagedPart

if TYPE_CHECKING:
    from indexer.cluster.cluster_manifest import ClusterManifest
    from indexer.store.check import Progress

_CHOSEN: Final = frozenset({"number_of_shards", "number_of_replicas"})  # chosen in the build


def check_on_cluster(place: str, progress: Progress = lambda _file, _done: None) -> CheckReport:
    """Check an index on a cluster, except its files, which OpenSearch verifies.

    Args:
        place: The URL of the index.
        progress: Called before each part is checked, with the name of the part and 0, because no bytes are
            counted.

    Raises:
        ClusterError: There is no index, or the cluster does not respond.
    """
    cluster = Cluster(parse_address(place))
    manifest = read_cluster_manifest(cluster)
    names = (manifest.items_index, manifest.words_index)
    seen: dict[str, list[Any]] = {}
    hidden: list[str] = []
    for part, check in _PARTS.items():
        name = message(f"part.{part}")
        progress(name, 0)
        try:
            seen[part] = list(check(cluster, manifest))
        except ForbiddenError:
            hidden.append(name)
    found = [one for parts in seen.values() for one in parts]
    notes = [one for one in found if isinstance(one, str)]
    if hidden:
        notes.append(message("check.hidden", parts=hidden))
    findings = tuple([one for one in found if isinstance(one, DamagedPart)])
    size = sum(one for one in found if isinstance(one, int))
    return CheckReport(len(names), size, manifest.items, findings, tuple(notes))


def _aliases(cluster: Cluster, manifest: ClusterManifest) -> Iterator[DamagedPart]:
    name = cluster.address.name
    found = find_aliases(cluster, name)
    for alias, index in ((name, manifest.items_index), (f"{name}{WORDS_ENDING}", manifest.words_index)):
        named = sorted(one for one, aliases in found.items() if alias in aliases)
        if named != [index]:
            yield DamagedPart(
                alias,
                "alias",
                message("check.other_alias", named=named or message("check.nothing"), index=index),
            )


def _differing_settings(cluster: Cluster, manifest: ClusterManifest) -> Iterator[DamagedPart]:
    """Yield the settings and fields in which an index differs from a new index."""
    version = cluster.version()
    made = {
        manifest.items_index: index_body(
            shards=1, replicas=0, version=version, norms=not manifest.scripts, gap=manifest.gap
        ),
        manifest.words_index: words_body(),
    }
    for index, body in made.items():
        answer = cluster.get(f"/{index}", flat_settings="false").get(index, {})
        settings, meant = answer["settings"]["index"], body["settings"]
        for name, value in (meant["index"] | meant.get("analysis", {})).items():
            has = settings.get(name, settings.get("analysis", {}).get(name))
            if name not in _CHOSEN and _normalize(has) != _normalize(value):
                yield DamagedPart(index, message("part.setting", name=name), message("check.other_setting"))
        fields = answer["mappings"].get("properties", {})
        for name, field in body["mappings"]["properties"].items():
            has = fields.get(name, {})
            if name == WORD_COUNT and _normalize(has).get("doc_values") == "false":  # as in release 0.9
                has = field
            if _normalize(has) != _normalize(field):
                yield DamagedPart(index, message("part.field", name=name), message("check.other_setting"))


def _counts(cluster: Cluster, manifest: ClusterManifest) -> Iterator[DamagedPart]:
    found = read_statistics(cluster, manifest.items_index, manifest.facets)
    if found.items != manifest.items:
        yield DamagedPart(
            manifest.items_index,
            "items",
            message("check.items_found", found=found.items, items=manifest.items),
        )
    elif (found.ranked, found.fields) != (manifest.statistics, manifest.fields):
        yield DamagedPart(manifest.items_index, "lengths", message("check.other_lengths"))


def _shards(cluster: Cluster, manifest: ClusterManifest) -> Iterator[DamagedPart]:
    for index in (manifest.items_index, manifest.words_index):
        health = cluster.get(f"/_cluster/health/{index}")
        if health["status"] == "red":
            yield DamagedPart(
                index, "shards", message("check.shards_on_no_node", n=health["unassigned_shards"])
            )


def _thesaurus(cluster: Cluster, manifest: ClusterManifest) -> Iterator[DamagedPart]:
    if manifest.thesaurus is not None:
        try:
            fetch_thesaurus(cluster, manifest)
        except ClusterError as error:
            yield DamagedPart(manifest.words_index, "thesaurus", message_of(error))


def _size(cluster: Cluster, manifest: ClusterManifest) -> Iterator[int]:
    names = f"{manifest.items_index},{manifest.words_index}"
    yield cluster.get(f"/{names}/_stats/store")["_all"]["total"]["store"]["size_in_bytes"]


def _missing_replicas(cluster: Cluster, manifest: ClusterManifest) -> Iterator[str]:
    """Yield notes on missing replicas, which do not count as damage."""
    health = cluster.get(f"/_cluster/health/{manifest.items_index},{manifest.words_index}")
    if health["status"] == "yellow":
        yield message("check.copies_on_no_node", n=health["unassigned_shards"])
    settings = cluster.get(f"/{manifest.items_index}/_settings")[manifest.items_index]["settings"]["index"]
    if settings["number_of_replicas"] == "0" and health["number_of_data_nodes"] > 1:
        yield message("check.no_copies")


def _find_leftovers(cluster: Cluster, _: ClusterManifest) -> Iterator[str]:
    if orphans := find_leftovers(cluster):
        yield message("check.left_over", names=orphans)


def _scripts(_: Cluster, manifest: ClusterManifest) -> Iterator[str]:
    if not manifest.scripts:
        yield message("check.no_scripts")


# For each part of the index, the key of its name and its check. A check yields damaged parts, notes (strings)
# or numbers of bytes.
_PARTS: Final[dict[str, Callable[[Cluster, ClusterManifest], Iterator[DamagedPart | str | int]]]] = {
    "aliases": _aliases,
    "settings": _differing_settings,
    "counts": _counts,
    "shards": _shards,
    "thesaurus": _thesaurus,
    "replicas": _missing_replicas,
    "leftovers": _find_leftovers,
    "scripts": _scripts,
    "size": _size,
}


def _normalize(value: Any) -> Any:
    """Convert settings to the form in which a cluster returns them: strings, without default values."""
    if isinstance(value, dict):
        return {name: _normalize(one) for name, one in value.items() if (name, one) != ("type", "object")}
    if isinstance(value, list):
        return [_normalize(one) for one in value]
    return str(value).lower() if isinstance(value, (bool, int, float)) else value

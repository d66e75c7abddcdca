"""A check of an index on a cluster: is it whole and as it was made, and is nothing left over beside it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import parse_address
from indexer.cluster.client import Cluster
from indexer.cluster.contents import read_contents
from indexer.cluster.leftovers import aliased, left_over
from indexer.cluster.mapping import WORDS_ENDING, index_body, words_body
from indexer.cluster.statistics import read_statistics
from indexer.cluster.thesaurus import fetch_thesaurus
from indexer.errors import ClusterError
from indexer.store.check import CheckReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.cluster.contents import ClusterContents
    from indexer.store.check import Progress

_CHOSEN: Final = frozenset({"number_of_shards", "number_of_replicas"})  # by whoever built it


def check_on_cluster(place: str, progress: Progress = lambda _file, _done: None) -> CheckReport:
    """Check an index on a cluster; the cluster itself has checksums of its files.

    Args:
        place: The address.
        progress: Called with the name of each part, and the share of the check that is done before it.

    Raises:
        ClusterError: There is no index, or the cluster does not answer.
    """
    cluster = Cluster(parse_address(place))
    contents = read_contents(cluster)
    names = (contents.items_index, contents.words_index)
    findings: list[Finding] = []
    for at, part in enumerate((_aliases, _as_made, _counts, _copies, _thesaurus)):
        progress(part.__name__.strip("_"), at)
        findings += part(cluster, contents)
    stats = cluster.get(f"/{','.join(names)}/_stats/store")["_all"]["total"]["store"]
    notes = [*_unwatched(cluster, contents)]
    if orphans := left_over(cluster):
        notes.append(f"left over of writers that died, dropped by the next: {', '.join(orphans)}")
    return CheckReport(len(names), stats["size_in_bytes"], contents.items, tuple(findings), tuple(notes))


def _aliases(cluster: Cluster, contents: ClusterContents) -> Iterator[Finding]:
    name = cluster.address.name
    found = aliased(cluster, name)
    for alias, index in ((name, contents.items_index), (f"{name}{WORDS_ENDING}", contents.words_index)):
        named = sorted(one for one, aliases in found.items() if alias in aliases)
        if named != [index]:
            yield Finding(alias, "alias", f"it names {', '.join(named) or 'nothing'} and not {index}")


def _as_made(cluster: Cluster, contents: ClusterContents) -> Iterator[Finding]:
    """Compare settings and fields with those that a writer gives."""
    version = cluster.get("/")["version"]["number"]
    made = {
        contents.items_index: index_body(shards=1, replicas=0, version=version),
        contents.words_index: words_body(replicas=0),
    }
    for index, body in made.items():
        answer = cluster.get(f"/{index}", flat_settings="false").get(index, {})
        settings, meant = answer["settings"]["index"], body["settings"]
        for name, value in (meant["index"] | meant.get("analysis", {})).items():
            has = settings.get(name, settings.get("analysis", {}).get(name))
            if name not in _CHOSEN and _flat(has) != _flat(value):
                yield Finding(index, f"setting {name}", "it is not as it was made")
        fields = answer["mappings"].get("properties", {})
        for name, field in body["mappings"]["properties"].items():
            if _flat(fields.get(name)) != _flat(field):
                yield Finding(index, f"field {name}", "it is not as it was made")


def _counts(cluster: Cluster, contents: ClusterContents) -> Iterator[Finding]:
    found = read_statistics(cluster, contents.items_index, contents.facets)
    if found.items != contents.items:
        yield Finding(contents.items_index, "items", f"it has {found.items:,} of {contents.items:,}")
    elif (found.ranked, found.fields) != (contents.statistics, contents.fields):
        yield Finding(contents.items_index, "lengths", "they are not those that were counted")


def _copies(cluster: Cluster, contents: ClusterContents) -> Iterator[Finding]:
    for index in (contents.items_index, contents.words_index):
        health = cluster.get(f"/_cluster/health/{index}")
        if health["status"] == "red":
            yield Finding(index, "shards", f"{health['unassigned_shards']} are on no node")


def _thesaurus(cluster: Cluster, contents: ClusterContents) -> Iterator[Finding]:
    if contents.thesaurus is not None:
        try:
            fetch_thesaurus(cluster, contents)
        except ClusterError as error:
            yield Finding(contents.words_index, "thesaurus", str(error))


def _unwatched(cluster: Cluster, contents: ClusterContents) -> Iterator[str]:
    """Yield what is no damage, but may become some."""
    health = cluster.get(f"/_cluster/health/{contents.items_index},{contents.words_index}")
    if health["status"] == "yellow":
        yield f"{health['unassigned_shards']} copies are on no node: one more node lost may be data lost"
    settings = cluster.get(f"/{contents.items_index}/_settings")[contents.items_index]["settings"]["index"]
    if settings["number_of_replicas"] == "0" and health["number_of_data_nodes"] > 1:
        yield "there is no copy of its parts: without any one of its nodes it cannot be searched"
    if not contents.scripts:
        yield "the cluster runs no scripts: scores are near those of a folder, not the same"


def _flat(value: Any) -> Any:
    """Give settings as they are compared: a cluster gives all as texts, and leaves out what is usual."""
    if isinstance(value, dict):
        return {name: _flat(one) for name, one in value.items() if (name, one) != ("type", "object")}
    if isinstance(value, list):
        return [_flat(one) for one in value]
    return str(value).lower() if isinstance(value, (bool, int, float)) else value

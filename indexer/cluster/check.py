"""Check an index on a cluster for completeness, settings and leftovers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.address import parse_address
from indexer.cluster.cached_lists import fetch_thesaurus
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_contents import find_aliases, find_leftovers, read_contents
from indexer.cluster.mapping import WORD_COUNT, WORDS_ENDING, index_body, words_body
from indexer.cluster.new_indexes import read_statistics
from indexer.errors import ClusterError, ForbiddenError, message, message_of
from indexer.store.check import CheckReport, DamagedPart

if TYPE_CHECKING:
    from indexer.cluster.cluster_contents import ClusterContents
    from indexer.store.check import Progress

_CHOSEN: Final = frozenset({"number_of_shards", "number_of_replicas"})  # chosen in the build


def check_on_cluster(place: str, progress: Progress = lambda _file, _done: None) -> CheckReport:
    """Check an index on a cluster, except the files of OpenSearch, which it verifies itself.

    Args:
        place: The URL of the index.
        progress: Called before each part is checked, with the name of the part, and with 0 instead of a
            number of bytes.

    Raises:
        ClusterError: There is no index, or the cluster does not respond.
    """
    cluster = Cluster(parse_address(place))
    contents = read_contents(cluster)
    names = (contents.items_index, contents.words_index)
    seen: dict[str, list[Any]] = {}
    hidden: list[str] = []
    for part, check in _PARTS.items():
        name = message(f"part.{part}")
        progress(name, 0)
        try:
            seen[part] = list(check(cluster, contents))
        except ForbiddenError:
            hidden.append(name)
    found = [one for parts in seen.values() for one in parts]
    notes = [one for one in found if isinstance(one, str)]
    if hidden:
        notes.append(message("check.hidden", parts=hidden))
    findings = tuple([one for one in found if isinstance(one, DamagedPart)])
    size = sum(one for one in found if isinstance(one, int))
    return CheckReport(len(names), size, contents.items, findings, tuple(notes))


def _aliases(cluster: Cluster, contents: ClusterContents) -> Iterator[DamagedPart]:
    name = cluster.address.name
    found = find_aliases(cluster, name)
    for alias, index in ((name, contents.items_index), (f"{name}{WORDS_ENDING}", contents.words_index)):
        named = sorted(one for one, aliases in found.items() if alias in aliases)
        if named != [index]:
            yield DamagedPart(
                alias,
                "alias",
                message("check.other_alias", named=named or message("check.nothing"), index=index),
            )


def _differing_settings(cluster: Cluster, contents: ClusterContents) -> Iterator[DamagedPart]:
    """Yield the settings and fields in which an index differs from a new index."""
    version = cluster.version()
    made = {
        contents.items_index: index_body(
            shards=1, replicas=0, version=version, norms=not contents.scripts, gap=contents.gap
        ),
        contents.words_index: words_body(),
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


def _counts(cluster: Cluster, contents: ClusterContents) -> Iterator[DamagedPart]:
    found = read_statistics(cluster, contents.items_index, contents.facets)
    if found.items != contents.items:
        yield DamagedPart(
            contents.items_index,
            "items",
            message("check.items_found", found=found.items, items=contents.items),
        )
    elif (found.ranked, found.fields) != (contents.statistics, contents.fields):
        yield DamagedPart(contents.items_index, "lengths", message("check.other_lengths"))


def _shards(cluster: Cluster, contents: ClusterContents) -> Iterator[DamagedPart]:
    for index in (contents.items_index, contents.words_index):
        health = cluster.get(f"/_cluster/health/{index}")
        if health["status"] == "red":
            yield DamagedPart(
                index, "shards", message("check.shards_on_no_node", n=health["unassigned_shards"])
            )


def _thesaurus(cluster: Cluster, contents: ClusterContents) -> Iterator[DamagedPart]:
    if contents.thesaurus is not None:
        try:
            fetch_thesaurus(cluster, contents)
        except ClusterError as error:
            yield DamagedPart(contents.words_index, "thesaurus", message_of(error))


def _size(cluster: Cluster, contents: ClusterContents) -> Iterator[int]:
    names = f"{contents.items_index},{contents.words_index}"
    yield cluster.get(f"/{names}/_stats/store")["_all"]["total"]["store"]["size_in_bytes"]


def _missing_replicas(cluster: Cluster, contents: ClusterContents) -> Iterator[str]:
    """Yield notes on missing replicas, which do not count as damage."""
    health = cluster.get(f"/_cluster/health/{contents.items_index},{contents.words_index}")
    if health["status"] == "yellow":
        yield message("check.copies_on_no_node", n=health["unassigned_shards"])
    settings = cluster.get(f"/{contents.items_index}/_settings")[contents.items_index]["settings"]["index"]
    if settings["number_of_replicas"] == "0" and health["number_of_data_nodes"] > 1:
        yield message("check.no_copies")


def _find_leftovers(cluster: Cluster, _: ClusterContents) -> Iterator[str]:
    if orphans := find_leftovers(cluster):
        yield message("check.left_over", names=orphans)


def _scripts(_: Cluster, contents: ClusterContents) -> Iterator[str]:
    if not contents.scripts:
        yield message("check.no_scripts")


# The check of each part, by the key of its name, which yields findings, notes as texts, or numbers of bytes.
_PARTS: Final[dict[str, Callable[[Cluster, ClusterContents], Iterator[DamagedPart | str | int]]]] = {
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
    """Convert settings to the form in which a cluster returns them: values as texts, defaults left out."""
    if isinstance(value, dict):
        return {name: _normalize(one) for name, one in value.items() if (name, one) != ("type", "object")}
    if isinstance(value, list):
        return [_normalize(one) for one in value]
    return str(value).lower() if isinstance(value, (bool, int, float)) else value

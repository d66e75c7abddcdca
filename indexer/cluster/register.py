"""Store the register and the annotations of a cluster index, with a document for each entry.

The register (:mod:`indexer.store.register`) has data about items that are not in their records. The
annotations of an item are kept after it leaves the index, in case it returns. The index of the items has a
copy of the annotations for searches.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from indexer.annotations import Annotations
from indexer.cluster.bulk_requests import walk
from indexer.item import SourceLines
from indexer.schema import SEPARATOR
from indexer.store.register import NO_ITEM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.cluster.bulk_requests import BulkSender
    from indexer.cluster.client import Cluster
    from indexer.cluster.cluster_manifest import ClusterManifest
    from indexer.store.register import AnnotationChanges, RegisterChanges, RegisterState

History = tuple[tuple[str, ...], tuple[SourceLines, ...]]  # former ids, other source locations

_MOST: Final = 10_000  # entries per search
# Entries for corrections have this value in the field "gone", because older indexes lack a separate field for
# them. No source has this name.
_CORRECTED: Final = f"{SEPARATOR}corrected"
_ANNOTATED: Final = f"{SEPARATOR}annotated"  # see _CORRECTED
_KEY: Final = 16  # bytes of a digest that is the key of an entry: a cluster allows keys up to 512 bytes


def write_register(sender: BulkSender, index: str, register: RegisterChanges) -> None:
    """Send the changes of a register to the cluster."""
    before = dict(map(_add_key, _entries(register.before)))
    for key, body in map(_add_key, _entries(register.now)):
        if before.pop(key, None) != body:
            sender.index(index, key, body)
    for key in before:
        sender.delete(index, key)


def _entries(register: RegisterState) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each entry of a register as a key and a document."""
    for former, item_id in register.former.items():
        yield ("former", former), {"former": former, "item": item_id}
    for item_id, places in register.places.items():
        yield ("places", item_id), {"item": item_id, "places": [list(place) for place in places]}
    for key, item_id in register.deleted.items():
        yield ("deleted", key), {"deleted": key, "value": item_id}
    for source, item_id in register.gone:
        yield ("gone", source, item_id), {"gone": source, "value": item_id}
    for item_id, fields in register.corrected.items():
        yield ("corrected", item_id), {"gone": _CORRECTED, "value": f"{fields}{SEPARATOR}{item_id}"}


def _add_key(entry: tuple[tuple[str, ...], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    parts, body = entry
    text = SEPARATOR.join(parts).encode("utf-8", "replace")
    key = f"register {blake2b(text, digest_size=_KEY).hexdigest()}"
    return key, body | {"entry": key}


class ClusterRegister:
    """Reads the register of a cluster index."""

    def __init__(self, cluster: Cluster, manifest: ClusterManifest) -> None:
        self._cluster = cluster
        self._index = manifest.words_index
        self._is_empty = not manifest.registered

    def current(self, former: str) -> str | None:
        """Return the current id of the item with a former id, or ``None`` if no item had the id."""
        found = self._search({"term": {"former": former}}, 1)
        return found[0]["item"] if found else None

    def ids_with_prefix(self, prefix: str, most: int) -> list[str]:
        """Return the current ids of at most ``most`` items with a former id that has a prefix."""
        return [one["item"] for one in self._search({"prefix": {"former": prefix}}, most)]

    def histories(self, ids: Sequence[str]) -> dict[str, History]:
        """Return the former ids of items, and their source locations that are not in ``NewsItem.source``."""
        found: dict[str, History] = {}
        for one in self._search({"terms": {"item": list(ids)}}, _MOST):
            former, places = found.get(one["item"], ((), ()))
            more = tuple([SourceLines(*place) for place in one.get("places", ())])
            found[one["item"]] = (*former, *([one["former"]] if "former" in one else [])), (*places, *more)
        return found

    def excludes(self, item_id: str) -> bool:
        """Return whether a correction marked the record with the given id as not a news item."""
        key, _ = _add_key((("corrected", item_id), {}))
        found = self._search({"term": {"entry": key}}, 1)
        return bool(found) and found[0]["value"].startswith(NO_ITEM)

    def walk(self) -> Iterator[list[Any]]:
        """Yield all entries in the form of a folder's register: ``["f", FORMER, ID]`` ..."""
        if self._is_empty:
            return
        fields = ("former", "item", "places", "deleted", "gone", "value")
        query = {"exists": {"field": "entry"}}
        for hit in walk(self._cluster, self._index, query, fields, sort=[{"entry": "asc"}]):
            one = hit["_source"]
            match one:
                case {"former": former, "item": item_id}:
                    yield ["f", former, item_id]
                case {"places": places, "item": item_id}:
                    yield from [["p", item_id, *place] for place in places]
                case {"deleted": key, "value": item_id}:
                    yield ["d", key, item_id]
                case {"gone": source} if source == _ANNOTATED:
                    continue
                case {"gone": source, "value": value} if source == _CORRECTED:
                    corrected, _, item_id = value.partition(SEPARATOR)
                    yield ["c", item_id, corrected]
                case {"gone": source, "value": item_id}:
                    yield ["g", source, item_id]

    def _search(self, query: dict[str, Any], most: int) -> list[dict[str, Any]]:
        if self._is_empty:
            return []
        body = {
            "query": {"constant_score": {"filter": query}},
            "size": most,
            "track_total_hits": False,
            "sort": [{"former": {"order": "asc", "missing": "_last"}}],
        }
        return [hit["_source"] for hit in self._cluster.search(self._index, body)["hits"]["hits"]]


def read_annotations(cluster: Cluster, manifest: ClusterManifest | None) -> dict[str, Annotations]:
    """Read all annotations by item id, including those of items that have left the index."""
    if manifest is None or not manifest.annotated:
        return {}
    query, sort = {"term": {"gone": _ANNOTATED}}, [{"entry": "asc"}]
    hits = walk(cluster, manifest.words_index, query, ("value",), sort=sort)
    values = [json.loads(hit["_source"]["value"]) for hit in hits]
    return {item_id: decode_annotations(value) for item_id, *value in values}


def decode_annotations(value: Sequence[Any]) -> Annotations:
    """Decode annotations from a JSON array."""
    tags, collections, note = value
    return Annotations(tuple(tags), tuple(collections), note)


def write_annotations(
    sender: BulkSender, index: str, annotations: AnnotationChanges, *, are_all: bool
) -> int:
    """Send the changed annotations, or all if ``are_all``, and return the number of annotated items."""
    every = dict(annotations.every())
    for item_id in every if are_all else annotations.changes:
        key, body = _add_key((("annotated", item_id), {"gone": _ANNOTATED}))
        if found := every.get(item_id):
            sender.index(index, key, body | {"value": json.dumps([item_id, *found], ensure_ascii=False)})
        else:
            sender.delete(index, key)
    return len(every)

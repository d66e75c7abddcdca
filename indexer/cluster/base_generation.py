"""Look up items of the generation that a writer replaces, in batches."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.cluster.bulk_requests import walk
from indexer.cluster.documents import digest_key
from indexer.cluster.mapping import MAX_TERM_LENGTH
from indexer.custom_fields import MEMBER, source_field, value_key
from indexer.schema import SEPARATOR
from indexer.store.source_items import documents_with_rarest, indexed_words, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.cluster_manifest import ClusterManifest
    from indexer.store.protocols import Docs

BATCH_SIZE: Final = 500  # items per request
MAX_RECORDS: Final = 1 << 25  # characters of records in memory
MAX_WORDS: Final = 1 << 22  # words of removed items, by which their changed versions are found
_FIELDS: Final = ("id", "title", "record", "digest", "group")


class BaseClusterItems:
    """The items of the previous generation on a cluster.

    It implements :class:`~indexer.store.protocols.SegmentView`. Items are numbered in the order in which they
    are fetched.
    """

    is_remote = True

    def __init__(self, cluster: Cluster, manifest: ClusterManifest) -> None:
        self._cluster = cluster
        self._index = manifest.items_index
        self.documents = manifest.items
        self.deleted: Collection[int] = ()
        self.since = manifest.since
        self.ids: list[str] = []
        self.groups: dict[int, int] = {}
        self._titles: dict[int, str | None] = {}
        self._numbers: dict[str, int] = {}
        self._absent: set[str] = set()
        self._digests: dict[int, str] = {}
        self._numbers_by_digest: dict[str, list[int]] = {}
        self._records: dict[int, bytes] = {}
        self._held = 0
        self._sources: dict[str, Docs] = {}

    def prefetch(self, ids: Iterable[str], digests: Iterable[int] = ()) -> None:
        """Fetch items by id or digest, so that later calls need no requests."""
        missing = [*dict.fromkeys(one for one in ids if one not in self._numbers and one not in self._absent)]
        keys = [one for one in dict.fromkeys(map(digest_key, digests)) if one not in self._numbers_by_digest]
        self._make_room()
        for first in range(0, max(len(missing), len(keys)), BATCH_SIZE):
            some, sought = missing[first : first + BATCH_SIZE], keys[first : first + BATCH_SIZE]
            self._numbers_by_digest.update((key, []) for key in sought)
            either = [{"terms": {"id": some}}, {"terms": {"digest": sought}}]
            for hit in walk(self._cluster, self._index, {"bool": {"should": either}}, _FIELDS):
                number = self._keep_hit(hit)
                known = self._numbers_by_digest.get(self._digests[number])
                if known is not None and number not in known:
                    known.append(number)
            self._absent.update(one for one in some if one not in self._numbers)

    def find_id(self, item_id: str) -> int:
        """Return the number of the item with the given id, or -1 if there is no such item."""
        if item_id not in self._numbers:
            self.prefetch([item_id])
        return self._numbers.get(item_id, -1)

    def find_digest(self, digest: int) -> Sequence[int]:
        """Return the items with a digest of day, title and text."""
        self.prefetch((), [digest])
        return self._numbers_by_digest[digest_key(digest)]

    def read_record(self, number: int) -> bytes:
        """Return the stored record of an item, and prefetch those of the next items."""
        if number not in self._records:
            self._make_room()
            some = range(number, min(number + BATCH_SIZE, len(self.ids)))
            query = {"terms": {"id": [self.ids[at] for at in some if at not in self._records]}}
            for hit in walk(self._cluster, self._index, query, _FIELDS):
                self._keep_hit(hit)
        return self._records[number]

    def head(self, number: int) -> tuple[str, str | None]:
        """Return the id and the title of an item."""
        return self.ids[number], self._titles[number]

    def find_source(self, name: str) -> Docs:
        """Return the items of a source, or of one file of a source, newest first."""
        if name not in self._sources:
            field, key = source_field(name), value_key(name)
            own = f"{field}{SEPARATOR}{key}{SEPARATOR}"
            written = " ".join(name.split())
            values = [f"{own}{written}"]
            if written == key:  # values that equal their key are stored without it
                values.append(own)
            query: dict[str, Any] = {"terms": {"own_value": values}}
            if field == MEMBER:  # names of files in folders are only in the records
                query = {"bool": {"should": [{"term": {"file": key}}, {"prefix": {"file": f"{key}/"}}]}}
            fields = ("id", "title", "record") if field == MEMBER else ("id", "title")
            found = []
            for hit in walk(self._cluster, self._index, query, fields):
                number = self._keep_hit(hit)
                if field == MEMBER:
                    file = " ".join(json.loads(hit["_source"]["record"])["source"]["file"].split())
                    if file != written and not file.startswith(f"{written}/"):
                        continue
                found.append(number)
            self._sources[name] = np.array(found, np.int64)
        return self._sources[name]

    def find_title(self, title: str) -> Docs:
        """Return the items that may have a title: all that have it, and perhaps others.

        The search uses the words of the title that no analyzer changes.
        """
        terms = [
            {"term": {"words": word}} for word in sorted(indexed_words(title)) if len(word) <= MAX_TERM_LENGTH
        ]
        query = {"bool": {"filter": terms}} if terms else {"match_all": {}}
        hits = walk(self._cluster, self._index, query, ("id", "title"))
        return np.array([*map(self._keep_hit, hits)], np.int64)

    def word_index(self, docs: Docs) -> ItemWords:
        """Index the words of the given items in order, up to ``MAX_WORDS`` words.

        The remaining items are not indexed.
        """
        index, room = ItemWords(), MAX_WORDS
        for number in docs.tolist():
            record = json.loads(self.read_record(number))
            words = {*words_of(record["title"] or ""), *words_of(record["body"])}
            room -= len(words)
            if room < 0:
                break
            index.add(number, words)
        return index

    def _make_room(self) -> None:
        if self._held > MAX_RECORDS:
            self._records.clear()
            self._held = 0

    def _keep_hit(self, hit: dict[str, Any]) -> int:
        source = hit["_source"]
        number = self._numbers.get(source["id"])
        if number is None:
            number = self._numbers[source["id"]] = len(self.ids)
            self.ids.append(source["id"])
            self._titles[number] = source.get("title")
        if "digest" in source:
            self._digests[number] = source["digest"]
            if "group" in source:
                self.groups[number] = source["group"]
            self._records[number] = source["record"].encode()
            self._held += len(source["record"])
        return number


class ItemWords:
    """Maps each word to the items that contain it."""

    def __init__(self) -> None:
        self._items: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, number: int, words: Iterable[str]) -> None:
        """Add the number of an item to the lists of its words."""
        for word in words:
            self._items[word].append(number)

    def documents_with_any(self, words: Iterable[str]) -> Docs:
        """Return the items with the rarest of ``words``, repeated for each such word."""
        frequencies = {word: len(self._items[word]) for word in words if word in self._items}
        return documents_with_rarest(frequencies, lambda word: np.array(self._items[word], np.int64))

"""The items of the generation that a writer on a cluster starts from, looked up many at a time.

They stand in the place of a segment: who compares sources with what an index has asks both alike.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.cluster.bulk_requests import walk
from indexer.cluster.documents import digest_key
from indexer.cluster.mapping import MAX_TERM_LENGTH
from indexer.custom_fields import MEMBER, source_field, value_key
from indexer.schema import SEPARATOR, WORDS
from indexer.store.changed_items import sure_words, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from indexer.cluster.catalog import ClusterContents
    from indexer.cluster.client import Cluster

    Docs = npt.NDArray[Any]

BATCH_SIZE: Final = 500  # items that are looked up in one request
MAX_RECORDS: Final = 1 << 25  # characters of records that are held
MAX_WORDS: Final = 1 << 22  # words of items that are gone, which are looked for changed ones by their words
_FIELDS: Final = ("id", "title", "record", "digest", "group")


class BaseClusterItems:
    """The items of an index; those that were met have numbers.

    Args:
        cluster: The cluster.
        contents: What the index consists of.

    Attributes:
        documents: How many items there are: no number is as high.
        deleted: None: of a cluster nobody sees what was deleted.
        fields: The ranked fields that can be asked for.
        ids: The ids by number.
        groups: The groups of those that were read and are in one.
    """

    def __init__(self, cluster: Cluster, contents: ClusterContents) -> None:
        self._cluster = cluster
        self._index = contents.items_index
        self.documents = contents.items
        self.deleted: tuple[int, ...] = ()
        self.fields = (WORDS,)
        self.ids: list[str] = []
        self.groups: dict[int, int] = {}
        self._titles: dict[int, str | None] = {}
        self._numbers: dict[str, int] = {}
        self._absent: set[str] = set()
        self._digests: dict[int, str] = {}
        self._having: dict[str, list[int]] = {}
        self._records: dict[int, bytes] = {}
        self._held = 0
        self._sources: dict[str, Docs] = {}

    def look_up(self, ids: Iterable[str], digests: Iterable[int] = ()) -> None:
        """Look up items by their ids, and those of some days, titles and texts."""
        missing = [*dict.fromkeys(one for one in ids if one not in self._numbers and one not in self._absent)]
        keys = [one for one in dict.fromkeys(map(digest_key, digests)) if one not in self._having]
        self._make_room()
        for first in range(0, max(len(missing), len(keys)), BATCH_SIZE):
            some, sought = missing[first : first + BATCH_SIZE], keys[first : first + BATCH_SIZE]
            self._having.update((key, []) for key in sought)
            either = [{"terms": {"id": some}}, {"terms": {"digest": sought}}]
            for hit in walk(self._cluster, self._index, {"bool": {"should": either}}, _FIELDS):
                number = self._meet(hit)
                if (having := self._having.get(self._digests[number])) is not None and number not in having:
                    having.append(number)
            self._absent.update(one for one in some if one not in self._numbers)

    def find_id(self, item_id: str) -> int:
        """Find the item with an id; -1 for none."""
        if item_id not in self._numbers:
            self.look_up([item_id])
        return self._numbers.get(item_id, -1)

    def having_digest(self, digest: int) -> Sequence[int]:
        """List the items of that day, title and text."""
        self.look_up((), [digest])
        return self._having[digest_key(digest)]

    def has_digest(self, number: int, digest: int) -> bool:
        """Tell whether an item is of that day, title and text."""
        if number not in self._digests:
            self.stored(number)
        return self._digests[number] == digest_key(digest)

    def stored(self, number: int) -> bytes:
        """Read the stored record of an item, and those behind it: who reads one reads on, mostly."""
        if number not in self._records:
            self._make_room()
            some = range(number, min(number + BATCH_SIZE, len(self.ids)))
            query = {"terms": {"id": [self.ids[at] for at in some if at not in self._records]}}
            for hit in walk(self._cluster, self._index, query, _FIELDS):
                self._meet(hit)
        return self._records[number]

    def ids_and_titles(self, numbers: Sequence[int]) -> list[tuple[str, str | None]]:
        """Give the ids and the titles of items."""
        return [self.head(number) for number in numbers]

    def head(self, number: int) -> tuple[str, str | None]:
        """Give the id and the title of an item."""
        return self.ids[number], self._titles[number]

    def of_source(self, name: str) -> Docs:
        """List the items of a source, or of a file in one, the newest first."""
        if name not in self._sources:
            field, key = source_field(name), value_key(name)
            own = f"{field}{SEPARATOR}{key}{SEPARATOR}"
            written = " ".join(name.split())
            values = [f"{own}{written}"]
            if written == key:  # which values have not beside them that are written as they are compared
                values.append(own)
            query: dict[str, Any] = {"terms": {"own_value": values}}
            if field == MEMBER:  # of what lies in a folder the name is in the record alone
                query = {"bool": {"should": [{"term": {"file": key}}, {"prefix": {"file": f"{key}/"}}]}}
            fields = ("id", "title", "record") if field == MEMBER else ("id", "title")
            found = []
            for hit in walk(self._cluster, self._index, query, fields):
                number = self._meet(hit)
                if field == MEMBER:
                    file = " ".join(json.loads(hit["_source"]["record"])["source"]["file"].split())
                    if file != written and not file.startswith(f"{written}/"):
                        continue
                found.append(number)
            self._sources[name] = np.array(found, np.int64)
        return self._sources[name]

    def having_words(self, title: str) -> list[int]:
        """List the items that have all words of a title that texts of any language have."""
        terms = [
            {"term": {"words": word}} for word in sorted(sure_words(title)) if len(word) <= MAX_TERM_LENGTH
        ]
        query = {"bool": {"filter": terms}} if terms else {"match_all": {}}
        return [self._meet(hit) for hit in walk(self._cluster, self._index, query, ("id", "title"))]

    def _make_room(self) -> None:
        if self._held > MAX_RECORDS:
            self._records.clear()
            self._held = 0

    def _meet(self, hit: dict[str, Any]) -> int:
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


class RemovedClusterItems:
    """The items that a source no longer holds, by their words; they stand in the place of a segment too.

    Args:
        base: The items of the generation before.
        numbers: The numbers of those that are gone.
    """

    def __init__(self, base: BaseClusterItems, numbers: Docs) -> None:
        self.documents = base.documents
        self.fields = base.fields
        self.having_digest = base.having_digest
        self._words: dict[str, int] = {}
        self._having = RemovedItemWords()
        room = MAX_WORDS
        for number in numbers.tolist():
            record = json.loads(base.stored(number))
            words = {*words_of(record["title"] or ""), *words_of(record["body"])}
            room -= len(words)
            if room < 0:
                break
            for word in words:
                self._having.add(self._words.setdefault(word, len(self._words)), number)

    def find_term(self, _field: str, word: str) -> int:
        """Give the number of a word; -1 where none of them has it."""
        return self._words.get(word, -1)

    def postings(self, _field: str) -> RemovedItemWords:
        """Give the items of each word."""
        return self._having


class RemovedItemWords:
    """The items that have each of some words, by the numbers of both."""

    def __init__(self) -> None:
        self._lists: list[list[int]] = []

    def add(self, word: int, number: int) -> None:
        """Note that an item has a word, a known one or the next."""
        if word == len(self._lists):
            self._lists.append([])
        self._lists[word].append(number)

    def document_frequency(self, word: int) -> int:
        """Count the items that have a word."""
        return len(self._lists[word])

    def bounds(self, word: int) -> tuple[int]:
        """Say where its items are."""
        return (word,)

    def documents(self, word: int) -> Docs:
        """List the items that are there."""
        return np.array(self._lists[word], np.int64)

"""The words of an index on a cluster: lists there, one sorted file of the user's cache here.

Corrections and patterns look through all words that begin so, which a cluster would have to be asked for by
the ten thousand. The lists are fetched once for each generation, beside whatever else is asked then.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import blake2b
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster import cache
from indexer.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents

LIST: Final = "words"  # what marks a list among the documents of the vocabulary
_MOST_LISTS: Final = 10_000  # in one answer
_CODING: Final = "utf-8", "surrogatepass"  # in which bytes have the order of their signs


def word_list(words: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Give the document of some words, with its key."""
    data = "\n".join(sorted(set(words))).encode(*_CODING)
    key = f"{LIST}-{blake2b(data, digest_size=16).hexdigest()}"
    return key, {"list": LIST, "value": b64encode(zlib.compress(data)).decode()}


def lists_body() -> dict[str, Any]:
    """Give the search for all lists."""
    query = {"constant_score": {"filter": {"term": {"list": LIST}}}}
    return {"query": query, "size": _MOST_LISTS, "track_total_hits": False, "_source": ["value"]}


def read_lists(cluster: Cluster, index: str) -> tuple[set[str], set[str]]:
    """Read all lists of an index: their keys, and the words on any.

    Raises:
        ClusterError: They are damaged, or the cluster does not answer.
    """
    hits = cluster.search(index, lists_body())["hits"]["hits"]
    return {hit["_id"] for hit in hits}, {word.decode(*_CODING) for word in _listed(hits)}


def _listed(hits: Iterable[dict[str, Any]]) -> set[bytes]:
    """Give the words on lists that a cluster gave."""
    words: set[bytes] = set()
    try:
        for hit in hits:
            words.update(zlib.decompress(b64decode(hit["_source"]["value"])).split(b"\n"))
    except (KeyError, ValueError, zlib.error):
        raise ClusterError("the lists of the words of an index are damaged; build it again") from None
    return words


class WordLists:
    """The words of one generation of an index; threads may share it.

    Args:
        place: The address of the index.
        contents: What it consists of.
    """

    def __init__(self, place: str, contents: ClusterContents) -> None:
        of_place = f"words-{zlib.crc32(place.encode()):08x}-"
        state = f"{contents.words_index} {contents.generation} {contents.built}"
        self._older = f"{of_place}*"
        self._name = f"{of_place}{zlib.crc32(state.encode()):08x}"
        self._data: mmap | bytes | None = None

    @property
    def is_at_hand(self) -> bool:
        """Whether the words need not be fetched."""
        if self._data is None and (path := self._path).exists():
            with path.open("rb") as file:
                self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
        return self._data is not None

    def keep(self, answer: dict[str, Any]) -> None:
        """Keep the lists that a cluster gave.

        Raises:
            ClusterError: They are damaged, or cannot be kept.
        """
        words = _listed(answer["hits"]["hits"])
        path = self._path
        for old in path.parent.glob(self._older):
            with suppress(OSError):  # another process reads it
                old.unlink()
        cache.keep(path, b"\n".join([*sorted(words), b""]) or b"\n")

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """Give the words that begin so, ascending."""
        assert self._data is not None
        first = prefix.encode(*_CODING)
        start, end = self._place(first), self._place(first + b"\xff")
        return tuple(self._data[start:end].decode(*_CODING).split("\n")[:-1])

    @property
    def _path(self) -> Path:
        return cache.folder() / self._name

    def _place(self, key: bytes) -> int:
        """Find where the first word begins that does not stand before a key."""
        data = self._data
        assert data is not None
        low, high = 0, len(data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            end = data.find(b"\n", middle)
            if data[start:end] < key:
                low = end + 1
            else:
                high = start
        return low

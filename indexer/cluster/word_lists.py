"""The words of an index on a cluster: lists there, one sorted file of the user's cache here.

Corrections and patterns look through all words that begin so, which a cluster would have to be asked for by
the ten thousand. The lists are fetched once for each generation, beside whatever else is asked then. A list
has a line for each word that stands for a term, ``en govern government``, and one for each term that stands
for a word typed without its accents, ``=es policia polic``; the file has each word by itself beside them.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import blake2b
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster import cache
from indexer.cluster.thesaurus import QUICK
from indexer.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents

LIST: Final = "words"  # what marks a list among the documents of the vocabulary
_VARIANT: Final = "="  # before a variant
_WORD: Final = " "  # before a word by itself
_MOST_LISTS: Final = 10_000  # in one answer
_CODING: Final = "utf-8", "surrogatepass"  # in which bytes have the order of their signs


def form_entry(language: str, term: str, word: str) -> str:
    """Give the line of a word that stands for a term in texts of a language."""
    return f"{language} {term} {word}"


def variant_entry(language: str, term: str, word: str) -> str:
    """Give the line of a term that stands for a word typed without its accents."""
    return f"{_VARIANT}{language} {word} {term}"


def parted_form(entry: str) -> tuple[str, str, str] | None:
    """Part the line of a word into language, term and word; None for that of a variant."""
    language, term, word = entry.split(" ")
    return None if language.startswith(_VARIANT) else (language, term, word)


def entry_list(entries: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Give the document of some lines, with its key."""
    data = "\n".join(sorted(entries)).encode(*_CODING)
    key = f"{LIST}-{blake2b(data, digest_size=16).hexdigest()}"
    return key, {"list": LIST, "value": b64encode(zlib.compress(data, QUICK)).decode()}


def lists_body() -> dict[str, Any]:
    """Give the search for all lists."""
    query = {"constant_score": {"filter": {"term": {"list": LIST}}}}
    return {"query": query, "size": _MOST_LISTS, "track_total_hits": False, "_source": ["value"]}


def read_lists(cluster: Cluster, index: str) -> tuple[set[str], set[str]]:
    """Read all lists of an index: their keys, and the lines of any.

    Raises:
        ClusterError: They are damaged or too many, or the cluster does not answer.
    """
    hits = cluster.search(index, lists_body())["hits"]["hits"]
    return {hit["_id"] for hit in hits}, {line.decode(*_CODING) for line in _listed(hits)}


def _listed(hits: list[dict[str, Any]]) -> set[bytes]:
    """Give the lines of lists that a cluster gave."""
    if len(hits) >= _MOST_LISTS:
        raise ClusterError("the words of an index are on more lists than one answer holds; build it again")
    lines: set[bytes] = set()
    try:
        for hit in hits:
            lines.update(zlib.decompress(b64decode(hit["_source"]["value"])).split(b"\n"))
    except (KeyError, ValueError, zlib.error):
        raise ClusterError("the lists of the words of an index are damaged; build it again") from None
    return lines


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
        if self._data is None:
            with suppress(FileNotFoundError), self._path.open("rb") as file:
                self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
        return self._data is not None

    def keep(self, answer: dict[str, Any]) -> None:
        """Keep the lists that a cluster gave.

        Raises:
            ClusterError: They are damaged or too many, or cannot be kept.
        """
        lines = _listed(answer["hits"]["hits"])
        variant, space = _VARIANT.encode(), _WORD.encode()
        lines |= {space + line.rpartition(space)[2] for line in lines if not line.startswith(variant)}
        path, data = self._path, b"\n".join([*sorted(lines), b""]) or b"\n"
        cache.keep(path, data)
        if not self.is_at_hand:  # a process that reads another generation dropped the file
            self._data = data
        for old in {*path.parent.glob(self._older)} - {path}:
            with suppress(OSError):  # another process reads it
                old.unlink()

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """Give the words that begin so, ascending."""
        return self._after(_WORD, prefix)

    def forms(self, language: str, term: str) -> tuple[str, ...]:
        """Give the words that texts of a language have for a term, ascending."""
        return self._after(f"{language} {term} ")

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Give the terms that stand for a word typed without its accents, ascending."""
        return self._after(f"{_VARIANT}{language} {word} ")

    @property
    def _path(self) -> Path:
        return cache.folder() / self._name

    def _after(self, head: str, rest: str = "") -> tuple[str, ...]:
        """Give what stands behind the head of each line that begins with it, and with the rest then."""
        assert self._data is not None
        first = f"{head}{rest}".encode(*_CODING)
        start, end = self._place(first), self._place(first + b"\xff")
        lines = self._data[start:end].decode(*_CODING)
        return tuple(lines[len(head) : -1].split(f"\n{head}")) if lines else ()

    def _place(self, key: bytes) -> int:
        """Find where the first line begins that does not stand before a key."""
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

"""Store the words of a cluster index as lists on the cluster, and in a local cache.

Spelling correction and patterns need all words with a prefix, which would take tens of thousands of requests.
So the lists are fetched once per generation (the state of the index after a write), with other data. A list
has a line for each form of a term, ``en govern government`` (language, term, word), and for each accent
variant, ``=es policia polic`` (language, unaccented word, term of the accented word). The cache file is
sorted, and also has a line for each word without its language and term.
"""

from __future__ import annotations

import os
import zlib
from base64 import b64decode, b64encode
from bisect import bisect_left
from contextlib import suppress
from hashlib import blake2b
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.layout import Container
from indexer.codec.plain_file import whole_file
from indexer.errors import ClusterError, message, reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.cluster.client import Cluster
    from indexer.cluster.cluster_manifest import ClusterManifest


def cache_folder() -> Path:
    """Return the folder of the local cache."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "dragoman"


def write_to_cache(path: Path, data: bytes) -> None:
    """Write a file to the local cache atomically.

    Raises:
        ClusterError: The file cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(path) as (file, part):
            part.chmod(0o600)  # private words; others may have access to the folder
            file.write(data)
    except OSError as error:
        raise ClusterError(
            message("cluster.cannot_keep", name=path.name, parent=path.parent, reason=reason(error))
        ) from None


PART: Final = 1 << 17  # bytes per document: small enough for a node with little memory
QUICK: Final = 1  # compression level; compared with the default, a quarter of the time, a seventh more bytes
_ID: Final = "thesaurus-{:04d}"


def thesaurus_parts(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Split a compiled thesaurus into documents for a cluster, and return the key and body of each."""
    return [
        (_ID.format(number), {"value": b64encode(zlib.compress(data[first : first + PART], QUICK)).decode()})
        for number, first in enumerate(range(0, len(data), PART))
    ]


def open_labels(cluster: Cluster, manifest: ClusterManifest) -> Container | None:
    """Open the thesaurus of an index, after fetching it if necessary.

    The result is ``None`` if the index has no thesaurus.
    """
    if manifest.thesaurus is None:
        return None
    length, checksum = manifest.thesaurus
    path = cache_folder() / f"thesaurus-{length}-{checksum:08x}.labels"
    if not path.exists() or path.stat().st_size != length:
        write_to_cache(path, fetch_thesaurus(cluster, manifest))
    return Container(path)


def fetch_thesaurus(cluster: Cluster, manifest: ClusterManifest) -> bytes:
    """Fetch the compiled thesaurus of an index.

    Raises:
        ClusterError: The thesaurus cannot be fetched, or is damaged.
    """
    assert manifest.thesaurus is not None
    length, checksum = manifest.thesaurus
    ids = [_ID.format(number) for number in range(-(-length // PART))]
    found = cluster.post(f"/{manifest.words_index}/_mget", {"ids": ids})["docs"]
    try:
        data = b"".join([zlib.decompress(b64decode(one["_source"]["value"])) for one in found])
    except (KeyError, ValueError, zlib.error):
        data = b""
    if len(data) != length or zlib.crc32(data) != checksum:
        raise ClusterError(message("cluster.damaged_thesaurus", address=cluster.address))
    return data


LIST: Final = "words"  # marks a list among the documents of the vocabulary
_VARIANT: Final = "="  # the first character of the line of an accent variant
_WORD: Final = " "  # the first character of the line of a word without language and term
_MAX_LISTS: Final = 10_000  # word lists per response
_CODING: Final = "utf-8", "surrogatepass"  # in this encoding, byte order is character order


def form_entry(language: str, term: str, word: str) -> str:
    """Return the line of a word list for a form of a term: ``en govern government``."""
    return f"{language} {term} {word}"


def variant_entry(language: str, term: str, word: str) -> str:
    """Return the line of a word list for an accent variant: ``=es policia polic``.

    ``word`` is an unaccented word, and ``term`` the term of an accented word that may be meant.
    """
    return f"{_VARIANT}{language} {word} {term}"


def split_line(entry: str) -> tuple[str, str, str] | None:
    """Split the line of a form into language, term and word.

    The result is ``None`` if the line is that of an accent variant.
    """
    language, term, word = entry.split(" ")
    return None if language.startswith(_VARIANT) else (language, term, word)


def entry_list(entries: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Encode lines as a word list, and return the key and body of its document on the cluster."""
    data = "\n".join(sorted(entries)).encode(*_CODING)
    key = f"{LIST}-{blake2b(data, digest_size=16).hexdigest()}"
    return key, {"list": LIST, "value": b64encode(zlib.compress(data, QUICK)).decode()}


def lists_body() -> dict[str, Any]:
    """Return the body of a request for all word lists of an index."""
    query = {"constant_score": {"filter": {"term": {"list": LIST}}}}
    return {"query": query, "size": _MAX_LISTS, "track_total_hits": False, "_source": ["value"]}


def read_lists(cluster: Cluster, index: str) -> tuple[set[str], set[str]]:
    """Return the keys of all word lists of an index, and their lines."""
    hits = cluster.search(index, lists_body())["hits"]["hits"]
    return {hit["_id"] for hit in hits}, {line.decode(*_CODING) for line in _lines_in_response(hits)}


def _lines_in_response(hits: list[dict[str, Any]]) -> set[bytes]:
    """Return the lines of the word lists in a response."""
    if len(hits) >= _MAX_LISTS:
        raise ClusterError(message("cluster.too_many_word_lists"))
    lines: set[bytes] = set()
    try:
        for hit in hits:
            lines.update(zlib.decompress(b64decode(hit["_source"]["value"])).split(b"\n"))
    except (KeyError, ValueError, zlib.error):
        raise ClusterError(message("cluster.damaged_word_lists")) from None
    return lines


class WordLists:
    """The words of one generation of an index.

    Threads may share it.
    """

    def __init__(self, place: str, manifest: ClusterManifest) -> None:
        of_place = f"words-{zlib.crc32(place.encode()):08x}-"
        state = f"{manifest.words_index} {manifest.generation} {manifest.built}"
        self._older = f"{of_place}*"
        self._name = f"{of_place}{zlib.crc32(state.encode()):08x}"
        self._data: mmap | bytes | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether the local cache has the words of this generation of the index."""
        if self._data is None:
            with suppress(FileNotFoundError), self._path.open("rb") as file:
                self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
        return self._data is not None

    def keep(self, answer: dict[str, Any]) -> None:
        """Write the word lists that a response contains to the local cache."""
        lines = _lines_in_response(answer["hits"]["hits"])
        variant, space = _VARIANT.encode(), _WORD.encode()
        lines |= {space + line.rpartition(space)[2] for line in lines if not line.startswith(variant)}
        path, data = self._path, b"\n".join([*sorted(lines), b""]) or b"\n"
        write_to_cache(path, data)
        if not self.is_loaded:  # a process with another generation removed the file
            self._data = data
        for old in {*path.parent.glob(self._older)} - {path}:
            with suppress(OSError):  # another process has it open
                old.unlink()

    def words_with_prefix(self, prefix: str) -> tuple[str, ...]:
        """Return the words that start with a prefix, sorted."""
        return self._lines_after(_WORD, prefix)

    def forms(self, language: str, term: str) -> tuple[str, ...]:
        """Return the words that the language's stemmer turns into ``term``, sorted."""
        return self._lines_after(f"{language} {term} ")

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the terms of the accented words that equal ``word`` without their accents, sorted."""
        return self._lines_after(f"{_VARIANT}{language} {word} ")

    @property
    def _path(self) -> Path:
        return cache_folder() / self._name

    def _lines_after(self, head: str, rest: str = "") -> tuple[str, ...]:
        """Return the lines that start with ``head`` and ``rest``, each without ``head``."""
        assert self._data is not None
        first = f"{head}{rest}".encode(*_CODING)
        start, end = self._place(first), self._place(first + b"\xff")
        lines = self._data[start:end].decode(*_CODING)
        return tuple(lines[len(head) : -1].split(f"\n{head}")) if lines else ()

    def _place(self, key: bytes) -> int:
        """Return the offset of the first line that is not less than a key."""
        data = self._data
        assert data is not None

        def line_at(place: int) -> bytes:
            return data[data.rfind(b"\n", 0, place) + 1 : data.find(b"\n", place)]

        return bisect_left(range(len(data)), key, key=line_at)

"""Look up all words of a query in the vocabulary with one request.

Interpretation looks words up one by one, and each lookup would be a request. So a query is first interpreted
with guesses in place of results, which takes a millisecond, and all guessed lookups are requested at once.
This is repeated until nothing is missing: once for most queries, twice if the responses lead to other words.
Words with a common prefix, for corrections and patterns, are read from cached lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.cached_lists import WordLists, lists_body
from indexer.cluster.client import encode
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES, WORDS, text_field
from searcher.query.known_words import MAX_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.cluster_manifest import ClusterManifest

    # A search for items: header, body, and the reader of the response.
    ExtraSearch = tuple[dict[str, Any], dict[str, Any], Callable[[dict[str, Any]], object]]

MAX_CACHED: Final = 1 << 16  # maximum cached results
MAX_REQUESTED: Final = 500  # lookups of a kind per part of a request; a cluster allows 1,024 clauses


class Statistics(NamedTuple):
    """The statistics of a field that scores need.

    Attributes:
        documents: The number of documents with the field.
        average: The mean length of the field in these documents, or 1.0 if there are no documents.
    """

    documents: int
    average: float


@dataclass(frozen=True, slots=True)
class DocumentFrequency:
    """A lookup of the number of documents with a term in a field."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class Forms:
    """A lookup of the words that a language's stemmer turns into a term."""

    language: str
    term: str


@dataclass(frozen=True, slots=True)
class Variants:
    """A lookup of the terms of accented words that equal a word without accents."""

    language: str
    word: str


@dataclass(frozen=True, slots=True)
class Words:
    """A lookup of the words that start with a prefix."""

    prefix: str


Lookup = DocumentFrequency | Forms | Variants | Words
GUESSES: Final[dict[type[Any], Any]] = {DocumentFrequency: 1, Forms: (), Variants: (), Words: ()}


class ClusterVocabulary:
    """The vocabulary of one generation of an index.

    Threads may share it.
    """

    def __init__(self, cluster: Cluster, manifest: ClusterManifest) -> None:
        self._cluster = cluster
        self._index = manifest.items_index
        self._words = manifest.words_index
        self.statistics = {name: Statistics(*numbers) for name, numbers in manifest.statistics.items()}
        self._lists = WordLists(str(cluster.address), manifest)
        self._known: dict[DocumentFrequency, int] = {}

    def recall(self, lookup: Lookup) -> Any:
        """Return the cached result of a lookup, or None if there is none."""
        if isinstance(lookup, DocumentFrequency):
            return self._known.get(lookup)
        if not self._lists.is_loaded:
            return None
        if isinstance(lookup, Words):
            return self._lists.words_with_prefix(lookup.prefix)
        if isinstance(lookup, Forms):
            return self._lists.forms(lookup.language, lookup.term)
        return self._lists.variants(lookup.language, lookup.word)

    def answer(self, lookup: Lookup) -> Any:
        """Return the result of a lookup, from the cache or the cluster."""
        while (found := self.recall(lookup)) is None:  # another thread may clear the cache
            self.fetch([lookup])
        return found

    def fetch(self, lookups: Iterable[Lookup], alongside: Sequence[ExtraSearch] = ()) -> None:
        """Request the missing results of lookups, and of lookups that will probably follow, all at once.

        Raises:
            ClusterError: The cluster does not respond.
        """
        wanted = _add_likely(lookups)
        missing = [lookup for lookup in wanted if self.recall(lookup) is None]
        if len(self._known) + len(missing) > MAX_CACHED:
            self._known.clear()
            missing = list(wanted)
        searches: list[tuple[dict[str, Any], dict[str, Any]]] = []
        readers: list[Callable[[dict[str, Any]], object]] = []
        frequencies = [lookup for lookup in missing if isinstance(lookup, DocumentFrequency)]
        for first in range(0, len(frequencies), MAX_REQUESTED):
            part = frequencies[first : first + MAX_REQUESTED]
            searches.append(({"index": self._index}, _document_frequencies(part)))
            readers.append(partial(self._learn, part))
        if len(frequencies) < len(missing) and not self._lists.is_loaded:
            searches.append(({"index": self._words}, lists_body()))
            readers.append(self._lists.keep)
        searches += [(head, body) for head, body, _ in alongside]
        readers += [reads for _, _, reads in alongside]
        if not searches:
            return
        lines = b"".join([encode(head) + b"\n" + encode(body) + b"\n" for head, body in searches])
        for learn, answer in zip(readers, self._cluster.multi_search(lines), strict=True):
            learn(answer)

    def _learn(self, lookups: list[DocumentFrequency], answer: dict[str, Any]) -> None:
        buckets = answer["aggregations"]["found"]["buckets"]
        self._known.update(
            (lookup, buckets[str(number)]["doc_count"]) for number, lookup in enumerate(lookups)
        )


def _add_likely(lookups: Iterable[Lookup]) -> dict[Lookup, None]:
    """Return lookups and, after them, those that will probably be needed next.

    They are the keys of the result; all values are None.
    """
    wanted: dict[Lookup, None] = dict.fromkeys(lookups)
    for lookup in list(wanted):
        if (
            isinstance(lookup, DocumentFrequency)
            and lookup.field.startswith("text_")
            and not lookup.term.isalpha()
        ):
            # A number is the same in all languages.
            wanted |= dict.fromkeys([DocumentFrequency(text_field(name), lookup.term) for name in LANGUAGES])
        elif isinstance(lookup, Variants) and lookup.word.isalpha():
            wanted |= dict.fromkeys(_spellings(lookup.word))
    return wanted


def _spellings(word: str) -> Iterator[DocumentFrequency]:
    """Yield the lookups for a word that may be misspelt.

    These are the word itself, and each way to split the word into two.
    """
    if len(word) <= MAX_LENGTH:
        yield DocumentFrequency(WORDS, word)
        for at in range(2, len(word) - 2):
            yield DocumentFrequency(WORDS, word[:at])
            yield DocumentFrequency(WORDS, word[at:])


def _document_frequencies(lookups: list[DocumentFrequency]) -> dict[str, Any]:
    filters = {str(number): {"term": {lookup.field: lookup.term}} for number, lookup in enumerate(lookups)}
    return {"size": 0, "track_total_hits": False, "aggs": {"found": {"filters": {"filters": filters}}}}

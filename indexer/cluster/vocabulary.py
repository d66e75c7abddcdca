"""The vocabulary of an index on a cluster while it is written: a document for each word of each term."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.word_lists import word_list
from indexer.schema import WORDS, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.cluster.bulk import BulkSender
    from indexer.cluster.client import Cluster
    from indexer.cluster.documents import Entry

MOST_GATHERED: Final = 200_000  # entries that are held before they are sent
MOST_SENT: Final = 1_000_000  # entries that are known to have been sent
TOGETHER: Final = 400  # entries that are looked for in one request: a cluster takes 1,024 clauses
_KEY: Final = 16  # bytes of a digest that stands for an entry


class VocabularyWriter:
    """Sends the entries of a vocabulary, each once, more or less.

    Args:
        sender: Sends documents.

    Attributes:
        gathered: Entries that wait.
    """

    def __init__(self, sender: BulkSender) -> None:
        self._sender = sender
        self.gathered: set[Entry] = set()
        self._sent: set[bytes] = set()

    @property
    def is_full(self) -> bool:
        """Whether what was gathered should be sent."""
        return len(self.gathered) > MOST_GATHERED

    def send(self, index: str) -> None:
        """Send the entries that were gathered, and a list of their words, to an index, named by an alias."""
        words: set[str] = set()
        for entry in self.gathered:
            key = _key(entry)
            if key in self._sent:
                continue
            self._sent.add(key)
            language, term, word, variant = entry
            words.add(word)
            body: dict[str, Any] = {"word": word, "term": f"{language} {term}"}
            if variant is not None:
                body |= {"variant": f"{language} {word}", "value": variant}
            self._sender.index(index, key.hex(), body)
        if words:
            self._sender.index(index, *word_list(words))
        self.gathered.clear()
        if len(self._sent) > MOST_SENT:  # some will be sent twice, which does no harm
            self._sent.clear()

    def drop_unused(self, cluster: Cluster, items: str, words: str, entries: Iterable[Entry]) -> None:
        """Drop the entries that no item has any more.

        Args:
            cluster: The cluster.
            items: The index of the items, refreshed.
            words: That of the vocabulary, named by an alias.
            entries: Those that items had which are gone or have changed.
        """
        asked = [entry for entry in entries if _key(entry) not in self._sent]
        for first in range(0, len(asked), TOGETHER):
            some = asked[first : first + TOGETHER]
            filters = {str(at): _having(*entry[:3]) for at, entry in enumerate(some)}
            body = {
                "size": 0,
                "track_total_hits": False,
                "aggs": {"having": {"filters": {"filters": filters}}},
            }
            buckets = cluster.search(items, body)["aggregations"]["having"]["buckets"]
            for at, entry in enumerate(some):
                if not buckets[str(at)]["doc_count"]:
                    self._sender.delete(words, _key(entry).hex())


def _having(language: str, term: str, word: str) -> dict[str, Any]:
    """Give the items that have a term in a language, and a word in any."""
    return {"bool": {"filter": [{"term": {WORDS: word}}, {"term": {text_field(language): term}}]}}


def _key(entry: Entry) -> bytes:
    language, term, word, _ = entry
    return blake2b(f"{language} {term} {word}".encode("utf-8", "replace"), digest_size=_KEY).digest()

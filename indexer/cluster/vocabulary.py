"""The vocabulary of an index on a cluster while it is written: a document for each word of each term."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.bulk import WRITING
from indexer.cluster.word_lists import read_lists, word_list
from indexer.schema import WORDS, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.cluster.bulk import BulkSender
    from indexer.cluster.client import Cluster
    from indexer.cluster.documents import Entry

MOST_GATHERED: Final = 200_000  # entries that are held before they are sent
MOST_SENT: Final = 1_000_000  # entries that are known to have been sent
TOGETHER: Final = 300  # entries that are looked for in one request: a cluster takes 1,024 clauses
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
        gone: set[str] = set()
        for first in range(0, len(asked), TOGETHER):
            some = asked[first : first + TOGETHER]
            filters: dict[str, Any] = {}
            for at, (language, term, word, _) in enumerate(some):
                having = {"term": {WORDS: word}}
                filters[f"word {at}"] = having
                filters[f"entry {at}"] = {
                    "bool": {"filter": [having, {"term": {text_field(language): term}}]}
                }
            aggs = {"having": {"filters": {"filters": filters}}}
            body = {"size": 0, "track_total_hits": False, "aggs": aggs}
            buckets = cluster.search(items, body)["aggregations"]["having"]["buckets"]
            for at, entry in enumerate(some):
                if not buckets[f"entry {at}"]["doc_count"]:
                    self._sender.delete(words, _key(entry).hex())
                if not buckets[f"word {at}"]["doc_count"]:
                    gone.add(entry[2])
        if gone:
            self._leave_out(cluster, words, gone)

    def _leave_out(self, cluster: Cluster, words: str, gone: set[str]) -> None:
        """Make the lists of words anew without some."""
        self._sender.flush()
        cluster.request("POST", f"/{words}/_refresh", seconds=WRITING)
        old, listed = read_lists(cluster, words)
        left = sorted(listed - gone)
        lists = dict(
            word_list(left[first : first + MOST_GATHERED]) for first in range(0, len(left), MOST_GATHERED)
        )
        for key in old - lists.keys():
            self._sender.delete(words, key)
        for key, body in lists.items():
            self._sender.index(words, key, body)


def _key(entry: Entry) -> bytes:
    language, term, word, _ = entry
    return blake2b(f"{language} {term} {word}".encode("utf-8", "replace"), digest_size=_KEY).digest()

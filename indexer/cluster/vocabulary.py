"""The vocabulary of an index on a cluster while it is written: lists of words with their terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.bulk import WRITING
from indexer.cluster.word_lists import entry_list, lists_body, parted_form, read_lists, variant_entry
from indexer.schema import WORDS, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.cluster.bulk import BulkSender
    from indexer.cluster.client import Cluster

MOST_GATHERED: Final = 200_000  # entries that are held before they are sent
MOST_SENT: Final = 500_000  # entries that are known to have been sent
MOST_LISTS: Final = 100  # beyond, a write makes as few of them as hold all entries
TOGETHER: Final = 500  # entries that are looked for in one request: a cluster takes 1,024 clauses


class VocabularyWriter:
    """Sends the entries of a vocabulary, each once, more or less.

    Args:
        sender: Sends documents.

    Attributes:
        gathered: Entries that wait.
    """

    def __init__(self, sender: BulkSender) -> None:
        self._sender = sender
        self.gathered: set[str] = set()
        self._sent: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Whether what was gathered should be sent."""
        return len(self.gathered) > MOST_GATHERED

    def send(self, index: str) -> None:
        """Send a list of the entries that were gathered to an index, named by an alias."""
        if new := self.gathered - self._sent:
            self._sender.index(index, *entry_list(new))
        if len(self._sent) > MOST_SENT:  # some will be sent twice, which does no harm
            self._sent.clear()
        self._sent |= new
        self.gathered.clear()

    def finish(self, cluster: Cluster, items: str, words: str, entries: Iterable[str]) -> None:
        """Send what is left, drop the entries that no item has any more, and make one list of many.

        Args:
            cluster: The cluster.
            items: The index of the items, refreshed.
            words: That of the vocabulary, named by an alias.
            entries: Those that items had which are gone or have changed.
        """
        self.send(words)
        self._sender.flush()
        cluster.request("POST", f"/{words}/_refresh", seconds=WRITING)  # for the searches for lists
        asked = [form for entry in entries if (form := parted_form(entry)) and entry not in self._sent]
        gone: set[str] = set()
        for first in range(0, len(asked), TOGETHER):
            some = asked[first : first + TOGETHER]
            filters = [
                {"bool": {"filter": [{"term": {WORDS: word}}, {"term": {text_field(language): term}}]}}
                for language, term, word in some
            ]
            aggs: dict[str, Any] = {"having": {"filters": {"filters": filters}}}
            body = {"size": 0, "track_total_hits": False, "aggs": aggs}
            buckets = cluster.search(items, body)["aggregations"]["having"]["buckets"]
            for form, bucket in zip(some, buckets, strict=True):
                if not bucket["doc_count"]:
                    gone |= {" ".join(form), variant_entry(*form)}
        found = cluster.search(words, lists_body() | {"size": 0, "track_total_hits": True})
        if gone or found["hits"]["total"]["value"] > MOST_LISTS:
            self._leave_out(cluster, words, gone)

    def _leave_out(self, cluster: Cluster, words: str, gone: set[str]) -> None:
        """Make the lists anew without some entries."""
        old, listed = read_lists(cluster, words)
        left = sorted(listed - gone)
        lists = dict(
            entry_list(left[first : first + MOST_GATHERED]) for first in range(0, len(left), MOST_GATHERED)
        )
        for key in old - lists.keys():
            self._sender.delete(words, key)
        for key, body in lists.items():
            self._sender.index(words, key, body)

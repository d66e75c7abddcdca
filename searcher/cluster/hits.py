"""Documents of a cluster as searches give them: numbered as they are met, with what came along."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searcher.query.model import Node

KEPT: Final = 10_000  # records of hits, and as many scores by leaves


class MetDocuments:
    """The documents that were met; threads may share it.

    Attributes:
        ids: The ids by number.
        records: Title and record by number, of those that are kept.
        titles: Their titles by number, of those that were read.
        groups: Their groups by number, of those that are in one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._matched: dict[int, dict[Node, bool]] = {}
        self._scores: dict[int, dict[Node, float | None]] = {}
        self.ids: list[str] = []
        self.titles: dict[int, str | None] = {}
        self.groups: dict[int, int] = {}
        self.records: dict[int, tuple[str | None, str]] = {}

    def meet(
        self, hit: Mapping[str, Any], named: Mapping[int, Node] | None = None, *, scored: bool = False
    ) -> int:
        """Number a document that a search gave.

        Args:
            hit: The hit.
            named: The leaves of the query by the names that they have in it.
            scored: Whether it was asked what each of them gave.
        """
        source = hit["_source"]
        with self._lock:
            number = self._numbers.get(source["id"])
            if number is None:
                number = self._numbers[source["id"]] = len(self.ids)
                self.ids.append(source["id"])
            if "record" in source or "kind" in source:
                self.titles[number] = source.get("title")
            if "group" in source:
                self.groups[number] = source["group"]
            if "record" in source:
                if len(self.records) >= KEPT:
                    self.records.clear()
                self.records[number] = source.get("title"), source["record"]
            if named:
                if len(self._matched) >= KEPT:
                    self._matched.clear()
                    self._scores.clear()
                matched = hit.get("matched_queries", {})  # names, or names with scores; none without any
                leaves = self._matched.setdefault(number, {})
                leaves.update({leaf: str(name) in matched for name, leaf in named.items()})
                if scored:
                    scores = self._scores.setdefault(number, {})
                    scores.update({leaf: matched.get(str(name)) for name, leaf in named.items()})
        return number

    def number(self, item_id: str) -> int | None:
        """Give the number of a document whose record is at hand."""
        number = self._numbers.get(item_id)
        return number if number in self.records else None

    def scores(self, leaf: Node, documents: Sequence[int]) -> dict[int, float] | None:
        """Give what a leaf gave to those of some documents that it matches; None where that is not known."""
        found = {}
        for document in documents:
            known = self._scores.get(document, {})
            if leaf not in known:
                return None
            if (score := known[leaf]) is not None:
                found[document] = score
        return found

    def matched(self, leaf: Node, documents: Sequence[int]) -> list[int] | None:
        """Give those of some documents that a leaf matches; None where that is not known."""
        if any(leaf not in self._matched.get(document, {}) for document in documents):
            return None
        return [document for document in documents if self._matched[document][leaf]]

"""Groups of near duplicates of an index on a cluster: how many match, and which members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.walk import walk
from indexer.schema import ID
from searcher.engine import EVERY_HIT, Execution, Group, Wanted
from searcher.execution.grouping import execute_grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents
    from searcher.cluster.hits import MetDocuments
    from searcher.cluster.searches import Search
    from searcher.engine import Sort
    from searcher.execution.grouping import Top

    Run = Callable[[Search], Execution]

MOST: Final = 10_000  # members that are read at once; of more, all are walked


class ClusterGroups:
    """The groups of an index; threads may share it.

    Args:
        cluster: The cluster.
        contents: What the index consists of.
        met: Where documents are noted as they are met.
    """

    def __init__(self, cluster: Cluster, contents: ClusterContents, met: MetDocuments) -> None:
        self._cluster = cluster
        self._index = contents.items_index
        self._met = met

    def execute(self, search: Search, run: Run) -> Execution:
        """Answer a query with each group as one hit; see :func:`searcher.execution.grouping.execute_grouped`.

        Args:
            search: The search.
            run: Runs a search.
        """

        def ungrouped(wanted: Wanted) -> tuple[Execution, _Matching]:
            execution = run(search._replace(wanted=wanted))
            return execution, _Matching(search, execution, self._met, run)

        return execute_grouped(search.wanted, ungrouped)

    def all(self) -> list[Group]:
        """List all groups."""
        found: dict[tuple[int, Any], list[int]] = {}
        for hit in self._walk({"exists": {"field": "group"}}):
            place = hit["_source"]["group"], hit["_source"]["kind"]
            found.setdefault(place, []).append(self._met.meet(hit))
        return [Group(kind, tuple(found[group, kind])) for group, kind in sorted(found)]

    def duplicates(self, document: int) -> list[int]:
        """List the other items of an item's group."""
        group = self._met.groups.get(document)
        if group is None:
            (hit,) = self._walk({"term": {ID: self._met.ids[document]}})
            group = hit["_source"].get("group")
        if group is None:
            return []
        found = [self._met.meet(hit) for hit in self._walk({"term": {"group": group}})]
        return [other for other in found if other != document]

    def _walk(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        return [*walk(self._cluster, self._index, query, ("id", "title", "group", "kind"))]


class _Matching:
    """The matches of one search that have near duplicates.

    Args:
        search: The search.
        execution: Its answer, ungrouped.
        met: The documents that were met.
        run: Runs a search.
    """

    def __init__(self, search: Search, execution: Execution, met: MetDocuments, run: Run) -> None:
        self._search = search
        self._met = met
        self._run = run
        self.beneath = execution.total - execution.grouped.groups if execution.grouped else 0

    def groups(self, top: Top) -> list[int]:
        """Give the number of the group of each of some matches; -1 where it has none."""
        return [self._met.groups.get(document, -1) for document, _ in top]

    def members(self, groups: Sequence[int]) -> dict[int, list[int]]:
        """List the matches of some groups in the order of their dates, as it was asked for."""
        members: dict[int, list[int]] = {group: [] for group in groups}
        if groups:
            sort: Sort = "oldest" if self._search.wanted.sort == "oldest" else "newest"
            search = self._search._replace(wanted=Wanted(sort, MOST), groups=tuple(groups))
            execution = self._run(search)
            if execution.total > MOST:
                execution = self._run(search._replace(wanted=Wanted(sort, EVERY_HIT)))
            for document, _ in execution.top:
                members[self._met.groups[document]].append(document)
        return members

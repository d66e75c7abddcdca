"""Group near duplicates in results: the best member is the hit."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Final, Protocol

from searcher.engine import Execution, Group, Grouped, GroupList, ResultRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indexer.codec.array_index import ArrayIndex
    from indexer.codec.duplicate_sets import Groups
    from searcher.engine import Sort
    from searcher.execution.arrays.duplicate_marks import GroupColumns


if TYPE_CHECKING:
    Run = Callable[[ResultRequest], tuple[Execution, "DuplicateMatches | None"]]

SPARE: Final = 2  # documents that are always ranked beyond a page, to replace those below other hits

SHARE: Final = 0.25  # the assumed share of documents in groups, if unknown

Top = list[tuple[int, float]]


class DuplicateMatches(Protocol):
    """The matches of one request that have near duplicates."""

    @property
    def beneath(self) -> int:
        """The number of matches below the hit of their group."""

    def groups(self, top: Top) -> list[int]:
        """Return the number of the group of each of some matches; -1 if it has none."""

    def members(self, groups: Sequence[int]) -> Mapping[int, list[int]]:
        """Return the matches of some groups, in display order."""


class IndexGroups:
    """The groups of an open index, by the numbers of its documents in the whole index.

    Args:
        groups: The groups of its generation.
        index: The index.
    """

    def __init__(self, groups: Groups, index: ArrayIndex) -> None:
        self._groups = groups
        self.index = index
        self.by_segment = [groups.of_segment(segment.name) for segment in index.segments]

    @cached_property
    def columns(self) -> GroupColumns:
        """The groups as arrays."""
        from searcher.execution.arrays.duplicate_marks import GroupColumns

        index = self.index
        arrays = [self._groups.arrays(segment.name) for segment in index.segments]
        return GroupColumns(arrays, index.bases, index.documents)

    @cached_property
    def share(self) -> float:
        """The share of the documents that are in groups."""
        return sum([len(docs) for docs, _ in self.by_segment]) / max(self.index.documents, 1)

    def groups(self) -> GroupList:
        """Return all groups."""
        return GroupList(len(self._groups), self._group)

    def _group(self, number: int) -> Group:
        documents = [self._bases[name] + doc for name, doc in self._groups.members(number)]
        return Group(self._groups.kind(number), tuple(documents))

    @cached_property
    def _bases(self) -> dict[str, int]:
        return dict(zip([segment.name for segment in self.index.segments], self.index.bases, strict=True))

    def duplicates(self, document: int) -> list[int]:
        """Return the other documents of a document's group, ascending; none if it has no group."""
        segment, doc = self.index.locate(document)
        group = self._groups.group_of(segment.name, doc)
        return [other for other in self._group(group).documents if other != document] if group >= 0 else []

    def execute(self, wanted: ResultRequest, run: Run) -> Execution:
        """Execute a query with each group as one hit; see :func:`execute_grouped`."""

        def by_date(documents: list[int]) -> list[int]:
            return _by_date(documents, self.index, wanted.sort)

        return execute_grouped(wanted, run, self.share, by_date)


def execute_grouped(
    wanted: ResultRequest, run: Run, share: float = SHARE, by_date: Callable[[list[int]], list[int]] = list
) -> Execution:
    """Execute a query with each group as one hit.

    The best documents are ranked without groups, a few more than the page has hits; if too many of them are
    below other hits, they are ranked again with more.

    Args:
        wanted: The requested results.
        run: Executes the query without groups.
        share: The share of the documents that are in groups.
        by_date: Sorts the matches of a group by date, if they are not sorted.
    """
    sort, limit, offset, facets, *_ = wanted
    end = offset + limit if limit else 0
    count = end + SPARE + ceil(2 * share * end) if end else 0
    execution, matching = run(ResultRequest(sort, count, 0, facets, group=True))
    assert matching is not None
    top = execution.top
    hits = _hits(top, matching)
    while len(hits) < end and count <= len(top) < execution.total:
        count = min(2 * count, end + matching.beneath)
        again, _ = run(ResultRequest(sort, count))
        top = again.top
        hits = _hits(top, matching)
    shown = hits[offset:end]
    members = matching.members([group for _, group in shown if group >= 0])
    same: dict[int, list[int]] = {}
    for (document, _), group in shown:
        if group >= 0 and (others := [one for one in members[group] if one != document]):
            same[document] = by_date(others) if len(others) > 1 else others
    grouped = Grouped(execution.total - matching.beneath, same)
    page = [hit for hit, _ in shown]
    return execution._replace(top=page, grouped=grouped)


def _hits(top: Top, matching: DuplicateMatches) -> list[tuple[tuple[int, float], int]]:
    """Drop the documents below a better hit of their group; return each hit with its group, -1 for none."""
    seen: set[int] = set()
    hits = []
    for hit, group in zip(top, matching.groups(top), strict=True):
        if group not in seen:
            hits.append((hit, group))
            if group >= 0:
                seen.add(group)
    return hits


def _by_date(documents: list[int], index: ArrayIndex, sort: Sort) -> list[int]:
    """Sort documents by date, newest first unless the sort order is oldest first; then by id."""

    def order(document: int) -> tuple[bool, int, str]:
        start, item_id = index.tie_break(document)  # the negated first day; 0 without a date
        return not start, -start if sort == "oldest" else start, item_id

    return sorted(documents, key=order)


class ScalarDuplicateMatches:
    """The matches of one request that have near duplicates.

    Args:
        groups: The groups of the index.
    """

    def __init__(self, groups: IndexGroups) -> None:
        self._groups = groups
        self._group_of: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def add(self, number: int, hits: Sequence[int]) -> None:
        """Add matches of a segment, ascending."""
        docs, groups = self._groups.by_segment[number]
        base = self._groups.index.bases[number]
        at = 0
        for doc in hits:
            at = bisect_left(docs, doc, at)
            if at < len(docs) and docs[at] == doc:
                self._group_of[base + doc] = groups[at]
                self._members.setdefault(groups[at], []).append(base + doc)

    @property
    def beneath(self) -> int:
        """The number of matches below the hit of their group."""
        return len(self._group_of) - len(self._members)

    def groups(self, top: list[tuple[int, float]]) -> list[int]:
        """Return the number of the group of each of some matches; -1 if it has none."""
        return [self._group_of.get(document, -1) for document, _ in top]

    def members(self, groups: Sequence[int]) -> dict[int, list[int]]:
        """Return the matches of some groups."""
        return {group: self._members[group] for group in groups}

"""Group near duplicates in results: the best member of a group is the hit."""

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
    Run = Callable[[ResultRequest, int], tuple[Execution, "DuplicateMatches | None"]]

SPARE_DOCUMENTS: Final = 2  # documents always ranked beyond a page, to replace documents below other hits

SHARE: Final = 0.25  # the assumed share of documents that are below others of their group, if unknown

Top = list[tuple[int, float]]


class DuplicateMatches(Protocol):
    """The protocol for collecting the matches that are in a group of near duplicates."""

    @property
    def below_hits(self) -> int:
        """The number of matches shown below the hit of their group."""

    def same(self, documents: Sequence[int]) -> Mapping[int, list[int]]:
        """Map each document that has near duplicates among the matches to these near duplicates."""


class IndexGroups:
    """The groups of near duplicates in an open index.

    Documents have the numbers of the whole index, not of their segments.
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
        """The fraction of documents that would be shown below a near duplicate."""
        grouped = sum([len(docs) for docs, _ in self.by_segment])
        return (grouped - len(self._groups)) / max(self.index.documents, 1)

    def groups(self) -> GroupList:
        """Return all groups of near duplicates."""
        return GroupList(len(self._groups), self._group)

    def _group(self, number: int) -> Group:
        documents = [self._bases[name] + doc for name, doc in self._groups.members(number)]
        return Group(self._groups.kind(number), tuple(documents))

    @cached_property
    def _bases(self) -> dict[str, int]:
        return dict(zip([segment.name for segment in self.index.segments], self.index.bases, strict=True))

    def duplicates(self, document: int) -> list[int]:
        """Return the near duplicates of a document; an empty list if it has none."""
        segment, doc = self.index.locate(document)
        group = self._groups.group_of(segment.name, doc)
        return [other for other in self._group(group).documents if other != document] if group >= 0 else []

    def execute(self, wanted: ResultRequest, run: Run) -> Execution:
        """Execute a query in which each group of near duplicates is one hit; see :func:`execute_grouped`."""

        def by_date(documents: list[int]) -> list[int]:
            return _sort_by_date(documents, self.index, wanted.sort)

        return execute_grouped(wanted, run, self.share, by_date)


def execute_grouped(
    wanted: ResultRequest, run: Run, share: float = SHARE, by_date: Callable[[list[int]], list[int]] = list
) -> Execution:
    """Execute a query in which each group of near duplicates is one hit.

    More documents are ranked than the page has hits, because some are outranked by other documents of their
    group. If too many are outranked, the query is run again with more documents.

    Args:
        wanted: The page of hits and the facets to return.
        run: Executes the query and drops outranked documents. Its arguments are the results to return, and
            the number of documents to rank beyond the page.
        share: The expected fraction of outranked documents.
        by_date: Sorts the matching documents of a group by date.
    """
    limit, end = wanted.limit, wanted.offset + wanted.limit
    more = SPARE_DOCUMENTS + ceil(2 * share * end) if limit else 0
    execution, matching = run(wanted, more)
    assert matching is not None
    top = execution.top
    while len(top) < limit and end + more < execution.total and more < matching.below_hits:
        more = min(end + 2 * more, matching.below_hits)
        top = run(wanted._replace(facets=()), more)[0].top
    same = matching.same([document for document, _ in top])
    grouped = Grouped(execution.total - matching.below_hits, {hit: by_date(same[hit]) for hit in same})
    return execution._replace(top=top, grouped=grouped)


def execute_without_outranked(
    wanted: ResultRequest,
    more: int,
    run: Callable[[ResultRequest], Execution],
    group_of: Callable[[int], int | None],
) -> Execution:
    """Execute a query, and remove documents that a near duplicate outranks.

    Args:
        wanted: The page of hits and the facets to return.
        more: The number of documents to rank after the page, in addition to the hits before it.
        run: Executes the query, given the results to return.
        group_of: Returns the number of a document's group, or ``None`` for a document without near
            duplicates.
    """
    end = wanted.offset + wanted.limit if wanted.limit else 0
    execution = run(wanted._replace(limit=end + more, offset=0))
    seen: set[int | None] = set()
    hits: Top = []
    for hit in execution.top:
        group = group_of(hit[0])
        if group is None or group not in seen:
            hits.append(hit)
            seen.add(group)
    return execution._replace(top=hits[wanted.offset : end])


def _sort_by_date(documents: list[int], index: ArrayIndex, sort: Sort) -> list[int]:
    """Sort documents by date, then by id."""

    def order(document: int) -> tuple[bool, int, str]:
        start, item_id = index.tie_break(document)  # the negated first day; 0 without a date
        return not start, -start if sort == "oldest" else start, item_id

    return sorted(documents, key=order) if len(documents) > 1 else documents


class ScalarDuplicateMatches:
    """Collects, without numpy, the matches that are in a group of near duplicates."""

    def __init__(self, groups: IndexGroups) -> None:
        self._groups = groups
        self._group_of: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def add(self, number: int, hits: Sequence[int]) -> None:
        """Add matches in a segment, in ascending order."""
        docs, groups = self._groups.by_segment[number]
        base = self._groups.index.bases[number]
        at = 0
        for doc in hits:
            at = bisect_left(docs, doc, at)
            if at < len(docs) and docs[at] == doc:
                self._group_of[base + doc] = groups[at]
                self._members.setdefault(groups[at], []).append(base + doc)

    @property
    def below_hits(self) -> int:
        """The number of matches shown below the hit of their group."""
        return len(self._group_of) - len(self._members)

    def group_of(self, document: int) -> int | None:
        """Return the group of a match, or None if it has none."""
        return self._group_of.get(document)

    def same(self, documents: Sequence[int]) -> dict[int, list[int]]:
        """Map each document that has near duplicates among the matches to these near duplicates."""
        groups = {one: self._members[self._group_of[one]] for one in documents if one in self._group_of}
        return {one: [*filter(one.__ne__, group)] for one, group in groups.items() if len(group) > 1}

"""Which items of a cluster are the same news: what is new is compared, as in a folder, and groups are noted.

A document of a cluster cannot be changed in a part, since its terms are not kept beside their postings: who
comes into a group, or leaves one, is sent again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, cast

from indexer.cluster.documents import TOGETHER, DocumentMaker
from indexer.cluster.sketches import sent_keys
from indexer.documents.document import restore
from indexer.store.candidates import Candidates
from indexer.store.grouping import all_groups, changed_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

    from indexer.cluster.compared_items import ComparedItems
    from indexer.codec.groups import GroupKind
    from indexer.codec.layout import Container
    from indexer.codec.segment import Segment
    from indexer.store.standing_groups import StandingGroups

    Numbers = npt.NDArray[Any]
    Found = list[tuple[GroupKind, list[int]]]
    Place = tuple[int, GroupKind]  # in a group: its number and its kind

MOST_HELD: Final = 2_000  # records that are read before pairs are compared


def groups_of_all(items: ComparedItems) -> tuple[set[int], Found]:
    """Find the groups of items, of which none is in a group yet."""
    return set(), all_groups(Candidates([cast("Segment", items)], [()]))


def groups_that_change(items: ComparedItems, lost: set[int]) -> tuple[set[int], Found]:
    """Find the groups that are not as they were.

    Args:
        items: The items that are new.
        lost: The groups that have lost a member.

    Returns:
        Those that stand no more, and those in their place.
    """
    standing = _FarGroups(items, lost)
    return changed_groups(_FarCandidates(items), cast("StandingGroups", standing), [True])


def placed_again(
    items: ComparedItems, touched: set[int], found: Found, unused: int
) -> tuple[dict[int, Place | None], int]:
    """Give the items that are in another group than before, or in none any more.

    Args:
        items: The items.
        touched: The groups that stand no more.
        found: Those in their place, of which each takes the number of one that it has most of.
        unused: The first number that no group had.

    Returns:
        They, and what is the first such number then.
    """
    after: dict[int, Place | None] = {
        number: None for number, (group, _) in items.groups.items() if group in touched
    }
    free = set(touched)
    for kind, members in found:
        had = Counter(items.groups[one][0] for one in members if one in items.groups)
        group = next((group for group, _ in had.most_common() if group in free), unused)
        free.discard(group)
        unused += group == unused
        after.update((one, (group, kind)) for one in members)
    return {one: place for one, place in after.items() if items.groups.get(one) != place}, unused


def documents_again(
    items: ComparedItems, places: dict[int, Place | None], labels: Callable[[], Container | None]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield documents as they are sent, with the groups that they are in from now on, and their keys.

    Args:
        items: The items.
        places: The group of each from now on.
        labels: Asked for the compiled thesaurus whose concepts are found in them.
    """
    maker, numbers = DocumentMaker(set(), labels), [*places]
    for first in range(0, len(numbers), TOGETHER):
        some = numbers[first : first + TOGETHER]
        bodies, _ = maker.make([*map(restore, items.read(some))])
        for number, body in zip(some, bodies, strict=True):
            body["sketch"] = sent_keys(items.keys(number))
            if place := places[number]:
                body["group"], body["kind"] = place
            yield items.ids[number], body


class _FarCandidates(Candidates):
    """The items of a cluster that may be duplicates of each other, fetched as they are looked for.

    Args:
        items: Those that are known at first.
    """

    def __init__(self, items: ComparedItems) -> None:
        super().__init__([cast("Segment", items)], [()])
        self._items = items

    def pairs(self, documents: Numbers | None = None) -> Numbers:
        """List the pairs of documents that may be duplicates."""
        assert documents is not None
        self._items.fetch_sharing(documents)
        self.documents = self._items.documents
        found = super().pairs(documents)
        self._items.hold([*dict.fromkeys(found.ravel().tolist())][:MOST_HELD])
        return found


class _FarGroups:
    """The groups that may stay as they are, in the place of those of a folder.

    Args:
        items: The items that are known.
        lost: The groups that have lost a member.
    """

    def __init__(self, items: ComparedItems, lost: set[int]) -> None:
        self._items = items
        self.lost = lost
        self.left = items.in_groups(lost)

    def members(self, groups: Iterable[int]) -> set[int]:
        """Give the live members of groups."""
        return self._items.in_groups(groups)

    def groups_of(self, documents: Iterable[int]) -> set[int]:
        """Give the groups that some documents are in."""
        groups = self._items.groups
        return {groups[one][0] for one in documents if one in groups}

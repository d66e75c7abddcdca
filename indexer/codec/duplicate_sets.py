"""Store the groups of near duplicates of a generation in a small file.

The file has three blocks: the grouped documents, sorted by segment and number; the group of each of these
documents; and the kind of each group. The table of blocks records each segment's range in the first two
blocks.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.codec.layout import Container, FileChecksum, IndexFile
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

GroupKind = Literal["copy", "reprint"]
KINDS: Final[tuple[GroupKind, ...]] = ("copy", "reprint")  # the file stores the position in this tuple
SEGMENTS: Final = "segments"
DOCS: Final = "docs"
GROUPS: Final = "groups"
KIND: Final = "kinds"
_BLOCKS: Final = {DOCS: "u4", GROUPS: "u4", KIND: "u1"}


class Member(NamedTuple):
    """A member of a group, by the name of its segment and its document number there."""

    segment: str
    doc: int


class Groups:
    """The groups of near duplicates in an index, read on demand.

    An index without near duplicates has no such file (``None``). Groups are numbered from 0. Each group has
    at least two documents that are not deleted.

    Raises:
        IndexFolderError: The file does not contain groups.
    """

    def __init__(self, container: Container | None) -> None:
        self._container = container
        self._ranges: dict[str, tuple[int, int]] = {}
        if container is not None:
            self._ranges = _ranges(container)

    def __len__(self) -> int:
        """The number of groups."""
        return self._container.count(KIND) if self._container else 0

    def of_segment(self, name: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return the grouped documents of a segment, and their groups, without loading numpy."""
        if self._container is None or name not in self._ranges:
            return (), ()
        first, last = self._ranges[name]
        return self._container.pages(DOCS)[first:last], self._container.pages(GROUPS)[first:last]

    def arrays(self, name: str) -> tuple[Array, Array]:
        """Return the grouped documents of a segment, and their groups, as numpy arrays."""
        import numpy as np

        docs, groups = (np.asarray(part, np.uint32) for part in self.of_segment(name))
        return docs, groups

    def group_of(self, name: str, doc: int) -> int:
        """Return the number of a document's group, or -1 if the document has no near duplicates."""
        docs, groups = self.of_segment(name)
        at = bisect_left(docs, doc)
        return groups[at] if at < len(docs) and docs[at] == doc else -1

    @property
    def segments(self) -> Sequence[str]:
        """The names of the segments with grouped documents."""
        return [*self._ranges]

    def kinds(self) -> Array:
        """Return the kind of each group, as an index into ``KINDS``."""
        import numpy as np

        return self._container.array(KIND) if self._container else np.empty(0, np.uint8)

    def kind(self, group: int) -> GroupKind:
        """Return ``copy`` if all bodies of a group are equal, otherwise ``reprint``."""
        return KINDS[self._container.pages(KIND)[group]] if self._container else KINDS[0]

    def members(self, group: int) -> list[Member]:
        """Return the members of a group, sorted by segment and document."""
        rows, starts = self._by_group
        docs, names, firsts = self._documents
        own = rows[starts[group] : starts[group + 1]]
        return [Member(names[bisect_right(firsts, row) - 1], docs[row]) for row in own]

    @cached_property
    def _documents(self) -> tuple[Sequence[int], list[str], list[int]]:
        """The grouped documents, the names of their segments, and where each segment starts."""
        docs = self._container.view(DOCS) if self._container else ()
        return docs, [*self._ranges], [first for first, _ in self._ranges.values()]

    @cached_property
    def _by_group(self) -> tuple[array[int], array[int]]:
        """The grouped documents in the order of groups, and where each group starts."""
        groups: Sequence[int] = self._container.view(GROUPS) if self._container else ()
        starts = array("I", bytes(4 * (len(self) + 1)))
        for group in groups:
            starts[group + 1] += 1
        return array("I", sorted(range(len(groups)), key=groups.__getitem__)), array("I", accumulate(starts))

    def check(self, documents: Mapping[str, int]) -> str:
        """Return the name of a block that contradicts another one, or an empty string."""
        if self._container is None:
            return ""
        import numpy as np

        for name in self._ranges:
            docs, _ = self.arrays(name)
            if (docs[1:] <= docs[:-1]).any() or name not in documents or docs[-1] >= documents[name]:
                return DOCS
        if not len(self) or (self.kinds() >= len(KINDS)).any():
            return KIND
        groups = self._container.array(GROUPS)
        return GROUPS if groups.max() >= len(self) or np.bincount(groups).min() < 2 else ""


def write_groups(
    path: Path, documents: Array, groups: Array, kinds: Array, sizes: Mapping[str, int]
) -> IndexFile:
    """Write the file of groups.

    Args:
        path: The file without its suffix, in the folder of the segments; it must not exist.
        documents: The members of all groups as ascending global document numbers.
        groups: The group of each member.
        kinds: The kind of each group, as a position in ``KINDS``.
        sizes: The number of documents of each segment, in the order of the segments.
    """
    import numpy as np

    from indexer.codec.layout_writer import ContainerWriter

    bases = np.cumsum([0, *sizes.values()])
    bounds = np.searchsorted(documents, bases)
    docs = documents - np.repeat(bases[:-1], np.diff(bounds))
    ends = zip(sizes, bounds.tolist(), bounds[1:].tolist(), strict=False)
    ranges = {segment: [first, last] for segment, first, last in ends if first < last}
    entry = IndexFile(path.name, FileChecksum(0, 0), "same")
    with ContainerWriter(path.with_name(entry.file)) as writer:
        writer.add(DOCS, "u4", docs)
        writer.add(GROUPS, "u4", groups)
        writer.add(KIND, "u1", kinds)
        return entry._replace(checksum=writer.finish({SEGMENTS: ranges}))


def _ranges(container: Container) -> dict[str, tuple[int, int]]:
    """Return the range of grouped documents of each segment.

    Raises:
        IndexFolderError: There are gaps between the ranges.
    """
    last = 0
    ranges: dict[str, tuple[int, int]] = {}
    try:
        for name, (first, end) in sorted(container.meta[SEGMENTS].items(), key=lambda pair: pair[1]):
            if first != last or not isinstance(end, int) or end <= first:
                raise container.damage_error("its table")
            ranges[name], last = (first, end), end
    except (KeyError, TypeError, ValueError, AttributeError):
        raise container.damage_error("its table") from None
    has_kinds = all(container.kind(name) == kind for name, kind in _BLOCKS.items())
    if not (has_kinds and container.count(DOCS) == container.count(GROUPS) == last):
        raise container.damage_error("its table")
    return ranges

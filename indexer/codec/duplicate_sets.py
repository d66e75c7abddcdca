"""The groups of near duplicates: one small file per generation.

Three blocks: the documents that are in a group, segment by segment and ascending in each; the group of each
of them; the kind of each group. The table says which range of documents belongs to which segment.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.codec.layout import Container, Seal, SealedFile
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

GroupKind = Literal["copy", "reprint"]
KINDS: Final[tuple[GroupKind, ...]] = ("copy", "reprint")  # by their numbers in the file
SEGMENTS: Final = "segments"
DOCS: Final = "docs"
GROUPS: Final = "groups"
KIND: Final = "kinds"
_BLOCKS: Final = {DOCS: "u4", GROUPS: "u4", KIND: "u1"}


class Member(NamedTuple):
    """A document of a group: the name of its segment, and its number there."""

    segment: str
    doc: int


class Groups:
    """The groups of an index, open for reading; nothing is read before it is asked for.

    Groups are numbered from 0. No deleted document is in one, and each has two members at least.

    Args:
        container: The file; None for an index without groups.

    Raises:
        IndexFolderError: The file is not that of groups.
    """

    def __init__(self, container: Container | None) -> None:
        self._container = container
        self._ranges: dict[str, tuple[int, int]] = {}
        if container is not None:
            self._ranges = _ranges(container)

    def __len__(self) -> int:
        """Count the groups."""
        return self._container.count(KIND) if self._container else 0

    def of_segment(self, name: str) -> tuple[Sequence[int], Sequence[int]]:
        """Give the documents of a segment that are in a group, ascending, and the group of each; no numpy."""
        if self._container is None or name not in self._ranges:
            return (), ()
        first, last = self._ranges[name]
        return (
            self._container.pages(DOCS)[first:last],
            self._container.pages(GROUPS)[first:last],
        )

    def arrays(self, name: str) -> tuple[Array, Array]:
        """Give the same as numpy arrays, both read-only."""
        import numpy as np

        docs, groups = (np.asarray(part, np.uint32) for part in self.of_segment(name))
        return docs, groups

    def group_of(self, name: str, doc: int) -> int:
        """Find the group of a document of a segment, or -1."""
        docs, groups = self.of_segment(name)
        at = bisect_left(docs, doc)
        return groups[at] if at < len(docs) and docs[at] == doc else -1

    @property
    def segments(self) -> Sequence[str]:
        """The names of the segments that have documents in a group."""
        return [*self._ranges]

    def kinds(self) -> Array:
        """Give the number of the kind of each group, by which ``KINDS`` has it."""
        import numpy as np

        return self._container.array(KIND) if self._container else np.empty(0, np.uint8)

    def kind(self, group: int) -> GroupKind:
        """Tell what a group is: ``copy`` where all bodies are equal, else ``reprint``."""
        return KINDS[self._container.pages(KIND)[group]] if self._container else KINDS[0]

    @cached_property
    def members(self) -> Sequence[Sequence[Member]]:
        """The members of each group, in the order of the segments and of the documents in them."""
        members: list[list[Member]] = [[] for _ in range(len(self))]
        for name in self._ranges:
            for doc, group in zip(*self.of_segment(name), strict=True):
                members[group].append(Member(name, doc))
        return members

    def check(self, documents: Mapping[str, int]) -> str:
        """Name the block that contradicts others, given how many documents each segment has; "" for none."""
        if self._container is None:
            return ""
        for name in self._ranges:
            docs, _ = self.of_segment(name)
            listed = [*docs]
            if listed != sorted({*listed}) or name not in documents or listed[-1:] >= [documents[name]]:
                return DOCS
        if not len(self) or any(kind >= len(KINDS) for kind in self._container.view(KIND)):
            return KIND
        try:
            return GROUPS if min(map(len, self.members)) < 2 else ""
        except IndexError:
            return GROUPS


def write_groups(
    path: Path, documents: Array, groups: Array, kinds: Array, sizes: Mapping[str, int]
) -> SealedFile:
    """Write the file of groups.

    Args:
        path: The file, without its ending, among those of the segments; no such file had its name.
        documents: The members of all groups, numbered one segment behind the other, ascending.
        groups: The group of each.
        kinds: The number of the kind of each group.
        sizes: How many documents each segment has, in their order.
    """
    import numpy as np

    from indexer.codec.layout_writer import ContainerWriter

    bases = np.cumsum([0, *sizes.values()])
    bounds = np.searchsorted(documents, bases)
    docs = documents - np.repeat(bases[:-1], np.diff(bounds))
    ends = zip(sizes, bounds.tolist(), bounds[1:].tolist(), strict=False)
    ranges = {segment: [first, last] for segment, first, last in ends if first < last}
    entry = SealedFile(path.name, Seal(0, 0), "same")
    with ContainerWriter(path.with_name(entry.file)) as writer:
        writer.add(DOCS, "u4", docs)
        writer.add(GROUPS, "u4", groups)
        writer.add(KIND, "u1", kinds)
        return entry._replace(seal=writer.finish({SEGMENTS: ranges}))


def _ranges(container: Container) -> dict[str, tuple[int, int]]:
    """Read which documents belong to which segment.

    Raises:
        IndexFolderError: They do not stand one behind the other.
    """
    last = 0
    ranges: dict[str, tuple[int, int]] = {}
    try:
        for name, (first, end) in sorted(container.meta[SEGMENTS].items(), key=lambda pair: pair[1]):
            if first != last or not isinstance(end, int) or end <= first:
                raise container.damaged("its table")
            ranges[name], last = (first, end), end
    except (KeyError, TypeError, ValueError, AttributeError):
        raise container.damaged("its table") from None
    if any(container.kind(name) != kind for name, kind in _BLOCKS.items()) or not (
        container.count(DOCS) == container.count(GROUPS) == last
    ):
        raise container.damaged("its table")
    return ranges

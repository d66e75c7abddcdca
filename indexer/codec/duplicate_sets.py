"""The groups of near duplicates: a small file for each generation.

It has three blocks: the documents that are in a group, by segment and ascending in each; the group of each of
these documents; the kind of each group. The table has the range of documents of each segment.
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
KINDS: Final[tuple[GroupKind, ...]] = ("copy", "reprint")  # the position is the number in the file
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
    """The groups of an index, read on demand.

    Groups are numbered from 0. They have no deleted documents, and at least two members.

    Args:
        container: The file; None for an index without groups.

    Raises:
        IndexFolderError: The file has no groups.
    """

    def __init__(self, container: Container | None) -> None:
        self._container = container
        self._ranges: dict[str, tuple[int, int]] = {}
        if container is not None:
            self._ranges = _ranges(container)

    def __len__(self) -> int:
        """Return the number of groups."""
        return self._container.count(KIND) if self._container else 0

    def of_segment(self, name: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return the grouped documents of a segment, ascending, and their groups, without numpy."""
        if self._container is None or name not in self._ranges:
            return (), ()
        first, last = self._ranges[name]
        return (
            self._container.pages(DOCS)[first:last],
            self._container.pages(GROUPS)[first:last],
        )

    def arrays(self, name: str) -> tuple[Array, Array]:
        """Return the documents and groups of a segment as read-only numpy arrays."""
        import numpy as np

        docs, groups = (np.asarray(part, np.uint32) for part in self.of_segment(name))
        return docs, groups

    def group_of(self, name: str, doc: int) -> int:
        """Return the group of a document of a segment, or -1."""
        docs, groups = self.of_segment(name)
        at = bisect_left(docs, doc)
        return groups[at] if at < len(docs) and docs[at] == doc else -1

    @property
    def segments(self) -> Sequence[str]:
        """The names of the segments that have documents in a group."""
        return [*self._ranges]

    def kinds(self) -> Array:
        """Return the kind of each group, as positions in ``KINDS``."""
        import numpy as np

        return self._container.array(KIND) if self._container else np.empty(0, np.uint8)

    def kind(self, group: int) -> GroupKind:
        """Return the kind of a group: ``copy`` if all bodies are equal, else ``reprint``."""
        return KINDS[self._container.pages(KIND)[group]] if self._container else KINDS[0]

    @cached_property
    def members(self) -> Sequence[Sequence[Member]]:
        """The members of each group, by segment and document."""
        members: list[list[Member]] = [[] for _ in range(len(self))]
        for name in self._ranges:
            for doc, group in zip(*self.of_segment(name), strict=True):
                members[group].append(Member(name, doc))
        return members

    def check(self, documents: Mapping[str, int]) -> str:
        """Return the block that contradicts others, given the documents per segment; "" for none."""
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
        path: The file without its suffix, in the folder of the segments; it must not exist.
        documents: The members of all groups, numbered segment after segment, ascending.
        groups: The group of each member.
        kinds: The kind of each group, as a position in ``KINDS``.
        sizes: The number of documents of each segment, in their order.
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
    """Return the range of documents of each segment.

    Raises:
        IndexFolderError: The ranges are not consecutive.
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

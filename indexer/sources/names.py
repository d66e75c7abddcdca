"""The place of a source, which tells it from others, and its name: the shortest path that no other has."""

from __future__ import annotations

import os
from collections import Counter
from itertools import accumulate, count
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.sources.encoding import whole
from indexer.sources.stream import source_name
from indexer.sources.web.address import is_address, without_credentials

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def place_of(source: str | Path) -> str:
    """Say where a source lies: its absolute path, its address without credentials, or ``-``."""
    if _has_no_folder(source):
        return without_credentials(source)
    return os.path.abspath(source)  # noqa: PTH100 - links are not followed: a name is what the user sees


def folders_told(sources: Sequence[str | Path], known: Mapping[str, str]) -> dict[str | Path, str]:
    """Give the folders that the name of each source is told with, empty for most.

    Args:
        sources: Files, folders, addresses; ``-`` for standard input.
        known: The sources that an index has already, place to name: they keep their names.

    Returns:
        Source to the last of its folders, parted by slashes.
    """
    paths = {source: _parts(source) for source in sources}
    same = Counter(tail for parts in set(paths.values()) - {()} for tail in _tails(parts))
    taken = set(known.values())
    taken.update(source_name(source) for source, parts in paths.items() if not parts)
    within = {start for name in taken for start in _starts(name)}
    told: dict[str | Path, str] = {}
    names: dict[str, str] = dict(known)
    for source, parts in paths.items():
        place = place_of(source)
        if parts and place not in names:
            name = _unique([tail for tail in _tails(parts) if same[tail] == 1], parts[-1], taken, within)
            names[place] = name
            taken.add(name)
            within.update(_starts(name))
        told[source] = names[place].rpartition("/")[0] if parts else ""
    return told


def _unique(tails: Sequence[str], own: str, taken: Collection[str], within: Collection[str]) -> str:
    """Choose the first name that is no other source's, lies in none and holds none."""
    numbered = (f"{number}/{own}" for number in count(2))  # a file of the root folder has no more folders
    for candidates in (tails, numbered):
        for name in candidates:
            if name not in taken and name not in within and not any(map(taken.__contains__, _starts(name))):
                return name
    raise AssertionError(own)


def _tails(parts: Sequence[str]) -> list[str]:
    """Give the ends of a path, the shortest first."""
    return ["/".join(parts[at:]) for at in reversed(range(len(parts)))]


def _starts(name: str) -> list[str]:
    """Give the folders that a name begins with, without the name itself."""
    return [*accumulate(name.split("/")[:-1], "{}/{}".format)]


def _parts(source: str | Path) -> tuple[str, ...]:
    """Give the names of a source's folders and its own; none where it lies in no folder."""
    if _has_no_folder(source):
        return ()
    path = Path(os.path.abspath(source))  # noqa: PTH100 - as above
    return (*map(whole, path.parent.parts[1:]), source_name(source))


def _has_no_folder(source: str | Path) -> bool:
    return str(source) in {"-", ""} or is_address(source)

"""What tells sources of one name apart: the folders that they lie in, as few as will do."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.sources.encoding import whole
from indexer.sources.stream import source_name
from indexer.sources.web.address import is_address

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def folders_told(sources: Sequence[str | Path], known: Collection[str]) -> dict[str | Path, str]:
    """Give the folders that the name of each source is told with, empty for most.

    Args:
        sources: Files and folders; ``-`` for standard input.
        known: The sources that an index has already: one of them keeps its name.

    Returns:
        Source to the last of its folders, parted by slashes.
    """
    paths = {source: _parts(source) for source in sources}
    different = set(paths.values()) - {()}
    same = Counter("/".join(parts[at:]) for parts in different for at in range(len(parts)))
    told = {}
    for source, parts in paths.items():
        tails = ["/".join(parts[at:]) for at in range(len(parts) - 1)]  # the longest first
        name = next((tail for tail in tails if tail in known), None)
        if name is None and parts and same[parts[-1]] > 1:
            name = next((tail for tail in reversed(tails) if same[tail] == 1), None)
        told[source] = name.rpartition("/")[0] if name else ""
    return told


def _parts(source: str | Path) -> tuple[str, ...]:
    """Give the names of a source's folders and its own; none where it lies in no folder."""
    if str(source) in {"-", ""} or is_address(source):
        return ()
    path = Path(os.path.abspath(source))  # noqa: PTH100 - links are not followed: a name is what the user sees
    return (*map(whole, path.parent.parts[1:]), source_name(source))

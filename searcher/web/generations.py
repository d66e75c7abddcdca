"""The open generation of an index: a new one takes its place between requests; each keeps its own."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, Final

from indexer.place import is_address
from indexer.store.contents import CONTENTS
from searcher.searcher import Searcher

if TYPE_CHECKING:
    from searcher.web.pool import Pool

SECONDS: Final = 2.0  # between two looks at an index on a cluster


class Generations:
    """Opens what stands in an index, and what comes after it.

    Args:
        place: The index folder, or the address of the index.

    Attributes:
        current: The generation that the next request is answered from; whoever holds one keeps it open.

    Raises:
        IndexFolderError: The index cannot be opened.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._seen = self._look()
        self._opening = False
        self.current = Searcher(place)

    def _look(self) -> object:
        """Give what changes with every write: what the system says of a file, or for a cluster the time."""
        if is_address(self._place):
            return int(monotonic() / SECONDS)
        try:
            found = os.stat(f"{self._place}/{CONTENTS}")  # noqa: PTH116 - a path takes longer to make
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    async def latest(self, pool: Pool) -> Searcher:
        """Give the generation to answer from; where another one stands in the index, open it first."""
        seen = self._look()
        if seen != self._seen and not self._opening:
            self._opening = True
            try:
                self.current = await pool.run(lambda: Searcher(self._place))
                self._seen = seen
            finally:
                self._opening = False
        return self.current

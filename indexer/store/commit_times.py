"""The times of the commits of an index, and the items that each changed, for feeds.

One text in the table of contents, bounded, since every process reads the table and few the times. Small: a
folder and a cluster share it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_COMMITS: Final = 500
MAX_CHANGED: Final = 1_000  # ids of changed items


class CommitTimes:
    """The times of the latest commits.

    Args:
        text: The text in the table of contents; None if it has none, as in an index of an earlier version.
        built: The time of the current commit; None before the first one.
        generation: The current generation.
    """

    def __init__(self, text: str | None = None, built: str | None = None, generation: int = 0) -> None:
        self._commits: list[tuple[int, str, list[str]]] = json.loads(text) if text else []
        if built and not text:
            self._commits = [(generation, built, [])]
        self._changed = {one: number for number, _, changed in self._commits for one in changed}

    def of(self, item_id: str, since: int) -> str:
        """Return the time of the commit that last changed an item, or else added it.

        It is that of the first known commit if the item is older.

        Args:
            item_id: The item.
            since: The generation that first contained it.
        """
        generation = self._changed.get(item_id, since)
        at = bisect_left(self._commits, generation, key=lambda commit: commit[0])
        return self._commits[min(at, len(self._commits) - 1)][1]

    def text_with(self, generation: int, built: str, changed: Iterable[str]) -> str:
        """Return the text with one more commit, without the oldest ones beyond the bounds."""
        commits = [*self._commits[1 - MAX_COMMITS :], (generation, built, sorted(changed)[:MAX_CHANGED])]
        left = MAX_CHANGED
        for at in range(len(commits) - 1, -1, -1):
            number, time, ids = commits[at]
            commits[at] = number, time, ids if len(ids) <= left else []
            left -= len(ids)
        return json.dumps(commits, separators=(",", ":"))

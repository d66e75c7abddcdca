"""The addresses that one build or update reads, and those of which nothing had to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.validators import Validators


class Visits:
    """What servers say of their pages' states, now and when an index was written.

    Args:
        before: What they said when it was written.

    Attributes:
        unchanged: The names of the sources that have not changed since.
    """

    def __init__(self, before: Iterable[Validators] = ()) -> None:
        self._before = {one.address: one for one in before}
        self._now = dict(self._before)
        self.unchanged: list[str] = []

    def known(self, address: str, reading: str) -> Validators | None:
        """Find what was said of an address when it was last read in the same way."""
        found = self._before.get(address)
        return found if found is not None and found.reading == reading else None

    def note_unchanged(self, name: str) -> None:
        """Note that a source has not changed."""
        if name not in self.unchanged:
            self.unchanged.append(name)

    def note(self, said: Validators, *, keep: bool) -> None:
        """Note what is said of an address now, in the place of what was said before."""
        self._now.pop(said.address, None)
        if keep and (said.etag or said.modified) and said.is_sound():
            self._now[said.address] = said

    def kept(self) -> tuple[Validators, ...]:
        """Give what the next update has to know."""
        return tuple(self._now[address] for address in sorted(self._now))

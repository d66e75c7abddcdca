"""An item of a page while its lines are still being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.sources.headings import is_prose

if TYPE_CHECKING:
    from indexer.sources.page_lines import PageLine


@dataclass(slots=True)
class OpenItem:
    """An item that is being read.

    Attributes:
        first, last: Its lines so far.
        date_text: Its printed date, or None.
        texts: Its lines of text, closings cut off.
        closing: The closing at the end of its last line, or an empty text.
    """

    first: int
    last: int
    date_text: str | None = None
    texts: list[str] = field(default_factory=list)
    closing: str = ""
    _has_prose: bool = False

    def add(self, line: PageLine, *texts: str) -> None:
        """Take a line in, as these texts."""
        added = [text for text in texts if text]
        self.texts += added
        self._has_prose = self._has_prose or any(map(is_prose, added))
        self.last = line.number
        self.closing = line.closing

    def awaits_text(self) -> bool:
        """Return whether there is a title, or something like one, and no text under it yet."""
        return bool(self.texts) and not self.closing and not self._has_prose

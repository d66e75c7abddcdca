"""The page that tables are written on: lines of a limited width, on a stream that may know few characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.present.cells import wrap
from searcher.present.paint import painted
from searcher.present.stream import TolerantStream

if TYPE_CHECKING:
    from typing import TextIO

_NARROWEST, _WIDEST = 30, 100


class Page:
    """Writes lines no wider than the page, with or without colour.

    Attributes:
        color: Whether terminal codes are written.
        width: The longest line, in cells: as asked for, within what can be laid out and what reads well.
    """

    def __init__(self, stream: TextIO, *, color: bool, width: int) -> None:
        self._stream = TolerantStream(stream)
        self.color = color
        self.width = min(max(width, _NARROWEST), _WIDEST)

    def line(self, text: str = "") -> None:
        """Write one line, which the caller has made to fit."""
        self._stream.write(painted(text, color=self.color) + "\n")

    def paragraph(self, text: str, *, lead: str = "", indent: int = 0) -> None:
        """Write text over as many lines as it needs, nothing where it is blank.

        Args:
            text: Legible text, perhaps with style marks.
            lead: What stands before the first line, no wider than ``indent``.
            indent: Cells left free before every line.
        """
        for number, line in enumerate(wrap(text, self.width - indent)):
            self.line((lead if number == 0 else "").ljust(indent) + line)

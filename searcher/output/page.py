"""The page that tables are written on: lines of a limited width, on a stream that may know few characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.output.cells import wrap
from searcher.output.paint import painted

if TYPE_CHECKING:
    from typing import TextIO

_NARROWEST, _WIDEST = 30, 100
# For a stream of a smaller character set; what is not here either is written as a question mark.
_PLAINER = str.maketrans(
    {"–": "-", "≈": "~", "·": "|", "…": "...", "“": '"', "”": '"', "’": "'", **dict.fromkeys("█▉▊▋▌▍▎▏", "#")}
)


class TolerantStream:
    """A text stream that writes plainer characters where its encoding lacks one, instead of failing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write the text, as near to it as the encoding allows."""
        try:
            self._stream.write(text)
        except UnicodeEncodeError as error:
            plainer = text.translate(_PLAINER).encode(error.encoding, "replace").decode(error.encoding)
            self._stream.write(plainer)


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

"""A stream that may know few characters: plainer ones are written where it lacks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

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

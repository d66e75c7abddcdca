"""The values of a JSON text one by one: the elements of an array, or objects that follow each other."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError
from indexer.sources.encoding import repair, wide_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_VALUE: Final = 1 << 26
"""Characters of one element of an array, or of a whole document that is an object."""

_CHUNK: Final = 1 << 18
_BETWEEN: Final = re.compile(r"[\s,\ufeff]*+")
_DECODE: Final = json.JSONDecoder(strict=False).raw_decode


def values_of(stream: io.BufferedReader, label: str) -> Iterator[object]:
    """Parse a JSON text value by value, with no more than one of them held.

    Args:
        stream: Its bytes, from the first on; closed at the end.
        label: How messages name it.

    Raises:
        SourceError: What follows is no JSON, or longer than LONGEST_VALUE characters.
    """
    encoding = wide_encoding(stream.peek()) or "utf-8"
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    with io.TextIOWrapper(stream, encoding, errors) as file:
        text = _Text(file, label)
        text.skip()
        in_array = text.takes("[")
        while text.skip() and not (in_array and text.takes("]")):
            yield text.value()


class _Text:
    """A text of which a window is held."""

    def __init__(self, file: io.TextIOWrapper, label: str) -> None:
        self._file = file
        self._label = label
        self._held = ""
        self._at = 0
        self._lines = 1  # the line that the window begins on

    def skip(self) -> bool:
        """Go on to the next value or sign; False at the end."""
        while True:
            between = _BETWEEN.match(self._held, self._at)
            self._at = between.end() if between else self._at
            if self._at < len(self._held):
                return True
            if not self._more(_CHUNK):
                return False

    def takes(self, sign: str) -> bool:
        """Pass a sign where it stands next."""
        found = self._held.startswith(sign, self._at)
        self._at += found
        return found

    def value(self) -> object:
        """Parse the value that stands next."""
        size = _CHUNK
        while True:
            try:
                value, end = _DECODE(self._held, self._at)
            except (ValueError, RecursionError) as error:
                size *= 2
                if len(self._held) - self._at > LONGEST_VALUE:
                    raise self._fault(f"a value of more than {LONGEST_VALUE:,} characters") from None
                if isinstance(error, json.JSONDecodeError) and self._more(size):
                    continue
                raise self._broken(error) from None
            if end == len(self._held) and self._more(size):
                continue  # a number may go on
            written = self._held[self._at : end]
            if (mended := repair(written)) is not written:
                value = _DECODE(mended, 0)[0]
            self._at = end
            return value

    def _more(self, size: int) -> bool:
        part = self._file.read(size)
        if part:
            self._lines += self._held.count("\n", 0, self._at)
            self._held = self._held[self._at :] + part
            self._at = 0
        return bool(part)

    def _broken(self, error: Exception) -> SourceError:
        if isinstance(error, json.JSONDecodeError):
            self._at = error.pos
            cut = error.pos >= len(self._held.rstrip()) or error.msg.startswith("Unterminated")
            return self._fault(f"{error.msg}" + ("; the file breaks off" if cut else ""))
        return self._fault("too deep, or a number too long")

    def _fault(self, reason: str) -> SourceError:
        line = self._lines + self._held.count("\n", 0, self._at)
        return SourceError(f"{self._label} is not valid JSON at line {line:,}: {reason}")

"""Make text safe to display, so that it cannot control a terminal or a spreadsheet.

Characters that the encoding of a stream does not have are replaced, so that writing never fails.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TextIO

from indexer.csv_cells import begins_formula, escape_formulas

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Persian words and composed emoji need these two.
_JOINERS = "\u200c\u200d"
# These reorder the following text, which could disguise a name or a URL.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# XML forbids these two: one in a title would break a whole feed.
_NO_CHARACTERS = "\ufffe\uffff"
# Valid in JSON, but interpreted by terminals, treated as line ends, or not encodable.
_ESCAPED_IN_JSON = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
# Replacements for streams with a smaller character set; other characters become a question mark.
_PLAINER = str.maketrans(
    {"–": "-", "≈": "~", "·": "|", "…": "...", "“": '"', "”": '"', "’": "'", **dict.fromkeys("█▉▊▋▌▍▎▏", "#")}
)


def legible(text: str, *, keep: str = "") -> str:
    """Replace characters that a terminal would interpret.

    Control characters, lone surrogates, noncharacters and direction overrides become a visible replacement
    character; white-space controls become a space; invisible format characters (soft hyphen, byte order mark)
    are dropped.

    Args:
        text: Any text.
        keep: Control characters to keep.

    Returns:
        The text without control characters, on one line unless ``keep`` contains a newline.
    """
    if text.isprintable():
        return text
    strange = {character for character in set(text) if not (character.isprintable() or character in keep)}
    return text.translate({ord(character): _replacement(character) for character in strange})


def spreadsheet_cell(text: str) -> str:
    """Return text that a spreadsheet shows but does not execute as a formula.

    Returns:
        The legible text, after an apostrophe if a spreadsheet would read it as a formula.
    """
    if text.isprintable() and ";" not in text:
        return "'" + text if begins_formula(text) else text
    shown = escape_formulas(legible(text.replace("\r\n", "\n"), keep="\n\t"))
    return "'" + shown if begins_formula(text) or begins_formula(shown) else shown


def escape_json(text: str) -> str:
    """Escape surrogates and terminal control characters in JSON."""
    if text.isascii() and "\x7f" not in text:
        return text
    if text.replace("\n", "").isprintable():  # faster than a search for each character
        return text
    return re.sub(_ESCAPED_IN_JSON, lambda found: f"\\u{ord(found[0]):04x}", text)


class TolerantStream:
    """A text stream that replaces characters missing in its encoding."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write text, and replace characters missing in the encoding by similar ones."""
        try:
            self._stream.write(text)
        except UnicodeEncodeError as error:
            plainer = text.translate(_PLAINER).encode(error.encoding, "replace").decode(error.encoding)
            self._stream.write(plainer)


def _replacement(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " " if character.isspace() else REPLACEMENT
    if category == "Cs" or character in _BIDI_CONTROLS or character in _NO_CHARACTERS:
        return REPLACEMENT
    if category == "Cf" and character not in _JOINERS:
        return ""
    # Spaces of other widths, private and unassigned characters (emoji newer than this Python) are harmless.
    return character

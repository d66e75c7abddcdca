"""The tokens of a query: phrases, parentheses, operators, signs, field names and chunks of text.

A chunk is what stands between white space, quotation marks and parentheses. What has no partner or nothing
behind it is text; :class:`searcher.query.reading.Reading` notes it, or refuses it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indexer.named_tuple import NamedTuple
from searcher.query.limits import MOST_SLOP, WORD
from searcher.query.reading import FIELDS, TITLE

if TYPE_CHECKING:
    from searcher.query.reading import Reading

OPERATORS: Final = ("AND", "OR", "NOT")

# Kinds of tokens.
OPEN: Final = "("
CLOSE: Final = ")"
OPERATOR: Final = "operator"
SIGN: Final = "sign"  # + or - right before a word, a phrase or a group
FIELD: Final = "field"  # right before a word, a phrase or a group
PHRASE: Final = "phrase"
CHUNK: Final = "chunk"
TEXT: Final = "text"  # a chunk that is a word as it stands

# Straight and typographic quotation marks open and close a phrase alike.
_QUOTES: Final = dict.fromkeys(map(ord, "“”„«»"), '"')
_CONTEXT: Final = 12  # characters shown on either side of a sign


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: One of the constants of this module.
        text: The token; of a phrase what stands between its marks, of a field its name.
        at: Its first character in the query, from 0.
        slop: Of a phrase, as in :class:`searcher.query.model.Quoted`.
    """

    kind: str
    text: str
    at: int
    slop: int = 1


def tokens(reading: Reading) -> list[Token]:
    """Split a query into tokens.

    Args:
        reading: The reading of the query.

    Returns:
        The tokens in order. Parentheses are balanced; behind a sign stands a field, a group, a phrase or
        text; behind a field a group, a phrase or a chunk.

    Raises:
        QueryError: The reading is strict and refuses a part.
    """
    straight = reading.text.translate(_QUOTES)
    if straight.count('"') % 2:
        straight = _without_odd_mark(straight, reading)
    if "(" in straight or ")" in straight:
        straight = _balanced(straight, reading)
    lexer = _Lexer(reading)
    at = skipped = 0
    pieces = straight.split('"')
    for number, piece in enumerate(pieces):
        if number % 2:
            slop, skipped = _slop(pieces[number + 1])
            lexer.found.append(Token(PHRASE, piece, at - 1, slop))
        else:
            lexer.segment(piece, skipped, at, last=number == len(pieces) - 1)
        at += len(piece) + 1
    return lexer.found


def _without_odd_mark(text: str, reading: Reading) -> str:
    """Replace the last quotation mark, which has no partner, by what it stands for."""
    at = text.rindex('"')
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before.isalpha() and after.isalpha():  # a slip of the apostrophe
        return f"{text[:at]}'{text[at + 1 :]}"
    if not before.isdigit():  # else it stands for inches
        reading.note(
            at,
            "this quotation mark has no partner; close the phrase or leave it out",
            f"read “{_around(reading.text, at)}” without its quotation mark, which has no partner",
        )
    if before in (":", "+", "-") and not after.isspace():  # the field or the sign is of the word behind
        start = at
        while start and not text[start - 1].isspace() and text[start - 1] != '"':
            start -= 1
        return f"{text[:start]} {text[start:at]}{text[at + 1 :]}"
    return f"{text[:at]} {text[at + 1 :]}"


def _balanced(text: str, reading: Reading) -> str:
    """Replace each parenthesis without a partner by a space."""
    unopened, opened = _without_partner(text)
    for at in (*unopened, *reversed(opened)):
        fault, remedy = ("is not closed", "add one or ") if text[at] == "(" else ("closes nothing", "")
        reading.note(
            at,
            f"this parenthesis {fault}; {remedy}leave it out",
            f"read “{_around(reading.text, at)}” without its parenthesis, which {fault}",
        )
    if opened or unopened:
        characters = list(text)
        for at in (*opened, *unopened):
            characters[at] = " "
        text = "".join(characters)
    return text


def _without_partner(text: str) -> tuple[list[int], list[int]]:
    """Find the closing and the opening parentheses without a partner, outside phrases."""
    opened: list[int] = []
    unopened: list[int] = []
    quoted = False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            opened.append(at)
        elif character == ")":
            if opened:
                opened.pop()
            else:
                unopened.append(at)
    return unopened, opened


def _around(text: str, at: int) -> str:
    """Give a sign with the word at it, or the sign alone."""
    end = at + 1
    while end < len(text) and end - at < _CONTEXT and not text[end].isspace():
        end += 1
    start = at
    while start and at - start < _CONTEXT and not text[start - 1].isspace():
        start -= 1
    return text[start:end]


def _slop(behind: str) -> tuple[int, int]:
    """Read the slop right behind a phrase; give it and how many characters it takes."""
    found = re.match(r"~([1-9][0-9]*)", behind)
    return (min(int(found[1]), MOST_SLOP), found.end()) if found else (1, 0)


class _Lexer:
    """Gathers the tokens of the text outside phrases."""

    def __init__(self, reading: Reading) -> None:
        self.found: list[Token] = []
        self._reading = reading

    def segment(self, text: str, skipped: int, base: int, *, last: bool) -> None:
        """Add the tokens of what stands between two phrases.

        Args:
            text: It.
            skipped: How many of its characters belong to the phrase before.
            base: Its place in the query.
            last: Whether no phrase follows.
        """
        for found in re.compile(WORD).finditer(text, skipped):
            opens = found.start() > 0 or base == 0
            glued = not last and found.end() == len(text)
            self._run(found[0], base + found.start(), opens=opens, glued=glued)

    def _run(self, run: str, base: int, *, opens: bool, glued: bool) -> None:
        """Add the chunks and the parentheses of what stands between white space."""
        start = 0
        for at, character in enumerate(run):
            if character in "()":
                if start < at:
                    self._chunk(run[start:at], base + start, opens=opens, glued=character == "(")
                self.found.append(Token(OPEN if character == "(" else CLOSE, character, base + at))
                start, opens = at + 1, character == "("
        if start < len(run):
            self._chunk(run[start:], base + start, opens=opens, glued=glued)

    def _chunk(self, chunk: str, at: int, *, opens: bool, glued: bool) -> None:
        """Add the tokens of one chunk.

        Args:
            chunk: It.
            at: Its place in the query.
            opens: Whether a sign may stand at its start.
            glued: Whether a phrase or a group stands right behind it.
        """
        if chunk in OPERATORS:
            self.found.append(Token(OPERATOR, chunk, at))
            return
        if chunk[0] in "+-":
            if opens and (glued if len(chunk) == 1 else chunk[1] not in "+-"):
                self.found.append(Token(SIGN, chunk[0], at))
                chunk, at = chunk[1:], at + 1
                if not chunk:
                    return
            else:  # signs that mark nothing
                bare = chunk.lstrip("+-")
                if bare:
                    chunk, at = bare, at + len(chunk) - len(bare)
        if ":" in chunk:
            chunk, at = self._fields(chunk, at, glued=glued)
        if chunk:
            self.found.append(Token(CHUNK, chunk, at))

    def _fields(self, chunk: str, at: int, *, glued: bool) -> tuple[str, int]:
        """Add the field that a chunk begins with; give what is left of the chunk, and its place."""
        while True:
            name, colon, rest = chunk.partition(":")
            if not colon or name not in FIELDS:
                break
            if name == TITLE:
                rest = rest.lstrip("+-") or rest  # signs that mark nothing
            follows = rest.partition(":")
            if not (rest or glued) or (name != "id" and follows[1] and follows[0] in FIELDS):
                self._reading.note(
                    at,
                    f"{name}: needs a word right behind it, without a space",
                    f"read “{name}:” as a word: what it looks for stands right behind it, without a space",
                )
                self.found.append(Token(TEXT, f"{name}:", at))
                chunk, at = rest, at + len(chunk) - len(rest)
                continue
            self.found.append(Token(FIELD, name, at))
            return rest, at + len(name) + 1
        if glued and chunk.endswith(":") and chunk[:-1].isalpha():
            self._reading.note_unknown_field(chunk, at, [chunk[:-1]])
            return chunk[:-1], at
        return chunk, at

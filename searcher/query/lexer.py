"""The tokens of a query: phrases, parentheses, operators, signs, field names and chunks of text.

A chunk is what stands between white space, quotation marks and parentheses. What has no partner or nothing
behind it is text, with a note.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indexer.named_tuple import NamedTuple
from searcher.query.chunks import FIELDS, TITLE, read_as, unknown_field
from searcher.query.limits import DEEPEST, MOST_SLOP, OPERATORS, QUOTATION_MARKS, located, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.query.notes import Notes

# Kinds of tokens; an operator, too, is a kind by itself.
OPEN: Final = "("
CLOSE: Final = ")"
SIGN: Final = "sign"  # + or - right before a word, a phrase or a group
FIELD: Final = "field"  # right before a word, a phrase or a group
PHRASE: Final = "phrase"
CHUNK: Final = "chunk"
TEXT: Final = "text"  # a chunk that is a word as it stands

_STRAIGHT: Final = dict.fromkeys(map(ord, QUOTATION_MARKS), '"')
_INCH_OR_PHRASE: Final = re.compile(r'(?<=\d)"(?![^\s.,;:!?)])|"[^"]*"')
_PARENTHESIS_OR_PHRASE: Final = re.compile(r'[()]|"[^"]*"')
# Typed for the apostrophe: d"accord, ferry"s. Between two whole words it is none.
_APOSTROPHE: Final = re.compile(r"(?<!\w)\w{1,2}'\w|\w'\w{1,2}(?!\w)")
_TOKEN: Final = re.compile(r'"(?P<phrase>[^"]*)"(?:~(?P<slop>[1-9][0-9]*))?|[()]|[^\s()"]+')

_SHOWN: Final = 24  # characters of a word that a note names whole


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


def tokens(text: str, notes: Notes) -> list[Token]:
    """Split a query into tokens.

    Args:
        text: The query.
        notes: What becomes of parts without a meaning.

    Returns:
        The tokens in order, and a closing parenthesis behind them. Parentheses are balanced and not too deep;
        behind a sign stands a field, a group, a phrase or text; behind a field a group, a phrase or a chunk.

    Raises:
        QueryError: The notes are strict and refuse a part.
    """
    text = _shallow(_balanced(_paired(text.translate(_STRAIGHT), notes), notes), notes)
    found: list[Token] = []
    for token in _TOKEN.finditer(text):
        written, at = token[0], token.start()
        if token["phrase"] is not None:
            found.append(Token(PHRASE, token["phrase"], at, min(int(token["slop"] or 1), MOST_SLOP)))
        elif written in (OPEN, CLOSE, *OPERATORS):
            found.append(Token(written, written, at))
        else:
            opens = not at or text[at - 1] not in ')"'
            if written[0] == "~" and text[:at].endswith('"'):
                fault = "behind the ~ of a phrase stands a number from 1 on"
                notes.add(at, fault, f"read “{shortened(written)}” as text: {fault}")
            found += _chunk(written, at, notes, opens=opens, glued=text[token.end() :][:1] in ('"', OPEN))
    return [*found, Token(CLOSE, CLOSE, len(text))]


def _paired(text: str, notes: Notes) -> str:
    """Replace the quotation marks that open or close nothing by what they stand for."""
    text = _INCH_OR_PHRASE.sub(lambda found: " " if found[0] == '"' else found[0], text)
    if text.count('"') % 2 == 0:
        return text
    at = text.rindex('"')
    before, after = text[:at], text[at + 1 :]
    if _APOSTROPHE.search(f"{before[-3:]}'{after[:3]}"):
        return f"{before}'{after}"
    if not before[-1:].isdigit():  # else it stands for inches
        notes.add(
            at,
            "this quotation mark has no partner; close the phrase or leave it out",
            f"read “{_around(notes.query, at)}” without its quotation mark, which has no partner",
        )
    if before.endswith((":", "+", "-")) and not after[:1].isspace():
        # The field or the sign is of the word behind.
        start = at - len(re.split(r'[\s"]', before)[-1])
        return f"{text[:start]} {text[start:at]}{after}"
    return f"{before} {after}"


def _balanced(text: str, notes: Notes) -> str:
    """Replace each parenthesis without a partner by a space."""
    opened: list[int] = []
    unopened: list[int] = []
    for found in _PARENTHESIS_OR_PHRASE.finditer(text):
        if found[0] == OPEN or (found[0] == CLOSE and not opened):
            (opened if found[0] == OPEN else unopened).append(found.start())
        elif found[0] == CLOSE:
            opened.pop()
    for at in (*unopened, *reversed(opened)):
        fault, remedy = ("is not closed", "add one or ") if text[at] == OPEN else ("closes nothing", "")
        notes.add(
            at,
            f"this parenthesis {fault}; {remedy}leave it out",
            f"read “{_around(notes.query, at)}” without its parenthesis, which {fault}",
        )
    return _blanked(text, {*opened, *unopened})


def _shallow(text: str, notes: Notes) -> str:
    """Replace the parentheses within too many others by spaces; all have partners."""
    if text.count(OPEN) <= DEEPEST:
        return text
    depth = 0
    deep: list[int] = []
    for found in _PARENTHESIS_OR_PHRASE.finditer(text):
        depth += found[0] == OPEN
        if found[0] in (OPEN, CLOSE) and depth > DEEPEST:
            deep.append(found.start())
        depth -= found[0] == CLOSE
    if deep:
        where = located(text[deep[0] :], deep[0])
        notes.beyond(
            f"the query is nested too deeply: more than {DEEPEST} parentheses are open at {where}; use fewer",
            f"read what stands within more than {DEEPEST} parentheses without them, from {where} on",
        )
    return _blanked(text, set(deep))


def _blanked(text: str, places: set[int]) -> str:
    return "".join([" " if at in places else sign for at, sign in enumerate(text)]) if places else text


def _around(text: str, at: int) -> str:
    """Give the word that a sign stands at; of a long one what is near the sign."""
    before, behind = text[:at].rpartition(" ")[2], text[at:].partition(" ")[0]
    return before + behind if len(before + behind) <= _SHOWN else f"{before[-12:]}{behind[:12]}"


def _chunk(chunk: str, at: int, notes: Notes, *, opens: bool, glued: bool) -> Iterator[Token]:
    """Yield the tokens of one chunk.

    Args:
        chunk: It.
        at: Its place in the query.
        notes: What becomes of parts without a meaning.
        opens: Whether a sign may stand at its start.
        glued: Whether a phrase or a group stands right behind it.
    """
    bare = chunk.lstrip("+-")
    if opens and chunk[0] in "+-" and (len(chunk) - len(bare) == 1 if len(chunk) > 1 else glued):
        yield Token(SIGN, chunk[0], at)
    elif not bare:
        bare = chunk  # signs that mark nothing
    if bare:
        yield from _fielded(bare, at + len(chunk) - len(bare), notes, glued=glued)


def _fielded(chunk: str, at: int, notes: Notes, *, glued: bool) -> Iterator[Token]:
    """Yield the field that a chunk begins with, if any, and what is left of the chunk."""
    name, colon, rest = chunk.partition(":")
    asked = name.casefold()
    if colon and name not in FIELDS and (asked in notes.own_fields or (asked in FIELDS and (rest or glued))):
        name = asked  # a phone writes Country:KE
    elif not colon or name not in FIELDS:
        if glued and colon and not rest and name.isalpha():
            fault, fields = unknown_field(name, notes.own_fields)
            notes.add(at, fault, f"{read_as(chunk, [name])}{fields}")
            chunk = name
        yield Token(CHUNK, chunk, at)
        return
    if name == TITLE:
        rest = rest.lstrip("+-") or rest  # signs that mark nothing
    behind = at + len(chunk) - len(rest)
    inner, colon, _ = rest.partition(":")
    if (rest or glued) and not (colon and inner in FIELDS and name in FIELDS and name != "id"):
        yield Token(FIELD, name, at)
        if rest:
            yield Token(CHUNK, rest, behind)
        return
    notes.add(
        at,
        f"{name}: needs a word right behind it, without a space",
        f"read “{name}:” as a word: what it looks for stands right behind it, without a space",
    )
    yield Token(TEXT, f"{name}:", at)
    if rest:
        yield from _fielded(rest, behind, notes, glued=glued)

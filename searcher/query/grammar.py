"""The grammar of the query language: a tokenizer and a recursive descent parser.

From lowest to highest precedence::

    query    adjacent operands: any may match; +x must, -x and NOT x must not match, filters restrict
    either   both OR both ...
    both     operand AND operand ...
    operand  NOT operand | + or - before | near
    near     primary NEAR/5 primary, and the same with PRE/5, NOT NEAR/5 or SAME, from left to right
    primary  field: before | (query) | "a phrase"~3 | word | patt*rn | fuzzy~2 | /regex/ | ="as typed"

Everything without a meaning here is text.

Tokens are phrases, parentheses, operators, signs, field names and chunks of text. A chunk is the text between
white space, quotation marks and parentheses. An unmatched character, or one with nothing after it, is text
and adds a note.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.runtime import NamedTuple
from searcher.query.chunks import (
    FIELDS,
    TITLE,
    hide_regexes,
    leaves_of,
    phrase_of,
    read_as,
    shown,
    unknown_field,
)
from searcher.query.limits import (
    DEEPEST,
    MAX_DISTANCE,
    MAX_SLOP,
    OPERATORS,
    QUOTATION_MARKS,
    SIGNS,
    located,
    shortened,
)
from searcher.query.model import (
    And,
    AndNot,
    Everything,
    Filter,
    Not,
    Or,
    Should,
    Word,
    joined,
)
from searcher.query.proximity import Operator, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searcher.query.model import Node
    from searcher.query.notes import Notes


# Kinds of tokens; each operator is also a kind.
OPEN: Final = "("
CLOSE: Final = ")"
SIGN: Final = "sign"  # + or - directly before a word, a phrase or a group
FIELD: Final = "field"  # directly before a word, a phrase or a group
PHRASE: Final = "phrase"
EXACT: Final = "exact"  # a phrase behind =
NEAR: Final = "near"  # NEAR/5
BEFORE: Final = "before"  # PRE/5
CHUNK: Final = "chunk"
TEXT: Final = "text"  # a chunk that is a plain word

_STRAIGHT: Final = dict.fromkeys(map(ord, QUOTATION_MARKS), '"')
_INCH_OR_PHRASE: Final = re.compile(r'(?<=\d)"(?![^\s.,;:!?)])|"[^"]*"')
_PARENTHESIS_OR_PHRASE: Final = re.compile(r'[()]|"[^"]*"')
# Typed instead of an apostrophe: d"accord, ferry"s. Between two whole words it is not one.
_APOSTROPHE: Final = re.compile(r"(?<!\w)\w{1,2}'\w|\w'\w{1,2}(?!\w)")
_TOKEN: Final = re.compile(r'"(?P<phrase>[^"]*)"(?:~(?P<slop>[0-9]+))?|[()]|[^\s()"]+')
_PROXIMITY: Final = re.compile("(NEAR|PRE)/([0-9]+)|SAME")

_SHOWN: Final = 24  # characters up to which a note shows a whole word


class Token(NamedTuple):
    """A token.

    Attributes:
        kind: One of the constants of this module.
        text: The token; the content of a phrase, the name of a field.
        at: Its offset in the query.
        number: The slop of a phrase, the distance of a proximity.
    """

    kind: str
    text: str
    at: int
    number: int = 0


def tokens(text: str, notes: Notes) -> list[Token]:
    """Split a query into tokens.

    Args:
        text: The query.
        notes: Collects notes about parts without a meaning.

    Returns:
        The tokens in order, followed by a closing parenthesis. Parentheses are balanced and not too deep; a
        sign is followed by a field, a group, a phrase or text; a field by a group, a phrase or a chunk.

    Raises:
        QueryError: The notes are strict and reject a part.
    """
    text = hide_regexes(text.translate(_STRAIGHT))
    text = _shallow(_balanced(_paired(text, notes), notes), notes)
    found: list[Token] = []
    for token in _TOKEN.finditer(text):
        written, at = token[0], token.start()
        is_marked = bool(found) and found[-1][:3] == (CHUNK, "=", at - 1)
        if is_marked and written == OPEN:
            notes.add(at - 1, "= takes a word or a phrase, not a group", "left out = before a parenthesis")
        if token["phrase"] is not None:
            kind = EXACT if is_marked and found.pop() else PHRASE
            found.append(Token(kind, token["phrase"], at, _bounded(token["slop"] or "0", MAX_SLOP)))
        elif written in (OPEN, CLOSE, *OPERATORS, *SIGNS):
            found.append(Token(SIGNS.get(written, written), written, at))
        elif proximity := _PROXIMITY.fullmatch(written):
            kind = BEFORE if proximity[1] == "PRE" else NEAR
            found.append(Token(kind, written, at, _bounded(proximity[2] or "0", MAX_DISTANCE + 1)))
        else:
            opens = not at or text[at - 1] not in ')"'
            if written[0] == "~" and text[:at].endswith('"'):
                fault = "behind the ~ of a phrase stands a number"
                notes.add(at, fault, f"read “{shortened(written)}” as text: {fault}")
            found += _chunk(written, at, notes, opens=opens, glued=text[token.end() :][:1] in ('"', OPEN))
    return [*[token._replace(text=shown(token.text)) for token in found], Token(CLOSE, CLOSE, len(text))]


def _bounded(digits: str, most: int) -> int:
    """Return a number, at most ``most``; Python refuses to convert thousands of digits."""
    return min(int(digits[-6:]), most) if len(digits.lstrip("0")) <= len(str(most)) else most


def _paired(text: str, notes: Notes) -> str:
    """Replace unmatched quotation marks by the characters that they were typed for."""
    text = _INCH_OR_PHRASE.sub(lambda found: " " if found[0] == '"' else found[0], text)
    if text.count('"') % 2 == 0:
        return text
    at = text.rindex('"')
    before, after = text[:at], text[at + 1 :]
    if _APOSTROPHE.search(f"{before[-3:]}'{after[:3]}"):
        return f"{before}'{after}"
    if not before[-1:].isdigit():  # else it is an inch sign
        notes.add(
            at,
            "this quotation mark has no partner; close the phrase or leave it out",
            f"read “{_around(notes.query, at)}” without its quotation mark, which has no partner",
        )
    if before.endswith((":", "+", "-")) and not after[:1].isspace():
        # The field or sign belongs to the following word.
        start = at - len(re.split(r'[\s"]', before)[-1])
        return f"{text[:start]} {text[start:at]}{after}"
    return f"{before} {after}"


def _balanced(text: str, notes: Notes) -> str:
    """Replace each unmatched parenthesis by a space."""
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
    """Replace the parentheses nested too deeply by spaces; all are balanced."""
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
    """Return the word around an offset; of a long word only the part near it."""
    before, behind = text[:at].rpartition(" ")[2], text[at:].partition(" ")[0]
    return before + behind if len(before + behind) <= _SHOWN else f"{before[-12:]}{behind[:12]}"


def _chunk(chunk: str, at: int, notes: Notes, *, opens: bool, glued: bool) -> Iterator[Token]:
    """Yield the tokens of one chunk.

    Args:
        chunk: The chunk.
        at: Its offset in the query.
        notes: Collects notes about parts without a meaning.
        opens: Whether it may begin with a sign.
        glued: Whether it is directly followed by a phrase or a group.
    """
    bare = chunk.lstrip("+-")
    if opens and chunk[0] in "+-" and (len(chunk) - len(bare) == 1 if len(chunk) > 1 else glued):
        yield Token(SIGN, chunk[0], at)
    elif not bare:
        bare = chunk  # signs without a meaning
    if (
        opens
        and chunk[0] == "!"
        and (
            bare[1:2].isalnum()
            or (bare[1:2] in ("/", "=") and (bare[2:] or glued))
            or (glued and bare == "!")
        )
    ):
        yield Token("NOT", "!", at)
        bare = bare[1:]
    if bare:
        yield from _fielded(bare, at + len(chunk) - len(bare), notes, glued=glued)


def _fielded(chunk: str, at: int, notes: Notes, *, glued: bool) -> Iterator[Token]:
    """Yield the field at the beginning of a chunk, if any, and the rest of the chunk."""
    name, colon, rest = chunk.partition(":")
    requested = name.casefold()
    if (
        colon
        and name not in FIELDS
        and (requested in notes.custom_fields or (requested in FIELDS and (rest or glued)))
    ):
        name = requested  # phones write Country:KE
    elif not colon or name not in FIELDS:
        if glued and colon and not rest and name.isalpha():
            fault, fields = unknown_field(name, notes.custom_fields)
            notes.add(at, fault, f"{read_as(chunk, [name])}{fields}")
            chunk = name
        yield Token(CHUNK, chunk, at)
        return
    if name == TITLE:
        rest = rest.lstrip("+-") or rest  # signs without a meaning
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


_NEEDS_LEFT: Final = frozenset((CLOSE, "AND", "OR", NEAR, BEFORE))  # tokens that begin no operand
_SPLIT: Final = "/"  # not the name of a field
_APART: Final = partial(Or, apart=True)
_NARROW: Final = (
    "read AND between the words right beside it alone: put words that belong together in parentheses, as in "
    "(night ferry) AND storm"
)


def read(text: str, notes: Notes) -> Node | None:
    """Parse a query.

    Args:
        text: The query as typed.
        notes: Collects notes about parts without a meaning.

    Returns:
        Its nodes; None if it is empty.

    Raises:
        QueryError: As :func:`searcher.query.parser.parse`.
    """
    return _Parser(text, notes).query("text")


class _Operand(NamedTuple):
    """A node and its role among its neighbours.

    Attributes:
        node: The node; None for an empty operand such as ``()``.
        role: ``+``, the name of a filter, ``/`` for words of one chunk, or empty.
    """

    node: Node | None
    role: str = ""


def _side_by_side(operands: list[_Operand]) -> Node | None:
    """Combine adjacent operands into a node: filters restrict, and those of one field are alternatives."""
    filters: dict[str, list[Node]] = {}
    required: list[Node] = []
    optional: list[Node] = []
    excluded: list[Not] = []
    for node, role in operands:
        if node is None:
            continue
        if role == "+":
            required.append(node)
        elif isinstance(node, Not):
            excluded.append(node)
        elif role and role != _SPLIT:
            filters.setdefault(role, []).append(node)
        elif role and isinstance(node, Or):
            optional += node.parts
        else:
            optional.append(node)
    parts = [part for name in sorted(filters) if (part := joined(Or, filters[name]))]
    rest = joined(Or, optional)
    if required:
        marked = And(tuple(required), exact=True)
        rest = Should(marked, rest) if rest is not None else marked
    if rest is not None:
        parts.append(rest)
    kept, without = joined(And, parts), joined(_APART, [one.part for one in excluded])
    if kept is not None and without is not None:
        return AndNot(kept, without)
    return kept if without is None else Not(without, excluded[0].at)


class _Parser:
    """Parses the tokens of a query from left to right."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._notes = notes
        self._tokens = tokens(text, notes)
        self._next = 0

    def query(self, field: str) -> Node | None:
        """Parse up to a closing parenthesis; the tokens end with one."""
        operands = []
        while self._tokens[self._next].kind != CLOSE:
            operands.append(self._either(field))
        return _side_by_side(operands)

    def _either(self, field: str) -> _Operand:
        return self._connected("OR", _APART, self._both, field)

    def _both(self, field: str) -> _Operand:
        return self._connected("AND", And, self._operand, field)

    def _connected(
        self,
        operator: str,
        kind: Callable[[tuple[Node, ...]], Node],
        read_part: Callable[[str], _Operand],
        field: str,
    ) -> _Operand:
        """Parse operands connected by an operator; a trailing operator is text."""
        begin = self._next
        first = read_part(field)
        parts = [first.node]
        while self._is_next(operator) and self._tokens[self._next + 1].kind != CLOSE:
            self._next += 1
            parts.append(read_part(field).node)
        if len(parts) == 1:
            return first
        node = joined(kind, [part for part in parts if part is not None])
        if isinstance(node, And) and (self._is_word(begin - 1) or self._is_word(self._next)):
            self._notes.add_note("operators", _NARROW)
        return _Operand(node)

    def _is_word(self, at: int) -> bool:
        """Return whether a token is a word or a phrase without a sign, field or operator."""
        if at < 0 or self._tokens[at].kind not in (CHUNK, TEXT, PHRASE, EXACT):
            return False
        return not at or self._tokens[at - 1].kind not in (SIGN, FIELD, "NOT", "OR", "AND", NEAR, BEFORE)

    def _is_next(self, kind: str) -> bool:
        return self._tokens[self._next].kind == kind

    def _take(self, kind: str) -> Token | None:
        """Consume and return the next token if it is of a kind."""
        token = self._tokens[self._next]
        if token.kind != kind:
            return None
        self._next += 1
        return token

    def _operand(self, field: str) -> _Operand:
        at = self._tokens[self._next].at
        first = self._next
        # NOT before these is text.
        while self._is_next("NOT") and self._tokens[self._next + 1].kind not in _NEEDS_LEFT:
            self._next += 1
        negations = self._next - first
        operand = self._signed(field)
        if negations % 2 and operand.node is not None:
            return _Operand(Not(operand.node, at))
        return operand

    def _signed(self, field: str) -> _Operand:
        """Parse an operand with its sign."""
        sign = self._take(SIGN)
        node, role = self._near(field)
        if sign and sign.text == "-":
            return _Operand(Not(node, sign.at) if node is not None else None)
        return _Operand(node, "+" if sign else role)

    def _near(self, field: str) -> _Operand:
        """Parse operands connected by proximity operators."""
        operand = self._fielded(field)
        while (operator := self._proximity()) is not None:
            if sign := self._take(SIGN):
                fault = f"{sign.text} has no meaning behind {operator.text}"
                self._notes.add(sign.at, fault, f"left out a sign: {fault}")
            parts = operand.node, self._fielded(field).node
            operand = _Operand(near(*parts, operator, self._notes))
        return operand

    def _proximity(self) -> Operator | None:
        """Consume a proximity operator that has an operand behind it; None if there is none."""
        first, second, third, *_ = (*self._tokens[self._next : self._next + 3], None, None, None)
        assert first is not None
        if (
            first.kind == "NOT"
            and second
            and second.text[:5] == "NEAR/"
            and third
            and third.kind not in _NEEDS_LEFT
        ):
            self._next += 2
            return Operator(f"NOT {second.text}", first.at, second.number, ordered=False, excludes=True)
        if first.kind in {NEAR, BEFORE} and second and second.kind not in _NEEDS_LEFT:
            self._next += 1
            ordered = first.kind == BEFORE
            return Operator(first.text, first.at, first.number, ordered=ordered, excludes=False)
        return None

    def _fielded(self, field: str) -> _Operand:
        """Parse an operand with its field."""
        named = self._take(FIELD)
        at = (named or self._tokens[self._next]).at
        node, role = self._primary(named.text if named else field, at)
        return _Operand(node, named.text if named and named.text != TITLE else role)

    def _group(self, field: str) -> Node | None:
        """Parse the content of parentheses, after the opening one."""
        node = self.query(field)
        self._next += 1
        return node

    def _primary(self, field: str, at: int) -> _Operand:
        """Parse a group, a phrase or a chunk.

        Args:
            field: Its field.
            at: Its offset, including the name of its field.
        """
        kind, text, start, slop = self._tokens[self._next]
        self._next += 1
        if kind == OPEN:
            return _Operand(self._group(field))
        narrows = field not in {"text", TITLE}
        if kind in {*OPERATORS, NEAR, BEFORE}:
            behind = "behind it" if kind == "NOT" else "on both sides of it"
            self._notes.add(
                start,
                f"{text} needs a word beside it; the plain word is written small",
                f"read “{text}” as a word: an operator needs another word {behind}",
            )
        if kind in {PHRASE, EXACT} and narrows:
            return _Operand(Filter(field, " ".join(text.split()), at), field)
        if kind in {PHRASE, EXACT}:
            return _Operand(phrase_of(text, slop, field, at, self._notes, exact=kind == EXACT))
        if narrows:
            everything = kind == CHUNK and not text.strip("*")
            return _Operand(Everything(at) if everything else Filter(field, text, at), field)
        if kind == CHUNK and not text.isalnum():
            return _Operand(joined(Or, leaves_of(text, field, start, self._notes)), _SPLIT)
        return _Operand(Word(text, field if kind != TEXT else "text", at))

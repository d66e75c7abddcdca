"""The grammar of the query language, as a parser by recursive descent over tokens.

Loosest first::

    query    what stands side by side: any may match; +x must, -x and NOT x must not, filters narrow
    either   both OR both ...
    both     operand AND operand ...
    operand  NOT operand | + or - before, field: before | (query) | "a phrase"~3 | word | patt*rn | fuzzy~2

Whatever has no meaning here is text.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.named_tuple import NamedTuple
from searcher.query import lexer
from searcher.query.chunks import TITLE, leaves_of
from searcher.query.limits import OPERATORS
from searcher.query.model import (
    AllOf,
    AnyOf,
    Everything,
    Filter,
    Not,
    Prefer,
    Quoted,
    Without,
    Word,
    joined,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.query.node import Node
    from searcher.query.notes import Notes

_PARTED: Final = "/"  # no name of a field
_APART: Final = partial(AnyOf, apart=True)
_NARROW: Final = (
    "read AND between the words right beside it alone: put words that belong together in parentheses, as in "
    "(night ferry) AND storm"
)


def read(text: str, notes: Notes) -> Node | None:
    """Read a query.

    Args:
        text: The query as typed.
        notes: What becomes of parts without a meaning.

    Returns:
        Its nodes; None where it holds nothing.

    Raises:
        QueryError: As :func:`searcher.query.parse.parse`.
    """
    return _Parser(text, notes).query("text")


class _Operand(NamedTuple):
    """A node and its role among those side by side.

    Attributes:
        node: None where nothing is left, as of ``()``.
        role: ``+``, the name of a filter, ``/`` for words that stood in one chunk, or nothing.
    """

    node: Node | None
    role: str = ""


def _side_by_side(operands: list[_Operand]) -> Node | None:
    """Make one node of all operands: filters narrow, those of one field are alternatives."""
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
        elif role and role != _PARTED:
            filters.setdefault(role, []).append(node)
        elif role and isinstance(node, AnyOf):
            optional += node.parts
        else:
            optional.append(node)
    parts = [part for name in sorted(filters) if (part := joined(AnyOf, filters[name]))]
    rest = joined(AnyOf, optional)
    if required:
        marked = AllOf(tuple(required), exact=True)
        rest = Prefer(marked, rest) if rest is not None else marked
    if rest is not None:
        parts.append(rest)
    kept, without = joined(AllOf, parts), joined(_APART, [one.part for one in excluded])
    if kept is not None and without is not None:
        return Without(kept, without)
    return kept if without is None else Not(without, excluded[0].at)


class _Parser:
    """Reads the tokens of a query from left to right."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._notes = notes
        self._tokens = lexer.tokens(text, notes)
        self._next = 0

    def query(self, field: str) -> Node | None:
        """Read up to a closing parenthesis; one stands behind the query."""
        operands = []
        while self._tokens[self._next].kind != lexer.CLOSE:
            operands.append(self._either(field))
        return _side_by_side(operands)

    def _either(self, field: str) -> _Operand:
        return self._connected("OR", _APART, self._both, field)

    def _both(self, field: str) -> _Operand:
        return self._connected("AND", AllOf, self._operand, field)

    def _connected(
        self,
        operator: str,
        kind: Callable[[tuple[Node, ...]], Node],
        read_part: Callable[[str], _Operand],
        field: str,
    ) -> _Operand:
        """Read what one operator connects; without anything behind it, it is text."""
        begin = self._next
        first = read_part(field)
        parts = [first.node]
        while self._is_next(operator) and self._tokens[self._next + 1].kind != lexer.CLOSE:
            self._next += 1
            parts.append(read_part(field).node)
        if len(parts) == 1:
            return first
        node = joined(kind, [part for part in parts if part is not None])
        if isinstance(node, AllOf) and (self._is_word(begin - 1) or self._is_word(self._next)):
            self._notes.tell("operators", _NARROW)
        return _Operand(node)

    def _is_word(self, at: int) -> bool:
        """Tell whether a token is a word or a phrase by itself, without a sign, a field or an operator."""
        if at < 0 or self._tokens[at].kind not in (lexer.CHUNK, lexer.TEXT, lexer.PHRASE):
            return False
        return not at or self._tokens[at - 1].kind not in (lexer.SIGN, lexer.FIELD, "NOT", "OR", "AND")

    def _is_next(self, kind: str) -> bool:
        return self._tokens[self._next].kind == kind

    def _take(self, kind: str) -> lexer.Token | None:
        """Take the next token if it is of a kind."""
        token = self._tokens[self._next]
        if token.kind != kind:
            return None
        self._next += 1
        return token

    def _operand(self, field: str) -> _Operand:
        at = self._tokens[self._next].at
        first = self._next
        # Before these, NOT is text.
        while self._is_next("NOT") and self._tokens[self._next + 1].kind not in {lexer.CLOSE, "AND", "OR"}:
            self._next += 1
        negations = self._next - first
        operand = self._signed(field)
        if negations % 2 and operand.node is not None:
            return _Operand(Not(operand.node, at))
        return operand

    def _signed(self, field: str) -> _Operand:
        """Read a primary with the sign and the field before it."""
        sign, named = self._take(lexer.SIGN), self._take(lexer.FIELD)
        at = (named or self._tokens[self._next]).at
        node, role = self._primary(named.text if named else field, at)
        if named and named.text != TITLE:
            role = named.text
        if sign and sign.text == "-":
            return _Operand(Not(node, sign.at) if node is not None else None)
        return _Operand(node, "+" if sign else role)

    def _group(self, field: str) -> Node | None:
        """Read what stands in parentheses, behind the opening one."""
        node = self.query(field)
        self._next += 1
        return node

    def _primary(self, field: str, at: int) -> _Operand:
        """Read a group, a phrase or a chunk.

        Args:
            field: The field that it stands in.
            at: Where it begins, with the name of its field.
        """
        kind, text, start, slop = self._tokens[self._next]
        self._next += 1
        if kind == lexer.OPEN:
            return _Operand(self._group(field))
        narrows = field not in {"text", TITLE}
        if kind in OPERATORS:
            behind = "behind it" if kind == "NOT" else "on both sides of it"
            self._notes.add(
                start,
                f"{text} needs a word beside it; the plain word is written small",
                f"read “{text}” as a word: an operator needs another word {behind}",
            )
        if kind == lexer.PHRASE:
            words = tuple(text.split())
            if narrows:
                return _Operand(Filter(field, " ".join(words), at), field)
            return _Operand(Quoted(words, slop, field, at) if words else None)
        if narrows:
            everything = kind == lexer.CHUNK and not text.strip("*")
            return _Operand(Everything(at) if everything else Filter(field, text, at), field)
        if kind == lexer.CHUNK and not text.isalnum():
            return _Operand(joined(AnyOf, leaves_of(text, field, start, self._notes)), _PARTED)
        return _Operand(Word(text, field if kind != lexer.TEXT else "text", at))

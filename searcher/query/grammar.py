"""The grammar of the query language, as a parser by recursive descent over tokens.

Loosest first::

    query    what stands side by side: any may match; +x must, -x and NOT x must not, filters narrow
    either   both OR both ...
    both     operand AND operand ...
    operand  NOT operand | + or - before, field: before | (query) | "a phrase"~3 | word | patt*rn | fuzzy~2

Whatever has no meaning here is text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.query import lexer
from searcher.query.chunks import leaves_of
from searcher.query.limits import DEEPEST, located
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
from searcher.query.reading import FILTERS

if TYPE_CHECKING:
    from searcher.query.node import Node
    from searcher.query.reading import Reading

_PARTED: Final = "parted"


def read(reading: Reading) -> Node | None:
    """Read a query.

    Args:
        reading: Its text, and what becomes of parts without a meaning.

    Returns:
        Its nodes; None where it holds nothing.

    Raises:
        QueryError: As :func:`searcher.query.parse.parse`.
    """
    return _Parser(lexer.tokens(reading), reading).query("text")


class _Operand(NamedTuple):
    """A node and its role among those side by side.

    Attributes:
        node: None where nothing is left, as of ``()``.
        role: ``+``, ``-``, the name of a filter, ``parted`` for words that stood in one chunk, or nothing.
        at: Where its sign or ``NOT`` stands in the query, from 0.
    """

    node: Node | None
    role: str = ""
    at: int = 0

    def unmarked(self) -> Node | None:
        """Give the node as it stands beside an operator, where signs only exclude."""
        return Not(self.node, self.at) if self.node is not None and self.role == "-" else self.node


class _SideBySide:
    """Gathers what stands side by side."""

    def __init__(self) -> None:
        self._filters: dict[str, list[Node]] = {}
        self._required: list[Node] = []
        self._optional: list[Node] = []
        self._excluded: list[Node] = []
        self._excluded_at = 0

    def add(self, operand: _Operand) -> None:
        """Add an operand by its role."""
        node, role, at = operand
        if node is None:
            return
        if not self._excluded:
            self._excluded_at = node.at if isinstance(node, Not) else at
        if role == "+":
            self._required.append(node)
        elif role == "-":
            self._excluded.append(node)
        elif isinstance(node, Not):
            self._excluded.append(node.part)
        elif role in FILTERS:
            self._filters.setdefault(role, []).append(node)
        elif role == _PARTED and isinstance(node, AnyOf):
            self._optional += node.parts
        else:
            self._optional.append(node)

    def node(self) -> Node | None:
        """Make the node of all operands: filters narrow, those of one field are alternatives."""
        parts = [part for name in sorted(self._filters) if (part := joined(AnyOf, self._filters[name]))]
        rest = joined(AnyOf, self._optional)
        if self._required:
            required = AllOf(tuple(self._required), exact=True)
            rest = Prefer(required, rest) if rest is not None else required
        if rest is not None:
            parts.append(rest)
        kept, excluded = joined(AllOf, parts), joined(AnyOf, self._excluded)
        if kept is not None and excluded is not None:
            return Without(kept, excluded)
        return kept if excluded is None else Not(excluded, self._excluded_at)


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, found: list[lexer.Token], reading: Reading) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0
        self._reading = reading

    def query(self, field: str) -> Node | None:
        """Read up to the end, or to a closing parenthesis."""
        group = _SideBySide()
        while not self._ends(self._next):
            group.add(self._either(field))
        return group.node()

    def _ends(self, at: int) -> bool:
        return at >= len(self._tokens) or self._tokens[at].kind == lexer.CLOSE

    def _is_operator(self, at: int, *names: str) -> bool:
        return (
            at < len(self._tokens)
            and self._tokens[at].kind == lexer.OPERATOR
            and self._tokens[at].text in names
        )

    def _either(self, field: str) -> _Operand:
        return self._chain("OR", AnyOf, field)

    def _chain(self, operator: str, kind: type[AnyOf | AllOf], field: str) -> _Operand:
        """Read what one operator connects."""
        operand = self._operand if operator == "AND" else self._both
        first = operand(field)
        if not self._connects(operator):
            return first
        parts = [first.unmarked()]
        while self._connects(operator):
            self._next += 1
            parts.append(operand(field).unmarked())
        return _Operand(joined(kind, [part for part in parts if part is not None]))

    def _both(self, field: str) -> _Operand:
        return self._chain("AND", AllOf, field)

    def _connects(self, operator: str) -> bool:
        """Tell whether an operator comes next, with anything behind it."""
        return self._is_operator(self._next, operator) and not self._ends(self._next + 1)

    def _operand(self, field: str) -> _Operand:
        negated = negates = False
        at = self._tokens[self._next].at
        while self._is_operator(self._next, "NOT"):
            behind = self._next + 1
            if self._ends(behind) or self._is_operator(behind, "AND", "OR"):
                break  # it is text
            negates, negated = True, not negated
            self._next = behind
        operand = self._signed(field)
        if not negates:
            return operand
        if negated:
            return _Operand(operand.unmarked(), "-", at)
        return operand

    def _signed(self, field: str) -> _Operand:
        token = self._tokens[self._next]
        if token.kind != lexer.SIGN:
            return self._fielded(field)
        self._next += 1
        return _Operand(self._fielded(field).node, token.text, token.at)

    def _fielded(self, field: str) -> _Operand:
        token = self._tokens[self._next]
        if token.kind != lexer.FIELD:
            return self._primary(field, token.at)
        self._next += 1
        operand = self._primary(token.text, token.at)
        return _Operand(operand.node, token.text) if token.text in FILTERS else operand

    def _group(self, field: str, at: int) -> Node | None:
        """Read what stands in parentheses, behind the opening one."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(
                f"the query is nested too deeply: more than {DEEPEST} parentheses are open at "
                f"{located(self._reading.text[at:], at)}; use fewer"
            )
        node = self.query(field)
        self._depth -= 1
        self._next += 1
        return node

    def _primary(self, field: str, at: int) -> _Operand:
        """Read a group, a phrase or a chunk.

        Args:
            field: The field that it stands in.
            at: Where it begins, with the name of its field.
        """
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == lexer.OPEN:
            return _Operand(self._group(field, token.at))
        if token.kind == lexer.OPERATOR:
            behind = "behind it" if token.text == "NOT" else "on both sides of it"
            self._reading.note(
                token.at,
                f"{token.text} needs a word beside it; the plain word is written small",
                f"read “{token.text}” as a word: an operator needs another word {behind}",
            )
        if field in FILTERS and token.kind != lexer.PHRASE:
            everything = token.kind == lexer.CHUNK and not token.text.strip("*")
            return _Operand(Everything(at) if everything else Filter(field, token.text, at), field)
        if token.kind == lexer.PHRASE:
            words = tuple(token.text.split())
            if field in FILTERS:
                return _Operand(Filter(field, " ".join(words), at), field)
            return _Operand(Quoted(words, token.slop, field, at) if words else None)
        if token.kind == lexer.CHUNK and not token.text.isalnum():
            nodes = leaves_of(self._reading, token.text, field, token.at)
            return _Operand(joined(AnyOf, nodes), _PARTED)
        return _Operand(Word(token.text, field if token.kind != lexer.TEXT else "text", at))

"""Parse a query by recursive descent.

From lowest to highest precedence::

    query    adjacent operands: any may match; +x must, -x and NOT x must not match, filters restrict
    either   both OR both ...
    both     operand AND operand ...
    operand  NOT operand | + or - before | near
    near     primary NEAR/5 primary, and the same with PRE/5, SAME, NOT NEAR/5 or NOT SAME, from left to right
    primary  field: before | (query) | atleast3(query) | "a phrase"~3 | ="as typed" | a word
    a word   word | patt*rn | fuzzy~2 | /regex/ | =word

Signs and words that have no meaning at their place in the grammar are read as text.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from indexer.runtime import NamedTuple
from searcher.query import model
from searcher.query.chunks import (
    PLACES,
    TEXTS,
    WITHOUT_EQUIVALENT,
    abbreviations,
    note_ignored_field,
    parse_chunk,
    parse_phrase,
)
from searcher.query.limits import MAX_DISTANCE, OPERATORS, SAME, shorten_line
from searcher.query.model import And, AndNot, Everything, Filter, Not, Or, Should, Word, join, rewrite
from searcher.query.query_tokens import (
    AT_LEAST,
    BEFORE,
    CHUNK,
    CLOSE,
    EXACT,
    FIELD,
    NEAR,
    NEEDS_LEFT,
    NOT_NEAR,
    OPEN,
    PHRASE,
    SIGN,
    TEXT,
    split_query,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.query.model import Node
    from searcher.query.notes import Notes
    from searcher.query.query_tokens import Token


_SHOWN: Final = 80  # characters of the suggested query
_SPLIT: Final = "/"  # not the name of a field
_APART: Final = partial(Or, apart=True)
_COUNTED: Final = (model.Word, model.Quoted, model.Pattern, model.Fuzzy, model.Or)
_PLACED: Final = (*_COUNTED, model.Near, model.NotNear)


def parse_query(text: str, notes: Notes) -> Node | None:
    """Parse a query, or return None for an empty query."""
    parser = _Parser(text, notes)
    node = parser.query("text")
    parser.note_narrow_operators()
    return node


class _Operand(NamedTuple):
    """An operand, and how it combines with adjacent operands."""

    node: Node | None  # the node; None for an empty operand such as ()
    role: str = ""  # +, the name of a filter, / for words of one chunk, or empty


def _combine_adjacent(operands: list[_Operand]) -> Node | None:
    """Combine adjacent operands.

    Filters restrict the matches of the other operands.
    """
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
    parts = [part for name in sorted(filters) if (part := join(Or, filters[name]))]
    rest = join(Or, optional)
    if required:
        marked = And(tuple(required), exact=True)
        rest = Should(marked, rest) if rest is not None else marked
    if rest is not None:
        parts.append(rest)
    kept, without = join(And, parts), join(_APART, [one.part for one in excluded])
    if kept is not None and without is not None:
        return AndNot(kept, without)
    return kept if without is None else Not(without, excluded[0].at)


class _Parser:
    """Parses the tokens of a query from left to right."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._text, self._notes = text, notes
        self._tokens = split_query(text, notes)
        self._next = 0
        self._next_to_and: set[tuple[int, int]] = set()  # spans of an operand of AND and the words next to it

    def query(self, field: str) -> Node | None:
        """Parse adjacent operands up to a closing parenthesis or the end of the query."""
        operands = []
        while self._tokens[self._next].kind != CLOSE:
            operands.append(self._read_alternatives(field))
        return _combine_adjacent(operands)

    def _read_alternatives(self, field: str) -> _Operand:
        return self._read_connected("OR", _APART, self._read_conjunction, field)

    def _read_conjunction(self, field: str) -> _Operand:
        return self._read_connected("AND", And, self._operand, field)

    def _read_connected(
        self,
        operator: str,
        kind: Callable[[tuple[Node, ...]], Node],
        read_part: Callable[[str], _Operand],
        field: str,
    ) -> _Operand:
        """Parse operands that an operator connects.

        An operator without a right operand is text.
        """
        begin = self._next
        first = read_part(field)
        parts = [first.node]
        end_of_first = last = self._next
        while self._is_next(operator) and self._tokens[self._next + 1].kind != CLOSE:
            self._next += 1
            last = self._next
            parts.append(read_part(field).node)
        if len(parts) == 1:
            return first
        node = join(kind, [part for part in parts if part is not None])
        if isinstance(node, And):
            self._add_span(begin, end_of_first)
            self._add_span(last, self._next)
        return _Operand(node)

    def _add_span(self, first: int, end: int) -> None:
        """Record a range of tokens: adjacent words and an operand of AND next to them.

        Users may expect AND to apply to all of these words (see :meth:`note_narrow_operators`).
        """
        begin, behind = first, end
        while self._is_word(begin - 1):
            begin -= 1
        while self._is_word(behind) and self._tokens[behind + 1].kind not in (NEAR, BEFORE):
            behind += 1
        if (begin, behind) != (first, end):
            self._next_to_and.add((self._tokens[begin].at, self._tokens[behind].at))

    def note_narrow_operators(self) -> None:
        """Suggest parentheses, in a note, if AND applies to only one of several adjacent words."""
        if not self._next_to_and:
            return
        text = self._text
        for begin, end in sorted(self._next_to_and, reverse=True):
            group = text[begin:end].rstrip()
            text = f"{text[:begin]}({group}){text[begin + len(group) :]}"
        self._notes.add_note("operators", message("query.read_narrow_and", query=shorten_line(text, _SHOWN)))

    def _is_word(self, at: int) -> bool:
        """Return whether the token at an index is a word or a phrase."""
        if at < 0 or self._tokens[at].kind not in (CHUNK, TEXT, PHRASE, EXACT):
            return False
        return not at or self._tokens[at - 1].kind not in (SIGN, FIELD, "NOT", "OR", "AND", NEAR, BEFORE)

    def _is_next(self, kind: str) -> bool:
        return self._tokens[self._next].kind == kind

    def _take(self, kind: str) -> Token | None:
        """Move past the next token and return it, or return None if it is of another kind."""
        token = self._tokens[self._next]
        if token.kind != kind:
            return None
        self._next += 1
        return token

    def _operand(self, field: str) -> _Operand:
        at = self._tokens[self._next].at
        first = self._next
        # NOT before these is text.
        while self._is_next("NOT") and self._tokens[self._next + 1].kind not in NEEDS_LEFT:
            self._next += 1
        negations = self._next - first
        operand = self._read_signed(field)
        if negations % 2 and operand.node is not None:
            return _Operand(Not(operand.node, at))
        return operand

    def _read_signed(self, field: str) -> _Operand:
        """Parse an operand with an optional sign (``+`` or ``-``) before it."""
        sign = self._take(SIGN)
        node, role = self._join_proximity(field)
        if sign and sign.text == "-":
            return _Operand(Not(node, sign.at) if node is not None else None)
        return _Operand(node, "+" if sign else role)

    def _join_proximity(self, field: str) -> _Operand:
        """Parse operands that proximity operators connect."""
        operand = self._read_fielded(field)
        while (operator := self._proximity()) is not None:
            if sign := self._take(SIGN):
                fault = message("query.misplaced_sign", text=sign.text, before=operator.text)
                self._notes.add(sign.at, fault, message("query.left_out_sign", fault=fault))
            parts = operand.node, self._read_fielded(field).node
            operand = _Operand(_join_proximity(*parts, operator, self._notes))
        return operand

    def _proximity(self) -> Token | None:
        """Move past the next proximity operator and return it.

        Returns None if no operand is on its right.
        """
        token, behind = self._tokens[self._next], self._next + 1
        if token.kind == "NOT" and self._tokens[behind].kind == NEAR:
            near = self._tokens[behind]
            token, behind = near._replace(kind=NOT_NEAR, text=f"NOT {near.text}", at=token.at), behind + 1
        if token.kind not in {NEAR, BEFORE, NOT_NEAR} or self._tokens[behind].kind in NEEDS_LEFT:
            return None
        self._next = behind
        return token

    def _read_fielded(self, field: str) -> _Operand:
        """Parse an operand with an optional field (``title:``) before it."""
        named = self._take(FIELD)
        at = (named or self._tokens[self._next]).at
        if named and named.text in WITHOUT_EQUIVALENT and named.text not in self._notes.custom_fields:
            self._primary("text", at)
            typed = self._text[at : self._tokens[self._next].at].rstrip()
            note_ignored_field(named.text, typed, at, self._notes)
            return _Operand(None)
        node, role = self._primary(named.text if named else field, at)
        return _Operand(node, named.text if named and self._is_filter(named.text) else role)

    def _is_filter(self, field: str) -> bool:
        return field in self._notes.custom_fields or field not in {"text", *TEXTS}

    def _group(self, field: str) -> Node | None:
        """Parse the content of parentheses, after the opening parenthesis."""
        node = self.query(field)
        self._next += 1
        return node

    def _read_country(self, value: str, at: int) -> str:
        """Return a value of ``country:``, with the following words if they complete the name of a country."""
        from indexer.countries.country_names import find_country  # few requests need it

        for count in (3, 2, 1):
            words = self._tokens[self._next : self._next + count]
            name = " ".join([value, *(one.text for one in words)])
            if find_country(name) and all(one.kind == CHUNK for one in words):
                query = f'country:"{name}"'
                fault = message("query.name_needs_quotation_marks", query=query)
                self._notes.add(at, fault, message("query.read_in_quotation_marks", query=query))
                self._next += count
                return name
        return value

    def _primary(self, field: str, at: int) -> _Operand:
        """Parse a group, a phrase or a chunk in a field."""
        token = self._tokens[self._next]
        kind, text, start, slop = token
        self._next += 1
        if kind in {OPEN, AT_LEAST}:
            self._next += kind == AT_LEAST
            group = self._group(field)
            return _Operand(group if kind == OPEN else _at_least(group, token, self._notes))
        narrows = self._is_filter(field)
        if kind in {*OPERATORS, NEAR, BEFORE}:
            key = "query.read_without_right" if kind == "NOT" else "query.read_without_both"
            self._notes.add(start, message("query.operator_needs_word", text=text), message(key, text=text))
        if narrows:
            everything = kind == CHUNK and not text.strip("*")
            if everything and field not in {"id", "lang", "length"}:  # fields that all items have
                self._notes.add_note("operators", message("query.any_value", field=field))
            value = " ".join(text.split()) if kind in {PHRASE, EXACT} else text
            if kind == CHUNK and field == "country":
                value = self._read_country(value, start)
            return _Operand(Everything(at) if everything else Filter(field, value, at), field)
        if kind in {PHRASE, EXACT}:
            phrase = parse_phrase(text, slop, field, at, self._notes, exact=kind == EXACT)
            if phrase and field in PLACES:
                phrase = _drop_slop(phrase, token._replace(text=f"{field}:", at=at), self._notes)
            return _Operand(phrase)
        if kind == CHUNK and not text.isalnum():
            return _Operand(join(Or, parse_chunk(text, field, start, self._notes)), _SPLIT)
        if kind in OPERATORS and not text.isalpha():  # && without an operand
            return _Operand(None)
        return _Operand(Word(text, field if kind != TEXT else "text", at))


def _join_proximity(first: Node | None, second: Node | None, operator: Token, notes: Notes) -> Node | None:
    """Combine the two operands of a proximity operator.

    An empty operand is ``None``. If an operand has no position in a text, such as a filter, both operands are
    required at any distance, or a ``NOT`` operand is ignored.
    """
    excludes = operator.kind == NOT_NEAR
    if first is None or second is None:
        return first or (None if excludes else second)
    if not (_has_places(first) and _has_places(second)):
        fault = message("query.near_operands", text=operator.text)
        key = "query.read_near_as_left" if excludes else "query.read_near_as_and"
        notes.add(operator.at, fault, message(key, operator=operator.text))
        return first if excludes else model.And((first, second))
    distance = _operator_number(operator, notes) if not operator.text.endswith(SAME) else 0
    first, second = (_drop_slop(part, operator, notes) for part in (first, second))
    fields = {getattr(leaf, "field", "text") for part in (first, second) for leaf in model.leaves(part)}
    if len(fields) > 1 and "title" in fields:
        if excludes:
            fault = message("query.near_across_fields", text=operator.text)
            notes.add(operator.at, fault, message("query.read_both_in_title", text=operator.text))
        first, second = (rewrite(part, _restrict_to_title) for part in (first, second))
    if excludes:
        return model.NotNear(first, second, distance, operator.at)
    return model.Near((first, second), distance, operator.kind == BEFORE, operator.at)


def _at_least(part: Node | None, operator: Token, notes: Notes) -> Node | None:
    """Require a number of occurrences of a part.

    If occurrences of the part cannot be counted, the result only requires a match. It is ``None`` if there is
    no part.
    """
    if part is None:
        return None
    if not _has_places(part, _COUNTED):
        fault = message("query.at_least_operands", text=operator.text)
        notes.add(operator.at, fault, message("query.read_without_at_least", text=operator.text))
        return part
    least = _operator_number(operator, notes)
    return model.Occurring(_drop_slop(part, operator, notes), least, at=operator.at)


def _operator_number(operator: Token, notes: Notes) -> int:
    """Return the number of a proximity operator or ``atleast``, within the allowed range."""
    number = min(max(operator.number, 1), MAX_DISTANCE)
    if number != operator.number:
        fault = message("query.distance_bounds", text=operator.text, max_distance=MAX_DISTANCE)
        notes.add(
            operator.at,
            fault,
            message("query.read_with_distance", text=operator.text, number=number, max_distance=MAX_DISTANCE),
        )
    return number


def _has_places(node: Node, kinds: tuple[type[Node], ...] = _PLACED) -> bool:
    """Return whether all leaves of a node have positions in a text.

    ``kinds`` are the classes of such leaves. Abbreviations such as AT&T may have none.
    """
    if isinstance(node, (model.Word, model.Quoted)):
        words = (node.text,) if isinstance(node, model.Word) else node.words
        if abbreviations(words):
            return False
    return isinstance(node, kinds) and all(_has_places(part, kinds) for part in model.parts_of(node))


def _drop_slop(node: Node, operator: Token, notes: Notes) -> Node:
    """Ignore the slop of phrases in a proximity query or ``atleast``, with a note."""
    if any(isinstance(leaf, model.Quoted) and leaf.slop for leaf in model.leaves(node)):
        fault = message("query.slop_next_to_operator", text=operator.text)
        notes.add(operator.at, fault, message("query.read_without_slop", text=operator.text))
        return rewrite(node, lambda leaf: leaf.replace(slop=0) if isinstance(leaf, model.Quoted) else leaf)
    return node


def _restrict_to_title(leaf: Node) -> Node:
    return leaf.replace(field="title") if hasattr(leaf, "field") else leaf

"""Translate queries from other systems.

Lexis and Factiva are parsed here, Lucene in :mod:`searcher.query.lucene_syntax`. A translation is a query as
users type it; the grammar of the query language determines its matches. Each part without an exact
counterpart adds a note. Operators, distances and precedence are in ``foreign_operators.tsv``.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from indexer.data_tables import rows
from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from searcher.query.foreign_parts import (
    EXACT,
    FILTER,
    LEAF,
    SYNTAX,
    Part,
    add_remark,
    combine,
    day_filter,
    join_adjacent,
    join_distant,
    map_leaves,
    restrict_to_field,
    to_text,
)
from searcher.query.limits import DEEPEST, MAX_CHARACTERS, QUOTATION_MARKS
from searcher.query.lucene_syntax import Clauses
from searcher.query.notes import Note, Notes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NONE: Final = "-"  # an empty cell of a table
NAMES: Final = {"lexis": "Lexis", "factiva": "Factiva", "lucene": "Lucene"}


def translate(text: str, syntax: str, *, strict: bool = False) -> tuple[str, tuple[Note, ...]]:
    """Translate a query from the syntax of Lucene, Lexis or Factiva.

    Returns:
        The translation, a note on it, and a note on each part without an exact counterpart.

    Raises:
        QueryError: The query is invalid, or is strict and has a part without a counterpart.
    """
    name, notes = NAMES[syntax], Notes(text, strict=strict)
    if len(text) > MAX_CHARACTERS:
        raise QueryError(message("foreign.too_long", max_characters=MAX_CHARACTERS))
    plain = text.translate(dict.fromkeys(map(ord, QUOTATION_MARKS), '"'))
    read = Clauses(plain, notes) if syntax == "lucene" else _Connectors(plain, syntax, notes)
    try:
        if (part := read.query()) is None:
            raise notes.error(0, message("foreign.nothing_left", name=name))
        query = to_text(part)
    except RecursionError:  # operators nest as parentheses do
        raise QueryError(message("foreign.too_deep")) from None
    if len(query) > MAX_CHARACTERS:
        raise QueryError(message("foreign.too_long_translation", name=name, max_characters=MAX_CHARACTERS))
    others = notes.first(SYNTAX, "foreign.more")
    return query, (Note(SYNTAX, message("foreign.read", name=name, query=query)), *others)


class _Operator(NamedTuple):
    """An operator that waits for its right operand."""

    kind: str  # the operator of the query language, a field, or the name of a function
    binding: int  # the precedence: higher numbers bind tighter
    text: str = ""  # the operator as typed; empty between adjacent operands
    at: int = 0  # the offset of the operator
    prefix: bool = False  # whether it is before its only operand


_ADJACENT: Final = _Operator("PRE/1", 3_000)
_FUNCTION: Final = 4_000  # the precedence of a name before parentheses
_AND, _FIELD, _DISTANCE = 2, 4, 5  # precedences of Factiva; AND has the same one in Lexis
_FARTHEST: Final = 255  # words; the maximum n of NEAR/n
_DAY: Final = r"[a-z]+\.?\s(?:\d{1,2},?\s)?\d{4}|\d[\d/.-]*"
_SINCE: Final = r"aft(?:er)?|bef(?:ore)?|is|on|in|geq|leq|gtr|lss|[<>]=?|="
# The tokens other than phrases, parentheses, operators and words.
_TOKENS: Final = {
    "lexis": (
        rf"(?P<date>(?:(?:load|pub|publication)-?)?date\s*(?P<o>\()?\s*(?P<first>{_SINCE})\s*\(?(?P<day>{_DAY})"
        rf"(?(o)\)?)(?:\s+and\s+(?P<then>{_SINCE})\s*\(?(?P<end>{_DAY})(?(o)\)?))?(?(o)\s*\)))"
        r"|(?P<length>length\s*\(?\s*(?P<sign>[<>]=?|gtr|lss|geq|leq)\s*(?P<number>\d+)\)?)"
        r"|(?P<field>[a-z]+(?:-[a-z]+)*\d*)(?=\()"
    ),
    "factiva": (
        rf"(?P<date>date\s+(?:from\s+(?P<day>{_DAY})\s+to\s+(?P<end>{_DAY})"
        rf"|(?P<first>after|before|on|in)\s+(?P<other>{_DAY})|(?P<recent>[-+]\d+)))"
        r"|(?P<length>wc\s*(?P<sign>[<>]=?)\s*(?P<number>\d+))|(?P<opening>/f\d+/)|(?P<infix>/n\d+/)"
        r"|(?P<field>atl(?:east)?\d+|[a-z]{2,4}=)\s*"
    ),
}
_WORD: Final = {"lexis": r'[^\s()"]+', "factiva": r'(?:(?!/[nf]\d+/)[^\s()"\[\]])+'}
_SIGNS: Final = {"gtr": ">", "lss": "<", "geq": ">=", "leq": "<="}
_CASES: Final[Mapping[str, Callable[[str], tuple[str, ...]]]] = {
    "allcaps": lambda text: (text.upper(),),
    "caps": lambda text: (text.title(), text.upper()),
    "nocaps": lambda text: (text.lower(),),
}


@lru_cache
def _grammar(system: str) -> tuple[re.Pattern[str], list[list[str]], list[list[str]]]:
    """Return the token pattern, operators and fields of ``lexis`` or ``factiva``."""
    table = [row for name, *row in rows(__file__, "foreign_operators.tsv") if name == system]
    operators = [row for row in table if row[2] != NONE]
    any_of = "|".join([row[0] for row in operators])
    token = re.compile(
        rf'"(?P<phrase>[^"]*)"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<operator>{any_of})(?=[\s()"\[]|$)'
        rf"|{_TOKENS[system]}|(?P<word>{_WORD[system]})",
        re.IGNORECASE,
    )
    return token, operators, [row for row in table if row[2] == NONE]


class _Connectors:
    """Parses a Lexis or Factiva query by the precedence of its operators."""

    def __init__(self, text: str, system: str, notes: Notes) -> None:
        self._text, self._system, self._notes = text, system, notes
        self._token, self._operators, self._fields = _grammar(system)
        self._stack: list[_Operator | None] = []  # None: an open parenthesis
        self._opened: list[int] = []
        self._parts: list[Part | None] = []
        self._expecting = True  # an operand

    def query(self) -> Part | None:
        """Return the translation of the query, or None for an empty query."""
        if self._text.count('"') % 2:
            raise self._notes.error(self._text.rindex('"'), message("foreign.open_quotation"))
        for token in self._token.finditer(self._text):
            kind, at = token.lastgroup, token.start()
            if kind == "open":
                self._open(at)
            elif kind == "close":
                self._close(at)
            elif kind in {"operator", "infix"}:
                self._operator(" ".join(token[0].casefold().split()), at)
            elif kind == "field":
                self._field(token["field"], at)
            elif kind == "opening":
                self._end(at, _DISTANCE)
                self._note("syntax.lead", token[0], at)
                self._parts.append(restrict_to_field("lead:", self._parts.pop()))
            else:
                self._operand(token, at)
        if self._opened:
            raise self._notes.error(self._opened[-1], message("foreign.open_parenthesis"))
        self._end(len(self._text))
        return self._parts[0]

    def _open(self, at: int) -> None:
        if not self._expecting:
            self._push(_ADJACENT._replace(at=at))
        self._stack.append(None)
        self._opened.append(at)
        self._expecting = True
        if len(self._opened) > DEEPEST:
            raise self._notes.error(at, message("foreign.too_many_parentheses", deepest=DEEPEST))

    def _close(self, at: int) -> None:
        if not self._opened:
            raise self._notes.error(at, message("foreign.closing_parenthesis"))
        self._opened.pop()
        self._end(at)
        self._stack.pop()
        if self._stack and (top := self._stack[-1]) and top.binding == _FUNCTION:
            self._stack.pop()
            self._parts.append(self._apply_prefix(top, self._parts.pop()))

    def _end(self, at: int, binding: int = 0) -> None:
        """Apply waiting operators to the last operand.

        These are the operators with at least the precedence ``binding``.
        """
        if self._expecting:
            raise self._notes.error(at, message("foreign.missing_word"))
        while self._stack and (top := self._stack[-1]) is not None and top.binding >= binding:
            self._stack.pop()
            right = self._parts.pop()
            applied = (
                self._apply_prefix(top, right)
                if top.prefix
                else self._apply_operator(top, self._parts.pop(), right)
            )
            self._parts.append(applied)

    def _push(self, operator: _Operator) -> None:
        if not operator.prefix:
            self._end(operator.at, operator.binding)
        self._stack.append(operator)
        self._expecting = True

    def _note(self, remark: str, text: str, at: int) -> None:
        if remark != NONE:
            add_remark(self._notes, at, message(remark, text=text))

    def _operator(self, text: str, at: int) -> None:
        kind, binding, remark = next(row[1:] for row in self._operators if re.fullmatch(row[0], text))
        self._note(remark, text, at)
        number = re.search(r"\d+", text)
        distance = max(1, int(number[0][:6])) if number else 1
        if distance > _FARTHEST:
            remark = message("syntax.farthest", text=text, distance=_FARTHEST)
            add_remark(self._notes, at, remark)
            distance = _FARTHEST
        if self._expecting and kind != "NOT":
            raise self._notes.error(at, message("foreign.needs_word_before", text=text))
        precedence = 1_000 - distance if binding == "n" else int(binding)
        self._push(_Operator(kind.replace("n", str(distance)), precedence, text, at, prefix=self._expecting))

    def _field(self, name: str, at: int) -> None:
        """Parse the name of a field or a function."""
        if not self._expecting:
            self._push(_Operator("AND", _AND, at=at))
        kind = name.casefold().rstrip("=")
        for pattern, field, _, remark in self._fields:
            if re.fullmatch(pattern, kind):
                self._note(remark, name, at)
                kind = field
        binding = _FIELD if self._system == "factiva" else _FUNCTION
        self._push(_Operator(kind, binding, name, at, prefix=True))

    def _operand(self, token: re.Match[str], at: int) -> None:
        """Parse a phrase, a word or a filter."""
        given = token.groupdict()
        if given["date"]:
            part = self._date(given, at)
        elif given["length"]:
            sign = _SIGNS.get(given["sign"].casefold(), given["sign"])
            part = Part(FILTER, text=f"length:{sign}{given['number']}")
        elif given["phrase"] is not None:
            part = Part(LEAF, text=f'"{" ".join(map(self._ending, given["phrase"].split()))}"')
        else:
            part = self._word(token[0].strip(".,;:'‘’"), at)
        if part and not part.text.strip('"'):
            return
        if not self._expecting:
            is_filter = part is None or part.kind == FILTER
            self._push(_Operator("AND", _AND, at=at) if is_filter else _ADJACENT._replace(at=at))
        self._parts.append(part)
        self._expecting = False

    def _date(self, given: Mapping[str, str], at: int) -> Part | None:
        if given.get("recent"):
            self._note("syntax.relative_date", given["date"], at)
            return None
        if self._system == "lexis":
            limits = [(given["first"], given["day"]), (given["then"], given["end"])]
        elif given["other"]:
            limits = [(given["first"], given["other"])]
        else:
            limits = [(">=", given["day"]), ("<=", given["end"])]
        return day_filter(*[(sign.casefold(), day) for sign, day in limits if day])

    def _ending(self, word: str) -> str:
        """Translate a truncation sign at the end of a word (``!``, ``$``) to ``*``."""
        if self._system == "lexis":
            return re.sub(r"!+$", "*", word)
        return re.sub(r"\$$", "*", word)

    def _word(self, word: str, at: int) -> Part:
        if re.match(r"\w+:\S", word):
            return Part(FILTER, text=word)
        if self._system == "lexis" and "*" in word:
            self._note("syntax.any_letters", word, at)
        if self._system == "factiva" and (cut := re.fullmatch(r"(\w+)\$(\d+)", word)):
            return Part(LEAF, text=f"/{cut[1].casefold()}.{{0,{cut[2]}}}/")
        word = self._ending(word)
        return Part(LEAF, text=word if re.fullmatch(r"[\w*?'’.&-]+", word) else f'"{word}"')

    def _apply_operator(self, operator: _Operator, left: Part | None, right: Part | None) -> Part | None:
        """Return the translation of an operator and its two operands.

        An operand is ``None`` if it was omitted.
        """
        kind, remark = operator.kind, partial(add_remark, self._notes, operator.at)
        found: Part | None
        if left is None or right is None or kind in {"AND", "OR"}:
            return left if kind == "NOT" else combine(kind, left, right)
        if kind == "NOT":
            found = combine("AND", left, Part("NOT", (right,)))
        elif operator.text:
            found = join_distant(kind, left, right, remark)
        else:
            found = join_adjacent(left, right, remark)
        if found is None:
            name = operator.text or message("foreign.phrase")
            raise self._notes.error(operator.at, message("foreign.operands", name=name))
        return found

    def _apply_prefix(self, operator: _Operator, part: Part | None) -> Part | None:
        """Return the translation of an operator with one operand: NOT, a field or a function.

        The result is ``None`` if there is no operand. It is also ``None``, with a note, if Dragoman has no
        such function.
        """
        kind, name, at = operator.kind, operator.text, operator.at
        if part is None or kind == "any":
            return part
        if kind == "NOT":
            return Part("NOT", (part,))
        if kind.endswith(":"):
            return restrict_to_field(kind, part)
        if count := re.fullmatch(r"atl(?:east)?(\d+)", kind):
            return self._at_least(count[1], part, name, at)
        if kind not in _CASES:
            self._note("syntax.no_counterpart", f"{name}({to_text(part)})", at)
            return None
        exact = map_leaves(part, partial(_restrict_case, _CASES[kind]))
        if exact == part:
            self._note("syntax.case_read", name, at)
        return exact

    def _at_least(self, count: str, part: Part, name: str, at: int) -> Part:
        if part.kind == "AND":
            return Part("AND", tuple([self._at_least(count, one, name, at) for one in part.parts]))
        if part.kind == EXACT:
            self._note("syntax.case_counted", name, at)
            part = part.parts[0]
        if part.kind == LEAF or (part.kind == "OR" and all(one.kind == LEAF for one in part.parts)):
            return Part(f"atleast{count}(", (part,))
        self._note("syntax.without_number", name, at)
        return part


def _restrict_case(cases: Callable[[str], tuple[str, ...]], leaf: Part) -> Part:
    """Restrict a word to the spellings that ``cases`` returns.

    Patterns are returned unchanged.
    """
    if leaf.kind != LEAF or set(leaf.text) & set("*?/"):
        return leaf
    return Part(EXACT, (leaf,), " OR ".join([f"={form}" for form in dict.fromkeys(cases(leaf.text))]))

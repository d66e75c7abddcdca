"""Translate queries from the syntax of Lucene.

``query_string`` of Elasticsearch, OpenSearch and Datashare has the same syntax: https://github.com/elastic/
elasticsearch/blob/master/docs/reference/query-dsl/query-string-syntax.asciidoc.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from searcher.query.foreign_parts import (
    FILTER,
    LEAF,
    Part,
    add_remark,
    combine,
    day_filter,
    restrict_to_field,
    to_text,
)
from searcher.query.limits import DEEPEST

if TYPE_CHECKING:
    from searcher.query.notes import Notes

# Lucene's names of fields that have another name here.
_FIELDS: Final = {
    **dict.fromkeys(("title", "headline"), "title"),
    **dict.fromkeys(("body", "text", "content"), "body"),
    "language": "lang",
}
_LUCENE: Final = re.compile(
    r"\s*(?:(?P<and>AND\b|&&)|(?P<or>OR\b|\|\|)|(?P<not>NOT\b|[!-])|(?P<plus>\+)"
    r"|(?P<field>(?:[^\s()\"\[\]{}^~:/\\]|\\.)+):(?=\S)"
    r'|"(?P<phrase>(?:[^"\\]|\\.)*)"(?P<slop>~\d*)?|(?P<regex>/(?:[^/\\]|\\.)+/)'
    r"|(?P<range>[\[{]\s*(?P<low>[^\s\]}]+)\s+TO\s+(?P<high>[^\s\]}]+)\s*[\]}])"
    r"|(?P<bound>[<>]=?[^\s()]+)|(?P<open>\()|(?P<close>\))|(?P<boost>\^[\d.]+)"
    r"|(?P<word>(?:[^\s()\"\[\]{}^~:\\]|\\.)+)(?P<fuzzy>~\d{0,2}(?:\.\d{1,3})?)?)"
)

_MAX_REPEATED: Final = 1_000  # characters of required clauses that are written twice


class Clauses:
    """Parses the syntax of Lucene (``query_string`` in Elasticsearch).

    In Lucene, AND and NOT have no precedence. They mark the clauses next to them as required or prohibited
    (``QueryParserBase.addClause``).
    """

    def __init__(self, text: str, notes: Notes) -> None:
        self._text, self._notes, self._at, self._open = text.rstrip(), notes, 0, 0

    def query(self, opened: int | None = None) -> Part | None:
        """Parse the query, or a group up to its closing parenthesis.

        ``opened`` is the offset of the opening parenthesis of a group, or ``None`` for the whole query.
        """
        clauses: list[tuple[str, Part | None]] = []
        conjunction = sign = ""
        while (token := self._next_token()) and token.lastgroup != "close":
            kind = token.lastgroup or ""
            if kind in {"and", "or"}:
                conjunction = kind
            elif kind in {"not", "plus"}:
                sign = kind
            else:
                if conjunction == "and" and clauses and not clauses[-1][0]:
                    clauses[-1] = ("plus", clauses[-1][1])
                clauses.append((sign or ("plus" if conjunction == "and" else ""), self._clause(token)))
                conjunction = sign = ""
        if conjunction or sign or not clauses:
            raise self._notes.error(self._at, message("foreign.missing_word"))
        if token is None and opened is not None:
            raise self._notes.error(opened, message("foreign.open_parenthesis"))
        if token and opened is None:
            raise self._notes.error(token.end() - 1, message("foreign.closing_parenthesis"))
        return self._boolean(clauses)

    def _next_token(self) -> re.Match[str] | None:
        if self._at >= len(self._text):
            return None
        if (token := _LUCENE.match(self._text, self._at)) is None:
            raise self._notes.error(self._at, message("lucene.unescaped"))
        self._at = token.end()
        return token

    def _clause(self, token: re.Match[str]) -> Part | None:
        """Parse a value with an optional field and weight: ``title:word^2``."""
        field = ""
        while token.lastgroup == "field" and (value := self._next_token()):
            field, token = _unescape(token["field"]), value
        kind, at = token.lastgroup, token.start(token.lastgroup or 0)
        if kind in {"range", "bound"} and not field:
            raise self._notes.error(at, message("lucene.range_without_field"))
        if kind == "open":
            self._open += 1
            if self._open > DEEPEST:
                raise self._notes.error(at, message("foreign.too_many_parentheses", deepest=DEEPEST))
            part = self.query(at)
            self._open -= 1
        elif token["word"] or token["regex"] or token["phrase"] is not None:
            part = Part(LEAF, text=self._leaf(token))
        elif kind in {"range", "bound"}:
            part = None
        else:
            raise self._notes.error(at, message("foreign.missing_word"))
        if boost := re.compile(r"\^[\d.]+").match(self._text, self._at):
            self._at = boost.end()
            add_remark(self._notes, at, message("syntax.no_weights", text=boost[0]))
        return self._restrict_to_field(field, part, token, at) if field else part

    def _leaf(self, token: re.Match[str]) -> str:
        if token["regex"]:
            return token["regex"]
        if token["word"] is None:
            slop = (token["slop"] or "").lstrip("~0")
            return f'"{_unescape(token["phrase"])}"' + (f"~{slop}" if slop else "")
        word = _unescape(token["word"])
        if not re.fullmatch(r"[\w*?'’.&/-]+", word) or (word != token["word"] and set(word) & set("*?")):
            return f'"{word}"'
        if token["fuzzy"] is None:
            return word
        number = token["fuzzy"].lstrip("~")
        edits = int((1 - float(number)) * len(word)) if "." in number else int(number or 2)
        remark = message("syntax.first_letter", text=f"{word}{token['fuzzy']}")
        add_remark(self._notes, token.start("word"), remark)
        return f"{word}~{min(edits, 2)}" if edits else word

    def _restrict_to_field(self, field: str, part: Part | None, token: re.Match[str], at: int) -> Part | None:
        """Restrict a part to a field.

        If the field or its syntax is unknown, add a note and return None.
        """
        name = _FIELDS.get(field.casefold(), field)
        if field == "*" or (name in {"title", "body"} and part and part.text == "*"):
            return Part(FILTER, text="*")
        if field == "_exists_" and part:
            name, part = part.text, Part(LEAF, text="*")
        if not name.isidentifier() or (token["range"] and name in {"title", "body"}):
            add_remark(self._notes, at, message("syntax.no_field", text=f"{field}:{token[0].strip()}"))
            return None
        if token["range"] or token["bound"]:
            return _range(name, token)
        if part and part.text == "*":
            return Part("NOT", (Part(FILTER, text=f"{name}:unknown"),))
        return restrict_to_field(f"{name}:", part)

    def _boolean(self, clauses: list[tuple[str, Part | None]]) -> Part | None:
        """Combine clauses that are required, optional or prohibited."""
        found: dict[str, Part | None] = {"plus": None, "": None, "not": None}
        for sign, clause in clauses:
            part = Part("NOT", (clause,)) if sign == "not" and clause else clause
            found[sign] = combine("AND" if sign else "OR", found[sign], part)
        required, optional, excluded = found.values()
        if required and optional:  # optional clauses raise the score of matches
            if len(to_text(required)) < _MAX_REPEATED:
                required = combine("OR", required, combine("AND", required, optional))
            else:
                add_remark(self._notes, 0, message("syntax.only_order", text=to_text(optional)))
        return combine("AND", required or optional, excluded)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _range(name: str, token: re.Match[str]) -> Part:
    """Return a filter for a Lucene range."""
    text = token["bound"] or token["range"]
    if bound := token["bound"]:
        sign = bound[: 1 + bound[1:].startswith("=")]
        limits = [(sign, bound[len(sign) :].strip('"'))]
    else:
        signs = (">" if text[0] == "{" else ">="), ("<" if text[-1] == "}" else "<=")
        ends = token["low"].strip('"'), token["high"].strip('"')
        limits = [one for one in zip(signs, ends, strict=True) if one[1] != "*"]
    if not limits:
        return Part("NOT", (Part(FILTER, text=f"{name}:unknown"),))
    if name == "date":
        return day_filter(*limits)
    found = [Part(FILTER, text=f"{name}:{sign}{value}") for sign, value in limits]
    return found[0] if len(found) == 1 else Part("AND", tuple(found))

"""Split a query into tokens.

Tokens are phrases, parentheses, operators, signs, field names and chunks of text. A chunk is the text between
white space, quotation marks and parentheses. A sign with nothing after it is text, with a note. Quotation
marks and parentheses that are unmatched or nested too deeply are ignored. Within a regular expression or a
range, special characters and spaces are not delimiters.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from indexer.analysis.characters import fold
from indexer.errors import message
from indexer.runtime import NamedTuple
from indexer.schema import ANNOTATED
from searcher.query import limits
from searcher.query.chunks import (
    FIELDS,
    FILTERS,
    LOCAL_FIELDS,
    REGEX,
    TEXTS,
    WITHOUT_EQUIVALENT,
    describe_reading,
    unknown_field_message,
)
from searcher.query.limits import (
    LOCAL_OPERATORS,
    MAX_DISTANCE,
    MAX_SLOP,
    OPERATORS,
    SAME,
    SIGNS,
    shorten_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.query.notes import Notes


# Kinds of tokens; each operator is also a kind.
OPEN: Final = "("
CLOSE: Final = ")"
SIGN: Final = "sign"  # + or - directly before a word, a phrase or a group
FIELD: Final = "field"  # directly before a word, a phrase or a group
PHRASE: Final = "phrase"
EXACT: Final = "exact"  # a phrase after =
NEAR: Final = "near"  # NEAR/5
BEFORE: Final = "before"  # PRE/5
NOT_NEAR: Final = "not near"  # NOT and NEAR/5 or SAME, between two operands
AT_LEAST: Final = "at least"  # atleast3 directly before a group
CHUNK: Final = "chunk"
TEXT: Final = "text"  # a chunk that is a plain word

_TOKEN: Final = re.compile(r'"(?P<phrase>[^"]*)"(?:~(?P<slop>[0-9]+))?|[()]|&&|\|\||(?:(?!&&|\|\|)[^\s()"])+')
# As in foreign_signs.tsv, which gives the note.
_WITHOUT_NUMBER: Final = re.compile(
    rf"(?<=\S\s)(?<!\bAND\s)(?<!\bOR\s)(?<!\bNOT\s)(?:{'|'.join(limits.NUMBERLESS)})/?(?=\s(?![A-Z]{{2}}))"
)
_PROXIMITY: Final = re.compile("(NEAR|PRE)/([0-9]+)")
_AT_LEAST: Final = re.compile("atleast([0-9]+)")

_FINAL_MARK: Final = re.compile(r"(\w+)(\?+)(?![\w*?])")
# Question words, without accents except où, and words that begin questions.
_QUESTION_WORDS: Final = frozenset(
    "¿ who whom whose what which when where why how is are was were do does did has have can could will "
    "would should que quien quienes cual cuales cuando donde adonde como cuanto cuanta cuantos cuantas qui "
    "quoi quel quelle quels quelles lequel laquelle quand où comment combien pourquoi est-ce".split()
)

_SHOWN: Final = 80  # characters of a query in a note

_OPERANDS: Final = frozenset((CHUNK, TEXT, PHRASE, EXACT, CLOSE))  # the last tokens of operands
_BETWEEN: Final = LOCAL_OPERATORS | {SAME: NEAR}  # operators only between two operands
_BEFORE_NOT: Final = frozenset((OPEN, "AND", "OR"))  # tokens after which ! is not punctuation
NEEDS_LEFT: Final = frozenset((CLOSE, "AND", "OR", NEAR, BEFORE))  # tokens that cannot begin an operand


class Token(NamedTuple):
    """A token of a query."""

    kind: str  # one of the constants of this module
    text: str  # the token; the content of a phrase, the name of a field
    at: int  # its offset in the query
    number: int = 0  # the slop of a phrase, the distance of a proximity, the number of atleast3


def split_query(text: str, notes: Notes) -> list[Token]:
    """Split a query into tokens.

    A closing parenthesis is added as the last token. Parentheses are then balanced and not nested too deeply.
    Each sign is followed by a field, a group, a phrase or text; each field by a group, a phrase or a chunk.
    """
    text = _match_delimiters(text, notes)
    text = _drop_question_marks(text, notes) if "?" in text else text
    found: list[Token] = []
    for token in _TOKEN.finditer(text):
        written, at = token[0], token.start()
        is_marked = bool(found) and found[-1][:3] == (CHUNK, "=", at - 1)
        if is_marked and written == OPEN:
            notes.add(
                at - 1, message("query.exact_takes_no_group"), message("query.left_out_exact_before_group")
            )
            found.pop()
        if token["phrase"] is not None:
            kind = EXACT if is_marked and found.pop() else PHRASE
            found.append(Token(kind, token["phrase"], at, _limit_number(token["slop"] or "0", MAX_SLOP)))
        elif written in (OPEN, CLOSE, *OPERATORS, *SIGNS):
            found.append(Token(SIGNS.get(written, written), written, at))
        elif _WITHOUT_NUMBER.match(text, at):
            continue
        elif proximity := _PROXIMITY.fullmatch(written):
            kind = NEAR if proximity[1] == "NEAR" else BEFORE
            found.append(Token(kind, written, at, _limit_number(proximity[2], MAX_DISTANCE + 1)))
        elif written == "!" and text[token.end() :].strip() and (not found or found[-1].kind in _BEFORE_NOT):
            notes.add_note("operators", message("query.read_mark_as_not"))
            found.append(Token("NOT", written, at))
        else:
            opens = not at or text[at - 1] not in ')"'
            if written[0] == "~" and text[:at].endswith('"'):
                fault = message("query.slop_needs_number")
                notes.add(at, fault, message("query.read_text", text=shorten_line(written), fault=fault))
            behind = text[token.end() : token.end() + 1]
            found += _chunk(written, at, notes, opens=opens, glued=behind in {'"', OPEN})
            if (
                behind == OPEN
                and found
                and found[-1].kind == CHUNK
                and (count := _AT_LEAST.fullmatch(found[-1].text))
            ):
                found[-1] = found[-1]._replace(
                    kind=AT_LEAST, number=_limit_number(count[1], MAX_DISTANCE + 1)
                )
    read = [token._replace(text=_restore_signs(token.text)) for token in found]
    _note_spaced_fields(read, notes)
    return _read_local_operators([*read, Token(CLOSE, CLOSE, len(text))], notes)


def _note_spaced_fields(found: list[Token], notes: Notes) -> None:
    """Add a note for each name of a field before a space and a colon, as in French texts."""
    for before, token in pairwise(found):
        if (
            token.text == ":"
            and before.kind == CHUNK
            and LOCAL_FIELDS.get(before.text, before.text) in FIELDS
        ):
            notes.add_note("operators", message("query.read_field_as_word", typed=before.text))


def _drop_question_marks(text: str, notes: Notes) -> str:
    """Replace question marks after words by spaces, if the query is a question, with a note.

    In any other query, they are wildcards.
    """
    words = re.findall(r"¿|[\w-]+", text.casefold())
    asking = next((word for word in words if not _QUESTION_WORDS.isdisjoint((word, fold(word)))), None)
    if asking is None:
        return text
    for found in _FINAL_MARK.finditer(text):
        remark = message("query.final_mark_left_out", word=shorten_line(found[1]), question_word=asking)
        notes.add_note("operators", remark)
    return _FINAL_MARK.sub(lambda found: found[1] + " " * len(found[2]), text)


def _read_local_operators(found: list[Token], notes: Notes) -> list[Token]:
    """Read SAME, and Spanish and French operators, between two operands as operators.

    In a query entirely in capitals, such as a headline, they are words; a note shows the query with
    operators.
    """
    if not any(token.text in _BETWEEN for token in found):
        return found
    read: list[Token] = []
    for token, behind in pairwise(found):
        before = read[-1].kind if read else OPEN
        operator = _BETWEEN.get(token.text) if token.kind == CHUNK else None
        if before == "NOT" and operator == NEAR:  # NOT SAME
            before = read[-2].kind if len(read) > 1 else OPEN
        follows = before in _OPERANDS or (operator == "NOT" and before in {"AND", "OR"})
        is_operator = operator and follows and behind.kind not in NEEDS_LEFT
        read.append(token._replace(kind=operator) if operator and is_operator else token)
    local = [token for token, typed in zip(read, found, strict=False) if token.kind != typed.kind]
    if local and notes.query.isupper():
        boolean = notes.query
        if any(token.text == SAME for token in local):
            at = next(token.at for token in local if token.text == SAME)
            notes.add(at, message("query.same_in_capitals"), message("query.read_same_as_word"))
            return found
        for kind, word, at, _ in reversed(local):
            boolean = f"{boolean[:at]}{kind}{boolean[at + len(word) :]}"
        _, word, at, _ = local[0]
        fault = message("query.operator_in_capitals", word=word, kind=local[0].kind)
        boolean = shorten_line(boolean, _SHOWN)
        notes.add(at, fault, message("query.capitals_operators", word=word, query=boolean))
        return found
    for kind, word, _, _ in local:
        if word != SAME:
            notes.add_note("operators", message("query.read_as_operator", word=word, kind=kind))
    return [*read, found[-1]]


def _limit_number(digits: str, most: int) -> int:
    """Return the number in ``digits``, or ``most`` if it is greater."""
    return min(int(digits[-6:]), most) if len(digits.lstrip("0")) <= len(str(most)) else most


def _chunk(chunk: str, at: int, notes: Notes, *, opens: bool, glued: bool) -> Iterator[Token]:
    """Yield the tokens of a chunk: its sign (``+``, ``-``), its ``!``, and those of the remaining text.

    Args:
        chunk: A part of the query without spaces.
        at: The offset of the chunk in the query.
        notes: The notes on the query.
        opens: Whether a sign is allowed at the beginning of the chunk.
        glued: Whether a group or a phrase follows the chunk without a space.
    """
    bare = chunk.lstrip("+-")
    if bare[:1] == "!" and not (opens and _is_exclusion(bare, glued=glued)):
        marks = len(bare) - len(bare.lstrip("!"))
        if re.match(r"!!+\w", chunk):
            fault = message("query.one_mark_excludes")
            notes.add(at, fault, message("query.read_without_signs", chunk=shorten_line(chunk), fault=fault))
        if bare[marks:]:
            signed = chunk[: len(chunk) - len(bare)] + bare[marks:]
            yield from _chunk(signed, at + marks, notes, opens=opens, glued=glued)
        return
    if opens and chunk[0] in "+-" and (len(chunk) - len(bare) == 1 if len(chunk) > 1 else glued):
        yield Token(SIGN, chunk[0], at)
    elif not bare:
        bare = chunk  # signs without a meaning
    if bare[:1] == "!":
        yield Token("NOT", "!", at)
        bare = bare[1:]
    if bare:
        yield from _field_tokens(bare, at + len(chunk) - len(bare), notes, glued=glued)


def _is_exclusion(chunk: str, *, glued: bool) -> bool:
    """Return whether ``!`` before a word excludes the word.

    ``glued`` is whether a group or a phrase follows without a space.
    """
    if chunk[1:2] in {"/", "="}:
        return bool(chunk[2:]) or glued
    return chunk[1:2].isalnum() or (glued and chunk == "!")


def _note_ignored_sign(exact: str, chunk: str, at: int, notes: Notes) -> None:
    """Add a note on ``=`` before a field without text (``=date:2019``), where it has no effect."""
    if exact:
        fault = message("query.exact_takes_word")
        notes.add(at, fault, message("query.read_without_exact", chunk=shorten_line(chunk), fault=fault))


def _field_tokens(chunk: str, at: int, notes: Notes, *, glued: bool) -> Iterator[Token]:
    """Yield the field at the beginning of a chunk (``title:``), if it has one, and then the other tokens."""
    typed, colon, rest = chunk.partition(":")
    exact, typed = typed[: typed[:1] == "="], typed.removeprefix("=")
    name, requested = (
        one if one in notes.custom_fields else LOCAL_FIELDS.get(one, one) for one in (typed, typed.casefold())
    )
    if requested in ANNOTATED and not (rest or glued):  # "Note:" before a sentence
        if colon and typed.islower():
            notes.add_note("operators", message("query.read_field_as_word", typed=typed))
        yield Token(CHUNK, chunk, at)
        return
    if (
        colon
        and name not in FIELDS
        and (requested in notes.custom_fields or (requested in FIELDS and (rest or glued)))
    ):
        name = requested  # phones capitalize: Country:KE
    elif not colon or name not in (FIELDS if rest else (*FIELDS, *WITHOUT_EQUIVALENT)):
        if glued and colon and not rest and name.isidentifier():
            fault, fields = unknown_field_message(name, notes.custom_fields)
            notes.add(at, fault, describe_reading(chunk, [name], fields))
            chunk = name
        yield Token(CHUNK, chunk, at)
        return
    if name not in TEXTS:
        _note_ignored_sign(exact, chunk, at, notes)
    else:
        rest = exact + (rest.lstrip("+-!") or rest)  # signs without a meaning
    behind = at + len(chunk) - len(rest)
    inner, colon, _ = rest.partition(":")
    if (rest or glued) and not (colon and inner in FIELDS and name in FIELDS and name != "id"):
        yield Token(FIELD, name, at)
        if rest:
            yield Token(CHUNK, rest, behind)
        return
    notes.add(
        at, message("query.field_needs_value", typed=typed), message("query.read_field_as_word", typed=typed)
    )
    yield Token(TEXT, typed, at)
    if rest:
        yield from _field_tokens(rest, behind, notes, glued=glued)


# Private characters that replace signs within regular expressions and ranges.
_HIDDEN: Final = {ord(sign): 0xE000 + number for number, sign in enumerate('()" &|?')}
_RESTORED: Final = {hidden: sign for sign, hidden in _HIDDEN.items()}
_RANGE: Final = re.compile(
    r'(?<![^\s(])[+!-]*([^\s()":+!\[\]-][^\s()":\[\]]*):\[[^\s()"\[\]]+ TO [^\s()"\[\]]+\]'
)
_STRAIGHT: Final = dict.fromkeys(map(ord, limits.QUOTATION_MARKS), '"')
_INCH_OR_PHRASE: Final = re.compile(r'(?<=\d)"(?![^\s.,;:!?)])|"[^"]*"')
_PARENTHESIS_OR_PHRASE: Final = re.compile(r'[()]|"[^"]*"')
# A quotation mark typed for an apostrophe: d"accord, ferry"s; not between two whole words.
_APOSTROPHE: Final = re.compile(r"(?<!\w)\w{1,2}'\w|\w'\w{1,2}(?!\w)")

_SHOWN_WORD: Final = 24  # maximum characters of a word to show it completely in a note


def _match_delimiters(text: str, notes: Notes) -> str:
    """Replace unmatched quotation marks and parentheses, without changing the length.

    Quotation marks become straight. Special characters of regular expressions and ranges are masked (see
    :func:`_mask_signs`).
    """
    text = text.translate(_STRAIGHT)
    while (paired := _pair_quotation_marks(hidden := _mask_signs(text, notes), notes)) != hidden:
        text = _restore_signs(paired)  # an ignored mark no longer delimits an expression
    return _limit_nesting(_balance_parentheses(paired, notes), notes)


def _restore_signs(text: str) -> str:
    """Restore the characters that :func:`_mask_signs` replaced."""
    return text.translate(_RESTORED)


def _mask_signs(text: str, notes: Notes) -> str:
    """Mask special characters in regular expressions and ranges, so that they do not delimit tokens."""

    def of_range(found: re.Match[str]) -> str:
        name = found[1].casefold()
        known = name in notes.custom_fields or LOCAL_FIELDS.get(name, name) in FILTERS
        return found[0].translate(_HIDDEN) if known else found[0]

    text = REGEX.sub(lambda regex: regex[0].translate(_HIDDEN), text) if "/" in text else text
    return _RANGE.sub(of_range, text) if "[" in text else text


def _pair_quotation_marks(text: str, notes: Notes) -> str:
    """Replace an unmatched quotation mark by a space, or by an apostrophe between letters."""
    text = _INCH_OR_PHRASE.sub(lambda found: " " if found[0] == '"' else found[0], text)
    if text.count('"') % 2 == 0:
        return text
    at = text.rindex('"')
    before, after = text[:at], text[at + 1 :]
    if _APOSTROPHE.search(f"{before[-3:]}'{after[:3]}"):
        return f"{before}'{after}"
    if not before[-1:].isdigit():  # after a digit, it is an inch sign
        notes.add(
            at,
            message("query.open_quotation"),
            message("query.read_without_quotation", query=_word_at(notes.query, at)),
        )
    if before.endswith((":", "+", "-")) and not after[:1].isspace():
        # The field or sign belongs to the following word.
        start = at - len(re.split(r'[\s"]', before)[-1])
        return f"{text[:start]} {text[start:at]}{after}"
    return f"{before} {after}"


def _balance_parentheses(text: str, notes: Notes) -> str:
    """Replace each unmatched parenthesis by a space."""
    opened: list[int] = []
    unopened: list[int] = []
    for found in _PARENTHESIS_OR_PHRASE.finditer(text):
        if found[0] == "(" or (found[0] == ")" and not opened):
            (opened if found[0] == "(" else unopened).append(found.start())
        elif found[0] == ")":
            opened.pop()
    for at in (*unopened, *reversed(opened)):
        name = "open" if text[at] == "(" else "closing"
        fault = message("query.open_parenthesis" if name == "open" else "query.closing_parenthesis")
        notes.add(at, fault, message(f"query.read_without_{name}", part=_word_at(notes.query, at)))
    return _blank(text, {*opened, *unopened})


def _limit_nesting(text: str, notes: Notes) -> str:
    """Replace too deeply nested parentheses with spaces."""
    if text.count("(") <= limits.DEEPEST:
        return text
    depth = 0
    deep: list[int] = []
    for found in _PARENTHESIS_OR_PHRASE.finditer(text):
        depth += found[0] == "("
        if found[0] in ("(", ")") and depth > limits.DEEPEST:
            deep.append(found.start())
        depth -= found[0] == ")"
    if deep:
        where = limits.quote_part(text[deep[0] :], deep[0])
        notes.add_limit(
            message("query.too_many_parentheses", deepest=limits.DEEPEST, where=where),
            message("query.read_without_parentheses", deepest=limits.DEEPEST, where=where),
        )
    return _blank(text, set(deep))


def _blank(text: str, places: set[int]) -> str:
    return "".join([" " if at in places else sign for at, sign in enumerate(text)]) if places else text


def _word_at(text: str, at: int) -> str:
    """Return the word at an offset, for a message."""
    before, behind = text[:at].rpartition(" ")[2], text[at:].partition(" ")[0]
    return before + behind if len(before + behind) <= _SHOWN_WORD else f"{before[-12:]}{behind[:12]}"

"""Convert parsed queries to text, shorten typed ones, and recognise other systems' operators."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.characters import fold
from indexer.countries.country_names import find_country
from indexer.errors import QueryError, message
from indexer.runtime import late_pattern
from searcher.query import limits, model
from searcher.query.chunks import FIELDS
from searcher.query.limits import FOREIGN_WORDS, MAX_CHARACTERS, OPERATORS, SAME, shorten_line
from searcher.query.notes import Note, Notes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from searcher.query.model import Node


_OPERATOR: Final = late_pattern(
    rf"{'|'.join([*OPERATORS, *limits.LOCAL_OPERATORS])}|&&|\|\||SAME|(?:NEAR|PRE)/[0-9]+"
    rf"|(?:{'|'.join(limits.NUMBERLESS)})/?"
)
_COMPOUNDS = (model.And, model.Or, model.Should, model.AndNot, model.Not, model.Near, model.NotNear)


def to_text(node: Node) -> str:
    """Return the text of a parsed query, which parses to the same nodes."""
    match node:
        case model.And() | model.Or():
            text = _print_compound(node)
        case model.Should():
            text = f"{to_text(node.required)} {_optional(node.optional)}"
        case model.AndNot():
            text = f"{_operand(node.kept)} -{_print_after_sign(node.excluded)}"
        case model.Not():
            text = f"NOT {_operand(node.part)}"
        case model.Near():
            operator = f"{'PRE' if node.ordered else 'NEAR'}/{node.distance}" if node.distance else SAME
            text = f" {operator} ".join(map(_operand, node.parts))
        case model.NotNear():
            operator = f"NEAR/{node.distance}" if node.distance else SAME
            text = f"{_operand(node.kept)} NOT {operator} {_operand(node.excluded)}"
        case model.Occurring():
            text = f"atleast{node.least}({to_text(node.part)})"
        case _:
            text = _leaf(node)
    return text


def _print_compound(node: model.And | model.Or) -> str:
    if isinstance(node, model.And) and node.exact:
        return " ".join([f"+{_print_after_sign(part)}" for part in node.parts])
    if isinstance(node, model.And):
        return " AND ".join(map(_operand, node.parts))
    if node.apart:
        return " OR ".join(map(_operand, node.parts))
    # Adjacent filters on the same field are alternatives; other filters would restrict the matches.
    fields = {part.name if isinstance(part, model.Filter) else None for part in node.parts}
    alternatives = len(fields) == 1 and None not in fields
    return " ".join(map(_operand if alternatives else _optional, node.parts))


def _optional(node: Node) -> str:
    """Return the text of an optional part of a query that also has required parts."""
    text = _operand(node)
    return f"({text})" if isinstance(node, model.Filter) else text


def _operand(node: Node) -> str:
    """Return the text of a node as an operand, in parentheses if necessary."""
    text = to_text(node)
    return f"({text})" if isinstance(node, _COMPOUNDS) or _OPERATOR.fullmatch(text) else text


def _print_after_sign(node: Node) -> str:
    """Return the text of a node for use after a sign such as ``+``."""
    text = _operand(node)
    return f"({text})" if text[0] in "+-" else text


def _leaf(node: Node) -> str:
    match node:
        case model.Filter():
            return f"{node.name}:{_value(node.value)}"
        case model.Everything():
            return "*"
        case model.Word() | model.Pattern():
            text = node.text
        case model.Quoted():
            text = f'"{" ".join(node.words)}"' + (f"~{node.slop}" if node.slop else "")
        case model.Exact():
            text = f'="{" ".join(node.words)}"'
        case model.Fuzzy():
            text = f"{node.text}~{'' if node.edits == 1 else node.edits}"
        case _:
            raise TypeError(f"the parser gives no {type(node).__name__}")
    return text if node.field == "text" else f"{node.field}:{text}"


def _value(value: str) -> str:
    """Return the value of a filter as query text, in quotation marks if necessary."""
    field, colon, _ = value.partition(":")
    bare = value.strip("*") and value[0] != "[" and not (colon and field in FIELDS)
    return value if bare and not any(sign.isspace() or sign in "()&|" for sign in value) else f'"{value}"'


CUT: Final = "cut"
_TOO_LONG: Final = late_pattern(rf"\S{{{limits.MAX_WORD_LENGTH}}}(?=\S)")


def shorten(text: str) -> tuple[str, tuple[Note, ...]]:
    """Shorten a query to the limits of :func:`searcher.query.limits.check_size`.

    Text beyond the maximum length is ignored. Returns the text to parse, and notes on ignored or changed
    parts.
    """
    if len(text) <= limits.SHORT:
        return text, ()
    notes: list[Note] = []
    kept = _first_characters(text)
    read = _unquote_long_phrases(_split_long_words(kept, notes), notes)
    end, key, most = len(read), "query.cut_characters", MAX_CHARACTERS
    for count, word in enumerate(re.finditer(limits.WORD, read)):
        if count == limits.MAX_WORDS:
            end, key, most = word.start(), "query.cut_words", limits.MAX_WORDS
            break
    if left := (read[end:] + text[len(kept) :]).lstrip():
        notes.insert(0, Note(CUT, message(key, n=most, left=shorten_line(left))))
    return read[:end].rstrip(), tuple(notes)


def _first_characters(text: str) -> str:
    """Truncate a query that is too long after the last complete word."""
    head = text[:MAX_CHARACTERS]
    most = MAX_CHARACTERS - len(_TOO_LONG.findall(head))
    if len(text) <= most:
        return text
    last = re.split(r"\s", head[:most])[-1]
    within = not text[most].isspace() and len(last) < min(most, limits.MAX_WORD_LENGTH)
    return head[: most - len(last) if within else most]


def _split_long_words(text: str, notes: list[Note]) -> str:
    """Split words that are too long with spaces."""
    first = _TOO_LONG.search(text)
    if first is None:
        return text
    notes.append(
        Note(
            CUT,
            message(
                "query.split_long_words",
                first=limits.quote_part(first[0], first.start()),
                max_word_length=limits.MAX_WORD_LENGTH,
            ),
        )
    )
    return _TOO_LONG.sub(r"\g<0> ", text)


def _unquote_long_phrases(text: str, notes: list[Note]) -> str:
    """Remove the quotation marks of phrases that are too long."""
    phrased = 0
    too_long: list[str] = []

    def marked(phrase: re.Match[str]) -> str:
        nonlocal phrased
        words = len(phrase[1].split())
        if phrased + words <= limits.MAX_PHRASE_WORDS:
            phrased += words
            return phrase[0]
        too_long.append(phrase[1])
        return f" {phrase[1]} "

    read = re.sub(limits.QUOTED, marked, text)
    if too_long:
        phrase, others = shorten_line(too_long[0]), len(too_long) - 1
        note = (
            message("query.read_long_phrases", phrase=phrase, others=others, most=limits.MAX_PHRASE_WORDS)
            if others
            else message("query.read_long_phrase", phrase=phrase, most=limits.MAX_PHRASE_WORDS)
        )
        notes.append(Note("read_as_text", note))
    return read


_PIECE: Final = late_pattern(rf"=?{limits.QUOTED}|[^\s()]+")
_SHOWN: Final = 80  # characters of the suggested query


def foreign_operators(query: str) -> tuple[Note, ...]:
    """Return a note if some words are probably operators typed in lower case.

    Words are taken for operators if every other word is one, which is rare in pasted text. If all of them are
    ``or``, there is no note, because adjacent words are alternatives anyway. A ``not`` between two content
    words always causes a note, because *ferry not cargo* finds cargo.
    """
    pieces = [found[0] for found in _PIECE.finditer(query)]
    meant = {*pieces} if _alternate_with_operators(pieces) else _find_negation(pieces)
    typed = next((piece for piece in pieces if piece in meant and _capitalize_operator(piece) != piece), None)
    if typed is None or find_country(query.rpartition(":")[2]):  # Trinidad and Tobago
        return ()
    capitals = _PIECE.sub(
        lambda found: _capitalize_operator(found[0]) if found[0] in meant else found[0], query
    )
    written = shorten_line(capitals, _SHOWN)
    return (Note("operators", message("query.read_small_operator", word=typed, query=written)),)


def _capitalize_operator(piece: str) -> str:
    """Return an operator in capitals, and any other text unchanged."""
    return piece.upper() if piece.upper() in OPERATORS else piece


def _alternate_with_operators(pieces: list[str]) -> bool:
    """Return whether every other word is an operator, and at least one is AND or NOT."""
    capitals = [*map(_capitalize_operator, pieces)]
    kinds = "".join(["n" if one == "NOT" else "o" if one in OPERATORS else "w" for one in capitals])
    return re.fullmatch("w(?:(?:on?|n)w)+", kinds) is not None and not {"AND", "NOT"}.isdisjoint(capitals)


def _find_negation(pieces: list[str]) -> set[str]:
    """Return ``{"not"}`` if *not* is probably an operator, otherwise an empty set.

    It is probably an operator if it is between two content words, or if it is the first of two words.
    """
    pieces = [*pieces[1:], *pieces] if len(pieces) == 2 else pieces
    return {
        "not"
        for before, piece, behind in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if piece == "not" and all(word.isalnum() and not is_function_word(word) for word in (before, behind))
    }


# A fast filter: matches every query with a sign of foreign_signs.tsv, whose expressions compile slowly.
_FOREIGN: Final = late_pattern(
    r"[!$|&{[\\%#;]|(?<!NEAR)(?<!PRE)/|(?<!date:)(?<!length:)[<>]|(?<=[^\s(+<>-])=|=\s|(?<!\S)\d{4}\.\."
    rf"|\b(?:NEAR|ADJ|{'|'.join(FOREIGN_WORDS)})\d*\b(?!/\d)|_:|\w\(|\.\w\w[.,]"
    r"|(?:source\w+|theme|domain\w*|image\w+|site|file\w+|ext|(?:in|all\w+)(?:title|url|text)"
    r"|related|cache|before|after|since|until|\.\w+):|PUBYEAR"
    r"|\s!?~\s|\s(?:in|IN) \(|\s(?:any|all|exact)\s\"|\bdc\.|\s:\s|[^\W\d][\d+]|\sBY\s|\"\*|\" ?\+"
    r"|[\s(]\^|\s\+[sp]?\s|^\^|\bdate\s|\ssame\s"
)


def _find_sign(sign: str, query: str) -> re.Match[str] | None:
    """Find a sign of another system's syntax in a query, or return None.

    ``sign`` is a regular expression.
    """
    from searcher.query.known_words import is_common

    found = re.finditer(sign, query)
    return next((one for one in found if one[0][-1] != "!" or not is_common(fold(one[0][:-1]))), None)


_TYPED: Final = late_pattern(r'(?:"[^"]*"|\([^()]*\)|\S)+')
_COMPUTED: Final = late_pattern(r"<(?:(\d*)([+-])1|(\w+)\^)>")


def _insertion(found: re.Match[str]) -> str:
    """Return the number or the word in capitals that replaces a foreign operator."""
    number, sign, word = found.groups()
    if word:
        return word.upper()
    return str(max(1, int(number[:6] or 10) + (1 if sign == "+" else -1)))


@lru_cache(1)
def _systems() -> list[list[str]]:
    """Read the table of signs that show another system's syntax."""
    from indexer.data_tables import rows

    return rows(__file__, "foreign_signs.tsv")


def foreign_note(
    query: str, *, strict: bool, custom_fields: Callable[[], Collection[str]] = frozenset
) -> tuple[Note, ...]:
    """Return a note that translates a query if it seems to be for another system.

    A name before a colon that is a custom field of the index does not indicate another system.
    """
    query = query[:MAX_CHARACTERS]
    if not _FOREIGN.search(query):
        return ()
    from searcher.query.foreign_parts import SYNTAX
    from searcher.query.foreign_syntax import NONE, translate

    table = _systems()
    for name, kind, sign, syntax in table:
        if kind != "sign" or (found := _find_sign(sign, query)) is None:
            continue
        at = found.end() - len(found[0].lstrip())
        typed = (_TYPED.match(query, query.rfind(" ", 0, at) + 1) or found)[0]
        field, colon, value = typed.lstrip("+-!(").partition(":")
        if colon and value[:1] not in "[{" and field in custom_fields():
            continue
        written, more, is_empty = query, list[Note](), True
        if syntax != NONE:
            try:
                written, (_, *more) = translate(query, syntax)
            except QueryError as error:
                fault = error.args[0].values.get("fault")
                written, is_empty = "", getattr(fault, "key", "") == "foreign.nothing_left"
        for system, use, pattern, new in table:
            if system == name and use == "part":
                written = re.sub(pattern, "" if new == NONE else new, written)
        written = _COMPUTED.sub(_insertion, written)
        typed, written = shorten_line(typed), " ".join(written.split())
        key = "query.foreign" if written else "query.foreign_left_out" if is_empty else "query.not_foreign"
        key = "query.ampersand" if name == "&" and written else key
        text = message(key, typed=typed, name=name, query=written, syntax=syntax)
        if strict:
            raise Notes(query, strict=True).error(at, text)
        return (Note(SYNTAX, text), *more)
    return ()

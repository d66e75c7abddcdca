"""Parse a chunk of a query (text without spaces) as words, patterns and fuzzy words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from indexer.runtime import late_pattern
from indexer.schema import ANNOTATED
from searcher.query.limits import MAX_EDITS, MAX_NAMED, shorten_line
from searcher.query.model import Everything, Exact, Fuzzy, Pattern, Quoted, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from searcher.query.model import Node
    from searcher.query.notes import Notes
    from searcher.query.word_regex import WordRegex

TITLE: Final = "title"
LEAD: Final = "lead"
PLACES: Final = (LEAD, "body")
TEXTS: Final = (TITLE, *PLACES)
FILTERS: Final = ("country", "lang", "date", "id", "length")
FIELDS: Final = (*TEXTS, *FILTERS)
_TITLES: Final = ("titre", "título", "titulo")
# The Spanish and French names of fields; a custom field of the same name overrides them.
LOCAL_FIELDS: Final = {
    **dict.fromkeys(_TITLES, TITLE),
    **dict.fromkeys(("pays", "país", "pais"), "country"),
    **dict.fromkeys(("langue", "idioma"), "lang"),
    "fecha": "date",
    **dict.fromkeys(("etiqueta", "étiquette", "etiquette"), "tag"),
    **dict.fromkeys(("colección", "coleccion"), "collection"),
    "nota": "note",
}

# Fields of Google, for which foreign_signs.tsv gives the query without them.
WITHOUT_EQUIVALENT: Final = frozenset(("site", "inurl", "filetype", "ext", "related", "cache"))

# A regular expression between slashes, where a word may be: after a sign, or the name of a field of texts.
REGEX: Final = late_pattern(
    rf"""(?<![^\s("])[+\-!]?(?:(?:{"|".join((*TEXTS, *_TITLES))}):)?"""
    r"""/(?:[^\s/\\]|\\\S)+/(?=[.,:;!?…]*(?:[\s)"]|$))""",
    re.IGNORECASE,
)
_PUNCTUATION: Final = ".,:;!¡¿'’‘…"  # punctuation around a pattern or fuzzy word
_AROUND_REGEX: Final = _PUNCTUATION + "?+-="


def parse_chunk(chunk: str, field: str, start: int, notes: Notes) -> list[Node]:
    """Parse a chunk of a query.

    Returns:
        A list of one leaf. The list has several leaves if the chunk is split, and is empty for exclamation
        marks and for a field to ignore.
    """
    if "!" in chunk and not chunk.strip("+-!"):
        return []
    name, _, value = chunk.partition(":")
    if value and name in WITHOUT_EQUIVALENT and name not in notes.custom_fields:
        note_ignored_field(name, chunk, start, notes)
        return []
    if "/" in chunk and _is_invalid_regex(chunk, start, notes):
        return [Word(chunk, field, start)]
    if chunk[0] == "=" and chunk[1:2].isalnum():
        word = chunk[1:].rstrip(",;:!?…")
        fault = message("query.exact_takes_word")
        if not is_pattern(word) and "~" not in word:
            if field != LEAD:
                return [Exact((word,), field, None, start)]
            fault = message("query.exact_not_in_lead")
        notes.add(start, fault, message("query.read_without_exact", chunk=shorten_line(chunk), fault=fault))
        chunk, start = word, start + 1
    nodes: list[Node] = []
    end = 0
    for piece in _split_chunk(chunk, start, notes):
        at = chunk.index(piece, end)
        end = at + len(piece)
        if piece == chunk:
            return [_parse_leaf(piece, field, start, notes)]
        nodes += parse_chunk(piece, field, start + at, notes)
    return nodes


def note_ignored_field(name: str, typed: str, at: int, notes: Notes) -> None:
    """Add a note on a field of another system that has no equivalent."""
    remark = message("query.foreign_left_out", typed=shorten_line(typed), name="Google")
    notes.add(at, unknown_field_message(name, notes.custom_fields)[0], remark, "syntax")


def abbreviations(chunks: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Map each abbreviation with ``&`` or ``+`` (AT&T) to the spellings with which texts are compared."""
    if "&" not in (every := "".join(chunks)) and "+" not in every:
        return {}
    from searcher.query.as_written import joined_spellings  # few requests need it

    return {chunk: spellings for chunk in chunks if (spellings := joined_spellings(chunk))}


def unknown_field_message(name: str, own: Collection[str]) -> tuple[str, str]:
    """Return the message for an unknown field, and its part that lists the known fields."""
    custom = sorted({*own}.difference(ANNOTATED))
    named: list[str] = [*FIELDS, *ANNOTATED, *custom[:MAX_NAMED]]
    if len(custom) > MAX_NAMED:
        named.append(message("query.more_fields", n=len(custom) - MAX_NAMED))
    fields = message("query.fields", names=named[:-1], last=named[-1])
    return message("query.no_field", name=shorten_line(name), fields=fields), fields


def describe_reading(chunk: str, words: list[str], reason: str) -> str:
    """Describe how a chunk is read, and why.

    For example: ``"and/or" was read as the words "and or": ...``.
    """
    key = "query.read_as_words" if len(words) > 1 else "query.read_as_word"
    reading = message(key, chunk=shorten_line(chunk), words=shorten_line(" ".join(words)))
    return message("query.because", reading=reading, reason=reason) if reason else reading


def _compile_or_explain(text: str) -> WordRegex | str | None:
    """Compile the regular expression between slashes.

    Returns:
        The compiled expression, or an error message if the expression is invalid, or ``None`` if there are no
        slashes around the text.
    """
    if text[:1] != "/" or not REGEX.fullmatch(text):
        return None
    from searcher.query.word_regex import compile_regex  # few requests need it

    return compile_regex(text[1:-1])


def compile_between_slashes(text: str) -> WordRegex | None:
    """Return the regular expression between slashes, or None if it is invalid or missing."""
    found = _compile_or_explain(text)
    return None if isinstance(found, str) else found


def _is_invalid_regex(word: str, at: int, notes: Notes) -> bool:
    """Return whether a word between slashes is an invalid regular expression, and note it.

    ``at`` is the offset of the word in the query.
    """
    text = word.strip(_AROUND_REGEX)
    if isinstance(fault := _compile_or_explain(text), str):
        notes.add(
            at,
            message("query.invalid_regex", fault=fault),
            message("query.read_text", text=shorten_line(text), fault=fault),
        )
        return True
    return False


def parse_phrase(text: str, slop: int, field: str, at: int, notes: Notes, *, exact: bool) -> Node | None:  # noqa: PLR0913 - the parts of a phrase
    """Parse the words of a phrase, or return None for an empty phrase.

    Args:
        text: The words.
        slop: The number after the phrase, as in ``"a phrase"~3``.
        field: The field.
        at: The offset of the phrase in the query.
        notes: The notes on the query.
        exact: Whether the phrase is exact, as in ``="a phrase"``.
    """
    words = tuple(text.split())
    if not words:
        return None
    if exact and field == LEAD:
        fault = message("query.exact_not_in_lead")
        notes.add(at, fault, message("query.read_phrase_without_exact", whole_texts=fault))
    elif exact:
        if slop:
            notes.add(
                at,
                message("query.exact_phrase_without_slop"),
                message("query.read_exact_phrase_without_slop"),
            )
        return Exact(words, field, None, at)
    for word in words if "/" in text else ():
        _is_invalid_regex(word, at, notes)
    return Quoted(words, slop, field, at)


def patterns_in(phrase: Quoted) -> dict[str, Pattern]:
    """Map each pattern in a phrase, as typed, to its node.

    ``*`` alone is not a pattern.
    """
    return {
        word: Pattern(word.strip(_AROUND_REGEX if "/" in word else _PUNCTUATION), phrase.at, phrase.field)
        for word in phrase.words
        if is_pattern(word) and word.strip("*")
    }


def _split_chunk(chunk: str, at: int, notes: Notes) -> list[str]:
    """Split a chunk at a slash, after an unknown field, and before a weight."""
    chunk = chunk.lstrip("+-") or chunk
    if chunk.partition(":")[2].startswith("//"):
        return [chunk]
    if "/" in chunk and compile_between_slashes(regex := chunk.strip(_AROUND_REGEX)):
        return [regex]
    if is_pattern(chunk) or "~" in chunk:
        chunk = chunk.strip(_PUNCTUATION + "+-=") or chunk
    parting = _find_split(chunk, notes.custom_fields)
    if parting is None:
        return [chunk]
    sign, fault, why = parting
    words = [chunk]
    if chunk.rpartition(sign)[0].strip(sign):
        # Text that only looks like a regular expression may contain parentheses.
        parts = [part.strip(":=+-!") for part in re.split(rf"[{re.escape(sign)}()]", chunk)]
        words = [part for part in parts if part]
    notes.add(at, fault, describe_reading(chunk, words, why), "parted" if sign == "/" else "read_as_text")
    return words


def _find_split(chunk: str, own: Collection[str]) -> tuple[str, str, str] | None:
    """Return the character at which to split a chunk, with an error for strict queries and a reason.

    The result is ``None`` if the chunk is not split. ``own`` are the custom fields.
    """
    name, _, behind = chunk.partition(":")
    if behind and (name.isidentifier() or name in own):
        return ":", *unknown_field_message(name, own)
    if chunk.rpartition("^")[2].replace(".", "", 1).isdigit() and "^" in chunk:
        fault = message("query.weights")
        return "^", message("query.no_weight", fault=fault), fault
    if "~" in chunk.strip("~") and not _is_fuzzy(chunk) and not is_pattern(chunk):
        fault = message("query.fuzzy_form")
        return "~", fault, fault
    words = [word for word in chunk.split("/") if word]
    # 24/7, 12/03/2018 and S/RES/1373 are not split.
    if len(words) > 1 and ":" not in chunk and all(any(map(str.isalpha, word)) for word in words):
        return "/", message("query.slash"), ""
    return None


def _parse_leaf(text: str, field: str, at: int, notes: Notes) -> Node:
    """Return the node for a word, a pattern or a fuzzy word."""
    if compile_between_slashes(text):
        return Pattern(text, at, field)
    has_signs = is_pattern(text)
    if ":" in text or not (has_signs or _is_fuzzy(text)):
        return Word(text, field, at)
    if has_signs and not text.strip("*"):
        return Everything(at)
    word, _, edits = text.partition("~")
    if has_signs:
        return Pattern(text, at, field)
    if int(edits or 1) > MAX_EDITS:
        notes.add(
            at,
            message("query.too_many_edits", text=text, max_edits=MAX_EDITS),
            message(
                "query.read_with_fewer_edits",
                text=shorten_line(text),
                word=shorten_line(word),
                max_edits=MAX_EDITS,
            ),
        )
    return Fuzzy(word, min(int(edits or 1), MAX_EDITS), at, field)


def _is_fuzzy(text: str) -> bool:
    """Return whether a text is a fuzzy word: a word, ``~`` and at most one digit."""
    word, _, edits = text.rpartition("~")
    if not word or "~" in word or len(edits) > 1:
        return False
    return not edits or (edits.isdecimal() and not word.isdigit())


def is_pattern(text: str) -> bool:
    """Return whether a text contains ``*`` or ``?`` next to a letter, or is a regular expression."""
    if "/" in text and compile_between_slashes(text.strip(_AROUND_REGEX)):
        return True
    return "*" in text or re.search(r"\?\w|\w\?", text) is not None


def index_field(field: str) -> str:
    """Return the name in the index of a field in a query."""
    return "text" if field in PLACES else field

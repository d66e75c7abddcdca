"""What a chunk of a query is: a word, a pattern, a fuzzy word, or several that a sign parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searcher.query.limits import MAX_EDITS, MAX_NAMED, shortened
from searcher.query.model import Everything, Fuzzy, Pattern, Word

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.query.model import Node
    from searcher.query.notes import Notes

TITLE: Final = "title"
FILTERS: Final = ("country", "lang", "date", "id")
FIELDS: Final = (TITLE, *FILTERS)

_PUNCTUATION: Final = ".,:;!¡¿'’‘…"  # around a pattern or a fuzzy word it belongs to the sentence
_FUZZY: Final = re.compile(r"([^~]+)~(\d?)")


def leaves_of(chunk: str, field: str, start: int, notes: Notes) -> list[Node]:
    """Read a chunk of a query.

    Args:
        chunk: What stands between white space, quotation marks and parentheses, its sign and field apart.
        field: ``text`` or ``title``.
        start: The chunk's first character in the query, from 0.
        notes: What becomes of parts without a meaning.

    Returns:
        One leaf; several for words that a sign parts.

    Raises:
        QueryError: The notes are strict and refuse the chunk.
    """
    nodes: list[Node] = []
    end = 0
    for piece in _pieces(chunk, start, notes):
        at = chunk.index(piece, end)
        end = at + len(piece)
        nodes.append(_leaf(piece, field, start + at, notes))
    return nodes


def unknown_field(name: str, own: Collection[str]) -> tuple[str, str]:
    """Tell why what stands before a colon is no field, and what to say behind how it is read.

    Args:
        name: What stands there.
        own: The names of the index's own fields.
    """
    named = [*FIELDS, *sorted(own)[:MAX_NAMED]]
    if len(own) > MAX_NAMED:
        named.append(f"{len(own) - MAX_NAMED} more, which dragoman info lists")
    fields = f"fields are {', '.join(named[:-1])} and {named[-1]}"
    return f"there is no field {shortened(name)}; {fields}", f": {fields}"


def read_as(chunk: str, words: list[str]) -> str:
    """Say as which words a chunk is read."""
    return f"read “{shortened(chunk)}” as the word{'s' * (len(words) > 1)} {shortened(' '.join(words))}"


def _pieces(chunk: str, at: int, notes: Notes) -> list[str]:
    """Part a chunk into its words: at a slash, at the colon of no field, at the sign of a weight."""
    chunk = chunk.lstrip("+-") or chunk
    if "://" in chunk:
        return [chunk]
    if _is_pattern(chunk) or "~" in chunk:
        chunk = chunk.strip(_PUNCTUATION + "+-") or chunk
    parting = _parting(chunk, notes.custom_fields)
    if parting is None:
        return [chunk]
    sign, fault, why = parting
    words = [chunk]
    if chunk.rpartition(sign)[0].strip(sign):
        parts = [part.strip(":") for part in chunk.split(sign)]
        words = [piece for part in parts if part for piece in _pieces(part, at, notes)]
    notes.add(at, fault, f"{read_as(chunk, words)}{why}", "parted" if sign == "/" else "read_as_text")
    return words


def _parting(chunk: str, own: Collection[str]) -> tuple[str, str, str] | None:
    """Find the sign at which a chunk is parted, why it cannot be meant, and what to say of it."""
    name, _, behind = chunk.partition(":")
    if behind and name.isalpha():
        return ":", *unknown_field(name, own)
    if chunk.rpartition("^")[2].replace(".", "", 1).isdigit() and "^" in chunk:
        fault = "a word cannot be given a weight"
        return "^", f"{fault}; leave out ^ and the number", f": {fault}"
    if "~" in chunk.strip("~") and not _is_fuzzy(chunk) and not _is_pattern(chunk):
        fault = "a fuzzy word ends with ~, ~1 or ~2"
        return "~", fault, f": {fault}"
    words = [word for word in chunk.split("/") if word]
    # 24/7, 12/03/2018 and S/RES/1373 stay what they are.
    if len(words) > 1 and ":" not in chunk and all(any(map(str.isalpha, word)) for word in words):
        return "/", "a slash parts words; write a space, or OR", ""
    return None


def _leaf(text: str, field: str, at: int, notes: Notes) -> Node:
    """Make the leaf for one word, pattern or fuzzy word."""
    is_pattern = _is_pattern(text)
    if ":" in text or not (is_pattern or _is_fuzzy(text)):
        return Word(text, field, at)
    if is_pattern and not text.strip("*"):
        return Everything(at)
    word, _, edits = text.partition("~")
    if field == TITLE:
        kind, shown = ("a pattern", text) if is_pattern else ("a fuzzy word", word)
        fault = f"title: takes whole words, not {kind} such as “{shown}”"
        notes.add(at, fault, f"looked for “{shortened(text)}” anywhere: title: takes whole words")
    if is_pattern:
        return Pattern(text, at)
    if int(edits or 1) > MAX_EDITS:
        notes.add(
            at,
            f"“{text}” allows too many changes; {MAX_EDITS} is the most",
            f"read “{shortened(text)}” as {shortened(word)}~{MAX_EDITS}: more changes make another word",
        )
    return Fuzzy(word, min(int(edits or 1), MAX_EDITS), at)


def _is_fuzzy(text: str) -> bool:
    """Tell whether a text is a word with ``~`` and perhaps one digit behind it; 5~9 is none."""
    found = _FUZZY.fullmatch(text)
    return found is not None and not (found[2] and found[1].isdigit())


def _is_pattern(text: str) -> bool:
    """Tell whether a text has ``*`` anywhere, or ``?`` before another letter: a question may end with one."""
    return "*" in text or ("¿" not in text and re.search(r"\?\w", text) is not None)

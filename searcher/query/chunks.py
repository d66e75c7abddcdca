"""What a chunk of a query is: a word, a pattern, a fuzzy word, or several that a sign parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError
from searcher.query.model import Everything, Fuzzy, Pattern, Word
from searcher.query.reading import TITLE, read_as

if TYPE_CHECKING:
    from searcher.query.node import Node
    from searcher.query.reading import Reading

_PUNCTUATION: Final = ".,:;!¡¿'’‘…"  # around a pattern or a fuzzy word it belongs to the sentence


def leaves_of(reading: Reading, chunk: str, field: str, start: int) -> list[Node]:
    """Read a chunk of a query.

    Args:
        reading: The reading of the query.
        chunk: What stands between white space, quotation marks and parentheses, its sign and field apart.
        field: ``text`` or ``title``.
        start: The chunk's first character in the query, from 0.

    Returns:
        One leaf; several for words that a sign parts.

    Raises:
        QueryError: ``title:`` stands before a pattern, or the reading is strict and refuses the chunk.
    """
    if "¿" in chunk or "¡" in chunk:
        words = [chunk.strip("¿?¡!.,") or chunk]
        reading.note(
            start,
            "a query is no sentence; leave out ¿ and ¡",
            f"{read_as(chunk, words)}: signs around a word are not searched",
        )
    nodes: list[Node] = []
    end = 0
    for piece in _pieces(reading, chunk, start):
        at = chunk.index(piece, end)
        end = at + len(piece)
        nodes.append(_leaf(piece, field, start + at))
    return nodes


def _pieces(reading: Reading, chunk: str, at: int) -> list[str]:
    """Part a chunk into its words: at a slash, at the colon of no field, at the sign of a weight."""
    chunk = chunk.lstrip("+-") or chunk
    if "://" in chunk:
        return [chunk]
    if _is_pattern(chunk) or "~" in chunk:
        chunk = chunk.strip(_PUNCTUATION + "+-") or chunk
    name, _, behind = chunk.partition(":")
    if behind and name.isalpha():
        words = _parted(reading, chunk, ":", at)
        reading.note_unknown_field(chunk, at, words)
        return words
    name, caret, weight = chunk.rpartition("^")
    if caret and weight.replace(".", "", 1).isdigit():
        words = _parted(reading, chunk, "^", at) if name.strip("^") else [chunk]
        reading.note(
            at,
            "a word cannot be given a weight; leave out ^ and the number",
            f"{read_as(chunk, words)}: a word cannot be given a weight",
        )
        return words
    if "~" in chunk.strip("~") and not _is_fuzzy(chunk) and not _is_pattern(chunk):
        words = _parted(reading, chunk, "~", at)
        reading.note(
            at,
            "a fuzzy word ends with ~, ~1 or ~2",
            f"{read_as(chunk, words)}: a fuzzy word ends with ~, ~1 or ~2",
        )
        return words
    words = [word for word in chunk.split("/") if word]
    # 24/7, 12/03/2018 and S/RES/1373 stay what they are.
    if len(words) > 1 and ":" not in chunk and all(any(map(str.isalpha, word)) for word in words):
        words = _parted(reading, chunk, "/", at)
        reading.note(at, "a slash parts words; write a space, or OR", read_as(chunk, words), kind="parted")
        return words
    return [chunk]


def _parted(reading: Reading, chunk: str, sign: str, at: int) -> list[str]:
    parts = [part.strip(":") for part in chunk.split(sign)]
    return [piece for part in parts if part for piece in _pieces(reading, part, at)]


def _leaf(text: str, field: str, at: int) -> Node:
    """Make the leaf for one word, pattern or fuzzy word."""
    if ":" not in text:
        if _is_pattern(text):
            if not text.strip("*"):
                return Everything(at)
            _refuse_in_title(field, "a pattern", text)
            return Pattern(text, at)
        if _is_fuzzy(text):
            word, _, edits = text.partition("~")
            _refuse_in_title(field, "a fuzzy word", word)
            return Fuzzy(word, int(edits or 1), at)
    return Word(text, field, at)


def _is_fuzzy(text: str) -> bool:
    """Tell whether a text is a word with ``~`` and perhaps one digit behind it; 5~9 is none."""
    word, tilde, edits = text.partition("~")
    return bool(word and tilde) and (
        not edits or (len(edits) == 1 and edits.isdigit() and not word.isdigit())
    )


def _is_pattern(text: str) -> bool:
    """Tell whether a text has ``*`` anywhere, or ``?`` before another letter: a question may end with one."""
    if "*" in text:
        return True
    if "¿" in text:
        return False
    parts = text.split("?")
    return any(part[:1].isalnum() or part[:1] == "_" for part in parts[1:])


def _refuse_in_title(field: str, kind: str, text: str) -> None:
    if field == TITLE:
        raise QueryError(f"title: takes whole words, not {kind} such as “{text}”")

"""A text longer than a query may be, cut to what is read of it."""

from __future__ import annotations

import re
from typing import Final

from searcher.query.limits import (
    LONGEST_WORD,
    MOST_CHARACTERS,
    MOST_PHRASED,
    MOST_WORDS,
    QUOTED,
    SHORT,
    WORD,
    located,
    shortened,
)
from searcher.query.notes import Note

CUT: Final = "cut"
_TOO_LONG: Final = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")


def shorten(text: str) -> tuple[str, tuple[Note, ...]]:
    """Cut a query to the limits that :func:`searcher.query.limits.check_size` holds it to.

    Of a longer text no more than a query may have is looked at.

    Args:
        text: The query as typed.

    Returns:
        What is read of it, and notes of what is not, or not as typed.
    """
    if len(text) <= SHORT:
        return text, ()
    notes: list[Note] = []
    kept = _first_characters(text)
    read = _without_long_phrases(_with_spaces(kept, notes), notes)
    end, limit = len(read), f"{MOST_CHARACTERS:,} characters"
    for count, word in enumerate(re.finditer(WORD, read)):
        if count == MOST_WORDS:
            end, limit = word.start(), f"{MOST_WORDS:,} words"
            break
    if left := (read[end:] + text[len(kept) :]).lstrip():
        note = f"read the first {limit} of the query: what begins with “{shortened(left)}” is left out"
        notes.insert(0, Note(CUT, note))
    return read[:end].rstrip(), tuple(notes)


def _first_characters(text: str) -> str:
    """Cut a query behind a word, so that a space may still be put into those that are too long."""
    head = text[:MOST_CHARACTERS]
    most = MOST_CHARACTERS - len(_TOO_LONG.findall(head))
    if len(text) <= most:
        return text
    last = re.split(r"\s", head[:most])[-1]
    within = not text[most].isspace() and len(last) < min(most, LONGEST_WORD)
    return head[: most - len(last) if within else most]


def _with_spaces(text: str, notes: list[Note]) -> str:
    """Part the words that are too long."""
    first = _TOO_LONG.search(text)
    if first is None:
        return text
    notes.append(
        Note(
            CUT,
            f"parted {located(first[0], first.start())} and what is as long: {LONGEST_WORD} characters "
            "without a space are the most",
        )
    )
    return _TOO_LONG.sub(r"\g<0> ", text)


def _without_long_phrases(text: str, notes: list[Note]) -> str:
    """Take off the quotation marks of phrases that are too long, by themselves or together."""
    phrased = 0
    too_long: list[str] = []

    def marked(phrase: re.Match[str]) -> str:
        nonlocal phrased
        words = len(phrase[1].split())
        if phrased + words <= MOST_PHRASED:
            phrased += words
            return phrase[0]
        too_long.append(phrase[1])
        return f" {phrase[1]} "

    read = re.sub(QUOTED, marked, text)
    if too_long:
        more = f" and {len(too_long) - 1} more phrases" if len(too_long) > 1 else ""
        notes.append(
            Note(
                "read_as_text",
                f"read the words of “{shortened(too_long[0])}”{more} without quotation marks: {MOST_PHRASED} "
                "words within them are the most",
            )
        )
    return read

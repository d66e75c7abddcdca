"""Which words of a text are marked, and why: words of the question, of evidence, dates, and known words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer.dates.expressions import find_expressions
from indexer.named_tuple import NamedTuple
from searcher.legible import legible
from searcher.snippets import find_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.highlights import Highlights

QUESTION, EVIDENCE, DAY, KNOWN = "q", "place", "day", "known"
_ELEMENTS: Final = {QUESTION: "<mark>", EVIDENCE: '<mark class="place">', DAY: '<mark class="day">'}
SHOWN: Final = tuple(_ELEMENTS)


class Span(NamedTuple):
    """A stretch of a text that is marked.

    Attributes:
        start, end: Where it stands.
        kind: Why it is marked.
        gloss: What it means in the reader's language, of a known word.
    """

    start: int
    end: int
    kind: str
    gloss: str = ""


def of_question(text: str, language: str, highlights: Highlights | None) -> list[Span]:
    """Find the words that a question matches."""
    if highlights is None:
        return []
    return [Span(start, end, QUESTION) for start, end, _ in find_matches(text, (language,), highlights)]


def of_evidence(text: str, evidence: Iterable[str]) -> list[Span]:
    """Find the words that tell a country, where each stands first."""
    found = [(text.find(words), len(words)) for words in evidence if words]
    return [Span(at, at + length, EVIDENCE) for at, length in found if at >= 0]


def of_dates(text: str) -> list[Span]:
    """Find the dates that a text names; of a text that is not composed none."""
    if not unicodedata.is_normalized("NFC", text):
        return []
    return [Span(one.offset, one.end, DAY) for one in find_expressions(text)]


def marked_text(text: str, spans: Sequence[Span]) -> Markup:
    """Mark a text; of stretches that overlap the first of those given is marked.

    Args:
        text: A title or a paragraph.
        spans: What is marked, the most telling first.
    """
    taken: list[Span] = []
    covered = bytearray(len(text))
    for span in spans:
        if covered.find(1, span.start, span.end) < 0:
            taken.append(span)
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
    parts: list[str] = []
    reached = 0
    for start, end, kind, gloss in sorted(taken):
        parts.append(escape(legible(text[reached:start])))
        words = escape(legible(text[start:end]))
        if kind == KNOWN:
            parts.append(f'<abbr title="{escape(legible(gloss))}">{words}</abbr>')
        else:
            parts.append(f"{_ELEMENTS[kind]}{words}</mark>")
        reached = end
    parts.append(escape(legible(text[reached:])))
    return Markup("".join(parts))  # noqa: S704 - escaped above


def legend(kind: str, meaning: Markup) -> Markup:
    """Show a kind of mark with what it means."""
    return Markup(f"{_ELEMENTS[kind]}{meaning}</mark>")  # noqa: S704 - our own

"""The lines of a page: furniture left out, closings split from the text above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.dates.date_grammar import plain_words
from indexer.dates.dateline import match_date_line
from indexer.sources.page.line_kinds import (
    MAX_REFRAIN_LENGTH,
    is_invitation,
    is_prose,
    refrains,
    split_closing,
)
from indexer.tables import rows

if TYPE_CHECKING:
    from indexer.sources.source import ReadContext

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_EDGES = " \t\u00a0|"
_MAX_FURNITURE_LENGTH = 120
_NAVIGATION = frozenset(label for _, cell in rows(__file__, "navigation.tsv") for label in cell.split(" | "))
_SUBSCRIPTION = re.compile(
    r"(?:subscribe|sign up|suscribete|suscribase|suscribirse|suscripcion|abonnez vous|s abonner|"
    r"inscrivez vous|recevez|reciba)\b.*"
    r"\b(?:feeds?|rss|newsletters?|bulletin|boletin|boletines|lettre|infolettre|alertas?|alertes?|"
    r"alerts?|updates|noticias|mailing list|fil d actualites?|flux|canal)\b.*"
)
_COPYRIGHT = re.compile(r"\s*(?:©|\(c\)\s|copyright\b)", re.IGNORECASE)
# "Photo: A. Miller", names only; "Photos: inside the new school" is a title.
_CREDIT = re.compile(
    r"(?:Photo|Foto|Image|Imagen|Picture|Credit|Crédit photo|Photo credit)s?\s*:"
    r"\s*[A-ZÀ-Þ]\S*(?:\s+[A-ZÀ-Þ]\S*){0,5}"
)
_SIGNATURE = re.compile(r"[—–―-]*\s*([^,.:;!?]{5,50}),\s*(.{6,40})")


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line with something on it.

    Attributes:
        number: Its number, 1-based, as an editor shows it.
        text: The line without spaces and bars at its ends.
        body: The text without the closing at its end; empty for a closing line.
        closing: That closing, or an empty text.
        refrain: Whether the page repeats it under its stories.
    """

    number: int
    text: str
    body: str
    closing: str
    refrain: bool = False


def read_page_lines(text: str, context: ReadContext) -> list[PageLine]:
    r"""Split a page into the lines that may belong to items.

    Args:
        text: The whole page; lines end at \n, \r\n and \r only.
        context: The source.

    Returns:
        The lines that are neither blank nor furniture.
    """
    stripped = enumerate([raw.strip(_EDGES).strip() for raw in _LINE_BREAK.split(text)], start=1)
    written = [(number, line) for number, line in stripped if line]
    repeated = refrains([line for _, line in written])
    lines: list[PageLine] = []
    for number, line in written:
        if reason := furniture_reason(line):
            context.skip(number, reason)
        elif len(line) <= MAX_REFRAIN_LENGTH and plain_words(line) in repeated:
            lines.append(PageLine(number, line, "", line, refrain=True))
        else:
            lines.append(PageLine(number, line, *split_closing(line)))
    for index in range(len(lines)):  # from the top: a closing may follow an invitation that proved to be one
        lines[index] = _judge_invitation(lines, index)
    return lines


def _judge_invitation(lines: Sequence[PageLine], index: int) -> PageLine:
    """Take an imperative ("Download the report") for a closing, unless it heads a paragraph as titles do."""
    line = lines[index]
    if line.closing or index == 0 or not is_invitation(line.text):
        return line
    before = lines[index - 1]
    ended = bool(before.closing) and line.text.endswith(".")
    after_text = bool(before.closing) or is_prose(before.body)
    after = lines[index + 1].body if index + 1 < len(lines) else ""
    if after_text and (ended or not is_prose(after)):
        return PageLine(line.number, line.text, "", line.text)
    return line


def furniture_reason(text: str) -> str | None:
    """Name the kind of furniture that a line is, wherever it stands on the page.

    Args:
        text: A line, not blank.

    Returns:
        The reason for leaving it out, in words for people; None for a line that may belong to an item.
    """
    if len(text) > _MAX_FURNITURE_LENGTH:
        return None
    words = plain_words(text)
    if not words:
        return None if any(char.isalpha() for char in text) else "a separator"
    if _SUBSCRIPTION.fullmatch(words) and not text.rstrip("| ").endswith(","):
        return "an invitation to subscribe"
    if words in _NAVIGATION:
        return "navigation"
    if _CREDIT.fullmatch(text):
        return "a picture's credit"
    return "a copyright notice" if _COPYRIGHT.match(text) else None


def is_signature(text: str) -> bool:
    """Check whether a line signs a quotation: a person's name and a date ("Ana Prieto, 3 May 2007").

    A town's name and a date look alike; a person has two names at least, with capitals.
    """
    match = _SIGNATURE.fullmatch(text.strip())
    if match is None:
        return False
    day = match_date_line(match[2])
    names = re.split(r"[\s-]+", match[1].strip())
    if day is None or day.rest or len(names) < 2:
        return False
    return all(name[:1].isupper() or len(name) <= 3 for name in names)

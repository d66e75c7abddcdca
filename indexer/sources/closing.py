"""Closing lines: the links under an item that lead to the whole of it ("Read more here", "Leer más aquí")."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from indexer.sources.closing_phrases import CLOSING, INVITATION, OFTEN_MISSPELT
from indexer.sources.wording import plain_words

_LONGEST = 240  # characters of a closing line, or of a closing at the end of a paragraph
_ALIKE = 0.88  # of two phrases: "reade mor here" still is, "bread for here" is not
_LONGEST_MISSPELT = 24

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ¿¡])")
# Where a closing may begin inside a line: after a sentence, at a bar, or at a word that begins a known one.
_SEAMS = re.compile(
    r"(?<=[.!?…\"'”’»)\]])\s*(?=[A-ZÀ-ÖØ-Þ¿¡])|\s*[|>»]+\s*(?=\w)|"
    r"\s(?=(?:Read|Leer|Lire|Learn|Click|Para|Pour|To|For)\s)"
)


def is_closing(text: str) -> bool:
    """Return whether a line, or a sentence, is nothing but a link to the whole of an item.

    Args:
        text: One line; long ones never are. Of several sentences one must be such a link, and the others
            links or invitations.
    """
    if len(text) > _LONGEST:
        return False
    found = False
    for part in _SENTENCES.split(text):
        words = plain_words(part)
        if not words:
            continue
        if CLOSING.match(words) is not None or _misspelt(words):
            found = True
        elif INVITATION.match(words) is None:
            return False  # what follows need not be read: a line may be made of a hundred sentences
    return found


def is_invitation(text: str) -> bool:
    """Return whether a line invites the reader to something, as a closing line or a title might."""
    return len(text) <= _LONGEST and INVITATION.match(plain_words(text)) is not None


def split_closing(text: str) -> tuple[str, str]:
    """Part a paragraph from the closing at its end.

    Args:
        text: A paragraph.

    Returns:
        The paragraph without it, and the closing; either may be empty.
    """
    if is_closing(text):
        return "", text
    cut = len(text)
    for seam in reversed(list(_SEAMS.finditer(text, max(0, len(text) - _LONGEST)))):
        if is_closing(text[seam.end() : cut]):
            cut = seam.start()
    return text[:cut].rstrip(" |"), text[cut:].strip(" |")


def _misspelt(words: str) -> bool:
    """Return whether the words are one of the common closings with letters wrong."""
    if len(words) > _LONGEST_MISSPELT:
        return False
    return any(
        abs(len(words) - len(phrase)) <= 2 and SequenceMatcher(None, words, phrase).ratio() >= _ALIKE
        for phrase in OFTEN_MISSPELT
    )

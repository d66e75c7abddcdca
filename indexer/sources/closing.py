"""Closing lines: the links under an item that lead to the whole of it ("Read more here", "Leer más aquí")."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from indexer.dates.folding import plain_words
from indexer.sources.closing_phrases import CLOSING, INVITATION, LINK_AT_END, OFTEN_MISSPELT

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
    for sentence in _SENTENCES.split(text):
        words = plain_words(sentence)
        if _is_begun_link(words) or _ends_in_link(words):
            found = True
        elif not _may_stand_beside(words):
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
    first = max(0, len(text) - _LONGEST)
    sentences = {match.end(): match.start() for match in _SENTENCES.finditer(text, first)}
    # From the end on, so that each sentence is read once: all from `end` to `cut` may stand beside a link.
    cut = end = len(text)
    at_end = _ends_in_link(plain_words(text[first:end]))
    for seam in reversed(list(_SEAMS.finditer(text, first))):
        words = plain_words(text[seam.end() : end])
        if _is_begun_link(words) or (at_end and _ends_in_link(words)):
            cut = end = seam.start()
        elif seam.end() in sentences:
            if not _may_stand_beside(words):
                break
            end = sentences[seam.end()]
        else:
            continue
        at_end = _ends_in_link(plain_words(text[first:end]))
    return text[:cut].rstrip(" |"), text[cut:].strip(" |")


def _is_begun_link(words: str) -> bool:
    """Return whether the plain words of a sentence begin as links do, and are one."""
    return bool(words) and (CLOSING.match(words) is not None or _misspelt(words))


def _ends_in_link(words: str) -> bool:
    """Return whether the plain words of a sentence are a link by their end, whatever they begin with."""
    return LINK_AT_END.match(words) is not None


def _may_stand_beside(words: str) -> bool:
    """Return whether plain words that are no link may stand beside one: an invitation, or none at all."""
    return not words or INVITATION.match(words) is not None


def _misspelt(words: str) -> bool:
    """Return whether the words are one of the common closings with letters wrong."""
    if len(words) > _LONGEST_MISSPELT:
        return False
    letters = Counter(words)
    for phrase in OFTEN_MISSPELT:
        if abs(len(words) - len(phrase)) > 2:
            continue
        # Phrases have no more in common than their letters, which are counted sooner than compared.
        common = (letters & Counter(phrase)).total()
        if 2 * common / (len(words) + len(phrase)) < _ALIKE:
            continue
        if SequenceMatcher(None, words, phrase).ratio() >= _ALIKE:
            return True
    return False

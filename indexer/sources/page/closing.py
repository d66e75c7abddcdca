"""Closing lines: the links under an item that lead to the whole of it ("Read more here", "Leer más aquí").

The patterns are matched with plain words, in English, Spanish and French.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from indexer.analysis.stop_words import is_function_word
from indexer.dates.dateline import match_date_line
from indexer.dates.folding import plain_words
from indexer.sources.page.headings import ends_sentence
from indexer.tables import rows

_LONGEST = 240  # characters of a closing line, or of a closing at the end of a paragraph
_ALIKE = 0.88  # of two phrases: "reade mor here" still is, "bread for here" is not
LONGEST_REFRAIN = 40  # characters
_SHORTEST_WORD = 3  # letters of a word that says something
_FEWEST_REFRAINS = 5  # times on the page: a title comes back twice, a list of offices now and then
_UNDER_TEXT = 0.9  # of those times under the end of a sentence; a label stands under dates, or above titles


def _patterns() -> dict[str, list[str]]:
    """Read the table of closings: the patterns of each kind, with their fragments filled in."""
    fragments: dict[str, str] = {}
    patterns: dict[str, list[str]] = {}
    for kind, name, pattern in rows(__file__, "closings.tsv"):
        filled = pattern.format_map(fragments)
        if kind == "fragment":
            fragments[name] = filled
        patterns.setdefault(kind, []).append(filled)
    return patterns


_PATTERNS = _patterns()
_LINK = re.compile("|".join(f"(?:{form})$" for form in _PATTERNS["link"]))
_LINK_AT_END = re.compile("|".join(f"(?:.*{form})$" for form in _PATTERNS["link at the end"]))
_INVITATION = re.compile("|".join(_PATTERNS["invitation"]))
_OF_LINKS = frozenset(word for words in _PATTERNS["words"] for word in words.split())

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ¿¡])")
# Where a closing may begin inside a line: after a sentence, at a bar, or at a word that begins a known one.
_SEAMS = re.compile(
    r"(?<=[.!?…\"'”’»)\]])\s*(?=[A-ZÀ-ÖØ-Þ¿¡])|\s*[|>»]+\s*(?=\w)|"
    r"\s(?=(?:Read|Leer|Lire|Learn|Click|Para|Pour|To|For)\s)"
)


def is_closing(text: str) -> bool:
    """Check whether a line, or a sentence, is nothing but a link to the whole of an item.

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
        elif not _may_accompany(words):
            return False  # what follows need not be read: a line may be made of a hundred sentences
    return found


def is_invitation(text: str) -> bool:
    """Check whether a line invites the reader to something, as a closing line or a title might."""
    return len(text) <= _LONGEST and _INVITATION.match(plain_words(text)) is not None


def own_words(closing: str) -> set[str]:
    """List the words that a closing has of its own, folded: "tide" of "Download the tide tables here"."""
    return {
        word
        for sentence in map(plain_words, _SENTENCES.split(closing))
        if not _misspelt(sentence)
        for word in sentence.split()
        if len(word) >= _SHORTEST_WORD and word not in _OF_LINKS and not is_function_word(word)
    }


def split_closing(text: str) -> tuple[str, str]:
    """Split a paragraph from the closing at its end.

    Args:
        text: A paragraph.

    Returns:
        The paragraph without it, and the closing; either may be empty.
    """
    if is_closing(text):
        return "", text
    first = max(0, len(text) - _LONGEST)
    sentences = {match.end(): match.start() for match in _SENTENCES.finditer(text, first)}
    # From the end on, so that each sentence is read once: all from `end` to `cut` may accompany a link.
    cut = end = len(text)
    at_end = _ends_in_link(plain_words(text[first:end]))
    for seam in reversed(list(_SEAMS.finditer(text, first))):
        words = plain_words(text[seam.end() : end])
        if _is_begun_link(words) or (at_end and _ends_in_link(words)):
            cut = end = seam.start()
        elif seam.end() in sentences:
            if not _may_accompany(words):
                break
            end = sentences[seam.end()]
        else:
            continue
        at_end = _ends_in_link(plain_words(text[first:end]))
    return text[:cut].rstrip(" |"), text[cut:].strip(" |")


def _is_begun_link(words: str) -> bool:
    """Check whether a sentence, in plain words, is a link by its beginning."""
    return bool(words) and (_LINK.match(words) is not None or _misspelt(words))


def _ends_in_link(words: str) -> bool:
    """Check whether a sentence, in plain words, is a link by its end."""
    return _LINK_AT_END.match(words) is not None


def _may_accompany(words: str) -> bool:
    """Check whether a sentence that is no link may accompany one: an invitation, or one without words."""
    return not words or _INVITATION.match(words) is not None


def _misspelt(words: str) -> bool:
    """Check whether plain words are one of the common closings with letters wrong."""
    return any(
        abs(len(words) - len(phrase)) <= 2
        and (pair := SequenceMatcher(None, words, phrase)).quick_ratio() >= _ALIKE
        and pair.ratio() >= _ALIKE
        for phrase in _PATTERNS["often misspelt"]
    )


def refrains(lines: Sequence[str]) -> frozenset[str]:
    """Find the short lines that a page repeats under its stories, whatever they say ("Full details »").

    Args:
        lines: The lines of the page that are not blank.

    Returns:
        Their words (see :func:`~indexer.dates.folding.plain_words`).
    """
    repeated: Counter[str] = Counter()
    under_text: Counter[str] = Counter()
    above = ""
    for line in lines:
        words = plain_words(line) if len(line) <= LONGEST_REFRAIN else ""
        if any(map(str.isalpha, words)) and not ends_sentence(line) and match_date_line(line) is None:
            repeated[words] += 1
            under_text[words] += ends_sentence(above)
        above = line
    return frozenset(
        words
        for words, times in repeated.items()
        if times >= _FEWEST_REFRAINS and under_text[words] >= _UNDER_TEXT * times
    )

"""Classify the lines of a page as titles, prose, closing lines, or furniture.

Titles and prose are recognised by their form, in any language. A closing line is a link to the full text
under an item ("Read more here", "Leer más aquí"). It is recognised in English, Spanish and French, and split
from a text on the same line. Furniture (navigation, subscription links, separators, credits and copyright
notices) is skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import is_function_word
from indexer.data_tables import rows
from indexer.dates.date_grammar import plain_words
from indexer.dates.dateline import match_date_line
from indexer.errors import message

if TYPE_CHECKING:
    from indexer.sources.source import ReadContext

_WORDINGS = rows(__file__, "wordings.tsv")


def wording(kind: str) -> str:
    """Return a regular expression that matches any wording of a kind, such as ``navigation``."""
    return "|".join(wordings(kind))


def wordings(kind: str) -> list[str]:
    """Return the wordings of a kind, one for each of its rows in the table."""
    return [words for found, words in _WORDINGS if found == kind]


TITLE_LENGTH = 250  # characters; a longer line without a full stop is hardly a title
_MAX_TITLE_LENGTH = 400  # characters; a title longer than TITLE_LENGTH must be followed by even longer prose
_INNER_LENGTH = 160  # maximum characters of a title that only its form separates from the item above

_CLOSERS = "\"'”’»)] \u00a0"
_OPENERS = "\"'“‘«([¿¡ \u00a0"

# Finite verbs. A line that ends with a full stop but has none of these words may be a title.
_VERBS = re.compile(rf"\b(?:{wording('verb')})\b")
# Openings of scenes: they start sentences, rarely titles.
_SCENE = re.compile(wording("scene"))
_LIST_MARK = re.compile(r"(?:[(\[]?(?:[ivxIVX]{1,4}|\d{1,2}|[a-zA-Z])[)\].](?:\s|$)|[•·▪◦‣*–—-]\s)")
_NUMBERS = re.compile(r"\d+|\b[ivxIVX]+\b")
_KICKER = re.compile(r"[A-ZÀ-ÖØ-Þ][^:.,;!?]{1,40}: ?\S")
_LINKS = "and y e et of de del d la las los le les du des the el in en au aux & - – / da do dos"
_CONNECTORS = frozenset(_LINKS.split())


def ends_sentence(text: str) -> bool:
    """Return whether a line ends like a sentence, ignoring quotation marks and brackets."""
    return text.rstrip(_CLOSERS).endswith((".", "!", "?", "…"))


def is_prose(text: str) -> bool:
    """Return whether a line looks like a paragraph.

    It ends like a sentence and has more than 40 characters, or it is too long for a title.
    """
    return (ends_sentence(text) and len(text) > 40) or len(text) > TITLE_LENGTH


def is_heading(text: str) -> bool:
    """Return whether a line looks like a title.

    It is short, capitalised, and without a full stop.
    """
    stripped = text.rstrip(_CLOSERS)
    if len(text) > TITLE_LENGTH or not stripped or stripped[-1] in ".…;,":
        return False
    return starts_with_capital(text) and not is_list_entry(text) and not begins_like_report(text)


def is_title(text: str, following: str | None) -> bool:
    """Return whether the first line of an item is its title.

    Args:
        text: The line.
        following: The next line of the item that is not a closing line; ``None`` if there is none.
    """
    if is_heading(text):
        return True
    longer = following is not None and len(following) > len(text) and is_prose(following)
    if not longer or not starts_with_capital(text) or is_list_entry(text) or begins_like_report(text):
        return False
    if not ends_sentence(text):
        return len(text) <= _MAX_TITLE_LENGTH
    # A title that ends like a sentence has no verb, or is a question with a shorter addition.
    if len(text) > TITLE_LENGTH or text.rstrip(_CLOSERS).endswith(("...", "…")):
        return False
    first = text.partition("?")[0]
    return len(first) > len(text) / 2 if "?" in text else not _has_verb(text)


def _has_verb(text: str) -> bool:
    """Return whether a line has a recognised verb, ignoring capitalised words."""
    small = " ".join(word for word in text.split() if not word[0].isupper())
    return _VERBS.search(plain_words(small)) is not None


def is_inner_title(text: str, following: str) -> bool:
    """Return whether a line within an item without a date is the title of the next item."""
    if len(text) > _INNER_LENGTH or not is_heading(text):
        return False
    if text.rstrip().endswith(":"):
        return False
    if _KICKER.match(text) and _KICKER.match(following) and text.rstrip(_CLOSERS).endswith("?"):
        return False  # question and answer of an interview, each with the name of the speaker
    return is_prose(following) and len(following) > len(text)


def has_kicker(text: str) -> bool:
    """Return whether a heading starts with a few words and a colon: "Lisbon: a harbour wakes up"."""
    return _KICKER.match(text) is not None


def is_location(text: str) -> bool:
    """Return whether a line consists of place names: "Lima, Peru", "Geneva, New York, Vienna"."""
    if len(text) > 80 or not ("," in text or "(" in text) or any(char.isdigit() for char in text):
        return False
    parts = [part.split() for part in re.split(r"[,()/]", text) if part.strip()]
    names = [word for part in parts for word in part if word.lower() not in _CONNECTORS]
    return len(parts) > 1 and all(len(part) <= 6 for part in parts) and all(map(starts_with_capital, names))


def is_list_entry(text: str) -> bool:
    """Return whether a line begins with a bullet or a number such as "(ii)" or "3."."""
    return _LIST_MARK.match(text) is not None


def differs_only_in_numbers(text: str, other: str) -> bool:
    """Return whether two lines differ only in their numbers, as entries of a list do."""
    shape = _NUMBERS.sub("0", text)
    return len(text) <= TITLE_LENGTH and shape == _NUMBERS.sub("0", other) and "0" in shape


def starts_with_capital(text: str) -> bool:
    """Return whether a line starts with a capital or a digit, ignoring opening quotation marks."""
    first = text.lstrip(_OPENERS)[:1]
    return bool(first) and not first.islower()


def begins_like_report(text: str) -> bool:
    """Return whether a line begins like a report, with a day or an occasion."""
    return _SCENE.match(plain_words(text[:60])) is not None


_MAX_LENGTH = 240  # characters of a closing line, or of a closing at the end of a paragraph
_ALIKE = 0.88  # similarity of two phrases: enough for "reade mor here", not for "bread for here"
MAX_REFRAIN_LENGTH = 40  # characters
_MIN_WORD_LENGTH = 3  # letters of a significant word
_MIN_REFRAINS = 5  # minimum occurrences on the page; other lines, such as titles, recur less often
_UNDER_TEXT = 0.9  # minimum share of occurrences after the end of a sentence, where labels rarely occur


def _patterns() -> dict[str, list[str]]:
    """Return the patterns for closing lines, by kind."""
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
# The possible starts of a closing line within a line: after a sentence, at a bar, or at a word like "Read".
_SEAMS = re.compile(
    r"(?<=[.!?…\"'”’»)\]])\s*(?=[A-ZÀ-ÖØ-Þ¿¡])|\s*[|>»]+\s*(?=\w)|"
    r"\s(?=(?:Read|Leer|Lire|Learn|Click|Para|Pour|To|For)\s)"
)


def is_closing(text: str) -> bool:
    """Return whether a line only links to the full text ("Read more here.").

    Args:
        text: A line, which must not be long. If it has several sentences, at least one must be a link, and
            all others must be links or invitations to read more.
    """
    if len(text) > _MAX_LENGTH:
        return False
    found = False
    for sentence in _SENTENCES.split(text):
        words = plain_words(sentence)
        if _is_begun_link(words) or _ends_in_link(words):
            found = True
        elif not _is_allowed_in_closing(words):
            return False  # the rest need not be read: a line may have a hundred sentences
    return found


def is_invitation(text: str) -> bool:
    """Return whether a line is an invitation to read more, like some closing lines and titles."""
    return len(text) <= _MAX_LENGTH and _INVITATION.match(plain_words(text)) is not None


def significant_words(closing: str) -> set[str]:
    """Return the words of a closing line that name its target, such as "tide" in "Download tide tables"."""
    sentences = map(plain_words, _SENTENCES.split(closing))
    words = {word for sentence in sentences if not _misspelt(sentence) for word in sentence.split()}
    long = [word for word in words - _OF_LINKS if len(word) >= _MIN_WORD_LENGTH]
    return {word for word in long if not is_function_word(word)}


def split_closing(text: str) -> tuple[str, str]:
    """Split a paragraph from the closing line at its end.

    Returns:
        The paragraph without the closing, and the closing; either may be empty.
    """
    if is_closing(text):
        return "", text
    first = max(0, len(text) - _MAX_LENGTH)
    sentences = {match.end(): match.start() for match in _SENTENCES.finditer(text, first)}
    # Read backwards, so that each sentence is read once. The closing begins at `cut`. The sentences from
    # `end` to `cut` belong to it only if a link precedes them.
    cut = end = len(text)
    at_end = _ends_in_link(plain_words(text[first:end]))
    for seam in reversed(list(_SEAMS.finditer(text, first))):
        words = plain_words(text[seam.end() : end])
        if _is_begun_link(words) or (at_end and _ends_in_link(words)):
            cut = end = seam.start()
        elif seam.end() in sentences:
            if not _is_allowed_in_closing(words):
                break
            end = sentences[seam.end()]
        else:
            continue
        at_end = _ends_in_link(plain_words(text[first:end]))
    return text[:cut].rstrip(" |"), text[cut:].strip(" |")


def _is_begun_link(words: str) -> bool:
    """Return whether a sentence is a link, judging by its first words."""
    return bool(words) and (_LINK.match(words) is not None or _misspelt(words))


def _ends_in_link(words: str) -> bool:
    """Return whether a sentence is a link, judging by its last words."""
    return _LINK_AT_END.match(words) is not None


def _is_allowed_in_closing(words: str) -> bool:
    """Return whether a sentence may be in a closing line with a link.

    It must be an invitation to read more, or have no words.
    """
    return not words or _INVITATION.match(words) is not None


def _misspelt(words: str) -> bool:
    """Return whether words are a misspelt closing line."""
    return any(
        abs(len(words) - len(phrase)) <= 2
        and (pair := SequenceMatcher(None, words, phrase)).quick_ratio() >= _ALIKE
        and pair.ratio() >= _ALIKE
        for phrase in _PATTERNS["often misspelt"]
    )


def refrains(lines: Sequence[str]) -> frozenset[str]:
    """Return the short lines that a page repeats below its stories ("Full details »").

    Args:
        lines: The lines of the page that are not blank.

    Returns:
        The plain words of these lines (see :func:`~indexer.dates.date_grammar.plain_words`).
    """
    repeated: Counter[str] = Counter()
    under_text: Counter[str] = Counter()
    above = ""
    for line in lines:
        words = plain_words(line) if len(line) <= MAX_REFRAIN_LENGTH else ""
        if any(map(str.isalpha, words)) and not ends_sentence(line) and match_date_line(line) is None:
            repeated[words] += 1
            under_text[words] += ends_sentence(above)
        above = line
    often = {words: times for words, times in repeated.items() if times >= _MIN_REFRAINS}
    return frozenset(words for words, times in often.items() if under_text[words] >= _UNDER_TEXT * times)


_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_EDGES = " \t\u00a0|"
_MAX_FURNITURE_LENGTH = 120
_NAVIGATION = frozenset(label for _, cell in rows(__file__, "navigation.tsv") for label in cell.split(" | "))
_SUBSCRIPTION = re.compile(rf"(?:{wording('subscribe')})\b.*\b(?:{wording('subscription')})\b.*")
_COPYRIGHT = re.compile(r"\s*(?:©|\(c\)\s|copyright\b)", re.IGNORECASE)
# "Photo: A. Miller", names only; "Photos: inside the new school" is a title.
_CREDIT = re.compile(
    r"(?:Photo|Foto|Image|Imagen|Picture|Credit|Crédit photo|Photo credit)s?\s*:"
    r"\s*[A-ZÀ-Þ]\S*(?:\s+[A-ZÀ-Þ]\S*){0,5}"
)
_SIGNATURE = re.compile(r"[—–―-]*\s*([^,.:;!?]{5,50}),\s*(.{6,40})")


@dataclass(frozen=True, slots=True)
class PageLine:
    """A non-blank line of a page.

    Attributes:
        number: The line number, 1-based.
        text: The line without leading and trailing spaces and vertical bars.
        body: The text without the closing line at its end; empty if the whole line is a closing line.
        closing: The link to the full text at the end of the line; empty if there is none.
        refrain: Whether the page repeats this line under its items ("Full details »").
    """

    number: int
    text: str
    body: str
    closing: str
    refrain: bool = False


def read_page_lines(text: str, context: ReadContext) -> list[PageLine]:
    r"""Split a page into the lines that may belong to items.

    Args:
        text: The whole page, whose lines end only at  , \r and \r.
        context: The context of the source; its ``on_skip`` is called with each skipped line.

    Returns:
        The lines that are neither blank nor furniture, such as navigation and copyright notices.
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
    for index in range(len(lines)):  # from the top: the kind of a line may depend on the line above
        lines[index] = _judge_invitation(lines, index)
    return lines


def _judge_invitation(lines: Sequence[PageLine], index: int) -> PageLine:
    """Classify a line such as "Download the report" as a closing line or a title."""
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
    """Return why a line is furniture, for messages, or ``None`` if it may be part of an item."""
    if len(text) > _MAX_FURNITURE_LENGTH:
        return None
    words = plain_words(text)
    if not words:
        return None if any(char.isalpha() for char in text) else message("skip.separator")
    if _SUBSCRIPTION.fullmatch(words) and not text.rstrip("| ").endswith(","):
        return message("skip.subscription")
    if words in _NAVIGATION:
        return message("skip.navigation")
    if _CREDIT.fullmatch(text):
        return message("skip.credit")
    return message("skip.copyright") if _COPYRIGHT.match(text) else None


def is_signature(text: str) -> bool:
    """Return whether a line names the author of a quotation: "Ana Prieto, 3 May 2007".

    The name must have at least two capitalised words, which the names of most towns do not have.
    """
    match = _SIGNATURE.fullmatch(text.strip())
    if match is None:
        return False
    day = match_date_line(match[2])
    names = re.split(r"[\s-]+", match[1].strip())
    if day is None or day.rest or len(names) < 2:
        return False
    return all(name[:1].isupper() or len(name) <= 3 for name in names)

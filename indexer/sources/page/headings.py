"""Titles and prose: the look of a line of text, in any language."""

from __future__ import annotations

import re

from indexer.dates.folding import plain_words

TITLE_LENGTH = 250  # characters; a line without a full stop is hardly a title beyond
_LONGEST_TITLE = 400  # such a title exists, but only prose that is longer still shows it for one
_INNER_LENGTH = 160  # of a title that nothing but its looks sets off from the item above

_CLOSERS = "\"'”’»)] \u00a0"
_OPENERS = "\"'“‘«([¿¡ \u00a0"

# Words in which a finite verb shows; a line with a full stop and none of them is a title all the same.
_VERBS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|must|should|did|does|"
    r"es|son|fue|fueron|ha|han|esta|estan|sera|seran|tiene|tienen|"
    r"est|sont|a|ont|etait|sera|seront|peut|peuvent|[a-z]{3,}(?:ed|aron|ieron))\b"
)
# Openings that set a scene: they begin sentences, hardly ever titles.
_SCENE = re.compile(
    r"(?:today|yesterday|hoy|ayer|hier|aujourd hui|this (?:week|month|year|morning|afternoon)|"
    r"(?:on|from|between|el|del|desde|entre|du|le|depuis)(?: the)? \d{1,2}\b|"
    r"(?:in|en) (?:the )?(?:framework|margins|context|el marco|marge|cadre|19\d\d|20\d\d)\b)"
)
_LIST_MARK = re.compile(r"(?:[(\[]?(?:[ivxIVX]{1,4}|\d{1,2}|[a-zA-Z])[)\].](?:\s|$)|[•·▪◦‣*–—-]\s)")
_NUMBERS = re.compile(r"\d+|\b[ivxIVX]+\b")
_KICKER = re.compile(r"[A-ZÀ-ÖØ-Þ][^:.,;!?]{1,40}: ?\S")
_LINKS = "and y e et of de del d la las los le les du des the el in en au aux & - – / da do dos"
_CONNECTORS = frozenset(_LINKS.split())


def ends_sentence(text: str) -> bool:
    """Check whether a line ends as a sentence does, quotation marks and brackets aside."""
    return text.rstrip(_CLOSERS).endswith((".", "!", "?", "…"))


def is_prose(text: str) -> bool:
    """Check whether a line reads as a paragraph: it ends as a sentence does, or is too long for a title."""
    return (ends_sentence(text) and len(text) > 40) or len(text) > TITLE_LENGTH


def is_heading(text: str) -> bool:
    """Check whether a line looks like a title by itself: no full stop, a capital first, not too long."""
    stripped = text.rstrip(_CLOSERS)
    if len(text) > TITLE_LENGTH or not stripped or stripped[-1] in ".…;,":
        return False
    return starts_high(text) and not is_list_entry(text) and not opens_scene(text)


def is_title(text: str, following: str | None) -> bool:
    """Check whether the first line of an item is its title.

    Args:
        text: The line.
        following: The item's next line that is no closing line, or None.
    """
    if is_heading(text):
        return True
    longer = following is not None and len(following) > len(text) and is_prose(following)
    if not longer or not starts_high(text) or is_list_entry(text) or opens_scene(text):
        return False
    if not ends_sentence(text):
        return len(text) <= _LONGEST_TITLE
    # A title with a full stop has no verb, or is a question with something added to it.
    if len(text) > TITLE_LENGTH or text.rstrip(_CLOSERS).endswith(("...", "…")):
        return False
    first = text.partition("?")[0]
    return len(first) > len(text) / 2 if "?" in text else not _has_verb(text)


def _has_verb(text: str) -> bool:
    """Check whether a verb shows in a line; words with capitals are names ("United Nations")."""
    small = " ".join(word for word in text.split() if not word[0].isupper())
    return _VERBS.search(plain_words(small)) is not None


def is_inner_title(text: str, following: str) -> bool:
    """Check whether a line in the middle of an undated item is the title of the next one.

    Args:
        text: The line.
        following: The line after it.
    """
    if len(text) > _INNER_LENGTH or not is_heading(text):
        return False
    if text.rstrip().endswith(":"):
        return False
    if _KICKER.match(text) and _KICKER.match(following) and text.rstrip(_CLOSERS).endswith("?"):
        return False  # question and answer of an interview, each after the speaker's name
    return is_prose(following) and len(following) > len(text)


def has_kicker(text: str) -> bool:
    """Check whether a heading has a word or a few before a colon, as in "Lisbon: a harbour wakes up"."""
    return _KICKER.match(text) is not None


def is_location(text: str) -> bool:
    """Check whether a line is nothing but names of locations: "Lima, Peru", "Geneva, New York, Vienna"."""
    if len(text) > 80 or not ("," in text or "(" in text) or any(char.isdigit() for char in text):
        return False
    parts = [part.split() for part in re.split(r"[,()/]", text) if part.strip()]
    names = [word for part in parts for word in part if word.lower() not in _CONNECTORS]
    return (
        len(parts) > 1 and all(len(part) <= 6 for part in parts) and all(starts_high(word) for word in names)
    )


def is_list_entry(text: str) -> bool:
    """Check whether a line begins with a bullet or a number such as "(ii)" or "3."."""
    return _LIST_MARK.match(text) is not None


def same_but_numbers(text: str, other: str) -> bool:
    """Check whether two lines differ in their numbers only, as the entries of a list do."""
    shape = _NUMBERS.sub("0", text)
    return len(text) <= TITLE_LENGTH and shape == _NUMBERS.sub("0", other) and "0" in shape


def starts_high(text: str) -> bool:
    """Check whether a line begins with a capital or a digit, opening quotation marks aside."""
    first = text.lstrip(_OPENERS)[:1]
    return bool(first) and not first.islower()


def opens_scene(text: str) -> bool:
    """Check whether a line begins as a report does: with a day, or the occasion."""
    return _SCENE.match(plain_words(text[:60])) is not None

"""What an item says of its event, whatever language it is in: concepts, names, figures and places."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import checked
from searcher.reading.telling_words import CONCEPT, COUNTRY, FIGURE, KEYS, NAME, PLACE, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.thesaurus.table import Table
    from searcher.reading.telling_words import Evidence, Word, Words

MOST: Final = 1_000
"""Characters of a body that are read: news says first what it is about."""
SPECIFIC: Final = frozenset({NAME, FIGURE, PLACE})
"""The kinds of evidence that tell one event from another of its kind."""

# Words, numbers, and what ends a sentence or begins a quotation; other signs part words only.
_TOKEN: Final = re.compile(
    r"[^\W\d_][^\W_]*|\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?|[.!?:;…\n\"“”«»¿¡(–—]"
)
_CAPITALS: Final = 0.7  # of the longer words of a headline, from which on a capital says nothing
_JOINING: Final = frozenset({"and", "y", "e", "et", "of", "de", "del", "du", "des", "the", "la", "el", "le"})
"""What stands within names, and between those of a list."""


def evidence_of(record: Mapping[str, Any], table: Table, written: dict[Evidence, str]) -> dict[Evidence, int]:
    """Find what an item says of its event.

    Args:
        record: The stored record of an item.
        table: The thesaurus.
        written: Gets each name and figure as it is written, unless it has it.

    Returns:
        Each piece of evidence; names, figures and places that stand side by side, as those of a person or of
        a list, have one number, which is 0 for concepts and countries.
    """
    found: dict[Evidence, int] = {}
    words = words_of(table, tuple(record["languages"]))
    title, body = (record["title"] or "")[:MOST], record["body"][:MOST]
    for text, telling in ((title, not _is_headline(title)), (body, not body.isupper())):
        tokens = _TOKEN.findall(text if text.isascii() else unicodedata.normalize("NFC", text))
        _read(tokens, words, found, written, telling=telling)
    for country in record["countries"]:
        found[COUNTRY, country["code"]] = 0
    return found


def _read(
    tokens: Sequence[str],
    words: Words,
    found: dict[Evidence, int],
    written: dict[Evidence, str],
    *,
    telling: bool,
) -> None:
    """Add the evidence of a passage; ``telling`` says whether a capital means a name in it."""
    run, named_to, after = len(found) + 1, -1, 0
    meant = enumerate(map(words.__getitem__, tokens))
    for at, word in checked([(at, word) for at, word in meant if word is not None]):
        if at < after:
            continue
        key, size = (word.alone, 1) if word.labels is None else _concept(word, tokens, at)
        if key is None:
            key = word.own
            if key is None or (key[0] == NAME and not (telling and at and tokens[at - 1][0].isalnum())):
                continue
            written.setdefault(key, tokens[at])
        after = at + size
        if key[0] == CONCEPT:
            found[key] = 0
        elif key[0] != COUNTRY:
            while 0 <= named_to < at and tokens[named_to] in _JOINING:
                named_to += 1
            run += named_to != at
            found.setdefault(key, run)
            named_to = after


def _concept(word: Word, tokens: Sequence[str], at: int) -> tuple[Evidence | None, int]:
    """Find the longest label of a concept that stands at a word, and how many words it has."""
    if word.labels and at + 1 < len(tokens) and (longer := word.labels.get(KEYS[tokens[at + 1]])):
        for length, labels in longer:
            concept = labels.get(tuple([KEYS[token] for token in tokens[at + 2 : at + 1 + length]]))
            if concept:
                return concept, length + 1
    return word.alone, 1


def _is_headline(title: str) -> bool:
    """Tell whether a title is in capitals, or written as English headlines are."""
    longer = [word for word in title.split() if len(word) > 3]
    return sum([word[0].isupper() for word in longer]) > _CAPITALS * len(longer)

"""Stop words: words of grammar rather than content, which texts are indexed without."""

from __future__ import annotations

from indexer.analysis.accents import fold
from indexer.analysis.characters import plain
from indexer.schema import LANGUAGES
from indexer.tables import rows


def _read() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language, cell in rows(__file__, "stop_words.tsv"):
        written = cell.replace("'", "")
        # Capital headlines drop accents: MAS, DEJA.
        words[language].update(written.split(), fold(written).split())
    return {language: frozenset(found) for language, found in words.items()}


STOP_WORDS = _read()
"""The stop words of each of ``LANGUAGES``, lower case, with and without their accents; none of ``und``."""

CONTENT_AS_WRITTEN = {"en": frozenset({"US", "WHO", "IT", "May", "MAY"}), "es": frozenset({"Haya"})}
"""Spellings that are no stop word although their lower-case form is: acronyms, a month, a city."""

NOUNS_AFTER_ARTICLE = frozenset({"été", "est"})
"""French stop words that are nouns after an elided article: the summer, the east."""

DOTTED_FUNCTION_WORDS = frozenset({"eg", "ie"})
"""Stop words that are written like acronyms."""

# Stop words of one language that are ordinary words of content, or a common acronym, in another (or, like
# été, in the same). A language's own text is indexed without them, so that a search for them costs nothing.
_CONTENT_ELSEWHERE = {
    # English words that are grammar in Spanish or French
    *("son", "sin", "pour", "car", "sea", "seas", "era", "eras", "hay", "comment", "ton", "aura"),
    # French and Spanish words that are grammar in another of the three
    *("or", "but", "ours", "été", "ete", "sur", "mes"),
    # a month, and acronyms that people type in lower case
    *("may", "us", "eu", "ai"),
}
# Acronyms that spell a word too common to be searched for when typed in lower case.
_ACRONYMS = frozenset({"UN", "WHO", "IT", "AU"})

_FUNCTION_WORDS = frozenset().union(*STOP_WORDS.values()) - _CONTENT_ELSEWHERE


def is_function_word(word: str) -> bool:
    """Check whether a query word is a stop word, whichever of the three languages the query is in.

    In a phrase, look at the token's own None instead: a phrase is of one language.

    Args:
        word: One word as the user wrote it.

    Returns:
        True for a stop word of English, Spanish or French that is no word of content in another of them.
    """
    return word not in _ACRONYMS and "." not in word and plain(word) in _FUNCTION_WORDS

"""Words that some write joined and others apart: anti-trafficking, antitrafficking; GLO.ACT, GLOACT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.accents import fold
from indexer.schema import LANGUAGES, WORDS, text_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searcher.engine import Vocabulary

# What stands before another word with a hyphen or without, in the three languages.
PREFIXES: Final = tuple(
    "anti bi co contra contre counter cyber ciber eco ex extra hyper inter intra macro mega micro mini multi "
    "narco neo non para post pre pro pseudo re semi socio sub super supra trans tri ultra video web".split()
)
_SHORTEST_PART: Final = 3


def joined(vocabulary: Vocabulary, language: str, words: Sequence[str]) -> str | None:
    """Find the term for several words written as one, if the index has it.

    Args:
        vocabulary: The terms of the index.
        language: The language of the words.
        words: As typed, side by side in one chunk.
    """
    terms = analyzer(language).query_terms("".join(words))
    name = text_field(language)
    return next((term for term in terms if vocabulary.document_frequency(name, term)), None)


def apart(vocabulary: Vocabulary, word: str) -> Iterator[tuple[str, str]]:
    """Part a word in two, both of which the index has as words.

    A word that the index knows is parted only after a prefix; one that it does not know, anywhere.

    Args:
        vocabulary: The terms of the index.
        word: One word as typed.
    """
    folded = fold(word.lower())
    if not folded.isalpha():
        return
    known = any(
        vocabulary.document_frequency(text_field(language), analyzer(language).query_terms(word)[0])
        for language in LANGUAGES
    )
    if known and not folded.startswith(PREFIXES):
        return
    for at in range(2, len(folded) - _SHORTEST_PART + 1):
        first, second = folded[:at], folded[at:]
        if first not in PREFIXES and (known or at < _SHORTEST_PART):
            continue
        if vocabulary.document_frequency(WORDS, first) and vocabulary.document_frequency(WORDS, second):
            yield first, second

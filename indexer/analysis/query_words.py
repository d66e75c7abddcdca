"""The query side of stop words, for a query whose language nobody has said."""

from indexer.analysis.characters import plain
from indexer.analysis.stop_words import STOP_WORDS

# Function words of one language that are ordinary words of content, or a common acronym, in another (or, like
# été, in the same). A language's own text is indexed without them, so that searching for them costs
# nothing there.
_CONTENT_ELSEWHERE = frozenset(
    {
        # English words that are grammar in Spanish or French
        *("son", "sin", "pour", "car", "sea", "seas", "era", "eras", "hay", "comment", "ton", "aura"),
        # French words that are grammar in English or Spanish
        *("or", "but", "ours", "été", "ete"),
        # Spanish words that are grammar in French
        *("sur", "mes"),
        # a month, and acronyms that people type in lower case
        *("may", "us", "eu", "ai"),
    }
)
# Acronyms that spell a word too common to be searched for when typed in lower case.
_ACRONYMS = frozenset({"UN", "WHO", "IT", "AU"})

_FUNCTION_WORDS = (STOP_WORDS["en"] | STOP_WORDS["es"] | STOP_WORDS["fr"]) - _CONTENT_ELSEWHERE


def is_function_word(word: str) -> bool:
    """Tell whether a query word is mere grammar, whichever of the three languages the query is in.

    In a phrase, look at the token's own None instead: a phrase is of one language.

    Args:
        word: One word as the user wrote it.

    Returns:
        True for a stop word of English, Spanish or French that is no word of content in another of them.
    """
    if word in _ACRONYMS or "." in word:
        return False
    return plain(word) in _FUNCTION_WORDS

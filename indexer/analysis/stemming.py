"""Snowball stems, loaded when the first word asks for one."""

from collections.abc import Callable
from threading import Lock
from typing import Any

_ALGORITHMS = {"en": "english", "es": "spanish", "fr": "french"}


def stemmer(language: str) -> Callable[[str], str]:
    """Make the stemmer of a language.

    Args:
        language: ``en``, ``es`` or ``fr``; for any other the words stay as they are.

    Returns:
        A function from a lower-case word, accents kept, to its stem. Threads may share it.
    """
    snowball = _snowball(language)
    if snowball is None:
        return str
    stem_word: Callable[[str], str] = snowball.stemWord
    lock = Lock()  # one Snowball environment must not be entered twice

    def stem(word: str) -> str:
        with lock:
            return stem_word(word)

    return stem


def list_stemmer(language: str) -> Callable[[list[str]], list[str]]:
    """Make the stemmer of many words at once; unlike :func:`stemmer`'s, one thread at a time may use it.

    Args:
        language: As there.

    Returns:
        A function from lower-case words, accents kept, to a list of their stems.
    """
    snowball = _snowball(language)
    if snowball is None:
        return list.copy
    stem_words: Callable[[list[str]], list[str]] = snowball.stemWords
    return stem_words


def _snowball(language: str) -> Any:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return None
    import Stemmer  # a C extension that not every command needs

    # Every distinct chunk is analysed once, so a second cache would only cost memory.
    return Stemmer.Stemmer(algorithm, 0)

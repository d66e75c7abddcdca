"""Snowball stems, loaded when the first word asks for one."""

from collections.abc import Callable
from threading import Lock

_ALGORITHMS = {"en": "english", "es": "spanish", "fr": "french"}


def stemmer(language: str) -> Callable[[str], str]:
    """Make the stemmer of a language.

    Args:
        language: ``en``, ``es`` or ``fr``; for any other the words stay as they are.

    Returns:
        A function from a lower-case word, accents kept, to its stem. Threads may share it.
    """
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return str
    import Stemmer  # a C extension that not every command needs

    # Every distinct chunk is analysed once, so a second cache would only cost memory.
    stem_word: Callable[[str], str] = Stemmer.Stemmer(algorithm, 0).stemWord
    lock = Lock()  # one Snowball environment must not be entered twice

    def stem(word: str) -> str:
        with lock:
            return stem_word(word)

    return stem

"""Which words of a query are function words, whatever its language."""

import pytest

from indexer.analysis import is_function_word


@pytest.mark.parametrize(
    "word",
    [
        "son",
        "sin",
        "pour",
        "car",
        "sea",
        "or",
        "but",
        "été",
        "sur",
        "may",
        "us",
        "US",
        "UN",
        "WHO",
        "U.N.",
        "eu",
        "main",
        "fin",
        "port",
        "mine",
        "-",
        "港",
    ],
)
def test_content_words_of_another_language_are_searched(word: str) -> None:
    """A function word that has a meaning in another of the three languages is searched there."""
    assert not is_function_word(word)

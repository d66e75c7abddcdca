"""Which words of a query are mere grammar, whatever its language."""

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
def test_content_of_another_language_is_searched(word: str) -> None:
    """A word that means something in one of the three languages is searched there."""
    assert not is_function_word(word)

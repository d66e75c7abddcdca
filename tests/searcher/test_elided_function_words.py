"""French function words with apostrophes, which no search requires."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.analysis import is_function_word
from searcher import Searcher


@pytest.mark.parametrize("query", ["c’est la grève", "la grève d'une usine", "Qu'est-ce que la grève ?"])
def test_all_words_leave_out_elided_function_words(make_index: Callable[..., Path], query: str) -> None:
    """An item without *c'est* and *d'une* has all words of the query."""
    with Searcher(make_index({"body": "La grève des usines continue.", "language": "fr"})) as searcher:
        results = searcher.search(query, all_words=True)
    assert (results.total, results.unmatched) == (1, ())


@pytest.mark.parametrize("word", ["l'Est", "l’est", "d'été", "O'Neill", "d'or", "'", "l'homme"])
def test_content_words_with_apostrophes_are_required(word: str) -> None:
    """The east, the summer, gold and names are content words."""
    assert not is_function_word(word)

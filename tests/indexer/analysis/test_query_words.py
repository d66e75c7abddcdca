"""Which words of a query are function words, whatever its language."""

from tables import by_table

from indexer.analysis import is_function_word


@by_table
def test_content_words_of_another_language_are_searched(word: str) -> None:
    """A function word that has a meaning in another of the three languages is searched there."""
    assert not is_function_word(word)

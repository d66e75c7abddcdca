"""Words typed without accents match the accented ones."""

from collections import defaultdict

import pytest
from tables import by_table

from indexer.analysis import Analyzer, analyzer


def variants(language: str, text: str) -> defaultdict[str, set[str]]:
    """Return the accent variants of a text, each chunk analyzed once, as in an index."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    for chunk in text.split():
        for token in analyzer(language).analyse_chunk(chunk):
            if token.variant is not None:
                table[token.word].add(token.variant)
    return table


@by_table
def test_accents_may_be_left_out_on_either_side(language: str, written: str, typed: str) -> None:
    """Whether the text or the query leaves its accents out, the query's terms include the text's."""
    found = analyzer(language).query_terms(typed, variants(language, written).__getitem__)
    assert set(analyzer(language).terms(written)) & set(found)


def test_the_term_of_the_typed_word_comes_first() -> None:
    """The term of the word as typed is first, so that a caller can weigh it most."""
    assert analyzer("es").query_terms("policia", {"policia": ["polic"]}.__getitem__) == ("polici", "polic")


@pytest.mark.parametrize("chunk", ["ports", "año", "harbour", "niños", "port-city"])
def test_words_that_match_unaccented_have_no_variant(chunk: str) -> None:
    """A word has a variant only if its unaccented spelling misses its term, which keeps the table small."""
    assert [token.variant for token in Analyzer("es").analyse_chunk(chunk) if token.variant] == []


def test_stop_words_have_query_terms() -> None:
    """A caller that searches a stop word of one language gets its term in another."""
    assert analyzer("fr").query_terms("été") == ("ete",)
    assert analyzer("en").query_terms("son") == ("son",)

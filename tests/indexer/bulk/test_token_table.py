"""The tokens of a chunk are exactly those of the analyzer."""

from collections.abc import Iterable

import numpy as np
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import Analyzer
from indexer.analysis.analyzer import CONTENT_AS_WRITTEN, STOP_WORDS
from indexer.bulk.tokens import NOTHING, TokenTable
from indexer.schema import LANGUAGES

WORDS = sorted({word for words in STOP_WORDS.values() for word in words})
SPECIAL = sorted({word for words in CONTENT_AS_WRITTEN.values() for word in words})
CASES = st.sampled_from([str, str.upper, str.title, str.lower])
SIGNS = st.text("().,;:!?\"«»'’-/…", max_size=2)
LETTERS = st.text("aeiosñéèüœßçğİıŉªºµſ\u212a\u212b", min_size=1, max_size=5)
CHUNKS = st.builds(
    lambda before, word, case, after: before + case(word) + after,
    SIGNS,
    st.sampled_from(WORDS) | st.sampled_from(SPECIAL) | LETTERS | st.text(min_size=1, max_size=6),
    CASES,
    SIGNS,
).filter(lambda chunk: len(chunk.split()) == 1 and chunk.split()[0] == chunk)


def tokens_of(table: TokenTable, numbers: Iterable[int]) -> list[tuple[int, str, str]]:
    """Return position, term and word of token numbers, without stop words."""
    terms, words = list(table.terms), list(table.words)
    return [
        (position, terms[table.term[number]][1:], words[table.word[number]])
        for position, number in enumerate(numbers)
        if table.term[number] != NOTHING
    ]


def number(table: TokenTable, language: int, chunk: str) -> list[int]:
    """Return the numbers of the tokens of a chunk."""
    numbers = np.array(table.languages[language].number_all([chunk], [0]), dtype=np.uint32)
    tokens, (end,) = table.expand(numbers, np.array([1]))
    assert end == len(tokens)
    found: list[int] = tokens.tolist()
    return found


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(range(len(LANGUAGES))), st.lists(CHUNKS, min_size=1, max_size=6))
def test_a_chunk_has_the_tokens_of_the_analyzer(language: int, chunks: list[str]) -> None:
    """With any case and punctuation, and any chunks before, the tokens are the analyzer's."""
    table = TokenTable()
    analyse = Analyzer(LANGUAGES[language]).analyse_chunk
    for chunk in chunks:
        numbers = number(table, language, chunk)
        expected = analyse(chunk)
        assert len(numbers) == len(expected)
        assert tokens_of(table, numbers) == [
            (at, token.term, token.word) for at, token in enumerate(expected) if token.term is not None
        ]
        for token in expected:
            if token.term is not None and token.variant is not None:
                assert f"{LANGUAGES[language]} {token.word} {token.variant}" in table.variants


def test_languages_have_separate_terms() -> None:
    """A chunk has a number and a term for each language, and one word."""
    table = TokenTable()
    assert number(table, 0, "ports") != number(table, 2, "ports")
    assert list(table.terms) == ["0port", "2port"]
    assert list(table.words) == ["ports"]

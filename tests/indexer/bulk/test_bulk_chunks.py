"""A chunk's number stands for exactly what the analyzer says of the chunk."""

from __future__ import annotations

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import Analyzer
from indexer.analysis.stop_words import CONTENT_AS_WRITTEN, STOP_WORDS
from indexer.bulk.chunks import NOTHING, SEVERAL, ChunkTable
from indexer.schema import LANGUAGES

WORDS = sorted({word for words in STOP_WORDS.values() for word in words})
SPECIAL = sorted({word for words in CONTENT_AS_WRITTEN.values() for word in words})
CASES = st.sampled_from([str, str.upper, str.title, str.lower])
SIGNS = st.text("().,;:!?\"«»'’-/…", max_size=2)
LETTERS = st.text("aeiosñéèüœßçğİıŉªºµſ", min_size=1, max_size=5)
CHUNKS = st.builds(
    lambda before, word, case, after: before + case(word) + after,
    SIGNS,
    st.sampled_from(WORDS) | st.sampled_from(SPECIAL) | LETTERS | st.text(min_size=1, max_size=6),
    CASES,
    SIGNS,
).filter(lambda chunk: len(chunk.split()) == 1 and chunk.split()[0] == chunk)


def behind(table: ChunkTable, number: int) -> tuple[int, list[tuple[int, str, str]]]:
    """Return the positions that a chunk takes, and its tokens: offset, term, word."""
    arrays = table.arrays()
    terms, words = table.terms.names(), table.words.names()
    term, word = int(arrays.term[number]), int(arrays.word[number])
    tokens: list[tuple[int, str, str]] = []
    if term == SEVERAL:
        for place in range(*arrays.several_at[word : word + 2].tolist()):
            of = arrays.several_term[place], arrays.several_word[place]
            tokens.append((int(arrays.several_offset[place]), terms[of[0]][1:], words[of[1]]))
    elif term != NOTHING:
        tokens.append((0, terms[term][1:], words[word]))
    return int(arrays.positions[number]), tokens


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(range(len(LANGUAGES))), st.lists(CHUNKS, min_size=1, max_size=6))
def test_a_chunk_is_what_its_analysis_says(language: int, chunks: list[str]) -> None:
    """Whatever case and signs a chunk has, and whatever came before it, its terms are the analyzer's."""
    table = ChunkTable()
    analyse = Analyzer(LANGUAGES[language]).analyse_chunk
    for chunk in chunks:
        positions, tokens = behind(table, table.lookups[language](chunk))
        expected = analyse(chunk)
        assert positions == len(expected)
        assert tokens == [(at, t.term, t.word) for at, t in enumerate(expected) if t.term is not None]
        for token in expected:
            if token.term is not None and token.variant is not None:
                assert f"{LANGUAGES[language]} {token.word} {token.variant}" in table.variants


def test_a_language_keeps_to_its_own_terms() -> None:
    """The same chunk in two languages has two numbers and two terms, and one word."""
    table = ChunkTable()
    english, french = table.lookups[0]("ports"), table.lookups[2]("ports")
    assert english != french
    assert list(table.terms) == ["0port", "2port"]
    assert list(table.words) == ["ports"]

"""Properties of the analyzer that hold for any text."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis import Analyzer, analyzer, is_function_word
from indexer.analysis.characters import fold, fold_all, plain, shape
from indexer.analysis.chunk_words import chunk_words, stream_words
from indexer.schema import LANGUAGES

languages = st.sampled_from(LANGUAGES)
# Plain random text hardly contains a word: add the characters that the rules look at.
PIECES = (
    "l' d’ qu' 's n't U.S. EE.UU. 1,000 3.5 - / . the los Ports ÉCOLE été "
    "é e\u0301 ñ œ ß İ ſ \u212a 港 か\u3099 각 ﷺ ﬁ"
)
pieces = st.sampled_from([*PIECES.split(), " ", "\u0301", "\u200d"])
texts = st.one_of(st.text(), st.lists(st.one_of(pieces, st.characters()), max_size=12).map("".join))


@given(languages, texts)
def test_any_text_can_be_analyzed(language: str, text: str) -> None:
    """Tokens are in order, inside the text, without white space, with terms and words that are not empty."""
    behind = 0
    position = -1
    for token in analyzer(language).tokens(text):
        assert behind <= token.start < token.end <= len(text)
        assert token.position > position
        assert token.term
        assert token.word
        assert not any(character.isspace() for character in text[token.start : token.end])
        assert not any(character.isspace() for character in token.term + token.word)
        behind, position = token.end, token.position


@given(languages, texts)
def test_chunks_are_independent_of_their_neighbours(language: str, text: str) -> None:
    """The tokens of a text are those of its chunks, in order."""
    own = analyzer(language)
    by_chunk = [token for chunk in text.split() for token in own.analyse_chunk(chunk)]
    expected = [(token.term, position) for position, token in enumerate(by_chunk) if token.term is not None]
    assert [(token.term, token.position) for token in own.tokens(text)] == expected
    assert own.terms(text) == [term for term, _ in expected]


@given(languages, st.one_of(texts, st.text("aAíÉñœªµŉİıſƀ1٣½².,'\"!)", max_size=6)))
def test_the_fast_path_finds_the_same_words(language: str, text: str) -> None:
    """A chunk that is clearly one word has the words that the general rules find."""
    for chunk in text.split():
        assert chunk_words(chunk, language) == list(stream_words(chunk, language))


@example("en", "L'BĨA")
@example("en", "L'Y가")
@given(languages, texts)
def test_nfc_and_nfd_texts_are_equal(language: str, text: str) -> None:
    """NFC and NFD of a text give the same terms, words and positions."""
    composed, decomposed = (
        [(token.term, token.word, token.position) for token in analyzer(language).tokens(form)]
        for form in (unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))
    )
    assert composed == decomposed


@example("ำ")
@given(texts)
def test_unstemmed_analysis_is_idempotent(text: str) -> None:
    """Without stemming, the terms of terms are the same terms."""
    terms = analyzer("und").terms(text)
    assert analyzer("und").terms(" ".join(terms)) == terms


@given(texts)
def test_folding_is_idempotent(text: str) -> None:
    """Folding a folded word changes nothing."""
    word = plain(text)
    assert fold(fold(word)) == fold(word)
    assert fold_all(fold_all(word)) == fold_all(word)


@given(texts)
def test_shape_keeps_every_offset(text: str) -> None:
    """A shape has as many characters as its text."""
    assert len(shape(text)) == len(text)


@given(languages, texts)
def test_a_query_matches_the_word_that_it_spells(language: str, text: str) -> None:
    """The spelling of a token in a text, typed as a query word, includes the term of that token."""
    for token in analyzer(language).tokens(text):
        assert token.term in analyzer(language).query_terms(text[token.start : token.end])


@given(texts)
def test_any_query_word_can_be_tested_for_grammar(text: str) -> None:
    """No query word makes the function-word test fail, and unknown words are no function words."""
    assert is_function_word(text) in {True, False}
    assert not is_function_word(text + "zqx")


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_threads_may_share_an_analyzer(language: str) -> None:
    """Eight concurrent threads get the results of one."""
    chunks = [f"{word}{number}s" for number in range(200) for word in ("harbour", "école", "región")]
    shared, alone = Analyzer(language), Analyzer(language)
    expected = [alone.analyse_chunk(chunk) for chunk in chunks]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [shared.analyse_chunk(chunk) for chunk in chunks], range(8)):
            assert found == expected

"""Where a term may occur: no word with it is skipped."""

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import analyzer
from indexer.schema import LANGUAGES
from indexer.thesaurus.bundled import bundled_concepts
from searcher.term_matcher import ChunkFinder, FoldedText, beginning

LETTERS = "aeiouyéñçüœßlnrstcdgEÑUSAİ"
SIGNS = "'’.,-/ \t\n\u00a0“”1305²\u0301\u00ad港"
ENDINGS = (
    "ing ied ies ying y's ational ization ability ibility fulness ivity logy ción logía encias aron áramos "
    "idades ences logie usions aux eaux euse issements ativement ière enne oux"
).split()


@st.composite
def words(draw: st.DrawFn) -> str:
    """Draw words that stemmers shorten, with punctuation and unusual characters."""
    stem = draw(st.text(LETTERS, min_size=1, max_size=6))
    return stem + draw(st.sampled_from([*ENDINGS, ""])) + draw(st.text(SIGNS, max_size=2))


@given(st.lists(words(), max_size=5), st.sampled_from(LANGUAGES))
@settings(max_examples=examples(300))
def test_every_term_occurs_in_a_chunk_that_is_found_by_it(parts: list[str], language: str) -> None:
    """Every term is found for any stemming and any characters in a word."""
    text = "".join(parts)
    folded = FoldedText(text)
    assert len(folded.folded) == len(text)
    for token in analyzer(language).tokens(text):
        found = ChunkFinder([beginning(token.term)]).chunks(folded)
        assert any(start <= token.start and token.end <= end for start, end in found)
        assert all(text[start:end].split() == [text[start:end]] for start, end in found)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_all_labels_are_found(language: str) -> None:
    """Every word of a label is found by its term."""
    known = {
        word for concept in bundled_concepts() for label in concept.labels for word in label.text.split()
    }
    for word in known:
        folded = FoldedText(word)
        terms = [token.term for token in analyzer(language).analyse_chunk(word) if token.term]
        assert all(ChunkFinder([beginning(term)]).chunks(folded) for term in terms)


@given(st.lists(words(), max_size=8), st.lists(words(), max_size=8), st.booleans())
@settings(max_examples=examples(300))
def test_one_pass_equals_single_searches(parts: list[str], terms: list[str], every: bool) -> None:  # noqa: FBT001 - drawn
    """Many prefixes are found in the same chunks, also if one is a prefix of another or empty."""
    folded = FoldedText(" ".join(parts))
    beginnings = {
        beginning(term) for part in (*parts, *terms) for term in (part, part[:4]) if beginning(term)
    }
    if every:
        beginnings.add(b"")
    in_one_pass = ChunkFinder(beginnings, many=0).chunks(folded)
    assert in_one_pass == ChunkFinder(beginnings, many=len(beginnings)).chunks(folded)

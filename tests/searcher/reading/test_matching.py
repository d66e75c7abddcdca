"""Matching many texts at once equals matching each of them, and collocates count the same words."""

import re
from collections import Counter
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import analyzer
from indexer.schema import LANGUAGES
from searcher import Searcher
from searcher.query.model import Phrase, Term, WordSet
from searcher.query.positions import Match, remove_overlaps
from searcher.reading.all_matches import request_for_all
from searcher.reading.collocates import MEASURES, MIN_COUNT, collocates
from searcher.reading.text_matches import highlights_by_part, normalize_spaces, passages
from searcher.reading.typical_terms import log_likelihood
from searcher.term_matcher import Highlights, TermMatcher, find_matches, matches_of

WORDS = (
    "ferry ferries Ferry's d'eau l'eau U.N. UN œuvre vieux-port 1.000 1000 São čaj the of 港口 — « eau qu'un"
).split()
SPACES = (" ", "  ", "\t", "\u00a0", "\u2003", "\x85")


def _followed_by_space(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from(SPACES).map(lambda space: word + space)


@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS).flatmap(_followed_by_space), min_size=1, max_size=9).map("".join),
        max_size=5,
    ),
    typed=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    phrase=st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
    language=st.sampled_from(LANGUAGES),
    found=st.booleans(),
)
@settings(max_examples=examples(200), deadline=None)
def test_many_texts_match_like_single_ones(
    texts: list[str], typed: list[str], phrase: list[str], language: str, *, found: bool
) -> None:
    """Words, phrases and words of patterns match with any characters around them."""
    highlights, field = Highlights(), f"text_{language}"
    for term in analyzer(language).terms(" ".join(typed)):
        highlights.add(Term(field, term))
    tokens = list(analyzer(language).tokens(" ".join(phrase)))
    if len(tokens) > 1:
        offsets = tuple([token.position - tokens[0].position for token in tokens])
        highlights.add(Phrase(field, tuple([token.term for token in tokens]), offsets))
    if found:
        highlights.add(WordSet(field, (), words=("ferries", "eau")))
    expected = [match for text in texts for match in find_matches([text], (language,), highlights)]
    assert list(TermMatcher(language, highlights).find(texts)) == expected
    assert expected == [_of_plain_reading(text, language, highlights) for text in texts]


def _of_plain_reading(text: str, language: str, highlights: Highlights) -> list[Match]:
    """Return the matches of a text of which every word is analyzed."""
    words: list[tuple[int, Match, str]] = []
    position = 0
    for chunk in re.finditer(r"\S+", text):
        for term, word, start, end, _ in analyzer(language).analyse_chunk(chunk.group()):
            if term is not None:
                words.append((position, Match(chunk.start() + start, chunk.start() + end, (term,)), word))
            position += 1
    return remove_overlaps(matches_of(language, words, highlights))


@pytest.mark.parametrize(
    "query", ["ferry OR flood", '"night evacuation" OR boat', "title:school* sea", "escuela"]
)
def test_collocates_of_the_sample_equal_a_plain_reading(sample_index: Path, query: str) -> None:
    """Hyphens, elisions, function words, phrases and languages in one item are counted and scored."""
    span = 4
    near: Counter[tuple[str, str]] = Counter()
    everywhere: Counter[tuple[str, str]] = Counter()
    matches: Counter[str] = Counter()
    with Searcher(sample_index) as searcher:
        found, by_dice = (collocates(searcher, query, span=span, limit=None, measure=one) for one in MEASURES)
        results = searcher.ask(lambda answerer: answerer.execute(request_for_all(query, "relevance", {})))
        read = searcher.ask(lambda answerer: list(passages(answerer.engine, results)))
        marks = highlights_by_part(results)
    for _, part, language, written in read:
        text = normalize_spaces(written)
        words, start = [], 0
        for chunk in text.split(" "):
            words += [
                (start + token.start, start + token.end, token.term)
                for token in analyzer(language).analyse_chunk(chunk)
            ]
            start += len(chunk) + 1
        (found_here,) = find_matches([text], (language,), marks[part])
        spans = [(match.start, match.end) for match in found_here]
        matches[language] += len(spans)
        inside = [any(first < end and last > begin for begin, end in spans) for first, last, _ in words]
        for at, (_, _, term) in enumerate(words):
            if term is None or inside[at]:
                continue
            everywhere[language, term] += 1
            window = range(max(0, at - span), min(len(words), at + span + 1))
            near[language, term] += any(inside[one] for one in window if one != at)
    assert found.matches == matches.total() > 0
    expected: Counter[tuple[str, int, int, float]] = Counter()
    dice: Counter[tuple[str, float]] = Counter()
    for (language, term), close in near.items():
        total, near_in_all, in_all = (
            everywhere[language, term],
            *[sum(n for (own, _), n in of.items() if own == language) for of in (near, everywhere)],
        )
        if close >= MIN_COUNT and close * in_all > total * near_in_all:
            cells = close, near_in_all - close, total - close, in_all - near_in_all - total + close
            expected[language, close, total - close, round(log_likelihood(*cells), 9)] += 1
            dice[language, round(2 * close / (matches[language] + total), 9)] += 1
    assert Counter((*one[1:4], round(one.score, 9)) for one in found.found) == expected
    assert Counter((one.language, round(one.score, 9)) for one in by_dice.found) == dice

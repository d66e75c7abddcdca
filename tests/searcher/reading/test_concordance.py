"""Concordances and collocates, compared with an independent word-by-word implementation."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import Archives

from searcher import QueryError, Searcher
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance

WORDS = ("tarn", "moor", "fell", "crag", "beck", "dale")  # each has its own stem
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
drawn_archives = st.lists(
    st.tuples(st.none() | texts, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=6
)


def lines_read_word_by_word(archive: list[Any], phrases: list[list[str]]) -> Counter[tuple[str, ...]]:
    """Return all lines by comparing words; of phrases that overlap the first counts, the longest first.

    Adjacent matches are one, up to one with a word of it.
    """
    found: Counter[tuple[str, ...]] = Counter()
    for number, (title, paragraphs) in enumerate(archive):
        parts = [("title", title)] if title else []
        for part, text in parts + [("body", paragraph) for paragraph in paragraphs]:
            words, at = text.split(), 0
            places: list[list[int]] = []
            while at < len(words):
                here = [one for one in phrases if words[at : at + len(one)] == one]
                end = at + max(map(len, here), default=1)
                begins = places[-1] if places else [0, -1]
                if here and begins[1] == at and {*words[begins[0] : at]}.isdisjoint(words[at:end]):
                    begins[1] = end
                elif here:
                    places.append([at, end])
                at = end
            for at, end in places:
                alongside = " ".join(words[:at]), " ".join(words[at:end]), " ".join(words[end:])
                found[f"d{number}", part, *alongside] += 1
    return found


@settings(max_examples=examples(10), deadline=None)
@given(
    archive=drawn_archives,
    asked=st.lists(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True), min_size=1, max_size=2
    ),
)
def test_each_match_has_one_line(
    make_index: Callable[..., Path], archive: list[Any], asked: list[list[str]]
) -> None:
    """The lines equal those of a word-by-word comparison, for words and phrases in titles and paragraphs."""
    records = [{"title": title, "body": "\n".join(paragraphs)} for title, paragraphs in archive]
    query = " OR ".join(f'"{" ".join(phrase)}"' for phrase in asked)
    with Searcher(make_index(*records)) as searcher:
        lines = list(concordance(searcher, query, expand=False, context=1_000))
    found = Counter((line.id, line.part, line.left.strip(), line.match, line.right.strip()) for line in lines)
    assert found == lines_read_word_by_word(archive, asked)


def test_lines_are_sorted_by_their_neighbours(archives: Archives) -> None:
    """The nearest word counts first, ignoring case, on either side."""
    searcher = archives.of("""
        en a: Zoe saw a ferry burn
        en b: an Old ferry came
        en c: the new ferry Arrived
        en d: one old ferry burns
    """)
    before = [line.left.split()[-1] for line in concordance(searcher, "ferry", sort="left")]
    assert before == ["a", "new", "Old", "old"]
    behind = [line.right.split()[0] for line in concordance(searcher, "ferry", sort="right")]
    assert behind == ["Arrived", "burn", "burns", "came"]


def test_one_concept_has_lines_in_three_languages(archives: Archives) -> None:
    """A word has lines for its translations, or without expansion only its own; filters apply."""
    searcher = archives.of("""
        en en CL: The earthquake shook the harbour.
        es es: El terremoto sacudió el puerto.
        fr fr: Le séisme a secoué le port.
    """)
    matches = {line.match for line in concordance(searcher, "earthquake")}
    assert matches == {"earthquake", "terremoto", "séisme"}
    for options in ({"expand": False}, {"countries": ["CL"]}, {"sort": "country", "limit": 1}):
        assert [line.match for line in concordance(searcher, "earthquake", **options)] == ["earthquake"]
    assert len(list(concordance(searcher, "earthquake", limit=2))) == 2


def test_a_title_query_has_lines_of_titles_only(archives: Archives) -> None:
    """A word of a body is no match of ``title:word``."""
    searcher = archives.of("en a: Ferry lost | The ferry sank.", "en b: Storm | A ferry.")
    (line,) = concordance(searcher, "title:ferry")
    assert (line.part, line.match) == ("title", "Ferry")


def test_contexts_are_whole_words_within_their_width(archives: Archives) -> None:
    """A side has at most the requested characters, and no part of a word."""
    searcher = archives.of("en a: one two three four ferry five six seven")
    for context, sides in ((12, ("three four ", " five six")), (0, ("", ""))):
        (line,) = concordance(searcher, "ferry", context=context)
        assert (line.left, line.match, line.right) == (sides[0], "ferry", sides[1])


def test_invalid_options_of_a_concordance_are_refused(archives: Archives) -> None:
    """An invalid order, measure, context, span or limit ends in one clear line."""
    searcher = archives.of("en a: one two three four ferry five six seven")
    for tool, wrong in (
        (concordance, {"sort": "up", "context": -1, "limit": -1}),
        (collocates, {"measure": "mi", "span": 0, "limit": -1}),
    ):
        for name, value in wrong.items():
            with pytest.raises(QueryError):
                tool(searcher, "ferry", **{name: value})  # type: ignore[operator] # a wrong value

"""Snippets: the passage that says most of what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import analyzer
from indexer.schema import text_field
from searcher.query.model import And, ConstantScore, Phrase, Term, WordSet
from searcher.results import MATCH_MARK
from searcher.snippets import CUT, snippet
from searcher.term_matcher import Highlights, find_matches, highlights_of


def asked(language: str, *words: str) -> Highlights:
    """Return the highlights of a few words in one language."""
    highlights = Highlights()
    for word in words:
        highlights.terms[language].update(analyzer(language).query_terms(word))
    return highlights


def phrase(language: str, text: str, slop: int = 1) -> Phrase:
    """Return the phrase that a text is in one language."""
    tokens = list(analyzer(language).tokens(text))
    offsets = tuple(token.position - tokens[0].position for token in tokens)
    return Phrase(text_field(language), tuple(token.term for token in tokens), offsets, slop)


def test_matching_words_are_marked_in_their_own_spelling() -> None:
    """The text's spelling stays, whatever form was asked for."""
    text = "Les Événements du port : l'événement le plus vu."
    assert snippet(text, ["fr"], asked("fr", "evenement")) == (
        "Les **Événements** du port : l'**événement** le plus vu."
    )


@pytest.mark.parametrize(
    ("asked_for", "shown"),
    [
        ("pilote du port", "Le **pilote du port**, le port, un pilote, les **pilotes de port**."),
        ("port pilote", "Le pilote du port, le port, un pilote, les pilotes de port."),
    ],
)
def test_a_phrase_is_marked_as_a_whole_where_it_stands(asked_for: str, shown: str) -> None:
    """From its first word to its last one, in whatever form; its words by themselves are no match."""
    text = "Le pilote du port, le port, un pilote, les pilotes de port."
    assert snippet(text, ["fr"], highlights_of(phrase("fr", asked_for))) == shown


def test_a_phrase_that_holds_a_word_that_was_asked_for_is_one_mark() -> None:
    """The word is marked by itself where it stands apart."""
    highlights = highlights_of(And((phrase("en", "harbour pilot"), Term("text_en", "harbour"))))
    assert snippet("The harbour of the harbour pilots", ["en"], highlights) == (
        "The **harbour** of the **harbour pilots**"
    )


def test_a_phrase_says_as_much_as_its_words() -> None:
    """A passage with a phrase of two words beats one with another word alone."""
    highlights = highlights_of(And((phrase("en", "harbour pilot"), Term("text_en", "crew"))))
    text = "The crew of the crew.\nThe harbour pilots spoke."
    assert snippet(text, ["en"], highlights) == "The **harbour pilots** spoke."


def test_the_words_of_a_phrase_are_marked_apart_where_others_part_them() -> None:
    """Within the slop they are what was asked for, and nothing between them is; beyond it they are not."""
    highlights = highlights_of(phrase("en", "harbour pilot", slop=3))
    text = "The harbour pilots, the harbour's old pilot, a harbour and far from it the pilot."
    assert snippet(text, ["en"], highlights) == (
        "The **harbour pilots**, the **harbour**'s old **pilot**, a harbour and far from it the pilot."
    )


def test_a_phrase_narrowed_to_some_words_is_marked_as_a_phrase() -> None:
    """What a phrase of another language is narrowed to are its own words."""
    narrowed = And((phrase("fr", "port pilote"), ConstantScore(WordSet("port", ("port", "ports")))))
    assert snippet("Le port pilote, un port", ["fr"], highlights_of(narrowed)) == (
        "Le **port pilote**, un port"
    )


@given(
    st.lists(st.sampled_from(["tide", "gauge,", "the", "Tides", "gauges"]), max_size=14), st.integers(1, 4)
)
def test_a_phrase_is_marked_where_the_index_finds_it(words: list[str], slop: int) -> None:
    """Each next word stands as far behind the one before as the slop lets it, function words counted."""
    text = " ".join(words)
    at = [("tide" in word.lower(), "gauge" in word, place) for place, word in enumerate(words)]
    pairs = [
        (one, other)
        for is_tide, _, one in at
        for _, is_gauge, other in at
        if is_tide and is_gauge and 0 < other - one <= slop
    ]
    (found,) = find_matches([text], ["en"], highlights_of(phrase("en", "tide gauge", slop)))
    assert bool(found) == bool(pairs)
    assert {match.start for match in found} <= {
        sum(len(word) + 1 for word in words[:place]) for pair in pairs for place in pair
    }


def test_decomposed_letters_are_marked_whole() -> None:
    """A letter and its combining accent are never parted."""
    assert snippet("Un e\u0301ve\u0301nement rare", ["fr"], asked("fr", "événement")) == (
        "Un **e\u0301ve\u0301nement** rare"
    )


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    """A paragraph with two of the words beats an earlier one with one of them."""
    text = "The pilot spoke first.\nThe pilot thanked the harbour crew."
    assert (
        snippet(text, ["en"], asked("en", "pilot", "harbour"))
        == "The **pilot** thanked the **harbour** crew."
    )


def test_a_long_paragraph_is_cut_at_words() -> None:
    """Only whole words are shown, and the cut is visible."""
    text = "calm water " * 40 + "the lantern burns " + "calm water " * 40
    shown = snippet(text, ["en"], asked("en", "lantern"), width=80)
    assert "**lantern**" in shown
    assert shown.startswith(CUT)
    assert shown.endswith(CUT)
    assert set(shown.strip(CUT).replace(MATCH_MARK, "").split()) <= set(text.split())
    assert len(shown) <= 80 + 2 * len(CUT) + 2 * len(MATCH_MARK)


def test_without_a_match_the_beginning_is_shown() -> None:
    """A hit found by its title alone still shows how its text begins."""
    assert snippet("First words. More words.", ["en"], Highlights()) == "First words. More words."
    assert snippet("", ["en"], Highlights()) == ""


@given(
    st.lists(st.sampled_from(["tide", "gauge,", "the", "Harbour's", "\n", "buoy", "é", "—"]), max_size=120),
    st.integers(20, 90),
)
def test_a_snippet_is_a_piece_of_the_text(words: list[str], width: int) -> None:
    """Without its marks, a snippet stands in the text word for word and keeps to its width."""
    text = " ".join(words)
    shown = snippet(text, ["en"], asked("en", "tide", "harbour"), width=width)
    plain = shown.removeprefix(CUT).removesuffix(CUT).replace(MATCH_MARK, "")
    assert plain in text
    assert len(plain) <= width or "\n" not in plain
    assert shown.count(MATCH_MARK) % 2 == 0


ENDINGS = ["", ",", ".", "!)", "'s", "-side", '"']
WORDS_OF_TEXT = [
    "harbours",
    "Harbour",
    "hall",
    "policía",
    "policia",
    "l'école",
    "écoles",
    "ecole",
    "U.N.",
    "x",
]


@given(
    st.lists(st.tuples(st.sampled_from(WORDS_OF_TEXT), st.sampled_from(ENDINGS)).map("".join), max_size=12),
    st.sampled_from(["harbour", "policía", "école", "UN", "hall x"]),
)
def test_words_passed_over_unread_match_nothing(chunks: list[str], query: str) -> None:
    """Every word whose term was asked for is found, whatever signs stand around it."""
    text = " ".join(chunks)
    highlights = Highlights()
    for language in ("en", "es", "fr"):
        highlights.terms[language].update(analyzer(language).terms(query))
        wanted = highlights.terms[language]
        expected = [
            (token.start, token.end) for token in analyzer(language).tokens(text) if token.term in wanted
        ]
        (found,) = find_matches([text], [language], highlights)
        assert [(match.start, match.end) for match in found] == expected


@given(
    st.sampled_from(["en", "es", "fr", "und"]),
    st.lists(st.text("abeAEéÉñœßst1½-'.港", min_size=1, max_size=6), min_size=1, max_size=8).map(" ".join),
    st.integers(1, 3),
)
def test_no_matching_word_is_passed_over(language: str, text: str, every: int) -> None:
    """What is passed over without analysis, as it begins otherwise, is nothing that matches."""
    tokens = list(analyzer(language).tokens(text))
    highlights = Highlights()
    highlights.terms[language].update(token.term for token in tokens[::every])
    meant = [token for token in tokens if token.term in highlights.terms[language]]
    (found,) = find_matches([text], [language], highlights)
    assert [(match.start, match.end, match.terms) for match in found] == [
        (token.start, token.end, (token.term,)) for token in meant
    ]

"""Snippets: the passage with most of the query, and the words in it that are found."""

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import Archives
from tables import by_table

from indexer.analysis import analyzer
from indexer.schema import LANGUAGES, text_field
from searcher.query.model import And, ConstantScore, Near, Node, NotNear, Or, Phrase, Term, WordSet
from searcher.results import MATCH_MARK
from searcher.snippets import CUT, WIDTH, snippets
from searcher.term_matcher import ChunkFinder, FoldedText, Highlights, find_matches, highlights_of, prefix_of


def snippet(text: str, languages: list[str], highlights: Highlights, width: int = WIDTH) -> str:
    """Return the snippet of one text."""
    (found,) = snippets([(text, tuple(languages))], highlights, width)
    return found


def asked(language: str, *words: str) -> Highlights:
    """Return the highlights of a few words in one language."""
    highlights = Highlights()
    for word in words:
        highlights.terms[language].update(analyzer(language).query_terms(word))
    return highlights


def phrase(language: str, text: str, slop: int = 0) -> Phrase:
    """Return the phrase of a text in one language."""
    tokens = list(analyzer(language).tokens(text))
    offsets = tuple(token.position - tokens[0].position for token in tokens)
    return Phrase(text_field(language), tuple(token.term for token in tokens), offsets, slop)


def every(*parts: Node) -> Highlights:
    """Return the highlights of all of some parts."""
    return highlights_of(And(parts))


PILOT_OF_PORT, PORT_PILOT = (highlights_of(phrase("fr", text)) for text in ("pilote du port", "port pilote"))
FORMS = ConstantScore(WordSet("port", ("port", "ports")))
HARBOUR_PILOT = phrase("en", "harbour pilot")
NEAR_PILOT = highlights_of(phrase("en", "harbour pilot", slop=1))
APART = "The **harbour pilots**, the **harbour**'s old **pilot**, a harbour and far from it the pilot."
SHOWN = [
    # The text's spelling is kept, whatever form was typed; a letter and its accent are not separated.
    (asked("fr", "evenement"), "", "Les **Événements** du port : l'**événement**."),
    (asked("fr", "événement"), "", "Un **e\u0301ve\u0301nement** rare"),
    # A phrase is marked as a whole, in any form; its words alone are no match.
    (PILOT_OF_PORT, "", "Le **pilote du port**, le port, un pilote, les **pilotes de port**."),
    (PORT_PILOT, "", "Le pilote du port, le port, un pilote, les pilotes de port."),
    # A phrase that includes a searched word is one mark, and the word outside of it another.
    (every(HARBOUR_PILOT, Term("text_en", "harbour")), "", "The **harbour** of the **harbour pilots**"),
    # A passage with a phrase of two words is preferred to one with a single other word.
    (every(HARBOUR_PILOT, Term("text_en", "crew")), "The crew of crews.\n", "The **harbour pilots** spoke."),
    # Within the slop the words are marked, but not those between them; beyond it they are no match.
    (NEAR_PILOT, "", APART),
    # A phrase that is restricted to forms is one mark.
    (every(phrase("fr", "port pilote"), FORMS), "", "Le **port pilote**, un port"),
    # A paragraph with two of the words is preferred to an earlier one with one of them.
    (asked("en", "pilot", "harbour"), "A pilot spoke.\n", "The **pilot** thanked the **harbour** crew."),
    # Without a match the beginning is shown.
    (Highlights(), "", "First words. More words."),
    (Highlights(), "", ""),
]


@pytest.mark.parametrize(("highlights", "before", "shown"), SHOWN, ids=range(len(SHOWN)))
def test_the_best_passage_is_shown_with_its_matches(highlights: Highlights, before: str, shown: str) -> None:
    """Matches are marked in the passage with most of the query."""
    text = before + shown.replace(MATCH_MARK, "")
    language = "fr" if text[:2] in {"Le", "Un"} else "en"
    assert snippet(text, [language], highlights) == shown


@given(
    st.lists(st.sampled_from(["tide", "gauge,", "the", "Tides", "gauges"]), max_size=14), st.integers(0, 4)
)
def test_a_phrase_is_marked_where_the_index_matches_it(words: list[str], slop: int) -> None:
    """The words are moved by no more positions than the slop, function words counted."""
    text = " ".join(words)
    at = [("tide" in word.lower(), "gauge" in word, place) for place, word in enumerate(words)]
    pairs = [
        (one, other)
        for is_tide, _, one in at
        for _, is_gauge, other in at
        if is_tide and is_gauge and abs(other - 1 - one) <= slop
    ]
    (found,) = find_matches([text], ["en"], highlights_of(phrase("en", "tide gauge", slop)))
    assert bool(found) == bool(pairs)
    assert {match.start for match in found} <= {
        sum(len(word) + 1 for word in words[:place]) for pair in pairs for place in pair
    }


@by_table
def test_the_best_passage_has_its_bounds(
    archives: Archives, text: str, query: str, begins: str, ends: str
) -> None:
    """It has the most distinct words, then the most matches, and is as long as the width."""
    (hit,) = archives.of("en a: " + text.replace("\n", "\\n")).search(query).hits
    assert hit.snippet is not None
    assert hit.snippet.startswith(begins)
    assert hit.snippet.endswith(ends)
    assert len(hit.snippet.replace("*", "")) <= 250


def test_a_long_paragraph_is_cut_at_word_boundaries() -> None:
    """Only whole words are shown, and the cut is visible."""
    text = "calm water " * 40 + "the lantern burns " + "calm water " * 40
    shown = snippet(text, ["en"], asked("en", "lantern"), width=80)
    assert "**lantern**" in shown
    assert shown.startswith(CUT)
    assert shown.endswith(CUT)
    assert set(shown.strip(CUT).replace(MATCH_MARK, "").split()) <= set(text.split())
    assert len(shown) <= 80 + 2 * len(CUT) + 2 * len(MATCH_MARK)


@given(
    st.lists(st.sampled_from(["tide", "gauge,", "the", "Harbour's", "\n", "buoy", "é", "—"]), max_size=120),
    st.integers(20, 90),
)
def test_a_snippet_is_a_part_of_the_text(words: list[str], width: int) -> None:
    """Without its marks, a snippet occurs in the text literally and fits its width."""
    text = " ".join(words)
    shown = snippet(text, ["en"], asked("en", "tide", "harbour"), width=width)
    plain = shown.removeprefix(CUT).removesuffix(CUT).replace(MATCH_MARK, "")
    assert plain in text
    assert len(plain) <= width or "\n" not in plain
    assert shown.count(MATCH_MARK) % 2 == 0


@given(
    st.sampled_from(["en", "es", "fr", "und"]),
    st.lists(st.text("abeAEéÉñœßst1½-'.港", min_size=1, max_size=6), min_size=1, max_size=8).map(" ".join),
    st.integers(1, 3),
)
def test_no_matching_word_is_skipped(language: str, text: str, every: int) -> None:
    """Words that are skipped without analysis, by their first letters, never match."""
    tokens = list(analyzer(language).tokens(text))
    highlights = Highlights()
    highlights.terms[language].update(token.term for token in tokens[::every])
    meant = [token for token in tokens if token.term in highlights.terms[language]]
    (found,) = find_matches([text], [language], highlights)
    assert [(match.start, match.end, match.terms) for match in found] == [
        (token.start, token.end, (token.term,)) for token in meant
    ]


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["tide", "harbour pilots", "the", "U.N.", "\n"]), max_size=12).map(
                " ".join
            ),
            st.sampled_from([("en",), ("fr",), ("en", "fr"), ("und",)]),
        ),
        max_size=6,
    )
)
def test_texts_together_have_the_snippets_of_each(texts: list[tuple[str, tuple[str, ...]]]) -> None:
    """A text without words, in another language, or without matches does not move those of the next."""
    highlights = highlights_of(Or((phrase("en", "harbour pilots"), Term("text_en", "tide"))))
    alone = [snippet(text, [*languages], highlights) for text, languages in texts]
    assert snippets(texts, highlights) == alone


def near(first: Node, second: Node, distance: int, *, ordered: bool = False) -> Near:
    """Return a proximity."""
    return Near((first, second), distance, ordered)


def test_only_words_near_each_other_are_marked() -> None:
    """Other occurrences of the words are no match; a term restricted to some forms marks only these."""
    text = "The harbour pilot, an old harbour, and far from it, as always, some pilots"
    harbour, pilot = Term("text_en", "harbour"), Term("text_en", "pilot")
    assert snippet(text, ["en"], highlights_of(near(harbour, pilot, 2))) == (
        "The **harbour** **pilot**, an old harbour, and far from it, as always, some pilots"
    )
    assert snippet(text, ["en"], highlights_of(near(pilot, harbour, 3, ordered=True))) == (
        "The harbour **pilot**, an old **harbour**, and far from it, as always, some pilots"
    )
    many = And((pilot, ConstantScore(WordSet("pilots", ("pilots",)))))
    assert "**pilots**" in snippet(text, ["en"], highlights_of(near(harbour, many, 9)))
    assert "**pilot**" not in snippet(text, ["en"], highlights_of(near(harbour, many, 9)))
    assert snippet(text, ["en"], highlights_of(NotNear(harbour, pilot, 1))).count("**") == 2


def test_a_match_wider_than_the_snippet_adds_nothing() -> None:
    """A later paragraph is no better for a phrase that does not fit."""
    wanted = every(HARBOUR_PILOT, Term("text_en", "tide"), Term("text_en", "crew"))
    assert snippet("Tide, crew.\nHarbour pilots: tide, crew.", ["en"], wanted, 12) == "**Tide**, **crew**."


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
        found = ChunkFinder([prefix_of(token.term)]).chunks(folded)
        assert any(start <= token.start and token.end <= end for start, end in found)
        assert all(text[start:end].split() == [text[start:end]] for start, end in found)


@given(st.lists(words(), max_size=8), st.lists(words(), max_size=8), st.booleans())
@settings(max_examples=examples(300))
def test_one_pass_equals_single_searches(parts: list[str], terms: list[str], every: bool) -> None:  # noqa: FBT001 - drawn
    """Many prefixes are found in the same chunks, also if one is a prefix of another or empty."""
    folded = FoldedText(" ".join(parts))
    beginnings = {
        prefix_of(term) for part in (*parts, *terms) for term in (part, part[:4]) if prefix_of(term)
    }
    if every:
        beginnings.add(b"")
    in_one_pass = ChunkFinder(beginnings, many=0).chunks(folded)
    assert in_one_pass == ChunkFinder(beginnings, many=len(beginnings)).chunks(folded)

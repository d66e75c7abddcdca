"""HTML in a field becomes paragraphs of clean text, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.sources import html_text
from indexer.sources.html_text import is_markup, line_of, normalise_space, paragraphs_of

PIECES = st.lists(
    st.sampled_from("<p>|</p>|<!--|-->|<style>|</style>|&amp;|&#|<a b='|=\"|>|<|tide\n\n".split("|"))
    | st.text(max_size=3)
)


@by_table
def test_markup_becomes_paragraphs(markup: str, paragraphs: list[str] | None) -> None:
    """Blocks separate paragraphs, scripts and comments are removed, entities decoded; other brackets stay."""
    assert paragraphs_of(markup) == ([markup] if paragraphs is None else paragraphs)


@by_table
def test_a_title_becomes_one_line(title: str, line: str) -> None:
    """Entities are decoded, also those escaped twice; HTML elements are removed and other brackets stay."""
    assert line_of(title) == line


@given(st.text(st.sampled_from("aé \t\n\u00a0\u2028\u00ad\u200b\ufeff\x1f"), max_size=12))
def test_visible_text_is_separated_by_single_spaces(text: str) -> None:
    """White space of any kind is one space, none at the ends, and characters without width are removed."""
    assert normalise_space(text) == " ".join(
        text.translate(dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))).split()
    )


def test_markup_is_distinguished_from_text() -> None:
    """An element or an entity makes markup; a single bracket or ampersand does not."""
    assert all(map(is_markup, ("<p>x", "x</b>", "a &amp; b")))
    assert not any(map(is_markup, ("R&D; <3, a < b", "<Blank>")))


@given(PIECES)
def test_any_text_has_paragraphs(pieces: list[str]) -> None:
    """No text raises an error; paragraphs are never blank and contain no line breaks."""
    for text in paragraphs_of("".join(pieces)):
        assert text
        assert text == " ".join(text.split())


@pytest.mark.slow
@by_table
def test_unfinished_markup_takes_linear_time(piece: str) -> None:
    """Hundreds of thousands of unfinished pieces would take minutes in quadratic time."""
    text = piece * (300_000 // len(piece))
    assert len(paragraphs_of(text)) <= 1


def test_endless_markup_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing beyond the limit is parsed."""
    monkeypatch.setattr(html_text, "MAX_MARKUP_LENGTH", 10)
    with pytest.raises(ValueError, match="11 characters of HTML"):
        paragraphs_of("x" * 11)

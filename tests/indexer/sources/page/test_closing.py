from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.sources.page.line_kinds import (
    _SEAMS,
    is_closing,
    is_invitation,
    refrains,
    significant_words,
    split_closing,
)


@by_table
def test_links_to_the_full_text_are_closings(text: str) -> None:
    """A line that only links to another page is a closing, in three languages, with small misspellings."""
    assert is_closing(text)


@by_table
def test_titles_and_prose_are_no_closings(text: str) -> None:
    """Titles and sentences that share words with closings are none."""
    assert not is_closing(text)


@by_table
def test_a_closing_at_the_end_of_a_paragraph_is_split_off(text: str, body: str, closing: str | None) -> None:
    """A closing at the end of a paragraph is split off, and nothing else is."""
    found_body, found_closing = split_closing(text)
    assert found_body == body
    assert closing is None or found_closing == closing


def test_imperatives_are_invitations() -> None:
    """A line such as *Read more* may also begin a story, so it is an invitation and no certain closing."""
    assert is_invitation("Download the tide tables")
    assert is_invitation("O descargue el mapa del puerto")
    assert not is_invitation("Downloading takes a minute")


@by_table
def test_distinctive_words_of_a_closing_exclude_those_of_links(closing: str, words: set[str]) -> None:
    """The topic of a link is in the words that are neither function words nor words of links."""
    assert significant_words(closing) == words


PIECES = st.sampled_from(
    [
        *("Read more. ", "Read mor here. ", "Here. ", "here", "Visit the port. ", "see our ", "click here "),
        *("To see it, ", "For more ", "Leer mas. ", "is available ", "“A” ", " | ", "|", ">> ", ". ", "! "),
        *("A", "b, ", "  ", "\u00a0", "Éloi ", "¿", "漢"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_a_paragraph_is_split_where_only_closings_follow(text: str) -> None:
    """From the last seam to the first, the text after one is added to the closing found so far."""
    cut = 0 if is_closing(text) else len(text)
    for seam in reversed(list(_SEAMS.finditer(text, max(0, len(text) - 240))) if cut else []):
        if is_closing(text[seam.end() : cut]):
            cut = seam.start()
    if cut:
        assert split_closing(text) == (text[:cut].rstrip(" |"), text[cut:].strip(" |"))
    elif text:
        assert split_closing(text)[0] == ""


def _page(line: str, times: int, above: str = "The bell was cast again in spring.") -> list[str]:
    return [text for _ in range(times) for text in (above, line)]


def test_a_line_repeated_after_many_stories_is_a_refrain() -> None:
    """A short line after five texts is a refrain, whatever its punctuation and case."""
    page = [*_page("Full details »", 3), *_page("FULL DETAILS", 2)]
    assert refrains(page) == {"full details"}


@by_table
def test_rare_and_other_lines_are_no_refrain(line: str, times: int, above: str) -> None:
    """A rare line, a label above titles, a sentence, a date, a separator and a long line are none."""
    assert refrains(_page(line, times, above)) == frozenset()

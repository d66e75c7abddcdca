from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_results import answer, counted, day, encoded, hit, table, written
from tables import by_table

from searcher.present import open_writer
from searcher.present.terminal_layout import cells, clip, wrap
from searcher.results import Explanation
from searcher.safe_text import legible


@by_table
def test_text_is_made_legible(raw: str, shown: str) -> None:
    """Control characters become visible, white space a space, invisible characters disappear."""
    assert legible(raw) == shown


@by_table
def test_text_is_clipped_with_an_ellipsis(text: str, width: int, shown: str) -> None:
    """Clipping cuts no visible character in two."""
    assert clip(text, width) == shown


@given(
    words=st.lists(st.text(st.characters(categories=["L"]), min_size=1), max_size=12),
    width=st.integers(2, 40),
)
def test_wrapping_loses_nothing(words: list[str], width: int) -> None:
    """Wrapped lines have all letters in order, and fit."""
    lines = wrap(" ".join(words), width)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(cells(line) <= width for line in lines)


def test_wrapping_fills_lines() -> None:
    """A word moves to the next line only if it must, and is broken only if no line could hold it."""
    assert wrap("one two three fourteenhundred x", 9) == ["one two", "three", "fourteenh", "undred x"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_small_encodings_get_plain_characters(encoding: str) -> None:
    """A stream without bars and dashes gets plain characters instead, never an error."""
    estimated = hit(date=day("2011-09-03", "estimated", "2011-11-12"))
    text = encoded(encoding, "table", "results", answer(estimated, facets={"year": [counted("2011", 3)]}))
    assert "~ Sep" in text
    assert "  2011 3 ########\n" in text


def test_unknown_format_is_an_error() -> None:
    """A format that does not exist is refused by name."""
    with pytest.raises(ValueError, match="unknown output format 'xml'; choose one of table, json"):
        open_writer("xml", StringIO(), color=False, width=80)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_an_item_with_given_countries_is_displayed(archives: Any, form: str) -> None:
    """Countries that a source states are displayed like those that were found, in every format."""
    item = archives.of("en a PE: the mole").item("a")
    assert ("Countries  Peru (stated by the source)" if form == "table" else "PE") in written(
        form, "item", item
    )


def test_an_id_contains_no_control_characters() -> None:
    """An id above an explanation is as legible as at its hit."""
    results = answer(hit(id="a\u202eb\u2028c"), explanations=(Explanation("sum of", 1.0),))
    assert table(results).splitlines()[-2] == "score of hit 1 (a\ufffdb c):"

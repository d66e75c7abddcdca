"""The fields of an item in one cell of CSV."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.csv_cells import field_cell, fields_of, without_apostrophes
from searcher.safe_text import spreadsheet_cell

TEXTS = st.text(alphabet="ab=; \\'+", max_size=12)


@given(fields=st.dictionaries(TEXTS.filter(bool), TEXTS))
def test_fields_are_read_as_written(fields: dict[str, str]) -> None:
    """Names and values may have any characters, and a spreadsheet's apostrophes are removed."""
    cell = field_cell(fields)
    assert fields_of(cell) == fields
    assert fields_of(without_apostrophes(spreadsheet_cell(cell))) == fields


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        ("Ship=Ana; Crew=12", {"Ship": "Ana", "Crew": "12"}),
        ("words=ports; ships; Crew=12", {"words": "ports; ships", "Crew": "12"}),
        ("link=https://a.example/?q=1;b", {"link": "https://a.example/?q=1;b"}),
        (r"path=c:\new\; checked", {"path": r"c:\new; checked"}),
        ("checked; ", {"checked": ""}),
        ("", {}),
    ],
)
def test_an_edited_cell_is_read(cell: str, fields: dict[str, str]) -> None:
    """A semicolon without a name after it, or a backslash before another character, is part of the value."""
    assert fields_of(cell) == fields

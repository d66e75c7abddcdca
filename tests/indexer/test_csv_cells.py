"""The fields of an item in one cell of CSV."""

from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.csv_cells import field_cell, fields_of, without_apostrophes
from searcher.safe_text import spreadsheet_cell

TEXTS = st.text(alphabet="ab=; \\'+", max_size=12)


@given(fields=st.dictionaries(TEXTS.filter(bool), TEXTS))
def test_fields_are_read_as_written(fields: dict[str, str]) -> None:
    """Names and values may have any characters, and a spreadsheet's apostrophes are removed."""
    cell = field_cell(fields)
    assert fields_of(cell) == fields
    assert fields_of(without_apostrophes(spreadsheet_cell(cell))) == fields


@by_table
def test_an_edited_cell_is_read(cell: str, fields: dict[str, str]) -> None:
    """A semicolon without a name after it, or a backslash before another character, is part of the value."""
    assert fields_of(cell) == fields

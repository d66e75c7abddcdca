"""Custom fields: the terms of an item, and how names and values are normalised."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table

from indexer.csv_cells import field_cell, fields_of, remove_apostrophes
from indexer.custom_fields import MAX_LENGTH, custom_keyword, custom_terms, field_name, split_term, value_key
from indexer.item import DateKind, NewsItem, SourceLines
from indexer.schema import DATE_KINDS
from searcher.safe_text import spreadsheet_cell


def item(file: str = "feed.xml", **own: object) -> NewsItem:
    """Return an item with custom fields."""
    source = SourceLines(file, 1, 1)
    return NewsItem("1", None, "Text", None, None, "en", ("en",), (), source)._replace(**own)


def test_an_item_has_a_term_for_each_field() -> None:
    """Source, author, section and others have the normalised value, and the original if it differs."""
    terms = custom_terms(item(author="Ana  REYES", section="coast", fields=(("Page no.", "7"),)))
    assert [split_term(term) for term in terms] == [
        ("source", "feed.xml", "feed.xml"),
        ("author", "ana reyes", "Ana REYES"),
        ("section", "coast", "coast"),
        ("page_no", "7", "7"),
    ]


def test_a_file_of_a_container_is_a_source() -> None:
    """An item of an archive has terms for the archive and for the path of its file."""
    terms = custom_terms(item("News.zip/2018/a.html"))
    assert [term.rpartition("\x1f")[0] for term in terms] == [
        custom_keyword("source", "news.zip"),
        custom_keyword("source", "News.zip/2018/a.html"),
    ]


@pytest.mark.parametrize(
    "fields",
    [(("a", "x" * (MAX_LENGTH + 1)),), (("a", "unknown"),), (("a", " "),), (("?", "x"),), (("", "x"),)],
)
def test_values_that_cannot_be_compared_have_no_term(fields: tuple[tuple[str, str], ...]) -> None:
    """A long value, an empty one, `unknown`, and a nameless field have no term; the item keeps them."""
    assert len(custom_terms(item(fields=fields))) == 1


def test_reserved_field_names_get_a_prefix() -> None:
    """A field named like a built-in one is `fields.NAME` in queries; of equal names the first one is used."""
    fields = (("Source", "Reuters"), ("date", "soon"), ("Desk", "a"), ("desk", "b"), ("fields.x", "y"))
    names = {split_term(term)[0]: split_term(term)[2] for term in custom_terms(item(fields=fields))[1:]}
    assert names == {"fields.source": "Reuters", "fields.date": "soon", "desk": "a", "fields.fields.x": "y"}


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_term_begins_with_its_keyword(name: str, value: str) -> None:
    """For any name and value, the keyword is the prefix of the term, and names are normalised once."""
    terms = custom_terms(item(fields=((name, value),)))[1:]
    assert len(terms) <= 1
    for term in terms:
        own_name, key, written = split_term(term)
        assert term.startswith(custom_keyword(own_name, value) + "\x1f")
        assert value_key(written) == key
        assert field_name(own_name) == own_name


def test_an_item_has_the_date_kinds_of_the_index() -> None:
    """Items and the index have the same kinds of dates; the index has one more for undated items."""
    assert ("none", *get_args(DateKind)) == DATE_KINDS


TEXTS = st.text(alphabet="ab=; \\'+", max_size=12)


@given(fields=st.dictionaries(TEXTS.filter(bool), TEXTS))
def test_fields_are_read_as_written(fields: dict[str, str]) -> None:
    """Names and values may have any characters, and a spreadsheet's apostrophes are removed."""
    cell = field_cell(fields)
    assert fields_of(cell) == fields
    assert fields_of(remove_apostrophes(spreadsheet_cell(cell))) == fields


@by_table
def test_an_edited_cell_is_read(cell: str, fields: dict[str, str]) -> None:
    """A semicolon without a name after it, or a backslash before another character, is part of the value."""
    assert fields_of(cell) == fields

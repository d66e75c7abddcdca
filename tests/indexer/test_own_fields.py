"""Own fields: which terms an item has of them, and how names and values are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.custom_fields import MAX_LENGTH, custom_keyword, custom_terms, field_name, split_term, value_key
from indexer.item import NewsItem, SourceLines


def item(file: str = "feed.xml", **own: object) -> NewsItem:
    """Make an item with own fields."""
    source = SourceLines(file, 1, 1)
    return NewsItem("1", None, "Text", None, None, "en", ("en",), (), source)._replace(**own)


def test_an_item_has_a_term_for_each_field() -> None:
    """Source, author, section and others have the value to compare with, and as written where it differs."""
    terms = custom_terms(item(author="Ana  REYES", section="coast", fields=(("Page no.", "7"),)))
    assert [split_term(term) for term in terms] == [
        ("source", "feed.xml", "feed.xml"),
        ("author", "ana reyes", "Ana REYES"),
        ("section", "coast", "coast"),
        ("page_no", "7", "7"),
    ]


def test_a_file_of_a_container_is_a_source_too() -> None:
    """An item of an archive is found by the archive and by the path of its file."""
    terms = custom_terms(item("News.zip/2018/a.html"))
    assert [term.rpartition("\x1f")[0] for term in terms] == [
        custom_keyword("source", "news.zip"),
        custom_keyword("source", "News.zip/2018/a.html"),
    ]


@pytest.mark.parametrize(
    "fields",
    [(("a", "x" * (MAX_LENGTH + 1)),), (("a", "unknown"),), (("a", " "),), (("?", "x"),), (("", "x"),)],
)
def test_what_cannot_be_compared_has_no_term(fields: tuple[tuple[str, str], ...]) -> None:
    """A long value, an empty one, `unknown`, and what has no name have no term; the item keeps them."""
    assert len(custom_terms(item(fields=fields))) == 1


def test_names_that_mean_something_else_stand_apart() -> None:
    """A field called as what every item has is asked for behind `fields.`; of two alike the first counts."""
    fields = (("Source", "Reuters"), ("date", "soon"), ("Desk", "a"), ("desk", "b"), ("fields.x", "y"))
    names = {split_term(term)[0]: split_term(term)[2] for term in custom_terms(item(fields=fields))[1:]}
    assert names == {
        "fields.source": "Reuters",
        "fields.date": "soon",
        "desk": "a",
        "fields.fields.x": "y",
    }


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_term_is_found_by_what_is_written(name: str, value: str) -> None:
    """Whatever a source writes, the keyword of name and value begins its term; names stay names."""
    terms = custom_terms(item(fields=((name, value),)))[1:]
    assert len(terms) <= 1
    for term in terms:
        own_name, key, written = split_term(term)
        assert term.startswith(custom_keyword(own_name, value) + "\x1f")
        assert value_key(written) == key
        assert field_name(own_name) == own_name

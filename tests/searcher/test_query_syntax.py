"""The query language: what people type, and the tree that it becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.query import Query

from searcher.query.syntax import parse_syntax


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("tide gauge", "(text:tide OR text:gauge)"),
        ("tide tide", "(text:tide OR text:tide)"),
        ("+tide gauge -storm", "((((text:tide) ANDMAYBE (text:gauge))) ANDNOT (text:storm))"),
        ("tide AND (gauge OR buoy)", "((text:tide AND ((text:gauge OR text:buoy))))"),
        ("tide NOT storm", "(((text:tide)) ANDNOT (text:storm))"),
        ("tide and not storm", "(text:tide OR text:and OR text:not OR text:storm)"),
        ('"tide gauge" buoy', '(text:"tide gauge" OR text:buoy)'),
        ("“tide gauge” «buoy»", '(text:"tide gauge" OR text:"buoy")'),
        ("harb*", "(text:harb*)"),
        ("h?rbour", "(text:h?rbour)"),
        ("who pays?", "(text:who OR text:pays?)"),
        ("harbor~2", "(text:harbor~2)"),
        ("pre-storm -post", "(((text:pre-storm)) ANDNOT (text:post))"),
        ("title:tide gauge", "(title:tide OR text:gauge)"),
        ("country:PE country:CL tide", "((country:PE OR country:CL) AND (text:tide))"),
        ("date:2018..2019 tide", "((date:2018..2019) AND (text:tide))"),
        ("port:8080", "(text:port:8080)"),
        ("-storm", "NOT (text:storm)"),
        ("c++ + - --", "(text:c++ OR text:+ OR text:- OR text:--)"),
        ("()", "<_NullQuery>"),
        ('"open', '(text:"open)'),
    ],
)
def test_what_is_typed_becomes_this_tree(text: str, tree: str) -> None:
    """Each operator has one meaning, and a sign that marks nothing is text."""
    assert str(parse_syntax(text)) == tree


@given(st.text(alphabet=st.sampled_from('ab éñ"()+-*?~:.’\tANDORNOT 12'), max_size=40))
def test_any_text_is_a_query(text: str) -> None:
    """No text, however odd, ends in anything but a tree."""
    tree = parse_syntax(text)
    assert isinstance(tree, Query)
    assert isinstance(str(tree), str)

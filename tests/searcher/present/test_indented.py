"""JSON of many lines is laid out as the standard library lays it out."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from searcher.present.records import escaped, indented

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
VALUES: Any = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.dictionaries(st.integers() | st.none(), inner, max_size=3)
    ),
)


@given(VALUES, st.booleans())
def test_it_is_what_the_standard_library_writes(value: Any, ascii_only: bool) -> None:  # noqa: FBT001
    """Whatever JSON can hold is written as json.dumps does with an indent of 1, but for what is escaped."""
    expected = escaped(json.dumps(value, ensure_ascii=ascii_only, indent=1, default=str))
    assert indented(value, ascii_only=ascii_only) == expected
    assert indented({"day": [date(2018, 3, 5)]}) == '{\n "day": [\n  "2018-03-05"\n ]\n}'

"""The layout of a JSON object is that of the standard library."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from searcher.present.records import write_object

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])),
    st.dates(date(2000, 1, 1)),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("abé"), inner, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(st.text("xyz"), values, max_size=3))
def test_an_object_is_laid_out_as_the_standard_library_does(record: dict[str, Any]) -> None:
    """Any object is written, character by character, as json.dumps writes it with an indent of one."""
    stream = io.StringIO()
    write_object(record, stream)
    assert stream.getvalue() == json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n"

"""Regular expressions that are compiled on first use."""

import re

import pytest

from indexer.runtime import late_pattern


def test_a_late_pattern_is_compiled_on_first_use() -> None:
    """An unused pattern is never compiled; a used one behaves like the compiled one."""
    broken = late_pattern("(")
    with pytest.raises(re.error):
        broken.search("x")
    late, compiled = late_pattern("a(B)", re.IGNORECASE), re.compile("a(B)", re.IGNORECASE)
    for _ in range(2):
        assert late.sub(r"<\1>", "ab Ab") == compiled.sub(r"<\1>", "ab Ab") == "<b> <b>"
    assert late.fullmatch("abc") is None
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)

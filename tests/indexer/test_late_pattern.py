"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from indexer.runtime import late_pattern


def test_a_late_pattern_is_compiled_when_it_is_used() -> None:
    """What is never used is never compiled; what is used does what the compiled pattern does."""
    broken = late_pattern("(")
    with pytest.raises(re.error):
        broken.search("x")
    late, compiled = late_pattern("a(B)", re.IGNORECASE), re.compile("a(B)", re.IGNORECASE)
    for _ in range(2):
        assert late.sub(r"<\1>", "ab Ab") == compiled.sub(r"<\1>", "ab Ab") == "<b> <b>"
    assert late.fullmatch("abc") is None
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)

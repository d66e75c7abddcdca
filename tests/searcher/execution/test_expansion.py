from __future__ import annotations

from typing import TYPE_CHECKING

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields
from whoosh import query as q
from whoosh.filedb.filestore import RamStorage

from searcher.execution.arrays.expansion import expand

if TYPE_CHECKING:
    from collections.abc import Sequence


class Terms:
    """An index that is only a list of terms."""

    segments: Sequence[object] = ()

    def __init__(self, terms: set[str]) -> None:
        self._terms = sorted(term.encode() for term in terms)

    def terms_with_prefix(self, _field: str, prefix: bytes) -> list[bytes]:
        """Return the terms that start with a prefix."""
        return [term for term in self._terms if term.startswith(prefix)]


def _bytes(term: str | bytes) -> bytes:
    return term.encode() if isinstance(term, str) else bytes(term)


words = st.text("abcé", min_size=1, max_size=6)
patterns = st.one_of(
    st.builds(q.Prefix, st.just("words"), words),
    st.builds(q.Wildcard, st.just("words"), st.text("ab?*é", min_size=2, max_size=5)),
    st.builds(q.FuzzyTerm, st.just("words"), words, maxdist=st.integers(1, 2), prefixlength=st.just(1)),
    st.builds(q.Regex, st.just("words"), st.sampled_from(["a.*c", "[ab]+", "c|a.", "é?a"])),
    st.builds(q.TermRange, st.just("words"), words, words),
)


@settings(max_examples=examples(50), deadline=None)
@given(st.sets(words, min_size=1, max_size=30), patterns)
def test_patterns_stand_for_the_terms_that_whoosh_finds(terms: set[str], pattern: q.MultiTerm) -> None:
    """Prefixes, wildcards, fuzzy words, expressions and ranges give the terms of a stock index."""
    index = RamStorage().create_index(fields.Schema(words=fields.KEYWORD(commas=True)))
    writer = index.writer()
    writer.add_document(words=",".join(sorted(terms)))
    writer.commit()
    with index.reader() as reader:
        expected = {_bytes(term) for term in pattern._btexts(reader)}
    assert set(expand(Terms(terms), pattern)) == expected  # type: ignore[arg-type]  # all that expansion asks for

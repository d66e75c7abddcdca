"""The words of an index on a cluster: what is sent of them, and what is looked up of it here."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cluster import cache
from indexer.cluster.contents import ClusterContents
from indexer.cluster.word_lists import WordLists, entry_list, form_entry, parted_form, variant_entry

word = st.text(st.sampled_from("abcñ丁\U00010000"), min_size=1, max_size=3)
words = st.sets(st.tuples(st.sampled_from(["en", "es", "und"]), word, word), max_size=12)


def lists(*parts: list[str]) -> WordLists:
    """Keep some lists as they would be fetched."""
    contents = ClusterContents._make([""] * len(ClusterContents._fields))
    found = WordLists("http://127.0.0.1:9200/news", contents)
    bodies = [body for _, body in map(entry_list, filter(None, parts))]
    found.keep({"hits": {"hits": [{"_source": body} for body in bodies]}})
    assert found.is_at_hand
    return found


@settings(max_examples=examples(50))
@given(forms=words, variants=words, rest=words)
def test_what_is_looked_up_is_what_was_sent(
    forms: set[tuple[str, str, str]], variants: set[tuple[str, str, str]], rest: set[tuple[str, str, str]]
) -> None:
    """Words by how they begin, by their terms and without accents, ascending, whichever list they are on."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "folder", lambda: Path(folder))
        first = [form_entry(*one) for one in forms] + [variant_entry(*one) for one in variants]
        found = lists(first, [form_entry(*one) for one in forms | rest])
        every = forms | rest
        assert found.beginning("") == tuple(sorted({one for _, _, one in every}))
        for language, term, one in every | variants:
            begins = {other for _, _, other in every if other.startswith(one[:2])}
            assert found.beginning(one[:2]) == tuple(sorted(begins))
            same = {other for code, of, other in every if (code, of) == (language, term)}
            assert found.forms(language, term) == tuple(sorted(same))
            stand = {of for code, of, other in variants if (code, other) == (language, one)}
            assert found.variants(language, one) == tuple(sorted(stand))


def test_a_form_is_told_from_a_variant() -> None:
    """What no item has is asked of words with their terms; a variant goes with its word."""
    assert parted_form(form_entry("es", "polic", "policia")) == ("es", "polic", "policia")
    assert parted_form(variant_entry("es", "polic", "policia")) is None

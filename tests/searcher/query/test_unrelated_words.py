"""Unrelated words with one stem are kept apart; derived words and the spellings of e- are found together."""

import pytest
from rule_files import archive_of
from rules import Archives

from indexer import analysis
from indexer.analysis import analyzer
from indexer.analysis.analyzer import COMMON, family
from indexer.data_tables import rows


@pytest.mark.parametrize("query", ["e-learning", "eLearning", "e learning", "elearning"])
def test_e_before_a_word_is_a_prefix(archives: Archives, query: str) -> None:
    """Texts with the second word alone do not precede those with the word."""
    hits = archive_of(archives, "unrelated_words").search(query).hits
    assert {hit.id for hit in hits[:2]} == {"course", "course2"}


def test_families_share_a_stem_with_other_words() -> None:
    """Each beginning of the table is long enough to be looked up, and listed once."""
    table = rows(analysis.__file__, "unrelated.tsv")
    listed = [(language, one) for language, cell in table for one in cell.split()]
    assert len(listed) == len(set(listed))
    assert all(len(one) >= COMMON for _, one in listed)
    for language, one, other in (("en", "importance", "imports"), ("fr", "universel", "université")):
        assert family(language, one) != family(language, other)
        assert analyzer(language).term(one)[:6] == analyzer(language).term(other)[:6]

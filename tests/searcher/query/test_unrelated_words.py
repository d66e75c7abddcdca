"""Spelling variants, and unrelated words with one stem."""

import pytest
from rule_files import archive_of
from rules import Archives
from tables import by_table

from indexer import analysis
from indexer.analysis import analyzer
from indexer.analysis.analyzer import COMMON, family
from indexer.data_tables import rows
from searcher.query.query_words import QueryWord, QueryWords
from searcher.query.spelling_variants import SpellingVariants, spellings


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


@by_table
def test_spelling_variants_are_symmetric(language: str, one: str, other: str) -> None:
    """Each spelling gives the other."""
    assert (language, other) in spellings(one)
    assert (language, one) in spellings(other)


@by_table
def test_different_words_are_no_spelling_variants(one: str, other: str) -> None:
    """Pairs of different words are in no table, and too short for a rule."""
    assert ("en", other) not in spellings(one)
    assert ("en", one) not in spellings(other)


def test_typed_accents_are_significant() -> None:
    """Accents may be left out, but a word with one that the table lacks is another word."""
    assert ("es", "méxico") in spellings("mejico")
    assert ("fr", "paie") not in spellings("payé")


def test_a_word_without_variants_needs_no_lookup(archives: Archives) -> None:
    """A word without other spellings costs no lookup in the index, others cost one."""
    looked_up: list[str] = []

    class Words(QueryWords):
        def _new_word(self, written: str) -> QueryWord:
            looked_up.append(written)
            return super()._new_word(written)

    engine = archive_of(archives, "spelling_variants")._engine
    variants = SpellingVariants(Words(engine, engine.thesaurus), "en")
    assert variants.find_spellings(("market", "the", "ward.", "2019", "x" * 50)) == {}
    assert looked_up == []
    first = variants.find_spellings(("labor",))
    assert {"labor", "labour"} == set(looked_up)
    looked_up.clear()
    assert variants.find_spellings(("labor",)) == first
    assert looked_up == []

"""Spelling variants of a word are added if texts have them: labor, labour; Méjico, México; clef, clé."""

from rule_files import archive_of
from rules import Archives
from tables import by_table

from searcher.query.query_words import QueryWord, QueryWords
from searcher.query.spelling_variants import SpellingVariants, spellings


@by_table
def test_spelling_variants_are_symmetric(language: str, one: str, other: str) -> None:
    """Each spelling gives the other."""
    assert other in spellings(language, one)
    assert one in spellings(language, other)


@by_table
def test_different_words_are_no_spelling_variants(one: str, other: str) -> None:
    """Pairs of different words are in no table, and too short for a rule."""
    assert other not in spellings("en", one)
    assert one not in spellings("en", other)


def test_typed_accents_are_significant() -> None:
    """Accents may be left out, but a word with one that the table lacks is another word."""
    assert "méxico" in spellings("es", "mejico")
    assert "paie" not in spellings("fr", "payé")


def test_a_word_without_variants_needs_no_lookup(archives: Archives) -> None:
    """A word without other spellings costs no lookup in the index, others cost one."""
    looked_up: list[str] = []

    class Words(QueryWords):
        def __call__(self, written: str) -> QueryWord:
            looked_up.append(written)
            return super().__call__(written)

    engine = archive_of(archives, "spelling_variants")._engine
    variants = SpellingVariants(Words(engine, engine.thesaurus), "en")
    assert variants.of_words(("market", "the", "ward.", "2019", "x" * 50)) == {}
    assert looked_up == []
    first = variants.of_words(("labor",))
    assert {"labor", "labour"} == set(looked_up)
    looked_up.clear()
    assert variants.of_words(("labor",)) == first
    assert looked_up == []

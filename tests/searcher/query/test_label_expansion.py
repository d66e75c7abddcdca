"""Expansion, spelling and explanation over small archives."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest
from rule_files import archive_of
from rules import Archives
from tables import by_table

from indexer.codec.layout import Container
from indexer.store.indexing import update
from indexer.thesaurus import gather_concepts
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.concept import Concept
from indexer.thesaurus.table import Table
from searcher import Searcher
from searcher.engine import Filters, Vocabulary
from searcher.interpretation import Interpreter
from searcher.query.concepts import Span, recognise
from searcher.query.limits import Limits
from searcher.query.query_words import QueryWords


def test_labels_of_a_misspelt_word_are_limited(archives: Archives) -> None:
    """A long query with one misspelling costs no more than its limit: words beyond it are read separately."""
    engine = archives.of("en a: A faracologico medicine")._engine
    meant = [
        Interpreter(engine, Limits(expanded=most)).interpret("aborto farmacologico", Filters())
        for most in (0, 1)
    ]
    assert [one.suggestion for one in meant] == ["aborto faracologico", None]


def test_expansions_of_a_corrected_word_have_its_weight(archives: Archives) -> None:
    """A translation of a correction is weighted down as much as the correction itself."""
    searcher = archive_of(archives, "label_expansion")
    typed, slip = ({hit.id: hit.score for hit in searcher.search(query)} for query in ("harbour", "harbuor"))
    assert slip == {name: pytest.approx(0.6 * typed[name]) for name in ("en", "es")}


@by_table
def test_explanations_add_up(archives: Archives, query: str) -> None:
    """The parts of the explanation of each hit add up to its score, at every level."""
    results = archive_of(archives, "label_expansion").search(query, explain=True)
    assert results.hits
    for hit, why in zip(results.hits, results.explanations, strict=True):
        assert why.score == pytest.approx(hit.score)
        if why.what in ("sum of", "all of"):
            assert sum(part.score for part in why.parts) == pytest.approx(why.score)


def test_explanations_add_up_in_every_segment(make_index: Callable[..., Path]) -> None:
    """Items that were added later, and those of a segment with deletions, are explained the same way."""
    folder = make_index(*({"id": f"quay{at}", "body": "The ferry is wet " * (at + 1)} for at in range(9)))
    later = {"body": "A wet ferry", "language": "en", "countries": []}
    update([], folder, items=[{"id": one, **later} for one in ("quay3", "new")])
    with Searcher(folder) as searcher:
        results = searcher.search('ferry "wet ferry" wet', explain=True)
    assert results.total == 10
    for hit, why in zip(results.hits, results.explanations, strict=True):
        assert why.score == pytest.approx(hit.score)


@by_table
def test_a_repeated_word_counts_twice(archives: Archives, query: str, merged: str) -> None:
    """A repeated word is read once and counts twice, in parentheses or without."""
    hits, others = (
        archive_of(archives, "label_expansion").search(one, expand=False).hits for one in (query, merged)
    )
    assert [hit.id for hit in hits] == [hit.id for hit in others]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in others])


def test_a_single_word_is_its_own_explanation(archives: Archives) -> None:
    """Nodes of the query tree with one part are not shown."""
    searcher = archives.of("en quay: The quay is wet")
    (why,) = searcher.search("quay", explain=True, expand=False).explanations
    assert (why.what, why.parts) == ("text_en: quay", ())


def test_similar_items_may_be_in_another_language(archives: Archives) -> None:
    """A similar item in another language is ranked before unrelated ones, and the item itself is left out."""
    searcher = archives.of("""
        en en: Police training on migrant smuggling at the border
        es es: Formación de la policía sobre tráfico ilícito de migrantes
        es far: Los precios del café suben otra vez
    """)
    hits = [hit.id for hit in searcher.similar("en").hits]
    assert hits[:1] == ["es"]
    assert "en" not in hits


def test_similar_items_use_only_terms_of_the_index(archives: Archives) -> None:
    """For an item in two languages, terms that the index lacks do not crowd out other words."""
    english = "The lighthouse was painted by the sailors, who say that they will be back in the spring"
    spanish = (
        "Los pescadores de la bahía dicen que el invierno fue largo y que las redes, los faros, los muelles, "
        "las boyas, los remos, las anclas, las velas, los mástiles, las quillas, los timones, las cuerdas, "
        "los motores, las hélices, los cascos y las linternas quedaron viejos, rotos, oxidados o perdidos"
    )
    searcher = archives.of(
        f"- both: {english}\\n{spanish}",
        "en near: They say that the lighthouse is closed to all visitors",
        "en far: The market sells bread and cheese in the morning",
    )
    assert searcher.item("both").languages == ("es", "en")
    assert [hit.id for hit in searcher.similar("both").hits] == ["near"]


def compiled(concepts: Iterable[Concept], folder: Path) -> Table:
    """Return the table of some concepts."""
    return Table(Container(folder / "table", write_table(concepts, folder / "table")))


class NoTexts:
    """The terms of an index without texts."""

    def document_frequency(self, _field: str, _term: str) -> int:
        """Return 0."""
        return 0

    def variants(self, _language: str, _word: str) -> tuple[str, ...]:
        """Return no terms."""
        return ()


def words_of(table: Table) -> QueryWords:
    """Return the query words of an index with a thesaurus and no texts."""
    return QueryWords(cast("Vocabulary", NoTexts()), table)


class Reader:
    """Reads queries with Dragoman's own thesaurus."""

    def __init__(self, folder: Path) -> None:
        own = gather_concepts()
        self.concepts: list[Concept] = [*own]
        self.words = words_of(compiled(own, folder))

    def spans(self, query: str) -> list[Span]:
        """Return the labels in a query, each of which begins with a word of it."""
        chunks = query.split()
        found = recognise(self.words, chunks)
        begun = [self.words.word(chunk).begins_label() for chunk in chunks]
        assert all(any(begun[span.first : span.last + 1]) for span in found)
        return found

    def joined(self, query: str) -> set[str]:
        """Return the labels of all concepts that a query names."""
        return {
            label.text
            for span in self.spans(query)
            for reading in span.readings
            for number in reading.concepts
            for label in self.concepts[number].labels
        }

    def languages(self, query: str) -> set[str]:
        """Return the languages of the recognised labels."""
        return {reading.language for span in self.spans(query) for reading in span.readings}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Return a reader with the compiled thesaurus."""
    return Reader(tmp_path_factory.mktemp("thesaurus"))


@by_table
def test_labels_match_forms_of_their_words_only(
    reader: Reader, query: str, named: list[str], others: list[str]
) -> None:
    """A query names a concept by forms of its labels, and not by words that only share a stem."""
    assert set(named) <= reader.joined(query)
    assert not set(others) & reader.joined(query)


@by_table
def test_labels_are_read_in_the_language_of_the_query(
    reader: Reader, query: str, languages: set[str]
) -> None:
    """Function words and known words decide it; several words and acronyms are read in any language."""
    assert reader.languages(query) == languages


def test_a_label_that_needs_its_function_words_is_not_added(reader: Reader) -> None:
    """An index has no function words, so that "en ligne" (online) would match every line."""
    spans = reader.spans("online")
    joined = [
        label.terms
        for number in spans[0].readings[0].concepts
        for label in reader.words.thesaurus.concept(number)[1]
        if label.language == "fr"
    ]
    assert joined
    assert ("lign",) not in joined


def test_a_label_of_one_word_is_not_read_in_another_language(tmp_path: Path) -> None:
    """French pain is bread, but not in an English query with other known words."""
    from indexer.thesaurus.thesaurus_files import read_skos

    path = tmp_path / "kitchen.ttl"
    path.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix : <https://example.org/> .\n"
        ':bread skos:prefLabel "bread"@en, "pan"@es, "pain"@fr .\n'
        ':hospital skos:prefLabel "hospital"@en, "hospital"@es, "hôpital"@fr .\n',
        encoding="utf-8",
    )
    words = words_of(compiled(read_skos(path), tmp_path))

    def read(query: str) -> list[tuple[str, ...]]:
        spans = recognise(words, query.split())
        return [reading.terms for span in spans for reading in span.readings if reading.language == "fr"]

    assert read("pain")
    assert read("le pain")
    assert not read("pain in the hospital")

"""How queries are interpreted: a table of queries, with concepts that they must and must not name."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest
from tables import by_table

from indexer.codec.layout import Container
from indexer.thesaurus import gather_concepts
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.concept import Concept
from indexer.thesaurus.table import Table
from searcher.engine import Vocabulary
from searcher.query.concepts import Span, recognise
from searcher.query.query_words import QueryWords


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
        begun = [self.words(chunk).begins_label() for chunk in chunks]
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
    from indexer.thesaurus.skos import read_skos

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

"""The words of questions: each is looked up once, and the cache does not keep an index open."""

import gc
from collections import Counter
from typing import cast
from weakref import ref

import pytest

from indexer.thesaurus.table import Table
from searcher.engine import Vocabulary
from searcher.query.query_words import QueryWords


class CountedVocabulary:
    """The terms of an index whose only text is *Una sequía en el puerto*, with a count of the lookups."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, ...]] = Counter()

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents that have a term."""
        self.asked["frequency", field, term] += 1
        return int(field == "text_es" and term in {"sequ", "puert"})

    def documents(self, _field: str) -> int:
        """Count the documents that have a field."""
        return 4

    def variants(self, language: str, word: str) -> tuple[str, ...]:
        """Return the terms of the accented spellings of a word."""
        self.asked["variants", language, word] += 1
        return ()

    def forms(self, language: str, term: str) -> tuple[str, ...]:
        """Return the words in texts that have a term."""
        self.asked["forms", language, term] += 1
        return ("puerto",) if (language, term) == ("es", "puert") else ()


@pytest.fixture
def vocabulary() -> CountedVocabulary:
    """The terms of an index."""
    return CountedVocabulary()


@pytest.fixture
def words(vocabulary: CountedVocabulary) -> QueryWords:
    """The words of questions to it, without a thesaurus."""
    return QueryWords(cast("Vocabulary", vocabulary), Table(None))


def test_a_word_is_looked_up_once(vocabulary: CountedVocabulary, words: QueryWords) -> None:
    """Its terms, labels, share and languages need each lookup once."""
    for _ in range(2):
        word = words.word("puerto")
        assert word.languages == ["es"]
        assert word["es"].share == 1 / 4
        assert [part.word for part in word.parts("es")] == [word]
        assert word.label_terms("en") == ("puerto",)
    assert ("variants", "es", "puerto") in vocabulary.asked
    assert {count for ask, count in vocabulary.asked.items() if ask[0] == "variants"} == {1}
    assert vocabulary.asked["frequency", "text_es", "puert"] == 1
    assert words.word("puerto") is word


def test_a_chunk_is_split_into_cached_words(words: QueryWords) -> None:
    """The words within a chunk are the cached objects of the single words."""
    (part,) = words.word("l'eau").parts("fr")
    assert part.word is words.word("eau")
    assert part.is_searched
    first, _, last = words.word("puerto-de-mar").parts("es")
    assert (first.word, last.word, last.position) == (words.word("puerto"), words.word("mar"), 2)
    assert [one.is_stop_word for one in words.word("puerto-de-mar").parts("es")] == [False, True, False]


def test_an_unaccented_word_matches_an_accented_label(words: QueryWords) -> None:
    """If no text and no label has a word as typed, terms of accented spellings are looked up in labels."""
    assert "sequ" in words.word("sequia").label_terms("es")
    assert words.word("puerto").label_terms("es") == words.word("puerto")["es"].terms


def test_cached_words_do_not_keep_an_index_open(vocabulary: CountedVocabulary) -> None:
    """The words of questions are freed as soon as they are unused."""
    words = QueryWords(cast("Vocabulary", vocabulary), Table(None))
    word = words.word("l'eau")
    assert word.parts("fr")
    gone = ref(words)
    gc.disable()
    try:
        del words
        assert gone() is None
    finally:
        gc.enable()


"""Invented words, which no label has."""

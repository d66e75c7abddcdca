"""The rules of analysis, by table."""

from zlib import crc32

import pytest
from command_line import python
from tables import by_table

from indexer.analysis import Analyzer, analyzer, is_function_word
from indexer.analysis.analyzer import STOP_WORDS
from indexer.schema import FORMAT_VERSION, LANGUAGES


@by_table
def test_a_text_has_its_words(rule: str, language: str, text: str, words: str) -> None:
    """The unstemmed words of a text are those of its row; compounds are words at successive positions."""
    assert " ".join(token.word for token in analyzer(language).tokens(text)) == words, rule


def test_stop_words_take_a_position() -> None:
    """A stop word is no token but counts in positions, so that phrases keep their distances."""
    tokens = list(analyzer("en").tokens("the port of the city"))
    assert [(token.term, token.position) for token in tokens] == [("port", 1), ("citi", 4)]


def test_other_stop_words_need_another_format() -> None:
    """A check computes terms and sketches again, and would report older indexes of the format as damaged."""
    words = " ".join(sorted(f"{language}:{word}" for language in LANGUAGES for word in STOP_WORDS[language]))
    assert (FORMAT_VERSION, crc32(words.encode())) == (9, 0x82588641)


def test_french_summer_is_no_stop_word_after_an_article() -> None:
    """French été is dropped as a participle and kept after an elided article."""
    assert analyzer("fr").terms("le stade a été fermé l'été") == ["stad", "ferm", "ete"]


@by_table
def test_inflections_share_a_term(language: str, pair: tuple[str, str]) -> None:
    """Accents fold after stemming, so that spellings and inflections of one word have one term."""
    first, second = pair
    assert analyzer(language).terms(first) == analyzer(language).terms(second)


def test_spanish_enye_is_not_folded() -> None:
    """In Spanish ñ is a letter, not an accented n."""
    assert analyzer("es").terms("año") != analyzer("es").terms("ano")


def test_offsets_refer_to_the_original_text() -> None:
    """Offsets count characters as written, decomposed accents included, so that snippets can mark them."""
    text = "  L'e\u0301cole de la re\u0301gion's"
    tokens = list(analyzer("fr").tokens(text))
    assert [text[token.start : token.end] for token in tokens] == ["e\u0301cole", "re\u0301gion's"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_analyzer_is_shared(language: str) -> None:
    """A language always gives the same analyzer, with its cache."""
    assert analyzer(language) is analyzer(language)
    assert analyzer(language).language == language


def test_unknown_language_has_no_analyzer() -> None:
    """A language without rules is refused rather than analyzed by those of another."""
    with pytest.raises(ValueError, match="no analyzer for 'pt'"):
        Analyzer("pt")


def test_cache_is_bounded() -> None:
    """However many distinct chunks come, the cache keeps its bound and the results stay the same."""
    own = Analyzer("en", cached_chunks=10)
    first = own.analyse_chunk("harbours")
    for number in range(100):
        own.analyse_chunk(f"pier{number}")
    assert len(own._cache) <= 10
    assert own.analyse_chunk("harbours") == first


def test_the_import_loads_little() -> None:
    """Importing the analysis loads neither the stemmer nor whoosh nor langdetect."""
    code = "import sys, indexer.analysis; print({'Stemmer', 'whoosh', 'langdetect'} & set(sys.modules))"
    assert python("-c", code).stdout.strip() == "set()"


@by_table
def test_content_words_of_another_language_are_searched(word: str) -> None:
    """A function word that has a meaning in another language, or a noun after an apostrophe, is searched."""
    assert not is_function_word(word)

"""Words and phrases as typed, analysed as texts are: the terms that stand for them in each language."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.named_tuple import NamedTuple
from indexer.schema import LANGUAGES, text_field, title_field
from searcher.query.model import AnyOf, Phrase, Term, joined
from searcher.spelling import compounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.engine import Vocabulary
    from searcher.query.model import Node, Quoted

REMEMBERED: Final = 4096  # words of queries whose terms are kept


class _AnalysedWord(NamedTuple):
    """A word as one language's analyzer sees it.

    Attributes:
        terms: The terms that it stands for, its own first.
        position: Its position, stop words counted.
        written: As typed.
    """

    terms: tuple[str, ...]
    position: int
    written: str


class QueryAnalyzer:
    """Turns what was typed into terms of one open index; threads may share it.

    Nobody says which language is typed, so that a word is searched in every language's field, as its analyzer
    reads it. A function word of any of the languages is left out.

    Args:
        vocabulary: The terms of the index.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.word = lru_cache(REMEMBERED)(self._word)
        self.terms = lru_cache(REMEMBERED)(self._terms)

    def _terms(self, language: str, word: str) -> tuple[str, ...]:
        """Give the terms of a word as typed in a language, those of its accented spellings too."""
        return analyzer(language).query_terms(word, partial(self._vocabulary.variants, language))

    def _word(self, text: str, field: str, boost: float = 1.0) -> Node | None:
        """Resolve what stands between two white spaces.

        A chunk of several words (anti-trafficking) is a phrase, or the word that the index has for them
        written as one.

        Args:
            text: As typed.
            field: ``text`` or ``title``.
            boost: What its scores are multiplied by.

        Returns:
            A union over the languages; None for what no index holds, such as function words and signs.
        """
        parts: list[Node] = []
        for language in LANGUAGES:
            words = self._analysed(language, (text,), phrase=False)
            parts += _in_field(words, _field(field, language), 1, boost)
            if len(words) > 1:
                whole = compounds.joined(self._vocabulary, language, [word.written for word in words])
                if whole is not None:
                    parts.append(Term(_field(field, language), whole, boost, text))
        return joined(AnyOf, parts)

    def phrase(self, quoted: Quoted) -> Node | None:
        """Resolve a phrase; a language's function words are not in its texts, but keep their places."""
        parts: list[Node] = []
        for language in LANGUAGES:
            words = self._analysed(language, quoted.words, phrase=True)
            parts += _in_field(words, _field(quoted.field, language), quoted.slop, 1.0)
        return joined(AnyOf, parts)

    def _analysed(self, language: str, chunks: Sequence[str], *, phrase: bool) -> list[_AnalysedWord]:
        """Analyse chunks side by side; outside of phrases, function words of all languages are left out."""
        words: list[_AnalysedWord] = []
        position = 0
        for chunk in chunks:
            for token in analyzer(language).analyse_chunk(chunk):
                written = chunk[token.start : token.end]
                if token.term is not None and (phrase or not is_function_word(written)):
                    words.append(_AnalysedWord(self.terms(language, written), position, written))
                position += 1
        return words


def _field(name: str, language: str) -> str:
    return title_field(language) if name == "title" else text_field(language)


def _in_field(words: list[_AnalysedWord], field: str, slop: int, boost: float) -> list[Node]:
    """Give the nodes for the words of one language: any of one word's terms, or a phrase."""
    if not words:
        return []
    first = words[0]
    if len(words) == 1:
        return [Term(field, term, boost, first.written) for term in first.terms]
    written = " ".join([word.written for word in words])
    offsets = tuple([word.position - first.position for word in words])
    return [Phrase(field, tuple([word.terms[0] for word in words]), offsets, slop, boost, written)]

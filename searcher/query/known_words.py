"""Decide which words of a query are known and need no correction."""

from __future__ import annotations

from functools import cache, partial
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.analyzer import ADJECTIVE, NUMBER
from indexer.analysis.characters import fold, plain
from indexer.analysis.chunk_words import chunk_words
from indexer.data_tables import has_line, text_of
from indexer.runtime import NamedTuple, cache_method
from indexer.schema import ANALYZED_LANGUAGES, LANGUAGES, UNDETERMINED, WORDS, text_field
from searcher.query.model import And, AndNot, Or, Phrase, Positional, Should, Word, is_plain_word, kept_parts
from searcher.query.query_words import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searcher.engine import Engine
    from searcher.query.expansion import Expander
    from searcher.query.model import Node
    from searcher.query.query_analysis import QueryAnalyzer
    from searcher.query.query_words import QueryWord, QueryWords
    from searcher.query.spelling_variants import SpellingVariants


_MIN_PART_LENGTH: Final = 3
_NO_PLURALS: Final = ("ss", "xs", "zs")  # judgess and prixs are misspelt in all languages

CHUNK_CACHE_SIZE: Final = 4096  # cached chunks of queries
SHORTEST: Final = 4  # shorter words have too many similar words
MIN_CAPITALIZED_LENGTH: Final = 5  # the same for words in capitals, often acronyms
MAX_LENGTH: Final = 64  # longer ones are not words but URLs, keys or noise


class KnownWords:
    """Decides which words of a language are known in an index.

    Threads may share it.
    """

    def __init__(self, engine: Engine, words: QueryWords, analyzer: QueryAnalyzer) -> None:
        self.engine = engine
        self._words = words
        self._analyzer = analyzer
        self.word = partial(analyzer.word, field="text")
        self.is_foreign, self.is_own, self.has = analyzer.is_foreign, analyzer.is_own, analyzer.has
        self.is_settled = cache_method(self._is_settled, CHUNK_CACHE_SIZE)
        self.are_neighbours = cache_method(self._are_neighbours, CHUNK_CACHE_SIZE)

    def knows(self, written: str) -> bool:
        """Return whether a word or a form of it is known, or cannot be corrected."""
        word = self._words.word(written)
        if self._analyzer.has(written) and self._is_form_of_texts(word):
            return True
        beginning = self.engine.thesaurus.beginning
        labels = [
            one
            for language in LANGUAGES
            for term in word[language].terms
            for one in beginning(language, term)
            if one.acronym == written.upper()
            or any(_is_form(language, word.plain, label) for label in one.written or (term,))
        ]
        if labels:  # El Niño, looked up as nino in English, does not make it a word
            return any("ñ" not in "".join(one.written[:1]) for one in labels) or not self.tilde_spellings(
                written
            )
        if any(self._is_label_with_accent(language, word) for language in ANALYZED_LANGUAGES):
            return True
        shortest = MIN_CAPITALIZED_LENGTH if written.isupper() else SHORTEST
        if not shortest <= len(word.folded) <= MAX_LENGTH or not word.folded.isalpha():
            return True
        if self.engine.document_frequency(WORDS, word.folded):
            return True
        return self.is_right(written) and not (self.tilde_spellings(written) or self.cognates(written))

    def is_right(self, written: str) -> bool:
        """Return whether a word, or its singular, is common or a word of a label."""
        word = self._words.word(written).plain
        return self.is_word(word) or self._is_inflected(word)

    def _is_form_of_texts(self, word: QueryWord) -> bool:
        """Return whether texts have a form of a word. Another word with the same stem is not enough."""
        if word["en"].share or word["es"].share or word["fr"].share or not word.folded.isalpha():
            return True
        from indexer.analysis.word_forms import are_forms  # few words are only known by their stem

        return word[UNDETERMINED].frequency > 0 or any(
            are_forms(language, word.plain, form)
            for language in ANALYZED_LANGUAGES
            for term in word[language].terms
            for form in self.engine.forms(language, term)
        )

    def matches(self, word: str) -> bool:
        """Return whether texts or labels contain a word or a form of it, not only other words with its stem.

        For example, *nativity* has the stem of *native*, but is not contained in a text with *native*.
        """
        return bool(self._words.word(word).languages) or self.has(word)

    def is_word(self, word: str) -> bool:
        """Return whether a word in lower case is common or a word of a label."""
        return is_common(fold(word)) or self.engine.thesaurus.has_word(word)

    def is_name(self, written: str) -> bool:
        """Return whether a word may be a name, because it is in the index but in no label."""
        word = self._words.word(written)
        return not word.is_label() and self._analyzer.has(written)

    def may_be_name(self, word: str) -> bool:
        """Return whether a word may be a name.

        That may be a capitalized label, or a word of texts that is not common.
        """
        found = self._words.word(word)
        concepts = {
            number
            for language in ANALYZED_LANGUAGES
            for entry in found.label_entries(language)
            if not entry.rest
            for number in entry.concepts
        }
        if not concepts:
            return self._analyzer.has(word) and not is_common(found.folded)
        labels = [label.text for number in concepts for label in self.engine.thesaurus.concept(number)[1]]
        return any(text[0].isupper() and fold(text.lower()) == found.folded for text in labels)

    def tilde_spellings(self, written: str) -> list[str]:
        """Return the known spellings of a word with ñ in place of n."""
        typed = self._words.word(written).folded
        spelled = [typed[:at] + "ñ" + typed[at + 1 :] for at, letter in enumerate(typed) if letter == "n"]
        return [
            one
            for one in spelled
            if self.engine.document_frequency(WORDS, one) or self._words.word(one).label_entries("es")
        ]

    def cognates(self, written: str) -> list[str]:
        """Return words of the index that are cognates of a word: *nation* for *nación*."""
        from searcher.query.cognates import cognates  # few words are unknown

        found = cognates(self._words.word(written).folded)
        return [one for one in found if self.engine.document_frequency(WORDS, one)]

    def has_only_cognates(self, chunk: str) -> bool:
        """Return whether the index has cognates of a word, but no form of it."""
        if self.is_settled(chunk):
            return False
        (only,) = chunk_words(chunk, "fr")  # of l'éducation, only the word after the article
        return bool(self.cognates(chunk[only.start : only.end]))

    def _is_inflected(self, word: str) -> bool:
        """Return whether a word is the plural of a common word or of a word in a label."""
        return not word.endswith(_NO_PLURALS) and any(
            _is_form(language, word, one, NUMBER)
            for one in (word[:-1], word[:-2])
            if self.is_word(one)
            for language in ANALYZED_LANGUAGES
        )

    def _is_label_with_accent(self, language: str, word: QueryWord) -> bool:
        """Return whether a label begins with a word or its plural, ignoring accents."""
        return any(
            _is_form(language, plain(fold(word.written)), fold(of_label), NUMBER)
            for entry in word.label_entries(language)
            for of_label in entry.written
        )

    def _are_neighbours(self, words: tuple[str, str]) -> bool:
        """Return whether two words directly follow each other in at least one text."""
        phrases = []
        for language in LANGUAGES:
            terms = tuple(map(analyzer(language).term, words))
            phrases.append(Phrase(text_field(language), terms, (0, 1)))
        return self.engine.finds(Or(tuple(phrases)))

    def splits(self, written: str) -> Iterator[tuple[str, str]]:
        """Yield the pairs of words of the index into which a word can be split.

        A known word is only split after a prefix, an unknown word anywhere.
        """
        folded = fold(written.lower())
        if not folded.isalpha():
            return
        count, word = self.engine.document_frequency, self._words.word(written)
        known = word.occurs
        if known and not folded.startswith(tuple(PREFIXES)):
            return
        for at in range(1, len(folded) - _MIN_PART_LENGTH + 1):
            first, second = folded[:at], folded[at:]
            if first not in PREFIXES and (known or at < _MIN_PART_LENGTH):
                continue
            if count(WORDS, first) and count(WORDS, second):
                yield first, second

    def is_split(self, written: str) -> bool:
        """Return whether texts write a word as two words, such as *run away* for *runaway*."""
        return any(map(self.are_neighbours, self.splits(written)))

    def _is_settled(self, chunk: str) -> bool:
        """Return whether a chunk needs no correction and no splitting."""
        words = chunk_words(chunk, "fr")  # of l'éducation, only the word after the article
        if len(words) != 1 or is_function_word(chunk):
            return True
        written = chunk[words[0].start : words[0].end]
        return self.knows(written) and not self.is_split(written)


def is_common(word: str) -> bool:
    """Return whether a folded word is common in any language."""
    return has_line(_common_words(), word)  # after a comment, which sorts before all words


@cache
def _common_words() -> str:
    """Return the list of common words, one per line."""
    return text_of(__file__, "common_words.txt")  # splitting the lines would take longer than most searches


def _is_form(language: str, word: str, label: str, farthest: int = ADJECTIVE) -> bool:
    """Return whether a word is an inflected form of a word in a label.

    It is not enough that both words have the same stem. ``farthest`` is the maximum distance
    (:mod:`indexer.analysis.word_forms`).
    """
    from indexer.analysis.word_forms import distance  # few words are unknown

    found = distance(language, word, label, within=False)
    return found is not None and found <= farthest


class WordTools(NamedTuple):
    """The tools that expand and correct the words of a query."""

    expander: Expander  # finds the labels to add
    known_words: KnownWords  # decides which words need no correction
    variants: SpellingVariants  # finds the other spellings of words


class UnknownWords(NamedTuple):
    """Adjacent words of a query that may need a correction or have other spellings."""

    words: list[str]  # the words that may need a correction
    spelled: dict[str, tuple[Node, ...]]  # the other spellings of the words that have any
    months: Mapping[str, tuple[Node, ...]]  # the months among them


def unknown_words(chunks: tuple[str, ...], tools: WordTools, most: int, *, dates: bool) -> UnknownWords:
    """Find the adjacent words that may need a correction.

    Args:
        chunks: The adjacent words of the query.
        tools: The objects that expand and correct words.
        most: The number of labels in the words to consider.
        dates: Whether to recognize dates (``March 2016``).
    """
    expander, known_words, variants = tools
    spelled = variants.find_spellings(chunks)
    months: dict[str, tuple[Node, ...]] = {}
    if dates and any(map(str.isdigit, "".join(chunks))):
        from searcher.query.query_dates import find_months  # few requests need it

        months = find_months(chunks, known_words.engine)
    spelled |= months
    unsettled = [one for one in chunks if one not in spelled and not known_words.is_settled(one)]
    if unsettled:  # a word of a longer label is correct, but may be split
        tilde = {one: with_n[0] for one in unsettled if (with_n := known_words.tilde_spellings(one))}
        spelt = [tilde.get(one, one) for one in chunks]
        labels = [one for one in expander.expansions(spelt, most)[0] if one.first < one.last]
        known = {chunk for one in labels for chunk in spelt[one.first : one.last + 1]}
        unsettled = [one for one in unsettled if one not in known or known_words.is_split(one)]
    return UnknownWords(unsettled, spelled, months)


def adjacent_words(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield each group of adjacent words that may be expanded and corrected."""
    match node:
        case Word(field="text"):
            yield (node.text,)
        case Or(apart=False):
            for is_word, run in groupby(node.parts, is_plain_word):
                if is_word:
                    yield tuple([part.text for part in run if isinstance(part, Word)])
                else:
                    yield from chain.from_iterable(map(adjacent_words, run))
        case Or() | And(exact=False) | AndNot() | Should() | Positional():
            yield from chain.from_iterable(map(adjacent_words, kept_parts(node)))

"""Detect the language of a question, by function words and by the fields that have its other words."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.analyzer import NUMBER, SAME, STOP_WORDS
from indexer.analysis.characters import fold, plain
from indexer.analysis.chunk_words import chunk_words
from indexer.runtime import remembered
from indexer.schema import ANALYZED_LANGUAGES, text_field
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import Quoted, Word, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node


LABEL_TERM_CACHE_SIZE: Final = 1 << 10  # words of questions whose terms are kept, each in three languages
SHORTEST: Final = 4  # letters of a word that may lack its accent: shorter ones are other words
# Letters with the accents that a stem depends on: one of them near the end of a word, as in the Spanish
# *sequía* and the French *rivière*, *journée*, *sécurité*.
_ACCENTED: Final = {
    "es": {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"},
    "fr": {"e": "éè"},
}
_ENDING: Final = 6  # letters


class LabelTerms:
    """Gives the terms by which words may stand in labels; threads may share it.

    The terms that a word without accents stands for are told by the texts of an index, which may have no
    text in a language that it is asked in: *sequia* is *sequía* all the same, where no text or label has it
    as it was typed.

    Args:
        table: The thesaurus.
        vocabulary: The terms of the index.
        terms_of: (language, word as typed) to the terms that it stands for in texts.
    """

    def __init__(
        self, table: Table, vocabulary: Vocabulary, terms_of: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._terms_of = terms_of
        self._accented = remembered(self._accented_terms, LABEL_TERM_CACHE_SIZE)

    def __call__(self, language: str, word: str) -> tuple[str, ...]:
        """Give the terms of a word as typed in a language, those of texts first."""
        terms = self._terms_of(language, word)
        return terms + self._accented(language, word) if language in _ACCENTED else terms

    def _accented_terms(self, language: str, word: str) -> tuple[str, ...]:
        written = plain(word)
        if len(written) < SHORTEST or fold(written) != written or not written.isalpha():
            return ()
        if any(self._is_known(one, written, at_home=one == language) for one in ANALYZED_LANGUAGES):
            return ()
        own, analyses = self._terms_of(language, word), analyzer(language).query_terms
        found = [analyses(spelling)[0] for spelling in _accented(language, written)]
        return tuple([term for term in dict.fromkeys(found) if term not in own])

    def _is_known(self, language: str, word: str, *, at_home: bool) -> bool:
        """Tell whether a label has a word as typed, or a Spanish one its plural, which keeps no accent.

        In another language, whether one has its plural too, or any text has it.
        """
        terms = self._terms_of(language, word)
        written = _labels(self._table, language, terms)
        labels = [label for label in written if fold(label) == label]
        if at_home:  # fermees may be fermées, though it is a form of ferme too; reuniones is no reunionés
            return word in labels or (language == "es" and word.removesuffix("es") in map(fold, written))
        known = _nearest(language, labels, word) in {SAME, NUMBER}
        return known or any(word in self._vocabulary.forms(language, term) for term in terms)


def nearest_label(table: Table, language: str, terms: Iterable[str], word: str) -> int | None:
    """Measure how far a word is from the nearest label of one word that it is a form of, if any.

    Args:
        table: The thesaurus.
        language: The language of the labels.
        terms: What the word stands for in it.
        word: In lower case, without accents.
    """
    return _nearest(language, _labels(table, language, terms), word)


def _labels(table: Table, language: str, terms: Iterable[str]) -> list[str]:
    """List the labels of one word, in lower case, that have some terms."""
    return [
        (entry.written or (term,))[0]
        for term in terms
        for entry in table.beginning(language, term)
        if not entry.rest and not entry.acronym and len(entry.written) <= 1
    ]


def _nearest(language: str, labels: Sequence[str], word: str) -> int | None:
    if word in labels or not labels:
        return SAME if labels else None
    from indexer.analysis.word_forms import distance  # its tables of endings are for words in another form

    found = [distance(language, word, label, within=False) for label in labels]
    return min((far for far in found if far is not None), default=None)


def _accented(language: str, word: str) -> Iterator[str]:
    """Yield a word with one accent, at each place where it may change a stem."""
    for at in range(max(0, len(word) - _ENDING), len(word)):
        for letter in _ACCENTED[language].get(word[at], ""):
            yield word[:at] + letter + word[at + 1 :]


# A word that stands in texts of several languages speaks for one of which this many times as large a share
# of the texts has it as of any other: a name is common wherever it is news, a borrowed word is rare.
DOMINANT: Final = 8.0
UNCLEAR: Final = 1  # words by which a language leads, up to which two words side by side are looked at too
ACCENTED: Final = {"en": frozenset(), "es": frozenset("áéíóúüñ"), "fr": frozenset("àâæçéèêëîïôœùûüÿ")}
LANGUAGE_CACHE_SIZE: Final = 1024  # words of questions whose languages are kept

# What a word that stands in texts of another language counts there, and a label that joins in one, beside the
# question's own: what is asked in a language is looked for in it first. docs/relevance.md has the figures.
ELSEWHERE: Final = 0.7


class LanguageDetector:
    """Works out the language of questions to one open index; threads may share it.

    Args:
        vocabulary: The terms of the index.
        table: The thesaurus: it knows words that no text has.
        terms_of: (language, word as typed) to the terms that it stands for.
        label_terms: The same, for the labels that it may be.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        table: Table,
        terms_of: Callable[[str, str], tuple[str, ...]],
        label_terms: Callable[[str, str], tuple[str, ...]],
    ) -> None:
        self._vocabulary = vocabulary
        self._table = table
        self._terms_of = terms_of
        self._label_terms = label_terms
        self._spoken = remembered(self._spoken_in, LANGUAGE_CACHE_SIZE)
        self._begun = remembered(self._labels_begun_by, LANGUAGE_CACHE_SIZE)

    def detect(self, query: Node) -> str | None:
        """Work out the language of a question.

        Args:
            query: The question as parsed.

        Returns:
            A language; None where nothing tells it, as in a question of one name.
        """
        chunks = list(_chunks(query))
        if "".join(chunks).isupper():
            from searcher.query.name_words import MAX_NAME_LENGTH  # few questions are in capitals

            if len(chunks) > MAX_NAME_LENGTH:  # a headline, whose capitals tell nothing
                chunks = [chunk.lower() for chunk in chunks]
        evidence = dict.fromkeys(ANALYZED_LANGUAGES, 0)
        for is_name, run in groupby(filter(_has_letters, chunks), _is_capitalised):
            spoken = [language for chunk in run for language in self._spoken(chunk)]
            most = max(map(spoken.count, spoken), default=0)
            for language in spoken if not is_name else {one for one in spoken if spoken.count(one) == most}:
                evidence[language] += 1  # for a name once, however many words it has
        first, second = sorted(evidence.values(), reverse=True)[:2]
        if first - second <= UNCLEAR:
            for pair in pairwise(chunks):
                for language in self._begun(pair):
                    evidence[language] += len(pair)
            first, second = sorted(evidence.values(), reverse=True)[:2]
        # El of El Salvador is of a name.
        words = [chunk for chunk, behind in pairwise((*chunks, "")) if chunk.islower() or behind.islower()]
        for has, among in ((_has_in_grammar, words), (self._has, chunks)) if len(chunks) > 1 else ():
            if first == second:
                tied = [language for language, votes in evidence.items() if votes == first]
                evidence = {language: sum(has(language, chunk) for chunk in among) for language in tied}
                first, second = sorted(evidence.values(), reverse=True)[:2]
        return max(evidence, key=evidence.__getitem__) if first > second else None

    def _has(self, language: str, chunk: str) -> bool:
        """Tell whether a language has a word of content in its texts, or the word speaks for it."""
        word = plain(chunk.strip(PUNCTUATION_AROUND))
        if is_function_word(word):
            return False
        if language in self._spoken(chunk):
            return True
        return any(self._share(language, term, fold(word)) for term in self._terms_of(language, word))

    def _spoken_in(self, chunk: str) -> list[str]:
        """Tell the languages that what stands between two white spaces speaks for, word by word."""
        words = chunk_words(chunk, "und")
        # Port-au-Prince is a name in any language, a-t-il a question in French.
        is_name = len(words) > 1 and any(map(str.isupper, chunk[words[1].start :]))
        found: list[str] = []
        for word in words:
            written = chunk[word.start : word.end]
            if not is_name and not written.isupper() and is_function_word(written):
                found += [language for language in ANALYZED_LANGUAGES if word.text in STOP_WORDS[language]]
            elif any(map(str.isalpha, written)):  # a number is of no language
                found += self._languages_of(written)
        return found

    def _languages_of(self, written: str) -> list[str]:
        """Tell the languages that a word speaks for: those in which the thesaurus or the texts have it.

        Where one language's texts alone have it, or far more often than the others', it is that one, unless
        the thesaurus knows it in other languages. Letters with accents are of the languages that write them.
        """
        word = written.removesuffix("'s").removesuffix("’s")
        if _is_elided(word):
            return ["fr"]
        possible = _writing(written) if word == written else ["en"]
        folded = fold(plain(word))
        terms = {language: self._terms_of(language, word) for language in possible}
        shares = {
            language: max([self._share(language, term, folded) for term in own], default=0.0)
            for language, own in terms.items()
        }
        nearest = {
            language: nearest_label(self._table, language, self._label_terms(language, word), folded)
            for language in possible
        }
        labels = [language for language, near in nearest.items() if near is not None]
        first, second = sorted([0.0, 0.0, *shares.values()], reverse=True)[:2]
        if first > DOMINANT * second:
            found = max(shares, key=shares.__getitem__)
            spelled_alike = [language for language in labels if nearest[language] == SAME]
            if labels and found not in labels:
                return []
            return [found, *(language for language in spelled_alike if language != found)]
        if labels or first:
            return labels
        return possible if len(possible) == 1 else []

    def _labels_begun_by(self, pair: tuple[str, str]) -> list[str]:
        """Tell the language in which two words side by side begin a label; none where several do."""
        found = []
        for language in ANALYZED_LANGUAGES:
            following = set(self._label_terms(language, pair[1]))
            if any(
                entry.rest and entry.rest[0] in following
                for term in self._label_terms(language, pair[0])
                for entry in self._table.beginning(language, term)
            ):
                found.append(language)
        return found if len(found) == 1 else []

    def _share(self, language: str, term: str, word: str) -> float:
        """Compute which share of a language's texts has a term, 0 where the word is none of its forms."""
        field = text_field(language)
        frequency = self._vocabulary.document_frequency(field, term)
        if not frequency or word not in self._vocabulary.forms(language, term):
            return 0.0
        return frequency / self._vocabulary.documents(field)


def _writing(word: str) -> list[str]:
    """Give the languages that write a word's letters; all for a capitalised one, which may be a name."""
    strange = {sign for sign in word if sign.isalpha() and not sign.isascii()}
    if not strange or word[0].isupper():
        return list(ANALYZED_LANGUAGES)
    return [language for language in ANALYZED_LANGUAGES if strange <= ACCENTED[language]] or list(
        ANALYZED_LANGUAGES
    )


def _is_elided(word: str) -> bool:
    """Tell whether a word begins with a French one that lost its vowel; d' stands in names and loans too."""
    before, _, behind = word.replace("’", "'").partition("'")
    return behind[:1].islower() and before not in {"d", "D"} and plain(before) in STOP_WORDS["fr"]


def _has_in_grammar(language: str, chunk: str) -> bool:
    """Tell whether a word is of a language's grammar; English texts have *de*, but in names."""
    return not chunk.isupper() and plain(chunk.strip(PUNCTUATION_AROUND)) in STOP_WORDS[language]


def _has_letters(chunk: str) -> bool:
    return any(map(str.isalpha, chunk))


def _is_capitalised(chunk: str) -> bool:
    """Tell whether a word begins with a capital and is no function word: a name, or part of one."""
    return next(filter(str.isalpha, chunk)).isupper() and not is_function_word(
        chunk.strip(PUNCTUATION_AROUND)
    )


def _chunks(query: Node) -> Iterator[str]:
    """Yield the words and the words of phrases of a parsed question."""
    for leaf in leaves(query):
        if isinstance(leaf, Word):
            yield leaf.text
        elif isinstance(leaf, Quoted):
            yield from leaf.words

"""The words of questions, each analyzed and looked up once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.analyzer import NUMBER, SAME, STOP_WORDS
from indexer.analysis.characters import APOSTROPHES, fold, plain
from indexer.runtime import NamedTuple, remembered
from indexer.schema import ANALYZED_LANGUAGES, UNDETERMINED, text_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import LabelEntry, Table
    from searcher.engine import Vocabulary

# Prefixes of words in the three languages, with or without a hyphen.
PREFIXES: Final = tuple(
    "anti bi co contra contre counter cyber ciber e eco ex extra hyper inter intra macro mega micro mini "
    "multi narco neo non para post pre pro pseudo re semi socio sub super supra trans tri ultra video "
    "web".split()
)
CACHE_SIZE: Final = 1 << 9  # cached words
SHORTEST: Final = 4  # letters of a word that may lack its accent: shorter ones are different words
# Letters with accents on which a stem depends, if near the end of a word, as in the Spanish *sequía* and the
# French *rivière*, *journée*, *sécurité*.
_ACCENTED: Final = {"es": {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"}, "fr": {"e": "éè"}}
_ENDING: Final = 6  # letters
# A word indicates the language in which its share of the texts is this many times larger than in any other: a
# name is common wherever it is in the news, a loan word is rare.
DOMINANT: Final = 8.0
_LETTERS: Final = {"en": frozenset(), "es": frozenset("áéíóúüñ"), "fr": frozenset("àâæçéèêëîïôœùûüÿ")}


class Recognised(NamedTuple):
    """Words of a query that form a label."""

    first: int  # the numbers of its first and last chunk
    last: int
    words: int  # the number of words
    language: str  # the language of the label
    terms: tuple[str, ...]  # its terms in that language
    concepts: tuple[int, ...]  # the numbers of its possible concepts
    distance: int  # the sum of the distances between its words and the typed ones
    acronym: bool  # whether it is an acronym that was typed in capitals


class QueryWords:
    """The words of questions to one open index, each created once; threads may share it."""

    def __init__(self, vocabulary: Vocabulary, thesaurus: Table) -> None:
        self.vocabulary = vocabulary
        self.thesaurus = thesaurus
        # A cached word must not keep the index open: `self` is a weak reference in remembered methods.
        self._word: Callable[[str], QueryWord] = remembered(self._new_word, CACHE_SIZE)

    def __call__(self, written: str) -> QueryWord:
        """Return the query word of a typed word."""
        return self._word(written)

    def _new_word(self, written: str) -> QueryWord:
        return QueryWord(written, self)

    def look_up(self, word: QueryWord, language: str) -> LanguageWord:
        """Analyze a word for a language, and look its terms up in the index and the thesaurus."""
        vocabulary, field = self.vocabulary, text_field(language)
        if language == UNDETERMINED:  # not stemmed: it has no accented spellings with other terms
            terms = analyzer(language).query_terms(word.written)
            return LanguageWord(terms, sum([vocabulary.document_frequency(field, term) for term in terms]))
        terms = analyzer(language).query_terms(word.written, partial(vocabulary.variants, language))
        total = most = 0
        for term in terms:
            if frequency := vocabulary.document_frequency(field, term):
                total += frequency
                if frequency > most and word.folded in vocabulary.forms(language, term):
                    most = frequency
        share = most / vocabulary.documents(field) if most else 0.0
        return LanguageWord(terms, total, share, *self.labels_of(language, terms))

    def labels_of(self, language: str, terms: Iterable[str]) -> tuple[list[LabelEntry], list[str]]:
        """Return the labels of a language that begin with any of some terms, and those of one word."""
        entries: list[LabelEntry] = []
        labels: list[str] = []
        for term in terms:
            for entry in self.thesaurus.beginning(language, term):
                entries.append(entry)
                if not entry.rest and not entry.acronym and len(entry.written) <= 1:
                    labels.append((entry.written or (term,))[0])
        return entries, labels


class LanguageWord(NamedTuple):
    """A word as analyzed for one language."""

    # Its terms in texts: those of the typed spelling, then those of accented spellings
    terms: tuple[str, ...]
    frequency: int  # an upper bound of the number of documents with any of its terms
    share: float = 0.0  # the share of the language's texts that have it, 0 if no text has it as typed
    entries: Sequence[LabelEntry] = ()  # the labels that begin with any of its terms
    labels: Sequence[str] = ()  # the labels of one word, in lower case, that share a term with it


class WordPart(NamedTuple):
    """A word within a chunk, as analyzed for one language."""

    word: QueryWord
    position: int  # the number of words before it, including function words
    folded: str  # the unstemmed word in lower case, without accents
    is_stop_word: bool  # whether the texts of the language are indexed without it
    is_searched: bool  # whether it is searched outside of phrases; function words of any language are not


class QueryWord(dict[str, LanguageWord]):
    """A word of a question, or several without white space between them.

    It maps a language to the word as analyzed for it, which is looked up on first use.

    Args:
        written: The word as typed.
        words: The collection that it belongs to.

    Attributes:
        written: The same text.
        plain: The word in lower case and normalized spelling.
        folded: The plain word without accents.
        is_function_word: Whether it is a function word in any language.
        is_one_word: Whether it certainly is a single word in all languages.
    """

    __slots__ = "_accented", "_words", "folded", "is_function_word", "is_one_word", "plain", "written"

    def __init__(self, written: str, words: QueryWords) -> None:
        self.written = written
        self.plain = plain(written)
        self.folded = fold(self.plain)
        self.is_function_word = is_function_word(written)
        self.is_one_word = written.isascii() and written.isalnum()
        self._accented: dict[str, LanguageWord] | None = None
        self._words = words

    def __missing__(self, language: str) -> LanguageWord:
        found = self[language] = self._words.look_up(self, language)
        return found

    def parts(self, language: str) -> list[WordPart]:
        """Return the words in it as analyzed for a language."""
        if self.is_one_word and self.plain not in STOP_WORDS[language]:
            return [WordPart(self, 0, self.folded, False, not self.is_function_word)]  # noqa: FBT003 - fields
        chunk, parts = self.written, []
        for position, token in enumerate(analyzer(language).analyse_chunk(chunk)):
            written, is_stop_word = chunk[token.start : token.end], token.term is None
            word = self if written == chunk else self._words(written)
            # l'Est, d'Este: the French analyzer keeps a content word after an elision.
            is_elided = language == "fr" and token.start > 1 and chunk[token.start - 1] in APOSTROPHES
            is_prefix = len(written) == 1 and chunk[token.end : token.end + 1] == "-"  # e-learning
            is_searched = not is_stop_word and (is_elided or is_prefix or not word.is_function_word)
            parts.append(WordPart(word, position, token.word, is_stop_word, is_searched))
        return parts

    def begins_label(self) -> bool:
        """Return whether a label begins with any word in it."""
        return any(
            part.word.label_entries(language)
            for language in ANALYZED_LANGUAGES
            if not self.is_one_word or self.label_entries(language)
            for part in self.parts(language)
            if not (part.is_stop_word or part.word.is_function_word)
        )

    def label_terms(self, language: str) -> tuple[str, ...]:
        """Return its terms in labels, those of texts first.

        An index may have no text of a language: *sequia* also means *sequía* if no text and no label has the
        typed spelling.
        """
        own, accented = self[language].terms, self._with_accent(language)
        return own + accented.terms if accented else own

    def label_entries(self, language: str) -> Sequence[LabelEntry]:
        """Return the labels of a language that begin with the word."""
        own, accented = self[language].entries, self._with_accent(language)
        return [*own, *accented.entries] if accented else own

    def _with_accent(self, language: str) -> LanguageWord | None:
        """Return its accented spellings, with their labels; None if a text or label has it as typed."""
        if language not in _ACCENTED:
            return None
        if self._accented is None:
            self._accented = self._new_accented()
        return self._accented.get(language)

    def _new_accented(self) -> dict[str, LanguageWord]:
        typed = self.plain
        if len(typed) < SHORTEST or self.folded != typed or not typed.isalpha():
            return {}
        word = self if typed == self.written else self._words(typed)
        occurring: list[str] = []  # languages that have the typed spelling
        found: dict[str, LanguageWord] = {}
        for language in ANALYZED_LANGUAGES:
            if word._occurs(language):  # noqa: SLF001 - of the same class
                occurring.append(language)
                if language not in _ACCENTED or len(occurring) > 1:
                    return found
        for language in occurring or _ACCENTED:
            if word._is_label(language):  # noqa: SLF001 - as above
                continue
            own, spelled = self[language].terms, map(analyzer(language).term, _accented(language, typed))
            if terms := tuple([term for term in dict.fromkeys(spelled) if term not in own]):
                found[language] = LanguageWord(terms, 0, 0.0, *self._words.labels_of(language, terms))
        return found

    def _is_label(self, language: str) -> bool:
        """Return whether a label has it as typed, or its singular if a Spanish plural dropped the accent."""
        # fermees may be fermées, although it is also a form of ferme; reuniones is not reunionés
        labels, singular = self[language].labels, self.plain.removesuffix("es")
        return self.plain in labels or (language == "es" and singular in map(fold, labels))

    def _occurs(self, language: str) -> bool:
        """Return whether a label has it as typed or as a plural, or a text has it as typed."""
        found = self[language]
        if found.share or not found.labels:
            return found.share > 0
        labels = [label for label in found.labels if fold(label) == label]
        return nearest(language, self.plain, labels) in {SAME, NUMBER}

    def label_distance(self, language: str) -> int | None:
        """Return the distance to the nearest label of one word that it is a form of, if any."""
        labels = self[language].labels
        if accented := self._with_accent(language):
            labels = [*labels, *accented.labels]
        return nearest(language, self.folded, labels) if labels else None

    def languages(self) -> list[str]:
        """Return the languages that the word indicates: those in which the thesaurus or the texts have it.

        If only one language's texts have it, or have it far more often than others, this language is
        returned, unless the thesaurus has the word in other languages. Accented letters restrict the
        languages to those that write them.
        """
        word, possible, written = self, list(ANALYZED_LANGUAGES), self.written
        if not self.is_one_word:
            without = written.removesuffix("'s").removesuffix("’s")
            if _is_elided(without):
                return ["fr"]
            word, possible = (
                (self, _writing(written)) if without == written else (self._words(without), ["en"])
            )
        shares: dict[str, float] = {}
        distances: dict[str, int] = {}
        for language in possible:
            shares[language] = word[language].share
            if (distance := word.label_distance(language)) is not None:
                distances[language] = distance
        *_, second, first = sorted([0.0, 0.0, *shares.values()])
        if first > DOMINANT * second:
            found = max(shares, key=shares.__getitem__)
            if distances and found not in distances:
                return []
            return [found, *[one for one, far in distances.items() if far == SAME and one != found]]
        if distances:  # argentin is French, although a form of English argentine
            least = min(distances.values())
            return [one for one, far in distances.items() if far == least]
        return possible if len(possible) == 1 and not first else []


def nearest(language: str, word: str, labels: Sequence[str]) -> int | None:
    """Return the distance between a folded word and the nearest label that it is a form of, if any."""
    if word in labels or not labels:
        return SAME if labels else None
    from indexer.analysis.word_forms import distance  # its tables of endings are for inflected words

    found = [distance(language, word, label, within=False) for label in labels]
    return min((far for far in found if far is not None), default=None)


def _accented(language: str, word: str) -> Iterator[str]:
    """Yield a word with one accent, at each position where it may change the stem."""
    for at in range(max(0, len(word) - _ENDING), len(word)):
        for letter in _ACCENTED[language].get(word[at], ""):
            yield word[:at] + letter + word[at + 1 :]


def _writing(word: str) -> list[str]:
    """Return the languages that write a word's letters; all for a capitalized one, which may be a name."""
    strange = set() if word.isascii() else {sign for sign in word if sign.isalpha() and not sign.isascii()}
    if not strange or word[0].isupper():
        return list(ANALYZED_LANGUAGES)
    found = [language for language in ANALYZED_LANGUAGES if strange <= _LETTERS[language]]
    return found or list(ANALYZED_LANGUAGES)


def _is_elided(word: str) -> bool:
    """Return whether an elided French word begins a word; d' does not count, as it is in names and loans."""
    before, _, behind = word.replace("’", "'").partition("'")
    return behind[:1].islower() and before not in {"d", "D"} and plain(before) in STOP_WORDS["fr"]

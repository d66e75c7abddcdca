"""Analyze the words of queries, and look them up, each word once."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.analyzer import NUMBER, SAME, STOP_WORDS
from indexer.analysis.characters import APOSTROPHES, fold, plain
from indexer.runtime import NamedTuple, cache_method
from indexer.schema import ANALYZED_LANGUAGES, UNDETERMINED, text_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.thesaurus.table import LabelEntry, Table
    from searcher.engine import Vocabulary
    from searcher.query.model import Node

# Prefixes of words in the three languages, with or without a hyphen.
PREFIXES: Final = frozenset(
    "anti bi co contra contre counter cyber ciber e eco ex extra hyper inter intra macro mega micro mini "
    "multi narco neo non para post pre pro pseudo re semi socio sub super supra trans tri ultra video "
    "web".split()
)
CACHE_SIZE: Final = 1 << 9  # cached words
SHORTEST: Final = 4  # minimum letters of a word that may lack its accent
# Accented letters near the end of a word on which its stem depends, as in Spanish *sequía* and
# French *rivière*, *journée*, *sécurité*.
_ACCENTED: Final = {"es": {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"}, "fr": {"e": "éè"}}
_ENDING: Final = 6  # letters
_OF_QUERIES: Final = frozenset({("fr", "non")})  # function words of queries: an English "non" is content
# A word indicates a language if its share of the language's texts exceeds all others by this factor: a
# name is common wherever it is in the news, a loan word is rare.
DOMINANT: Final = 8.0
_LETTERS: Final = {"en": frozenset(), "es": frozenset("áéíóúüñ"), "fr": frozenset("àâæçéèêëîïôœùûüÿ")}


class FoundLabel(NamedTuple):
    """The words of a query that form a label."""

    first: int  # the indexes of the first and last chunk
    last: int
    words: int  # the number of words
    language: str  # the language of the label
    terms: tuple[str, ...]  # the terms in that language
    concepts: tuple[int, ...]  # the numbers of the possible concepts
    distance: int  # the sum of the distances between the label's words and the typed words
    acronym: bool  # whether the label is an acronym typed in capitals


class QueryWords:
    """Analyzes the words of queries and looks them up in an open index, each word once.

    Threads may share it.
    """

    def __init__(self, vocabulary: Vocabulary, thesaurus: Table) -> None:
        self.vocabulary = vocabulary
        self.thesaurus = thesaurus
        # A cached word must not keep the index open: `self` is a weak reference in remembered methods.
        self.word = cache_method(self._new_word, CACHE_SIZE)

    def _new_word(self, written: str) -> QueryWord:
        """Analyze a typed word."""
        return QueryWord(written, self)

    def look_up(self, word: QueryWord, language: str) -> LanguageWord:
        """Analyze a word in a language, and look up its terms."""
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
        """Return the labels that start with one of the terms, and the words of those that have one word.

        The words are in lower case.
        """
        entries: list[LabelEntry] = []
        labels: list[str] = []
        for term in terms:
            for entry in self.thesaurus.beginning(language, term):
                entries.append(entry)
                if not entry.rest and not entry.acronym and len(entry.written) <= 1:
                    labels.append((entry.written or (term,))[0])
        return entries, labels


class LanguageWord(NamedTuple):
    """The analysis of a word in one language."""

    # Its terms in texts: those of the typed spelling, then those of accented spellings
    terms: tuple[str, ...]
    frequency: int  # an upper bound of the number of documents with any of these terms
    share: float = 0.0  # the share of the language's texts that have it, 0 if no text has it as typed
    entries: Sequence[LabelEntry] = ()  # the labels that start with any of these terms
    labels: Sequence[str] = ()  # the single-word labels, in lower case, with any of these terms


class WordPart(NamedTuple):
    """A single word of a chunk, as it is analyzed in one language."""

    word: QueryWord
    position: int  # the number of preceding words, including function words
    folded: str  # the unstemmed word in lower case, without accents
    is_stop_word: bool  # whether it is not indexed in texts of the language
    is_searched: bool  # whether it is searched outside of phrases; function words of any language are not


class QueryWord(dict[str, LanguageWord]):
    """A word of a query, or a text without spaces that has several words, such as *l'Est*.

    It is a dictionary with the analysis of the word in each language, which is made on first use.

    Args:
        written: The word as typed.
        words: Looks up the word in the index and the thesaurus.

    Attributes:
        written: The word as typed.
        plain: The word in lower case and normalized spelling.
        folded: The plain word without accents.
        is_function_word: Whether the word is a function word in any language.
        is_one_word: Whether the text cannot be several words in any language. True for ASCII letters and
            digits; if False, :meth:`parts` decides.
    """

    def __init__(self, written: str, words: QueryWords) -> None:
        self.written = written
        self.is_one_word = written.isascii() and written.isalnum()
        self.plain = written.lower() if self.is_one_word else plain(written)
        self.folded = fold(self.plain)
        self.is_function_word = is_function_word(written)
        self._words = words

    def __missing__(self, language: str) -> LanguageWord:
        found = self[language] = self._words.look_up(self, language)
        return found

    @property
    def occurs(self) -> bool:
        """Whether texts may have a form of the word."""
        return bool(
            self["en"].frequency or self["es"].frequency or self["fr"].frequency or self["und"].frequency
        )

    def lacks_content(self, language: str) -> bool:
        """Return whether the word is a function word in a language."""
        return self.plain in STOP_WORDS[language] or (language, self.plain) in _OF_QUERIES

    def parts(self, language: str) -> list[WordPart]:
        """Analyze the text in a language, and return its words."""
        if self.is_one_word and self.plain not in STOP_WORDS[language]:
            return [WordPart(self, 0, self.folded, False, not self.is_function_word)]  # noqa: FBT003 - fields
        chunk, parts = self.written, []
        for position, token in enumerate(analyzer(language).analyse_chunk(chunk)):
            written, is_stop_word = chunk[token.start : token.end], token.term is None
            word = self if written == chunk else self._words.word(written)
            # l'Est, d'Este: the French analyzer keeps a content word after an elision.
            is_elided = language == "fr" and token.start > 1 and chunk[token.start - 1] in APOSTROPHES
            is_prefix = len(written) == 1 and chunk[token.end : token.end + 1] == "-"  # e-learning
            is_searched = not is_stop_word and (is_elided or is_prefix or not word.is_function_word)
            parts.append(WordPart(word, position, token.word, is_stop_word, is_searched))
        return parts

    def begins_label(self) -> bool:
        """Return whether a label starts with any of the words."""
        for language in ANALYZED_LANGUAGES:
            for part in self.parts(language) if not self.is_one_word or self.label_entries(language) else ():
                is_content = not (part.is_stop_word or part.word.is_function_word)
                if is_content and part.word.label_entries(language):
                    return True
        return False

    def label_terms(self, language: str) -> tuple[str, ...]:
        """Return the terms with which to look up the word in labels.

        If no text or label has the typed spelling, the terms of accented spellings follow: *sequia* also
        means *sequía*, even in an index without Spanish texts.
        """
        own, accented = self[language].terms, self._accented.get(language)
        return own + accented.terms if accented else own

    def label_entries(self, language: str) -> Sequence[LabelEntry]:
        """Return the labels of a language that start with the word."""
        own, accented = self[language].entries, self._accented.get(language)
        return [*own, *accented.entries] if accented else own

    @cached_property
    def _accented(self) -> dict[str, LanguageWord]:
        """The accented spellings of the word by language.

        There are none if texts or labels have the typed spelling.
        """
        typed = self.plain
        if len(typed) < SHORTEST or self.folded != typed or not typed.isalpha():
            return {}
        word = self if typed == self.written else self._words.word(typed)
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
            own, spelled = (
                self[language].terms,
                map(analyzer(language).term, _accented_spellings(language, typed)),
            )
            if terms := tuple([term for term in dict.fromkeys(spelled) if term not in own]):
                found[language] = LanguageWord(terms, 0, 0.0, *self._words.labels_of(language, terms))
        return found

    def _is_label(self, language: str) -> bool:
        """Return whether a label is spelt exactly like the word or its singular."""
        # fermees may be fermées, although it is also a form of ferme; reuniones is not reunionés
        labels, singular = self[language].labels, self.plain.removesuffix("es")
        return self.plain in labels or (language == "es" and singular in map(fold, labels))

    def _occurs(self, language: str) -> bool:
        """Return whether a text or a label contains the word in the typed spelling."""
        found = self[language]
        if found.share or not found.labels:
            return found.share > 0
        labels = [label for label in found.labels if fold(label) == label]
        return nearest_label_distance(language, self.plain, labels) in {SAME, NUMBER}

    def label_distance(self, language: str) -> int | None:
        """Return the distance to the nearest one-word label.

        The result is ``None`` if the word is not a form of a label.
        """
        labels = self[language].labels
        if accented := self._accented.get(language):
            labels = [*labels, *accented.labels]
        return nearest_label_distance(language, self.folded, labels) if labels else None

    def is_label(self) -> bool:
        """Return whether the word is a form of a one-word label of any language."""
        return any(self.label_distance(language) is not None for language in ANALYZED_LANGUAGES)

    @cached_property
    def languages(self) -> list[str]:
        """The languages whose texts or labels contain the word.

        If texts of one language contain the word far more often than others, only this language is returned,
        and those in which the word is exactly a label. Languages that do not use the accented letters of the
        word are excluded.
        """
        word, possible, written = self, list(ANALYZED_LANGUAGES), self.written
        if not self.is_one_word:
            without = written.removesuffix("'s").removesuffix("’s")
            if _is_elided(without):
                return ["fr"]
            word, possible = (
                (self, _languages_with_letters(written))
                if without == written
                else (self._words.word(without), ["en"])
            )
        shares: dict[str, float] = {}
        distances: dict[str, int] = {}
        for language in possible:
            shares[language] = word[language].share
            if (distance := word.label_distance(language)) is not None:
                is_accented = distance == SAME and word.plain not in word[language].labels
                distances[language] = NUMBER if is_accented else distance
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


def nearest_label_distance(language: str, word: str, labels: Sequence[str]) -> int | None:
    """Return the distance of a word to the nearest label of which it is a form, or None."""
    if word in labels or not labels:
        return SAME if labels else None
    from indexer.analysis.word_forms import distance  # its tables are only needed for inflected words

    found = [distance(language, word, label, within=False) for label in labels]
    return min((far for far in found if far is not None), default=None)


def _accented_spellings(language: str, word: str) -> Iterator[str]:
    """Yield spellings of a word with one more accent.

    Only letters where an accent may change the stem get one.
    """
    for at in range(max(0, len(word) - _ENDING), len(word)):
        for letter in _ACCENTED[language].get(word[at], ""):
            yield word[:at] + letter + word[at + 1 :]


def _languages_with_letters(word: str) -> list[str]:
    """Return the languages that use all letters of a word.

    If there is no such language, return all languages.
    """
    strange = set() if word.isascii() else {sign for sign in word if sign.isalpha() and not sign.isascii()}
    if not strange or word[0].isupper():
        return list(ANALYZED_LANGUAGES)
    found = [language for language in ANALYZED_LANGUAGES if strange <= _LETTERS[language]]
    return found or list(ANALYZED_LANGUAGES)


def _is_elided(word: str) -> bool:
    """Return whether a word begins with an elided French word, such as *l’*."""
    before, _, behind = word.replace("’", "'").partition("'")
    return behind[:1].islower() and before not in {"d", "D"} and plain(before) in STOP_WORDS["fr"]


def join_e(chunks: list[str], resolve: Callable[[str], Node | None], finds: Callable[[Node], bool]) -> None:
    """Join a single *e* to the next chunk, if texts contain the compound: *e-learning*.

    ``chunks`` is changed in place. ``resolve`` returns the query for a chunk, ``finds`` whether it has
    matches.
    """
    for at in range(len(chunks) - 2, -1, -1) if "e" in chunks else ():
        node = resolve(f"e-{chunks[at + 1]}") if chunks[at] == "e" else None
        if node and finds(node):
            chunks[at : at + 2] = [f"e-{chunks[at + 1]}"]


def join_prefixes(chunks: list[str], words: QueryWords, can_replace: Callable[[str, str], bool]) -> None:
    """Join a prefix to the next chunk, if the result is a label: *cyberattaque*.

    Modifies ``chunks``. ``can_replace`` decides whether the label may replace a prefix and a word that are
    separated by a space.
    """
    if PREFIXES.isdisjoint(" ".join(chunks).lower().replace("-", " ").split()):
        return
    for at in range(len(chunks) - 1, -1, -1):
        prefix, hyphen, rest = chunks[at].partition("-")
        size = 1 if hyphen else 2
        if size == 2:
            rest = "".join(chunks[at + 1 : at + 2])
            if not prefix.islower() or is_function_word(prefix) or is_function_word(rest.lower()):
                continue
        is_label = prefix.lower() in PREFIXES and rest.isalpha() and words.word(prefix + rest).is_label()
        if is_label and (hyphen or can_replace(prefix, rest)):
            chunks[at : at + size] = [prefix + rest]

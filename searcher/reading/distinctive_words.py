"""Find the concepts, names and numbers that the words of a text may mean.

For speed, the meanings of each distinct word are computed once, and texts are not analyzed: words are
compared by a key (see :class:`_Keys`) that is formed in the same way for all languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from indexer.analysis import is_function_word
from indexer.countries.country_mentions import gazetteer
from indexer.dates.date_grammar import CALENDAR_NAMES, WORDLIKE_MONTHS
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.thesaurus.table import ConceptLabel, Table

MAX_CACHED: Final = 1 << 17  # cached words
CONCEPT, NAME, PLACE, COUNTRY, DIGIT = "concept", "name", "place", "country", "figure"
SHORTEST: Final = 3  # minimum letters of a name
_WORD: Final = re.compile(r"[^\W_]+")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+")
_SEPARATORS: Final = str.maketrans("", "", "., \u00a0\u202f")
_ACRONYM: Final = 5  # maximum letters of a label with inner capitals, which must be spelled exactly
_CALENDAR: Final = CALENDAR_NAMES | WORDLIKE_MONTHS | {"june", "july", "juin", "mayo"}
_LAST: Final = {"y": "i", "z": "c"}

Evidence = tuple[str, str | int]
"""A fact in a text: its kind, and a folded name, a number, the number of a concept or a country code."""


class Word(NamedTuple):
    """The possible meanings of a word.

    Attributes:
        alone: The concept that has this word as a label, or ``None`` if there is none.
        own: The word itself as evidence if it is a name or a number, otherwise ``None``.
        labels: Maps the key of a second word to the labels that begin with this word and the second word,
            longest first. ``None`` if there are no such labels.
    """

    alone: Evidence | None
    own: Evidence | None
    labels: Mapping[str, Sequence[Label]] | None


class Label(NamedTuple):
    """A label of a concept, which is found by its first word.

    Attributes:
        rest: The keys of the label's words after the first.
        capital: Whether only a capitalised first word matches.
        exact: The spelling that the first word must have, or empty if any word with the same key matches.
        concept: The concept.
    """

    rest: tuple[str, ...]
    capital: bool
    exact: str
    concept: Evidence


def fold_word(word: str) -> str:
    """Return a word in lower case, without accents."""
    letters = word.casefold()
    if letters.isascii():
        return letters
    letters = unicodedata.normalize("NFKD", letters)
    return "".join([letter for letter in letters if not unicodedata.combining(letter)])


class _Keys(dict[str, str]):
    """Maps a word to the key by which words are compared.

    The key is the word without case, accents and plural ending. Plural endings are removed as by Harman's
    S-stemmer ("How effective is suffixing?", 1991), extended to three languages.
    """

    def __missing__(self, written: str) -> str:
        if len(self) >= MAX_CACHED:
            self.clear()
        key = fold_word(written)
        if len(key) > 3 and key.isalpha():
            if key.endswith("aux"):
                key = key[:-2] + "l"
            elif key[-1] in "sx":
                key = key[:-1]
            key = key.removesuffix("e")
            key = key[:-1] + _LAST.get(key[-1], key[-1])
        self[written] = key
        return key


# `Table.labels_at` instead: recall 0.90, not 0.93, on the mixed archive, fewer sure stories, 5 times the time
KEYS: Final = _Keys()


class Words(dict[str, "Word | None"]):
    """Maps a word in texts to its possible meanings, or to None."""

    def __init__(self, labels: Sequence[Mapping[str, Sequence[Label]]]) -> None:
        super().__init__()
        self._labels = labels

    def __missing__(self, written: str) -> Word | None:
        if len(self) >= MAX_CACHED:
            self.clear()
        word = None
        if written[0].isdecimal():
            figure = _number_of(written)
            word = Word(None, (DIGIT, figure), None) if figure else None
        elif written[0].isalpha():
            key = KEYS[written]
            labels = [label for of_key in self._labels for label in of_key[key]]
            if labels or written[0].isupper():  # most words are neither
                word = self._word(written, labels)
        self[written] = word
        return word

    def _word(self, written: str, labels: Sequence[Label]) -> Word | None:
        alone, longer = None, dict[str, list[Label]]()
        for label in sorted(labels, key=lambda label: -len(label.rest)):  # the first of equal labels is used
            if (label.capital and not written[0].isupper()) or label.exact not in {"", written}:
                continue
            if label.rest:
                longer.setdefault(label.rest[0], []).append(label)
            elif label.exact or not is_function_word(written):  # the word "And" is not the Andes
                alone = alone or label.concept
        name = _name(written)
        return Word(alone, name, longer or None) if alone or longer or name else None


class _Labels(dict[str, "Sequence[Label]"]):
    """Maps the key of a first word to the labels that begin with it, in one language.

    Labels are parsed at their first use.
    """

    def __init__(self, written: Mapping[str, Sequence[tuple[str, Evidence]]]) -> None:
        super().__init__()
        self._written = written

    def __missing__(self, key: str) -> Sequence[Label]:
        written = self._written.get(key)
        if written is None:
            return ()
        labels = [label for text, concept in written if (label := _label(text, concept))]
        labels.sort(key=lambda label: (not label.capital, label.concept))
        self[key] = labels
        return labels


class _Thesaurus:
    """The labels of a thesaurus by language."""

    def __init__(self, table: Table) -> None:
        self._words: dict[tuple[str, ...], Words] = {}
        written: defaultdict[str, defaultdict[str, list[tuple[str, Evidence]]]]
        written = defaultdict(lambda: defaultdict(list))
        keys: dict[str, str] = {}  # by the first chunk of a label; empty if it has only function words
        places = gazetteer().by_form
        for number, labels in table.concepts():
            vias = {places[text].via for _, text in labels if text in places}
            named = NAME if labels and labels[0][1][0].isupper() else CONCEPT
            concept = (COUNTRY if vias & {"name", "demonym"} else PLACE if "place" in vias else named), number
            for language, text in labels:
                chunk = text.partition(" ")[0]
                key = keys.get(chunk)
                if key is None:
                    key = keys[chunk] = _first_key(chunk)
                if key := key or _first_key(text):
                    written[language][key].append((text, concept))
        self._labels = {language: _Labels(of_key) for language, of_key in written.items()}

    def words(self, languages: tuple[str, ...]) -> Words:
        """Return a mapping from words to their possible meanings.

        The words are those of texts in ``languages``.
        """
        known = self._words.get(languages)
        if known is None:
            labels = [self._labels[one] for one in languages if one in self._labels]
            known = self._words[languages] = Words(labels)
        return known


_CACHE: Final[WeakKeyDictionary[Table, _Thesaurus]] = WeakKeyDictionary()


def words_of_languages(table: Table, languages: tuple[str, ...]) -> Words:
    """Return a cached mapping from words to their possible meanings.

    The words are those of texts in ``languages``.
    """
    known = _CACHE.get(table)
    if known is None:
        known = _CACHE[table] = _Thesaurus(table)
    return known.words(languages)


def label_in(language: str, labels: Sequence[ConceptLabel]) -> str:
    """Return a concept's label in a language, or in another one if there is none."""
    return next((label.text for label in labels if label.language == language), labels[0].text)


def _label(text: str, concept: Evidence) -> Label | None:
    """Split the text of a concept's label into words to look up, or return None for a day or a month.

    ``concept`` identifies the concept.
    """
    words = _content_words(text)
    if len(words) == 1 and fold_word(words[0]) in _CALENDAR:
        return None
    first = words[0]
    exact = first if len(first) <= _ACRONYM and not first[1:].islower() and not first.islower() else ""
    return Label(tuple([KEYS[word] for word in words[1:]]), first[0].isupper(), exact, concept)


def _content_words(text: str) -> list[str]:
    """Return the words of a label without function words at its start."""
    words = _WORD.findall(text)
    while words and is_function_word(words[0]):
        del words[0]
    return words


def _first_key(text: str) -> str:
    """Return the key of a label's first word that is not a function word.

    The key is empty if there is no such word.
    """
    words = _content_words(text)
    return KEYS[words[0]] if words else ""


def _name(written: str) -> Evidence | None:
    """Return a capitalised word as evidence of a name.

    Return ``None`` for other words, and for days, months, countries and peoples.
    """
    if not written[0].isupper() or len(written) < SHORTEST or is_function_word(written):
        return None
    place = gazetteer().by_form.get(written)
    key = fold_word(written)
    return None if key in _CALENDAR or (place and place.via in {"name", "demonym"}) else (NAME, key)


def _number_of(written: str) -> str:
    """Normalise a number, or return an empty text if it may be a day or a year."""
    if _THOUSANDS.fullmatch(written):
        return written.translate(_SEPARATORS)
    plain = written.replace(",", ".")
    if "." in plain:
        return plain
    may_be_date = len(plain) < 5 and (int(plain) <= 31 or 1900 <= int(plain) < 2100)
    return "" if may_be_date else plain

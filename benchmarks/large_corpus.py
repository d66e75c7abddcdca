"""Generate a corpus of millions of documents with numpy, some ten times as fast as ``benchmarks.corpus``.

Its documents have the shape and the vocabularies of that corpus, but are others. A quarter of them may have
copies or versions with a changed word, up to three days later. They may have custom fields.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.corpus import (
    COUNTRIES_OF_ONE,
    DAYS,
    FIRST_DAY,
    LANGUAGES,
    SEED,
    WORDS,
    country_codes,
    vocabulary_of,
)
from indexer.analysis.word_arrays import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

BATCH: Final = 20_000  # documents generated together
SENTENCE: Final = 14  # words, with a comma after the sixth
COPIED: Final = 0.25  # the share of documents with copies, if any have
COPIES: Final = 10**9  # the ids of copies are above this number
FIELDS: Final = {"section": 12, "author": 5_000, "edition": 40, "place": 600}  # custom fields: their values
PLAIN, CAPITAL, COMMA, STOP = range(4)  # the forms of a word in a text


class _Forms:
    """The bytes of each word of all languages in each form, with the space after it."""

    def __init__(self) -> None:
        words = [word for language in LANGUAGES for word in vocabulary_of(language).words]
        self.words = len(words)
        forms = [
            *(f"{word} " for word in words),
            *(f"{word.capitalize()} " for word in words),
            *(f"{word}, " for word in words),
            *(f"{word}. " for word in words),
        ]
        self._bytes = np.frombuffer("".join(forms).encode(), np.uint8)
        self._sizes = np.array([*map(len, forms)])
        self._starts = np.cumsum(self._sizes) - self._sizes

    def write(self, words: Numbers, forms: Numbers) -> tuple[str, Numbers]:
        """Return a text of words in their forms, and the end of each word in it."""
        rows = words + forms * self.words
        sizes = self._sizes[rows]
        return self._bytes[ranges(self._starts[rows], sizes)].tobytes().decode(), np.cumsum(sizes)


def lines(count: int, *, copies: bool = False, fields: bool = False) -> Iterator[str]:
    """Yield documents as JSON lines, many at a time; the texts have no characters to escape.

    Args:
        count: The number of documents, without copies.
        copies: Whether some documents have copies and other versions.
        fields: Whether they have custom fields.
    """
    chance, forms = np.random.default_rng(SEED), _Forms()
    for first in range(0, count, BATCH):
        yield _batch(chance, forms, first, min(BATCH, count - first), copies=copies, fields=fields)


def _batch(  # noqa: PLR0913 - the options of a corpus
    chance: np.random.Generator, forms: _Forms, first: int, size: int, *, copies: bool, fields: bool
) -> str:
    language = _drawn(chance, np.cumsum([*LANGUAGES.values()]), size)
    titles = chance.integers(4, 13, size)
    lengths = np.clip(np.rint(chance.lognormal(4.33, 0.35, size)), 20, 260).astype(np.int64) + titles
    ends = np.cumsum(lengths)
    begins = ends - lengths
    words = _words(chance, language, titles, begins, lengths)
    text, stops = forms.write(words, _forms_of(titles, begins, ends))
    countries = _countries(chance, size)
    days = [FIRST_DAY + timedelta(day) for day in chance.integers(0, DAYS, size).tolist()]
    names = [*LANGUAGES]
    bounds = np.stack((stops[begins - 1], stops[begins + titles - 1], stops[ends - 1]), axis=1)
    bounds[0, 0] = 0
    copied = chance.random(size) < COPIED if copies else np.zeros(size, bool)
    rows = []
    for number, (begin, middle, end) in enumerate(bounds.tolist()):
        title, body = text[begin : middle - 1], text[middle : end - 1]
        item = first + number
        fixed = f'"language": "{names[language[number]]}", "countries": [{countries[number]}]'
        if fields:
            fixed += "".join(f', "{name}": "{name} {item % values}"' for name, values in FIELDS.items())
        rows.append(_line(item, title, body, days[number], fixed))
        for copy in range(1 + number % 3 if copied[number] else 0):
            other = body if copy % 2 else body.replace(" ", f" changed{item} ", 1)
            day = days[number] + timedelta(copy + 1)
            rows.append(_line(COPIES + 3 * item + copy, title, other, day, fixed))
    return "".join(rows)


def _line(item: int, title: str, text: str, day: date, fixed: str) -> str:
    return f'{{"id": "{item}", "title": "{title}", "text": "{text}", "date": "{day}", {fixed}}}\n'


def _drawn(chance: np.random.Generator, cumulative: Sequence[float] | Numbers, size: int) -> Numbers:
    weights = np.asarray(cumulative)
    drawn: Numbers = weights.searchsorted(chance.random(size) * weights[-1], "right")
    return drawn


def _words(
    chance: np.random.Generator, language: Numbers, titles: Numbers, begins: Numbers, lengths: Numbers
) -> Numbers:
    """Draw the words of documents by Zipf's law, with up to five frequent pairs in each body."""
    words = np.empty(int(lengths.sum()), np.int64)
    of_word = np.repeat(language, lengths)
    owners = np.repeat(np.arange(len(lengths)), chance.integers(0, 6, len(lengths)))
    room = lengths[owners] - titles[owners] - 1
    places = begins[owners] + titles[owners] + (chance.random(len(owners)) * room).astype(np.int64)
    for number, name in enumerate(LANGUAGES):
        vocabulary = vocabulary_of(name)
        own = np.flatnonzero(of_word == number)
        words[own] = _drawn(chance, vocabulary.weights, len(own)) + number * WORDS
        numbers = {word: at for at, word in enumerate(vocabulary.words, number * WORDS)}
        pairs = np.array([[numbers[word] for word in pair] for pair in vocabulary.pairs])
        at = places[language[owners] == number]
        words[at], words[at + 1] = pairs[_drawn(chance, vocabulary.pair_weights, len(at))].T
    return words


def _forms_of(titles: Numbers, begins: Numbers, ends: Numbers) -> Numbers:
    """Return the form of each word: bodies are divided into sentences of fourteen words."""
    sizes = ends - begins
    places = ranges(np.zeros(len(sizes), np.int64), sizes) - np.repeat(titles, sizes)
    body, inside = places >= 0, places % SENTENCE
    forms = np.full(len(places), PLAIN)
    forms[body & (inside == 0)] = CAPITAL
    forms[body & (inside == 5)] = COMMA
    forms[body & (inside == SENTENCE - 1)] = STOP
    forms[ends - 1] = STOP
    forms[begins] = CAPITAL
    return forms


def _countries(chance: np.random.Generator, size: int) -> list[str]:
    """Draw the countries of each document, as the inside of a JSON array."""
    codes = [f'"{code}"' for code in country_codes()]
    counts = _drawn(chance, np.cumsum(COUNTRIES_OF_ONE), size)
    weights = np.cumsum(1.0 / (np.arange(len(codes)) + 2))
    drawn = _drawn(chance, weights, int(counts.sum())).tolist()
    ends = np.cumsum(counts).tolist()
    return [
        ", ".join(dict.fromkeys(codes[number] for number in drawn[end - count : end]))
        for end, count in zip(ends, counts.tolist(), strict=True)
    ]

"""Generate a deterministic corpus of news in three invented vocabularies, and queries of nine kinds.

The Snowball stemmer of its language and Porter's leave every word unchanged. So peers with other stemmers, or
with none, index the same terms, although each processes every word.
"""

from __future__ import annotations

import json
import random
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, product
from typing import TYPE_CHECKING, Any

from benchmarks.question import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEED = 1729
LANGUAGES = {"en": 60, "es": 25, "fr": 15}  # shares of the documents by language, in percent
STEMMERS = {"en": "english", "es": "spanish", "fr": "french"}
WORDS = 60_000  # words of each language
FIRST_DAY, DAYS = date(2000, 1, 1), 26 * 365
COUNTRIES = 200
# The most frequent words are real, so that the language of a text can be detected; no query has them.
FUNCTION_WORDS = {
    "en": "the of and to in is that it for was with on as at by from this have are be",
    "es": "de la que el en y los se del las un por con una su para es al lo como",
    "fr": "de la le et les des en un du une que est pour qui dans par il plus au sur",
}
COUNTRIES_OF_ONE = (20, 40, 20, 12, 8)  # percent of documents with 0, 1, 2, 3 and 4 countries
PAIRS = 1_000  # words that are often adjacent, so that phrases match
ONSETS = {
    "en": "b br d dr f g gl h k l m n p pr r s st t tr w",
    "es": "b c ch d f g j l ll m n p qu r s t tr v z",
    "fr": "b bl c ch d f fl g gr j l m n p pl r s t v",
}
NUCLEI = {"en": "a e i o u oo ai ou", "es": "a e i o u ia ue", "fr": "a e i o u ou oi au"}
_SHARES = list(accumulate(LANGUAGES.values()))
_COUNTRY_WEIGHTS = list(accumulate(1.0 / (rank + 2) for rank in range(COUNTRIES)))
CODAS = {"en": "k m p mb nk rt sk", "es": "n l r z", "fr": "c f l p rd nt"}


class Vocabulary:
    """The words of one language, most frequent first, distributed by Zipf's law."""

    def __init__(self, language: str) -> None:
        import Stemmer

        stem, porter = Stemmer.Stemmer(STEMMERS[language]).stemWord, Stemmer.Stemmer("porter").stemWord
        chance = random.Random(f"{SEED} {language}")
        syllables = ["".join(pair) for pair in product(ONSETS[language].split(), NUCLEI[language].split())]
        codas = CODAS[language].split()
        words: dict[str, None] = dict.fromkeys(FUNCTION_WORDS[language].split())
        while len(words) < WORDS:
            count = chance.choice((2, 2, 3, 3, 4))
            word = "".join(chance.choices(syllables, k=count)) + chance.choice(codas)
            if len(word) >= 5 and stem(word) == word and porter(word) == word:
                words[word] = None
        self.words = list(words)
        self.weights = list(accumulate(1.0 / (rank + 3.7) ** 1.05 for rank in range(WORDS)))
        self.pairs = [tuple(chance.sample(self.words[50:4000], 2)) for _ in range(PAIRS)]
        self.pair_weights = list(accumulate(1.0 / (rank + 5) ** 0.9 for rank in range(PAIRS)))


@cache
def vocabulary_of(language: str) -> Vocabulary:
    """Return the vocabulary of a language, created once."""
    return Vocabulary(language)


@cache
def country_codes() -> list[str]:
    """Return 200 real country codes, most frequent first, in a random order."""
    from indexer.countries.country_names import country_names

    codes = sorted(country_names())
    random.Random(SEED).shuffle(codes)
    return codes[:COUNTRIES]


def documents(count: int) -> Iterator[dict[str, Any]]:
    """Yield documents; smaller corpora are prefixes of larger ones.

    Yields:
        Records with all fields: id, title, text, date, language, countries.
    """
    chance = random.Random(SEED)
    vocabularies = {language: vocabulary_of(language) for language in LANGUAGES}
    for number in range(count):
        language, title_length, length = shape(chance)
        vocabulary = vocabularies[language]
        words = chance.choices(vocabulary.words, cum_weights=vocabulary.weights, k=length)
        for _ in range(chance.randint(0, 5)):
            at = chance.randrange(title_length, len(words) - 1)
            words[at : at + 2] = chance.choices(vocabulary.pairs, cum_weights=vocabulary.pair_weights)[0]
        yield record(chance, number, language, words, title_length)


def shape(chance: random.Random) -> tuple[str, int, int]:
    """Draw the language of a document, and the numbers of words of its title and in total."""
    language = chance.choices(list(LANGUAGES), cum_weights=_SHARES)[0]
    length = min(260, max(20, round(chance.lognormvariate(4.33, 0.35))))
    title_length = chance.randint(4, 12)
    return language, title_length, length + title_length


def record(
    chance: random.Random, number: int, language: str, words: list[str], title_length: int
) -> dict[str, Any]:
    """Return a record with a document's words and random countries and date."""
    many = chance.choices(range(5), weights=COUNTRIES_OF_ONE)[0]
    countries = dict.fromkeys(chance.choices(country_codes(), cum_weights=_COUNTRY_WEIGHTS, k=many))
    return {
        "id": str(number),
        "title": " ".join(words[:title_length]).capitalize(),
        "text": _sentences(words[title_length:]),
        "date": (FIRST_DAY + timedelta(chance.randrange(DAYS))).isoformat(),
        "language": language,
        "countries": list(countries),
    }


def _sentences(words: list[str]) -> str:
    """Split words into sentences of fourteen, with a comma in the middle of each."""
    sentences = []
    for first in range(0, len(words), 14):
        part = words[first : first + 14]
        middle = [", ".join(filter(None, (" ".join(part[:6]), " ".join(part[6:]))))]
        sentences.append("".join(middle).capitalize() + ".")
    return " ".join(sentences)


def write_corpus(path: Path, made: Iterator[dict[str, Any]]) -> None:
    """Write documents as JSON Lines, unless the file exists."""
    if path.exists():
        return
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        for document in made:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
    temporary.replace(path)


def write_bare(corpus: Path, path: Path) -> None:
    """Write a corpus without the fields that can be detected: languages and countries."""
    with path.open("w", encoding="utf-8") as file:
        for record in read_corpus(corpus):
            del record["language"], record["countries"]
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """Read a corpus record by record."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def questions(sample: Path, each: int = 25) -> list[Question]:
    """Generate the queries, from words chosen by document frequency in the sample."""
    having: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    sizes: Counter[str] = Counter()
    for record in read_corpus(sample):
        text = f"{record['title']} {record['text']}".lower().replace(",", " ").replace(".", " ")
        having[record["language"]].update(
            set(text.split()).difference(FUNCTION_WORDS[record["language"]].split())
        )
        sizes[record["language"]] += 1
    bands = {
        language: {
            "rare": _band(found, 2, max(3, sizes[language] // 1000)),
            "middling": _band(found, sizes[language] // 400, sizes[language] // 80),
            "common": _band(found, sizes[language] // 25, sizes[language] // 4),
        }
        for language, found in having.items()
    }
    return list(_asked(bands, each))


def _band(found: Counter[str], low: int, high: int) -> list[str]:
    ordered = sorted(found.items(), key=lambda pair: (pair[1], pair[0]))
    counts = [count for _, count in ordered]
    return [word for word, _ in ordered[bisect_left(counts, low) : bisect_right(counts, high)]]


def _asked(bands: dict[str, dict[str, list[str]]], each: int) -> Iterator[Question]:
    chance = random.Random(SEED + 1)
    codes = country_codes()
    pairs = {language: vocabulary_of(language).pairs[:200] for language in LANGUAGES}

    def words(language: str, *kinds: str) -> tuple[str, ...]:
        return tuple(chance.choice(bands[language][kind]) for kind in kinds)

    def any_of(language: str) -> tuple[str, ...]:
        return words(
            language,
            *chance.choice(
                (("middling", "common"), ("middling", "middling", "rare"), ("common", "common", "middling"))
            ),
        )

    for _ in range(each):
        language = chance.choices(list(LANGUAGES), weights=list(LANGUAGES.values()))[0]
        for kind in ("rare", "middling", "common"):
            yield Question(f"one {kind} word", language, "any", words(language, kind))
        yield Question("any of 2-3 words", language, "any", any_of(language))
        both = words(language, "common", chance.choice(("middling", "common")))
        yield Question("all of 2 words", language, "all", both)
        yield Question("phrase", language, "phrase", chance.choice(pairs[language]))
        year, span = chance.randint(2000, 2022), chance.choice((1, 2, 4))
        dates = (date(year, chance.randint(1, 12), 1), date(year + span - 1, 12, 31))
        yield Question("any, a date range", language, "any", any_of(language), dates=dates)
        code = codes[min(int(chance.expovariate(1 / 12)), COUNTRIES - 1)]
        yield Question("any, a country", language, "any", any_of(language), country=code)
        yield Question("any, dates and a country", language, "any", any_of(language), dates, code)

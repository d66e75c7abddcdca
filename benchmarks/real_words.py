"""Generate a deterministic corpus of real words, and queries with labels of the thesaurus.

Texts are sequences of words, not sentences: function words, words and labels of Dragoman's thesaurus, words
of the sample archive, and invented names, each by Zipf's law. In the corpus of invented words no label is
ever added.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import (
    FUNCTION_WORDS,
    LANGUAGES,
    SEED,
    documents,
    read_corpus,
    record,
    shape,
    vocabulary_of,
    write_corpus,
)
from benchmarks.processes import WORK
from benchmarks.question import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

AS_TYPED, JOINED = "real words, as typed", "real words, labels join"
WORD = re.compile(r"[^\W\d_]{2,}")
SHARES = {"function": 40, "word": 28, "label": 8, "name": 24}  # kinds of words in texts, in percent
HEAD = 60  # ranks of Zipf's law before the first content word: those of function words
SHORTEST, MAX_LABEL_LENGTH = 5, 3  # of labels: minimum letters (shorter ones are acronyms), maximum words
EACH = 150  # more queries than a searcher caches, so that each is interpreted again, as for users
MIN_COUNT = 3  # minimum texts of the sample that contain a label of a query


class Words:
    """The words for texts of one language, in lists sorted by frequency."""

    def __init__(self, language: str) -> None:
        chance = random.Random(f"{SEED} real {language}")
        labels = _labels()[language]
        counts = Counter(word for label in labels for word in WORD.findall(label))
        counts.update(_sample_words()[language])
        function_words = FUNCTION_WORDS[language].split()
        content = sorted(counts.keys() - set(function_words))
        chance.shuffle(content)
        chance.shuffle(labels)
        self.lists = {
            "function": function_words,
            "word": sorted(content, key=lambda word: -counts[word]),
            "label": labels,
            "name": vocabulary_of(language).words[len(function_words) :],
        }
        self.weights = {
            kind: _zipf(len(words), 0 if kind == "function" else HEAD) for kind, words in self.lists.items()
        }

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Draw a text of ``count`` words."""
        words: list[str] = []
        for kind in chance.choices(list(SHARES), weights=list(SHARES.values()), k=count):
            words += chance.choices(self.lists[kind], cum_weights=self.weights[kind])[0].split()
        return words[:count]


def _zipf(count: int, first: int) -> list[float]:
    return list(accumulate(1.0 / (rank + 3.7) ** 1.05 for rank in range(first, first + count)))


@cache
def words_of(language: str) -> Words:
    """Return the words for texts of a language, collected once."""
    return Words(language)


def _labels() -> dict[str, list[str]]:
    """Return the thesaurus labels of few words, by language."""
    from indexer.thesaurus.bundled import bundled_concepts

    labels: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for concept in bundled_concepts():
        for label in concept.labels:
            if (
                not label.hidden
                and len(label.text) >= SHORTEST
                and len(label.text.split()) <= MAX_LABEL_LENGTH
            ):
                labels[label.language][label.text.lower()] = None
    return {language: list(found) for language, found in labels.items()}


@cache
def _sample_words() -> dict[str, Counter[str]]:
    """Count the words of the sample archive by item language."""
    from indexer.documents import read_items
    from indexer.sample import sample_path

    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with sample_path() as path:
        for item in read_items(path):
            counts[item.language].update(WORD.findall(f"{item.title or ''} {item.body}".lower()))
    return counts


def real_documents(count: int) -> Iterator[dict[str, Any]]:
    """Yield documents of real words; smaller corpora are prefixes of larger ones."""
    chance = random.Random(f"{SEED} real")
    for number in range(count):
        language, title_length, length = shape(chance)
        yield record(chance, number, language, words_of(language).draw(chance, length), title_length)


def corpus_file(kind: str, count: int) -> Path:
    """Return the file of a corpus of ``invented`` or ``real`` words, written unless it exists."""
    WORK.mkdir(exist_ok=True)
    path = WORK / f"{kind}.{count}.jsonl"
    write_corpus(path, real_documents(count) if kind == "real" else documents(count))
    return path


def real_questions(sample: Path, each: int = EACH) -> list[Question]:
    """Generate the queries, each of them twice: as typed, and with expansion.

    A third are a label, a third a label and a word, and a third as long as headlines: two labels, a word and
    a name, with function words between them. They search the items of all languages.

    Args:
        sample: The beginning of the corpus, in which each label occurs in at least two languages.
        each: The number of queries of each kind.
    """
    chance = random.Random(f"{SEED} real questions")
    known = _known_labels(sample)
    asked = []
    for number in range(each):
        language = chance.choices(list(LANGUAGES), weights=list(LANGUAGES.values()))[0]
        first, second = chance.sample(known[language], 2)
        lists = words_of(language).lists
        word, name = chance.choice(lists["word"][:4000]), chance.choice(lists["name"][:4000])
        grammar = chance.sample(lists["function"], 2)
        text = (first, f"{first} {word}", f"{first} {grammar[0]} {name} {word} {grammar[1]} {second}")
        asked.append(Question(AS_TYPED, language, "any", tuple(text[number % 3].split()), everywhere=True))
    return [*asked, *(question._replace(kind=JOINED, expand=True) for question in asked)]


def of_kind(times: Sequence[float], questions: Sequence[Question], kind: str) -> list[float]:
    """Return the times of the queries of one kind."""
    return [time for time, question in zip(times, questions, strict=True) if question.kind == kind]


def _known_labels(sample: Path) -> dict[str, list[str]]:
    """Return labels that occur in the sample and whose concepts also occur there in other languages."""
    from indexer.thesaurus.bundled import bundled_concepts

    having: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for document in read_corpus(sample):
        words = WORD.findall(f"{document['title']} {document['text']}".lower())
        runs = (" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words)))
        having[document["language"]].update(set(runs))
    known: dict[str, dict[str, None]] = {language: {} for language in LANGUAGES}
    for concept in bundled_concepts():
        found = [
            (label.language, text)
            for label in concept.labels
            if len(text := label.text.lower()) >= SHORTEST and having[label.language][text] >= MIN_COUNT
        ]
        if len({language for language, _ in found}) > 1:
            for language, text in found:
                known[language][text] = None
    return {language: list(labels) for language, labels in known.items()}

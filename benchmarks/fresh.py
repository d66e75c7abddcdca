"""Generate queries that run once, so that no cache of words, interpretations or results hides their cost.

Each query is built from an item of the sample, so that words are as frequent as in texts, and every filter
matches.
"""

from __future__ import annotations

import random
from datetime import date
from itertools import islice, pairwise
from time import process_time
from typing import TYPE_CHECKING, Any, Final

from benchmarks.corpus import FUNCTION_WORDS, SEED, read_corpus
from benchmarks.question import Question
from benchmarks.real_words import JOINED, real_questions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from benchmarks.peers import Open

COUNT, REAL_COUNT = 2_000, 400  # queries
WARM_UP, REAL_WARM_UP = 200, 40  # queries that are run before the others, and are not timed
BLOCK: Final = 20  # queries to one index before it is the turn of the other index

PLAIN, DEFAULT, PHRASE = "words as typed", "words, the default", "phrase"
DATES, COUNTRY, MISSPELT, PREFIX = "words, dates", "words, a country", "a misspelt word", "a prefix"
# The number of queries per kind in each block. Those of DEFAULT search all languages, with expansion.
KINDS = {PLAIN: 5, DEFAULT: 5, PHRASE: 2, DATES: 2, COUNTRY: 2, MISSPELT: 2, PREFIX: 2}
PEER_KINDS = (PLAIN, DEFAULT, PHRASE, DATES, COUNTRY)  # a peer runs those of DEFAULT as words as typed
LONG: Final = 6  # letters of a word that is misspelt or truncated
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def fresh_questions(sample: Path, count: int = COUNT + WARM_UP) -> list[Question]:
    """Return queries with distinct words; each kind is equally frequent in each block."""
    chance = random.Random(f"{SEED} fresh")
    items = [(item, _words(item)) for item in read_corpus(sample)]
    known = {word for _, words in items for word in words}
    kinds = [kind for kind, share in KINDS.items() for _ in range(share)]
    made: dict[frozenset[str], Question] = {}
    while len(made) < count:
        kind, (item, words) = kinds[len(made) % len(kinds)], chance.choice(items)
        for question in _made(chance, kind, item, words):
            if not (kind == MISSPELT and question.words[0] in known):
                made.setdefault(frozenset(question.words), question)
    return list(made.values())


def fresh_real_questions(sample: Path) -> list[Question]:
    """Return distinct queries of real words, alternately as typed and with labels."""
    count = REAL_COUNT + REAL_WARM_UP
    typed = {
        question.words: question for question in real_questions(sample, 2 * count) if not question.expand
    }
    return [
        question._replace(kind=JOINED, expand=True) if number % 2 else question
        for number, question in enumerate(islice(typed.values(), count))
    ]


def _words(item: dict[str, Any]) -> list[str]:
    """Return the words of an item's text, with empty strings for function words and ends of parts."""
    grammar = set(FUNCTION_WORDS[item["language"]].split())
    text = item["text"].lower().replace(",", " .").replace(".", " .")
    return ["" if word in grammar or word == "." else word for word in text.split()]


def _made(chance: random.Random, kind: str, item: dict[str, Any], words: list[str]) -> Iterator[Question]:
    """Yield the query of one kind that an item allows, if any."""
    plain = Question(kind, item["language"], "any", ())
    content = list(dict.fromkeys(filter(None, words)))
    long = [word for word in content if len(word) >= LONG]
    some = tuple(chance.sample(content, min(len(content), chance.choice((1, 1, 2, 2, 2, 3)))))
    if kind == PHRASE:
        pairs = [pair for pair in pairwise(words) if all(pair) and len(set(pair)) == 2]
        if pairs:
            yield plain._replace(operator="phrase", words=chance.choice(pairs))
    elif kind == MISSPELT and long:
        yield plain._replace(words=(misspelt(chance, chance.choice(long)),), everywhere=True, expand=True)
    elif kind == PREFIX and long:
        yield plain._replace(words=(chance.choice(long)[: chance.choice((4, 5))] + "*",))
    elif kind == DATES and some:
        year = int(item["date"][:4])
        dates = date(year - chance.randint(0, 3), 1, 1), date(year, 12, 31)
        yield plain._replace(words=some, dates=dates)
    elif kind == COUNTRY and some and item["countries"]:
        yield plain._replace(words=some, country=chance.choice(item["countries"]))
    elif kind in {PLAIN, DEFAULT} and some:
        yield plain._replace(words=some, everywhere=kind == DEFAULT, expand=kind == DEFAULT)


def misspelt(chance: random.Random, word: str, *, anywhere: bool = False) -> str:
    """Delete, insert or replace a letter, or swap two letters; by default, not the first or the last one."""
    at = chance.randrange(len(word)) if anywhere else chance.randrange(1, len(word) - 1)
    letter = chance.choice(LETTERS)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
        )
    )


def ask_once(
    indexes: Sequence[tuple[Open, Collection[str]]], questions: Sequence[Question], warm_up: int
) -> list[dict[Question, float]]:
    """Run the queries that each index supports, alternating between indexes in blocks.

    Args:
        indexes: The indexes with the kinds of queries that they support.
        questions: The distinct queries.
        warm_up: The number of queries, taken from the end, that are run first, untimed.

    Returns:
        For each index, the CPU time of each query in milliseconds.
    """
    for index, kinds in indexes:
        for question in questions[-warm_up:]:
            if question.kind in kinds:
                index.ask(question)
    timed, times = questions[:-warm_up], [dict[Question, float]() for _ in indexes]
    for first in range(0, len(timed), BLOCK):
        for taken, (index, kinds) in zip(times, indexes, strict=True):
            for question in timed[first : first + BLOCK]:
                if question.kind in kinds:
                    started = process_time()
                    index.ask(question)
                    taken[question] = (process_time() - started) * 1000
    return times

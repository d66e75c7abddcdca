"""The mixed archive, its questions and their relevant items."""

import json
from math import log2
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
LANGUAGES = ("en", "es", "fr")
ELSEWHERE = 0.5  # what a version in another language counts, compared with one in the question's


class Question(NamedTuple):
    """A question, with the grades of the relevant items."""

    language: str  # ``-`` if nothing shows it
    text: str
    grades: dict[str, float]


class FalseFriend(NamedTuple):
    """A question that must not match some items."""

    language: str
    text: str
    wrong: frozenset[str]
    is_given: bool  # whether the language is given with the question


ITEMS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "archive.jsonl").read_text(encoding="utf-8").splitlines()
]
IDS = frozenset(item["id"] for item in ITEMS)


def event_of(item: str) -> str:
    """Return the event of an item, by its id."""
    return item[:-3]


def language_of(item: str) -> str:
    """Return the language of an item, by its id."""
    return item[-2:]


def versions(name: str) -> list[str]:
    """Return the items of an event, or of the event of an item."""
    return [name] if name in IDS else [f"{name}-{language}" for language in LANGUAGES]


def everyday() -> list[Question]:
    """Return the everyday questions."""
    return [
        Question(language, text, _grades(language, answers)) for language, text, answers in _rows("questions")
    ]


def headlines() -> list[tuple[str, Question]]:
    """Return a question made of each item's headline, after the item's id."""
    found = []
    for item in ITEMS:
        event = event_of(item["id"])
        answers = event if all(version in IDS for version in versions(event)) else item["id"]
        question = Question(item["language"], item["title"], _grades(item["language"], answers))
        found.append((item["id"], question))
    return found


def false_friends() -> list[FalseFriend]:
    """Return the false friends."""
    return [
        FalseFriend(
            language.strip("()"),
            text,
            frozenset(item for name in wrong.split() for item in versions(name)),
            language.startswith("("),
        )
        for language, text, wrong in _rows("false_friends")
    ]


def ndcg(hits: list[str], grades: dict[str, float]) -> float:
    """Return nDCG@10 by its formula (Järvelin and Kekäläinen 2002), with gains as graded."""
    ideal = sorted(grades.values(), reverse=True)
    gain, most = (
        sum(grade / log2(rank + 1) for rank, grade in enumerate(some[:10], start=1))
        for some in ([grades.get(hit, 0.0) for hit in hits], ideal)
    )
    return gain / most


def _grades(language: str, answers: str) -> dict[str, float]:
    grades = {}
    for answer in answers.split():
        name, _, touches = answer.partition(":")
        for item in versions(name):
            own = language in ("-", language_of(item))
            grades[item] = (ELSEWHERE if touches else 1.0) * (1.0 if own else ELSEWHERE)
    return grades


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]

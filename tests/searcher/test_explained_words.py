"""The output of --explain is documented: docs/explanation/relevance.md has a line for each kind of line."""

import re
from collections.abc import Iterator
from pathlib import Path

from searcher import Searcher
from searcher.results import Explanation

DOCUMENTATION = Path(__file__).parents[2] / "docs/explanation/relevance.md"
QUESTIONS = [
    "flod schools country:EC",
    "+ferr* night -cargo",
    '"night ferry" title:ferry',
    "ferry date:2015..",
    'NOT "qqz* zzq*"',
]
# The placeholders for names, words and numbers in a kind of line.
NAMES = re.compile(r"(?<=: ).*|^(?:text|title)_\w\w\b|(?<=where )(?:country|date)|\b\d[\d.]*\b")


def kinds(texts: list[str]) -> set[str]:
    """Replace everything that differs between hits by placeholders."""
    return {NAMES.sub("#", text.partition("  (")[0].partition(" (")[0].partition(" ×")[0]) for text in texts}


def whats(explanation: Explanation) -> Iterator[str]:
    """Yield the lines of an explanation and its parts."""
    yield explanation.what
    for part in explanation.parts:
        yield from whats(part)


def test_each_line_of_an_explanation_is_documented(sample_index: Path) -> None:
    """Conditions, spellings and best parts as well: no line has undocumented words."""
    _, _, table = DOCUMENTATION.read_text(encoding="utf-8").partition("| line | what it says |")
    explained = kinds(re.findall("`([^`]+)`", table.partition("\n\n")[0]))
    with Searcher(sample_index) as searcher:
        found = [
            what
            for question in QUESTIONS
            for explanation in searcher.search(question, explain=True, estimated=True).explanations
            for what in whats(explanation)
        ]
    assert kinds(found) <= explained
    assert {"sum of", "sum of required parts", "highest of", "filter: #"} <= kinds(found)

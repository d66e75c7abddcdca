"""The peers, each as its own documentation has it used: build an index of a corpus, answer a question."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.question import Answer, Question


class Open(Protocol):
    """An index that is open for questions."""

    def ask(self, question: Question) -> Answer:
        """Answer one request: ranked top 10 with titles, year and country counts over all matches."""


class Module(Protocol):
    """What the module of a peer offers."""

    def build(self, corpus: Path, folder: Path) -> None:
        """Build the index of a corpus in a folder that does not exist yet."""

    def open_index(self, folder: Path) -> Open:
        """Open it for questions."""


class Peer(NamedTuple):
    """A peer.

    Attributes:
        name: What the tables call it.
        module: Its module here.
        most_documents: The largest corpus that it is tried on.
        every: Of the questions, which part it is asked: 1 for all, 8 for every eighth.
        operators: What it can do.
        filters: Whether it can narrow by date and country.
        why: What it cannot do, in a few words.
    """

    name: str
    module: str
    most_documents: int = 1_000_000
    every: int = 1
    operators: tuple[str, ...] = ("any", "all", "phrase")
    filters: bool = True
    why: str = ""

    def load(self) -> Module:
        """Import its module."""
        return cast("Module", import_module(f"benchmarks.peers.{self.module}"))

    def can(self, question: Question) -> bool:
        """Tell whether it can answer a question."""
        narrowed = question.dates is not None or question.country is not None
        return question.operator in self.operators and (self.filters or not narrowed)

    def asked(self, questions: Sequence[Question]) -> list[Question]:
        """Return those of some questions that it is asked; their kinds follow each other in turn."""
        return [question for question in questions if self.can(question)][:: self.every]


DRAGOMAN = Peer("Dragoman", "dragoman_peer")
PEERS = (
    Peer("tantivy", "tantivy_peer"),
    Peer("SQLite FTS5", "sqlite_peer"),
    Peer(
        "bm25s",
        "bm25s_peer",
        most_documents=100_000,
        operators=("any",),
        filters=False,
        why="knows no required word, no phrase and no filter by value; facets counted on its array of scores",
    ),
    Peer(
        "stock Whoosh",
        "whoosh_peer",
        most_documents=100_000,
        every=8,
        why="asked every eighth question, and not at a million: it would take hours",
    ),
)

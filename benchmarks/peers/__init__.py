"""Run the peers, used as in their documentation: build an index of a corpus, run a query."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.question import Answer, Question


class Open(Protocol):
    """An open index."""

    def ask(self, question: Question) -> Answer:
        """Run one query: the ranked top 10 with titles, and year and country counts over all matches."""


class Module(Protocol):
    """The interface of a peer's module."""

    def build(self, corpus: Path, folder: Path) -> None:
        """Build the index of a corpus in a folder that does not exist yet."""

    def open_index(self, folder: Path) -> Open:
        """Open the index for queries."""


class Peer(NamedTuple):
    """A search engine to compare.

    Attributes:
        name: The name in the tables.
        module: The module in this package.
        most_documents: The size of the largest corpus to index.
        every: The interval of the queries to run: 1 for all queries, 8 for every eighth query.
        operators: The supported operators.
        filters: Whether date and country filters are supported.
        why: The limitations, in a few words.
    """

    name: str
    module: str
    most_documents: int = 1_000_000
    every: int = 1
    operators: tuple[str, ...] = ("any", "all", "phrase")
    filters: bool = True
    why: str = ""

    def load(self) -> Module:
        """Import the peer's module."""
        return cast("Module", import_module(f"benchmarks.peers.{self.module}"))

    def can(self, question: Question) -> bool:
        """Return whether the peer supports a query."""
        narrowed = question.dates is not None or question.country is not None
        return question.operator in self.operators and (self.filters or not narrowed)

    def asked(self, questions: Sequence[Question]) -> list[Question]:
        """Return the queries to run on the peer; their kinds alternate."""
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

"""Dragoman through its Python interface; the build is what `dragoman build` runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.question import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question

SIGNS = {"any": "{}", "all": "+{}", "phrase": "{}"}


def build(corpus: Path, folder: Path) -> None:
    """Build the index."""
    from indexer.store.build import build as build_index

    build_index([corpus], folder)


def open_index(folder: Path) -> DragomanIndex:
    """Open the index."""
    return DragomanIndex(folder)


class DragomanIndex:
    """An open index."""

    def __init__(self, folder: Path) -> None:
        from searcher import Searcher

        self.searcher = Searcher(folder)

    def results(self, question: Question, limit: int = 10) -> Any:
        """Return the results as a program gets them."""
        text = " ".join(map(SIGNS[question.operator].format, question.words))
        first, last = question.dates or (None, None)
        return self.searcher.search(
            f'"{text}"' if question.operator == "phrase" else text,
            languages=[question.language],
            countries=[question.country] if question.country else (),
            date_from=first.isoformat() if first else None,
            date_to=last.isoformat() if last else None,
            facets=("year", "country"),
            limit=limit,
            expand=False,
        )

    def ask(self, question: Question) -> Answer:
        """Answer one request."""
        results = self.results(question)
        return Answer(
            [(int(hit.id), hit.score, hit.title) for hit in results.hits],
            results.total,
            {
                int(one.value): one.count
                for one in results.facets["year"]
                if one.count and one.value != "unknown"
            },
            {
                one.value: one.count
                for one in results.facets["country"]
                if one.count and one.value != "unknown"
            },
        )

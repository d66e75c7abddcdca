"""Run Dragoman through its Python interface; the build equals `dragoman build --jobs 1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.question import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question


def build(corpus: Path, folder: Path) -> None:
    """Build the index in one process, whose memory is measured."""
    from indexer.store.indexing import build as build_index

    build_index([corpus], folder, jobs=1)


class DragomanIndex:
    """An open index."""

    def __init__(self, folder: Path) -> None:
        from searcher import Searcher

        self.searcher = Searcher(folder)

    def results(self, question: Question, limit: int = 10) -> Any:
        """Return the results of a search."""
        arguments = question.arguments()
        return self.searcher.search(arguments.pop("query"), limit=limit, **arguments)

    def ask(self, question: Question) -> Answer:
        """Run one query."""
        results = self.results(question)
        return Answer(
            [(int(hit.id), hit.score, hit.title) for hit in results.hits],
            results.total,
            {
                int(value.value): value.count
                for value in results.facets["year"]
                if value.count and value.value != "unknown"
            },
            {
                value.value: value.count
                for value in results.facets["country"]
                if value.count and value.value != "unknown"
            },
        )


open_index = DragomanIndex

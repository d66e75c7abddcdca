"""The searcher: opens an index read-only and answers requests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from indexer.codec.array_index import ArrayIndex
from indexer.errors import QueryError
from indexer.item import NewsItem
from indexer.schema import UNKNOWN
from indexer.store.damage import DamageGuard
from searcher.closed import Closed
from searcher.details import Details
from searcher.engine import Execution, Filters, Wanted
from searcher.execution.executor import IndexExecutor
from searcher.facets import facet_values
from searcher.highlights import Highlights
from searcher.interpretation import Interpreter, everything
from searcher.opening import open_generation
from searcher.query.limits import LONGEST_ID, LONGEST_SUGGESTED, MOST_EXPLAINED
from searcher.request import SearchRequest, make_request
from searcher.results import LANGUAGE_LABELS, Explanation, Hit, Results

if TYPE_CHECKING:
    from pathlib import Path

    from searcher.interpretation import Interpretation


class Searcher:
    """Answers questions over one index, as it was when it was opened; threads may share it.

    Use it as a context manager, or call :meth:`close`; a RuntimeError says when one that is closed is asked.
    """

    def __init__(self, index: str | Path = "index_data") -> None:
        """Open an index.

        Args:
            index: The index folder.

        Raises:
            IndexFolderError: There is none, or it is unfinished, damaged, or of a newer format.
        """
        self._place = os.fspath(index)
        self.manifest, segments, self._thesaurus = open_generation(self._place)
        self._damage_told = DamageGuard(self._place)  # entered whenever the index is asked
        with self._damage_told:
            self._index = ArrayIndex(segments)
            self._executor = IndexExecutor(self._index)
        self._interpreter = Interpreter(self._executor, self._thesaurus)

    @property
    def folder(self) -> Path:
        """The index folder."""
        from pathlib import Path

        return Path(self._place)

    def close(self) -> None:
        """Let go of the index; harmless when done twice. Hits that were given out go on reading from it."""
        for held in ("_index", "_executor", "_interpreter", "_thesaurus"):
            self.__dict__.pop(held, None)
        self._damage_told = Closed(self._place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def search(  # noqa: PLR0913 - one argument for each thing that a user can ask for
        self,
        query: str | None,
        *,
        countries: Iterable[str] = (),
        languages: Iterable[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
        estimated: bool = False,
        sort: str = "relevance",
        limit: int = 10,
        offset: int = 0,
        facets: Iterable[str] = ("year", "country", "language"),
        expand: bool = True,
        strict: bool = False,  # noqa: ARG002 - the parser that reads what it cannot parse as text is to come
        explain: bool = False,
    ) -> Results:
        """Answer one ranked question.

        Args:
            query: Words and operators as typed (see :mod:`searcher.query.syntax`); None for everything.
            countries: ISO codes or names in three languages; any may hold.
            languages: Language codes; any may hold.
            date_from: The earliest period: ``2018``, ``2018-03`` or ``2018-03-05``.
            date_to: The latest period, to its last day.
            estimated: Whether estimated dates count as dates.
            sort: ``relevance``, ``newest`` or ``oldest``.
            limit: How many hits.
            offset: How many hits to pass over first.
            facets: Which facets to count, over all matches.
            expand: Whether related words may join the query.
            strict: Whether what cannot be read of the query is an error, not text.
            explain: Whether to say how each hit's score comes about.

        Returns:
            The hits, the facets, and what was left out.

        Raises:
            QueryError: The query or a filter cannot be understood.
        """
        started = perf_counter()
        request = make_request(
            query,
            countries=countries,
            languages=languages,
            date_from=date_from,
            date_to=date_to,
            estimated=estimated,
            sort=sort,
            limit=limit,
            offset=offset,
            facets=facets,
        )
        with self._damage_told:
            meant = self._interpreter.interpret(request, expand=expand, explain=explain)
            execution = meant.execute()
            hits = self._hits(execution.top, request.wanted.offset, meant.highlights)
            suggestion = self._suggestion(request, meant) if meant.corrected else None
            explanations = self._explanations(meant, execution) if explain else ()
        return Results(
            query=query or "",
            total=execution.total,
            took_ms=(perf_counter() - started) * 1000,
            hits=hits,
            facets={
                name: facet_values(name, execution.facets[name], request.filters)
                for name in request.wanted.facets
            },
            undated_left_out=execution.undated_left_out,
            notes=_notes(meant, len(hits) - len(explanations) if explain else 0),
            suggestion=suggestion,
            expansions=tuple(meant.expansions),
            explanations=explanations,
        )

    def similar(self, item_id: str, *, limit: int = 10) -> Results:
        """Return the items most like one, in any language.

        Args:
            item_id: The id as a hit shows it.
            limit: How many hits.

        Raises:
            QueryError: No item has the id.
            TypeError: The id is no string.
        """
        from searcher.similar import similar_query

        started = perf_counter()
        item = self.item(item_id)
        with self._damage_told:
            tree = similar_query(item, self._thesaurus, self._executor)
            found = []
            if tree is not None:
                execution = self._executor.execute(tree, Filters(), Wanted(limit=limit + 1))
                own = self._executor.find(item_id)
                found = [pair for pair in execution.top if pair[0] != own][:limit]
            hits = self._hits(found, 0, Highlights)
        total = max(execution.total - 1, 0) if tree is not None else 0
        return Results(f"similar to {item_id}", total, (perf_counter() - started) * 1000, hits, {})

    def _explanations(self, meant: Interpretation, execution: Execution) -> tuple[Explanation, ...]:
        from searcher.explain import Explainer

        shown = [number for number, _ in execution.top[:MOST_EXPLAINED]]
        found = Explainer(self._index, meant.notes, shown).explain(meant.tree)
        nothing = Explanation("nothing is ranked", 0.0)
        return tuple(found.get(number, nothing) for number in shown)

    def _suggestion(self, request: SearchRequest, meant: Interpretation) -> str | None:
        """Return the whole query with its words corrected, where that finds more than what was typed.

        Both without patterns: these find the same in either, and would be looked up twice more.
        """
        if len(request.query or "") > LONGEST_SUGGESTED:
            return None
        from searcher.spelling.suggestion import corrected_query

        corrected = corrected_query(request.query or "", meant.corrected)
        better = self._without_patterns(request._replace(query=corrected))
        typed = self._without_patterns(request)
        return corrected if better is not None and (typed is None or better > typed) else None

    def _without_patterns(self, request: SearchRequest) -> int | None:
        """Return how many items match a request as typed; None where without patterns it asks for nothing."""
        try:
            meant = self._interpreter.interpret(
                request._replace(wanted=Wanted()), expand=False, patterns=False
            )
        except QueryError:  # a corrected word may be too much for a phrase, or the name of a field
            return None
        return meant.execute().total

    def item(self, item_id: str) -> NewsItem:
        """Return one item whole.

        Args:
            item_id: The id as a hit shows it.

        Raises:
            QueryError: No item has it.
            TypeError: The id is no string.
        """
        if not isinstance(item_id, str):
            raise TypeError(f"an item id is a string, not {type(item_id).__name__}")
        with self._damage_told:
            number = self._executor.find(item_id)
            if number is not None:
                return NewsItem.from_record(self._executor.record(number))
        raise QueryError(f"no item has the id “{item_id[:LONGEST_ID]}”; ids are shown by: dragoman search")

    def info(self) -> dict[str, Any]:
        """Return what is in the index: its form, its sources, and counts by year, language and country."""
        with self._damage_told:
            wanted = Wanted(facets=("year", "country", "language"))
            counted = self._executor.execute(everything(), Filters(estimated=True), wanted)
            kinds = {
                kind: self._count(kind) for kind in ("printed", "corrected", "inferred", "estimated", "none")
            }
        years = sorted(year for year in counted.facets["year"] if year.isdigit())
        return {
            "index": str(self.folder),
            "format": self.manifest.format,
            "codec": self.manifest.codec,
            "built": self.manifest.built,
            "items": counted.total,
            "sources": [
                {"file": source.file, "items": source.items, "skipped": source.skipped}
                for source in self.manifest.sources
            ],
            "dates": {kind: count for kind, count in kinds.items() if count},
            "years": f"{years[0]} to {years[-1]}" if years else None,
            "languages": {
                LANGUAGE_LABELS[code]: count
                for code, count in sorted(counted.facets["language"].items(), key=lambda v: -v[1])
            },
            "countries": len(counted.facets["country"].keys() - {UNKNOWN}),
        }

    def _count(self, kind: str) -> int:
        """Return how many items have a kind of date."""
        from whoosh.query import Term

        from indexer.schema import DATING

        return self._executor.execute(Term(DATING, kind), Filters(), Wanted()).total

    def _hits(
        self, top: list[tuple[int, float]], offset: int, highlights: Callable[[], Highlights]
    ) -> list[Hit]:
        read = Details(self._executor, highlights, self._damage_told).of
        heads = self._executor.heads([number for number, _ in top])
        return [
            Hit(rank, item_id, score, title, number, read)
            for rank, ((number, score), (item_id, title)) in enumerate(
                zip(top, heads, strict=True), start=offset + 1
            )
        ]


def _notes(meant: Interpretation, not_explained: int) -> tuple[str, ...]:
    """Return a line for each thing that was not done for all words, or for all hits."""
    if not not_explained:
        return tuple(meant.left_out)
    from searcher.query.passed_over import hits_passed_over

    return (*meant.left_out, hits_passed_over(not_explained))

"""The searcher: opens an index read-only and answers requests."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from indexer.countries.names import country_names
from indexer.errors import QueryError
from indexer.schema import DATE_KINDS, DATING, UNKNOWN
from searcher.engine import Filters, Wanted
from searcher.facets import facet_values, in_order
from searcher.highlights import highlights_of
from searcher.interpretation import Interpreter
from searcher.languages import LANGUAGE_LABELS, resolve_query_language
from searcher.opening import open_engine
from searcher.query.limits import LIMITS, LONGEST_ID
from searcher.query.model import Everything, Keyword
from searcher.request import make_filters, make_wanted, region_notes
from searcher.results import Explanation, Hit, HitDetails, Results
from searcher.snippets import snippet

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from indexer.item import NewsItem
    from searcher.engine import Execution
    from searcher.interpretation import Interpretation
    from searcher.query.model import Node


class Searcher:
    """Answers questions over one index, as it was when it was opened; threads may share it.

    Use it as a context manager, or call :meth:`close`; a RuntimeError says when one that is closed is asked.
    """

    def __init__(self, index: str | PathLike[str] = "index_data") -> None:
        """Open an index.

        Args:
            index: The index folder.

        Raises:
            IndexFolderError: There is none, or it is unfinished, damaged, or of another format.
        """
        self._engine = open_engine(index)
        self._interpreter = Interpreter(self._engine)

    @property
    def folder(self) -> Path:
        """The index folder."""
        from pathlib import Path

        return Path(self._engine.place)

    def close(self) -> None:
        """Let go of the index; harmless when done twice. Hits that were given out go on reading from it."""
        self._engine.close()

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
        strict: bool = False,
        explain: bool = False,
        query_language: str | None = None,
    ) -> Results:
        """Answer one ranked question.

        Args:
            query: Words and operators as typed (see :mod:`searcher.query.parse`); None for everything.
            countries: ISO codes, or names of countries or regions in three languages; any may hold.
            languages: Language codes; any may hold.
            date_from: The earliest period: ``2018``, ``2018-03`` or ``2018-03-05``.
            date_to: The latest period, to its last day.
            estimated: Whether estimated dates count as dates.
            sort: ``relevance``, ``newest`` or ``oldest``.
            limit: How many hits.
            offset: How many hits to pass over first.
            facets: Which facets to count, over all matches: ``year`` (by ``month`` too where the dates lie
                within one year), ``country``, ``language``.
            expand: Whether related words may join the query.
            strict: Whether what cannot be read of the query is an error, not text.
            explain: Whether to say how each hit's score comes about.
            query_language: The language of the query, a code or a name; None to work it out.

        Returns:
            The hits, the facets, and what was left out.

        Raises:
            QueryError: The query or a filter cannot be understood.
        """
        started = perf_counter()
        countries = tuple(countries)
        filters = make_filters(countries, languages, date_from, date_to, estimated=estimated)
        wanted = make_wanted(sort, limit, offset, facets, filters)
        language = resolve_query_language(query_language) if query_language is not None else None
        with self._engine.asking():
            meant = self._interpreter.interpret(
                query, filters, expand=expand, strict=strict, language=language
            )
            if countries and (notes := region_notes(countries)):
                meant = meant._replace(notes=tuple(dict.fromkeys((*notes, *meant.notes))))
            return self._results(query or "", meant, filters, wanted, started, explain=explain)

    def similar(self, item_id: str, *, limit: int = 10) -> Results:
        """Find the items most like one, in any language.

        Args:
            item_id: The id as a hit shows it.
            limit: How many hits.

        Raises:
            QueryError: No item has the id, or the limit is negative.
        """
        from searcher.similar import similar_query

        started = perf_counter()
        if limit < 0:
            raise QueryError("a limit cannot be negative")
        item = self.item(item_id)
        with self._engine.asking():
            query = similar_query(item, self._engine.thesaurus, self._engine)
            found, total = [], 0
            if query is not None:
                execution = self._engine.execute(query, Filters(), Wanted(limit=limit + 1))
                own = self._engine.find(item_id)
                found = [pair for pair in execution.top if pair[0] != own][:limit]
                total = max(execution.total - 1, 0)
            hits = self._hits(found, 0, None)
        return Results(f"similar to {item_id}", total, (perf_counter() - started) * 1000, hits, {})

    def item(self, item_id: str) -> NewsItem:
        """Read one item whole.

        Args:
            item_id: The id as a hit shows it.

        Raises:
            QueryError: No item has it.
            TypeError: The id is no string.
        """
        if not isinstance(item_id, str):
            raise TypeError(f"an item id is a string, not {type(item_id).__name__}")
        with self._engine.asking():
            document = self._engine.find(item_id)
            if document is not None:
                return self._engine.item(document)
        raise QueryError(f"no item has the id “{item_id[:LONGEST_ID]}”; ids are shown by: dragoman search")

    def info(self) -> dict[str, Any]:
        """Describe the index: its form, its sources, and counts by year, language and country."""
        with self._engine.asking():
            wanted = Wanted(facets=("year", "country", "language"))
            counted = self._engine.execute(Everything(), Filters(estimated=True), wanted)
            kinds = {
                kind: self._engine.execute(Keyword(DATING, kind), Filters(), Wanted()).total
                for kind in (*DATE_KINDS[1:], DATE_KINDS[0])
            }
            index = self._engine.info()
        spoken = counted.facets["language"]
        years = sorted(year for year in counted.facets["year"] if year.isdigit())
        return {
            "index": str(self.folder),
            "format": index.format,
            "codec": index.codec,
            "built": index.built,
            "items": counted.total,
            "sources": [
                {"file": file, "items": items, "skipped": skipped} for file, items, skipped in index.sources
            ],
            "dates": {kind: count for kind, count in kinds.items() if count},
            "years": f"{years[0]} to {years[-1]}" if years else None,
            "languages": {LANGUAGE_LABELS[code]: spoken[code] for code in in_order("language", spoken)},
            "countries": len(counted.facets["country"].keys() - {UNKNOWN}),
        }

    def _results(  # noqa: PLR0913 - what was asked, in its parts
        self,
        query: str,
        meant: Interpretation,
        filters: Filters,
        wanted: Wanted,
        started: float,
        *,
        explain: bool,
    ) -> Results:
        execution = self._engine.execute(meant.query, filters, wanted)
        notes = meant.notes
        explanations: tuple[Explanation, ...] = ()
        if explain:
            from searcher.query.notes import hits_not_explained

            explanations = self._explanations(meant.query, execution)
            left = len(execution.top) - len(explanations)
            notes += (hits_not_explained(left, LIMITS),) if left else ()
        return Results(
            query=query,
            query_language=meant.language,
            unmatched=meant.unmatched,
            total=execution.total,
            hits=self._hits(execution.top, wanted.offset, meant.query),
            facets={name: facet_values(name, execution.facets[name], filters) for name in wanted.facets},
            undated_left_out=execution.undated_left_out,
            notes=notes,
            suggestion=self._finding_more(meant.suggestion, query, filters) if meant.suggestion else None,
            # Copies, since the interpretation is kept for the next request.
            expansions=tuple([{"from": one["from"], "to": list(one["to"])} for one in meant.expansions]),
            explanations=explanations,
            took_ms=(perf_counter() - started) * 1000,
        )

    def _explanations(self, query: Node, execution: Execution) -> tuple[Explanation, ...]:
        from searcher.explain import Explainer

        shown = [document for document, _ in execution.top[: LIMITS.explained]]
        found = Explainer(self._engine, shown).explain(query)
        nothing = Explanation("nothing is ranked", 0.0)
        return tuple(found.get(document, nothing) for document in shown)

    def _finding_more(self, suggested: str, query: str, filters: Filters) -> str | None:
        """Give a corrected query where it finds more than what was typed.

        Both are counted without patterns, which find the same in either.
        """
        better, typed = self._count_as_typed(suggested, filters), self._count_as_typed(query, filters)
        return suggested if better is not None and (typed is None or better > typed) else None

    def _count_as_typed(self, query: str, filters: Filters) -> int | None:
        """Count what matches a query without its patterns; None where nothing else is in it."""
        try:
            meant = self._interpreter.interpret(query, filters, expand=False, patterns=False)
        except QueryError:  # a corrected word may be too much for a phrase, or the name of a field
            return None
        return self._engine.execute(meant.query, filters, Wanted()).total

    def _hits(self, top: list[tuple[int, float]], offset: int, query: Node | None) -> list[Hit]:
        def read(document: int) -> HitDetails:
            item = engine.item(document)
            countries = country_names()
            return HitDetails(
                snippet=snippet(item.body or item.title or "", item.languages, highlights_of(query)),
                date=item.date,
                language=item.language,
                languages=item.languages,
                countries=item.countries,
                country_names={code: countries.get(code, code) for code, _, _ in item.countries},
                source=item.source,
                url=item.url,
            )

        engine = self._engine
        heads = engine.heads([document for document, _ in top])
        return [
            Hit(rank, item_id, score, title, document, read)
            for rank, ((document, score), (item_id, title)) in enumerate(
                zip(top, heads, strict=True), start=offset + 1
            )
        ]

"""The searcher: opens an index read-only and answers requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from indexer.codec.array_index import ArrayIndex
from indexer.countries.names import country_name
from indexer.errors import QueryError
from indexer.item import NewsItem
from searcher.damage import DamageTold
from searcher.execution.executor import IndexExecutor
from searcher.execution.shapes import Asked, Execution, Filters
from searcher.facets import facet_values
from searcher.highlights import light_highlights
from searcher.opening import open_generation
from searcher.request import SearchRequest, make_request
from searcher.results import LANGUAGE_LABELS, Hit, HitDetails, Results
from searcher.snippets import snippet

if TYPE_CHECKING:
    from searcher.highlights import Highlights


class Searcher:
    """Answers questions over one index, as it was when it was opened; threads may share it.

    Use it as a context manager, or call :meth:`close`.
    """

    def __init__(self, index: str | Path = "index_data") -> None:
        """Open an index.

        Args:
            index: The index folder.

        Raises:
            IndexFolderError: There is none, or it is unfinished, damaged, or of a newer format.
        """
        self.folder = Path(index)
        self.manifest, segments = open_generation(self.folder)
        self._damage_told = DamageTold(self.folder)
        with self._damage_told:
            self._executor = IndexExecutor(ArrayIndex(segments))

    def close(self) -> None:
        """Let go of the index; hits that were given out go on reading from it."""
        del self._executor

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
        expand: bool = True,  # noqa: ARG002 - part of the stable signature; nothing is expanded yet
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
        executor, damage = self._executor, self._damage_told
        with damage:
            execution, highlights = self._run(request)
            top = execution.top
            hits = [
                Hit(rank, item_id, score, title, partial(_details, executor, number, highlights, damage))
                for rank, ((number, score), (item_id, title)) in enumerate(
                    zip(top, executor.heads([number for number, _ in top]), strict=True),
                    start=request.offset + 1,
                )
            ]
        return Results(
            query=query or "",
            total=execution.total,
            took_ms=(perf_counter() - started) * 1000,
            hits=hits,
            facets={
                name: facet_values(name, execution.facets[name], request.filters) for name in request.facets
            },
            undated_left_out=execution.undated_left_out,
        )

    def item(self, item_id: str) -> NewsItem:
        """Return one item whole.

        Args:
            item_id: The id as a hit shows it.

        Raises:
            QueryError: No item has it.
        """
        with self._damage_told:
            number = self._executor.find(item_id)
            if number is not None:
                return NewsItem.from_record(self._executor.record(number))
        raise QueryError(f"no item has the id “{item_id}”; ids are shown by: dragoman search")

    def info(self) -> dict[str, Any]:
        """Return what is in the index: its form, its sources, and counts by year, language and country."""
        kinds: Counter[str] = Counter()
        with self._damage_told:
            everything = self._executor.execute(
                _everything(),
                Filters(estimated=True),
                sort="relevance",
                limit=0,
                offset=0,
                facets=("year", "country", "language"),
            )
            for kind in ("printed", "corrected", "inferred", "estimated", "none"):
                kinds[kind] = self._count(f"dating {kind}")
        years = sorted(year for year in everything.facets["year"] if year.isdigit())
        return {
            "index": str(self.folder),
            "format": self.manifest.format,
            "codec": self.manifest.codec,
            "built": self.manifest.built,
            "items": everything.total,
            "sources": [
                {"file": source.file, "items": source.items, "skipped": source.skipped}
                for source in self.manifest.sources
            ],
            "dates": {kind: count for kind, count in kinds.items() if count},
            "years": f"{years[0]} to {years[-1]}" if years else None,
            "languages": {
                LANGUAGE_LABELS[code]: count
                for code, count in sorted(everything.facets["language"].items(), key=lambda v: -v[1])
            },
            "countries": len(everything.facets["country"].keys() - {"unknown"}),
        }

    def _count(self, kind: str) -> int:
        from whoosh.query import Term

        from indexer.index.schema import DATING

        name = kind.removeprefix("dating ")
        return self._executor.execute(
            Term(DATING, name), Filters(), sort="newest", limit=0, offset=0, facets=()
        ).total

    def _run(self, request: SearchRequest) -> tuple[Execution, Callable[[], Highlights]]:
        """Execute a request; return the answer and what gives the words to mark in it."""
        asked: Asked = {
            "filters": request.filters,
            "sort": request.sort,
            "limit": request.limit,
            "offset": request.offset,
            "facets": request.facets,
        }
        light = self._executor.read_plain(request.query) if request.query is not None else None
        if light is not None:
            return self._executor.execute_light(light, **asked), partial(light_highlights, light)
        # Whoosh's parser takes longer to import than most questions take to answer: plain words go without.
        from searcher.query.resolve import Resolver
        from searcher.query.syntax import parse_syntax

        resolver = Resolver(self._executor.variants, estimated=request.filters.estimated)
        if request.query is None:
            tree = _everything()
        else:
            try:
                tree = resolver.resolve(parse_syntax(request.query))
            except RecursionError:
                raise QueryError("the query is nested too deeply; use fewer parentheses") from None
            if tree is None:
                raise QueryError(
                    f"nothing to search for in “{_shortened(request.query)}”: only signs, or words that are "
                    "in nearly every text; add a word that says more, or use * for everything"
                )
        return self._executor.execute(tree, **asked), lambda: resolver.highlights


def _details(
    executor: IndexExecutor, number: int, highlights: Callable[[], Highlights], damage: DamageTold
) -> HitDetails:
    with damage:
        item = NewsItem.from_record(executor.record(number))
        return HitDetails(
            snippet=snippet(item.body or item.title or "", item.languages, highlights()),
            date=item.date,
            language=item.language,
            languages=item.languages,
            countries=item.countries,
            country_names={mention.code: country_name(mention.code) for mention in item.countries},
            source=item.source,
            url=item.url,
        )


def _shortened(query: str, most: int = 60) -> str:
    words = " ".join(query.split())
    return words if len(words) <= most else f"{words[:most]}…"


def _everything() -> Any:
    from whoosh.query import ConstantScoreQuery, Every

    return ConstantScoreQuery(Every(), 0.0)

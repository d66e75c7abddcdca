"""The searcher: opens an index read-only and answers requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from indexer.errors import QueryError
from indexer.schema import DATE_KINDS, DATING, OWN, UNKNOWN
from searcher.answer import Answerer, require_fields
from searcher.engine import Filters, Wanted
from searcher.facets import in_order
from searcher.languages import LANGUAGE_LABELS
from searcher.opening import open_engine
from searcher.query.limits import LONGEST_ID
from searcher.query.model import Everything, Keyword
from searcher.request import make_question

if TYPE_CHECKING:
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from indexer.item import NewsItem
    from searcher.results import Results

    Period = str | int | date

_SHOWN_IDS = 8  # of those that begin alike


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
        self._answerer = Answerer(self._engine)

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
        countries: str | Iterable[str] = (),
        languages: str | Iterable[str] = (),
        date_from: Period | None = None,
        date_to: Period | None = None,
        estimated: bool = False,
        sort: str = "relevance",
        limit: int | None = 10,
        offset: int = 0,
        facets: str | Iterable[str] = ("year", "country", "language"),
        expand: bool = True,
        strict: bool = False,
        explain: bool = False,
        query_language: str | None = None,
        via: str | Iterable[str] = (),
        all_words: bool = False,
        where: Mapping[str, str | Iterable[str]] | None = None,
    ) -> Results:
        """Answer one ranked question.

        Args:
            query: Words and operators as typed (see :mod:`searcher.query.parse`); None for everything.
            countries: ISO codes, or names of countries or regions in three languages; any may hold.
            languages: Language codes.
            date_from: The first period: ``2018``, ``2018-03``, ``2018-03-05``, a year or a ``date``.
            date_to: The last one.
            estimated: Whether estimated dates count as dates.
            sort: ``relevance``, ``newest`` or ``oldest``.
            limit: How many hits; None for every one, which are read as a loop comes to them, and not kept.
            offset: How many to pass over first.
            facets: ``year`` (within one year its months too), ``month``, ``country``, ``language``, or a
                field of items.
            expand: Whether related words may join the query.
            strict: Whether the query is taken to the letter, as ``--strict`` does: nothing is relaxed.
            explain: Whether to say how each hit's score comes about.
            query_language: The language of the query, a code or a name; None to work it out.
            via: How the hits may be found (:attr:`searcher.Hit.via`), any of these; none for in any way.
            all_words: Whether every word must match, it or what joined it.
            where: Fields of items (``source``, ``author``, ...) to values, any of which may hold.

        Returns:
            The answer; where nothing matches, that of the nearest query that finds something.

        Raises:
            QueryError, TypeError: An argument cannot be understood, or is of another type.
        """
        flags = {"expand": expand, "strict": strict, "explain": explain, "all_words": all_words}
        question = make_question(
            _frozen(query),
            _frozen(query_language),
            tuple(map(_frozen, (countries, languages, date_from, date_to, estimated, where))),
            tuple(map(_frozen, (sort, limit, offset, facets))),
            via=_frozen(via),
            **flags,
        )
        with self._engine.asking():
            return self._answerer.answer(question)

    @property
    def counted_fields(self) -> tuple[str, ...]:
        """The fields of the items that the build named as facets."""
        return self._engine.counted

    @property
    def has_several_sources(self) -> bool:
        """Whether the index was built of more than one source."""
        return len(self._engine.info().sources) > 1

    def similar(  # noqa: PLR0913 - one argument for each thing that a user can ask for
        self,
        item_id: str,
        *,
        countries: str | Iterable[str] = (),
        languages: str | Iterable[str] = (),
        date_from: Period | None = None,
        date_to: Period | None = None,
        estimated: bool = False,
        limit: int | None = 10,
        offset: int = 0,
        where: Mapping[str, str | Iterable[str]] | None = None,
    ) -> Results:
        """Find the items most like one, in any language.

        Args:
            item_id: The id as a hit shows it.
            countries: As in :meth:`search`.
            languages: Likewise.
            date_from: Likewise.
            date_to: Likewise.
            estimated: Likewise.
            limit: Likewise.
            offset: Likewise.
            where: Likewise.

        Raises:
            QueryError: No item has the id, or a filter cannot be understood.
            TypeError: An argument is of another type.
        """
        from searcher.similar import similar_to

        started = perf_counter()
        narrowed = tuple(map(_frozen, (countries, languages, date_from, date_to, estimated, where)))
        question = make_question(None, None, narrowed, ("relevance", limit, offset, ()), via=())
        item = self.item(item_id)
        with self._engine.asking():
            require_fields(question.own_fields, self._engine)
            results = similar_to(item, question, self._engine)
        results.took_ms = (perf_counter() - started) * 1000
        return results

    def has(self, item_id: str) -> bool:
        """Tell whether an item has an id."""
        with self._engine.asking():
            return self._engine.find(item_id) is not None

    def full_id(self, beginning: str) -> str:
        """Find the id that begins so; an id that is given whole is itself.

        Raises:
            QueryError: No id begins so, or several do; the message names them.
            TypeError: The beginning is no string.
        """
        if not isinstance(beginning, str):
            raise TypeError(f"an item id is a string, not {type(beginning).__name__}")
        with self._engine.asking():
            if self._engine.find(beginning) is not None:
                return beginning
            found = self._engine.ids_beginning(beginning, _SHOWN_IDS + 1) if beginning else []
        if not found:
            raise _no_item(beginning)
        if len(found) > 1:
            more = " and more" if len(found) > _SHOWN_IDS else ""
            raise QueryError(
                f"several ids begin with “{beginning[:LONGEST_ID]}”: {', '.join(found[:_SHOWN_IDS])}{more}; "
                "give more of the one that is meant"
            )
        return found[0]

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
        raise _no_item(item_id)

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
            fields = self._items_having()
        spoken = counted.facets["language"]
        years = sorted(year for year in counted.facets["year"] if year.isdigit())
        return {
            "index": str(self.folder),
            "format": index.format,
            "codec": index.codec,
            "built": index.built,
            "items": counted.total,
            "sources": [
                {"file": file, "items": items, "skipped": skipped, "place": place}
                for file, items, skipped, place in index.sources
            ],
            "dates": {kind: count for kind, count in kinds.items() if count},
            "years": f"{years[0]} to {years[-1]}" if years else None,
            "languages": {LANGUAGE_LABELS[code]: spoken[code] for code in in_order("language", spoken)},
            "countries": len(counted.facets["country"].keys() - {UNKNOWN}),
            **({"fields": fields} if fields else {}),
        }

    def _items_having(self) -> dict[str, int]:
        """Count the items that have each of the fields of their sources; all have a source."""
        having = {
            name: self._engine.execute(Keyword(OWN, name), Filters(), Wanted()).total
            for name in sorted(self._engine.own_fields() - {"source"})
        }
        return {name: count for name, count in having.items() if count}


def _no_item(item_id: str) -> QueryError:
    return QueryError(f"no item has the id “{item_id[:LONGEST_ID]}”; ids are shown by: dragoman search")


def _frozen(value: Any) -> Any:
    """Make a list a tuple, and a mapping pairs, so that a question that was checked once is known again."""
    if isinstance(value, Mapping):
        return tuple([(name, _frozen(own)) for name, own in value.items()])
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value

"""Open an index read-only and search it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO, Unpack

from indexer.option_tables import check_list
from indexer.runtime import LateModule
from searcher.engine import Sort  # noqa: TC001 - for get_type_hints
from searcher.opening import BaseSearcher
from searcher.results import Results  # noqa: TC001 - for get_type_hints
from searcher.search_options import build_request

if TYPE_CHECKING:
    from searcher import late_types as types
else:
    types = LateModule("searcher.late_types")


class Searcher(BaseSearcher):
    """Searches one generation of an index: its state after a write.

    :meth:`refresh` changes to the current generation. Threads may share a searcher. Use it as a context
    manager, or call :meth:`close`; using a closed searcher raises RuntimeError.
    """

    @property
    def folder(self) -> types.Path:
        """The index folder."""
        from pathlib import Path

        return Path(self.place)

    @property
    def counted_fields(self) -> tuple[str, ...]:
        """The custom fields that are facets by default."""
        return self._engine.default_facets

    @property
    def has_several_sources(self) -> bool:
        """Whether the index was built from more than one source."""
        return len(self._engine.info().sources) > 1

    def similar(
        self,
        item_id: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        group: bool = True,
        **filters: Unpack[types.FilterArguments],
    ) -> Results:
        """Find the items most similar to an item, in any language.

        Args:
            item_id: The id as shown by a hit.
            limit: The maximum number of hits, or ``None`` for all.
            offset: The number of hits to skip.
            group: As for :meth:`search`; if true, near duplicates of the item itself are excluded, and
                :attr:`Results.notes` has a note that lists them.
            filters: The filters of :meth:`search`, such as ``countries=["EC"]``.

        Raises:
            MissingItemError: No item has the id.
            QueryError: A filter is invalid.
            TypeError: An argument has the wrong type.
        """
        from searcher.similar import similar_to

        started = perf_counter()
        request = build_request(
            None, filters, sort="relevance", limit=limit, offset=offset, facets=(), group=group
        )
        results = self.ask(lambda answerer: similar_to(item_id, request, answerer.engine))
        results.took_ms = (perf_counter() - started) * 1000
        return results

    def duplicates(
        self, query: str | None = None, *, changes: bool = False, **requested: Unpack[types.PageArguments]
    ) -> types.Duplicates:
        """Find groups of near duplicates: copies, reprints, cut and corrected versions.

        Args:
            query: The query that an item of a group must match, or ``None`` for all groups.
            changes: Whether to list the numbers and names that differ between consecutive versions.
            requested: The filters and query options of :meth:`search`, with ``all_words=True`` by default;
                ``limit`` (all by default) and ``offset`` count groups. Groups are in the order of their first
                item in the results of :meth:`search`.

        Raises:
            QueryError, TypeError: An argument is invalid or of the wrong type.
        """
        from searcher.near_duplicates import find_duplicates

        usual = {"limit": None, "all_words": True}
        request = build_request(query, usual | requested, facets=(), group=False)
        return self.ask(lambda answerer: find_duplicates(answerer, request, changes=changes))

    def timeline(
        self,
        query: str | None,
        *,
        versus: Sequence[str] = (),
        by: types.Step = "year",
        facet: str | None = None,
        per_million: bool = False,
        **options: Unpack[types.QueryArguments],
    ) -> list[types.Series]:
        """Count the matches of one or several queries over time.

        Args:
            query: The query, which is not relaxed, or ``None`` for all items.
            versus: Other queries, each of which adds a series.
            by: The length of the periods.
            facet: A facet, such as ``country``; its most frequent values are the series instead of queries.
            per_million: Whether to also count occurrences in texts, in total and per million words.
            options: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Raises:
            QueryError, TypeError: An argument is invalid, or there are too many periods or series.
        """
        from searcher.reading.over_time import over_time

        return over_time(self, query, versus=versus, by=by, facet=facet, per_million=per_million, **options)

    def concordance(
        self,
        query: str,
        *,
        sort: types.LineOrder = "relevance",
        context: int = 60,
        limit: int | None = None,
        **options: Unpack[types.QueryArguments],
    ) -> types.Concordance:
        """Return each occurrence of a query's words, with the text around it.

        The lines can be read while the searcher is open.

        Args:
            query: The query, which is not relaxed if nothing matches.
            sort: ``relevance``, ``newest`` or ``oldest`` for the order of the items; ``left``, ``right`` or
                ``country`` to sort lines by the words before or after the match, or by country.
            context: The maximum number of characters of text on each side.
            limit: The maximum number of lines, or ``None`` for all.
            options: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Raises:
            QueryError, TypeError: An argument is invalid or of the wrong type.
        """
        from searcher.reading.concordance import concordance

        return concordance(self, query, sort=sort, context=context, limit=limit, **options)

    def batch(
        self,
        queries: Iterable[str],
        *,
        by: str | None = None,
        phrases: bool = False,
        progress: Callable[[int, int], None] = lambda _asked, _of: None,
        **options: Unpack[types.QueryArguments],
    ) -> types.Batch:
        """Count the matches of many queries.

        Args:
            queries: The queries.
            by: The facet to count by (``year``, ``month``, ``country``, ``language`` or a field), or
                ``None``.
            phrases: Whether to search each query as a phrase, as for names.
            progress: Called with the number of completed queries, and the total.
            options: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Raises:
            QueryError, TypeError: A filter is invalid, or there are too many queries. An invalid query raises
                no error: the row of the query has the message.
        """
        from searcher.reading.batch import batch

        return batch(self, queries, by=by, phrases=phrases, progress=progress, **options)

    def stories(
        self,
        query: str | None = None,
        *,
        window: int = 14,
        min_items: int = 3,
        limit: int | None = None,
        **options: Unpack[types.QueryArguments],
    ) -> types.Stories:
        """Group the matches of a query by event, across languages.

        Args:
            query: The query, which is not relaxed, or ``None`` for all items.
            window: The maximum number of days between two linked items; a story may last longer.
            min_items: The number of items below which a story counts as small.
            limit: The maximum number of stories to describe, or ``None`` for all.
            options: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Raises:
            QueryError, TypeError: An argument is invalid or of the wrong type, or there are too many matches.
        """
        from searcher.reading.stories import stories

        return stories(self, query, window=window, min_items=min_items, limit=limit, **options)

    def terms(
        self,
        query: str | None,
        *,
        versus: str | None = None,
        versus_years: tuple[str, str] | None = None,
        limit: int | None = 20,
        **options: Unpack[types.QueryArguments],
    ) -> types.TypicalTerms:
        """Rank the words and phrases that are typical of a query's matches.

        Args:
            query: The query, which is not relaxed, or ``None`` for all items that pass the filters.
            versus: Another query: the matches are compared with the items that match ``versus`` and not
                ``query``.
            versus_years: Instead of ``versus``, a first and a last year or month: the matches are compared
                with the matches of ``query`` in these periods. Without both, they are compared with all other
                items.
            limit: The maximum number of terms for each language, or ``None`` for all.
            options: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Raises:
            QueryError, TypeError: An argument is invalid or of the wrong type.
        """
        from searcher.reading.typical_terms import typical_terms

        return typical_terms(self, query, versus=versus, versus_years=versus_years, limit=limit, **options)

    def has(self, item_id: str) -> bool:
        """Return whether the index contains an item with the given id."""
        return self.ask(lambda answerer: answerer.engine.find(item_id) is not None)

    def full_id(self, beginning: str) -> str:
        """Return the only id that starts with ``beginning``.

        A complete id is returned unchanged.

        Raises:
            MissingItemError: No id starts with ``beginning``.
            QueryError: Several ids start with it; the message lists them.
            TypeError: ``beginning`` is not a string.
        """
        from searcher.inspection import full_id  # few requests need it

        return self.ask(lambda answerer: full_id(answerer.engine, beginning))

    def item(self, item_id: str) -> types.NewsItem:
        """Read one complete item.

        Args:
            item_id: The id as shown by a hit.

        Raises:
            MissingItemError, TypeError: No item has the id, or the id is not a string.
        """
        from searcher.inspection import read_item

        return self.ask(lambda answerer: read_item(answerer.engine, item_id))

    def items(self, ids: str | Iterable[str]) -> list[types.NewsItem]:
        """Read several complete items, in the order of ``ids``.

        Args:
            ids: The ids as shown by hits.

        Raises:
            MissingItemError, TypeError: No item has one of the ids, or an id is not a string.
        """
        from searcher.inspection import read_item

        wanted = check_list("ids", ids)
        return self.ask(lambda answerer: [read_item(answerer.engine, item_id) for item_id in wanted])

    def info(self) -> dict[str, Any]:
        """Return the format of the index, its sources, and counts by year, language and country."""
        from searcher.inspection import index_facts

        return self.ask(lambda answerer: index_facts(answerer.engine))

    def export(  # noqa: PLR0913 - one argument per option
        self,
        file: str | PathLike[str] | BinaryIO,
        query: str | None = None,
        *,
        format: types.ExportFormat | None = None,  # noqa: A002 - the name of the option
        replace: bool = False,
        sort: Sort = "relevance",
        limit: int | None = None,
        notes: bool = False,
        progress: Callable[[int, int], None] = lambda _written, _total: None,
        **options: Unpack[types.QueryArguments],
    ) -> types.ExportReport:
        """Export all matches of a query to a file.

        The file appears when it is complete.

        Args:
            file: A path, or a binary stream; a database can only be written to a path.
            query: The query, which is not relaxed if nothing matches.
            format: ``jsonl``, ``csv``, ``sqlite``, ``xlsx``, ``ris``, ``bib`` or ``csl``; None to use the
                file name's extension.
            replace: Whether to replace an existing file.
            sort: The order of the items.
            limit: The maximum number of items, or ``None`` for all.
            notes: Whether to include the users' notes on items.
            progress: Called regularly with the number of written items, and the total.
            options: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Returns:
            A report of the export.

        Raises:
            QueryError, TypeError: An argument is invalid or of the wrong type.
            DragomanError: The file exists, or cannot be written.
        """
        from searcher.exports.exporting import export_matches, make_target

        target = make_target(file, format, replace=replace)
        options.setdefault("all_words", True)
        request = build_request(query, options, sort=sort, limit=limit, offset=0, facets=(), group=False)
        with (answerer := self._answerer).engine.reading_context():
            return export_matches(answerer, request, target, progress, notes=notes)


def export(  # noqa: PLR0913 - one argument per option
    index: str | PathLike[str],
    file: str | PathLike[str] | BinaryIO,
    query: str | None = None,
    *,
    format: types.ExportFormat | None = None,  # noqa: A002 - the name of the option
    replace: bool = False,
    sort: Sort = "relevance",
    limit: int | None = None,
    notes: bool = False,
    progress: Callable[[int, int], None] = lambda _written, _total: None,
    **options: Unpack[types.QueryArguments],
) -> types.ExportReport:
    """Open an index, and export all matches of a query.

    See :meth:`Searcher.export`.

    Args:
        index: The index folder.
        file: A path, or a binary stream.
        query: The query, or ``None`` for all items.
        format: The format, as for :meth:`Searcher.export`.
        replace: Whether to replace an existing file.
        sort: The order of the items.
        limit: The maximum number of items, or ``None`` for all.
        notes: Whether to include the users' notes on items.
        progress: Called with the number of written items, and the total.
        options: The filters and query options.
    """
    with Searcher(index) as searcher:
        return searcher.export(
            file,
            query,
            format=format,
            replace=replace,
            sort=sort,
            limit=limit,
            notes=notes,
            progress=progress,
            **options,
        )


def duplicates(
    index: str | PathLike[str],
    query: str | None = None,
    *,
    changes: bool = False,
    **requested: Unpack[types.PageArguments],
) -> types.Duplicates:
    """Open an index, and find groups of near duplicates.

    See :meth:`Searcher.duplicates`.

    Args:
        index: The index folder.
        query: The query that an item of a group must match, or ``None`` for all groups.
        changes: As for :meth:`Searcher.duplicates`.
        requested: The other arguments of :meth:`Searcher.duplicates`.
    """
    with Searcher(index) as searcher:
        return searcher.duplicates(query, changes=changes, **requested)

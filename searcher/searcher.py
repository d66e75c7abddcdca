"""The searcher: opens an index read-only and answers questions."""

from __future__ import annotations

from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from indexer.errors import ReplacedIndexError
from indexer.option_tables import takes_options
from searcher.answer import Answerer
from searcher.opening import open_engine
from searcher.search_options import SearchOptions, build_question

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from pathlib import Path
    from typing import Unpack

    from indexer.item import NewsItem
    from searcher.engine import Engine, T
    from searcher.exports.exporting import ExportReport
    from searcher.near_duplicates import Duplicates
    from searcher.results import Results
    from searcher.search_options import Asking, Filtering, Narrowing, SearchArguments


class Searcher:
    """Answers questions over the generation of an index that it opened; threads may share it.

    Use it as a context manager, or call :meth:`close`; using a closed one raises RuntimeError.
    """

    def __init__(self, index: str | PathLike[str] = "index_data") -> None:
        """Open an index.

        Args:
            index: The index folder, or the address of an index on a cluster.

        Raises:
            IndexFolderError: There is no index, or it is unfinished, damaged, or of another format.
        """
        self._answerer = Answerer(open_engine(index))
        self._changing = Lock()

    @property
    def _engine(self) -> Engine:
        """The open generation, which another thread may replace: callers that use it twice must keep it."""
        return self._answerer.engine

    @property
    def place(self) -> str:
        """The index folder, or the address of the index."""
        return self._engine.place

    @property
    def folder(self) -> Path:
        """The index folder."""
        from pathlib import Path

        return Path(self.place)

    def close(self) -> None:
        """Close the index; may be called twice. Hits that were returned before can still read from it."""
        with self._changing:
            self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @takes_options(SearchOptions.options)
    def search(self, query: str | None, **options: Unpack[SearchArguments]) -> Results:
        """Answer one ranked question; if nothing matches, the nearest one with matches.

        Args:
            query: Words and operators as typed (see :mod:`searcher.query.parser`); None for all items.
            options: Those of :class:`searcher.search_options.SearchOptions`.

        Raises:
            QueryError, TypeError: An argument is invalid or of another type.
        """
        question = build_question(query, options)
        return self.ask(lambda answerer: answerer.answer(question))

    @property
    def counted_fields(self) -> tuple[str, ...]:
        """The fields of the items that are counted by default."""
        return self._engine.counted

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
        **filters: Unpack[Filtering],
    ) -> Results:
        """Find the items most like one, in any language.

        Args:
            item_id: The id as shown by a hit.
            limit: The number of hits; None for all.
            offset: The number of hits to skip.
            group: As for :meth:`search`; near duplicates of the item itself are then left out, with a note.
            filters: Those of :meth:`search`.

        Raises:
            QueryError: No item has the id, or a filter is invalid.
            TypeError: An argument is of another type.
        """
        from searcher.similar import similar_to

        started = perf_counter()
        question = build_question(
            None, filters, sort="relevance", limit=limit, offset=offset, facets=(), group=group
        )
        results = self.ask(lambda answerer: similar_to(item_id, question, answerer.engine))
        results.took_ms = (perf_counter() - started) * 1000
        return results

    def duplicates(
        self, query: str | None = None, *, changes: bool = False, **requested: Unpack[Asking]
    ) -> Duplicates:
        """Find the groups of near duplicates: copies, reprints, cuts and corrected versions.

        Args:
            query: Only groups with an item that matches; None for all.
            changes: Whether to list the numbers and names that change from each version to the next.
            requested: The filters and query options of :meth:`search`, with ``all_words=True`` by default;
                limit (all by default) and offset count groups, in the order of their best or newest items.

        Raises:
            QueryError, TypeError: An argument is invalid or of another type.
        """
        from searcher.near_duplicates import find_duplicates

        usual = {"limit": None, "all_words": True}
        question = build_question(query, usual | requested, facets=(), group=False)
        return self.ask(lambda answerer: find_duplicates(answerer, question, changes=changes))

    def has(self, item_id: str) -> bool:
        """Return whether an item has an id."""
        return self.ask(lambda answerer: answerer.engine.find(item_id) is not None)

    def full_id(self, beginning: str) -> str:
        """Return the id with a prefix; a whole id is returned unchanged.

        Raises:
            QueryError, TypeError: No id has the prefix, or several do (which are listed), or it is not a
                string.
        """
        from searcher.inspection import full_id  # few questions are about one item

        return self.ask(lambda answerer: full_id(answerer.engine, beginning))

    def item(self, item_id: str) -> NewsItem:
        """Read one whole item.

        Args:
            item_id: The id as shown by a hit.

        Raises:
            QueryError, TypeError: No item has the id, or it is not a string.
        """
        from searcher.inspection import read_item

        return self.ask(lambda answerer: read_item(answerer.engine, item_id))

    def info(self) -> dict[str, Any]:
        """Return the format of the index, its sources, and counts by year, language and country."""
        from searcher.inspection import about

        return self.ask(lambda answerer: about(answerer.engine))

    def export(  # noqa: PLR0913 - one argument per option
        self,
        file: str | PathLike[str] | BinaryIO,
        query: str | None = None,
        *,
        format: str | None = None,  # noqa: A002 - the name of the option
        replace: bool = False,
        sort: str = "relevance",
        limit: int | None = None,
        progress: Callable[[int, int], None] = lambda _written, _total: None,
        **narrowed: Unpack[Narrowing],
    ) -> ExportReport:
        """Export all matches of a question to a file that appears when it is complete.

        Args:
            file: A path, or a binary stream; a database can only be written to a path.
            query: As for :meth:`search`, without relaxation.
            format: ``jsonl``, ``csv``, ``sqlite``, ``ris`` or ``csl``; None for that of the file name ending.
            replace: Whether to replace an existing file.
            sort: The order of the items.
            limit: The number of items; None for all.
            progress: Called regularly with the number of written items, and the number of all.
            narrowed: The filters and query options of :meth:`search`, with ``all_words=True`` by default.

        Returns:
            A report of the export.

        Raises:
            QueryError, TypeError: An argument is invalid or of another type.
            DragomanError: The file exists, or cannot be written.
        """
        from searcher.exports.exporting import export_matches, make_target

        target = make_target(file, format, replace=replace)
        narrowed.setdefault("all_words", True)
        question = build_question(query, narrowed, sort=sort, limit=limit, offset=0, facets=(), group=False)
        with (answerer := self._answerer).engine.asking():
            return export_matches(answerer, question, target, progress)

    def ask(self, ask: Callable[[Answerer], T]) -> T:
        """Call a function with the open generation, or with the current one if a cluster has replaced it."""
        try:
            with (answerer := self._answerer).engine.asking():
                return ask(answerer)
        except ReplacedIndexError:
            self.refresh()
            with (answerer := self._answerer).engine.asking():
                return ask(answerer)

    def refresh(self) -> bool:
        """Switch to the current generation of the index; running questions keep theirs.

        Returns:
            Whether it is another generation than before.

        Raises:
            IndexFolderError, RuntimeError: It cannot be opened (the searcher keeps its generation); the
                searcher is closed.
        """
        with self._changing:
            with (engine := self._engine).asking():
                if engine.is_current():
                    return False
            self._answerer = Answerer(open_engine(engine.place))
            return True


def export(
    index: str | PathLike[str],
    file: str | PathLike[str] | BinaryIO,
    query: str | None = None,
    **requested: Any,
) -> ExportReport:
    """Export all matches of a question in an index to a file: :meth:`Searcher.export` in one call.

    Args:
        index: The index folder.
        file: A path, or a binary stream.
        query: The query; None for all items.
        requested: The other arguments of :meth:`Searcher.export`.
    """
    with Searcher(index) as searcher:
        report: ExportReport = searcher.export(file, query, **requested)
        return report


def duplicates(index: str | PathLike[str], query: str | None = None, **requested: Any) -> Duplicates:
    """Find the groups of near duplicates: :meth:`Searcher.duplicates` in one call.

    Args:
        index: The index folder.
        query: Only groups with an item that matches; None for all.
        requested: The other arguments of :meth:`Searcher.duplicates`.
    """
    with Searcher(index) as searcher:
        found: Duplicates = searcher.duplicates(query, **requested)
        return found

"""The searcher: opens an index read-only and answers requests."""

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
    """Answers questions over one index, as it was when it was opened; threads may share it.

    Use it as a context manager, or call :meth:`close`; a RuntimeError says when one that is closed is asked.
    """

    def __init__(self, index: str | PathLike[str] = "index_data") -> None:
        """Open an index.

        Args:
            index: The index folder, or the address of an index on a cluster.

        Raises:
            IndexFolderError: There is none, or it is unfinished, damaged, or of another format.
        """
        self._answerer = Answerer(open_engine(index))
        self._changing = Lock()

    @property
    def _engine(self) -> Engine:
        """The open generation, which another thread may replace: what asks it twice keeps it."""
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
        """Let go of the index; harmless when done twice. Hits that were given out go on reading from it."""
        with self._changing:
            self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @takes_options(SearchOptions.options)
    def search(self, query: str | None, **options: Unpack[SearchArguments]) -> Results:
        """Answer one ranked question; where nothing matches, the nearest that finds something.

        Args:
            query: Words and operators as typed (see :mod:`searcher.query.parser`); None for everything.
            options: Those of :class:`searcher.search_options.SearchOptions`.

        Raises:
            QueryError, TypeError: An argument cannot be understood, or is of another type.
        """
        question = build_question(query, options)
        return self.ask(lambda answerer: answerer.answer(question))

    @property
    def counted_fields(self) -> tuple[str, ...]:
        """The fields of the items that the build named as facets."""
        return self._engine.counted

    @property
    def has_several_sources(self) -> bool:
        """Whether the index was built of more than one source."""
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
            item_id: The id as a hit shows it.
            limit: How many hits; None for every one.
            offset: How many to pass over first.
            group: As of :meth:`search`; near duplicates of the item itself are then left out, as a note says.
            filters: Those of :meth:`search`.

        Raises:
            QueryError: No item has the id, or a filter cannot be understood.
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
        """Find the groups of items that are the same news: copies, reprints, cuts and corrected versions.

        Args:
            query: Only groups of which an item matches; None for all.
            changes: Whether to say which numbers and names change from each version to the next.
            requested: Arguments of :meth:`search` that narrow it and read its query; limit (all by default)
                and offset count groups, in the order of their best or newest items.

        Raises:
            QueryError, TypeError: An argument cannot be understood, or is of another type.
        """
        from searcher.near_duplicates import find_duplicates

        question = build_question(query, {"limit": None} | requested, facets=(), group=False)
        return self.ask(lambda answerer: find_duplicates(answerer, question, changes=changes))

    def has(self, item_id: str) -> bool:
        """Tell whether an item has an id."""
        return self.ask(lambda answerer: answerer.engine.find(item_id) is not None)

    def full_id(self, beginning: str) -> str:
        """Find the id that begins so; an id that is given whole is itself.

        Raises:
            QueryError, TypeError: No id begins so, or several do (which are named), or it is no string.
        """
        from searcher.inspection import full_id  # few questions are about one item

        return self.ask(lambda answerer: full_id(answerer.engine, beginning))

    def item(self, item_id: str) -> NewsItem:
        """Read one item whole.

        Args:
            item_id: The id as a hit shows it.

        Raises:
            QueryError, TypeError: No item has the id, or it is no string.
        """
        from searcher.inspection import read_item

        return self.ask(lambda answerer: read_item(answerer.engine, item_id))

    def info(self) -> dict[str, Any]:
        """Describe the index: its form, its sources, and counts by year, language and country."""
        from searcher.inspection import about

        return self.ask(lambda answerer: about(answerer.engine))

    def export(  # noqa: PLR0913 - one argument for each thing that a user can ask for
        self,
        file: str | PathLike[str] | BinaryIO,
        query: str | None = None,
        *,
        format: str | None = None,  # noqa: A002 - as the option is called
        replace: bool = False,
        sort: str = "relevance",
        limit: int | None = None,
        progress: Callable[[int, int], None] = lambda _written, _total: None,
        **narrowed: Unpack[Narrowing],
    ) -> ExportReport:
        """Write all matches of a question, whole, to a file that appears when it is complete.

        Args:
            file: A path, or a binary stream; a database is written to a path only.
            query: As of :meth:`search`; nothing is relaxed where it finds nothing.
            format: ``jsonl``, ``csv``, ``sqlite``, ``ris`` or ``csl``; None for what the file's ending says.
            replace: Whether a file of that name may be replaced.
            sort: The order of the items.
            limit: How many of the first are written; None for all.
            progress: Called now and then with the items written so far, and of all that will be.
            narrowed: What :meth:`search` takes to narrow it and to read its query.

        Returns:
            What was written.

        Raises:
            QueryError, TypeError: An argument cannot be understood, or is of another type.
            DragomanError: The file is there already, or cannot be written.
        """
        from searcher.exports.exporting import export_matches, make_target

        target = make_target(file, format, replace=replace)
        question = build_question(query, narrowed, sort=sort, limit=limit, offset=0, facets=(), group=False)
        with (answerer := self._answerer).engine.asking():
            return export_matches(answerer, question, target, progress)

    def ask(self, ask: Callable[[Answerer], T]) -> T:
        """Let a tool ask the open generation; where a cluster has it no more, the one that is there now."""
        try:
            with (answerer := self._answerer).engine.asking():
                return ask(answerer)
        except ReplacedIndexError:
            self.refresh()
            with (answerer := self._answerer).engine.asking():
                return ask(answerer)

    def refresh(self) -> bool:
        """Answer from what stands in the index now; questions that run go on on what they began with.

        Returns:
            Whether that is another generation than before.

        Raises:
            IndexFolderError, RuntimeError: It cannot be opened (this keeps what it has); this is closed.
        """
        with self._changing:
            with (engine := self._engine).asking():
                if engine.is_current():
                    return False
            self._answerer = Answerer(open_engine(engine.place))
            return True

"""Open an index, and search it."""

from __future__ import annotations

import os
from _thread import allocate_lock  # importing threading takes longer
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from indexer.errors import ReplacedIndexError, type_name
from indexer.location import is_address
from indexer.option_tables import takes_options
from searcher.answer import Answerer
from searcher.engine import T  # noqa: TC001 - for get_type_hints
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.results import Results  # noqa: TC001 - for get_type_hints
from searcher.search_options import SearchOptions, build_request

if TYPE_CHECKING:
    from typing import Unpack

    from searcher.engine import Engine
    from searcher.search_arguments import SearchArguments


def open_engine(place: str | os.PathLike[str], *, notes: bool = True) -> Engine:
    """Open the index at a location.

    Args:
        place: The index folder, or the URL of an index on a cluster.
        notes: Whether to read notes; if not, ``note:`` finds nothing.

    Raises:
        IndexFolderError: There is no index, or it is unfinished, damaged, or of another format.
        TypeError: The location is neither a string nor a path.
    """
    if not isinstance(place, (str, os.PathLike)):
        raise TypeError(f"index must be a folder or a URL, not {type_name(place)}")
    path = os.fspath(place)
    if is_address(path):
        from searcher.cluster.opensearch_engine import ClusterEngine  # few requests need it

        engine: Engine = ClusterEngine.open(path)
    else:
        engine = EmbeddedEngine.open(path)
    if not notes:
        engine.hide_notes()
    return engine


class BaseSearcher:
    """An open index with a search method, as used by the tools that read all matches."""

    def __init__(self, index: str | os.PathLike[str] = "index_data", *, notes: bool = True) -> None:
        """Open an index.

        Args:
            index: The index folder, or the URL of an index on a cluster.
            notes: Whether to read the users' notes on items; if not, ``note:`` finds nothing.

        Raises:
            IndexFolderError: There is no index, or it is unfinished, damaged, or of another format.
        """
        self._notes = notes
        self._answerer = Answerer(open_engine(index, notes=notes))
        self._changing = allocate_lock()

    @property
    def _engine(self) -> Engine:
        """The engine of the generation that is open now.

        Another thread may open a newer one, so a caller that uses the engine twice must keep a reference.
        """
        return self._answerer.engine

    @property
    def place(self) -> str:
        """The index folder, or the URL of an index on a cluster."""
        return self._engine.place

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.place!r})"

    def close(self) -> None:
        """Close the index.

        Hits that were returned can still read their details.
        """
        with self._changing:
            self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def describe_options(cls) -> None:
        """Add the options of a search to the signature and docstring of :meth:`search`."""
        if not hasattr(cls.search, "__signature__"):
            takes_options(SearchOptions.options)(cls.search)

    def search(self, query: str | None, **options: Unpack[SearchArguments]) -> Results:
        """Run a ranked search.

        If nothing matches, the closest query with matches is run instead (:attr:`Results.relaxed`).

        Args:
            query: Words and operators as typed (see :mod:`searcher.query.parser`); None for all items.
            options: The attributes of :class:`searcher.search_options.SearchOptions`.

        Raises:
            QueryError, TypeError: An argument is invalid or of the wrong type.
        """
        request = build_request(query, options)
        return self.ask(lambda answerer: answerer.answer(request))

    def ask(self, ask: Callable[[Answerer], T]) -> T:
        """Call a function with the open index.

        If the index on a cluster was rebuilt meanwhile, open the new generation and call the function again.
        """
        try:
            with (answerer := self._answerer).engine.reading_context():
                return ask(answerer)
        except ReplacedIndexError:
            self.refresh()
            with (answerer := self._answerer).engine.reading_context():
                return ask(answerer)

    def refresh(self) -> bool:
        """Switch to the current generation of the index.

        Running searches continue with the old one.

        Returns:
            Whether the generation has changed.

        Raises:
            IndexFolderError: The current generation cannot be opened; the old one remains open.
            RuntimeError: The searcher is closed.
        """
        with self._changing:
            with (engine := self._engine).reading_context():
                if engine.is_current():
                    return False
            self._answerer = Answerer(open_engine(engine.place, notes=self._notes))
            return True

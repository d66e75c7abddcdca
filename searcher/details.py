"""What a hit shows beside its title: read from the stored record when somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.countries.names import country_name
from indexer.item import NewsItem
from searcher.highlights import highlights_of
from searcher.results import HitDetails
from searcher.snippets import snippet

if TYPE_CHECKING:
    from searcher.engine import Engine
    from searcher.highlights import Highlights
    from searcher.query.model import Node


class Details:
    """Reads the details of the hits of one search.

    Args:
        engine: The open index.
        query: The resolved query, whose terms are marked in snippets; None to mark nothing.
    """

    __slots__ = ("_asking", "_engine", "_highlights", "_query")

    def __init__(self, engine: Engine, query: Node | None) -> None:
        self._engine = engine
        self._asking = engine.asking()  # asked for now: hits go on reading when the engine is closed
        self._query = query
        self._highlights: Highlights | None = None

    def read(self, document: int) -> HitDetails:
        """Read the details of a document.

        Raises:
            IndexFolderError: Its record is damaged.
        """
        if self._highlights is None:
            self._highlights = highlights_of(self._query)
        with self._asking:
            item = NewsItem.from_record(self._engine.record(document))
            return HitDetails(
                snippet=snippet(item.body or item.title or "", item.languages, self._highlights),
                date=item.date,
                language=item.language,
                languages=item.languages,
                countries=item.countries,
                country_names={mention.code: country_name(mention.code) for mention in item.countries},
                source=item.source,
                url=item.url,
            )

"""What a hit shows beside its title: read from the stored record when somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.countries.names import country_name
from indexer.item import NewsItem
from searcher.results import HitDetails
from searcher.snippets import snippet

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.store.damage import DamageGuard
    from searcher.execution.executor import IndexExecutor
    from searcher.highlights import Highlights


class Details:
    """Reads the details of the hits of one search.

    Args:
        executor: The open index.
        highlights: Gives the words to mark; asked once, they are the same for every hit.
        damage: Tells an error that a damaged index causes.
    """

    __slots__ = ("_damage", "_executor", "_highlights", "_marked")

    def __init__(
        self, executor: IndexExecutor, highlights: Callable[[], Highlights], damage: DamageGuard
    ) -> None:
        self._executor = executor
        self._highlights = highlights
        self._damage = damage
        self._marked: Highlights | None = None

    def of(self, number: int) -> HitDetails:
        """Return the details of a document.

        Raises:
            IndexFolderError: Its record is damaged.
        """
        with self._damage:
            if self._marked is None:
                self._marked = self._highlights()
            item = NewsItem.from_record(self._executor.record(number))
            return HitDetails(
                snippet=snippet(item.body or item.title or "", item.languages, self._marked),
                date=item.date,
                language=item.language,
                languages=item.languages,
                countries=item.countries,
                country_names={mention.code: country_name(mention.code) for mention in item.countries},
                source=item.source,
                url=item.url,
            )

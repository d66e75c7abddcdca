"""Stories: items of one event, in whichever language, by the concepts, names and places that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError
from indexer.named_tuple import NamedTuple
from searcher.arguments import check_number, check_text
from searcher.every_hit import EveryHit
from searcher.reading.all_matches import check_searcher, question_of_all
from searcher.reading.average_linkage import average_linkage
from searcher.reading.story import Teller
from searcher.reading.story_links import LEAST_LIKENESS, Linker
from searcher.reading.story_news import Collection

if TYPE_CHECKING:
    from typing import Unpack

    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.narrowing import Narrowing
    from searcher.reading.story import Story
    from searcher.reading.story_news import Progress
    from searcher.results import Results
    from searcher.searcher import Searcher

WINDOW: Final = 14  # days
MIN_ITEMS: Final = 3  # pieces of news of a story that is no small one
LEAST_COHESION: Final = 0.28
"""The mean likeness of the pieces of a story; what joined and has less is taken apart again."""
MOST: Final = 200_000
"""Items among which stories are found: some 4 KB of memory each."""


class Stories(NamedTuple):
    """All stories of an answer.

    Attributes:
        results: The answer whose matches they are of.
        stories: The largest first, then the newest, as many as were asked for.
        found: How many there are.
        small: How many of these are small ones.
        items: How many items are in any.
        single: The items that are in no story.
        undated: How many items have no date at all, and are in no story for that.
    """

    results: Results
    stories: tuple[Story, ...]
    found: int
    small: int
    items: int
    single: int
    undated: int


def stories(  # noqa: PLR0913 - one argument for each thing that can be asked for
    searcher: Searcher,
    query: str | None = None,
    *,
    window: int = WINDOW,
    min_items: int = MIN_ITEMS,
    limit: int | None = None,
    most_items: int = MOST,
    labels_in: str = "en",
    progress: Progress = lambda _read, _of: None,
    **narrowed: Unpack[Narrowing],
) -> Stories:
    """Group all matches of a question into stories.

    Args:
        searcher: Open over the index.
        query: As of :meth:`searcher.Searcher.search`; None for everything. Nothing is relaxed.
        window: The days that may lie between two items that are linked; a story may last longer.
        min_items: The pieces of news of a story that is no small one.
        limit: How many stories are told, the first ones; None for all.
        most_items: How many items may match, since all are held.
        labels_in: The language of the labels of concepts and places: ``en``, ``es`` or ``fr``.
        progress: Called now and then with how many items were read, and how many there are.
        narrowed: What :meth:`searcher.Searcher.search` takes to narrow it and to read its query.

    Raises:
        QueryError, TypeError: An argument cannot be understood, or is of another type; or more items match
            than are held.
    """
    check_searcher(searcher)
    check_number("window", window, 0)
    check_number("min_items", min_items, 2)
    check_number("most_items", most_items, 0)
    if limit is not None:
        check_number("limit", limit, 0)
    check_text("labels_in", labels_in)
    question = question_of_all(query, "oldest", narrowed)

    def read(answerer: Answerer) -> Stories:
        results = answerer.matches(question)
        if results.total > most_items:
            raise QueryError(
                f"{results.total:,} items match, and stories are found among {most_items:,} at most; "
                "narrow the question, as by --from and --to"
            )
        return _found(answerer.engine, results, (window, min_items, limit, labels_in), progress)

    return searcher.ask(read)


def _found(
    engine: Engine, results: Results, asked: tuple[int, int, int | None, str], progress: Progress
) -> Stories:
    """Find the stories of an answer, and tell as many as are wanted."""
    assert isinstance(results.hits, EveryHit)
    window, min_items, limit, labels_in = asked
    collection = Collection(engine, results.hits.documents, progress)
    linker = Linker(collection.news, collection.others, window)
    links = linker.links()
    teller = Teller(engine, collection.news, linker, links, labels_in)
    joined = average_linkage(links, LEAST_LIKENESS)
    found = sorted([one for one in joined if teller.cohesion(one) >= LEAST_COHESION], key=teller.order)
    items = sum(1 + len(collection.news[one].same) for cluster in found for one in cluster)
    return Stories(
        results,
        tuple([teller.story(cluster, min_items) for cluster in found[:limit]]),
        len(found),
        sum(len(cluster) < min_items for cluster in found),
        items,
        results.total - collection.undated - items,
        collection.undated,
    )

"""Group items about the same event into stories."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import fsum
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import checkpoint
from indexer.errors import QueryError, message
from indexer.item import ItemDate, decode_record
from indexer.option_tables import check_number, check_text
from indexer.runtime import NamedTuple
from searcher.answer import OPENING
from searcher.facet_values import first_words
from searcher.reading.all_matches import check_searcher, read_matches, request_for_all
from searcher.reading.distinctive_words import CONCEPT, COUNTRY, DIGIT, NAME, PLACE, label_in
from searcher.reading.story_clusters import LIKELY, Linker
from searcher.reading.story_evidence import SPECIFIC, Collection, evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Unpack

    from indexer.thesaurus.table import Table
    from searcher.engine import Engine
    from searcher.hit_details import EveryHit
    from searcher.opening import BaseSearcher
    from searcher.reading.distinctive_words import Evidence
    from searcher.reading.story_clusters import Cluster
    from searcher.reading.story_evidence import News, Progress
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments


SURE: Final = 0.32
"""The cohesion from which a story is sure."""
SHOWN: Final = 8  # maximum pieces of evidence to list per kind


class Member(NamedTuple):
    """An item of a story, together with its near duplicates.

    Attributes:
        id, title, date, language: The attributes of the item.
        same: The ids of the item's near duplicates that also match.
        shares: The number of names, numbers and places that the item shares with other members.
    """

    id: str
    title: str
    date: ItemDate
    language: str
    same: tuple[str, ...]
    shares: int

    def to_record(self) -> dict[str, Any]:
        """Return the member as a JSON object."""
        return self._asdict() | {"date": self.date.to_record(), "same": list(self.same)}


class Story(NamedTuple):
    """A group of items about the same event.

    Attributes:
        headline: The title with the most shared names and concepts among the titles in the most common
            language. If no member has a title, the beginning of the first member's text.
        start, end: The first and the last possible day of the members.
        sure: Whether the story is almost certain: its cohesion is high, no date is estimated, and each member
            shares at least two names with other members (three if no concept is shared), not all of them from
            the thesaurus.
        doubtful: Whether the cohesion is so low that the items may be about different events.
        cohesion: How closely the members are related, from 0 to 1; see
            :class:`searcher.reading.story_clusters.Cluster`.
        small: Whether the story has fewer members than the argument ``min_items`` of :func:`stories`.
        items: The number of items, including near duplicates.
        estimated: The number of members with an estimated date.
        languages: The languages of the members, most common first.
        countries: The countries of at least two members, most common first; if there are none, the countries
            of the headline's item.
        concepts, names, places: Evidence shared by at least two members, most distinctive first.
        members: The members, earliest first.
    """

    headline: str
    start: date
    end: date
    sure: bool
    doubtful: bool
    cohesion: float
    small: bool
    items: int
    estimated: int
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    concepts: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def section(self) -> str:
        """The section that lists the story: ``small``, ``doubtful``, or empty for the first section."""
        return "doubtful" if self.doubtful else "small" if self.small else ""

    def to_record(self) -> dict[str, Any]:
        """Return the story as a JSON object."""
        listed = {name: list(value) for name, value in self._asdict().items() if isinstance(value, tuple)}
        return (
            self._asdict()
            | listed
            | {
                "start": self.start.isoformat(),
                "end": self.end.isoformat(),
                "cohesion": round(self.cohesion, 3),
                "members": [member.to_record() for member in self.members],
            }
        )


class StoryDescriber:
    """Describes stories in one language."""

    def __init__(self, engine: Engine, news: Sequence[News], linker: Linker, language: str) -> None:
        self._engine = engine
        self._news = news
        self._rarity = linker.rarity
        self._language = language

    def order(self, cluster: Cluster) -> tuple[bool, int, int, str]:
        """Return the sort key of a story.

        The largest stories come first, and of equally large stories the newest. Doubtful stories come last.
        """
        news = [self._news[one] for one in cluster.numbers]
        return is_doubtful(cluster), -len(news), -max(one.last for one in news), news[0].id

    def story(self, cluster: Cluster, min_items: int) -> Story:
        """Return the story of a cluster of items."""
        news = self._pieces(cluster.numbers)
        estimated = sum(one.date.kind == "estimated" for one in news)
        shared = self._shared_evidence(news)
        languages = _sort_by_count([one.language for one in news])

        def named(one: _Piece) -> tuple[int, float]:
            return languages[one.language], fsum([shared.get(key, 0.0) for key in one.titled])

        first = max(news, key=named)
        concepts = tuple(self._labels(shared, CONCEPT))[:SHOWN]
        codes = _sort_by_count([code for one in news for code in one.countries])
        own = any(kind in {NAME, DIGIT} and isinstance(value, str) for kind, value in shared)
        sure = cluster.cohesion >= SURE and own and not estimated and cluster.shares + bool(concepts) > 2
        return Story(
            first.title,
            min(one.date.start for one in news),
            max(one.date.end for one in news),
            sure,
            is_doubtful(cluster),
            cluster.cohesion,
            len(news) < min_items,
            sum(1 + len(one.same) for one in news),
            estimated,
            tuple(languages),
            tuple([code for code, count in codes.items() if count > 1] or sorted(first.countries)),
            concepts,
            tuple(self._names(shared, [first, *news]))[:SHOWN],
            tuple(self._labels(shared, PLACE))[:SHOWN],
            tuple([_member(one, shared) for one in news]),
        )

    def _pieces(self, numbers: Sequence[int]) -> list[_Piece]:
        """Read the data that describe a story, for each of its items."""
        news = [self._news[one] for one in numbers]
        records = self._engine.records([one.document for one in news])
        read = zip(news, map(decode_record, records), strict=True)
        return [_piece(record, one.same, self._engine.thesaurus) for one, record in read]

    def _shared_evidence(self, news: Sequence[_Piece]) -> dict[Evidence, float]:
        """Return the evidence that members share, the most distinctive first.

        The value is the rarity of the evidence times the number of members that have it.
        """
        counts = Counter([key for one in news for key in (*one.runs, *one.topics)])
        distinctive = {key: self._rarity(key) * count for key, count in counts.items() if count > 1}
        return dict(sorted(distinctive.items(), key=lambda one: (-one[1], str(one[0]))))

    def _labels(self, shared: Iterable[Evidence], kind: str) -> Iterator[str]:
        for own, value in shared:
            if own == kind and isinstance(value, int):
                yield label_in(self._language, self._engine.thesaurus.concept(value)[1])

    def _names(self, shared: Mapping[Evidence, float], news: Sequence[_Piece]) -> Iterator[str]:
        """Yield the shared names and numbers.

        Names that are adjacent in the text are one name.
        """
        done: set[Evidence] = set()
        for key in shared:
            kind, value = key
            if kind not in {NAME, DIGIT} or key in done:
                continue
            if isinstance(value, int):
                yield label_in(self._language, self._engine.thesaurus.concept(value)[1])
                continue
            piece = next(one for one in news if key in one.runs)
            runs = piece.runs
            whole = [
                other for other in runs if runs[other] == runs[key] and other in shared and other not in done
            ]
            whole = [other for other in whole if other[0] == kind and isinstance(other[1], str)]
            done.update(whole)
            yield " ".join([piece.written[other] for other in whole])


class _Piece(NamedTuple):
    """The data of an item that describe its story.

    Attributes:
        id, title, date, language: The attributes of the item. If it has no title, ``title`` is the beginning
            of its text.
        same: The ids of the item's near duplicates.
        runs: A number for each name, number and place. Those with the same number are parts of one name.
        topics: The concepts of the item.
        countries: The codes of the item's countries.
        written: The names and numbers as written.
        titled: The evidence in the title.
    """

    id: str
    title: str
    date: ItemDate
    language: str
    same: tuple[str, ...]
    runs: Mapping[Evidence, int]
    topics: Sequence[Evidence]
    countries: Sequence[str]
    written: Mapping[Evidence, str]
    titled: frozenset[Evidence]


def _piece(record: Mapping[str, Any], same: tuple[str, ...], table: Table) -> _Piece:
    """Return the data of an item from its stored record."""
    checkpoint()
    evidence, _, written = evidence_of(record, table)
    start, end = (date.fromisoformat(record["date"][name]) for name in ("start", "end"))
    return _Piece(
        record["id"],
        record["title"] or first_words(" ".join(record["body"][: 2 * OPENING].split()), OPENING),
        ItemDate(start, end, record["date"]["kind"]),
        record["language"],
        same,
        {key: run for key, run in evidence.items() if key[0] in SPECIFIC},
        [key for key in evidence if key[0] == CONCEPT],
        [str(value) for kind, value in evidence if kind == COUNTRY],
        written,
        frozenset(evidence_of({**record, "body": ""}, table).mentions),
    )


def is_doubtful(cluster: Cluster) -> bool:
    """Return whether the cohesion of a cluster is so low that its story is doubtful."""
    return cluster.cohesion < LIKELY


def _member(news: _Piece, shared: Mapping[Evidence, float]) -> Member:
    shares = len({run for key, run in news.runs.items() if key in shared})
    return Member(news.id, news.title, news.date, news.language, news.same, shares)


def _sort_by_count(values: Sequence[str]) -> dict[str, int]:
    """Count equal values, and sort the counts, the most frequent value first."""
    return dict(sorted(Counter(values).items(), key=lambda one: (-one[1], one[0])))


WINDOW: Final = 14  # days
MIN_ITEMS: Final = 3  # minimum members of a story that is not small
MOST: Final = 200_000
"""The maximum number of items to group: some 4 KB of memory each."""


class Stories(NamedTuple):
    """The stories of a query.

    Attributes:
        results: The results of the query.
        stories: The stories, up to the limit, the largest first, and of equally large ones the newest.
            Stories with a low cohesion (``Story.doubtful``) are last.
        found: The number of all stories, including the small and the doubtful ones.
        small: The number of stories that have few members (``Story.small``) and are not doubtful.
        doubtful: The number of stories with a low cohesion, whatever their size.
        items: The number of items in all stories, including near duplicates.
        single: The number of items with a date that are in no story.
        undated: The number of items without a date. They are in no story either.
    """

    results: Results
    stories: tuple[Story, ...]
    found: int
    small: int
    doubtful: int
    items: int
    single: int
    undated: int


def stories(  # noqa: PLR0913 - one argument per option
    searcher: BaseSearcher,
    query: str | None = None,
    *,
    window: int = WINDOW,
    min_items: int = MIN_ITEMS,
    limit: int | None = None,
    most_items: int = MOST,
    labels_in: str = "en",
    progress: Progress = lambda _read, _of: None,
    **options: Unpack[QueryArguments],
) -> Stories:
    """Group all matches of a query into stories.

    Args:
        searcher: The open searcher.
        query: The query, as for :meth:`searcher.Searcher.search`, but never relaxed to a similar query.
            ``None`` for all items.
        window: The maximum number of days between two linked items; a story may last longer.
        min_items: The number of items below which a story counts as small.
        limit: The maximum number of stories to describe, or ``None`` for all.
        most_items: The maximum number of matches, all of which are kept in memory.
        labels_in: The language of the labels of concepts and places: ``en``, ``es`` or ``fr``.
        progress: Called regularly with the number of items read, and the total.
        options: The filters and query options of :meth:`searcher.Searcher.search`, with ``all_words=True`` by
            default.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type, or there are too many matches.
    """
    check_searcher(searcher)
    check_number("window", window, 0)
    check_number("min_items", min_items, 2)
    check_number("most_items", most_items, 0)
    if limit is not None:
        check_number("limit", limit, 0)
    check_text("labels_in", labels_in)
    request = request_for_all(query, "oldest", options)

    def read(engine: Engine, hits: EveryHit, results: Results) -> Stories:
        if results.total > most_items:
            raise QueryError(message("stories.too_many", total=results.total, most=most_items))
        collection = Collection(engine, hits.documents, progress)
        return _find_stories(engine, collection, results, (window, min_items, limit, labels_in))

    return read_matches(searcher, request, read)


def _find_stories(
    engine: Engine, collection: Collection, results: Results, requested: tuple[int, int, int | None, str]
) -> Stories:
    """Find the stories among the matches of a query, and describe the first ones.

    ``requested`` are the arguments ``window``, ``min_items``, ``limit`` and ``labels_in`` of :func:`stories`.
    """
    window, min_items, limit, labels_in = requested
    linker = Linker(collection.news, collection.others, window)
    describer = StoryDescriber(engine, collection.news, linker, labels_in)
    found = sorted(linker.clusters(), key=describer.order)
    small = sum(len(one.numbers) < min_items and not is_doubtful(one) for one in found)
    items = sum(1 + len(collection.news[number].same) for one in found for number in one.numbers)
    return Stories(
        results,
        tuple([describer.story(one, min_items) for one in found[:limit]]),
        len(found),
        small,
        sum(map(is_doubtful, found)),
        items,
        results.total - collection.undated - items,
        collection.undated,
    )

"""Group items into stories: items of one event, in any language, by shared concepts, names and places."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import checked, checkpoint
from indexer.errors import QueryError, message
from indexer.item import ItemDate, decode_record
from indexer.option_tables import check_number, check_text
from indexer.runtime import NamedTuple
from searcher.answer import OPENING
from searcher.facet_values import beginning
from searcher.hit_details import EveryHit
from searcher.reading.all_matches import check_searcher, question_of_all
from searcher.reading.distinctive_words import CONCEPT, COUNTRY, DIGIT, NAME, PLACE, label_in
from searcher.reading.story_clusters import MIN_LIKENESS, Linker, average_linkage
from searcher.reading.story_evidence import SPECIFIC, Collection, evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Unpack

    from indexer.thesaurus.table import Table
    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.opening import BaseSearcher
    from searcher.reading.distinctive_words import Evidence
    from searcher.reading.story_evidence import News, Progress
    from searcher.results import Results
    from searcher.search_options import Narrowing


SURE: Final = 0.5
"""The mean similarity of the members of a story from which it is sure."""
SHOWN: Final = 8  # pieces of evidence of a kind that are listed


class Member(NamedTuple):
    """A member of a story: an item, which counts once with its near duplicates.

    Attributes:
        id, title, date, language: Those of the item.
        same: The ids of its near duplicates that also match.
        shares: The number of names, numbers and places that it shares with other members.
    """

    id: str
    title: str
    date: ItemDate
    language: str
    same: tuple[str, ...]
    shares: int

    def to_record(self) -> dict[str, Any]:
        """Return the JSON record."""
        return self._asdict() | {"date": self.date.to_record(), "same": list(self.same)}


class Story(NamedTuple):
    """Items of one event.

    Attributes:
        headline: The title of its most central member, or the beginning of its text.
        start, end: Its first and last possible day.
        sure: Whether its members are as similar as those of one event mostly are, each shares two names
            (three if no concept is shared), and no date is estimated.
        cohesion: Their mean similarity, 0 to 1.
        small: Whether it has few members.
        items: The number of its items, including near duplicates.
        estimated: The number of members with an estimated date.
        languages: The languages of its members, most common first.
        countries: The countries of at least two members, most common first; if there are none, those of the
            headline.
        concepts, names, places: Those that at least two members share, most distinctive first.
        members: The members, earliest first.
    """

    headline: str
    start: date
    end: date
    sure: bool
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

    def to_record(self) -> dict[str, Any]:
        """Return the JSON record."""
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
    """Describes stories, with concepts and places in one language."""

    def __init__(
        self,
        engine: Engine,
        news: Sequence[News],
        linker: Linker,
        links: Mapping[tuple[int, int], float],
        language: str,
    ) -> None:
        self._engine = engine
        self._news = news
        self._rarity = linker.rarity
        self._links = links
        self._language = language

    def order(self, cluster: Sequence[int]) -> tuple[int, int, str]:
        """Return the sort key of stories: largest first, then newest."""
        end = max(self._news[one].last for one in cluster)
        return -len(cluster), -end, self._news[cluster[0]].id

    def cohesion(self, cluster: Sequence[int]) -> float:
        """Return the mean similarity of all pairs of members."""
        return _mean(self._strengths(cluster))

    def _strengths(self, cluster: Sequence[int]) -> dict[int, float]:
        """Return the sum of each member's similarities to all others."""
        strength = dict.fromkeys(cluster, 0.0)
        for pair in checked(combinations(cluster, 2)):
            for one in pair:
                strength[one] += self._links.get(pair, 0.0)
        return strength

    def story(self, cluster: Sequence[int], min_items: int) -> Story:
        """Return the story of some members, given by ascending numbers: the earliest first."""
        strength = self._strengths(cluster)
        central = min(cluster, key=lambda one: (-strength[one], self._news[one].id))
        cohesion = _mean(strength)
        pieces = self._pieces(cluster)
        news, first = [*pieces.values()], pieces[central]
        estimated = sum(one.date.kind == "estimated" for one in news)
        shared = self._shared(news)
        members = tuple([_member(one, shared) for one in news])
        concepts = tuple(self._labels(shared, CONCEPT))[:SHOWN]
        codes = _counted([code for one in news for code in one.countries])
        return Story(
            first.title,
            min(one.date.start for one in news),
            max(one.date.end for one in news),
            cohesion >= SURE and not estimated and min(one.shares for one in members) + bool(concepts) > 2,
            cohesion,
            len(cluster) < min_items,
            sum(1 + len(one.same) for one in news),
            estimated,
            tuple(_counted([one.language for one in news])),
            tuple([code for code, count in codes.items() if count > 1] or sorted(first.countries)),
            concepts,
            tuple(self._names(shared, [first, *news]))[:SHOWN],
            tuple(self._labels(shared, PLACE))[:SHOWN],
            members,
        )

    def _pieces(self, cluster: Sequence[int]) -> dict[int, _Piece]:
        """Read the records of some members again."""
        news = [self._news[one] for one in cluster]
        records = self._engine.records([one.document for one in news])
        read = zip(news, map(decode_record, records), strict=True)
        pieces = [_piece(record, one.same, self._engine.thesaurus) for one, record in read]
        return dict(zip(cluster, pieces, strict=True))

    def _shared(self, news: Sequence[_Piece]) -> dict[Evidence, float]:
        """Return the evidence of at least two members, most distinctive first: rare, and shared by many."""
        counts = Counter([key for one in news for key in (*one.runs, *one.topics)])
        distinctive = {key: self._rarity(key) * count for key, count in counts.items() if count > 1}
        return dict(sorted(distinctive.items(), key=lambda one: (-one[1], str(one[0]))))

    def _labels(self, shared: Iterable[Evidence], kind: str) -> Iterator[str]:
        for own, value in shared:
            if own == kind and isinstance(value, int):
                yield label_in(self._language, self._engine.thesaurus.concept(value)[1])

    def _names(self, shared: Mapping[Evidence, float], news: Sequence[_Piece]) -> Iterator[str]:
        """Yield names and numbers; adjacent words of an item are one name."""
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
    """The data of a member, for the description of a story.

    Attributes:
        id, title, date, language: Those of the item; the beginning of its text if it has no title.
        same: The ids of its near duplicates.
        runs: Its names, numbers and places; those with the same run number are one name.
        topics: Its concepts.
        countries: The codes of its countries.
        written: Its names and numbers as written.
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


def _piece(record: Mapping[str, Any], same: tuple[str, ...], table: Table) -> _Piece:
    """Return the data of a stored record."""
    checkpoint()
    written: dict[Evidence, str] = {}
    evidence = evidence_of(record, table, written)
    start, end = (date.fromisoformat(record["date"][name]) for name in ("start", "end"))
    return _Piece(
        record["id"],
        record["title"] or beginning(" ".join(record["body"][: 2 * OPENING].split()), OPENING),
        ItemDate(start, end, record["date"]["kind"]),
        record["language"],
        same,
        {key: run for key, run in evidence.items() if key[0] in SPECIFIC},
        [key for key in evidence if key[0] == CONCEPT],
        [str(value) for kind, value in evidence if kind == COUNTRY],
        written,
    )


def _mean(strength: Mapping[int, float]) -> float:
    """Return the mean similarity of all pairs, from the sums of each member's similarities."""
    return sum(strength.values()) / (len(strength) * (len(strength) - 1))


def _member(news: _Piece, shared: Mapping[Evidence, float]) -> Member:
    shares = len({run for key, run in news.runs.items() if key in shared})
    return Member(news.id, news.title, news.date, news.language, news.same, shares)


def _counted(values: Sequence[str]) -> dict[str, int]:
    """Return the counts of values, most common first, then ascending."""
    return dict(sorted(Counter(values).items(), key=lambda one: (-one[1], one[0])))


WINDOW: Final = 14  # days
MIN_ITEMS: Final = 3  # members of a story that is not small
MIN_COHESION: Final = 0.28
"""The minimum mean similarity of the members of a story; clusters with less are dropped."""
MOST: Final = 200_000
"""The maximum number of items to group: some 4 KB of memory each."""


class Stories(NamedTuple):
    """All stories of a question.

    Attributes:
        results: The results of the question.
        stories: The first stories up to the limit: largest first, then newest.
        found: The number of all stories.
        small: The number of small ones among them.
        items: The number of items in any story.
        single: The number of items in no story.
        undated: The number of items without a date, which are in no story.
    """

    results: Results
    stories: tuple[Story, ...]
    found: int
    small: int
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
    **narrowed: Unpack[Narrowing],
) -> Stories:
    """Group all matches of a question into stories.

    Args:
        searcher: The open searcher.
        query: As for :meth:`searcher.Searcher.search`, without relaxation; None for all items.
        window: The maximum number of days between two linked items; a story may last longer.
        min_items: The number of members below which a story is small.
        limit: The number of stories to describe; None for all.
        most_items: The maximum number of matches, since all are kept in memory.
        labels_in: The language of the labels of concepts and places: ``en``, ``es`` or ``fr``.
        progress: Called regularly with the number of items that were read, and the number of all.
        narrowed: The filters and query options of :meth:`searcher.Searcher.search`, with ``all_words=True``
            by default.

    Raises:
        QueryError, TypeError: An argument is invalid or of another type; or there are too many matches.
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
            raise QueryError(message("stories.too_many", total=results.total, most=most_items))
        return _found(answerer.engine, results, (window, min_items, limit, labels_in), progress)

    return searcher.ask(read)


def _found(
    engine: Engine, results: Results, requested: tuple[int, int, int | None, str], progress: Progress
) -> Stories:
    """Find the stories of a question, and describe the first ones."""
    assert isinstance(results.hits, EveryHit)
    window, min_items, limit, labels_in = requested
    collection = Collection(engine, results.hits.documents, progress)
    linker = Linker(collection.news, collection.others, window)
    links = linker.links()
    describer = StoryDescriber(engine, collection.news, linker, links, labels_in)
    joined = average_linkage(links, MIN_LIKENESS)
    found = sorted([one for one in joined if describer.cohesion(one) >= MIN_COHESION], key=describer.order)
    items = sum(1 + len(collection.news[one].same) for cluster in found for one in cluster)
    return Stories(
        results,
        tuple([describer.story(cluster, min_items) for cluster in found[:limit]]),
        len(found),
        sum(len(cluster) < min_items for cluster in found),
        items,
        results.total - collection.undated - items,
        collection.undated,
    )

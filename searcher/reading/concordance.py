"""Build a concordance: each match in the text around it."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.checkpoint import add_checkpoints, checkpoint
from indexer.countries.country_names import country_name
from indexer.item import CountryMention, ItemDate
from indexer.option_tables import check_choice, check_number
from indexer.runtime import NamedTuple
from searcher.engine import EVERY_HIT
from searcher.reading.all_matches import check_searcher, read_matches, request_for_all
from searcher.reading.text_matches import matches_in_passages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Unpack

    from searcher.engine import Engine
    from searcher.hit_details import EveryHit
    from searcher.opening import BaseSearcher
    from searcher.query.positions import Match
    from searcher.reading.text_matches import Passage
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments

CONTEXT: Final = 60  # characters of text on each side of a match
LineOrder = Literal["relevance", "newest", "oldest", "left", "right", "country"]
ORDERS: Final[tuple[LineOrder, ...]] = ("relevance", "newest", "oldest", "left", "right", "country")
COLUMNS: Final = tuple("id date_start date_end date_kind countries part language left match right".split())
OF_ITEMS: Final = frozenset({"relevance", "newest", "oldest"})
_DATE_CACHE_SIZE: Final = 1 << 14
_WORDS: Final = re.compile(r"\w+").findall


class ConcordanceLine(NamedTuple):
    """A match with the text before and after it.

    Attributes:
        id: The id of the item.
        date: The date of the item, or ``None`` if the item has no date.
        countries: The countries that the item is about.
        part: ``title`` or ``body``.
        language: The language of this part of the item.
        left: The text before the match, in whole words, within the same paragraph.
        match: The word, the phrase, or the adjacent words, as written.
        right: The text after the match.
    """

    id: str
    date: ItemDate | None
    countries: tuple[CountryMention, ...]
    part: str
    language: str
    left: str
    match: str
    right: str

    def to_record(self) -> dict[str, Any]:
        """Return the line as a JSON object."""
        return self._asdict() | {
            "date": self.date.to_record() if self.date else None,
            "countries": [country.code for country in self.countries],
        }


class Concordance:
    """An iterator over the lines of a concordance, which can be read once."""

    def __init__(self, results: Results, lines: Iterable[ConcordanceLine]) -> None:
        self.results = results
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[ConcordanceLine]:
        return self._lines

    def __repr__(self) -> str:
        return f"Concordance(query={self.results.query!r}, items={self.results.total})"


def concordance(  # noqa: PLR0913 - one argument per option
    searcher: BaseSearcher,
    query: str,
    *,
    sort: LineOrder = "relevance",
    context: int = CONTEXT,
    limit: int | None = None,
    most_items: int | None = None,
    **options: Unpack[QueryArguments],
) -> Concordance:
    """Return each occurrence of a query's words, with the text around it.

    Args:
        searcher: The open searcher, which must stay open while the lines are read.
        query: The query, as for :meth:`searcher.Searcher.search`, but never relaxed to a similar query.
        sort: The order of the lines. ``relevance``, ``newest`` and ``oldest`` read lines lazily in this order
            of their items. ``left``, ``right`` and ``country`` collect all lines and sort them by the words
            before the match, by the words after the match, or by country.
        context: The maximum number of characters of text on each side of the match.
        limit: The maximum number of lines, or ``None`` for all.
        most_items: The maximum number of items to read, or ``None`` for all. It is useful for a query such as
            ``… OR lang:en``, which may match many items in which no word matches.
        options: The filters and query options of :meth:`searcher.Searcher.search`, with ``all_words=True`` by
            default.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type. Iteration raises QueryError if
            ``most_items`` items were read and have fewer lines than the limit.
    """
    check_searcher(searcher)
    check_choice("sort", sort, ORDERS)
    check_number("context", context, 0)
    for name, most in (("limit", limit), ("most_items", most_items)):
        if most is not None:
            check_number(name, most, 0)
    request = request_for_all(query, sort if sort in OF_ITEMS else "relevance", options)

    def read(engine: Engine, _: EveryHit, results: Results) -> Concordance:
        gradually = limit is not None and sort in OF_ITEMS
        found = matches_in_passages(engine, results, most_items, gradually=gradually)
        lines = _lines(engine, found, context)
        if sort not in OF_ITEMS:
            lines = iter(sorted(lines, key=_KEYS[sort]))
        return Concordance(results, islice(lines, limit if limit is None else min(limit, EVERY_HIT)))

    return read_matches(searcher, request, read)


def _lines(
    engine: Engine, found: Iterable[tuple[Passage, str, list[Match]]], context: int
) -> Iterator[ConcordanceLine]:
    item: dict[str, Any] = {}
    head: tuple[str, ItemDate | None, tuple[CountryMention, ...]] = "", None, ()
    dates = lru_cache(_DATE_CACHE_SIZE)(_date)  # local, since small objects kept in a server pin much memory
    with engine.reading_context():
        for (record, part, language, _), text, matches in add_checkpoints(found):
            if record is not item:
                item, head = record, _head(record, dates)
            for start, end in _places(text, matches):
                left, right = _last_words(text, start, context), _first_words(text, end, context)
                yield ConcordanceLine(*head, part, language, left, text[start:end], right)


def _places(text: str, matches: Iterable[Match]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each match.

    Adjacent matches of different words are merged.
    """
    first = last = -1
    seen: set[str] = set()
    for start, end, terms in matches:
        if last < 0 or not text[last:start].isspace() or not seen.isdisjoint(terms):
            if last >= 0:
                yield first, last
            first, seen = start, set()
        last = end
        seen.update(terms)
    if last >= 0:
        yield first, last


def _head(
    record: dict[str, Any], dates: Callable[..., ItemDate]
) -> tuple[str, ItemDate | None, tuple[CountryMention, ...]]:
    """Return the id, the date (``None`` if it is missing) and the countries from a stored record."""
    day = record["date"]
    countries = [CountryMention(one["code"], one["via"], one["evidence"]) for one in record["countries"]]
    return record["id"], dates(day["start"], day["end"], day["kind"]) if day else None, tuple(countries)


def _date(start: str, end: str, kind: Any) -> ItemDate:
    return ItemDate(date.fromisoformat(start), date.fromisoformat(end), kind)


def _first_words(text: str, start: int, most: int) -> str:
    """Return the words after an offset that fit into ``most`` characters."""
    if len(text) - start <= most:
        return text[start:]
    cut = text.rfind(" ", start, start + most + 1)
    return text[start : cut if cut > start else start + most]


def _last_words(text: str, end: int, most: int) -> str:
    """Return the words before an offset that fit into ``most`` characters."""
    if end <= most:
        return text[:end]
    cut = text.find(" ", end - most - 1, end)
    return text[cut + 1 : end] if 0 <= cut < end - 1 else text[end - most : end]


def _words(text: str, step: int = 1) -> str:
    """Return a sort key with the words of a text.

    With a step of -1, the last word comes first.
    """
    checkpoint()
    return "\n".join(_WORDS(text.casefold())[::step])


def _by_left(line: ConcordanceLine) -> Any:
    return _words(line.left, -1), _words(line.match), _words(line.right), line.id


def _by_right(line: ConcordanceLine) -> Any:
    return _words(line.right), _words(line.match), _words(line.left, -1), line.id


def _by_country(line: ConcordanceLine) -> Any:
    named = [country_name(country.code) for country in line.countries[:1]]
    return not named, named, _words(line.match), line.id


_KEYS: Final[dict[str, Callable[[ConcordanceLine], Any]]] = {
    "left": _by_left,
    "right": _by_right,
    "country": _by_country,
}

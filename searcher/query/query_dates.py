"""Find dates in the words of a query, such as ``March 2016`` or ``marzo de 2016``.

A date in a query matches texts with its words; the name of the month may be in any language. Items with
this date rank higher, even if their texts do not mention it.
"""

from __future__ import annotations

from datetime import date as day
from functools import cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.characters import fold, plain
from indexer.errors import QueryError
from indexer.runtime import NamedTuple, late_pattern
from indexer.schema import ANALYZED_LANGUAGES, text_field
from searcher.periods import parse_period
from searcher.query.expansion import TIE_BREAKER, WEIGHT
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import TRANSLATED, Days, DisjunctionMax, Filter, Or, Should, Term, Word, leaves
from searcher.query.notes import ESTIMATED, MAX_PER_KIND
from searcher.query.query_analysis import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searcher.engine import Vocabulary
    from searcher.query.model import Node
    from searcher.query.query_analysis import QueryAnalyzer

# The score for an item's date, relative to one occurrence of the words; texts about a date mention it
# more than once, above all in their title.
DATE_WEIGHT: Final = 1.5
_FARTHEST: Final = 12  # years, months or days to the nearest that is offered for a date without items
_YEARS: Final = ("19", "20")  # prefixes of years
_IN_DIGITS: Final = late_pattern(
    r"(?:19|20)\d\d-\d\d(?:-\d\d)?|\d\d?/(?:\d\d?/)?(?:19|20)\d\d|\d\d?\.\d\d?\.(?:19|20)\d\d"
)
_SPAN: Final = late_pattern(r"((?:19|20)\d\d)[-–/]((?:19|20)\d\d)")
_BETWEEN: Final = frozenset({"de", "del", "of"})  # between a month and its year


class DateWords(NamedTuple):
    """Words that form a date."""

    first: int  # the indexes of the first and last word in the query
    last: int
    period: str  # the date, as 2016-03, 2016 or 2014..2016
    first_day: int  # the first and last day (datetime.date.toordinal)
    last_day: int


def add_dates(  # noqa: PLR0913 - the last three are named
    query: Node,
    words: Sequence[str],
    analyzer: QueryAnalyzer,
    finds: Callable[[Node], bool],
    *,
    dates: dict[str, str],
    empty: dict[str, str],
    estimated: bool,
) -> Node:
    """Change a query so that items with a date in it rank higher.

    If the query has only dates, all items with such a date match.

    Args:
        query: The resolved query of the adjacent words.
        words: The words as typed, with an empty string for each part that is not a word.
        analyzer: Resolves words.
        finds: Returns whether any item matches a resolved query.
        dates: Dates that items have are added to this dictionary, by typed words: ``2016-03`` for ``March
            2016``. If only estimated dates match, ``--estimated`` is appended to the date.
        empty: Dates that no item has are added to this dictionary, by typed words. The value is the nearest
            dates that items have, such as ``date:2016-02 date:2016-05``, or an empty string if no such date
            is near or many dates of the query have no items.
        estimated: Whether estimated dates match.
    """
    found = list(find_dates(words))
    of_dates = {place for date in found for place in range(date.first, date.last + 1)}
    alone = not any(
        not word or analyzer.word(word, "text") for at, word in enumerate(words) if at not in of_dates
    )
    for date in found:
        own = words[date.first : date.last + 1]
        written = " ".join(own).strip(PUNCTUATION_AROUND)
        rarity = sum([analyzer.rarity(node) for word in own if (node := analyzer.word(word, "text"))])
        if not rarity and (year := analyzer.word(date.period[:4], "text")):  # texts rarely have 2016-03-05
            rarity = analyzer.rarity(year)
        origin = ("explain.items_of", written)
        days = Days(date.first_day, date.last_day, estimated, DATE_WEIGHT * rarity, origin, written)
        if finds(days):
            dates[written] = date.period
            query = Or((query, days)) if alone else Should(query, days)
        elif not estimated and finds(days.replace(estimated=True)):
            dates[written] = f"{date.period} {ESTIMATED}"
        elif written not in empty:
            may_be_noted = (
                len(empty) < MAX_PER_KIND and ".." not in date.period
            )  # a search for each of many years would take long
            near = _nearest(date, finds, estimated=estimated) if may_be_noted else []
            empty[written] = " ".join([f"date:{period}" for period in near])
    return query


def _nearest(date: DateWords, finds: Callable[[Node], bool], *, estimated: bool) -> list[str]:
    """Return the nearest earlier and the nearest later period with items.

    The periods have the length of ``date``. A period that is too far away is left out. ``finds`` returns
    whether any item matches a resolved query.
    """
    found: list[str] = []
    for sign in (-1, 1):
        first, last, have = date.first_day, date.last_day, []
        for _ in range(_FARTHEST):  # also after the nearest: a cluster answers all searches in one request
            beyond = day.fromordinal(first - 1 if sign < 0 else last + 1)
            period = beyond.isoformat()[: len(date.period)]
            first, last = parse_period(period, "a date in words")
            if finds(Days(first, last, estimated)):
                have.append(period)
        found += have[:1]
    return found


def find_months(words: Sequence[str], vocabulary: Vocabulary) -> dict[str, tuple[Node, ...]]:
    """Find the names of months before a year.

    Each is mapped to the names of the month in other languages.
    """
    typed = [words[date.first] for date in find_dates(words) if date.first < date.last]
    found = {word: _in_other_languages(word, vocabulary) for word in typed}
    return {word: names for word, names in found.items() if names is not None}


def add_months(
    missing: list[str],
    unmatched: dict[str, None],
    chunks: Sequence[str],
    nodes: list[Node | None],
    vocabulary: Vocabulary,
) -> dict[str, tuple[Node, ...]]:
    """Add other languages' names of months to a query: *March* for *marzo*.

    Args:
        missing: The words that no text has; the months found are removed.
        unmatched: The words to report as unmatched; the months found are removed.
        chunks: The chunks of the query.
        nodes: The query of each chunk, to which the names are added.
        vocabulary: The terms of the index.

    Returns:
        The added names, by chunk.
    """
    months = {word: names for word in missing if (names := _in_other_languages(word, vocabulary))}
    for at, chunk in enumerate(chunks):
        if (names := months.get(chunk.strip(PUNCTUATION_AROUND))) and (node := nodes[at]):
            nodes[at] = DisjunctionMax((node, *names), TIE_BREAKER)
    for word in months:
        missing.remove(word)
        unmatched.pop(word, None)
    return months


def _in_other_languages(typed: str, vocabulary: Vocabulary) -> tuple[Node, ...] | None:
    """Return a month's names in other languages that texts contain, or None for another word."""
    written = fold(plain(typed.strip(PUNCTUATION_AROUND)))
    names = _names_of_months().get(written)
    if names is None:
        return None
    return tuple(
        [
            Term(field, term, WEIGHT * ELSEWHERE, name, ("explain.joined_for", typed), TRANSLATED)
            for language, name in zip(ANALYZED_LANGUAGES, names, strict=True)
            for field, term in [(text_field(language), analyzer(language).term(plain(name)))]
            if fold(plain(name)) != written and vocabulary.document_frequency(field, term)
        ]
    )


@cache
def _names_of_months() -> dict[str, list[str]]:
    """Map each folded name of a month to its names in all three languages."""
    from indexer import dates  # the grammar of dates takes longer to import than a search
    from indexer.data_tables import rows

    months = [names.split()[:3] for kind, names in rows(dates.__file__, "calendar.tsv") if kind == "month"]
    return {fold(plain(name)): names for names in months for name in names}


def find_dates(words: Sequence[str]) -> Iterator[DateWords]:
    """Find years, spans of years, months with a year, and days in digits in adjacent words."""
    for last, word in enumerate(words):
        year = word.strip(PUNCTUATION_AROUND)
        if len(year) == 4 and year.isascii() and year.isdigit() and year.startswith(_YEARS):
            first = last - 2 if last > 1 and words[last - 1].lower() in _BETWEEN else last - 1
            month = _month(words[first]) if first >= 0 else 0
            period = f"{year}-{month:02d}" if month else year
            yield DateWords(first if month else last, last, period, *parse_period(period, "a date in words"))
        elif _IN_DIGITS.fullmatch(year):
            try:
                first_day, last_day = parse_period(year, "a date in words")
            except QueryError:
                continue  # the calendar has no such day, or it is ambiguous
            period = day.fromordinal(first_day).isoformat()
            yield DateWords(last, last, period[:7] if first_day < last_day else period, first_day, last_day)
        elif (span := _SPAN.fullmatch(year)) and span[1] < span[2]:
            ends = [parse_period(one, "a date in words") for one in span.groups()]
            yield DateWords(last, last, "..".join(span.groups()), ends[0][0], ends[1][1])


def has_dates(query: Node) -> bool:
    """Return whether a parsed query has a date filter, or a word that is a date by itself, such as 2016."""
    parts = leaves(query)
    filters = [part.name for part in parts if isinstance(part, Filter)]
    words = [part.text for part in parts if isinstance(part, Word)]
    return "date" in filters or any(any(find_dates([word])) for word in words)


def _month(word: str) -> int:
    """Return the number of a month (1 to 12) given its name, or 0 for another word."""
    from indexer.dates.date_grammar import month_number  # few requests need it

    try:
        return month_number(fold(plain(word.strip(PUNCTUATION_AROUND))))
    except KeyError:
        return 0

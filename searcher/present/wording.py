"""Format dates, numbers, languages and countries in English; dates and numbers also in Spanish and French."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from indexer.countries.country_names import country_name
from indexer.item import read_day
from searcher.facet_values import LANGUAGE_LABELS
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from typing import Any

    from indexer.item import CountryMention, DateKind, ItemDate, ManualCorrection, SourceLines, Via
    from searcher.evaluation.judge import Evaluation
    from searcher.near_duplicates import DuplicateGroup

_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "es": "ene feb mar abr may jun jul ago sep oct nov dic".split(),
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
}
_SEPARATORS = {"en": ",", "es": "\N{NO-BREAK SPACE}", "fr": "\N{NARROW NO-BREAK SPACE}"}
# The text before a date, and after it in a list and in full.
_KINDS: dict[DateKind, tuple[str, str, str]] = {
    "printed": ("", "", " (as printed)"),
    "corrected": ("", " (corrected)", " (corrected: the printed date is evidently a misprint)"),
    "inferred": ("", " (year inferred)", " (the day as printed, the year inferred)"),
    "estimated": ("≈ ", " (estimated)", " (estimated: no date is printed; the true day should lie within)"),
    "by_hand": ("", " (by hand)", " (corrected by hand)"),
}
_LONG_VIA: dict[Via, str] = {
    "name": "named",
    "demonym": "by its people",
    "place": "by a place in it",
    "given": "as given",
    "by_hand": "by hand",
}
_MAX_EXACT_ESTIMATE = timedelta(days=31)
COUNTRIES_IN_A_LINE = 6
_NAMED = 5  # items that are named


def number(count: int, language: str = "en") -> str:
    """Return a whole number, with separators only if it cannot be read as a year."""
    return f"{count:,}".replace(",", _SEPARATORS[language]) if abs(count) >= 10_000 else str(count)


def items_in_words(count: int) -> str:
    """Format a number of items: ``1 item``, ``2 items``."""
    return f"{number(count)} {'item' if count == 1 else 'items'}"


def pieces_of_news(count: int) -> str:
    """Format the number of hits on all pages, where a group of near duplicates is one hit."""
    return f"{number(count)} {'piece' if count == 1 else 'pieces'} of news"


def month(year: int | str, number_in_year: int, language: str = "en") -> str:
    """Return a month such as ``Mar 2018``."""
    return f"{_MONTHS[language][number_in_year - 1]} {year}"


def period(start: date, end: date, language: str = "en") -> str:
    """Return an interval of days in the shortest form that is exact.

    Args:
        start: The first day.
        end: The last day, included.
        language: ``en``, ``es`` or ``fr``.

    Returns:
        Such as ``14 Mar 2018``, ``28–30 Nov 2016``, ``Sep–Nov 2011``, ``2011``.
    """
    write = _day
    if start.day == 1 and end == _month_end(end):
        write = _year if (start.month, end.month) == (1, 12) else _month
    first, last = write(start, language).split(), write(end, language).split()
    whole = " ".join(last)
    while first and first[-1] == last[-1]:
        first.pop()
        last.pop()
    return "–".join(filter(None, (" ".join(first), whole)))


def item_period(when: ItemDate, language: str = "en") -> str:
    """Return the days of a date; an estimate of more than a month is rounded to whole months."""
    start, end, kind = when
    if kind == "estimated" and end - start > _MAX_EXACT_ESTIMATE:
        start, end = start.replace(day=1), _month_end(end)
    return period(start, end, language)


def date_in_brief(when: ItemDate | None) -> str:
    """Return a date for a list, with a sign and a word if it is not as printed."""
    if when is None:
        return "no date"
    sign, meaning, _ = _KINDS[when.kind]
    return f"{sign}{item_period(when)}{meaning}"


def date_in_full(when: ItemDate | None) -> str:
    """Return a date to the day, and how it is known."""
    if when is None:
        return "no date"
    sign, _, meaning = _KINDS[when.kind]
    return f"{sign}{period(when.start, when.end)}{meaning}"


def languages_in_words(codes: Sequence[str]) -> str:
    """Return the names of languages, separated by commas."""
    return ", ".join(LANGUAGE_LABELS.get(code, legible(code)) for code in codes)


def countries_in_brief(mentions: Sequence[CountryMention]) -> str:
    """Return the names of the first few countries, and the number of further ones."""
    shown = ", ".join(_country(mention) for mention in mentions[:COUNTRIES_IN_A_LINE])
    left = len(mentions) - COUNTRIES_IN_A_LINE
    return f"{shown} and {left} more" if left > 0 else shown


def country_in_full(mention: CountryMention) -> str:
    """Return the name of a country, how the text mentions it, and the words that indicate it."""
    evidence = f": “{legible(mention.evidence)}”" if mention.evidence else ""
    return f"{_country(mention)} ({_LONG_VIA[mention.via]}{evidence})"


def correction_in_words(correction: ManualCorrection) -> str:
    """Describe a manual correction and the former value."""
    first = correction.at_first
    match correction.field:
        case "date":
            was = date_in_full(read_day(first))
        case "language":
            was = languages_in_words(first["languages"])
        case "countries":
            was = ", ".join(legible(country_name(one["code"])) for one in first) or "no country"
    when = f", {correction.when}" if correction.when else ""
    who = f" by {correction.who}" if correction.who else ""
    return legible(f"{correction.field}{who}{when}; before: {was}")


def file_in_words(path: str) -> str:
    """Return the path of a file, relative to the current folder if it is below it."""
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118 - pathlib is slow to import
    return legible(path.removeprefix(here))


def source_in_words(source: SourceLines) -> str:
    """Return the name of a file and line numbers in it."""
    if source.first == source.last:
        return f"{legible(source.file)}, line {source.first}"
    return f"{legible(source.file)}, lines {source.first}–{source.last}"


def versions_in_words(group: DuplicateGroup) -> str:
    """Describe the number of copies or versions in a group."""
    return f"{number(len(group.items))} {'copies' if group.kind == 'copy' else 'versions'}"


def comparison_in_words(comparison: Mapping[str, Any]) -> str:
    """Describe the effect of expansion, by the record of :func:`searcher.evaluation.judge.compare`."""
    return (
        f"{comparison['measure']}: {comparison['difference']:+.3f} with expansion "
        f"({comparison['rose']} topics rose, {comparison['fell']} fell; p = {comparison['p']:.4f})"
    )


def not_in_index_in_words(evaluation: Evaluation) -> str:
    """Describe how many judged items the index does not have, and name a few."""
    missing = evaluation.not_in_index
    named = legible(", ".join(missing[:_NAMED]))
    more = f" and {number(len(missing) - _NAMED)} more" if len(missing) > _NAMED else ""
    are = "is" if len(missing) == 1 else "are"
    judged = number(evaluation.judged_items)
    return f"{number(len(missing))} of {judged} judged items {are} not in the index: {named}{more}"


def _country(mention: CountryMention) -> str:
    return legible(country_name(mention.code))


def _day(day: date, language: str) -> str:
    number_in_month = "1er" if day.day == 1 and language == "fr" else day.day
    return f"{number_in_month} {_month(day, language)}"


def _month(day: date, language: str) -> str:
    return month(day.year, day.month, language)


def _year(day: date, language: str) -> str:  # noqa: ARG001 - the signature of _month
    return str(day.year)


def _month_end(day: date) -> date:
    if day.month == 12:
        return day.replace(day=31)
    return day.replace(month=day.month + 1, day=1) - timedelta(days=1)

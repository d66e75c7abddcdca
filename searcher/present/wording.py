"""Format dates, numbers, languages and countries in the language of the user."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from indexer.countries.country_names import country_name
from indexer.errors import Message, message, name_message
from indexer.item import read_day
from searcher.facet_values import LANGUAGE_LABELS
from searcher.present import catalogue
from searcher.present.catalogue import language_of_command_line, say, translate
from searcher.query import limits
from searcher.query.parser import has_adjacent_words
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from typing import Any

    from indexer.item import CountryMention, ItemDate, ManualCorrection, SourceLines
    from searcher.evaluation import Evaluation
    from searcher.facet_values import ConceptValue, FacetValue
    from searcher.near_duplicates import DuplicateGroup

_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "es": "ene feb mar abr may jun jul ago sep oct nov dic".split(),
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
}
_MAX_EXACT_ESTIMATE = timedelta(days=31)
COUNTRIES_IN_A_LINE = 6
_NAMED = 5  # items that are named


number = catalogue.number


def rate(value: float, language: str = "") -> str:
    """Format occurrences per million words."""
    if value >= 10 or value == 0:
        return number(round(value), language)
    return catalogue.decimal(f"{value:.1f}", language)


def items_in_words(count: int) -> str:
    """Format a number of items: ``1 item``, ``2 items``."""
    return say("count.items", n=count)


def distinct_items_in_words(count: int) -> str:
    """Format a number of distinct items, of which near duplicates count as one."""
    return say("count.pieces", n=count)


def language_name(code: str) -> str:
    """Return the name of an item's language in the interface language."""
    return translate(name_message(f"language.{code}", LANGUAGE_LABELS.get(code, legible(code))))


def country(code: str) -> str:
    """Return the name of a country in the interface language."""
    return legible(country_name(code, language_of_command_line()))


def month(year: int | str, number_in_year: int, language: str = "") -> str:
    """Return a month such as ``Mar 2018`` in a language."""
    return f"{_MONTHS[language or language_of_command_line()][number_in_year - 1]} {year}"


def period(start: date, end: date, language: str = "") -> str:
    """Return a date range in the shortest exact form.

    Returns:
        For example ``14 Mar 2018``, ``28–30 Nov 2016``, ``Sep–Nov 2011``, ``2011``.
    """
    language = language or language_of_command_line()
    write = _day
    if start.day == 1 and end == _month_end(end):
        write = _year if (start.month, end.month) == (1, 12) else _month
    first, last = write(start, language).split(), write(end, language).split()
    whole = " ".join(last)
    while first and first[-1] == last[-1]:
        first.pop()
        last.pop()
    return "–".join(filter(None, (" ".join(first), whole)))


def item_period(when: ItemDate, language: str = "") -> str:
    """Return the period of an item's date.

    A long estimate is rounded to whole months.
    """
    start, end, kind = when
    if kind == "estimated" and end - start > _MAX_EXACT_ESTIMATE:
        start, end = start.replace(day=1), _month_end(end)
    return period(start, end, language)


def date_in_brief(when: ItemDate | None) -> str:
    """Format a date briefly, for a list of items."""
    if when is None:
        return no_date()
    days = f"{_sign(when)}{item_period(when)}"
    return days if when.kind == "printed" else f"{days} {say(f'date.{when.kind}')}"


def date_in_full(when: ItemDate | None) -> str:
    """Return an exact date with its kind: ``14 Mar 2018 (as stated)``."""
    if when is None:
        return no_date()
    return f"{_sign(when)}{period(when.start, when.end)} {say(f'date.{when.kind}_in_full')}"


def _sign(when: ItemDate) -> str:
    return "≈ " if when.kind == "estimated" else ""


def no_date() -> str:
    """Return the text for an item without a date."""
    return say("date.none")


def id_in_words(item_id: str) -> str:
    """Return an id with the word *id* before it."""
    return say("item.with_id", id=legible(item_id))


def facet_name(name: str) -> str:
    """Return the name of a facet as a heading."""
    return translate(name_message(f"facet.{name}", legible(name).capitalize()))


def facet_label(name: str, value: FacetValue | ConceptValue) -> str:
    """Return the label of a facet value."""
    return value_name(name, value.value, value.label, getattr(value, "labels", ()))


def value_name(name: str, code: str, label: str, labels: Iterable[tuple[str, str]] = ()) -> str:
    """Return the name of a facet value in the interface language."""
    language = language_of_command_line()
    if language == "en" or isinstance(label, Message):
        return legible(translate(label))
    if name == "country":
        return country(code)
    if name == "language":
        return language_name(code)
    if name == "month":
        return month(code[:4], int(code[5:7]))
    return legible(dict(labels).get(language, label))


def facet_sort_key(name: str, value: FacetValue | ConceptValue) -> str:
    """Return the key by which facet values with equal counts are sorted."""
    if language_of_command_line() == "en":
        return value.label
    from indexer.analysis.characters import fold

    return fold(facet_label(name, value).lower())


def mode_in_words(queries: Iterable[str | None], *, all_words: bool) -> str:
    """Describe whether all words were required.

    The text is empty if no query has several words.
    """
    if not any(map(has_adjacent_words, queries)):
        return ""
    return f" ({say('count.all_words' if all_words else 'count.any_word')})"


def filters_in_words(filters: Mapping[str, Any]) -> str:
    """Return the filters of results as text."""
    days = [filters.get(name, "") for name in ("date_from", "date_to")]
    return ", ".join(
        [
            *[country(code) for code in filters.get("countries", ())],
            *[say(f"via.{via}") for via in filters.get("country_via", ())],
            *[language_name(code) for code in filters.get("languages", ())],
            *([" – ".join(day or "…" for day in days)] if any(days) else []),
            *([say("parameter.with_estimated")] if "estimated" in filters else []),
            *[
                f"{name}: {legible(value)}"
                for name, values in filters.get("where", {}).items()
                for value in values
            ],
        ]
    )


def languages_in_words(codes: Sequence[str]) -> str:
    """Return the names of languages, separated by commas."""
    return ", ".join(map(language_name, codes))


def first_of(texts: Sequence[str], most: int) -> str:
    """List the first ``most`` texts, separated by commas, and how many more there are."""
    return translate(limits.first_of(texts, most))


def countries_in_brief(mentions: Sequence[CountryMention]) -> str:
    """List the names of the first countries, and how many more there are."""
    return first_of([country(mention.code) for mention in mentions], COUNTRIES_IN_A_LINE)


def country_in_full(mention: CountryMention) -> str:
    """Return a country with the evidence for it."""
    name, via = country(mention.code), say(f"via.{mention.via}")
    if not mention.evidence:
        return f"{name} ({via})"
    return say("via.evidence", country=name, via=via, evidence=legible(mention.evidence))


def correction_in_words(correction: ManualCorrection) -> str:
    """Describe a manual correction and the value before it."""
    first = correction.at_first
    match correction.field:
        case "date":
            was, field = date_in_full(read_day(first)), message("field.date")
        case "language":
            was, field = languages_in_words(first["languages"]), message("field.language")
        case "countries":
            was = ", ".join(country(one["code"]) for one in first) or say("country.none")
            field = message("field.countries")
    by = message("correction.by", field=field, who=correction.who) if correction.who else field
    done = message("correction.when", done=by, day=correction.when) if correction.when else by
    return legible(say("correction.before", done=done, was=was))


def file_in_words(path: str) -> str:
    """Return the path of a file, relative to the current folder if the file is in it."""
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118 - pathlib is slow to import
    return legible(path.removeprefix(here))


def source_in_words(source: SourceLines) -> str:
    """Return a location in a source: file and lines."""
    file, first, last = legible(source.file), str(source.first), str(source.last)
    if first == last:
        return say("source.line", file=file, first=first)
    return say("source.lines", file=file, first=first, last=last)


def versions_in_words(group: DuplicateGroup) -> str:
    """Describe how many copies or versions a group has."""
    return say("count.copies" if group.kind == "copy" else "count.versions", n=len(group.items))


def comparison_in_words(comparison: Mapping[str, Any]) -> str:
    """Describe how expansion changes a measure, for how many topics, and the p-value."""
    return say(
        "evaluation.comparison",
        measure=comparison["measure"],
        difference=f"{comparison['difference']:+.3f}",
        rose=comparison["rose"],
        fell=comparison["fell"],
        p=f"{comparison['p']:.4f}",
    )


def not_in_index_in_words(evaluation: Evaluation) -> str:
    """Describe how many judged items are not in the index."""
    return say(
        "evaluation.not_in_index",
        n=len(evaluation.not_in_index),
        judged=evaluation.judged_items,
        ids=legible(first_of(evaluation.not_in_index, _NAMED)),
    )


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

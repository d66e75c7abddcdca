"""How the page speaks to a reader: its sentences, numbers, dates and names in English, Spanish or French."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer import tables
from indexer.countries.country_names import country_names, find_country
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES, UNKNOWN
from searcher.present import wording
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from indexer.item import ItemDate, SourceLines
    from searcher.facet_values import FacetValue


LANGUAGES: Final = ANALYZED_LANGUAGES
NATIVE_NAMES: Final = {"en": "English", "es": "Español", "fr": "Français"}
_BEFORE_PUNCTUATION: Final = re.compile(" (?=[;?!»])|(?<=«) ")
_FIELDS: Final = ("source", "author", "section", "topic", "organisation", "person")
_PARAMETERS: Final = {
    "lang": "language",
    "order": "sort",
    "estimated": "estimated_too",
    "vs": "versus",
    "by": "by_step",
    "facet": "part_by",
    "share": "as_share",
    "window": "story_window",
    "year": "step_year",
    "month": "step_month",
    **{name: name for name in ("country", "from", "to", "sort", "ui")},
}  # parameters and their values as the forms and links of the page call them
_UNKNOWN: Final = {"year": "no_printed_date", "month": "no_date", "country": "no_country"}
_Cell = tuple[Markup, ...]


class Reader(NamedTuple):
    """A reader's language.

    Attributes:
        language: ``en``, ``es`` or ``fr``.
        messages: Key to what is said, in one form or two: of one, and of any other number.
        countries: Code to name.
    """

    language: str
    messages: Mapping[str, _Cell]
    countries: Mapping[str, str]

    def say(self, key: str, **values: object) -> Markup:
        """Say a sentence; values are escaped."""
        sentence = self.messages[key][0]
        return _filled(sentence, values) if values else sentence

    def headed(self, head: str, text: str) -> Markup:
        """Write what is said behind a word and a colon, before which French has a space; both are escaped."""
        return Markup("{}{} {}").format(head, self.messages["colon"][0], text)

    def listed(self, parts: Iterable[str]) -> Markup:
        """Write parts that hold commas behind each other; they are escaped."""
        return (self.messages["colon"][0].replace(":", ";") + " ").join(parts)

    def many(self, key: str, n: int, **values: object) -> Markup:
        """Say a sentence in the form that a number needs."""
        forms = self.messages[key]
        one = n == 1 or (n == 0 and self.language == "fr")
        return _filled(forms[0 if one else -1], {"n": self.number(n), **values})

    def number(self, n: int) -> str:
        """Write a whole number, with separators only where no year could be meant."""
        return wording.number(n, self.language)

    def percent(self, part: float) -> str:
        """Write a part of a whole in percent, as the language does."""
        text = f"{part:.1%}"
        return text if self.language == "en" else text.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%")

    def country(self, code: str) -> str:
        """Name a country; the code where no country has it."""
        return self.messages["no_country"][0] if code == UNKNOWN else self.countries.get(code, legible(code))

    def spoken(self, code: str) -> str:
        """Name a language of items."""
        return self.messages[code][0] if code in self.messages else legible(code)

    def field(self, name: str) -> str:
        """Name a facet."""
        return self.messages[name][0] if name in _FIELDS else legible(name)

    def parameter(self, name: str) -> str:
        """Name a parameter, or a step of time, as the forms of the page do; any other one stays."""
        return self.messages[_PARAMETERS[name]][0] if name in _PARAMETERS else name

    def label(self, facet: str, value: FacetValue) -> str:
        """Write a value of a facet as people read it."""
        if value.value == UNKNOWN:
            return self.messages[_UNKNOWN.get(facet, "no_value")][0]
        if facet == "country":
            return self.country(value.value)
        if facet == "language":
            return self.spoken(value.value)
        return self.month(value.value) if facet == "month" else legible(value.label)

    def ranked(self, facet: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
        """Sort countries that are counted equally often by their names; other facets stay as they are."""
        if facet != "country":
            return values
        at = _alphabet(self.language)
        return sorted(values, key=lambda one: (one.value == UNKNOWN, -one.count, at.get(one.value, -1)))

    def month(self, value: str) -> str:
        """Write a period such as ``2018`` or ``2018-03``."""
        return wording.month(value[:4], int(value[5:7]), self.language) if value[4:5] == "-" else value

    def period(self, start: date, end: date) -> str:
        """Write an interval of days as briefly as is exact: ``28–30 Nov 2016``, ``2011``."""
        return wording.period(start, end, self.language)

    def date(self, when: ItemDate | None) -> str:
        """Write a date for a list: an estimate is visibly one, and a long one is rounded to whole months."""
        if when is None:
            return self.messages["no_date"][0]
        days = wording.item_period(when, self.language)
        return f"≈ {days}" if when.kind == "estimated" else days

    def location(self, source: SourceLines) -> Markup:
        """Write the file and the lines in it."""
        key = "line" if source.first == source.last else "lines"
        return self.say(key, file=legible(source.file), first=source.first, last=source.last)


def _filled(sentence: Markup, values: Mapping[str, object]) -> Markup:
    """Fill the places of a sentence with escaped values; the method of markupsafe is much slower."""
    filled = str.format(sentence, **{name: escape(value) for name, value in values.items()})
    return Markup(filled)  # noqa: S704 - escaped


@cache
def _alphabet(language: str) -> dict[str, int]:
    """Give the place of each country in the alphabet; an accent makes no other letter."""
    names = country_names(language)
    plain = {
        code: unicodedata.normalize("NFKD", name).encode("ascii", "ignore") for code, name in names.items()
    }
    return {code: at for at, code in enumerate(sorted(plain, key=plain.__getitem__))}


def typeset(sentence: str, language: str) -> str:
    """Keep the signs that French has a space beside on the line of their word."""
    if language != "fr":
        return sentence
    return _BEFORE_PUNCTUATION.sub("\N{NARROW NO-BREAK SPACE}", sentence.replace(" :", "\N{NO-BREAK SPACE}:"))


@cache
def reader_of(language: str) -> Reader:
    """Give the reader of one language."""
    column = 1 + LANGUAGES.index(language)
    cells = {row[0]: typeset(row[column], language) for row in tables.rows(__file__, "messages.tsv")}
    messages = {key: tuple(map(Markup, map(escape, cell.split(" | ")))) for key, cell in cells.items()}
    return Reader(language, messages, country_names(language))


def choose_reader(params: str | None, taken: Iterable[str]) -> Reader:
    """Choose the language of the page: what is asked for, else the first that the reader takes, else English.

    Args:
        params: A code, or anything.
        taken: Codes of languages, best first.
    """
    return reader_of(next((one for one in (params, *taken) if one in LANGUAGES), "en"))


_PLACE: Final = re.compile(r"\\\{([a-z])\\\}")
_NUMBERS: Final = ("n", "m")
_COUNTRIES: Final = ("k", "l")
_ENGLISH: Final = Markup('<span lang="en">{}</span>')


@cache
def message_patterns() -> list[tuple[re.Pattern[str], list[str]]]:
    """Read the table: what each sentence looks like, and how it is said in the other languages."""
    return [
        (
            re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL),
            [typeset(other, language) for other, language in zip(others, LANGUAGES[1:], strict=True)],
        )
        for english, *others in tables.rows(__file__, "remarks.tsv")
    ]


def _stated(text: str, reader: Reader) -> str | None:
    """Say a remark in another language than English; None where the table does not have it."""
    for pattern, others in message_patterns():
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            if "b" in parts:  # the reason of a remark may be one of its own
                parts["b"] = _stated(parts["b"], reader) or parts["b"]
            for name, part in parts.items():
                if name == "p":
                    parts[name] = reader.parameter(part)
                elif name in _NUMBERS and (number := part.replace(",", "")).isdecimal():
                    parts[name] = reader.number(int(number))
                elif name in _COUNTRIES:
                    parts[name] = ", ".join([_country(one, reader) for one in part.split(", ")])
            return others[LANGUAGES.index(reader.language) - 1].format(**parts)
    return None


def _country(name: str, reader: Reader) -> str:
    """Call a country as the reader does; a region stays."""
    code = find_country(name)
    return reader.country(code) if code else name


def remark(text: str, reader: Reader) -> Markup:
    """Say a note or an error to a reader: in his language, or marked as English.

    Args:
        text: As the searcher or the server wrote it.
        reader: The reader.
    """
    if reader.language == "en":
        return escape(legible(text))
    translated = _stated(text, reader)
    return _ENGLISH.format(legible(text)) if translated is None else escape(legible(translated))

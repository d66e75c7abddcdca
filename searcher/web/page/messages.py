"""Format messages, numbers, dates and names in the language of a reader."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer.countries.country_names import country_names
from indexer.errors import FORMS
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.present import wording
from searcher.present.catalogue import SEPARATORS, catalogue, is_translated, translate
from searcher.safe_text import legible
from searcher.web.parameters import name_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from indexer.item import ItemDate, SourceLines
    from searcher.facet_values import FacetValue


NATIVE_NAMES: Final = {"en": "English", "es": "Español", "fr": "Français"}
FIELDS: Final = ("tag", "collection", "source", "author", "section", "topic", "organisation", "person")
_FACETS: Final = ("country", "language", *FIELDS)
# Messages of the searcher that pages also use: their keys, or the beginnings of these.
_NAMED: Final = (
    *("language.", "parameter.", "item.", "source.line", "count.items", "country.none", "date.none"),
    *("facet.", "hit.untitled", "query.more_names", "story.same", "via."),
)
_UNKNOWN: Final = {
    "year": "no_printed_date",
    "month": "date.none",
    "country": "country.none",
    "tag": "facet.no_tag",
    "collection": "facet.no_collection",
}
_Cell = tuple[Markup, ...]


class Reader(NamedTuple):
    """Formats texts in the language of a reader.

    Attributes:
        language: ``en``, ``es`` or ``fr``.
        messages: The forms of each message by key: one form, or the singular and the plural.
        countries: The names of countries by code.
    """

    language: str
    messages: Mapping[str, _Cell]
    countries: Mapping[str, str]

    def say(self, key: str, **values: object) -> Markup:
        """Return a message with the values filled in, escaped for HTML."""
        sentence = self.messages[key][0]
        return _fill(sentence, values) if values else sentence

    def add_heading(self, head: str, text: str) -> Markup:
        """Return ``heading: text``, escaped for HTML."""
        return Markup("{}{} {}").format(head, self.messages["colon"][0], text)

    def join(self, parts: Iterable[str]) -> Markup:
        """Join parts with semicolons, because the parts contain commas.

        The parts must be escaped for HTML.
        """
        return (self.messages["colon"][0].replace(":", ";") + " ").join(parts)

    def many(self, key: str, n: int, **values: object) -> Markup:
        """Return the singular or plural of a message, depending on a number."""
        forms = self.messages[key]
        one = n == 1 or (n == 0 and self.language == "fr")
        return _fill(forms[0 if one else -1], {"n": self.number(n), **values})

    def number(self, n: int) -> str:
        """Format a whole number, without separators if it may be a year."""
        return wording.number(n, self.language)

    def rate(self, value: float) -> str:
        """Format occurrences per million words in the reader's language."""
        return wording.rate(value, self.language)

    def column_number(self, n: int) -> str:
        """Format a whole number with separators, even if it may be a year."""
        return f"{n:,}".replace(",", SEPARATORS[self.language])

    def percent(self, part: float) -> str:
        """Format a share as a percentage."""
        text = f"{part:.1%}"
        return text if self.language == "en" else text.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%")

    def country(self, code: str) -> str:
        """Return the name of a country, or an unknown code unchanged."""
        return (
            self.messages["country.none"][0] if code == UNKNOWN else self.countries.get(code, legible(code))
        )

    def language_name(self, code: str) -> str:
        """Return the name of the language of an item."""
        key = f"language.{code}"
        return self.messages[key][0] if key in self.messages else legible(code)

    def field(self, name: str) -> str:
        """Return the name of a facet in the language of the reader."""
        return self.messages[f"facet.{name}"][0] if name in _FACETS else legible(name)

    def parameter(self, name: str) -> str:
        """Return the label of a parameter in forms."""
        key = f"parameter.{name}"
        return self.messages[key][0] if key in self.messages else name

    def label(self, facet: str, value: FacetValue) -> str:
        """Return the label of a facet value."""
        if value.value == UNKNOWN:
            return self.messages[_UNKNOWN.get(facet, "no_value")][0]
        if facet == "country":
            return self.country(value.value)
        if facet == "language":
            return self.language_name(value.value)
        return self.month(value.value) if facet == "month" else legible(value.label)

    def sort_values(self, facet: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
        """Sort countries with equal counts by name.

        The values of other facets are returned unchanged.
        """
        if facet != "country":
            return values
        at = _alphabet(self.language)
        return sorted(values, key=lambda one: (one.value == UNKNOWN, -one.count, at.get(one.value, -1)))

    def month(self, value: str) -> str:
        """Format a period such as ``2018`` or ``2018-03``."""
        return wording.month(value[:4], int(value[5:7]), self.language) if value[4:5] == "-" else value

    def period(self, start: date, end: date) -> str:
        """Format a date range: ``28–30 Nov 2016``, ``2011``."""
        return wording.period(start, end, self.language)

    def date(self, when: ItemDate | None) -> str:
        """Format a date for a list of items."""
        if when is None:
            return self.messages["date.none"][0]
        days = wording.item_period(when, self.language)
        return f"≈ {days}" if when.kind == "estimated" else days

    def location(self, source: SourceLines) -> Markup:
        """Return the name of a file with line numbers."""
        key = "source.line" if source.first == source.last else "source.lines"
        return self.say(key, file=legible(source.file), first=source.first, last=source.last)


def _fill(sentence: Markup, values: Mapping[str, object]) -> Markup:
    """Fill the placeholders of a message with escaped values."""
    filled = str.format(sentence, **{name: escape(value) for name, value in values.items()})
    return Markup(filled)  # noqa: S704 - escaped


@cache
def _alphabet(language: str) -> dict[str, int]:
    """Return the alphabetical order of countries in a language."""
    names = country_names(language)
    plain = {
        code: unicodedata.normalize("NFKD", name).encode("ascii", "ignore") for code, name in names.items()
    }
    return {code: at for at, code in enumerate(sorted(plain, key=plain.__getitem__))}


@cache
def reader_of(language: str) -> Reader:
    """Return the object that formats texts in a language."""
    messages = {
        key: tuple(map(Markup, map(escape, template.split(FORMS))))
        for key, template in catalogue(language).items()
        if "." not in key or key.startswith(_NAMED)
    }
    return Reader(language, messages, country_names(language))


_ENGLISH: Final = Markup('<span lang="en">{}</span>')


def remark(text: str, reader: Reader) -> Markup:
    """Return a note or an error in the language of the reader.

    Text that is not translated is marked as English. Names of arguments are replaced by their labels in
    forms.
    """
    if reader.language == "en":
        return escape(legible(text))
    if is_translated(text, reader.language):
        return escape(legible(name_parameters(translate(text, reader.language), reader.parameter)))
    return _ENGLISH.format(legible(text))

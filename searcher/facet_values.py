"""Define the values of facets with their labels, and the details of hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.errors import QueryError, message
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.item import CountryMention, ItemDate, SourceLines


MAX_PREFIX_LENGTH: Final = 100  # characters


class FacetValue(NamedTuple):
    """A value of a facet, with its label and count.

    Attributes:
        value: ``2018``, ``2018-03``, ``CO``, ``en``, or ``unknown`` for items without a value.
        label: The displayed value: ``Colombia``, ``March 2018``, ``English``.
        count: The number of matches with this value, with only the filters of other facets applied.
        selected: Whether the request filters by this value.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which is not used
    selected: bool

    def to_record(self) -> dict[str, Any]:
        """Return the value as a JSON object."""
        return self._asdict()


class ConceptValue(NamedTuple):
    """A concept in a facet: a :class:`FacetValue` with its position in the hierarchy.

    Attributes:
        value: The name of the concept, or ``unknown`` for items without a concept.
        label: The preferred label in the language of the query, or in English if there is none.
        count, selected: As in :class:`FacetValue`; the count includes items with narrower concepts.
        broader: The names of its broader concepts in the same facet.
        labels: The preferred labels by language.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # as above
    selected: bool
    broader: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]

    def to_record(self) -> dict[str, Any]:
        """Return the value as a JSON object."""
        record = self._asdict()
        del record["labels"]
        return record | {"broader": list(self.broader)}


class HitDetails(NamedTuple):
    """The details of a hit, except its title.

    Attributes:
        snippet: The best passage, with matching words between ``**``, or ``None`` for an item without text.
        date, language, languages, countries, source, url: As in :class:`indexer.item.NewsItem`.
        country_names: The English name of each code in ``countries``.
        opening: The first words of an untitled item, to replace its title.
    """

    snippet: str | None
    date: ItemDate | None
    language: str
    languages: tuple[str, ...]
    countries: tuple[CountryMention, ...]
    country_names: dict[str, str]
    source: SourceLines
    url: str | None
    opening: str = ""

    def to_record(self, via: Sequence[str]) -> dict[str, Any]:
        """Return the details as a JSON object.

        ``via`` is how the item was found, such as ``("typed",)``.
        """
        return {
            "snippet": self.snippet,
            "date": self.date.to_record() if self.date else None,
            "language": self.language,
            "languages": list(self.languages),
            "via": list(via),
            "countries": [
                {"code": code, "name": self.country_names.get(code, code), "via": by, "evidence": evidence}
                for code, by, evidence in self.countries
            ],
            "source": self.source.to_record(),
            "url": self.url,
        }


def flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the record of an item to strings and numbers.

    Countries, for example, become ``CO FR``.
    """
    day, (first, last) = record["date"] or {}, record["source"]["lines"]
    return {
        **{name: value for name, value in record.items() if name not in {"date", "source"}},
        **{f"date_{part}": day.get(part) for part in ("start", "end", "kind")},
        "languages": " ".join(record.get("languages", ())),
        "countries": " ".join(country["code"] for country in record.get("countries", ())),
        "via": " ".join(record.get("via", ())),
        "file": record["source"]["file"],
        "first_line": first,
        "last_line": last,
    }


def first_words(text: str, most: int = MAX_PREFIX_LENGTH) -> str:
    """Return the first words of a text, to show in place of a missing title.

    Args:
        text: The text.
        most: The maximum number of characters.
    """
    if len(text) <= most:
        return text
    begun = text[:most]
    return f"{begun.rpartition(' ')[0] or begun}\N{NO-BREAK SPACE}…"  # a script may have no spaces


LANGUAGE_LABELS = {"en": "English", "es": "Spanish", "fr": "French", "und": "other language"}

LANGUAGE_CODES = {
    **{code: code for code in LANGUAGE_LABELS},
    **dict.fromkeys(("english", "inglés", "ingles", "anglais"), "en"),
    **dict.fromkeys(("spanish", "español", "espanol", "castellano", "espagnol"), "es"),
    **dict.fromkeys(("french", "francés", "frances", "français", "francais"), "fr"),
    "other": "und",
}


def resolve_language(text: str) -> str:
    """Return the code of a language, given its code or name.

    Raises:
        QueryError: The text is not a language that a filter can select.
    """
    code = LANGUAGE_CODES.get(text.strip().lower())
    if code is None:
        raise QueryError(message("facet_values.unknown_language", text=text))
    return code


def resolve_query_language(text: str) -> str:
    """Return the code of a query language, given its code or name.

    Raises:
        QueryError: The language is not English, Spanish or French.
    """
    code = LANGUAGE_CODES.get(text.strip().lower())
    if code not in ANALYZED_LANGUAGES:
        raise QueryError(message("facet_values.not_a_query_language", text=text))
    return code

"""Define the news item, to which all sources are converted."""

from __future__ import annotations

import json
from datetime import date
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.runtime import NamedTuple
from indexer.schema import DATE_KINDS, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

DateKind = Literal["printed", "corrected", "inferred", "estimated", "by_hand"]
Via = Literal["name", "demonym", "place", "given", "by_hand"]
Corrected = Literal["date", "language", "countries"]
_LANGUAGES: Final = frozenset(LANGUAGES)
PARTS: Final = "parts"  # in a record: the languages of the parts of an item, if they differ
_PARTS_OF_ALL: Final = 9  # the number of keys of a record without optional keys


class ItemDate(NamedTuple):
    """The publication date of an item, as a range of days.

    Attributes:
        start: The first possible day.
        end: The last possible day; equal to ``start`` for a single day.
        kind: The way in which the date was determined: ``printed`` (as written), ``corrected`` (a misprint),
            ``inferred`` (a missing year was added), ``estimated`` (there is no date line) or ``by_hand`` (a
            manual correction).
    """

    start: date
    end: date
    kind: DateKind

    def to_record(self) -> dict[str, str]:
        """Return the date as a JSON record: the first and the last day in ISO 8601, and the kind."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), "kind": self.kind}


class CountryMention(NamedTuple):
    """A country that an item is about.

    Attributes:
        code: ISO 3166-1 alpha-2 (Kosovo is ``XK``).
        via: The kind of evidence in the text: ``name``, ``demonym`` (Peruvian) or ``place`` (a city or
            province named without its country). If the text was not searched, ``given`` for a country that
            the source states, or ``by_hand`` for a manual correction.
        evidence: The words of the item that name the country, as written in the item.
    """

    code: str
    via: Via
    evidence: str


class SourceLines(NamedTuple):
    """The location of an item in its source.

    Attributes:
        file: The name of the source; ``name/path`` for a file in a folder or an archive.
        first: The first line of the item, 1-based.
        last: The last line of the item, included.
    """

    file: str
    first: int
    last: int

    def to_record(self) -> dict[str, Any]:
        """Return the location as a JSON record: the file, and the first and last line."""
        return {"file": self.file, "lines": [self.first, self.last]}


class ManualCorrection(NamedTuple):
    """A manual correction of a field of an item.

    Attributes:
        field: The corrected field.
        who, when: The person, and the time in ISO 8601; empty if unknown.
        was: The value before the correction, as JSON. For the field ``language``, this is the main language
            and all languages, with the language of each part if there are several.
        before: The record of the previous correction; ``None`` if there was none.
    """

    field: Corrected
    who: str
    when: str
    was: Any
    before: dict[str, Any] | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the correction as a JSON record, without the name of the field."""
        record = {"who": self.who, "when": self.when, "was": self.was}
        return record | {"before": self.before} if self.before else record

    @classmethod
    def from_record(cls, field: Any, record: dict[str, Any]) -> ManualCorrection:
        """Rebuild the correction of a field from its JSON record."""
        made = cls(field, record["who"], record["when"], record["was"], record.get("before"))
        texts: list[Any] = []
        for one in made._records_of_all():
            texts += (one["who"], one["when"])
            match field, one["was"]:
                case "date", day:
                    read_day(day)
                case "countries", mentions:
                    texts += [text for mention in mentions for text in CountryMention(**mention)]
                case "language", {"language": code, "languages": codes} if {code, *codes} <= _LANGUAGES:
                    pass
                case _:
                    raise ValueError("nothing that is corrected")
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a correction has a part of the wrong type")
        return made

    @property
    def at_first(self) -> Any:
        """The value before the first correction."""
        return [*self._records_of_all()][-1]["was"]

    def _records_of_all(self) -> Iterator[dict[str, Any]]:
        """Yield the records of this correction, and of earlier ones of the same field."""
        one: dict[str, Any] | None = self.to_record()
        while one:
            yield one
            one = one.get("before")


class RawItem(NamedTuple):
    """An item as its source states it, before any analysis.

    A value that the source does not state is ``None``.

    Attributes:
        source: The location in the source.
        title: The title.
        paragraphs: The paragraphs of the body; may be empty if there is only a title.
        date_text: The printed date line, as written.
        id, url: The id and the URL that a structured source states.
        date: The date that a structured source states.
        language: The language code that a structured source states.
        countries: The country codes that a structured source states; empty if it states that there are none.
        author, section: The author and the section.
        fields: The other fields of the source, as pairs of a distinct name and a value.
        likely_language: The language code of the whole source, such as a site or a feed. It is used if the
            text does not contradict it.
        stated: Whether ``id`` comes from an id in the source, and not from a link or from the text of the
            item.
    """

    source: SourceLines
    title: str | None
    paragraphs: tuple[str, ...]
    date_text: str | None = None
    id: str | None = None
    url: str | None = None
    date: ItemDate | None = None
    language: str | None = None
    countries: tuple[str, ...] | None = None
    author: str | None = None
    section: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    likely_language: str | None = None
    stated: bool = False


class NewsItem(NamedTuple):
    """A news item with its stated and detected values.

    A missing title, URL, date, author or section is ``None``.

    Attributes:
        id: The id, which stays the same in later dumps of the same page.
        title: The title.
        body: The paragraphs, separated by newlines.
        url: The URL of publication.
        date: The date of publication.
        language: The main language: ``en``, ``es``, ``fr`` or ``und``.
        languages: All languages, the main one first.
        countries: The distinct countries that the item is about, in order of appearance.
        source: The location in the source.
        author, section: The author and the section that the source states.
        fields: The other fields of the source, as pairs of a name and a value.
        since: The number of the first generation of the index (its state after a write) that contained the
            item; 0 outside an index.
        sources: The locations of the same item in other sources.
        former: The earlier ids of the item in this index, and its ids in other sources.
        corrected: The manual corrections, one per field.
        tags, collections, note: The annotations (:mod:`indexer.annotations`), stored outside the record.
    """

    id: str
    title: str | None
    body: str
    url: str | None
    date: ItemDate | None
    language: str
    languages: tuple[str, ...]
    countries: tuple[CountryMention, ...]
    source: SourceLines
    author: str | None = None
    section: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    since: int = 0
    sources: tuple[SourceLines, ...] = ()
    former: tuple[str, ...] = ()
    corrected: tuple[ManualCorrection, ...] = ()
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    note: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the JSON record that ``items`` prints and the index stores, without empty optional keys."""
        record = {
            "id": self.id,
            "title": self.title,
            "body": self.body,
            "url": self.url,
            "date": self.date.to_record() if self.date else None,
            "language": self.language,
            "languages": list(self.languages),
            "countries": [mention._asdict() for mention in self.countries],
            "source": self.source.to_record(),
        }
        own = {
            "author": self.author,
            "section": self.section,
            "fields": dict(self.fields),
            "sources": [place.to_record() for place in self.sources],
            "former": list(self.former),
            "corrected": {one.field: one.to_record() for one in self.corrected},
            "since": self.since,
            "tags": list(self.tags),
            "collections": list(self.collections),
            "note": self.note,
        }
        return record | {name: value for name, value in own.items() if value}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> NewsItem:
        """Rebuild an item from its JSON record.

        Args:
            record: The decoded JSON, of any type, because an index may be untrusted.

        Raises:
            ValueError: The record is not that of an item.
        """
        try:
            source, mentions = record["source"], record["countries"]
            item = cls(
                record["id"],
                record["title"],
                record["body"],
                record["url"],
                read_day(record["date"]),
                record["language"],
                tuple(record["languages"]),
                tuple([CountryMention(**mention) for mention in mentions]) if mentions else (),
                SourceLines(source["file"], *source["lines"]),
                since=record.get("since", 0),
            )
            if len(record) > _PARTS_OF_ALL + ("since" in record):  # rare keys
                fields, places, former, manual = map(record.get, ("fields", "sources", "former", "corrected"))
                item = item._replace(
                    author=record.get("author"),
                    section=record.get("section"),
                    fields=tuple(fields.items()) if fields else (),
                    sources=tuple([SourceLines(one["file"], *one["lines"]) for one in places or ()]),
                    former=tuple(former or ()),
                    corrected=tuple(starmap(ManualCorrection.from_record, manual.items())) if manual else (),
                )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("a stored item lacks a part or has one of the wrong type") from error
        texts: list[object] = [item.id, item.body, item.language, *item.languages, *item.former]
        texts += [text for text in (item.title, item.url, item.author, item.section) if text is not None]
        numbers: list[object] = [item.since]
        for file, *lines in (item.source, *item.sources):
            texts.append(file)
            numbers += lines
        for part in (*item.countries, *item.fields):
            texts += part
        if (  # JSON has no subclasses of these types, and isinstance is slower
            set(map(type, texts)) != {str}
            or not {int, bool}.issuperset(map(type, numbers))
            or not _LANGUAGES.issuperset((item.language, *item.languages))
        ):
            raise ValueError("a stored item has a part of the wrong type")
        return item


def read_day(record: dict[str, Any] | None) -> ItemDate | None:
    """Rebuild a date from its JSON record, or return ``None`` if the record is ``None`` (no date).

    Raises:
        ValueError, TypeError: The record is invalid.
    """
    if record is None:
        return None
    if record.get("kind") not in DATE_KINDS[1:]:
        raise ValueError("another kind of date")
    return ItemDate(date.fromisoformat(record["start"]), date.fromisoformat(record["end"]), record["kind"])


def decode_record(raw: bytes) -> dict[str, Any]:
    """Decode a stored record, which may be untrusted.

    Raises:
        ValueError: The record is not a JSON object.
    """
    try:
        record = json.loads(raw.decode("utf-8", "surrogatepass"))
    except RecursionError:
        record = None
    if not isinstance(record, dict):
        raise ValueError("a stored record is no JSON object")  # noqa: TRY004  # content, not an argument
    return record


MAX_VALIDATOR_LENGTH: Final = 4000  # characters of a URL or a validator


class Validators(NamedTuple):
    """The HTTP headers with which a server can answer that a page has not changed.

    Attributes:
        address: The requested URL, without credentials.
        answered: The final URL after redirects, to which the validators belong.
        etag: The entity tag (``ETag``); empty if there is none.
        modified: The time of the last change (``Last-Modified``); empty if there is none.
        reading: A digest of the options with which the source was read.
    """

    address: str
    answered: str
    etag: str
    modified: str
    reading: str

    def is_sound(self) -> bool:
        """Return whether all values are short and printable ASCII, so that a request can contain them."""
        texts: tuple[object, ...] = tuple(self)
        return all(
            isinstance(text, str)
            and len(text) <= MAX_VALIDATOR_LENGTH
            and text.isascii()
            and text.isprintable()
            for text in texts
        )

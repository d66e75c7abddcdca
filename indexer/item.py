"""The news item: the shape that sources are read into, that is indexed, and that a hit shows."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain, starmap
from typing import TYPE_CHECKING, Any, Final, Literal

from indexer.runtime import NamedTuple
from indexer.schema import DATE_KINDS, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

DateKind = Literal["printed", "corrected", "inferred", "estimated", "by_hand"]
Via = Literal["name", "demonym", "place", "given", "by_hand"]
Corrected = Literal["date", "language", "countries"]
_LANGUAGES: Final = frozenset(LANGUAGES)
_PARTS_OF_ALL: Final = 9  # of the record of an item


class ItemDate(NamedTuple):
    """When an item was published: an interval of days, both ends included, and how it is known.

    Attributes:
        start: The first possible day.
        end: The last possible day; equal to ``start`` for a single day.
        kind: ``printed`` as written, ``corrected`` a misprint mended, ``inferred`` the year supplied,
            ``estimated`` no date line at all, ``manual`` as a person says.
    """

    start: date
    end: date
    kind: DateKind

    def to_record(self) -> dict[str, str]:
        """Make the JSON record: ISO days and the kind."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), "kind": self.kind}


class CountryMention(NamedTuple):
    """A country that an item is about.

    Attributes:
        code: ISO 3166-1 alpha-2 (Kosovo is ``XK``).
        via: ``name``, ``demonym``, ``place`` (a city or province named without its country), ``given`` by a
            structured source or ``manual`` by a person, both without evidence.
        evidence: The words of the item that say so, as written.
    """

    code: str
    via: Via
    evidence: str


class SourceLines(NamedTuple):
    """Where an item stands in its source.

    Attributes:
        file: The source's name, with the path in it where it is a folder or an archive.
        first: The item's first line, 1-based.
        last: The item's last line, included.
    """

    file: str
    first: int
    last: int

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record: the file, and its first and last line."""
        return {"file": self.file, "lines": [self.first, self.last]}


class ManualCorrection(NamedTuple):
    """What a person said of an item, in the place of what was known of it.

    Attributes:
        field: What is corrected.
        who, when: The person, and the time in ISO 8601; empty where that is not known.
        was: What stood there, as JSON has it: a date, countries, or the language with all languages and,
            where these are several, those of the parts.
        before: The correction that stood there, likewise; None where none did.
    """

    field: Corrected
    who: str
    when: str
    was: Any
    before: dict[str, Any] | None = None

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record, without the name of the field."""
        record = {"who": self.who, "when": self.when, "was": self.was}
        return record | {"before": self.before} if self.before else record

    @classmethod
    def from_record(cls, field: Any, record: dict[str, Any]) -> ManualCorrection:
        """Rebuild one of its JSON shape; of another it raises what :meth:`NewsItem.from_record` expects."""
        made = cls(field, record["who"], record["when"], record["was"], record.get("before"))
        texts: list[Any] = []
        for one in made._with_earlier():
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
            raise TypeError("a correction has a part of another type")
        return made

    @property
    def at_first(self) -> Any:
        """What stood there before any correction."""
        return [*self._with_earlier()][-1]["was"]

    def _with_earlier(self) -> Iterator[dict[str, Any]]:
        """Yield this correction and those before it, as JSON has them."""
        one: dict[str, Any] | None = self.to_record()
        while one:
            yield one
            one = one.get("before")


class RawItem(NamedTuple):
    """An item as its source gives it, before anything is worked out.

    Attributes:
        source: Where it stands.
        title: The title, or None.
        paragraphs: The body, a paragraph each; may be empty when there is only a title.
        date_text: The printed date line as written, or None.
        id, url: As given by a structured source, or None.
        date: A date given by a structured source, which has no order that could tell more of it, or None.
        language: A language code given by a structured source, or None.
        countries: Country codes given by a structured source, or None (an empty tuple says: none).
        author, section: As given, or None.
        fields: Other fields that the source gives, names and values, each name once.
        likely_language: A language code that the source states of the whole, such as a site's or a feed's: it
            is taken where the text does not contradict it.
        stated: Whether the id is what the source states to identify it, not its link or its text.
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
    """An item with everything known about it.

    Attributes:
        id: Stable: the same item in a later dump of the same page has the same id.
        title: The title, or None.
        body: The paragraphs, joined by newlines.
        url: Where it was published, or None.
        date: When, or None where nothing at all is known.
        language: The main language: ``en``, ``es``, ``fr`` or ``und``.
        languages: Every language found, the main one first.
        countries: The countries it is about, in order of appearance, each once.
        source: Where it stands.
        author, section: As the source gives them, or None.
        fields: Other fields that the source gives, names and values.
        since: The generation of the index in which it came in; 0 where it is of none.
        sources: Other places where the same item stands, in other sources.
        former: Ids that it had before in this index, or has in other sources.
        corrected: What a person said otherwise of it, of each field once.
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

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record that ``items`` prints and the index stores, without what is not given."""
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
        }
        return record | {name: value for name, value in own.items() if value}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> NewsItem:
        """Rebuild an item from ``to_record``'s shape.

        Args:
            record: The decoded JSON, of any type: an index may come from a stranger.

        Raises:
            ValueError: The record is not of that shape.
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
            if len(record) > _PARTS_OF_ALL + ("since" in record):  # what few items have
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
            raise ValueError("a stored item lacks a part or has one of another type") from error
        places = (item.source, *item.sources)
        texts = [item.id, item.body, item.language, *item.languages, *item.former]
        texts += [place.file for place in places] + [text for one in item.countries for text in one]
        texts += [text for text in (item.title, item.url, item.author, item.section) if text is not None]
        numbers = chain([item.since], *[place[1:] for place in places])
        if (  # JSON has no others of these types, and isinstance takes longer
            set(map(type, chain(texts, *item.fields))) != {str}
            or not {int, bool}.issuperset(map(type, numbers))
            or not _LANGUAGES.issuperset((item.language, *item.languages))
        ):
            raise ValueError("a stored item has a part of another type")
        return item


def read_day(record: dict[str, Any] | None) -> ItemDate | None:
    """Rebuild a date of its JSON shape, None for none; of another shape raise ValueError or TypeError."""
    if record is None:
        return None
    if record.get("kind") not in DATE_KINDS[1:]:
        raise ValueError("another kind of date")
    return ItemDate(date.fromisoformat(record["start"]), date.fromisoformat(record["end"]), record["kind"])


def decode_record(raw: bytes) -> dict[str, Any]:
    """Decode a stored record, of any content: an index may come from a stranger.

    Raises:
        ValueError: It is no JSON object.
    """
    try:
        record = json.loads(raw)
    except RecursionError:
        record = None
    if not isinstance(record, dict):
        raise ValueError("a stored record is no JSON object")  # noqa: TRY004  # content, not an argument
    return record

"""Convert exported records and plain records directly to documents.

An exported record was written by :meth:`indexer.item.NewsItem.to_record`: it has a date with its kind,
countries with evidence, all languages, a file and lines. All values are used unchanged.
:mod:`indexer.sources.export_record` converts other exports to such records.

A plain record has an id and a date in normalised form, and optionally a language, countries and fields with
unambiguous names. It needs no normalisation by :mod:`indexer.sources`, so its conversion takes a third of the
time.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from indexer.custom_fields import AUTHOR, SECTION, country_via_terms, field_terms, source_terms
from indexer.documents.document import Document, Text, content_digest, make_document
from indexer.documents.stored_record import encode_countries, encode_facts, encode_fields, encode_texts
from indexer.item import PARTS, CountryMention, NewsItem, SourceLines, Via
from indexer.schema import KIND_NUMBERS, LANGUAGE_NUMBERS, LANGUAGES
from indexer.sources.encoding import clean
from indexer.sources.export_record import COUNTRY, OWN, as_exported, is_exported
from indexer.sources.html_text import paragraphs_of_lines
from indexer.sources.source import MAX_FIELD_LENGTH, MAX_ID_LENGTH, MAX_UNSPACED, too_long
from indexer.sources.stated_values import COUNTRY_CODES, meaning_of
from indexer.sources.stated_values import line as one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.item import RawItem
    from indexer.sources.source import JsonLine, Source


_EXPORTED_NAMES: Final = OWN | {PARTS, "group", "corrected"}  # any other name was added by a user
_RECOMPUTED: Final = frozenset({"group", "since"})  # values that are only valid in the exporting index
MAX_FILE_LENGTH: Final = 4096
LAST_LINE: Final = 1 << 53
MAX_CACHED: Final = 1000  # former ids and other source locations of an item
_VIAS: Final = frozenset(get_args(Via))


def read_exported(line: JsonLine, source: Source) -> Document | None:
    """Convert an exported record to a document, or return ``None`` for any other record."""
    record = as_exported(line.value)
    if not is_exported(record):
        return None
    try:
        item = NewsItem.from_record(_clean_record(record))
    except ValueError:
        return None
    paragraphs = item.body.split("\n")
    if not _is_plausible(item) or too_long(item.title, paragraphs):
        return None
    if not _EXPORTED_NAMES.issuperset(record):
        added = {name: value for name, value in record.items() if name in OWN or name not in _EXPORTED_NAMES}
        raw = source.read_line(line._replace(value=added)) if source.read_line else None
        if raw is None:
            return None
        item = _add_renamed_fields(item, raw)
    title_language, languages = _parts(record.get(PARTS), item, paragraphs)
    document = make_document(item, title_language, languages, stated=True)
    return document._replace(line=line.number)


def _clean_record(record: dict[str, Any]) -> dict[str, Any]:
    """Remove unknown keys and control characters from an exported record."""
    known = {name: _clean(record[name]) for name in record if name in _EXPORTED_NAMES - _RECOMPUTED}
    mentions = known["countries"]
    known["countries"] = [{name: one[name] for name in one if name in COUNTRY} for one in mentions]
    return known


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(inner) for name, inner in value.items()}
    return value


def _is_plausible(item: NewsItem) -> bool:
    """Return whether an item could come from a source that Dragoman read."""
    key, day = item.id, item.date
    codes = [mention.code for mention in item.countries]
    return bool(
        all(map(_is_id, (key, *item.former)))
        and all(map(_is_place, (item.source, *item.sources)))
        and len(item.former) + len(item.sources) <= MAX_CACHED
        and (item.title is None or item.title.strip())
        and (item.title or item.body.strip())
        and (day is None or day.start <= day.end)
        and item.languages[:1] == (item.language,)
        and len(set(item.languages)) == len(item.languages)
        and COUNTRY_CODES.issuperset(codes)
        and len(set(codes)) == len(codes)
        and all(map(_has_evidence, item.countries))
    )


def _is_id(key: str) -> bool:
    return key == key.strip() != "" and key.isprintable() and len(key) <= MAX_ID_LENGTH


def _is_place(place: SourceLines) -> bool:
    named = bool(place.file.strip()) and len(place.file) <= MAX_FILE_LENGTH
    return named and 0 <= place.first <= place.last <= LAST_LINE


def _has_evidence(mention: CountryMention) -> bool:
    return mention.via in _VIAS and bool(mention.evidence.strip()) != (mention.via in {"given", "by_hand"})


def _add_renamed_fields(item: NewsItem, raw: RawItem) -> NewsItem:
    """Add to an item the fields that a user added to its exported record."""
    return item._replace(
        url=item.url or raw.url,
        author=item.author or raw.author,
        section=item.section or raw.section,
        fields=tuple((dict(raw.fields) | dict(item.fields)).items()),
    )


def _parts(parts: Any, item: NewsItem, paragraphs: list[str]) -> tuple[str | None, tuple[str, ...]]:
    """Return the languages of the title and of each paragraph, which are detected if missing."""
    if len(item.languages) > 1:
        if _is_parts(parts, item, len(paragraphs)):
            return parts["title"], tuple(parts["paragraphs"])
        from indexer.languages import split_by_language  # exported records have them

        labels = split_by_language(tuple(paragraphs), item.title)
        if {*labels.languages} <= {*item.languages}:
            return labels.title, labels.paragraphs or (item.language,)
    return (item.language if item.title else None), (item.language,) * len(paragraphs)


def _is_parts(parts: Any, item: NewsItem, paragraphs: int) -> bool:
    try:
        title, languages = parts["title"], parts["paragraphs"]
        return (
            (title in item.languages if item.title else title is None or title in LANGUAGES)
            and len(languages) == paragraphs
            and {*item.languages}.issuperset(languages)
        )
    except (KeyError, TypeError):
        return False


Countries = tuple[tuple[str, ...], str, tuple[str, ...]]  # codes, stored form, terms for the evidence
Day = tuple[int, str]  # the ordinal and the stored form
MAX_DATELINE: Final = 80  # characters
MAX_CACHED_VALUES = 1 << 14  # days, and lists of countries
_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d").fullmatch
_UNCLEAN = re.compile("[\x00-\x08\x0d-\x1f\x7f\ufeff\ud800-\udfff]").search
# Names that are read here; those that the index recomputes are ignored.
_NAMES = frozenset("id title body text url date language languages countries source".split())
MAX_NAMES: Final = 50  # names of a plain record
MAX_NAME_LENGTH: Final = 80  # characters of the name of a custom field
_PRINTED = KIND_NUMBERS["printed"]
_new_tuple = tuple.__new__  # faster than the named tuple's constructor


class Outcome(NamedTuple):
    """The result of labelling a document by single words.

    Attributes:
        language: The only language of the document; ``None`` if single words do not decide it.
        named: Whether the document may name a country.
    """

    language: str | None
    named: bool


UNDECIDED = Outcome(None, named=True)
"""The outcome for an undecided text."""


class PlainRecord(NamedTuple):
    """A record of JSON Lines that is already normalised.

    Attributes:
        line: The parsed line, with its number.
        id: The id.
        title: The title; ``None`` if there is none.
        body: The paragraphs, one per line.
        day: The day, as an ordinal and as JSON.
        opening: The start of the stored record, up to the date.
        language: The language; ``None`` if the record does not state it.
        countries: The countries; ``None`` if the record does not state them.
        fields: The author, section and custom fields, as JSON for the stored record.
        terms: The index terms of these fields.
    """

    line: JsonLine
    id: str
    title: str | None
    body: str
    day: Day
    opening: str
    language: str | None
    countries: Countries | None
    fields: str
    terms: Sequence[str]

    def document(self, file: str, outcome: Outcome = UNDECIDED) -> Document | None:
        """Make a document of the record, with its language and countries.

        Args:
            file: The name of the source.
            outcome: The language, and whether the text may name a country, as far as single words decide it.

        Returns:
            The document. ``None`` if the text has several languages. Then the caller must read the line again
            as a :class:`RawItem`, whose paragraphs can differ in language.
        """
        (number, record, line), key, title, body, (day, date_json), opening, language, countries = self[:8]
        if language is None:
            language = outcome.language
        if language is None:
            from indexer.languages import split_by_language  # not needed if all records state it

            language, *others = split_by_language(body.split("\n"), title).languages
            if others:
                return None
        if countries is None:
            countries = _find_countries(title, body) if outcome.named or has_dateline(body) else _NO_COUNTRIES
        codes, listed, known = countries
        place = file, number, number
        facts = encode_facts(date_json, language, (language,), listed, place)
        stored = f"{opening}{facts}{self.fields}}}".encode()
        own = (*source_terms(file), *self.terms, *known)
        texts = (_new_tuple(Text, (LANGUAGE_NUMBERS[language], title, body)),)
        values = (key, title, texts, day, day, _PRINTED, codes, (language,), stored, number)
        clean = line.isascii() and "\\" not in line  # JSON escapes line breaks and tabs
        digest = content_digest(record["date"], title, body, clean=clean)
        return _new_tuple(Document, (*values, own, digest, True))


def read_plain(line: JsonLine) -> PlainRecord | None:
    """Parse a line as a plain record, or return ``None`` if it needs normalisation."""
    _, record, text = line
    try:
        key, day, body, url = record["id"], record["date"], record.get("body"), record.get("url")
        if body is None:
            body = record["text"]
        title, language, listed = record.get("title"), record.get("language"), record.get("countries")
        known_day = _day(day)
        if not (
            (language is None or language in LANGUAGE_NUMBERS)
            and (listed is None or isinstance(listed, list))
            and isinstance(key, str)
            and key.isprintable()
            and len(key) <= MAX_ID_LENGTH
            and len(body) <= MAX_UNSPACED // 2
            and len(title or "") <= MAX_UNSPACED // 2
            and key == key.strip() != ""
            and (url is None or url == url.strip() != "")
            and not isinstance(record.get("source"), str)
        ):
            return None
        # JSON escapes control characters and quotes by a backslash. Without one, texts are clean, one line,
        # and can be stored unchanged.
        quote: Callable[[str], str] = _in_quotes
        if "\\" in text or "\x7f" in text or "\ufeff" in text:
            if not all(_is_clean(part) for part in (title, body, url) if part is not None):
                return None
            quote = encode_basestring
            body = "\n".join(paragraphs_of_lines(body.split("\n")))
        title = " ".join(title.split()) or None if title is not None else None
        body = body.strip()
        if not body:
            return None
        opening = encode_texts(key, title, body, url, quote)
        countries = None if listed is None else _stated_countries(tuple(listed))
        further = _NO_FIELDS if _NAMES.issuperset(record) else _further_fields(record)
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
    return _new_tuple(
        PlainRecord, (line, key, title, body, known_day, opening, language, countries, *further)
    )


_NO_FIELDS: Final[tuple[str, Sequence[str]]] = ("", ())


def _further_fields(record: dict[str, Any]) -> tuple[str, Sequence[str]]:
    """Return the author, section and custom fields of a record.

    Returns:
        The fields as JSON for the stored record, and their index terms.
    """
    fields = {name: record[name] for name in _further_names(tuple(record))}
    for value in fields.values():
        is_short = isinstance(value, str) and 0 < len(value) <= MAX_FIELD_LENGTH
        if not (is_short and value.isprintable() and one_line(value) == value):
            raise ValueError("not a plain value")
    author, section = fields.pop(AUTHOR, None), fields.pop(SECTION, None)
    return encode_fields(author, section, fields), field_terms(author, section, fields.items())


@lru_cache(1 << 8)
def _further_names(names: tuple[str, ...]) -> list[str]:
    """Return the names of the custom fields in a record."""
    further = [name for name in names if name not in _NAMES]
    for name in further:
        is_custom = 0 < len(name) <= MAX_NAME_LENGTH and one_line(name) == name
        if not (name in {AUTHOR, SECTION} or (is_custom and name not in OWN and not meaning_of(name))):
            raise ValueError("not a plain name")
    if len(names) > MAX_NAMES:
        raise ValueError("too many names")
    return further


@lru_cache(MAX_CACHED_VALUES)
def _day(day: str) -> Day:
    """Return a normalised day as an ordinal and as JSON.

    Raises:
        ValueError, TypeError: The day is not normalised.
    """
    if not _ISO_DAY(day):
        raise ValueError("not a plain day")
    return date.fromisoformat(day).toordinal(), f'{{"start":"{day}","end":"{day}","kind":"printed"}}'


@lru_cache(MAX_CACHED_VALUES)
def _stated_countries(codes: tuple[str, ...]) -> Countries:
    """Return the countries that a record states, as codes, as JSON, and as index terms.

    Raises:
        TypeError, ValueError: The list contains anything but distinct codes.
    """
    if len(set(codes)) != len(codes) or not COUNTRY_CODES.issuperset(codes):
        raise ValueError("not distinct codes")
    return _encode_mentions([CountryMention(code, "given", "") for code in codes])


def has_dateline(body: str) -> bool:
    """Return whether a body may begin with a dateline."""
    if "-" not in (head := body[:MAX_DATELINE]) and "–" not in head and "—" not in head:
        return False
    from indexer.countries.country_mentions import begins_with_dateline  # as below

    return begins_with_dateline(body)


def _find_countries(title: str | None, body: str) -> Countries:
    """Return the countries that a text names, as codes, as JSON, and as index terms."""
    from indexer.countries.country_mentions import find_countries  # not needed if all records state them

    return _encode_mentions(find_countries(body.split("\n"), title))


def _encode_mentions(mentions: Sequence[CountryMention]) -> Countries:
    """Return countries as codes, as JSON, and as the terms that record how they were determined."""
    codes = tuple([mention.code for mention in mentions])
    return codes, encode_countries(mentions), country_via_terms(mentions)


_NO_COUNTRIES: Final = _encode_mentions(())


def _in_quotes(text: str) -> str:
    return f'"{text}"'


def _is_clean(text: str) -> bool:
    """Return whether cleaning would leave a text unchanged, except its line ends."""
    return text.isprintable() or not _UNCLEAN(text)

"""Read items with any field names, from exports of other programs, feeds, tables and JSON-LD.

Most items of tables and exports have plain fields: a title, a text without markup or odd white space, and an
unambiguous date. :class:`PlainReader` reads them in half the time of the general :class:`ForeignFields`, with
the same result.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from indexer.errors import message, message_of
from indexer.item import RawItem
from indexer.runtime import NamedTuple, late_pattern
from indexer.sources.html_text import paragraphs_of_lines
from indexer.sources.source import MAX_FIELD_LENGTH, MAX_UNSPACED, why_no_item
from indexer.sources.stated_date import day_comes_first, read_date
from indexer.sources.stated_values import (
    MAX_NULL_LENGTH,
    MAX_VALUES,
    TARGET_FIELDS,
    UNREADABLE,
    Meaning,
    StatedIds,
    flatten,
    line,
    meaning_of,
    paragraphs,
    read_countries,
    read_language_name,
    target_field,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from indexer.item import ItemDate
    from indexer.sources.source import ReadContext


_FIELDS: Final = TARGET_FIELDS | {"changed"}
_BYLINE: Final = late_pattern(r"(?:by|por|par)\s*:?\s+(?=\w)", re.IGNORECASE)
_LINK: Final = late_pattern(r"(?:[a-z][a-z0-9+.-]*://|/|www\.)\S+", re.IGNORECASE)
_SIGNS: Final = late_pattern(r"[\W_]+")
_SHORT: Final = 200  # minimum characters of a text that may be the start of a longer one
_LONG_ID: Final = 16  # minimum characters of an id that is certainly not a row number


class ForeignFields:
    """The fields of an item, to be read by their meaning.

    For example, *headline* and *titular* both mean the title.

    Each method removes the values that it reads.

    Args:
        values: The values by name; they may be lists and objects.
        meaning: Returns the meaning of a field name, such as ``title``.
        notify: Called with a warning about skipped fields.
        notify_once: Called with a warning that applies to all items of the source.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        meaning: Callable[[str], Meaning | None],
        notify: Callable[[str], None],
        notify_once: Callable[[str], None],
    ) -> None:
        self._notify = notify
        self._notify_once = notify_once
        self._known: dict[str, list[tuple[Meaning, str, object]]] = {}
        self._remaining: dict[str, object] = {}
        for name, value in flatten(values):
            found = meaning(name)
            if value is UNREADABLE or (found and found.field == "never"):
                notify_once(message("skip.no_text_in_field", field=name[:80]))
            elif found is None or found.field not in _FIELDS:
                self._remaining.setdefault(found.field if found else name, value)
            else:
                self._known.setdefault(found.field, []).append((found, name, value))
        for candidates in self._known.values():
            if len(candidates) > 1:
                candidates.sort(key=lambda candidate: candidate[0][1:])

    def title(self) -> str | None:
        """Remove the title from the fields, and return it, or ``None`` if no field is a title."""
        return next((text for _, value in self._pop_values("title") if (text := line(value))), None)

    def texts(self) -> tuple[str, ...]:
        """Remove the texts and summaries from the fields, and return the paragraphs of the best text.

        If there is no text, return the summaries. A summary that is much longer than a short text is the best
        text. Texts and summaries that are not in the best text remain as fields.

        Raises:
            ValueError: The markup is too long.
        """
        bodies = self._all_texts("body")
        summaries = self._all_texts("summary")
        if not bodies:
            return _concatenate([texts for _, texts in summaries])
        if not summaries and len(bodies) == 1:
            return bodies[0][1]
        best = max(bodies, key=_length)
        if _length(best) < (_SHORT, 0) and summaries:
            longest = max(summaries, key=_length)
            if _length(longest) > (2 * _length(best)[0], 0):  # the text is a caption, or truncated
                best = longest
        others = [text for text in (*bodies, *summaries) if text is not best]
        declared = _letters(best[1]) if others else ""
        for name, texts in others:
            if _letters(texts)[:_SHORT] not in declared:
                self._remaining.setdefault(name, " ".join(texts))
        return best[1]

    def url(self, base: str) -> str | None:
        """Remove the URL from the fields, and return it, or ``None`` if no field has a URL.

        Entities are decoded, and a relative URL is resolved against ``base``.
        """
        for _, value in self._pop_values("url"):
            texts = value if isinstance(value, list) else [text_of(value)]
            if link := next((text for text in texts if _LINK.fullmatch(text)), None):
                if "&" in link:
                    from indexer.sources.feed_xml import decode_entities  # few links need it

                    link = decode_entities(link)
                try:
                    return urljoin(base, link) if base else link
                except ValueError:
                    pass
            self._notify(message("skip.no_link", link=_shorten(value)))
        return None

    def key(self, url: str | None) -> str | None:
        """Remove the identifier from the fields, and return it, or ``url`` if no field has an identifier.

        An id that may be a row number is not an identifier, and remains as a field.
        """
        for name, value in self._pop_values("id"):
            text = text_of(value)
            if len(text) >= _LONG_ID or ":" in text:
                return text
            self._remaining.setdefault(name, value)
        return url

    def date(self, day_first: bool | None) -> ItemDate | None:  # noqa: FBT001 - has three values
        """Remove the date from the fields, and return it, or ``None`` if no field has a date.

        It is the date of publication, or the date of a change if the former is missing.
        """
        for field in ("date", "changed"):
            for name, value in self._pop_values(field):
                if found := read_date(value, day_first=day_first):
                    return found
                if not (text := text_of(value)):
                    continue
                self._remaining.setdefault(name, value)
                unclear = read_date(value, day_first=True) or read_date(value, day_first=False)
                self._notify(message("skip.unclear_date" if unclear else "skip.no_date", date=_shorten(text)))
        return None

    def language(self) -> str | None:
        """Remove the language, and return it, or None if no field names a known language."""
        for name, value in self._pop_values("language"):
            if found := read_language_name(value):
                return found
            self._remaining.setdefault(name, value)
            self._notify(message("skip.unknown_language", language=_shorten(value)))
        return None

    def countries(self) -> tuple[str, ...] | None:
        """Remove the countries, and return their codes, or None if none is recognised."""
        for name, value in self._pop_values("country"):
            codes, unknown = read_countries(value)
            if unknown:
                self._remaining.setdefault(name, value)
                self._notify(message("skip.no_country", country=_shorten(unknown[0])))
            if codes:
                return tuple(codes)
        return None

    def author(self) -> str | None:
        """Remove the author, and return the name, or ``None`` if no field has a name.

        A field without letters, such as the number of a user, is not a name.
        """
        for name, value in self._pop_values("author"):
            texts = value if isinstance(value, list) else [value]
            names = [_BYLINE.sub("", line(text), 1) for text in texts]
            if any(map(str.isalpha, "".join(names))):
                return ", ".join(dict.fromkeys(filter(None, names)))
            self._remaining.setdefault(name, value)
        return None

    def section(self) -> str | None:
        """Remove the section, and return it, or the first of several; ``None`` if no field has a section."""
        for name, value in self._pop_values("section"):
            texts = value if isinstance(value, list) else [value]
            first = line(texts[0])
            if len(texts) > 1 or not any(map(str.isalpha, first)):
                self._remaining.setdefault(name, value)
            if any(map(str.isalpha, first)):
                return first
        return None

    def remaining_fields(self) -> tuple[tuple[str, str], ...]:
        """Return the fields that no other method has removed; call it last."""
        for candidates in self._known.values():
            for _, name, value in candidates:
                self._remaining.setdefault(name, value)
        found: dict[str, str] = {}
        for name, value in self._remaining.items():
            text = line(value)
            if len(text) > MAX_FIELD_LENGTH:
                self._notify(message("skip.long_field", field=name[:80], count=len(text)))
            elif text and (shown := line(name)[:80]):
                found.setdefault(shown, text)
        return tuple(found.items())

    def _pop_values(self, field: str) -> Iterator[tuple[str, object]]:
        """Remove the values of a field, and yield each with its name, those with the best names first."""
        candidates = self._known.get(field)
        while candidates:
            _, name, value = candidates.pop(0)
            yield name, value

    def _all_texts(self, field: str) -> list[tuple[str, tuple[str, ...]]]:
        """Remove and return the texts of a field whose names have the best rank of all names with a text."""
        given: list[tuple[str, tuple[str, ...]]] = []
        candidates = self._known.get(field, [])
        best = None
        while candidates and (best is None or best == candidates[0][0].rank):
            found, name, value = candidates.pop(0)
            if texts := paragraphs(value):
                best = found.rank
                given.append((name, texts))
        return given


def _length(text: tuple[str, tuple[str, ...]]) -> tuple[int, int]:
    """Return the number of characters of a text, and the number of its paragraphs.

    Line ends count as characters.
    """
    return sum(map(len, text[1])) + len(text[1]), len(text[1])


def _concatenate(texts: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Concatenate texts, except texts that another text contains."""
    kept: list[tuple[str, ...]] = []
    for own in sorted(texts, key=lambda text: -sum(map(len, text))):
        if not any(_letters(own)[:_SHORT] in _letters(other) for other in kept):
            kept.append(own)
    return tuple(part for own in texts if own in kept for part in own)


def _letters(texts: tuple[str, ...]) -> str:
    return _SIGNS.sub("", "".join(texts).casefold())


def _shorten(value: object) -> str:
    text = " ".join(text_of(value).split())
    return text if len(text) <= 40 else text[:40] + "…"


_CACHE_SIZE: Final = 1 << 8  # lists of names; the rows of a table have few different ones
_NESTED_TYPES: Final = frozenset({dict, list})  # values of these types may contain fields of an item


class PlainFields(NamedTuple):
    """The fields of an item whose values need no interpretation.

    Attributes:
        title: The title.
        paragraphs: The paragraphs of the text.
        date: The date; ``None`` if the item states none.
        others: All fields except the title, the text and the date.
    """

    title: str
    paragraphs: tuple[str, ...]
    date: ItemDate | None
    others: Mapping[str, object]


class _Names(NamedTuple):
    """The names in an item that mean its title, text and date, and the other names."""

    title: str
    text: str
    date: str | None
    others: tuple[str, ...]


class PlainReader:
    """Reads the items of a source whose values need no interpretation."""

    def __init__(self, meaning: Callable[[str], Meaning | None]) -> None:
        self._meaning = meaning
        self._sorted = lru_cache(_CACHE_SIZE)(self._sort)

    def read(self, values: Mapping[str, Any], *, day_first: bool | None) -> PlainFields | None:
        """Read an item, or return ``None`` if its values need interpretation.

        Args:
            values: The fields of the item.
            day_first: Whether the day precedes the month in numeric dates; ``None`` if unknown.
        """
        names = self._sorted(tuple(values))
        if names is None or not _NESTED_TYPES.isdisjoint(map(type, values.values())):
            return None
        title, text, date = values[names.title], values[names.text], None
        if not (isinstance(title, str) and isinstance(text, str) and title.isprintable()):
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        written = f"{title}{text}"
        odd = "<" in written or "&" in written or "  " in written
        if odd or len(written) > MAX_UNSPACED or not text.replace("\n", "").isprintable():
            return None
        title = title.strip()
        paragraphs = tuple(paragraphs_of_lines(text.split("\n")))
        if (
            min(len(title), len(text)) <= MAX_NULL_LENGTH
            or not paragraphs
            or paragraphs[0] == title
            or paragraphs[-1].endswith("]")  # it may be truncated
            or (len(paragraphs) == 1 and len(paragraphs[0]) <= MAX_NULL_LENGTH)
        ):
            return None
        if names.date is not None and (stated := values[names.date]) not in {"", None}:
            date = read_date(stated, day_first=day_first)
            if date is None:
                return None
        return PlainFields(title, paragraphs, date, {name: values[name] for name in names.others})

    def _sort(self, names: tuple[str, ...]) -> _Names | None:
        """Sort names by meaning, or return None if they are ambiguous.

        Exactly one name must mean the title, one the text, and at most one the date.
        """
        fields: dict[str, list[str]] = {}
        for name in names:
            found = self._meaning(name)
            fields.setdefault(found.field if found else "", []).append(name)
        titles, dates = fields.get("title", []), fields.get("date", [])
        texts = fields.get("body", []) + fields.get("summary", [])
        is_clear = len(titles) == len(texts) == 1 and len(dates) <= 1 and "changed" not in fields
        if not is_clear or len(names) > MAX_VALUES:
            return None
        read = {*titles, *texts, *dates}
        others = tuple([name for name in names if name not in read])
        return _Names(titles[0], texts[0], dates[0] if dates else None, others)


_MAX_UNMAPPED_NAMES: Final = 50  # field names kept for the warning about a missing field of `--map`


class SourceDefaults(NamedTuple):
    """Values that a source states for all its items, used for items that do not state a value.

    Attributes:
        url: The URL to which links are relative.
        language: The language, as stated.
        author: The author, as stated.
    """

    url: str = ""
    language: object = ""
    author: object = ""


class ForeignReader:
    """Reads items that are mappings with any field names.

    Args:
        context: The name and options of the source. The mapping of names in the options takes precedence over
            the table of field names.
        defaults: The values for items that do not state a value.
        once: Whether to skip an item that has the same identifier, title and text as an earlier item.

    Attributes:
        meaning: Returns the meaning of a field name in this source.
    """

    def __init__(
        self, context: ReadContext, *, defaults: SourceDefaults | None = None, once: bool = False
    ) -> None:
        self._context = context
        options = context.options
        self._mapped = {source: target_field(field) for source, field in options.columns}
        self._field_names = {} if options.field_names is None else options.field_names
        self._mapped_fields = frozenset(self._mapped.values())
        self.meaning: Callable[[str], Meaning | None] = self._mapped_meaning if self._mapped else meaning_of
        defaults = defaults or SourceDefaults()
        self._base = defaults.url
        self._language = read_language_name(defaults.language)
        self._author = line(defaults.author) or None
        self._day_first: bool | None = None
        self._plain = PlainReader(self.meaning)
        self._ids = StatedIds()
        self._notified: set[str] = set()
        self._seen: set[int] | None = set() if once else None

    def learn(self, items: Iterable[Mapping[str, object]]) -> None:
        """Detect whether the day precedes the month in the numeric dates of a source.

        ``items`` are a sample of the items.
        """
        self._day_first = day_comes_first(
            value
            for values in items
            for name, value in flatten(values)
            if (found := self.meaning(name)) and found.field in {"date", "changed"}
        )

    def _mapped_meaning(self, name: str) -> Meaning | None:
        if mapped := self._mapped.get(name):
            self._field_names[name] = None
            return Meaning(mapped, 0)
        found = meaning_of(name)
        return None if found and found.field in self._mapped_fields else found

    def read(self, values: Mapping[str, object], number: int, last: int | None = None) -> RawItem | None:
        """Read an item.

        Args:
            values: The fields of the item; values may be lists and objects.
            number: The first line of the item, or its number in the source, 1-based.
            last: The last line of the item; ``None`` if it has a single line.

        Returns:
            The item; ``None`` if it has no text or too much text, which is reported as skipped.
        """
        title: str | None
        reason: str | None = None
        if self._mapped and len(self._field_names) < _MAX_UNMAPPED_NAMES:
            self._field_names.update(dict.fromkeys(values))
        if plain := self._plain.read(values, day_first=self._day_first):
            title, texts, day, values = plain
            if not values and self._seen is None:
                return RawItem(
                    self._context.lines(number, last),
                    title,
                    texts,
                    id=self._ids.of(None, title, texts),
                    date=day,
                    likely_language=self._language,
                    author=self._author,
                )
        notify = partial(self._context.skip, number, field=True)
        given = ForeignFields(values, self.meaning, notify, partial(self._notify_once, number))
        if plain is None:
            try:
                title, texts = given.title(), given.texts()
                texts = texts[1:] if len(texts) > 1 and texts[0] == title else texts
                reason = why_no_item(title, texts)
            except ValueError as error:
                reason = message_of(error)
        url = given.url(self._base)
        key = given.key(url)
        if reason is None and self._seen is not None:
            digest = hash((key, title, texts))
            if digest in self._seen:
                reason = message("skip.same_item")
            self._seen.add(digest)
        if reason:
            self._context.skip(number, reason)
            return None
        return RawItem(
            source=self._context.lines(number, last),
            title=title,
            paragraphs=texts,
            id=self._ids.of(key, title, texts),
            stated=key not in {None, "", url},
            url=url,
            date=plain.date if plain else given.date(self._day_first),
            likely_language=given.language() or self._language,
            countries=given.countries(),
            author=given.author() or self._author,
            section=given.section(),
            fields=given.remaining_fields(),
        )

    def _notify_once(self, number: int, reason: str) -> None:
        if reason not in self._notified:
            self._notified.add(reason)
            self._context.skip(number, reason, field=True)

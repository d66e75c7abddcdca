"""Items of sources that have names of their own for their fields: exports, feeds, tables, JSON-LD."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.item import RawItem, SourceLines
from indexer.named_tuple import NamedTuple
from indexer.sources.field_names import Meaning, is_understood, meaning_of, our_field
from indexer.sources.given import Given
from indexer.sources.limits import too_long
from indexer.sources.plain_fields import PlainReader
from indexer.sources.source import AS_THEY_ARE, ReadOptions, Skipped
from indexer.sources.stated_date import day_comes_first, read_date, read_day
from indexer.sources.stated_id import StatedIds
from indexer.sources.stated_words import read_countries, read_language_name
from indexer.sources.values import flatten, line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indexer.item import ItemDate
    from indexer.sources.source import OnSkip

__all__ = ["ForeignReader", "Whole", "read_countries", "read_date", "read_day", "read_language_name"]

_MOST_MET: Final = 50  # names of fields that are kept to be told where a mapped one is not among them


class Whole(NamedTuple):
    """What a source states of all its items, for those that do not state it themselves.

    Attributes:
        url: The address that relative links are resolved by.
        language: The language, as stated.
        author: The author, as stated.
    """

    url: str = ""
    language: object = ""
    author: object = ""


class ForeignReader:
    """Reads the items of one source, each a mapping of names to values.

    Args:
        name: The source's name.
        on_skip: Called with each item or field that is left out.
        options: What names of fields as the source has them mean; that goes before our table.
        whole: What is stated of the whole source.
        once: Whether an item that comes again, the same in what identifies it and in its text, is left out.

    Attributes:
        meaning: Tells what a name means in this source.
    """

    def __init__(
        self,
        name: str,
        on_skip: OnSkip,
        options: ReadOptions = AS_THEY_ARE,
        *,
        whole: Whole | None = None,
        once: bool = False,
    ) -> None:
        self._name = name
        self._on_skip = on_skip
        self._mapped = {source: our_field(field) for source, field in options.columns}
        self._met = {} if options.met is None else options.met
        self._taken = frozenset(self._mapped.values())
        self.meaning: Callable[[str], Meaning | None] = self._mapped_meaning if self._mapped else meaning_of
        whole = whole or Whole()
        self._base = whole.url
        self._language = read_language_name(whole.language)
        self._author = line(whole.author) or None
        self._day_first: bool | None = None
        self._plain = PlainReader(self.meaning)
        self._ids = StatedIds()
        self._told: set[str] = set()
        self._seen: set[int] | None = set() if once else None

    def learn(self, items: Iterable[Mapping[str, object]]) -> None:
        """Learn from items whether day or month stands first in dates in figures."""
        self._day_first = day_comes_first(
            value
            for values in items
            for name, value in flatten(values)
            if (found := self.meaning(name)) and found.field in {"date", "changed"}
        )

    def _mapped_meaning(self, name: str) -> Meaning | None:
        if mapped := self._mapped.get(name):
            self._met[name] = None
            return Meaning(mapped, 0)
        found = meaning_of(name)
        return None if found and found.field in self._taken else found

    def understands(self, values: Mapping[str, object]) -> bool:
        """Tell whether fields make an item of news, by their names."""
        return is_understood((name for name, _ in flatten(values)), self.meaning)

    def read(self, values: Mapping[str, object], number: int, last: int | None = None) -> RawItem | None:
        """Read an item.

        Args:
            values: Its fields; values may be lists and objects.
            number: Where it stands: its first line, or its number in the source, 1-based.
            last: Its last line, where it is another one.

        Returns:
            The item; None, after a call of ``on_skip``, where it has no text, or too much.
        """
        title: str | None
        reason: str | None = None
        if self._mapped and len(self._met) < _MOST_MET:
            self._met.update(dict.fromkeys(values))
        if plain := self._plain.read(values, day_first=self._day_first):
            title, texts, day, values = plain
            if not values and self._seen is None:
                return self._bare(SourceLines(self._name, number, last or number), title, texts, day)
        given = Given(
            values, self.meaning, partial(self._tell, number, field=True), partial(self._tell_once, number)
        )
        if plain is None:
            try:
                title, texts = given.title(), given.texts()
                reason = too_long(title, texts)
            except ValueError as error:
                reason = str(error)
            if reason is None and title is None and not texts:
                reason = "neither a title nor a text"
        url = given.url(self._base)
        key = given.key(url)
        if reason is None and self._seen is not None:
            digest = hash((key, title, texts))
            if digest in self._seen:
                reason = "the same item as an earlier one of this source"
            self._seen.add(digest)
        if reason:
            self._tell(number, reason)
            return None
        return RawItem(
            source=SourceLines(self._name, number, last or number),
            title=title,
            paragraphs=texts,
            id=self._ids.of(key, "\n".join((title or "", *texts))),
            stated=key not in {None, "", url},
            url=url,
            date=plain.date if plain else given.date(self._day_first),
            likely_language=given.language() or self._language,
            countries=given.countries(),
            author=given.author() or self._author,
            section=given.section(),
            fields=given.others(),
        )

    def _bare(self, source: SourceLines, title: str, texts: tuple[str, ...], day: ItemDate | None) -> RawItem:
        """Make an item of which nothing but a title, a text and perhaps a date is stated."""
        return RawItem(
            source,
            title,
            texts,
            id=self._ids.of(None, "\n".join((title, *texts))),
            date=day,
            likely_language=self._language,
            author=self._author,
        )

    def _tell(self, number: int, reason: str, *, field: bool = False) -> None:
        self._on_skip(Skipped(self._name, number, reason, field))

    def _tell_once(self, number: int, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            self._tell(number, reason, field=True)

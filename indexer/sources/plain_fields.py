"""Fields that leave nothing to mend: a title, a text without markup or odd white space, and a clear date.

Most items of tables and exports have these. They need not pass through what sorts and mends fields
(:mod:`indexer.sources.given`), which gives the same in twice the time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from indexer.named_tuple import NamedTuple
from indexer.sources.limits import MOST_UNSPACED
from indexer.sources.stated_date import read_date
from indexer.sources.values import LONGEST_NOTHING, MOST_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indexer.item import ItemDate
    from indexer.sources.field_names import Meaning

_KNOWN: Final = 1 << 8  # lists of names: a table has few of them, whichever of its cells are empty
_HOLDING_OTHERS: Final = frozenset({dict, list})  # whose own fields may be meant


class PlainFields(NamedTuple):
    """What was read of an item.

    Attributes:
        title: Its title.
        paragraphs: Its text.
        date: Its date, if any is stated.
        others: The fields that are left.
    """

    title: str
    paragraphs: tuple[str, ...]
    date: ItemDate | None
    others: Mapping[str, object]


class _Names(NamedTuple):
    """The names of the fields of an item, by what they mean."""

    title: str
    text: str
    date: str | None
    others: tuple[str, ...]


class PlainReader:
    """Reads plain fields of the items of one source.

    Args:
        meaning: Tells what a name means.
    """

    def __init__(self, meaning: Callable[[str], Meaning | None]) -> None:
        self._meaning = meaning
        self._sorted = lru_cache(_KNOWN)(self._sort)

    def read(self, values: Mapping[str, Any], *, day_first: bool | None) -> PlainFields | None:
        """Read an item; None for one whose fields have to be sorted or mended.

        Args:
            values: Its fields.
            day_first: The order of day and month in figures, if it is known.
        """
        names = self._sorted(tuple(values))
        if names is None or not _HOLDING_OTHERS.isdisjoint(map(type, values.values())):
            return None
        title, text, date = values[names.title], values[names.text], None
        if not (isinstance(title, str) and isinstance(text, str) and title.isprintable()):
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        written = f"{title}{text}"
        if (
            len(written) > MOST_UNSPACED
            or "<" in written
            or "&" in written
            or "  " in written
            or not text.replace("\n", "").isprintable()
        ):
            return None
        title = title.strip()
        paragraphs = tuple([part for row in text.split("\n") if (part := row.strip())])
        if (
            min(len(title), len(text)) <= LONGEST_NOTHING
            or not paragraphs
            or paragraphs[-1].endswith("]")  # it may be cut
            or (len(paragraphs) == 1 and len(paragraphs[0]) <= LONGEST_NOTHING)
        ):
            return None
        if names.date is not None and (stated := values[names.date]) not in {"", None}:
            date = read_date(stated, day_first=day_first)
            if date is None:
                return None
        return PlainFields(title, paragraphs, date, {name: values[name] for name in names.others})

    def _sort(self, names: tuple[str, ...]) -> _Names | None:
        """Find the fields among some names; None where several may be one of them."""
        fields: dict[str, list[str]] = {}
        for name in names:
            found = self._meaning(name)
            fields.setdefault(found.field if found else "", []).append(name)
        titles, dates = fields.get("title", []), fields.get("date", [])
        texts = fields.get("body", []) + fields.get("summary", [])
        is_clear = len(titles) == len(texts) == 1 and len(dates) <= 1 and "changed" not in fields
        if not is_clear or len(names) > MOST_VALUES:
            return None
        read = {*titles, *texts, *dates}
        others = tuple([name for name in names if name not in read])
        return _Names(titles[0], texts[0], dates[0] if dates else None, others)

"""One line of a file of corrections: which item it is of, and what is said of it.

    {"id": "31a68ceaa26d", "title": "Ferries stay in port", "day": "2019-03-05", "date": "2019-03-06",
     "countries": ["JO"], "language": "es", "who": "Ann", "when": "2026-11-26T20:01:02+00:00"}

``title`` and ``day`` are as the source states them; ``former`` lists other ids of the item. ``"item": false``
says that it is none. A date may be null, and countries an empty list: the item has none.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from indexer.documents.corrected import Said
from indexer.item import SourceLines
from indexer.named_tuple import NamedTuple
from indexer.sources.encoding import clean
from indexer.sources.record import read_record
from indexer.sources.stated_date import typed_dates
from indexer.sources.stated_words import read_countries, read_language_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indexer.item import Corrected, ItemDate

KEYS: Final = frozenset("id former title day date language countries item who when note".split())
NONE: Final = "none"
LONGEST: Final = 200  # characters of a name


class BadValueError(ValueError):
    """A value that cannot be taken; its message is the reason, for people."""


class Correction(NamedTuple):
    """What a line says.

    Attributes:
        number: The line, 1-based.
        ids: The ids that its item has or had; any may be that of the index.
        title: The key of its title (see :func:`title_key`); None where none is given.
        day: Its day as the source states it, empty for none; None where the line does not say.
        said: What is said of which fields.
        item: Whether it is an item; None where the line does not say.
    """

    number: int
    ids: tuple[str, ...]
    title: str | None
    day: str | None
    said: Mapping[Corrected, Said]
    item: bool | None


def title_key(title: str) -> str:
    """Give what titles are compared by: white space collapsed, case folded."""
    return " ".join(title.split()).casefold()


def merged(lines: Iterable[Correction]) -> tuple[dict[Corrected, Said], bool]:
    """Join what several lines say of one item, in their order: the later wins, field by field.

    Returns:
        What is said of which fields, and whether it is an item.
    """
    said: dict[Corrected, Said] = {}
    item = True
    for line in lines:
        said |= line.said
        item = item if line.item is None else line.item
    return said, item


def parse_line(number: int, raw: bytes) -> tuple[Correction | None, list[str]]:
    """Read a line; what is wrong with it is told, the rest is taken.

    Args:
        number: Which line it is.
        raw: The line.

    Returns:
        What it says, None for nothing; and what is wrong with it.
    """
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return None, ["no JSON object; left out"]
    told = [f"unknown key “{clean(name)[:40]}”; left out" for name in record if name not in KEYS]

    def read(name: str, reader: Callable[[Any], Any]) -> Any:
        try:
            return reader(record[name]) if name in record else None
        except BadValueError as error:
            told.append(f"{error}; left out")
            return None

    ids = [one for one in (read("id", _text), *(read("former", _texts) or ())) if one]
    title, day = read("title", _optional_text), read("day", _stated_day)
    who, when = read("who", _name) or "", read("when", _moment) or ""
    said: dict[Corrected, Said] = {}
    for field in ("date", "language", "countries"):
        if field in record:
            before = len(told)
            value = read(field, _READERS[field])
            if len(told) == before:
                said[field] = Said(value, who, when)
    item = read("item", _flag)
    if not (ids or title):
        return None, [*told, "it names no item: give its id, or its title and day; left out"]
    if not said and item is None:
        return None, [*told, "it says nothing of its item; left out"]
    return Correction(number, tuple(ids), title and title_key(title), day, said, item), told


def read_period(value: Any) -> ItemDate | None:
    """Read a date: a day, a month, a year, two with ``..`` between, or an object; None for none.

    Raises:
        BadValueError: It is no date, or may be either of two days.
    """
    if value is None or value == NONE:
        return None
    if isinstance(value, str) and ".." in value:
        start, _, end = value.partition("..")
        if not (start.strip() and end.strip()):
            raise BadValueError(f"{_shown(value)} lacks a date: an interval is 2018-03-05..2018-03-07")
        value = {"start": start.strip(), "end": end.strip()}
    if isinstance(value, str) and (typed := typed_dates(value)):
        if len(typed) > 1:
            raise BadValueError(f"{_shown(value)} may be {typed[0].start} or {typed[1].start}; say which")
        return typed[0]
    told: list[str] = []
    day = read_record({"title": "-", "date": value}, SourceLines("", 0, 0), told.append).date
    if day is None or told or isinstance(value, str):
        raise BadValueError(told[0].removesuffix("; left out") if told else f"{_shown(value)} is no date")
    return day


def _language(value: Any) -> str:
    if isinstance(value, str) and (language := read_language_name(value)):
        return language
    raise BadValueError(f"unknown language {_shown(value)}, not a code such as en, es or fr")


def _countries(value: Any) -> tuple[str, ...]:
    given = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in given):
        raise BadValueError("countries is no list of codes or names")
    if given in ([], [NONE]):
        return ()
    codes, unknown = read_countries(given)
    if unknown or not codes:
        raise BadValueError(f"unknown country {_shown(next(iter(unknown), ''))}, not a code such as CO")
    return tuple(codes)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValueError(f"item is true or false, not {_shown(value)}")


def _stated_day(value: Any) -> str:
    """Read a day as sources state it, ``2019-03-05`` or ``2019-03-05/2019-03-07``; empty for none."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise BadValueError(f"unknown day {_shown(value)}, not as 2019-03-05")
    day = read_period(value.replace("/", ".."))
    if day is None:
        return ""
    return day.start.isoformat() if day.start == day.end else f"{day.start}/{day.end}"


def _text(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        return value.strip()
    raise BadValueError(f"{_shown(value)} where a text is meant")


def _optional_text(value: Any) -> str:
    return "" if value is None else _text(value)


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in (value if isinstance(value, list) else [value])]


def _name(value: Any) -> str:
    return " ".join(clean(_text(value)).split())[:LONGEST]


def _moment(value: Any) -> str:
    try:
        datetime.fromisoformat(_text(value))
    except ValueError:
        raise BadValueError(
            f"when is a time such as 2026-11-26T20:01:02+00:00, not {_shown(value)}"
        ) from None
    return _text(value)


_READERS: Final[Mapping[Corrected, Callable[[Any], Any]]] = {
    "date": read_period,
    "language": _language,
    "countries": _countries,
}


def _shown(value: Any) -> str:
    return f"“{' '.join(clean(str(value)[:400]).split())[:40]}”"

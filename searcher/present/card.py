"""One thing in full for people: an item with its text, or what an index holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from searcher.present.cells import cells, pad
from searcher.present.legible import legible
from searcher.present.paint import bold
from searcher.present.table import NO_TITLE
from searcher.present.wording import (
    country_in_full,
    date_in_full,
    languages_in_words,
    number,
    source_in_words,
)

if TYPE_CHECKING:
    from indexer.item import NewsItem
    from searcher.present.page import Page

_FIELD_CELLS = 11
_LABEL_CELLS = 28


def write_card(item: NewsItem, page: Page, country_names: Mapping[str, str]) -> None:
    """Write an item whole: its title, what is known about it and from where, its text."""
    page.paragraph(bold(legible(item.title)) if item.title else NO_TITLE)
    page.line()
    fields = [("Date", date_in_full(item.date)), ("Language", languages_in_words(item.languages))]
    mentions = [country_in_full(mention, country_names) for mention in item.countries]
    fields += list(zip(["Countries", *[""] * len(mentions)], mentions or ["none named"], strict=False))
    fields += [("Source", source_in_words(item.source)), ("Id", legible(item.id))]
    if item.url:
        fields.append(("Link", legible(item.url)))
    for name, value in fields:
        page.paragraph(value, lead=name, indent=_FIELD_CELLS)
    for paragraph in filter(str.strip, item.body.splitlines()):
        page.line()
        page.paragraph(legible(paragraph))


def write_facts(facts: Mapping[str, object], page: Page) -> None:
    """Write names and values, a nested mapping or a list of mappings as an indented list under its name."""
    plain = {_name(key): value for key, value in facts.items() if not _is_nested(value)}
    wide = min(max(map(cells, plain), default=0), _LABEL_CELLS) + 2
    for name, value in plain.items():
        if cells(name) > wide - 2:
            page.paragraph(name)
            page.paragraph(_value(value), indent=wide)
        else:
            page.paragraph(_value(value), lead=pad(name, wide), indent=wide)
    for key, value in facts.items():
        if _is_nested(value):
            page.line()
            page.paragraph(bold(_name(key)))
        if isinstance(value, Mapping):
            _write_nested(value, page, 2)
        elif isinstance(value, list) and _is_nested(value):
            for entry in value:
                page.paragraph(_entry(entry), indent=2)


def _write_nested(counts: Mapping[object, object], page: Page, indent: int) -> None:
    names = {key: legible(str(key)) for key in counts}
    wide = min(max(map(cells, names.values()), default=0), _LABEL_CELLS)
    digits = max((len(_value(value)) for value in counts.values() if isinstance(value, int)), default=0)
    for key, value in counts.items():
        if isinstance(value, Mapping):
            page.paragraph(names[key], indent=indent)
            _write_nested(value, page, min(indent + 2, 8))
        else:
            shown = _value(value).rjust(digits) if isinstance(value, int) else _value(value)
            gap = " " * max(wide - cells(names[key]), 0)
            line = f"{names[key]}{gap}  {shown}"
            if cells(line) <= page.width - indent:
                page.line(" " * indent + line)
            else:
                page.paragraph(line, indent=indent)


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(entry, Mapping) and entry for entry in value)
    )


def _entry(entry: Mapping[str, object]) -> str:
    """Write one of several alike on a line: what it is, then its values by name."""
    parts = [f"{_name(key).lower()} {_value(value)}" for key, value in entry.items()]
    return " · ".join([_value(next(iter(entry.values()))), *parts[1:]])


def _name(key: str) -> str:
    name = legible(key).replace("_", " ")
    return name[:1].upper() + name[1:]


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(_value, value)) or "none"
    return legible(str(value)) or "none"

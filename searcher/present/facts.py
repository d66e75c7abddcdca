"""Names and values for people: what an index holds, what a check found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeGuard

from searcher.legible import legible
from searcher.present.layout import bold, cells, pad
from searcher.present.wording import number

if TYPE_CHECKING:
    from searcher.present.layout import Page

_LABEL_CELLS = 28
_INDENT = 2


def write_facts(facts: Mapping[str, object], page: Page) -> None:
    """Write names and values, a mapping or a list of mappings as an indented list under its name.

    Args:
        facts: Name to value; those of several values follow the others.
        page: Where to write.
    """
    plain = {_name(key): value for key, value in facts.items() if not _is_nested(value)}
    width = min(max(map(cells, plain), default=0), _LABEL_CELLS) + 2
    for name, value in plain.items():
        lead = pad(name, width)
        if cells(lead) > width:
            page.paragraph(name)
            lead = ""
        page.paragraph(_value(value), lead=lead, indent=width)
    for key, value in facts.items():
        if not _is_nested(value):
            continue
        page.line()
        page.paragraph(bold(_name(key)))
        if isinstance(value, Mapping):
            _write_values(value, page)
        else:
            for entry in value:
                page.paragraph(_entry(entry), indent=_INDENT)


def _write_values(values: Mapping[str, object], page: Page) -> None:
    """Write names and values below their own name, counts with their last digits below each other."""
    names = {key: legible(key) for key in values}
    width = min(max(map(cells, names.values()), default=0), _LABEL_CELLS)
    digits = max((len(_value(value)) for value in values.values() if isinstance(value, int)), default=0)
    for key, value in values.items():
        shown = _value(value).rjust(digits) if isinstance(value, int) else _value(value)
        line = f"{pad(names[key], width)}  {shown}"
        if cells(line) <= page.width - _INDENT:
            page.line(" " * _INDENT + line)
        else:
            page.paragraph(line, indent=_INDENT)


def _is_nested(value: object) -> TypeGuard[Mapping[str, object] | list[Mapping[str, object]]]:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value))


def _entry(entry: Mapping[str, object]) -> str:
    """Write one of several alike on a line: what it is, then its values by name."""
    parts = [f"{_name(key).lower()} {_value(value)}" for key, value in entry.items()]
    return " · ".join([_value(next(iter(entry.values()))), *parts[1:]])


def _name(key: str) -> str:
    name = legible(key).replace("_", " ")
    return name[:1].upper() + name[1:]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return number(value)
    return legible(str(value or "")) or "none"

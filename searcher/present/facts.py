"""Names and values for people: what an index holds, what a check found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from searcher.present.layout import bold, cells, pad
from searcher.present.legible import legible
from searcher.present.wording import number

if TYPE_CHECKING:
    from searcher.present.layout import Page

_LABEL_CELLS = 28
_DEEPEST_INDENT = 8


def write_facts(facts: Mapping[str, object], page: Page) -> None:
    """Write names and values, a nested mapping or a list of mappings as an indented list under its name.

    Args:
        facts: Name to value; nested values follow the others.
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
    width = min(max(map(cells, names.values()), default=0), _LABEL_CELLS)
    digits = max((len(_value(value)) for value in counts.values() if isinstance(value, int)), default=0)
    for key, value in counts.items():
        if isinstance(value, Mapping):
            page.paragraph(names[key], indent=indent)
            _write_nested(value, page, min(indent + 2, _DEEPEST_INDENT))
        else:
            shown = _value(value).rjust(digits) if isinstance(value, int) else _value(value)
            line = f"{pad(names[key], width)}  {shown}"
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

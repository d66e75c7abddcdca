"""Read formats of XML by a table: of news agencies, libraries and reference managers.

A row of ``xml_formats.tsv`` states where a format holds a field. The stream is parsed like a feed, one item
at a time.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from indexer.runtime import NamedTuple
from indexer.sources.agency_item import AGENCIES, AgencyReader
from indexer.sources.feed_xml import Element, Items, Markup
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.html_text import visible
from indexer.sources.references import as_foreign
from indexer.sources.source import nonempty
from indexer.tables import rows

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext, Reader


_STEP: Final = re.compile(r"(//)?([\w.:*|-]+)(?:\[(!?)([\w:.-]+)(?:=([^\]]*))?\])?(?:/(?!/))?")
_PATH: Final = re.compile(r"(\^?)([^@{]*?)(?:\{([^}]*)\})?(?:@(.+))?")


class Step(NamedTuple):
    """A step of a path: it leads from an element to others.

    Attributes:
        names: The names of the elements; ``*`` for any.
        deep: Whether they are at any depth.
        attribute: An attribute that they have; empty for any.
        values: The values of the attribute; empty for any.
        without: Whether they lack the attribute instead.
    """

    names: frozenset[str]
    deep: bool
    attribute: str
    values: frozenset[str]
    without: bool

    def found(self, element: Element) -> Iterator[Element]:
        """Yield the elements that the step leads to, in order."""
        for one in descendants(element) if self.deep else element.elements:
            if "*" in self.names or one.name.rpartition(":")[2] in self.names:
                value = one.attributes.get(self.attribute)
                if self.without:
                    if value is None:
                        yield one
                elif not self.attribute or (value is not None and (not self.values or value in self.values)):
                    yield one


class Path(NamedTuple):
    """A path to a field.

    Attributes:
        steps: The steps.
        of_whole: Whether it begins at the item, not at its part.
        within: Steps to the elements whose texts make the value; empty for the element itself.
        attributes: The attributes that make the value.
    """

    steps: tuple[Step, ...]
    of_whole: bool
    within: tuple[Step, ...]
    attributes: tuple[str, ...]

    def elements(self, start: Element) -> list[Element]:
        """Return the elements at the end of the path."""
        found = [start]
        for step in self.steps:
            found = [one for element in found for one in step.found(element)]
        return found

    def values(self, start: Element) -> list[str]:
        """Return the values that are not empty."""
        return [value for one in self.elements(start) if (value := self._value(one))]

    def _value(self, element: Element) -> str:
        if self.attributes:
            return " ".join([value for name in self.attributes if (value := element.attributes.get(name))])
        if self.within:
            return " ".join([text_within(one) for step in self.within for one in step.found(element)])
        return text_within(element)


class Format(NamedTuple):
    """A format.

    Attributes:
        items: The names of the elements of items.
        part: The path to their parts, if it has any.
        fields: The paths of the fields, by field and preference.
    """

    items: frozenset[str]
    part: Path | None
    fields: dict[str, list[Path]]


@cache
def _formats() -> dict[str, Format]:
    found: dict[str, dict[str, list[str]]] = {}
    for name, field, path in rows(__file__, "xml_formats.tsv"):
        found.setdefault(name, {}).setdefault(field, []).append(path)
    return {name: _format(fields) for name, fields in found.items()}


def _format(fields: dict[str, list[str]]) -> Format:
    items, parts = fields.pop("item"), fields.pop("part", [])
    paths = {field: [*map(_path, written)] for field, written in fields.items()}
    return Format(frozenset(" ".join(items).split()), _path(parts[0]) if parts else None, paths)


def _path(written: str) -> Path:
    found = _PATH.fullmatch(written)
    assert found is not None, written
    whole, steps, within, attributes = found.groups("")
    inner = tuple([step for one in within.split() for step in _steps(one)])
    return Path(
        _steps(steps.strip(".")), bool(whole), inner, tuple(attributes.split("|")) if attributes else ()
    )


def _steps(written: str) -> tuple[Step, ...]:
    return tuple(
        [
            Step(
                frozenset(names.split("|")),
                bool(deep),
                attribute,
                frozenset(values.split("|")) - {""},
                bool(without),
            )
            for deep, names, without, attribute, values in _STEP.findall(written)
        ]
    )


def descendants(element: Element) -> Iterator[Element]:
    """Yield all elements within an element, in order."""
    for one in element.elements:
        yield one
        yield from descendants(one)


def text_within(element: Element) -> str:
    """Return the whole text of an element, as one line."""
    return visible("".join(_texts(element)))


def _texts(element: Element) -> Iterator[str]:
    for part in element.parts:
        if isinstance(part, str):
            yield part
        else:
            yield from _texts(part)


_BLOCKS: Final = frozenset(
    "ab abstract block blockquote body body.content bq br cell dd div div1 div2 div3 dl dt fn h1 h2 h3 h4 h5 "
    "h6 head hl1 hl2 hr item l lg li list ol p pre quote row section sp table td th tr ul".split()
)
_HYPHENS: Final = "-‐¬\u00ad"
_DROPPED: Final = frozenset("script style media fw figure teiHeader nitf-table-metadata".split())
_OF_HEAD: Final = frozenset(
    "head byline dateline opener docDate docAuthor hedline".split()
)  # of an article in TEI


def paragraphs_within(element: Element) -> list[str]:
    """Return the paragraphs of an element as HTML; its text, which may be HTML, if it has no elements."""
    if not any(True for _ in element.elements):
        return [element.text]
    pieces: list[str] = []
    _gather(element, pieces, _OF_HEAD)
    return [escape(text, quote=False) for block in "".join(pieces).split("\0") if (text := visible(block))]


def _gather(element: Element, pieces: list[str], dropped: frozenset[str] = frozenset()) -> None:
    for part in element.parts:
        if isinstance(part, str):
            pieces.append(part.replace("\0", ""))
            continue
        name = part.name.rpartition(":")[2]
        if name in _DROPPED or name in dropped:
            continue
        if name == "lb":  # a line break, perhaps inside a word
            if part.attributes.get("break") != "no":
                pieces.append(" ")
            elif pieces:
                pieces[-1] = pieces[-1].rstrip().rstrip(_HYPHENS)
            continue
        ends = "\0" if name in _BLOCKS else ""
        pieces.append(ends)
        _gather(part, pieces)
        pieces.append(ends)


_CONTROL: Final = "marc_dates"


def values_of(form: Format, whole: Element, part: Element) -> dict[str, Any]:
    """Return the fields of an item.

    Args:
        form: The format.
        whole: The element of the item.
        part: The part of it to read; the element itself if it has none.
    """
    values: dict[str, Any] = {}
    for field, paths in form.fields.items():
        for path in paths:
            start = whole if path.of_whole else part
            if field == _CONTROL:  # positions in it have a meaning
                found = [one.text for one in path.elements(start)]
            elif field == "body":
                found = [text for one in path.elements(start) for text in paragraphs_within(one) if text]
            else:
                found = [*dict.fromkeys(path.values(start))]
            if found:
                values[field] = found if len(found) > 1 or field == "body" else found[0]
                break
    for field in ("title", "date", "url", "language", "guid", "id", "year", "day"):
        if isinstance(values.get(field), list):
            values[field] = values[field][0]
    return values


def fields_in_mods(element: Element) -> dict[str, Any]:
    """Return the fields that a MODS record within another document states."""
    values = values_of(_formats()["mods"], element, element)
    return as_foreign({name: value for name, value in values.items() if name != "id"})


_DETAILED: Final = "e"  # a kind of date in a field 008 that has month and day


def _of_library(values: dict[str, Any], form: str) -> None:
    """Complete the fields of formats that split a date or an identifier."""
    if form == "marc":
        control = values.pop(_CONTROL, "")
        figures = control[7 : 15 if control[6:7] == _DETAILED else 11]
        if figures.isdigit():
            values["date"] = figures if len(figures) == 8 else figures[:4]
        else:
            values["date"] = values.get("date", "").strip(" .,;:[]©cp")
        values["language"] = values["language"] or control[35:38].strip()
        if number := values.get("record_number"):
            values["id"] = f"{values.pop('control_agency', '') or 'marc'}:{number}"
        values["title"] = values.get("title", "").rstrip(" /:;,.=")
    elif form == "mods" and "id" in values and ":" not in values["id"]:
        values["id"] = f"mods:{values['id']}"
    elif form == "zotero" and not values.get("id", "").startswith("http"):
        values.pop("id", None)  # a number within this file
    if form != "tei":
        as_foreign(values)


def _read(stream: io.BufferedReader, context: ReadContext, form_name: str) -> Iterator[RawItem]:
    form = _formats()[form_name]
    reader = AgencyReader(context) if form_name in AGENCIES else ForeignReader(context)
    others: Counter[str] = Counter()
    with stream:
        for element in Items(Markup(stream, stream.peek()), form.items, context):
            local = element.name.rpartition(":")[2]
            if form_name == "newsml-g2" and local != "newsItem":
                others[local] += 1
                continue
            for part in (form.part.elements(element) if form.part else ()) or (element,):
                values = values_of(form, element, part)
                values.setdefault("language", element.language)
                if form_name not in AGENCIES:
                    _of_library(values, form_name)
                if (item := reader.read(values, element.first, element.last)) is not None:
                    yield item
    for name, count in sorted(others.items()):
        context.skip_count(f"no articles but {name}", count)
    if isinstance(reader, AgencyReader):
        reader.report()


def _reader(form: str, what: str) -> Reader:
    @nonempty(f"is {what}, but holds no article that can be read")
    def read(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
        return _read(stream, context, form)

    return read


read_newsml_g2 = _reader("newsml-g2", "NewsML-G2")
read_newsml_1 = _reader("newsml-1", "NewsML 1")
read_nitf = _reader("nitf", "NITF")
read_endnote = _reader("endnote", "XML of EndNote")
read_zotero = _reader("zotero", "RDF of Zotero")
read_mods = _reader("mods", "MODS")
read_marc = _reader("marc", "MARCXML")
read_tei = _reader("tei", "TEI")

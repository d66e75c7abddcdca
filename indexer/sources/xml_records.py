"""Read formats of XML by a table: of news agencies, libraries and reference managers.

A row of ``xml_formats.tsv`` states where a format holds a field. The stream is parsed like a feed, one item
at a time.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element as Tree  # builds trees; it parses nothing here

from indexer.data_tables import rows
from indexer.errors import message
from indexer.runtime import NamedTuple
from indexer.sources.agency_item import AGENCIES, AgencyReader
from indexer.sources.feed_xml import Items, Markup
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.html_text import visible
from indexer.sources.references import as_foreign
from indexer.sources.source import nonempty

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.feed_xml import Element
    from indexer.sources.source import ReadContext, Reader


_PATH: Final = re.compile(r"(\^?)([^{]*?)(?:\{([^}]*)\})?(?:@([\w:. -]+))?")


class Path(NamedTuple):
    """A path to a field.

    Attributes:
        of_whole: Whether it begins at the item, not at its part.
        steps: A path of ElementTree.
        within: Paths to the elements whose texts make the value; empty for the found element itself.
        attributes: The attributes that make the value.
    """

    of_whole: bool
    steps: str
    within: list[str]
    attributes: list[str]

    def elements(self, start: Tree) -> list[Tree]:
        """Return the elements at the end of the path."""
        return start.findall(self.steps or ".")

    def value(self, found: Tree) -> str:
        """Return the value of an element."""
        texts = [value for name in self.attributes if (value := found.get(name))]
        texts += ["".join(one.itertext()) for path in self.within for one in found.iterfind(path)]
        if not self.attributes and not self.within:
            texts = ["".join(found.itertext())]
        return " ".join(texts).strip()


class Format(NamedTuple):
    """A format.

    Attributes:
        items: The names of the elements of items.
        part: The path to their parts, if it has any.
        fields: The paths of the fields, by field and preference; those of one preference are used together.
    """

    items: frozenset[str]
    part: str
    fields: dict[str, list[list[Path]]]


@cache
def _format(name: str) -> Format:
    found: dict[str, list[str]] = {}
    for form, field, path in rows(__file__, "xml_formats.tsv"):
        if form == name:
            found.setdefault(field, []).append(path)
    items, parts = found.pop("item"), found.pop("part", [""])
    fields = {field: [[*map(_path, path.split(" | "))] for path in paths] for field, paths in found.items()}
    return Format(frozenset(items[0].split()), parts[0], fields)


def _path(written: str) -> Path:
    found = _PATH.fullmatch(written)
    assert found is not None, written
    whole, steps, within, attributes = found.groups("")
    return Path(bool(whole), steps, within.split(), attributes.split())


def as_tree(element: Element) -> Tree:
    """Convert an element to one of ElementTree, whose names have no prefixes."""
    tree = Tree(element.name.rpartition(":")[2], {"type": ""} | element.attributes)
    for is_text, parts in groupby(element.parts, lambda part: isinstance(part, str)):
        if not is_text:
            tree.extend([as_tree(part) for part in parts if not isinstance(part, str)])
        elif len(tree):
            tree[-1].tail = "".join(map(str, parts))
        else:
            tree.text = "".join(map(str, parts))
    return tree


_BLOCKS: Final = frozenset(
    "ab abstract block blockquote body body.content bq br cell dd div div1 div2 div3 dl dt fn h1 h2 h3 h4 h5 "
    "h6 head hl1 hl2 hr item l lg li list ol p pre quote row section sp table td th tr ul".split()
)
_HYPHENS: Final = "-‐¬\u00ad"
_DROPPED: Final = frozenset("script style media fw figure teiHeader nitf-table-metadata".split())
_OF_HEAD: Final = frozenset("head byline dateline opener docDate docAuthor hedline".split())


def paragraphs_within(tree: Tree) -> list[str]:
    """Return the paragraphs of an element as HTML; its text, which may be HTML, if it has no elements."""
    if not len(tree):
        return [tree.text or ""]
    pieces: list[str] = []
    _gather(tree, pieces, _OF_HEAD)
    return [escape(text, quote=False) for block in "".join(pieces).split("\0") if (text := visible(block))]


def _gather(tree: Tree, pieces: list[str], dropped: frozenset[str] = frozenset()) -> None:
    pieces.append(tree.text or "")
    for part in tree:
        if part.tag == "lb":  # a line break, perhaps inside a word
            if part.get("break") == "no":
                pieces[-1] = pieces[-1].rstrip().rstrip(_HYPHENS)
            else:
                pieces.append(" ")
        elif part.tag not in _DROPPED and part.tag not in dropped:
            ends = "\0" if part.tag in _BLOCKS else ""
            pieces.append(ends)
            _gather(part, pieces)
            pieces.append(ends)
        pieces.append(part.tail or "")


def values_of(form: Format, whole: Tree, part: Tree) -> dict[str, Any]:
    """Return the fields of an item.

    Args:
        form: The format.
        whole: The item.
        part: The part of it to read; the item itself if it has none.
    """
    values: dict[str, Any] = {}
    for field, choices in form.fields.items():
        for paths in choices:
            found: list[str] = []
            for path in paths:
                for one in path.elements(whole if path.of_whole else part):
                    if field == "body":
                        found += paragraphs_within(one)
                    else:
                        found.append(path.value(one))
            if found := [text for text in found if text]:
                single = field in _SINGLE or (field != "body" and len(found) == 1)
                values[field] = found[0] if single else found
                break
    return values


_SINGLE: Final = frozenset({"title", "date", "url", "language", "guid", "id", "year", "day"})


def fields_in_mods(tree: Tree) -> dict[str, Any]:
    """Return the fields that a MODS record within another document states."""
    return as_foreign(values_of(_format("mods"), tree, tree))


_DETAILED: Final = "e"  # a kind of date in a field 008 that has month and day


def _of_library(values: dict[str, Any], form: str) -> None:
    """Complete the fields of formats that split a date or an identifier."""
    if form == "marcxml":
        control = values.pop("control", "")
        figures = control[7 : 15 if control[6:7] == _DETAILED else 11]
        if figures.isdigit():
            values["date"] = figures if len(figures) == 8 else figures[:4]
        else:
            values["date"] = values.get("date", "").strip(" .,;:[]©cp")
        values["language"] = values["language"] or control[35:38].strip()
        if number := values.get("record_number"):
            values["id"] = f"{values.pop('control_agency', '') or 'marc'}:{number}"
        values["title"] = values.get("title", "").rstrip(" /:;,.=")
    if form != "tei":
        as_foreign(values)


def _read(stream: io.BufferedReader, context: ReadContext, form_name: str) -> Iterator[RawItem]:
    form = _format(form_name)
    reader = AgencyReader(context) if form_name in AGENCIES else ForeignReader(context)
    with stream:
        for element in Items(Markup(stream, stream.peek()), form.items, context):
            local = element.name.rpartition(":")[2]
            if form_name == "newsml" and local != "newsItem":
                context.skip(element.first, message("skip.other_record", kind=local))
                continue
            whole = as_tree(element)
            for part in (form.part and whole.findall(form.part)) or [whole]:
                values = values_of(form, whole, part)
                values.setdefault("language", element.language)
                if form_name not in AGENCIES:
                    _of_library(values, form_name)
                if (item := reader.read(values, element.first, element.last)) is not None:
                    yield item


def __getattr__(name: str) -> Reader:
    """Return the reader of a format of the table, ``read_mods``."""
    whats = {f"read_{kind}": (kind, what) for kind, what, *_ in rows(__file__, "xml_kinds.tsv")}
    if name not in whats:
        raise AttributeError(name)
    form, what = whats[name]
    read = nonempty(message("sources.no_article_in", what=what))
    return read(lambda stream, context: _read(stream, context, form))

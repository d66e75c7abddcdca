"""Read XML and ninjs of news agencies, bibliographic records, and reference managers' XML.

Each row of ``xml_formats.tsv`` gives the location of a field in a format. The stream is parsed like a feed,
one item at a time. Items of agencies are read only if they are published articles.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from html import escape
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element as Tree  # only builds trees here; it parses no input

from indexer.data_tables import rows
from indexer.errors import message
from indexer.runtime import NamedTuple
from indexer.sources.feed_xml import Items, Markup
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.html_text import ELEMENTS, normalise_space
from indexer.sources.json_source import values_up_to_fault
from indexer.sources.references import normalise_fields
from indexer.sources.source import nonempty
from indexer.sources.stated_values import id_of

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.feed_xml import Element
    from indexer.sources.source import ReadContext, Reader


AGENCIES: Final = frozenset({"newsml", "newsml1", "nitf"})
"""The formats of XML whose items have a status."""

_NO_END: Final = message("skip.until_further_notice")
_TEXTS: Final = ("text", "composite")


class AgencyReader:
    """Reads the published items of a news agency.

    All versions of an item get the same id.
    """

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._reader = ForeignReader(context)
        self._now = datetime.now(UTC)

    def read(self, values: dict[str, Any], number: int, last: int | None = None) -> RawItem | None:
        """Read an item, or return ``None`` if it is skipped and reported."""
        if not self._is_published(values, number):
            return None
        guid = values.get("guid")
        item = self._reader.read(values, number, last)
        return item._replace(id=id_of(guid)) if item and guid else item

    def _is_published(self, values: dict[str, Any], number: int) -> bool:
        status = str(values.pop("status", "")).rpartition(":")[2].rpartition("/")[2].lower()
        kind = str(values.pop("class", "")).rpartition(":")[2].lower()
        if guid := str(values.pop("guid", "")):
            guid = ":".join(guid.split())
            values["guid"] = guid if ":" in guid else f"{values.get('provider', '')}:{guid}"
        if status.startswith(("cancel", "retract", "kill")):
            self._context.skip(number, message("skip.canceled", title=str(values.get("title", guid))[:80]))
            return False
        if kind and kind not in _TEXTS and not values.get("body"):
            self._context.skip(number, message("skip.no_text"))
            return False
        if until := self._embargo(values.pop("embargoed", None), status):
            if self._context.options.skip_embargoed:
                self._context.skip(number, message("skip.embargo", until=until))
                return False
            values["embargoed"] = until
        return True

    def _embargo(self, end: object, status: str) -> str:
        """Return the end of an embargo, or an empty text if there is no embargo or it has ended."""
        text = str(end or "").strip()
        if not text:
            return _NO_END if status in {"withheld", "embargoed"} else ""
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            return text
        return text if (time if time.tzinfo else time.replace(tzinfo=UTC)) > self._now else ""


_RENAMED: Final = {"uri": "guid", "pubstatus": "status", "type": "class", "by": "author"}
# ninjs 2 and 3 have lists of objects (`bodies`) for the fields that ninjs 1 has with a suffix (`body_xhtml`).
_LISTS: Final = {"headlines": "title", "bodies": "body", "descriptions": "summary", "bylines": "author"}
_LEFT_OUT: Final = frozenset("standard renditions associations profile altids rightsinfo mimetype".split())


@nonempty(message("sources.empty_ninjs"))
def read_ninjs(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the items of ninjs: a single item, a list of items, or an item per line."""
    reader = AgencyReader(context)
    items = chain.from_iterable(map(_items, values_up_to_fault(stream, context)))
    for number, item in enumerate(items, start=1):
        yield reader.read(_values(item), number)


def _items(value: object) -> Iterator[dict[str, Any]]:
    """Yield the items in a JSON value, which is an item or contains lists of items."""
    pending = [value]
    while pending:
        one = pending.pop()
        held = one
        if isinstance(one, dict):
            held = one.get("items") or one.get("associations")
            has_text = any(name.startswith(("body_", "bodies")) for name in one)
            if not held or ("uri" in one and (has_text or one.get("type") != "composite")):
                yield one
                continue
        values = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
        pending += reversed([*values])


def _values(item: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a ninjs item, with the names of other formats."""
    values: dict[str, Any] = {"date": item.get("versioncreated") or item.get("versionCreated")}
    for name, value in [(name.lower(), value) for name, value in item.items()]:  # ninjs 3.1 has capitals
        if field := _LISTS.get(name):
            values[field] = _texts(value, field)
        elif name.startswith("body_"):
            values["body"] = max(values.get("body", ""), str(value), key=_markup)
        elif name == "headline_main":
            values["title"] = value
        elif name not in _LEFT_OUT:
            values[_RENAMED.get(name, name)] = value
    return values


def _markup(text: str) -> tuple[int, int]:
    return text.count("<p"), len(text)


def _texts(value: object, field: str) -> object:
    """Return the main text in a list of text objects or, for the field ``author``, all texts."""
    held = value if isinstance(value, list) else []
    objects = [one for one in held if isinstance(one, dict) and one.get("value")]
    if field == "author":
        return [one["value"] for one in objects]
    best = max(objects, key=lambda one: (one.get("role") == "main", _markup(str(one["value"]))), default={})
    return best.get("value", "")


_PATH: Final = re.compile(r"(\^?)([^{]*?)(?:\{([^}]*)\})?(?:@([\w:. -]+))?")


class Path(NamedTuple):
    """A path from an XML item to the elements or attributes of a field.

    Attributes:
        of_whole: Whether the path begins at the item, not at a part of the item.
        steps: The path in the syntax of ElementTree.
        within: Paths to inner elements whose texts make up the value; empty to use the found element itself.
        attributes: The names of the attributes that make up the value.
    """

    of_whole: bool
    steps: str
    within: list[str]
    attributes: list[str]

    def elements(self, start: Tree) -> list[Tree]:
        """Return the elements to which the path leads from ``start``."""
        return start.findall(self.steps or ".")

    def value(self, found: Tree) -> str:
        """Return the text or attribute of an element that the path found."""
        texts = [value for name in self.attributes if (value := found.get(name))]
        texts += ["".join(one.itertext()) for path in self.within for one in found.iterfind(path)]
        if not self.attributes and not self.within:
            texts = ["".join(found.itertext())]
        return " ".join(texts).strip()


class Format(NamedTuple):
    """A format in the table of XML formats.

    Attributes:
        items: The names of the elements that are items.
        part: The path to the parts of an item that are read separately; empty if there are no parts.
        fields: For each field, groups of paths in order of preference. All paths of a group contribute to
            the value.
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
    """Convert an element to an ElementTree element without namespace prefixes."""
    tree = Tree(element.name.rpartition(":")[2], {"type": ""} | element.attributes)
    for is_text, parts in groupby(element.parts, lambda part: isinstance(part, str)):
        if not is_text:
            tree.extend([as_tree(part) for part in parts if not isinstance(part, str)])
        elif len(tree):
            tree[-1].tail = "".join(map(str, parts))
        else:
            tree.text = "".join(map(str, parts))
    return tree


_BLOCKS: Final = ELEMENTS["block of a record"]
_HYPHENS: Final = "-‐¬\u00ad"
_DROPPED: Final = frozenset("script style media fw figure teiHeader nitf-table-metadata".split())
_OF_HEAD: Final = frozenset("head byline dateline opener docDate docAuthor hedline".split())


def paragraphs_within(tree: Tree) -> list[str]:
    """Return the child elements of an element as HTML, or its text if it has no child elements."""
    if not len(tree):
        return [tree.text or ""]
    pieces: list[str] = []
    _gather(tree, pieces, _OF_HEAD)
    return [
        escape(text, quote=False) for block in "".join(pieces).split("\0") if (text := normalise_space(block))
    ]


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
        form: The format of the item.
        whole: The element of the item.
        part: The part of the item to read. It is ``whole`` if the item has no parts.
    """
    values: dict[str, Any] = {}
    for field, choices in form.fields.items():
        for paths in choices:
            pairs = [(path, one) for path in paths for one in path.elements(whole if path.of_whole else part)]
            texts = [paragraphs_within(one) if field == "body" else [path.value(one)] for path, one in pairs]
            if found := [text for held in texts for text in held if text]:
                single = field in _SINGLE or (field != "body" and len(found) == 1)
                values[field] = found[0] if single else found
                break
    return values


_SINGLE: Final = frozenset({"title", "date", "url", "language", "guid", "id", "year", "day"})


def fields_in_mods(tree: Tree) -> dict[str, Any]:
    """Return the fields of a MODS record within another document."""
    return normalise_fields(values_of(_format("mods"), tree, tree))


_DETAILED: Final = "e"  # the code in field 008 of MARC for a date with month and day


def _join_parts(values: dict[str, Any], form: str) -> None:
    """Join the parts of dates and identifiers that a format such as MARCXML splits."""
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
        normalise_fields(values)


def _read_records(
    stream: io.BufferedReader, context: ReadContext, form_name: str
) -> Iterator[RawItem | None]:
    form = _format(form_name)
    reader = AgencyReader(context) if form_name in AGENCIES else ForeignReader(context)
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
                _join_parts(values, form_name)
            yield reader.read(values, element.first, element.last)


def __getattr__(name: str) -> Reader:
    """Return the reader for a format of the table, such as ``read_mods``."""
    whats = {f"read_{kind}": (kind, what) for kind, what, *_ in rows(__file__, "xml_kinds.tsv")}
    if name not in whats:
        raise AttributeError(name)
    form, what = whats[name]
    read = nonempty(message("sources.no_article_in", what=what))
    return read(lambda stream, context: _read_records(stream, context, form))

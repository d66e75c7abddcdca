"""Records for programs: JSON, one object or an array, with every character as the archive has it.

JSON of many lines, as ``json.dumps`` lays it out with an indent of 1, in a fraction of its time.

The standard library encodes in C what has no indent alone; a server writes thousands of such answers. Beside
that, what JSON allows raw but a terminal obeys is escaped.

Hits as they stand in the JSON of an answer, written from their parts: records take four times as long.

What is written is what :func:`searcher.present.records.indented` makes of :meth:`searcher.Hit.to_record`.
"""

from __future__ import annotations

import json
import re
from copy import copy
from functools import lru_cache
from json.encoder import encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import checked
from indexer.countries.country_names import country_name
from searcher.facet_values import ConceptValue
from searcher.results import RECORD_FORMAT
from searcher.safe_text import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.evaluation.judge import Evaluation
    from searcher.facet_values import FacetValue
    from searcher.near_duplicates import DuplicateGroup
    from searcher.results import Hit, Results


if TYPE_CHECKING:
    Encode = Callable[[str], str]

# What JSON allows raw but a terminal obeys, a line reader splits at or no encoding can write.
_TO_ESCAPE: Final = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_NAMES: Final = {str}
_LISTS: Final = {list, tuple}
_CONSTANTS: Final = {None: "null", True: "true", False: "false"}


def indented(value: Any, *, ascii_only: bool = False, depth: int = 0) -> str:
    """Write a value as JSON.

    Args:
        value: What JSON has: mappings of strings, lists, strings, numbers; anything else as its ``str``.
        ascii_only: Whether all other characters are escaped.
        depth: How many levels stand around it.
    """
    return _indented_value(value, "\n" + " " * depth, encode_ascii if ascii_only else encode_text)


def encode_text(text: str) -> str:
    """Write a string as JSON, with what has to be escaped as such."""
    written = encode_basestring(text)
    if written.isascii() and "\x7f" not in written:
        return written
    return written if written.isprintable() else escaped(written)  # looking for each takes longer


def encode_ascii(text: str) -> str:
    """Write a string as JSON, with all characters beyond ASCII escaped."""
    return escaped(encode_basestring_ascii(text))


def escaped(text: str) -> str:
    """Escape in JSON what JSON allows raw."""
    if text.isascii() and "\x7f" not in text:
        return text
    return re.sub(_TO_ESCAPE, lambda found: f"\\u{ord(found[0]):04x}", text)


def _indented_value(value: Any, line: str, encode: Encode) -> str:
    kind = type(value)
    if kind is str:
        return encode(value)
    if value is None or kind is bool:
        return _CONSTANTS[value]
    if kind is int or (kind is float and isfinite(value)):
        return repr(value)
    inner = line + " "
    if kind is dict and (not value or set(map(type, value)) == _NAMES):
        # Most values are strings: a call for each would be half of the time.
        fields = [
            f"{encode(name)}: {encode(one) if type(one) is str else _indented_value(one, inner, encode)}"
            for name, one in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(fields)}{line}}}" if fields else "{}"
    if kind in _LISTS:
        found = [encode(one) if type(one) is str else _indented_value(one, inner, encode) for one in value]
        return f"[{inner}{f',{inner}'.join(found)}{line}]" if found else "[]"
    written = json.dumps(value, ensure_ascii=encode is encode_ascii, indent=1, default=str)
    return escaped(written).replace("\n", line)


CACHE_SIZE: Final = 1 << 10  # names of countries and lists of codes that are kept as they were written


def hit_texts(hits: Sequence[Hit], *, ascii_only: bool) -> list[str]:
    """Write each of some hits as JSON, as it stands in a list within an object.

    Args:
        hits: The hits.
        ascii_only: Whether all other characters are escaped.
    """
    encode = encode_ascii if ascii_only else encode_text
    return [_hit_text(hit, encode, ascii_only=ascii_only) for hit in checked(hits)]


def _hit_text(hit: Hit, encode: Encode, *, ascii_only: bool) -> str:
    details = hit.details
    day, source = details.date, details.source
    names = details.country_names
    countries = [
        _country(code, names.get(code, code), via, evidence, ascii_only)
        for code, via, evidence in details.countries
    ]
    date = (
        f'{{\n    "start": "{day.start.isoformat()}",\n    "end": "{day.end.isoformat()}",\n'
        f'    "kind": {encode(day.kind)}\n   }}'
        if day
        else "null"
    )
    same = indented(hit.to_record()["same"], ascii_only=ascii_only, depth=3) if hit.same else "[]"
    return (
        f'  {{\n   "rank": {hit.rank},\n   "id": {encode(hit.id)},\n   "score": {round(hit.score, 4)!r},\n'
        f'   "title": {_text_or_null(hit.title, encode)},\n'
        f'   "snippet": {_text_or_null(details.snippet, encode)},\n'
        f'   "date": {date},\n'
        f'   "language": {encode(details.language)},\n'
        f'   "languages": {_list(details.languages, ascii_only)},\n   "via": {_list(hit.via, ascii_only)},\n'
        f'   "countries": {_joined(countries)},\n'
        f'   "source": {{\n    "file": {encode(source.file)},\n'
        f'    "lines": [\n     {source.first},\n     {source.last}\n    ]\n   }},\n'
        f'   "url": {_text_or_null(details.url, encode)},\n   "same": {same}\n  }}'
    )


def _text_or_null(value: str | None, encode: Encode) -> str:
    return "null" if value is None else encode(value)


def _joined(texts: list[str]) -> str:
    between = ",\n"
    return f"[\n{between.join(texts)}\n   ]" if texts else "[]"


@lru_cache(CACHE_SIZE)
def _country(code: str, name: str, via: str, evidence: str, ascii_only: bool) -> str:  # noqa: FBT001 - a part of what is kept
    record = {"code": code, "name": name, "via": via, "evidence": evidence}
    return f"    {indented(record, ascii_only=ascii_only, depth=4)}"


@lru_cache(CACHE_SIZE)
def _list(codes: tuple[str, ...], ascii_only: bool) -> str:  # noqa: FBT001 - a part of what is kept
    return indented(codes, ascii_only=ascii_only, depth=3)


VALUE_CACHE_SIZE: Final = 1 << 12  # values of facets that are kept as they were written
_END_OF_VALUE: Final = "\n   }"
_SELECTED: Final = f',\n    "selected": true{_END_OF_VALUE}'
_NOT_SELECTED: Final = f',\n    "selected": false{_END_OF_VALUE}'
_NO_HITS: Final = '\n "hits": []'
_NO_FACETS: Final = '\n "facets": {}'  # line breaks inside a string are escaped: it stands once
_COUNTED = (
    *("format", "query", "total", "facets", "undated_left_out", "total_all_words", "relaxed", "notes"),
    *("generation", "query_language", "suggestion", "expansions", "unmatched"),
)


class JsonStream:
    """Writes records as JSON, with escapes for what a stream cannot hold."""

    def __init__(self, stream: TextIO, indent: int | None) -> None:
        """Write to a stream.

        Args:
            stream: Where to write.
            indent: Spaces for each level of a layout of many lines; None for one line.
        """
        self.write = TolerantStream(stream).write
        self._indent = indent
        encoding = getattr(stream, "encoding", None) or "utf-8"
        self.ascii = not encoding.lower().startswith("utf")

    def text(self, record: Mapping[str, Any]) -> str:
        """Write a record as JSON text."""
        if self._indent:
            return indented(record, ascii_only=self.ascii)
        return escaped(json.dumps(record, ensure_ascii=self.ascii, default=str))


@lru_cache(VALUE_CACHE_SIZE)
def _labelled(value: str, label: str, ascii_only: bool) -> str:  # noqa: FBT001 - a part of what is kept
    """Write a value of a facet up to its count; the same ones come again and again."""
    text = indented({"value": value, "label": label}, ascii_only=ascii_only, depth=3)
    return f'{text.removesuffix(_END_OF_VALUE)},\n    "count": '


def _facet_texts(values: Sequence[FacetValue], *, ascii_only: bool) -> list[str]:
    """Write the values of a facet as they stand in an answer; those of concepts have more parts."""
    if isinstance(values[0], ConceptValue):
        return [indented(value.to_record(), ascii_only=ascii_only, depth=3) for value in values]
    return [
        f"{_labelled(name, label, ascii_only)}{count}{_SELECTED if selected else _NOT_SELECTED}"
        for name, label, count, selected in values
    ]


class JsonWriter:
    """Writes one indented JSON object, which says its format first; of items an array, of one its record."""

    def __init__(self, stream: TextIO) -> None:
        self._out = JsonStream(stream, indent=1)

    def write_results(self, results: Results) -> None:
        """Write an answer with its hits and facets; of every hit each as it is read."""
        if isinstance(results.hits, list) or results.explanations or not results.hits:
            self._write_with_facets(results)
            return
        without = copy(results)
        without.hits = []
        self._write_streamed(without.to_record(), "hits", (hit.to_record() for hit in results.hits))

    def _write_with_facets(self, results: Results) -> None:
        """Write an answer; its hits and the values of its facets are most of it, and written from parts."""
        without = copy(results)
        without.facets = {}
        hits = ""
        if not results.explanations and results.hits:
            without.hits = []
            hits = ",\n".join(hit_texts(results.hits, ascii_only=self._out.ascii))
        before, mark, after = self._out.text(without.to_record()).partition(_NO_FACETS)
        if hits:
            head, _, between = before.rpartition(_NO_HITS)
            before = f'{head}\n "hits": [\n{hits}\n ]{between}'
        facets = [
            f'\n  "{name}": [\n   '
            + ",\n   ".join(_facet_texts(values, ascii_only=self._out.ascii))
            + "\n  ]"
            if values
            else f'\n  "{name}": []'
            for name, values in results.facets.items()
        ]
        found = f"{mark[:-1]}{','.join(facets)}\n }}" if facets else mark
        self._out.write(f"{before}{found}{after}\n")

    def write_rows(
        self,
        head: Mapping[str, Any],
        name: str,
        columns: Sequence[str],  # noqa: ARG002 - of CSV
        rows: Iterable[Mapping[str, Any]],
    ) -> None:
        """Write an object that ends with the array of the rows."""
        self._write_streamed({"format": RECORD_FORMAT, **head, name: []}, name, rows)

    def _write_streamed(
        self, record: Mapping[str, Any], name: str, rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Write a record whose list of that name is empty, with rows in it, each as it comes."""
        # Line breaks inside a string are escaped: this is the layout's.
        before, _, after = self._out.text(record).partition(f'\n "{name}": []')
        self._out.write(f'{before}\n "{name}": [')
        opening, closing = "", "]"
        for row in checked(rows):
            text = self._out.text(row).replace("\n", "\n  ")
            self._out.write(f"{opening}\n  {text}")
            opening, closing = ",", "\n ]"
        self._out.write(f"{closing}{after}\n")

    def write_facets(self, results: Results) -> None:
        """Write what an answer counted."""
        record = results.to_record()
        self._write({key: record[key] for key in _COUNTED})

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write an array, each item as it comes."""
        self._write_array(map(item_record, items))

    def _write_array(self, records: Iterable[Mapping[str, Any]]) -> None:
        opening = "[\n "
        for record in records:
            # Line breaks inside a JSON string are escaped: every newline here is one of the layout.
            self._out.write(opening + self._out.text(record).replace("\n", "\n "))
            opening = ",\n "
        self._out.write("[]\n" if opening.startswith("[") else "\n]\n")

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write an array of groups."""
        self._write_array(group.to_record() for group in groups)

    def write_item(self, *items: NewsItem) -> None:
        """Write an item's record, which says its format first; of several an array of records."""
        if len(items) == 1:
            self.write_info(item_record(items[0]))
        else:
            self.write_items(items)

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write names and values."""
        self._write({"format": RECORD_FORMAT, **info})

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures by topic, their means and the comparison, if there is one."""
        self.write_info(evaluation.to_record())

    def _write(self, record: Mapping[str, Any]) -> None:
        self._out.write(self._out.text(record) + "\n")


def item_record(item: NewsItem) -> dict[str, Any]:
    """Make the record of an item whose countries have their names, as those of a hit do."""
    record = item.to_record()
    for country in record["countries"]:
        about = {key: country.pop(key) for key in ("via", "evidence")}
        country.update(name=country_name(country["code"]), **about)
    return record

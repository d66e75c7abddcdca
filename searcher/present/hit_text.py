"""Hits as they stand in the JSON of an answer, written from their parts: records take four times as long.

What is written is what :func:`searcher.present.indented.indented` makes of :meth:`searcher.Hit.to_record`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.checkpoint import checked
from searcher.present.indented import encode_ascii, encode_text, indented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.present.indented import Encode
    from searcher.results import Hit

KNOWN: Final = 1 << 10  # names of countries and lists of codes that are kept as they were written


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
        f'   "title": {_text(hit.title, encode)},\n   "snippet": {_text(details.snippet, encode)},\n'
        f'   "date": {date},\n'
        f'   "language": {encode(details.language)},\n'
        f'   "languages": {_list(details.languages, ascii_only)},\n   "via": {_list(hit.via, ascii_only)},\n'
        f'   "countries": {_joined(countries)},\n'
        f'   "source": {{\n    "file": {encode(source.file)},\n'
        f'    "lines": [\n     {source.first},\n     {source.last}\n    ]\n   }},\n'
        f'   "url": {_text(details.url, encode)},\n   "same": {same}\n  }}'
    )


def _text(value: str | None, encode: Encode) -> str:
    return "null" if value is None else encode(value)


def _joined(texts: list[str]) -> str:
    between = ",\n"
    return f"[\n{between.join(texts)}\n   ]" if texts else "[]"


@lru_cache(KNOWN)
def _country(code: str, name: str, via: str, evidence: str, ascii_only: bool) -> str:  # noqa: FBT001 - a part of what is kept
    record = {"code": code, "name": name, "via": via, "evidence": evidence}
    return f"    {indented(record, ascii_only=ascii_only, depth=4)}"


@lru_cache(KNOWN)
def _list(codes: tuple[str, ...], ascii_only: bool) -> str:  # noqa: FBT001 - a part of what is kept
    return indented(codes, ascii_only=ascii_only, depth=3)

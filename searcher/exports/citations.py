"""Write items as citations for programs such as Zotero: RIS, CSL-JSON and BibLaTeX.

Dates are never more precise than in the index. RIS supports neither intervals nor estimates. For an interval,
a RIS record contains only the year or month that all its days share; for an estimate, it contains no date.
CSL-JSON and BibLaTeX support intervals, and mark estimates by ``circa`` or a tilde.
"""

from __future__ import annotations

import json
import re
from datetime import date
from hashlib import blake2b
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from indexer.countries.country_names import country_name
from searcher.safe_text import escape_json, legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from searcher.exports.exporting import Row

_PARAGRAPHS: Final = re.compile(r"\s*\n\s*")
_KINDS: Final = {
    "corrected": "the printed date is evidently a misprint; corrected from its neighbours",
    "inferred": "the year is not printed; inferred",
    "by_hand": "corrected by hand",
}


def write_ris(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a RIS record for each item."""
    for row in rows:
        lines = [f"{tag}  - {_one_line(value)}" for tag, value in _ris(row.record()) if value]
        yield "\r\n".join(["TY  - NEWS", *lines, "ER  - ", "", ""]).encode("utf-8", "replace")


def write_csl(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a CSL-JSON array with an object for each item."""
    opening = "[\n"
    for row in rows:
        text = json.dumps(_csl(row.record()), ensure_ascii=False).encode("utf-8", "replace").decode()
        yield f"{opening}{escape_json(text)}".encode()
        opening = ",\n"
    yield b"[]\n" if opening.startswith("[") else b"\n]\n"


def write_bib(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a BibLaTeX entry for each item."""
    for row in rows:
        record = row.record()
        values = [
            f"  {name} = {{{_WRITTEN.get(name, _escape_latex)(value)}}},\n"
            for name, value in _bib(record)
            if value
        ]
        key = _key(record["id"])
        yield f"@article{{{key},\n{''.join(values)}}}\n\n".encode("utf-8", "replace")


def _ris(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the RIS tags of an item with their values."""
    day = record["date"]
    yield "ID", record["id"]
    yield "TI", record["title"] or ""
    yield "AU", record.get("author", "")
    if day and day["kind"] != "estimated":
        known = _shared_date_parts(date.fromisoformat(day["start"]), date.fromisoformat(day["end"]))
        if known:
            yield "PY", known[0]
            yield "DA", "/".join([*known, "", "", ""][:3]) + "/"
    yield "SE", record.get("section", "")
    yield "LA", "" if record["language"] == "und" else record["language"]
    yield "UR", record["url"] or ""
    for keyword in _keywords(record):
        yield "KW", keyword
    yield "AB", record["body"]
    for note in _notes(record):
        yield "N1", note


def _bib(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the BibLaTeX fields of an item with their values."""
    day = record["date"]
    yield "title", record["title"] or ""
    yield "author", record.get("author", "")
    if day:
        start, end = date.fromisoformat(day["start"]), date.fromisoformat(day["end"])
        length = len("2018-03-14"[: (0, 4, 7, 10)[_whole_period(start, end)]])
        period = day["start"][:length] if length else f"{day['start']}/{day['end']}"
        sign = "~" * (day["kind"] == "estimated")
        yield "date", "/".join([f"{one}{sign}" for one in period.split("/")])
    yield "langid", {"en": "english", "es": "spanish", "fr": "french"}.get(record["language"], "")
    yield "url", record["url"] or ""
    yield "keywords", ", ".join(_keywords(record))
    yield "abstract", record["body"]
    yield "note", "; ".join(_notes(record))
    yield "usera", record["id"] if _key(record["id"]) != record["id"] else ""


_LATEX: Final = {ord(sign): f"\\{sign}" for sign in "{}&%$#_"} | {
    ord("\\"): r"\textbackslash{}",
    ord("~"): r"\textasciitilde{}",
    ord("^"): r"\textasciicircum{}",
}


def _key(item_id: str) -> str:
    """Return a citation key for an id, different for each id.

    Characters that keys cannot contain are replaced.
    """
    key = re.sub(r"[^\w:.-]", "-", item_id, flags=re.ASCII)
    if key == item_id:
        return key
    return f"{key}-{blake2b(item_id.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"


def _address(url: str) -> str:
    """Return a URL in which braces and backslashes are encoded."""
    return re.sub(r"[\s{}\\]", lambda found: quote(found[0]), _one_line(url))


def _escape_latex(text: str) -> str:
    """Escape LaTeX's special characters, and separate its ligatures, such as two hyphens."""
    return re.sub("(?<=[-'`])(?=[-'`])", "{}", _one_line(text).translate(_LATEX))


def _whole_name(text: str) -> str:
    """Put a name in braces, so that commas do not split it."""
    return f"{{{_escape_latex(text)}}}"


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {"url": _address, "date": str, "author": _whole_name}


def _csl(record: dict[str, Any]) -> dict[str, Any]:
    """Return the CSL-JSON record of an item."""
    day = record["date"]
    found = {
        "id": record["id"],
        "type": "article-newspaper",
        "title": record["title"],
        "author": [{"literal": record["author"]}] if record.get("author") else None,
        "issued": _csl_date(day) if day else None,
        "section": record.get("section"),
        "language": None if record["language"] == "und" else record["language"],
        "URL": record["url"],
        "keyword": ", ".join(_keywords(record)),
        "abstract": record["body"],
        "note": "; ".join(_notes(record)),
    }
    return {name: value for name, value in found.items() if value}


def _csl_date(day: dict[str, str]) -> dict[str, Any]:
    """Return the date of a day, a month, a year or a range in the form of CSL."""
    start, end = date.fromisoformat(day["start"]), date.fromisoformat(day["end"])
    parts = [[start.year, start.month, start.day], [end.year, end.month, end.day]]
    estimated = {"circa": True} if day["kind"] == "estimated" else {}
    whole = _whole_period(start, end)
    return {"date-parts": [parts[0][:whole]] if whole else parts, **estimated}


def _whole_period(start: date, end: date) -> int:
    """Return the number of date parts that a date range needs.

    It is 3 for a day, 2 for a whole month, 1 for a whole year, and 0 for any other range.
    """
    after = date.fromordinal(end.toordinal() + 1) if end < date.max else None
    if start == end:
        return 3
    if after is None or start.day != 1 or after.day != 1:
        return 0
    if (start.year, start.month) == (end.year, end.month):
        return 2
    return 1 if (start.month, end.month) == (1, 12) and start.year == end.year else 0


def _shared_date_parts(start: date, end: date) -> list[str]:
    """Return the date parts (year, month, day) that the first and last day share."""
    parts = zip(start.isoformat().split("-"), end.isoformat().split("-"), strict=True)
    return [first for first, _ in takewhile(lambda pair: pair[0] == pair[1], parts)]


def _keywords(record: dict[str, Any]) -> list[str]:
    """Return the distinct names of an item's countries, tags and collections."""
    countries = [country_name(country["code"]) for country in record["countries"]]
    return [*dict.fromkeys((*countries, *record.get("tags", ()), *record.get("collections", ())))]


def _notes(record: dict[str, Any]) -> list[str]:
    """Return notes: how the date was determined, the source, and the users' note."""
    day, (first, last) = record["date"], record["source"]["lines"]
    notes = []
    if day is None:
        notes.append("no date is known")
    elif day["kind"] == "estimated":
        notes.append(f"no date is stated; estimated between {day['start']} and {day['end']}")
    elif day["start"] != day["end"]:
        notes.append(f"dated {day['start']} to {day['end']}")
    if day is not None and day["kind"] in _KINDS:
        notes.append(f"date: {_KINDS[day['kind']]}")
    lines = f"line {first}" if first == last else f"lines {first}-{last}"
    own = [record["note"]] if record.get("note") else []
    return [*notes, f"source: {record['source']['file']}, {lines}", *own]


def _one_line(text: str) -> str:
    """Join the paragraphs of a text on one line, as RIS requires."""
    return legible(_PARAGRAPHS.sub(" ", text)).strip()

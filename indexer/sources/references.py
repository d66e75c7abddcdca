"""Read bibliographic references with texts, in RIS, CSL-JSON and BibTeX.

BibTeX values are in braces or quotation marks, and may contain LaTeX accents.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from indexer.data_tables import rows
from indexer.errors import message
from indexer.item import ItemDate
from indexer.sources.encoding import open_text, repair
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.json_source import values_up_to_fault
from indexer.sources.source import MAX_LINE_LENGTH, nonempty
from indexer.sources.stated_date import period, read_date

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    from indexer.item import DateKind, RawItem
    from indexer.sources.source import ReadContext


_COLUMNS: Final = ("ris", "bibtex", "csl")
FIELDS: Final = {
    kind: {name: row[0] for row in rows(__file__, "reference_fields.tsv") for name in row[1 + at].split()}
    for at, kind in enumerate(_COLUMNS)
}
"""The field for each name, by format."""

PROGRAM: Final = "program"
"""The meaning of names that are only useful to programs."""

_FIRST: Final = ("title", "summary", "url", "language", "section", "publication", "identifier", "year", "day")
_DATE: Final = re.compile(r"(\d{4})/(\d{0,2})/?(\d{0,2})(?:/.*)?")


def natural_name(written: str) -> str:
    """Convert a name to its natural order: ``Prieto, Ana`` becomes ``Ana Prieto``."""
    parts = [part.strip() for part in written.split(",")]
    return " ".join([parts[1], parts[0], *parts[2:]]).strip() if 1 < len(parts) < 4 else written.strip()


def reference_date(day: object, year: object = "") -> str:
    """Combine the day and the year of a reference to a date: ``5 March``, ``2018`` -> ``5 March 2018``.

    Args:
        day: The day as stated, perhaps with a year: ``2018/03/05/``, ``2018/03//``, ``5 March``.
        year: The year, or another date, as stated.
    """
    stated = [_iso(str(value).strip()) for value in (day, year)]
    candidates = [stated[0], f"{stated[0]} {stated[1][:4]}" if stated[0] else "", stated[1]]
    return next((text for text in candidates if read_date(text)), stated[0] or stated[1])


def _iso(text: str) -> str:
    found = _DATE.fullmatch(text)
    return "-".join([part.zfill(2) for part in found.groups("") if part]) if found else text


def fields_of_reference(pairs: Iterable[tuple[str, Any]], kind: str) -> dict[str, Any]:
    """Convert the tags and values of a reference to fields.

    Args:
        pairs: Tags with their values, in file order; a tag may occur several times.
        kind: The format, a key of ``FIELDS``.
    """
    meanings, values = FIELDS[kind], dict[str, Any]()
    for name, value in pairs:
        field = meanings.get(name, "" if kind == "ris" else name)
        if not field or field == PROGRAM or not value:
            continue
        if field not in values:
            values[field] = value
        elif field not in _FIRST:
            held = values[field] if isinstance(values[field], list) else [values[field]]
            values[field] = [*held, *(value if isinstance(value, list) else [value])]
    return values


def normalise_fields(values: dict[str, Any]) -> dict[str, Any]:
    """Merge the day and the year of a reference to a field ``date``, and put names in natural order."""
    if "day" in values or "year" in values:
        values["date"] = reference_date(values.pop("day", ""), values.pop("year", ""))
    for field in ("author", "editor"):
        if isinstance(names := values.get(field), (str, list)):
            values[field] = [natural_name(name) for name in ([names] if isinstance(names, str) else names)]
    return values


_TAG: Final = re.compile(r"\ufeff?([A-Z][A-Z0-9]) {0,2}-(?: (.*)|\s*)", re.DOTALL)
_CUT: Final = message("skip.cut_reference")

_OWN: Final = re.compile(r"(?:.*; )?source: .+, lines? [\d-]+", re.DOTALL)  # the note in Dragoman's exports
_INTERVAL: Final = re.compile(r"\b(dated|estimated between) (\d{4}-\d\d-\d\d) (?:to|and) (\d{4}-\d\d-\d\d)\b")


@nonempty(message("sources.empty_ris"))
def read_ris(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read RIS references one by one.

    The end tag of a reference may be missing.
    """
    reader = ForeignReader(context)
    for first, last, pairs in _ris(stream, context):
        values = fields_of_reference(((tag, "\n".join(lines)) for tag, lines in pairs), "ris")
        author = values.get("author")
        yield _as_exported(reader.read(normalise_fields(values), first, last), values, author)


def _ris(
    stream: io.BufferedReader, context: ReadContext
) -> Iterator[tuple[int, int, list[tuple[str, list[str]]]]]:
    """Yield each RIS reference.

    Yields:
        The numbers of its first and last line, and pairs of a tag and the lines of its value.
    """
    first, number = 0, 0
    pairs: list[tuple[str, list[str]]] = []
    with open_text(stream) as lines:
        for number, written in enumerate(iter(lambda: lines.readline(MAX_LINE_LENGTH), ""), start=1):
            line = repair(written).rstrip("\r\n")
            tag, value = found.groups("") if (found := _TAG.fullmatch(line)) else ("", line)
            if tag in {"TY", "ER"} and len(pairs) > 1:
                yield first, number - (tag == "TY"), pairs
            if tag == "TY" or (tag and not pairs):
                first, pairs = number, []
            if tag == "ER":
                pairs = []
            elif tag:
                pairs.append((tag, [value.strip()]))
            elif pairs and line.strip():
                pairs[-1][1].append(line.strip())
    if len(pairs) > 1:
        context.skip(first, _CUT, field=True)
        yield first, number, pairs


@nonempty(message("sources.empty_csl"))
def read_csl(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the references of CSL-JSON one by one."""
    reader, number = ForeignReader(context), 0
    for value in values_up_to_fault(stream, context):
        held = value.get("items") if isinstance(value, dict) else None
        for one in held if isinstance(held, list) else [value]:
            number += 1
            values = fields_of_reference(one.items(), "csl") if isinstance(one, dict) else {}
            for field in ("author", "editor"):
                if isinstance(names := values.get(field), list):
                    values[field] = [name for given in names if (name := _name(given))]
            day = _day(values.pop("day", None))
            item = reader.read(values, number)
            yield item and _as_exported(item._replace(date=day), values, item.author)


def _as_exported(item: RawItem | None, values: dict[str, Any], author: Any) -> RawItem | None:
    """Restore the id, date range and author of a reference that Dragoman exported.

    Any other reference is returned unchanged; so is ``None``, for a skipped reference.
    """
    notes, own = values.get("notes", ""), values.get("identifier")
    notes = notes if isinstance(notes, list) else [str(notes)]
    if not item or not own or not any(map(_OWN.fullmatch, notes)):
        return item
    day = item.date
    if found := _INTERVAL.search("; ".join(notes).partition("source: ")[0]):
        with suppress(ValueError):  # a user may have edited the note
            start, end = sorted(map(date.fromisoformat, found.group(2, 3)))
            day = ItemDate(start, end, "printed" if found[1] == "dated" else "estimated")
    return item._replace(id=own, date=day, stated=True, author=author)


def _name(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return str(value.get("literal") or " ".join([str(value[part]) for part in parts if value.get(part)]))


def _day(stated: object) -> ItemDate | None:
    """Return the date in a value of CSL-JSON, or None if it has none."""
    if not isinstance(stated, dict):
        return read_date(stated)
    parts = stated.get("date-parts")
    try:
        numbers = [[*map(int, one), 0, 0] for one in parts or ()]
        days = [period(year, month, day) for year, month, day, *_ in numbers]
    except (TypeError, ValueError):
        days = []
    if not days or not days[0] or not days[-1]:
        return read_date(stated.get("raw") or stated.get("literal"))
    kind: DateKind = "estimated" if stated.get("circa") else "printed"
    return ItemDate(days[0].start, max(days[0].end, days[-1].end), kind)


_START: Final = re.compile(r"\s*@\s*(\w+)\s*[{(]")
_BRACES: Final = re.compile(r"(?<!\\)[{}]")
_SIGN: Final = re.compile(r'(?<!\\)[{}"]')
_PART: Final = re.compile(r"""\s*(?:[{"]|([^\s,#{}"]+))""")
_MORE: Final = re.compile(r"\s*#")
_KEY: Final = re.compile(r"\s*@\s*(\w+)\s*[{(]\s*([^,={}\"]{0,300}?)\s*(?:,|(?==)|$)")
_NAME: Final = re.compile(r"[\s,]*([\w.:-]+)\s*=\s*")
_MONTHS: Final = "January February March April May June July August September October November".split()
_MONTHS.append("December")
_NO_ENTRIES: Final = frozenset({"comment", "preamble"})
_MAX_LENGTH: Final = 1 << 24  # characters of an entry


@nonempty(message("sources.empty_bibtex"))
def read_bibtex(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the entries of BibTeX one by one."""
    reader = ForeignReader(context)
    macros = {month[:3].lower(): month for month in _MONTHS}
    with open_text(stream) as lines:
        for first, last, text in _entries(lines, context):
            kind, key, pairs = _parse(text, macros)
            if kind == "string":
                macros.update({name: value for name, value in pairs if value})
            elif kind not in _NO_ENTRIES and pairs:
                values = _values(kind, pairs)
                item = reader.read(values, first, last)
                written = {name: plain_text(value) for name, value in pairs if name in {"usera", "author"}}
                values["identifier"] = written.get("usera", key)
                yield _as_exported(item, values, written.get("author"))


def _entries(lines: io.TextIOWrapper, context: ReadContext) -> Iterator[tuple[int, int, str]]:
    """Yield each BibTeX entry.

    An unclosed entry ends where the next begins.

    Yields:
        The numbers of its first and last line, and its text.
    """
    held: list[str] = []
    first = depth = size = number = 0
    for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE_LENGTH), ""), start=1):
        starts = _START.match(line) is not None
        if held and starts:
            context.skip(first, message("skip.open_entry"), field=True)
            yield first, number - 1, "".join(held)
            held = []
        if starts:
            first, depth, size = number, 0, 0
        elif not held:
            continue
        size += len(line)
        if size <= _MAX_LENGTH:
            held.append(repair(line))
        depth += sum(1 if brace == "{" else -1 for brace in _BRACES.findall(line))
        if depth <= 0:
            yield first, number, "".join(held)
            held = []
    if held:
        context.skip(first, message("skip.cut_entry"), field=True)
        yield first, number, "".join(held)


def _parse(text: str, macros: dict[str, str]) -> tuple[str, str, list[tuple[str, str]]]:
    """Return an entry's type, its citation key, and its fields with macros replaced."""
    start = _KEY.match(text)
    if start is None:
        return "comment", "", []
    kind = start[1].lower()
    at = start.start(2) if kind == "string" else start.end()
    pairs = []
    while found := _NAME.match(text, at):
        value, at = _value(text, found.end(), macros)
        pairs.append((found[1].lower(), value))
    return kind, start[2], pairs


def _value(text: str, at: int, macros: dict[str, str]) -> tuple[str, int]:
    """Parse a value, perhaps of parts concatenated with ``#``, and return it with the position after it."""
    parts: list[str] = []
    while found := _PART.match(text, at):
        at = found.end()
        if found[1]:
            parts.append(macros.get(found[1].lower(), found[1]))
        else:
            end = _end(text, at, quoted=found[0].endswith('"'))
            parts.append(text[at:end])
            at = end + 1
        if not (more := _MORE.match(text, at)):
            break
        at = more.end()
    return "".join(parts), at


def _end(text: str, start: int, *, quoted: bool) -> int:
    """Return the position of a closing brace or quotation mark, or the end of the text if it is missing."""
    depth = 0
    for sign in _SIGN.finditer(text, start):
        if depth <= 0 and sign[0] == ('"' if quoted else "}"):
            return sign.start()
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
    return len(text)


def _values(kind: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    written = dict(reversed(pairs))
    month = written.pop("month", "").strip()
    if month.isdecimal() and 0 < int(month[:4]) <= len(_MONTHS):
        month = _MONTHS[int(month) - 1]
    parts = (written.pop("day", ""), month, written.pop("year", ""))
    written["date"] = written.get("date", "").partition("/")[0] or " ".join([*filter(None, parts)])
    if subtitle := written.pop("subtitle", ""):
        written["title"] = f"{written.get('title', '')}: {subtitle}"
    found: list[tuple[str, Any]] = [("entrytype", kind)]
    for name, value in written.items():
        if name in {"author", "editor"}:
            found.append((name, _names(value)))
        else:
            found.append((name, plain_text(value)))
    return normalise_fields(fields_of_reference(found, "bibtex"))


def _names(written: str) -> list[str]:
    """Split a list of names at ``and``, and put each in its natural order."""
    names: list[list[str]] = []
    depth = 0
    for part in " ".join(written.split()).split(" and "):
        if depth > 0:
            names[-1].append(part)
        else:
            names.append([part])
        depth += part.count("{") - part.count("}")
    whole = map(" and ".join, names)
    plain = [plain_text(name) if name.startswith("{") else natural_name(plain_text(name)) for name in whole]
    return [name for name in plain if name not in {"", "others"}]


_TABLE: Final = rows(__file__, "latex.tsv")
_ACCENTS: Final = {command: chr(int(text, 16)) for kind, command, text in _TABLE if kind == "accent"}
# A pattern may leave a surplus brace, because all braces are removed later.
_ACCENT: Final = re.compile(r"\\([`'^\"~=.]|[uvHckrdb](?=[\s{]))\s?\{?(\\?[A-Za-z])\}?")
_SIGNS: Final = {command: text for kind, command, text in _TABLE if kind == "sign"}
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)\*?\s?|\\([^A-Za-z\s])")
_LINK: Final = re.compile(r"\\href\s?\{[^{}]{0,2000}\}")
_LIGATURES: Final = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " "))
_HIDDEN: Final = {"{": "\ue000", "}": "\ue001", "~": "\ue002", "-": "\ue003"}


def plain_text(written: str) -> str:
    """Convert a value with LaTeX commands to plain text."""
    text = written
    if "\\" in text:
        text = _ACCENT.sub(_accented_letter, _LINK.sub("", text))
        text = _COMMAND.sub(_sign, text)
    for marks, sign in _LIGATURES:
        text = text.replace(marks, sign)
    text = text.replace("{", "").replace("}", "")
    for sign, hidden in _HIDDEN.items():
        text = text.replace(hidden, sign)
    return text.strip()


def _accented_letter(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[2].lstrip("\\") + _ACCENTS[found[1]])


def _sign(found: re.Match[str]) -> str:
    sign = _SIGNS.get(found[1] or found[2], "")
    return _HIDDEN.get(sign, sign)

"""Read BibTeX and BibLaTeX: entries as a stream, values in braces or quotation marks, accents of LaTeX."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from indexer.data_tables import rows
from indexer.errors import message
from indexer.sources.encoding import open_text, repair
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.references import as_foreign, fields_of_reference, natural_name
from indexer.sources.source import MAX_LINE_LENGTH, nonempty

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadContext


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
def read(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem]:
    """Read the entries of BibTeX, one at a time."""
    reader = ForeignReader(context)
    macros = {month[:3].lower(): month for month in _MONTHS}
    with open_text(stream) as lines:
        for first, last, text in _entries(lines, context):
            kind, pairs = _parse(text, macros)
            if kind == "string":
                macros.update({name: value for name, value in pairs if value})
            elif kind not in _NO_ENTRIES and pairs:
                values = _values(kind, pairs)
                if (item := reader.read(values, first, last)) is not None:
                    yield item


def _entries(lines: io.TextIOWrapper, context: ReadContext) -> Iterator[tuple[int, int, str]]:
    """Yield the entries with their first and last line; an unclosed one ends before the next one."""
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


def _parse(text: str, macros: dict[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Return the kind of an entry, and its fields as written, macros replaced."""
    start = _KEY.match(text)
    if start is None:
        return "comment", []
    kind = start[1].lower()
    at = start.start(2) if kind == "string" else start.end()
    pairs = []
    while found := _NAME.match(text, at):
        value, at = _value(text, found.end(), macros)
        pairs.append((found[1].lower(), value))
    return kind, pairs


def _value(text: str, at: int, macros: dict[str, str]) -> tuple[str, int]:
    """Return a value, concatenated at ``#``, and the position after it."""
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
    """Return the position of the closing brace or quotation mark; the end of the text if it is missing."""
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
    return as_foreign(fields_of_reference(found, "bibtex"))


def _names(written: str) -> list[str]:
    """Split names at each ``and`` outside of braces, and put them in their natural order."""
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
# All braces are removed later, so that one too many is no harm.
_ACCENT: Final = re.compile(r"\\([`'^\"~=.]|[uvHckrdb](?=[\s{]))\s?\{?(\\?[A-Za-z])\}?")
_SIGNS: Final = {command: text for kind, command, text in _TABLE if kind == "sign"}
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)\*?\s?|\\([^A-Za-z\s])")
_LINK: Final = re.compile(r"\\href\s?\{[^{}]{0,2000}\}")
_LIGATURES: Final = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " "))
_HIDDEN: Final = {"{": "\ue000", "}": "\ue001", "~": "\ue002", "-": "\ue003"}


def plain_text(written: str) -> str:
    """Convert a value with commands of LaTeX to text."""
    text = written
    if "\\" in text:
        text = _ACCENT.sub(_accented, _LINK.sub("", text))
        text = _COMMAND.sub(_sign, text)
    for marks, sign in _LIGATURES:
        text = text.replace(marks, sign)
    text = text.replace("{", "").replace("}", "")
    for sign, hidden in _HIDDEN.items():
        text = text.replace(hidden, sign)
    return text.strip()


def _accented(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[2].lstrip("\\") + _ACCENTS[found[1]])


def _sign(found: re.Match[str]) -> str:
    sign = _SIGNS.get(found[1] or found[2], "")
    return _HIDDEN.get(sign, sign)

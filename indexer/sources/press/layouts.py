"""Read the fields of an article from its lines, in the layout of each press database."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from indexer.data_tables import names_in_cell, rows
from indexer.dates.date_grammar import MAYBE_WEEKDAY, fold
from indexer.sources.article import are_names
from indexer.sources.html_text import normalise_space
from indexer.sources.press.lines import BOLD, BREAK, CELL
from indexer.sources.stated_date import read_date
from indexer.sources.stated_values import read_language_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.sources.press.lines import Line

    Fields = dict[str, list[str]]

LEFT_OUT: Final = "-"
"""The field of lines that are not part of an article."""

_LONGEST: Final = 40  # characters of a label
_CODE: Final = re.compile(r"([A-Z]{2,3})(?:\s*$|\t\s*|\s{2,})(.*)")
_SPACES: Final = re.compile(r"[\s-]+")


@cache
def _labels(system: str) -> dict[str, str]:
    return {
        _key(label): field
        for name, field, *cells in rows(__file__, "labels.tsv")
        if name == system
        for cell in cells
        for label in names_in_cell(cell)
    }


@cache
def styles_of(system: str) -> dict[str, str]:
    """Map the classes, ids and names of elements to fields."""
    table = rows(__file__, "styles.tsv")
    return {value: field for name, field, values in table if name == system for value in values.split()}


def find_code(text: str) -> tuple[str, str] | None:
    """Split a line that begins with a Factiva field code.

    Returns:
        The field, and the rest of the line; ``None`` if the line does not begin with a field code.
    """
    found = _CODE.fullmatch(text.strip(" \u00a0"))
    field = _labels("factiva").get(found[1].lower()) if found else None
    return (field, found[2]) if found and field else None


def find_label(text: str, system: str) -> tuple[str, str, str] | None:
    """Split a line that begins with a label into the field, the label and the rest of the line.

    The result is ``None`` if the line does not begin with a label.

    Args:
        text: The line.
        system: The name of the system. A label that is a whole line, such as *Body*, may lack the colon.
    """
    colon = text.find(":", 0, _LONGEST)
    if colon < 0 and len(text) > _LONGEST:
        return None
    name = (text if colon < 0 else text[:colon]).strip()
    field = _labels(system).get(_key(name)) if name else None
    return (field, name, text[colon + 1 :].strip() if colon >= 0 else "") if field else None


@lru_cache(1 << 14)
def _key(label: str) -> str:
    return _SPACES.sub(" ", fold(label)).strip()


_HEAD: Final = "head"  # lines without a label before the text
_UNSTYLED: Final = frozenset({"", BOLD, CELL})
_MAX_HEAD: Final = 12  # lines before the text of an article without labels
_MAX_TITLE: Final = 400  # characters
_MAX_DATE: Final = 150

COPYRIGHT: Final = re.compile(
    r"(?:copyright|\(c\)|©|℗)[\s,.:]*(?:\(c\)|©)?\s*(?:19|20)?\d{0,2}\b", re.IGNORECASE
)
"""The beginning of a copyright notice."""

NUMBERED: Final = r"(?:Document|Documento|Dokument) [A-Za-z][A-Za-z0-9]{2,9}(?:19|20)\d{6}[a-z0-9]{6,12}"
"""The last line of an article of Factiva, with its number."""

_ID_LINE: Final = re.compile(NUMBERED)
_BY: Final = re.compile(r"^(?:by|por|par)\s+", re.IGNORECASE)
_NOTICE: Final = re.compile(
    r"(?:(?:correction|clarification|update|editors' note) appended|link to (?:image|pdf|original.*)|"
    r"return to list|enlarge this image|"
    r"all rights reserved|tous droits réservés|todos los derechos reservados|"
    r"(?:proquest document link|(?:enlace|lien) .{2,10} documento?s? (?:de )?proquest))\W*",
    re.IGNORECASE,
)
_APPENDED: Final = re.compile(r"(?i)\s+[-–]\s+(?:correction|clarification|update) appended$")
_EDITION: Final = re.compile(r"(?i)(?:\S+ ){0,6}(?:edition|edición|édition)(?:[ -]{1,3}[\w-]{1,12})?[;.,]?")
_COUNT_OF_WORDS: Final = re.compile(r"(?i)\d[\d.,\s]{0,9}(?:words?|palabras?|mots?|wörter)")
_CODE_OF_SOURCE: Final = re.compile(r"[A-Z][A-Z0-9]{1,8}")
_CLOCK: Final = re.compile(r"\d{1,2}[:.h]\d\d.{0,12}")
_PAGE: Final = re.compile(
    r"(?:^|[;,])\s*(?:(?i:pgs?\.|page|págs?\.|página|p\.)\s*([\w.-]{1,12})|([A-Z]{1,2}\d{1,3}))\s*(?=[;,]|$)"
)
_PAGE_BEHIND: Final = re.compile(r"(?i)[\s,]+(?:p|pág|pg)\.\s*([\w-]{1,12}(?:[,\s]+[\w-]{1,8}){0,3})$")
_NUMBER_OF_PAGE: Final = re.compile(r"[A-Z]{0,4}[-.]?\d{1,4}[A-Z]?")
_PARTS_IN_BODY: Final = frozenset(
    {LEFT_OUT, "load_date", "graphic", "notes", "correction", "correction_date"}
)


def read_factiva(lines: Sequence[Line]) -> Fields:
    """Read the fields of a Factiva article by field code, style or position."""
    fields: Fields = defaultdict(list)
    field = _HEAD
    coded = False
    for line in _widen_codes(lines):
        text = normalise_space(line.text)
        code = find_code(line.text) if line.style in {"", BOLD, CELL, "code"} else None
        if code and (coded or line.style != "" or code[0] in {"title", "section"}):
            coded, field, text = True, code[0], normalise_space(code[1])
        elif coded and _ID_LINE.fullmatch(text):
            field = "id"
        if text and coded:
            fields[field].append(text)
        elif text:
            named = line.style not in _UNSTYLED and line.style
            fields[str(named or _HEAD)].append(text)
            if not named:
                fields["order"].append("body" if fields["body"] else line.style)
    if not coded:
        _read_order(fields)
    fields["id"] = [text.rpartition(" ")[2] for text in fields["id"]]
    fields.pop("order", None)
    return fields


_ONE_SPACE: Final = re.compile(r"([A-Z]{2,3}) (?=\S)")
_BEHIND_TEXT: Final = frozenset("codes keywords publisher restrictor notes contact id".split())
_LISTS: Final = frozenset("companies industries subjects countries".split())  # fields like "uk : Kingdom"
_WRAPPED: Final = 2  # maximum of consecutive lines without a code after the text, such as wrapped subjects


def _widen_codes(lines: Sequence[Line]) -> Sequence[Line]:
    """Widen the space after field codes, if an article has only single spaces there.

    Words in capitals may look like codes. So only the lines before and after the text, and the first lines of
    lead and body, are changed.
    """
    has_codes = any(line.text.startswith("HD ") for line in lines)
    if not has_codes or any((found := find_code(line.text)) and found[1] for line in lines):
        return lines
    wide = [line._replace(text=_ONE_SPACE.sub(r"\1  ", line.text, count=1)) for line in lines]
    codes = [code[0] if (code := find_code(line.text)) else "" for line in wide]
    lead = next((at for at, code in enumerate(codes) if code in {"lead", "body"}), len(lines) - 1)
    body = codes.index("body", lead) if "body" in codes[lead:] else lead
    behind = len(lines)
    for at in range(len(lines) - 1, body, -1):
        if behind - at > _WRAPPED + 1:
            break
        if codes[at] in _BEHIND_TEXT or (codes[at] in _LISTS and " : " in lines[at].text):
            behind = at
    text = [wide[at] if at == body else lines[at] for at in range(lead + 1, behind)]
    return [*wide[: lead + 1], *text, *wide[behind:]]


def _read_order(fields: Fields) -> None:
    """Read the fields of a Factiva article without styles, by their position relative to the word count."""
    lines, styles = fields.pop(_HEAD, []), fields["order"]
    at = next((at for at, text in enumerate(lines[:_MAX_HEAD]) if _COUNT_OF_WORDS.fullmatch(text)), None)
    if lines and _ID_LINE.fullmatch(lines[-1]):
        fields["id"] = [lines.pop()]
    if at is None:
        fields["body"] += lines
        return
    before = lines[:at]
    if not fields["title"] and before:
        bold = next((number for number in range(at) if styles[number] == BOLD), None)
        if bold is None:
            bold = 0 if at == 1 or _is_author(before[1]) else 1
        fields["title"] = [before[bold]]
        fields["author"] += before[bold + 1 :]
        fields["section"] = before[:bold]
    else:
        if not fields["author"] and len(before) > 1 and _is_author(before[-1]):
            fields["author"] = [before.pop()]
        fields["section"] = before[:1]
    fields["words"] = [lines[at]]
    rest = _read_behind_words(lines[at + 1 :], fields)
    is_short = rest and len(rest[-1]) < 100 and rest[-1][-1] not in '.!?…”"»'
    if is_short and (fields["body"] or len(rest) > 1):
        fields["publisher"] = [rest.pop()]
    fields["body"] += rest


def _read_behind_words(lines: list[str], fields: Fields) -> list[str]:
    """Read the fields after the word count, and return the lines of the text."""
    names = iter(("date", "source", "source_code", "page", "language", "copyright"))
    name = next(names)
    for at, text in enumerate(lines):
        if name == "source" and _CLOCK.fullmatch(text):
            fields["time"].append(text)
        elif name == "page" and read_language_name(text) and not _NUMBER_OF_PAGE.fullmatch(text):
            fields["language"], name = [text], "copyright"
        elif name == "page":
            is_number = _NUMBER_OF_PAGE.fullmatch(text) is not None
            fields["page" if is_number else "edition"].append(text)
        elif name == "copyright":
            if not COPYRIGHT.match(text):
                return lines[at:]
            fields[name] = [text]
            return lines[at + 1 :]
        elif name == "source_code" and not _CODE_OF_SOURCE.fullmatch(text):
            fields["source"].append(text)
        else:
            fields[name].append(text)
            name = next(names)
        if at > _MAX_HEAD:
            break
    return lines[at + 1 :] if lines else []


def read_nexis(lines: Sequence[Line]) -> Fields:
    """Read a Nexis article: the source, day, title, labelled fields, text, and more labelled fields."""
    fields = _read_labels(lines, "nexis", _is_part_of_nexis)
    head = fields.pop(_HEAD, [])
    day = next((at for at, text in enumerate(head[:6]) if _is_date(text)), None)
    if day is None:
        fields["source"] += head[:1]
        rest = head[1:]
    else:
        fields["date"] = [head[day]]
        fields["source"] += head[:1] if day else []
        rest = head[1:day] + head[day + 1 :]
    while rest and (
        _EDITION.fullmatch(rest[0]) or (fields["edition"][-1:] and fields["edition"][-1].endswith(";"))
    ):
        fields["edition"].append(rest.pop(0))
    return _take_title(fields, rest)


def read_lexis(lines: Sequence[Line]) -> Fields:
    """Read a Nexis Uni article: the title, source, day, labelled fields, and text."""
    fields = _read_labels(_remove_cover(lines), "nexis", _is_part_of_lexis)
    head = fields.pop(_HEAD, [])
    day = next((at for at, text in enumerate(head) if at and _is_date(text)), len(head))
    fields["date"] = head[day : day + 1]
    fields["source"] = head[max(day - 1, 1) : day]
    fields["edition"] += head[day + 1 :][:1]
    return _take_title(fields, head[: max(day - 1, 1)])


def _remove_cover(lines: Sequence[Line]) -> Sequence[Line]:
    """Remove the cover page, which ends at the last page break before the text."""
    start = 0
    for at, line in enumerate(lines):
        if line.style == BREAK:
            start = at
        elif (label := find_label(normalise_space(line.text), "nexis")) and label[0] in {"body", "words"}:
            break
    return lines[start:]


def _take_title(fields: Fields, head: list[str]) -> Fields:
    """Set the title from the unlabelled lines before the text (``head``), unless a field has the title.

    If there are more than three lines, or they are too long, only the first line is the title.
    """
    if not fields["title"]:
        whole = len(head) <= 3 and sum(map(len, head)) <= _MAX_TITLE
        fields["title"], rest = ([" ".join(head)], []) if whole else (head[:1], head[1:])
        fields["title"] = [_APPENDED.sub("", text) for text in fields["title"]]
        fields["body"] = rest + fields["body"]
    if "highlight" in fields and not fields["body"]:
        fields["body"] = fields.pop("highlight")
    name, _, edition = " ".join(fields["source"]).partition(" - ")
    if _EDITION.fullmatch(edition):
        fields["source"], fields["edition"] = [name], [edition]
    sections = " ".join(fields.pop("section", []))
    fields["page"] += [found[1] or found[2] for found in _PAGE.finditer(sections)][:1]
    fields["section"] = [_PAGE.sub("", sections).strip(" ;,")]
    return fields


def _is_part_of_nexis(field: str, label: str, *, in_body: bool) -> bool:
    return label.isupper() or (not in_body and field == "body")


def _is_part_of_lexis(field: str, label: str, *, in_body: bool) -> bool:
    return field in _PARTS_IN_BODY if in_body else not label.isupper() or label == "URL"


def _read_labels(
    lines: Sequence[Line], system: str, accepts: Callable[..., bool], *, field_after: str = "body"
) -> Fields:
    """Read the fields that begin with a label.

    Args:
        lines: The lines of an article.
        system: The name of the table of labels.
        accepts: Returns whether a label counts, given its field, its spelling, and whether the text has
            begun.
        field_after: The field of lines that follow a labelled value before the text. Such lines after the
            text are dropped.
    """
    fields: Fields = defaultdict(list)
    field = _HEAD
    waits = False  # whether the value of the last label follows on the next line
    for line in lines:
        text = normalise_space(line.text)
        if not text or _NOTICE.fullmatch(text):
            continue
        if (found := find_label(text, system)) and accepts(found[0], found[1], in_body=field == "body"):
            field, label, text = found
            waits = not text
            if text:
                fields[field].append(label if field == "unread" else text)
        elif field == _HEAD and COPYRIGHT.match(text):
            fields["copyright"].append(text)
        elif field == "body" and COPYRIGHT.match(text) and len(text) < _MAX_TITLE:
            field = "copyright"
            fields[field].append(text)
        else:
            if field not in {_HEAD, "body"} and not waits:
                field = LEFT_OUT if fields["body"] else field_after
            fields[field].append(text)
            waits = False
    return fields


def read_proquest(lines: Sequence[Line]) -> Fields:
    """Read a ProQuest article: the title, then labelled fields."""
    fields = _read_labels(lines, "proquest", lambda *_, **__: True, field_after=LEFT_OUT)
    head = fields.pop(_HEAD, [])
    fields["title"] = fields["title"] or head[:1]  # a citation may follow
    if fields["body"]:
        fields["abstract"] = fields.pop("lead", [])
    fields["source"] = [text.partition("; ")[0] for text in fields["source"]]
    return fields


def read_europresse(lines: Sequence[Line]) -> Fields:
    """Read the fields of a Europresse article by style or position."""
    fields: Fields = defaultdict(list)
    field = _HEAD
    styled = any(line.style == "title" for line in lines)
    for line in lines:
        text = normalise_space(line.text)
        if not text:
            continue
        if line.style not in _UNSTYLED:
            label = find_label(text, "europresse") if line.style == "notes" else None
            fields[label[0] if label else line.style].append(label[2] if label else text)
            field = "behind" if line.style == "title" else field
        elif label := find_label(text, "europresse"):
            field, _, text = label
            fields[field].append(text)
        elif field in {"behind", "body"} and COPYRIGHT.match(text) and len(text) < _MAX_TITLE:
            field = "copyright"
            fields[field].append(text)
        elif field == "behind":
            field = "body"
            is_author = not fields["author"] and _is_author(text, least=1)
            fields["author" if is_author else "body"].append(text)
        elif field == _HEAD and not styled:
            name = "header" if _read_header(text) else "source"
            name = "title" if fields["header"] else name
            fields[name].append(text)
            field = "behind" if name == "title" else field
        else:
            fields[LEFT_OUT if field not in {_HEAD, "body"} else field].append(text)
    return _split_header(fields)


def _split_header(fields: Fields) -> Fields:
    """Split the line below the source into section, day and page."""
    header = " ".join(fields.pop("header", [])).replace(" ,", ",")
    page = _PAGE_BEHIND.search(header)
    fields["page"] += [page[1]] if page else []
    section, day = _read_header(header) or ("", header)
    fields["section"], fields["date"] = [section], [day]
    fields["kicker"] = fields.pop(_HEAD, [])
    name, comma, number = " ".join(fields["source"]).partition(", n")
    if comma and number.lstrip("o°º. ")[:1].isdigit():
        fields["source"], fields["issue"] = [name], [number.lstrip("o°º. ")]
    fields["id"] = fields["id"][:1]
    return fields


def _read_header(text: str) -> tuple[str, str] | None:
    """Split a line into the text before a date, and the date, or return ``None`` if there is no date."""
    if len(text) > _MAX_TITLE:
        return None
    parts = [part.strip() for part in _PAGE_BEHIND.sub("", text).split(",")]
    for at in reversed(range(len(parts))):
        if _is_date(day := ", ".join(parts[at:])):
            is_weekday = at and re.fullmatch(MAYBE_WEEKDAY, fold(parts[at - 1]))
            return ", ".join(parts[: at - 1 if is_weekday else at]), day
    return None


def _is_date(text: str) -> bool:
    return len(text) <= _MAX_DATE and read_date(text) is not None and any(map(str.isalpha, text))


def _is_author(text: str, least: int = 2) -> bool:
    """Return whether a line is a by-line or looks like names."""
    if len(text) > 100 or text[-1] in ".!?:":
        return False
    if _BY.match(text):
        return True
    words = text.replace(",", " ").replace(";", " ").replace("/", " ").split()
    return are_names(words) and least <= len(words) <= 8 and (least == 1 or not text.isupper())


def remove_by(text: str) -> str:
    """Remove *By* at the beginning of a by-line."""
    return _BY.sub("", text, 1)

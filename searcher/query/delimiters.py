"""Match quotation marks and parentheses: each one without a partner, or nested too deeply, is left out.

Within a regular expression or a range, no sign and no space is a delimiter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from searcher.query.chunks import FILTERS, LOCAL_FIELDS, REGEX
from searcher.query.limits import DEEPEST, QUOTATION_MARKS, located

if TYPE_CHECKING:
    from searcher.query.notes import Notes

# The signs within regular expressions and ranges, replaced by characters of no script.
_HIDDEN: Final = {ord(sign): 0xE000 + number for number, sign in enumerate('()" &|')}
_SHOWN_AGAIN: Final = {hidden: sign for sign, hidden in _HIDDEN.items()}
_RANGE: Final = re.compile(
    r'(?<![^\s(+!-])([^\s()":+!\[\]-][^\s()":\[\]]*):\[[^\s()"\[\]]+ TO [^\s()"\[\]]+\]'
)
_STRAIGHT: Final = dict.fromkeys(map(ord, QUOTATION_MARKS), '"')
_INCH_OR_PHRASE: Final = re.compile(r'(?<=\d)"(?![^\s.,;:!?)])|"[^"]*"')
_PARENTHESIS_OR_PHRASE: Final = re.compile(r'[()]|"[^"]*"')
# Typed instead of an apostrophe: d"accord, ferry"s. Between two whole words it is not one.
_APOSTROPHE: Final = re.compile(r"(?<!\w)\w{1,2}'\w|\w'\w{1,2}(?!\w)")

_SHOWN: Final = 24  # characters up to which a note shows a whole word


def matched(text: str, notes: Notes) -> str:
    """Return a query of the same length in which each delimiter has a partner.

    It has straight quotation marks only; what is no delimiter is hidden, see :func:`shown`.
    """
    text = _hidden(text.translate(_STRAIGHT), notes)
    return _shallow(_balanced(_paired(text, notes), notes), notes)


def shown(text: str) -> str:
    """Restore the signs that :func:`matched` hides."""
    return text.translate(_SHOWN_AGAIN)


def _hidden(text: str, notes: Notes) -> str:
    """Hide the signs within regular expressions and ranges of fields."""

    def of_range(found: re.Match[str]) -> str:
        name = found[1].casefold()
        known = name in notes.custom_fields or LOCAL_FIELDS.get(name, name) in FILTERS
        return found[0].translate(_HIDDEN) if known else found[0]

    text = REGEX.sub(lambda regex: regex[0].translate(_HIDDEN), text) if "/" in text else text
    return _RANGE.sub(of_range, text) if "[" in text else text


def _paired(text: str, notes: Notes) -> str:
    """Replace unmatched quotation marks by the characters that they were typed for."""
    text = _INCH_OR_PHRASE.sub(lambda found: " " if found[0] == '"' else found[0], text)
    if text.count('"') % 2 == 0:
        return text
    at = text.rindex('"')
    before, after = text[:at], text[at + 1 :]
    if _APOSTROPHE.search(f"{before[-3:]}'{after[:3]}"):
        return f"{before}'{after}"
    if not before[-1:].isdigit():  # else it is an inch sign
        notes.add(
            at,
            message("query.open_quotation"),
            message("query.read_without_quotation", query=_around(notes.query, at)),
        )
    if before.endswith((":", "+", "-")) and not after[:1].isspace():
        # The field or sign belongs to the following word.
        start = at - len(re.split(r'[\s"]', before)[-1])
        return f"{text[:start]} {text[start:at]}{after}"
    return f"{before} {after}"


def _balanced(text: str, notes: Notes) -> str:
    """Replace each unmatched parenthesis by a space."""
    opened: list[int] = []
    unopened: list[int] = []
    for found in _PARENTHESIS_OR_PHRASE.finditer(text):
        if found[0] == "(" or (found[0] == ")" and not opened):
            (opened if found[0] == "(" else unopened).append(found.start())
        elif found[0] == ")":
            opened.pop()
    for at in (*unopened, *reversed(opened)):
        name = "open" if text[at] == "(" else "closing"
        fault = message("query.open_parenthesis" if name == "open" else "query.closing_parenthesis")
        notes.add(at, fault, message(f"query.read_without_{name}", part=_around(notes.query, at)))
    return _blanked(text, {*opened, *unopened})


def _shallow(text: str, notes: Notes) -> str:
    """Replace the parentheses nested too deeply by spaces; all are balanced."""
    if text.count("(") <= DEEPEST:
        return text
    depth = 0
    deep: list[int] = []
    for found in _PARENTHESIS_OR_PHRASE.finditer(text):
        depth += found[0] == "("
        if found[0] in ("(", ")") and depth > DEEPEST:
            deep.append(found.start())
        depth -= found[0] == ")"
    if deep:
        where = located(text[deep[0] :], deep[0])
        notes.beyond(
            message("query.too_many_parentheses", deepest=DEEPEST, where=where),
            message("query.read_without_parentheses", deepest=DEEPEST, where=where),
        )
    return _blanked(text, set(deep))


def _blanked(text: str, places: set[int]) -> str:
    return "".join([" " if at in places else sign for at, sign in enumerate(text)]) if places else text


def _around(text: str, at: int) -> str:
    """Return the word around an offset; of a long word only the part near it."""
    before, behind = text[:at].rpartition(" ")[2], text[at:].partition(" ")[0]
    return before + behind if len(before + behind) <= _SHOWN else f"{before[-12:]}{behind[:12]}"

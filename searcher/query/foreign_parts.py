"""Combine the parts of a query translated from another system."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from indexer.errors import message
from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.query.notes import Notes

    Remark = Callable[[str], None]

SYNTAX: Final = "syntax"  # the kind of the notes
LEAF: Final = "leaf"  # a word, a phrase or a pattern
EXACT: Final = "exact"  # a word in exact case; its part is the leaf in any case
FILTER: Final = "filter"
_TEXTS: Final = ("title:", "lead:", "body:")  # text fields; other fields are filters
_MAX_DISTRIBUTED: Final = 32  # maximum operands of a group to which a distance is applied one by one


class Part(NamedTuple):
    """A part of a translated query: an operator with its operands, or a leaf (a word, phrase or filter)."""

    # A constant of this module, an operator, a text field with its colon, or a function with
    # its parenthesis
    kind: str
    parts: tuple[Part, ...] = ()  # the operands
    text: str = ""  # the text of a leaf; the name of a filter with operands


def add_remark(notes: Notes, at: int, remark: str) -> None:
    """Add a note on a part that cannot be translated exactly.

    In a strict query, raise an error instead.
    """
    notes.add(at, remark, remark, SYNTAX)


def to_text(part: Part) -> str:
    """Return the text of a part in Dragoman's syntax."""
    kind, parts, text = part
    if kind == EXACT or not parts:
        return text
    if kind == "NOT":
        return f"NOT {_enclose(parts[0])}"
    if kind == FILTER or kind.endswith(":"):
        return f"{text or kind}{_enclose(parts[0])}"
    if kind.endswith("("):
        return f"{kind}{to_text(parts[0])})"
    return f" {kind} ".join(map(_enclose, parts))


def _enclose(part: Part) -> str:
    text = to_text(part)
    is_single = not part.parts or part.kind in {FILTER, "NOT"} or part.kind[-1] in ":("
    if part.kind == EXACT:
        is_single = " OR " not in text
    return text if is_single else f"({text})"


def combine(kind: str, left: Part | None, right: Part | None) -> Part | None:
    """Combine two parts with AND or OR.

    If a part was omitted from the translation (``None``), the other part is returned.
    """
    if left is None or right is None:
        return left or right
    parts = [one for side in (left, right) for one in (side.parts if side.kind == kind else (side,))]
    return Part(kind, tuple(parts))


def join_adjacent(left: Part, right: Part, remark: Remark) -> Part | None:
    """Combine two adjacent words or phrases into a phrase.

    Groups are combined by ``PRE/1``, which matches adjacent words in this order.
    """
    if all(one.kind == LEAF and not one.text.startswith("/") for one in (left, right)):
        words = [one.text.removeprefix('"').removesuffix('"') for one in (left, right)]
        return Part(LEAF, text=f'"{" ".join(words)}"')
    return join_distant("PRE/1", left, right, remark)


def join_distant(kind: str, left: Part, right: Part, remark: Remark) -> Part | None:
    """Combine two parts by the proximity operator ``kind``.

    Returns None if a part cannot be in a proximity query. If a part is an AND or OR group, the operator
    applies to each member of the group.
    """
    sides = [left, right]
    for at, side in enumerate(sides):
        if side.kind == EXACT:
            remark(message("syntax.case_near", text=side.text))
            sides[at] = side.parts[0]
        elif not _is_positional(side):
            if side.kind not in {"AND", "OR"} or kind.startswith("NOT") or len(side.parts) > _MAX_DISTRIBUTED:
                return None
            found: Part | None = None
            for part in side.parts:
                pair = (part, sides[1]) if at == 0 else (sides[0], part)
                if (one := join_distant(kind, *pair, remark)) is None:
                    return None
                found = combine(side.kind, found, one)
            return found
    return Part(kind, tuple(sides))


def _is_positional(part: Part) -> bool:
    """Return whether a part can be in a proximity query."""
    if part.kind == "OR":
        return all(map(_is_positional, part.parts))
    return part.kind in {LEAF, "SAME", "NOT SAME"} or "/" in part.kind


def restrict_to_field(field: str, part: Part | None) -> Part | None:
    """Restrict a part to a field. An omitted part (``None``) remains ``None``."""
    if part is None:
        return None
    return Part(field, (part,)) if field in _TEXTS else Part(FILTER, (part,), field)


def map_leaves(part: Part, change: Callable[[Part], Part]) -> Part:
    """Replace each leaf of a part by the result of ``change``."""
    if part.kind in {LEAF, EXACT}:
        return change(part)
    return part._replace(parts=tuple([map_leaves(one, change) for one in part.parts]))


def day_filter(*limits: tuple[str, str]) -> Part:
    """Return a filter by date with one or two limits."""
    from searcher.periods import parse_period

    begin = end = ""
    for sign, text in limits:
        is_plain = len(text) == len("20180305") and text.isdigit()
        first, last = parse_period(f"{text[:4]}-{text[4:6]}-{text[6:]}" if is_plain else text, "date:")
        if sign in {"aft", "after", "gtr", ">"}:
            begin = _iso(last + 1)
        elif sign in {"bef", "before", "lss", "<"}:
            end = _iso(first - 1)
        else:
            begin = begin if sign in {"leq", "<="} else _iso(first)
            end = end if sign in {"geq", ">="} else _iso(last)
    return Part(FILTER, text=f"date:{begin}" if begin == end else f"date:{begin}..{end}")


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()

"""Notes and errors in the reader's language: they are written in English, and known again here."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer import tables
from indexer.countries.names import find_country
from searcher.legible import legible
from searcher.web.page.reader import LANGUAGES, typeset

if TYPE_CHECKING:
    from searcher.web.page.reader import Reader

_PLACE: Final = re.compile(r"\\\{([a-z])\\\}")
_NUMBERS: Final = ("n", "m")
_COUNTRIES: Final = ("k", "l")
_ENGLISH: Final = Markup('<span lang="en">{}</span>')


@cache
def remarks_known() -> list[tuple[re.Pattern[str], list[str]]]:
    """Read the table: what each sentence looks like, and how it is said in the other languages."""
    return [
        (
            re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL),
            [typeset(other, language) for other, language in zip(others, LANGUAGES[1:], strict=True)],
        )
        for english, *others in tables.rows(__file__, "remarks.tsv")
    ]


def _said(text: str, reader: Reader) -> str | None:
    """Say a remark in another language than English; None where the table does not have it."""
    for pattern, others in remarks_known():
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            if "b" in parts:  # the reason of a remark may be one of its own
                parts["b"] = _said(parts["b"], reader) or parts["b"]
            for name, said in parts.items():
                if name == "p":
                    parts[name] = reader.parameter(said)
                elif name in _NUMBERS and (number := said.replace(",", "")).isdecimal():
                    parts[name] = reader.number(int(number))
                elif name in _COUNTRIES:
                    parts[name] = ", ".join([_country(one, reader) for one in said.split(", ")])
            return others[LANGUAGES.index(reader.language) - 1].format(**parts)
    return None


def _country(name: str, reader: Reader) -> str:
    """Call a country as the reader does; a region stays."""
    code = find_country(name)
    return reader.country(code) if code else name


def remark(text: str, reader: Reader) -> Markup:
    """Say a note or an error to a reader: in his language, or marked as English.

    Args:
        text: As the searcher or the server wrote it.
        reader: The reader.
    """
    if reader.language == "en":
        return escape(legible(text))
    said = _said(text, reader)
    return _ENGLISH.format(legible(text)) if said is None else escape(legible(said))

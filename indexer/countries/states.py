"""States and provinces behind a town: "Vienna, Virginia" is no place in Austria."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from indexer.countries.names import find_country
from indexer.countries.tables import forms, rows

if TYPE_CHECKING:
    from collections.abc import Collection

# Behind a state without a point, a person's name may go on: "Vienna, Virginia Millfield".
_POINTED = r"{}(?!\w)"
_WHOLE = r"{}(?!\w| [A-Z][a-z]| (?:and|or|y|et) [A-Z])"
_SHARED = r"{}(?!\w| [A-Z][a-z]| (?:and|or|y|et) |, )"


class State(NamedTuple):
    """A state behind a town.

    Attributes:
        country: The country that it is a part of.
        length: The characters up to its end, from the end of the town.
    """

    country: str
    length: int


def state_behind(town: str, codes: Collection[str], after: str) -> State | None:
    """Find the state in which the text puts a town.

    Args:
        town: The town, as written.
        codes: The countries in which it is known, which are no states: "Berlin, DE", "Tbilisi, Georgia".
        after: The text behind it, in its line.
    """
    if not after.startswith(", "):
        return None
    pattern, countries = _states()
    found = pattern.match(after)
    if found is None or countries[found[1]] in codes or find_country(found[1]) in codes:
        return None
    if town.isupper() and found[1].isalpha() and found[1].isupper():
        return None  # "PARIS, OR SO THEY SAY"
    return State(countries[found[1]], found.end())


@cache
def _states() -> tuple[re.Pattern[str], dict[str, str]]:
    """Make the pattern of all states, and map each to its country."""
    written = {form: code for code, cell in rows("states") for form in forms(cell)}
    patterns = [
        (_SHARED if form.endswith("?") else _POINTED if form.endswith(".") else _WHOLE).format(
            re.escape(form.removesuffix("?"))
        )
        for form in written
    ]
    countries = {form.removesuffix("?"): code for form, code in written.items()}
    return re.compile(f", ({'|'.join(patterns)})"), countries

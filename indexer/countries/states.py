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
# The sentence may go on with a country that is called like a state ("After talks in Vienna, Georgia said",
# "In Rome, Georgia's minister"), or with a list ("Athens, Georgia, and Armenia").
_SHARED = r"""{}(?=\s*(?:\Z|[.;!?)\]"”»—]|--)| (?:[-–] |\([A-Z])|, (?!(?:and|or|y|et) )[a-z])"""


class State(NamedTuple):
    """A state behind a town.

    Attributes:
        country: The country that it is a part of.
        length: The characters up to its end, from the end of the town.
    """

    country: str
    length: int


def state_behind(town: str, codes: Collection[str], named: Collection[str], after: str) -> State | None:
    """Find the state in which the text puts a town.

    Args:
        town: The town, as written.
        codes: The countries in which it is known, which are no states: "Berlin, DE", "Tbilisi, Georgia".
        named: The countries that the text names by forms that no state has; they are preferred: "Georgia".
        after: The text behind it, in its line.
    """
    if not after.startswith(", "):
        return None
    pattern, meanings = _states()
    found = pattern.match(after)
    if found is None:
        return None
    country, namesake = meanings[found[1]]
    if country in codes or namesake in named or find_country(found[1]) in codes:
        return None
    if town.isupper() and found[1].isalpha() and found[1].isupper():
        return None  # "PARIS, OR SO THEY SAY"
    return State(country, found.end())


@cache
def _states() -> tuple[re.Pattern[str], dict[str, tuple[str, str | None]]]:
    """Make the pattern of all states, and map each to its country and to the one that is called like it."""
    written = {form: code for code, cell in rows("states") for form in forms(cell)}
    patterns = [
        (_SHARED if form.endswith("?") else _POINTED if form.endswith(".") else _WHOLE).format(
            re.escape(form.removesuffix("?"))
        )
        for form in written
    ]
    meanings = {
        form.removesuffix("?"): (code, find_country(form[:-1]) if form.endswith("?") else None)
        for form, code in written.items()
    }
    return re.compile(f", ({'|'.join(patterns)})"), meanings

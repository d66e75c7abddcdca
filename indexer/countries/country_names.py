"""Names and codes of countries and regions: from a name as typed to codes, and from a code to a name to show.

Every search command passes here, so the tables of cities and demonyms stay unread and no library is loaded;
those of regions are read when a name is no country's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Final

from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES
from indexer.tables import country_rows, names_in_cell

_COLUMNS: Final = {language: column for column, language in enumerate(ANALYZED_LANGUAGES, start=2)}
_ARTICLES: Final = ("the ", "el ", "la ", "los ", "las ", "le ", "les ", "l ")
# A name is suggested from this similarity on, if it is nearly as similar as the best.
_NEAR, _MARGIN = 0.6, 0.1
_MAX_SUGGESTIONS, _MIN_SUGGESTION_LENGTH = 3, 4


@cache
def country_names(language: str = "en") -> Mapping[str, str]:
    """Map the code of every country to its name.

    Args:
        language: ``en``, ``es`` or ``fr``.

    Raises:
        KeyError: There are no names in that language.
    """
    column = _COLUMNS[language]
    return MappingProxyType({row[0]: row[column] for row in _table()})


def country_name(code: str, language: str = "en") -> str:
    """Look up the name of a country; the code itself where no country has it.

    Args:
        code: ISO 3166-1 alpha-2, in capitals.
        language: ``en``, ``es`` or ``fr``.
    """
    return country_names(language).get(code, code)


class Countries(NamedTuple):
    """What a name stands for.

    Attributes:
        codes: ISO 3166-1 alpha-2, in capitals, in the order of the English names.
        region: The English name of the region that holds them; None for a country.
    """

    codes: tuple[str, ...]
    region: str | None = None


def resolve_countries(text: str) -> Countries:
    """Resolve a country or a region as a person types it; where both are called so, it is the country.

    Args:
        text: An ISO code of two or three letters, a code of M49, or a name in English, Spanish or French, in
            any case, with or without accents and article.

    Raises:
        QueryError: Neither is called so; the message offers the nearest names.
    """
    if code := find_country(text):
        return Countries((code,))
    if region := _region(text):
        return region
    folded = _fold(text)
    if not folded:
        raise QueryError("no country given; use a name or an ISO code such as CO")
    nearest = _country_of_place(folded) or _nearest(folded)
    advice = f"did you mean {nearest}? Use" if nearest else "use"
    raise QueryError(f"unknown country or region “{text.strip()}”; {advice} a name or an ISO code such as CO")


def find_region(text: str) -> Countries | None:
    """Find the region that :func:`resolve_countries` gives; None where it is a country or unknown."""
    region = _region(text)
    return region if region and not find_country(text) else None


def find_country(text: str) -> str | None:
    """Find the code of the country that :func:`resolve_countries` gives; None where it gives none."""
    typed = text.strip()
    if typed.isascii() and (code := _codes().get(typed.lower())):
        return code
    named = next((_names()[name] for name in _candidates(text) if name in _names()), None)
    return named or _shared(typed)


def _shared(typed: str) -> str | None:
    """Find the country of a name that several share, by its qualifiers: "N. Korea", "R.D. du Congo"."""
    from indexer.countries.shared_names import name_typed  # only what is no name as it stands needs it

    name = name_typed(typed, lambda word: _names().get(_fold(word)))
    return _names().get(_fold(name)) if name else None


def _region(text: str) -> Countries | None:
    return next((_regions()[name] for name in _candidates(text) if name in _regions()), None)


def _candidates(text: str) -> tuple[str, ...]:
    """Fold a name, with its article and without."""
    folded = _fold(text)
    return folded, *(folded.removeprefix(a) for a in _ARTICLES if folded.startswith(a))


def _country_of_place(folded: str) -> str:
    """Name the country for which a folded name of a place counts in texts; empty where it is no such name."""
    for table in ("exonyms", "places"):
        for code, *cells in country_rows(table):
            if any(_fold(name) == folded for cell in cells for name in names_in_cell(cell)):
                return country_name(code)
    return ""


def _nearest(folded: str) -> str:
    """List the names most similar to a folded one, in words; empty where none is similar."""
    from difflib import SequenceMatcher  # only a mistake needs it

    matcher = SequenceMatcher(b=folded)
    scores: dict[str, tuple[float, str]] = {}
    regions = ((name, held.region or "") for names, held in _named_regions() for name in names)
    for name, meant in chain(_claims(), regions):
        matcher.set_seq1(_fold(name))
        if len(name) < _MIN_SUGGESTION_LENGTH or matcher.real_quick_ratio() < _NEAR:
            continue
        score = matcher.ratio()
        if score >= _NEAR and score > scores.get(meant, (0.0, ""))[0]:
            scores[meant] = (score, name)
    best = sorted(scores.values(), key=lambda pair: -pair[0])[:_MAX_SUGGESTIONS]
    offered = [name for score, name in best if score >= best[0][0] - _MARGIN]
    if not offered:
        return ""
    *first, last = offered
    return f"{', '.join(first)} or {last}" if first else last


@cache
def _table() -> list[list[str]]:
    return country_rows("names")


@cache
def _codes() -> dict[str, str]:
    """Map every code of two or three letters, in lower case, to the code of two.

    A code is not folded as a name is: "ß" would be South Sudan, and "ﬁ" Finland.
    """
    return {row[column].lower(): row[0] for column in (1, 0) for row in _table()}


@cache
def _names() -> dict[str, str]:
    """Map every folded name to the code of the country that it means."""
    return {_fold(name): code for name, code in reversed([*_claims()])}


def _claims() -> Iterator[tuple[str, str]]:
    """Yield every name with its code: the ones shown, then other names, then official ones."""
    table = _table()
    for row in table:
        yield from ((row[column], row[0]) for column in _COLUMNS.values())
    for code, names in country_rows("aliases"):
        yield from ((name.removesuffix("?"), code) for name in names_in_cell(names))
    for row in table:
        yield from ((name, row[0]) for name in names_in_cell(row[5]))


@cache
def _regions() -> dict[str, Countries]:
    """Map every folded name of a region to its countries."""
    return {_fold(name): held for names, held in reversed([*_named_regions()]) for name in names}


def _named_regions() -> Iterator[tuple[list[str], Countries]]:
    """Yield the names of every region with its countries: hand-written ones go before those of CLDR."""
    compiled = country_rows("regions")
    parts = {code: codes.split() for code, codes, *_ in compiled}
    for *cells, held in country_rows("groups"):
        names = [name for cell in cells for name in names_in_cell(cell)]
        codes = {code for part in held.split() for code in parts.get(part, [part])}
        yield names, Countries(_by_name(codes), names[0])
    for code, _, *names in compiled:
        yield [*names, code], Countries(_by_name(parts[code]), names[0])


def _by_name(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(codes, key=_order().__getitem__))


@cache
def _order() -> dict[str, int]:
    """Map every code to the place of its English name among all."""
    names = country_names()
    return {code: at for at, code in enumerate(sorted(names, key=lambda code: _fold(names[code])))}


def _fold(text: str) -> str:
    """Fold a name: without case, accents, points and doubled spaces, with "and" and "saint" written out."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.replace("&", " and ").replace("St. ", "Saint ").replace(".", "")
    for separator in "'’ʼ-,()":
        text = text.replace(separator, " ")
    words = text.casefold().split()
    return " ".join(["saint" if word == "st" else word for word in words])

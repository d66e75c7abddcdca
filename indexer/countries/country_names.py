"""Look up the names and codes of countries and regions.

Every search command imports this module. Therefore it loads no library, does not read the tables of cities
and demonyms, and reads the tables of regions only for a name that no country has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, filterfalse
from types import MappingProxyType
from typing import Final, TypeVar

from indexer.data_tables import country_rows, names_in_cell
from indexer.errors import QueryError, message, name_message
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES

T = TypeVar("T")

_COLUMNS: Final = {language: column for column, language in enumerate(ANALYZED_LANGUAGES, start=2)}
_ARTICLES: Final = ("the ", "el ", "la ", "los ", "las ", "le ", "les ", "l ")
# The minimum similarity of a suggested name, and the maximum distance from the best one.
_NEAR, _MARGIN = 0.6, 0.1
_MAX_SUGGESTIONS, _MIN_SUGGESTION_LENGTH = 3, 4


@cache
def country_names(language: str = "en") -> Mapping[str, str]:
    """Return the names of all countries in a language (``en``, ``es`` or ``fr``), by code."""
    column = _COLUMNS[language]
    return MappingProxyType({row[0]: row[column] for row in _table()})


def country_name(code: str, language: str = "en") -> str:
    """Return the name of a country, or an unknown code unchanged."""
    return country_names(language).get(code, code)


@cache
def region_names(language: str) -> Mapping[str, str]:
    """Return the names of all regions in a language, by English name."""
    at = ANALYZED_LANGUAGES.index(language)
    return {names[0][0]: names[at][0] for names, _ in reversed([*_named_regions()])}


class Countries(NamedTuple):
    """The countries that a typed name means.

    Attributes:
        codes: The ISO 3166-1 alpha-2 codes, in the order of the English names.
        region: The English name of the region; ``None`` if the name is that of a country.
    """

    codes: tuple[str, ...]
    region: str | None = None


def resolve_countries(text: str) -> Countries:
    """Find the countries that the name of a country or region means.

    Args:
        text: An ISO code of two or three letters, an M49 code, or a name in English, Spanish or French, in
            any case, with or without accents and article.

    Raises:
        QueryError: The name is unknown; the message suggests similar names.
    """
    if code := find_country(text):
        return Countries((code,))
    if region := _region(text):
        return region
    folded = _fold(text)
    if not folded:
        raise QueryError(message("countries.no_country_given"))
    nearest = _country_of_place(folded) or _nearest(folded)
    if nearest:
        raise QueryError(message("countries.did_you_mean", name=text.strip(), nearest=nearest))
    raise QueryError(message("countries.unknown", name=text.strip()))


def find_region(text: str) -> Countries | None:
    """Find the countries of a region by its name.

    The result is ``None`` for the name of a country or an unknown name.
    """
    region = _region(text)
    return region if region and not find_country(text) else None


def find_country(text: str) -> str | None:
    """Find the code of a country by its name.

    The result is ``None`` for the name of a region or an unknown name.
    """
    typed = text.strip()
    if typed.isascii() and (code := _codes().get(typed.lower())):
        return code
    named = next(filter(None, map(_code, _candidates(text))), None)
    if named or typed.isalpha():
        return named
    # Only names with qualifiers, such as "N. Korea", need this import.
    from indexer.countries.shared_names import resolve_typed_name

    name = resolve_typed_name(typed, lambda word: _code(_fold(word)))
    return _code(_fold(name)) if name else None


def _region(text: str) -> Countries | None:
    found = next(filter(None, [_regions(name[:1]).get(name) for name in _candidates(text)]), None)
    return Countries(tuple(sorted(found[0], key=_order().__getitem__)), found[1]) if found else None


def _candidates(text: str) -> tuple[str, ...]:
    """Fold a name, and return it with and without its article."""
    folded = _fold(text)
    return folded, *(folded.removeprefix(a) for a in _ARTICLES if folded.startswith(a))


def _country_of_place(folded: str) -> str:
    """Return the name of a place's country, or an empty string for an unknown place."""
    for table in ("exonyms", "places"):
        for code, *cells in country_rows(table):
            if any(_fold(name) == folded for cell in cells for name in names_in_cell(cell)):
                return country_name(code)
    return ""


@lru_cache(64)  # the server reads a mistaken request again to find the parameter
def _nearest(folded: str) -> str:
    """List the known names that are most similar to a folded name, or return an empty text."""
    from difflib import SequenceMatcher  # only needed after a mistake

    matcher = SequenceMatcher(b=folded)
    scores: dict[str, tuple[float, str]] = {}
    regions = ((name, names[0][0]) for names, _ in _named_regions() for name in chain(*names))
    for name, meant in chain(_names_with_codes(), regions):
        if len(name) < _MIN_SUGGESTION_LENGTH:
            continue
        matcher.set_seq1(_fold(name))
        # Both are upper bounds, and faster.
        if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
            continue
        score = matcher.ratio()
        if score >= _NEAR and score > scores.get(meant, (0.0, ""))[0]:
            scores[meant] = (score, name)
    best = sorted(scores.values(), key=lambda pair: -pair[0])[:_MAX_SUGGESTIONS]
    offered = [_name_message(name) for score, name in best if score >= best[0][0] - _MARGIN]
    if not offered:
        return ""
    *first, last = offered
    return message("countries.alternatives", first=first, last=last) if first else last


def _name_message(name: str) -> str:
    """Return the name of a country or region as a translatable message."""
    if code := find_country(name):
        return name_message(f"country.{code}", name)
    region = _region(name)
    return name_message(f"region.{region.region}", name) if region else name


@cache
def _table() -> list[list[str]]:
    return country_rows("names")


@cache
def _codes() -> dict[str, str]:
    """Map codes of two or three lower-case letters to the two-letter codes of countries.

    Codes are not folded like names, because "ß" would then be South Sudan, and "ﬁ" Finland.
    """
    return {row[column].lower(): row[0] for column in (1, 0) for row in _table()}


def _code(folded: str) -> str | None:
    """Return the code of a country by its folded name, or None if unknown."""
    return _names(folded[:1]).get(folded)


@cache
def _names(letter: str) -> dict[str, str]:
    """Map the folded country names that begin with ``letter`` to country codes."""
    return _beginning_with(letter, _names_with_codes())


def _beginning_with(letter: str, named: Sequence[tuple[str, T]]) -> dict[str, T]:
    """Map the folded names that begin with ``letter`` to their meanings, or to the first of several."""
    return {
        _fold(name): meant
        for name, meant in reversed(named)
        if (name[0].lower() if name[0].isascii() else _fold(name[0])) == letter
    }


@cache
def _names_with_codes() -> list[tuple[str, str]]:
    """Return pairs of a country name and a country code, displayed names first, official names last."""
    shown = [(row[column], row[0]) for row in _table() for column in _COLUMNS.values()]
    aliases = [(name, code) for code, names in country_rows("aliases") for name in names_in_cell(names)]
    official = [(name, row[0]) for row in _table() for name in names_in_cell(row[5])]
    return shown + [(name.removesuffix("?"), code) for name, code in aliases] + official


@cache
def _regions(letter: str) -> dict[str, tuple[Collection[str], str]]:
    """Map the folded region names that begin with ``letter`` to the regions.

    A region is given by its countries and its main name.
    """
    return _beginning_with(
        letter, [(name, (codes, names[0][0])) for names, codes in _named_regions() for name in chain(*names)]
    )


def _named_regions() -> Iterator[tuple[list[list[str]], Collection[str]]]:
    """Yield the names of each region by language, and its countries: Dragoman's regions, then CLDR's."""
    compiled = country_rows("regions")
    parts = {code: codes.split() for code, codes, *_ in compiled}
    for *cells, held in country_rows("groups"):
        names = [*map(names_in_cell, cells)]
        yield names, {code for part in held.split() for code in parts.get(part, [part])}
    for code, _, english, *others in compiled:
        yield [[english, code], *([name] for name in others)], parts[code]


@cache
def _order() -> dict[str, int]:
    """Return the rank of each country code in the order of English names."""
    names = country_names()
    return {code: at for at, code in enumerate(sorted(names, key=lambda code: _fold(names[code])))}


_SEPARATORS: Final = str.maketrans("'’ʼ-,()", " " * 7, ".")


def _fold(text: str) -> str:
    """Fold a name to lower case, without accents and dots, with "and" and "saint" written out."""
    if text.isascii() and text.isalpha():  # most names: none of the others below changes them
        text = text.lower()
        return "saint" if text == "st" else text
    if not text.isascii():
        text = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", text)))
    text = text.replace("&", " and ").replace("St. ", "Saint ").translate(_SEPARATORS)
    words = text.casefold().split()
    return " ".join(["saint" if word == "st" else word for word in words])

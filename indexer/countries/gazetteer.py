"""Every form that may name a country, with its meaning, as one automaton.

The forms come from the tables beside this module. Several tables may hold the same form: a name beats a
demonym, a demonym beats a place, and any of them beats a form that only looks like one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from indexer.countries.shared import Rules, rules_of
from indexer.countries.tables import forms, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ahocorasick_rs import AhoCorasick

    from indexer.item import Via

# Shorter names are left in their own case only: in capitals they are acronyms of something else.
SHORTEST_CAPITALS = {"name": 4, "place": 5}


@dataclass(slots=True, eq=False)
class Entry:
    """The meaning of a form.

    Attributes:
        via: The way in which it names a country; None for a form that names none.
        codes: The countries that it may name, the likeliest first.
        named_only: Those of them that it names only where the text names them otherwise as well.
        language: Whether it is also the name of a language.
        first_name: Whether it is also a given name.
        shared: The qualifiers beside it that make another country's name of it.
    """

    via: Via | None
    codes: tuple[str, ...]
    named_only: frozenset[str] = frozenset()
    language: bool = False
    first_name: bool = False
    shared: Rules = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The automaton and what its patterns mean.

    Attributes:
        automaton: Finds the leftmost, longest forms in one pass.
        entries: The meaning of each pattern, in the automaton's order.
        by_form: The meaning of each form.
        given_names: Common given names, after which a place name is a surname.
    """

    automaton: AhoCorasick
    entries: tuple[Entry, ...]
    by_form: dict[str, Entry]
    given_names: frozenset[str]


@cache
def gazetteer() -> Gazetteer:
    """Read the tables and build the automaton, once."""
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # a search needs none of it

    lookalikes: dict[str, list[str]] = {}
    for kind, _, names in rows("lookalikes"):
        lookalikes.setdefault(kind, []).extend(forms(names))
    entries: dict[str, Entry] = {}
    bare = frozenset(lookalikes["bare"])
    for via, code, form in _claims():
        if form not in bare:
            _claim(entries, via, code, form)
    for form in lookalikes["language"]:
        entries.setdefault(form, Entry(None, ())).language = True
    for form in lookalikes["person"]:
        if form in entries:
            entries[form].first_name = True
    for form in lookalikes["phrase"]:
        entries.setdefault(form, Entry(None, ()))
    _spell(entries, frozenset(lookalikes["accents"]))
    automaton = AhoCorasick(
        list(entries), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
    )
    return Gazetteer(automaton, tuple(entries.values()), entries, frozenset(lookalikes["given"]))


def _spell(entries: dict[str, Entry], words: frozenset[str]) -> None:
    """Add spellings of careless texts: they mean the same, unless they are forms themselves.

    Args:
        entries: The meaning of each form.
        words: Spellings without accents that are left out, since they are words or other names.
    """
    for form, entry in list(entries.items()):
        for spelling in _careless(form) if entry.via == "name" else (form,):
            entries.setdefault(spelling, entry)
            if not spelling.isascii() and (plain := _unaccented(spelling)) not in words:
                entries.setdefault(plain, entry)
    for form, entry in list(entries.items()):
        if entry.via in SHORTEST_CAPITALS and len(form) >= SHORTEST_CAPITALS[entry.via]:
            entries.setdefault(form.upper(), entry)


def _careless(name: str) -> set[str]:
    """Spell a name without apostrophes, without hyphens, and with a capital in each word: "Cote D Ivoire"."""
    spelt = {name}
    if name[0].isupper() and (" " in name or "-" in name):
        spelt.add(name.title())
    for sign, others in (("'", ("", " ")), ("-", (" ",))):
        if sign in name:
            spelt |= {form.replace(sign, other) for form in spelt for other in others}
    return spelt


def _unaccented(form: str) -> str:
    """Remove the accents of a form."""
    return "".join(c for c in unicodedata.normalize("NFD", form) if not unicodedata.combining(c))


def _claims() -> Iterator[tuple[Via, str, str]]:
    """Yield the claims of all tables, the strongest first: via, code and form."""
    for code, _, english, spanish, french, *others in rows("names"):
        names = (english, spanish, french, *(name for cell in others for name in forms(cell)))
        yield from (("name", code, name.replace("’", "'")) for name in names)
    for code, cell in rows("aliases"):
        yield from (("name", code, name) for name in forms(cell))
    for code, english, *others in rows("demonyms"):
        yield from (("demonym", code, form) for form in forms(english))
        small = [form for cell in others for form in forms(cell)]
        yield from (("demonym", code, form) for form in small)
        yield from (("demonym", code, form[0].upper() + form[1:]) for form in small)
    for table in ("exonyms", "places"):
        for code, *cells in rows(table):
            yield from (("place", code, form) for cell in cells for form in forms(cell))


def _claim(entries: dict[str, Entry], via: Via, code: str, form: str) -> None:
    """Add a claim to the meaning of its form, unless a stronger kind has it already."""
    shared = form.endswith("?")
    form = form.removesuffix("?")
    entry = entries.setdefault(form, Entry(via, ()))
    if entry.via != via or code in entry.codes:
        return
    if not entry.codes:
        entry.shared = rules_of(form.rpartition(" ")[2], code)
    entry.codes = (*entry.codes, code)
    if shared:
        entry.named_only |= {code}

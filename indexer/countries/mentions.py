"""Find the countries that a text is about: by name, by demonym, or by a place of theirs."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from indexer.countries import context, speech
from indexer.countries.gazetteer import Entry, Gazetteer, gazetteer
from indexer.item import CountryMention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import Via

# What texts write for the tables' apostrophe, hyphen and space; one character each, so that positions hold.
_VARIANTS = (
    ("’", "'"),
    ("ʼ", "'"),
    ("‘", "'"),
    ("\u00a0", " "),
    ("\u202f", " "),
    ("\u2011", "-"),
    ("\u2010", "-"),
)
_STRENGTH: dict[Via, int] = {"name": 0, "demonym": 1, "place": 2}
# Countries whose towns are written with their state: "Paris, Texas".
_WITH_STATES = frozenset(("AU", "CA", "US"))
# The longest headline, in characters on either side of a name.
_HEADLINE = 200
_GEORGIA = ("Georgia", "GEORGIA")
_AMERICAN_GEORGIA = Entry("place", ("US",))
_LIST_GOES_ON = (", ", " and ", " y ", " et ")
_PREPOSITIONS = (
    "in ",
    "In ",
    "from ",
    "From ",
    "of ",
    "to ",
    "en ",
    "En ",
    "de ",
    "across ",
    "between ",
    "au ",
    "à ",
)


class Match(NamedTuple):
    """A form found in the text: where, and what it means."""

    start: int
    end: int
    entry: Entry


def mentions(paragraphs: Sequence[str], title: str | None = None) -> tuple[CountryMention, ...]:
    """Find the countries that an item names, as ``find_countries`` tells."""
    written = "\n".join((title, *paragraphs) if title else paragraphs)
    if not written.isascii():
        written = unicodedata.normalize("NFC", written)
    text = written
    if not text.isascii():
        for variant, plain in _VARIANTS:
            text = text.replace(variant, plain)
    names = gazetteer()
    matches = _matches(text, names)
    if not matches:
        return ()
    kept = _without_languages(text, matches)
    kept = [m for i, m in enumerate(kept) if _names_country(text, m, names) and not _elsewhere(text, kept, i)]
    kept = _with_american_georgia(text, _without_people(text, matches, kept))
    return _mentions(written, kept)


def _matches(text: str, names: Gazetteer) -> list[Match]:
    """Return the forms that stand between boundaries of words, from left to right."""
    entries = names.entries
    found: list[Match] = []
    end = 0
    for pattern, start, stop in names.automaton.find_matches_as_indexes(text):
        if start < end:
            continue
        if _bounded(text, start, stop):
            found.append(Match(start, stop, entries[pattern]))
            end = stop
        else:
            for match in _inside(text, start, stop, names):
                found.append(match)
                end = match.end
    return found


def _bounded(text: str, start: int, stop: int) -> bool:
    """Tell whether no letter or digit touches a stretch of the text."""
    if not _begins(text, start):
        return False
    return stop == len(text) or not (
        text[stop].isalnum() or text[stop] == "_" or unicodedata.combining(text[stop])
    )


def _begins(text: str, start: int) -> bool:
    """Tell whether no letter or digit stands just before a place in the text."""
    return not start or not (text[start - 1].isalnum() or text[start - 1] in "_@")


def _inside(text: str, start: int, stop: int, names: Gazetteer) -> list[Match]:
    """Look again, word by word, where the longest form ended inside a word and may hide a shorter one."""
    found: list[Match] = []
    while start < stop:
        ends = range(min(len(text), stop + context.REACH), start, -1) if _begins(text, start) else ()
        for end in ends:
            entry = names.by_form.get(text[start:end])
            if entry and _bounded(text, start, end):
                found.append(Match(start, end, entry))
                start = end
                break
        start += 1
    return found


def _around(text: str, match: Match) -> tuple[str, str]:
    """Return what the rules may see: the text just before and just after a match, within its line."""
    before = text[max(0, match.start - context.REACH) : match.start].rpartition("\n")[2]
    return before, text[match.end : match.end + context.REACH].partition("\n")[0]


def _line(text: str, match: Match) -> str:
    """Return the line of a match, as far as a headline reaches."""
    before = text[max(0, match.start - _HEADLINE) : match.start].rpartition("\n")[2]
    return before + text[match.start : match.end + _HEADLINE].partition("\n")[0]


def _without_languages(text: str, matches: list[Match]) -> list[Match]:
    """Return the matches without forms that name no country and runs of them that name languages."""
    kept: list[Match] = []
    first = 0
    while first < len(matches):
        last = first + 1
        if matches[first].entry.language:
            while last < len(matches) and matches[last].entry.language:
                if not speech.BETWEEN.fullmatch(text, matches[last - 1].end, matches[last].start):
                    break
                last += 1
            run = matches[first:last]
            before, after = _around(text, run[0])[0], _around(text, run[-1])[1]
            form = text[run[0].start : run[0].end]
            if not speech.is_language(before, after, form, listed=len(run) > 1):
                kept += [match for match in run if match.entry.via]
        elif matches[first].entry.via:
            kept.append(matches[first])
        first = last
    return kept


def _names_country(text: str, match: Match, names: Gazetteer) -> bool:
    """Tell whether a form means a country where it stands."""
    before, after = _around(text, match)
    if (
        context.at_sea(before, after, demonym=match.entry.via == "demonym")
        or context.compound(before)
        or context.surname(before, names.given_names)
    ):
        return False
    form = text[match.start : match.end]
    if match.entry.via == "demonym":
        return not (speech.of_speech(before) or (form[0].islower() and context.english(form, before + after)))
    if match.entry.first_name and context.forename(after) and not context.headline(_line(text, match)):
        return False
    if match.entry.via == "place":
        return not (context.treaty(before, after) or context.titled(before) or context.brand(before, after))
    return form not in _UNLESS or not _UNLESS[form](before, after)


def _not_us(before: str, after: str) -> bool:
    return context.currency(after) or context.shouted(before, after)


def _not_south_africa(before: str, _after: str) -> bool:
    return context.southern(before)


def _not_turkey(_before: str, after: str) -> bool:
    return context.kitchen(after)


# Names that need a rule of their own: what they mean no country in.
_UNLESS = {
    "US": _not_us,
    "South Africa": _not_south_africa,
    "Turkey": _not_turkey,
}


def _elsewhere(text: str, matches: list[Match], index: int) -> bool:
    """Tell whether the country named right after a place shows that it is another place: "Mali (China)"."""
    match = matches[index]
    if match.entry.via != "place" or index + 1 == len(matches):
        return False
    after = matches[index + 1]
    told = after.entry.via == "name" or after.entry.codes[0] in _WITH_STATES
    if not told or set(after.entry.codes) & set(match.entry.codes):
        return False
    gap = text[match.end : after.start]
    listed = text.endswith(", ", 0, match.start) or text.startswith(_LIST_GOES_ON, after.end)
    return gap == " (" or (gap == ", " and not listed)


def _without_people(text: str, matches: list[Match], kept: list[Match]) -> list[Match]:
    """Return the matches without the later, shorter mentions of people named like a country."""
    left = set(kept)
    people = {
        text[m.start : m.end]
        for m in matches
        if m.entry.first_name and m.entry.via == "name" and m not in left
    }
    return [
        m
        for m in kept
        if not m.entry.first_name
        or text[m.start : m.end] not in people
        or text.endswith(_PREPOSITIONS, 0, m.start)
    ]


def _with_american_georgia(text: str, matches: list[Match]) -> list[Match]:
    """Return the matches with "Georgia" as the state of the United States, where one of them must be."""
    georgias = {m for m in matches if text[m.start : m.end] in _GEORGIA}
    if not any(context.american_state(*_around(text, m)) for m in georgias):
        return matches
    if any("GE" in m.entry.codes for m in matches if m not in georgias):
        georgias = {m for m in georgias if context.american_state(*_around(text, m))}
    return [m._replace(entry=_AMERICAN_GEORGIA) if m in georgias else m for m in matches]


def _mentions(written: str, matches: list[Match]) -> tuple[CountryMention, ...]:
    """Return a mention for each country, with its strongest evidence."""
    sure = {m.entry.codes[0] for m in matches if len(m.entry.codes) == 1}
    best: dict[str, CountryMention] = {}
    for match in matches:
        entry = match.entry
        via = entry.via
        if via is None:
            continue
        code = next((c for c in entry.codes if c in sure), None) or next(
            (c for c in entry.codes if c not in entry.named_only), entry.codes[0]
        )
        known = best.get(code)
        if known is None or _STRENGTH[via] < _STRENGTH[known.via]:
            best[code] = CountryMention(code, via, written[match.start : match.end])
    return tuple(best.values())

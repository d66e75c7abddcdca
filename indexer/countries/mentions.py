"""The countries that a text is about, found by name, by demonym, or by a place of theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from indexer.countries import context, shared, states
from indexer.countries.gazetteer import Entry, Gazetteer, gazetteer
from indexer.item import CountryMention, Via

# What texts write for the tables' apostrophe, space and hyphen: one character each, so that offsets hold.
_VARIANTS = tuple(zip("’ʼ‘´\u00a0\u202f\u2011\u2010", "''''  --", strict=True))
_STRENGTH: dict[Via, int] = {"name": 0, "demonym": 1, "place": 2}
# Countries whose towns are written with their state: "Paris, Texas".
_WITH_STATES = frozenset(("AU", "CA", "US"))
# The longest headline, in characters on either side of a name.
_HEADLINE = 200
_GEORGIA = ("Georgia", "GEORGIA")
_AMERICAN_GEORGIA = Entry("place", ("US",))
_NOTHING = Entry(None, ())
_LIST_GOES_ON = (", ", " and ", " y ", " et ")
# What stands before a country and not before a person: prepositions and articles.
_OF_PLACES = re.compile(
    r"(?:(?:[Ii]n|[Ff]rom|of|to|[Ee]n|de|across|between|aux?|du|à|[Tt]he|[Ll]as?|[Ll]os|[Ee]l|[Ll]es?) "
    r"|[Ll]')\Z"
)


class Match(NamedTuple):
    """A form found in the text: its offsets and its meaning."""

    start: int
    end: int
    entry: Entry


def find_countries(paragraphs: Sequence[str], title: str | None = None) -> tuple[CountryMention, ...]:
    """Find the countries that an item names.

    Args:
        paragraphs: The body, a paragraph each.
        title: The title, if there is one; it is read first.

    Returns:
        The countries in order of first appearance, each once. A name beats a demonym, and a demonym a place,
        as ``via`` and ``evidence`` of the same country; the evidence is as written, in NFC.
    """
    written = unicodedata.normalize("NFC", "\n".join((title, *paragraphs) if title else paragraphs))
    text = written
    if not text.isascii():
        for variant, plain in _VARIANTS:
            text = text.replace(variant, plain)
    names = gazetteer()
    matches = _in_states(text, _with_qualifiers(text, _matches(text, names), names))
    if not matches:
        return ()
    kept = _without_languages(text, matches)
    kept = [m for i, m in enumerate(kept) if _names_country(text, m, names) and not _elsewhere(text, kept, i)]
    kept = _with_american_georgia(text, _without_people(text, matches, kept, names))
    return _mentions(written, kept)


def _matches(text: str, names: Gazetteer) -> list[Match]:
    """List the forms that stand between boundaries of words, from left to right."""
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
            found += _inside(text, start, stop, names)
            end = found[-1].end if found else 0
    return found


def _with_qualifiers(text: str, matches: list[Match], names: Gazetteer) -> list[Match]:
    """Give the names that several countries share the country that the words beside them say."""
    return [_qualified(text, matches, i, names) if m.entry.shared else m for i, m in enumerate(matches)]


def _qualified(text: str, matches: list[Match], index: int, names: Gazetteer) -> Match:
    """Read the qualifiers of a shared name up to the forms beside it; it stays as it is where it has none."""
    match = matches[index]
    first = matches[index - 1].end if index else 0
    start = text.rfind(" ", match.start, match.end) + 1 or match.start  # "Republic of Korea": of "Korea"
    before = text[max(first, start - shared.REACH) : start].rpartition("\n")[2]
    after = text[match.end : match.end + shared.REACH].partition("\n")[0]
    found = shared.qualify(match.entry.shared, before, after)
    if found is None:
        return match
    end = match.end + found.after
    if index + 1 < len(matches) and matches[index + 1].start < end:
        return match
    meant = names.by_form.get(found.name, _NOTHING)
    if meant.codes == match.entry.codes:
        return match
    via = match.entry.via if match.entry.via == "demonym" and meant.via else meant.via
    return Match(min(match.start, start - found.before), end, Entry(via, meant.codes))


def _in_states(text: str, matches: list[Match]) -> list[Match]:
    """Put towns in the states that stand behind them, which are taken with them: "Vienna, Virginia"."""
    found: list[Match] = []
    named = {code for m in matches if text[m.start : m.end] not in _GEORGIA for code in m.entry.codes}
    for match in matches:
        if found and match.start < found[-1].end:
            continue
        if match.entry.via == "place" and text.startswith(", ", match.end):
            town = text[match.start : match.end]
            state = states.state_behind(town, match.entry.codes, named, _around(text, match)[1])
            if state:
                entry = Entry("place", (state.country,))
                match = Match(match.start, match.end + state.length, entry)  # noqa: PLW2901
        found.append(match)
    return found


def _bounded(text: str, start: int, stop: int) -> bool:
    """Check that no letter or digit touches a span of the text."""
    after = text[stop : stop + 1]
    ends = not after or not (after.isalnum() or after == "_" or unicodedata.combining(after))
    return ends and _begins(text, start)


def _begins(text: str, start: int) -> bool:
    """Check that no letter or digit stands just before an offset."""
    return not start or not (text[start - 1].isalnum() or text[start - 1] in "_@")


def _inside(text: str, start: int, stop: int, names: Gazetteer) -> list[Match]:
    """Search again, word by word, where the longest form ended inside a word and may hide a shorter one."""
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


def _around(text: str, match: Match, reach: int = context.REACH) -> tuple[str, str]:
    """Cut out the text that rules may see: just before and just after a match, within its line."""
    before = text[max(0, match.start - reach) : match.start].rpartition("\n")[2]
    return before, text[match.end : match.end + reach].partition("\n")[0]


def _without_languages(text: str, matches: list[Match]) -> list[Match]:
    """Drop the forms that name no country, and runs of them that name languages."""
    kept: list[Match] = []
    first = 0
    while first < len(matches):
        last = first + 1
        if matches[first].entry.language:
            while last < len(matches) and _go_on(text, matches[last - 1], matches[last]):
                last += 1
            run = matches[first:last]
            before, after = _around(text, run[0])[0], _around(text, run[-1])[1]
            form = text[run[0].start : run[0].end]
            if context.is_language(before, after, form, listed=len(run) > 1):
                first = last
                continue
        kept += [match for match in matches[first:last] if match.entry.via]
        first = last
    return kept


def _go_on(text: str, language: Match, following: Match) -> bool:
    """Check whether a language is followed by another one of the same list."""
    between = context.BETWEEN_LANGUAGES.fullmatch(text, language.end, following.start)
    return following.entry.language and between is not None


def _names_country(text: str, match: Match, names: Gazetteer) -> bool:
    """Check whether a form means a country by the words around it."""
    before, after = _around(text, match)
    form, entry = text[match.start : match.end], match.entry
    if (
        context.is_sea(before, after, demonym=entry.via == "demonym")
        or context.is_compound(before)
        or context.is_surname(before, names.given_names)
    ):
        return False
    if entry.via == "demonym":
        is_english = form[0].islower() and context.is_english_word(form, before + after)
        return not (is_english or context.is_after_language_noun(before))
    if (
        entry.first_name
        and context.is_forename(after)
        and not context.is_headline(form.join(_around(text, match, _HEADLINE)))
    ):
        return False
    if entry.via == "place":
        return not (context.is_treaty(before, after) or context.is_brand(before, after))
    return form not in context.EXCEPTIONS or not context.EXCEPTIONS[form](before, after)


def _elsewhere(text: str, matches: list[Match], index: int) -> bool:
    """Check whether the country named right after a place shows that it is another place: "Mali (China)"."""
    match = matches[index]
    if match.entry.via != "place" or index + 1 == len(matches):
        return False
    after = matches[index + 1]
    is_clear = after.entry.via == "name" or after.entry.codes[0] in _WITH_STATES
    if not is_clear or set(after.entry.codes) & set(match.entry.codes):
        return False
    gap = text[match.end : after.start]
    listed = text.endswith(", ", 0, match.start) or text.startswith(_LIST_GOES_ON, after.end)
    return gap == " (" or (gap == ", " and not listed)


def _without_people(text: str, matches: list[Match], kept: list[Match], names: Gazetteer) -> list[Match]:
    """Drop the later, shorter mentions of people named like a country, but for what stands as places do."""
    people = {
        text[m.start : m.end]
        for m in {m for m in matches if m.entry.via == "name"}.difference(kept)
        if m.entry.first_name or context.is_surname(_around(text, m)[0], names.given_names)
    }
    if not people:
        return kept
    return [
        m
        for m in kept
        if text[m.start : m.end] not in people
        or _OF_PLACES.search(text, max(0, m.start - context.REACH), m.start)
    ]


def _with_american_georgia(text: str, matches: list[Match]) -> list[Match]:
    """Make "Georgia" the state of the United States, where one of the matches must be."""
    georgias = {m for m in matches if text[m.start : m.end] in _GEORGIA}
    if not any(context.is_american_state(*_around(text, m)) for m in georgias):
        return matches
    if any("GE" in m.entry.codes for m in matches if m not in georgias):
        georgias = {m for m in georgias if context.is_american_state(*_around(text, m))}
    return [m._replace(entry=_AMERICAN_GEORGIA) if m in georgias else m for m in matches]


def _mentions(written: str, matches: list[Match]) -> tuple[CountryMention, ...]:
    """Make a mention of each country, with its strongest evidence."""
    sure = {m.entry.codes[0] for m in matches if len(m.entry.codes) == 1}
    best: dict[str, CountryMention] = {}
    for match in matches:
        entry = match.entry
        via = entry.via
        if via is None:
            continue
        code, *others = entry.codes
        if others:
            likeliest = (
                *(c for c in entry.codes if c in sure),
                *(c for c in entry.codes if c not in entry.named_only),
            )
            code = likeliest[0] if likeliest else code
        known = best.get(code)
        if known is None or _STRENGTH[via] < _STRENGTH[known.via]:
            best[code] = CountryMention(code, via, written[match.start : match.end])
    return tuple(best.values())

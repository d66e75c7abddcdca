"""Find the countries in a text, by their names, demonyms and places.

An automaton finds every form that may name a country. The forms come from the tables in ``data``. If several
tables contain a form, the first of them decides its meaning, in this order: names, demonyms, places,
lookalikes. Lookalikes are phrases that only contain the name of a country or place, such as *Jordan River*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from indexer.analysis.characters import remove_mail_headers
from indexer.countries import name_context, shared_names
from indexer.countries.shared_names import Rules, rules_of
from indexer.data_tables import country_rows, lookalikes, names_in_cell
from indexer.item import CountryMention, Via

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ahocorasick_rs import AhoCorasick


# The minimum length of a form that is also found in capitals; shorter forms in capitals are other acronyms.
MIN_CAPITALS_LENGTH = {"name": 4, "place": 5}


@dataclass(slots=True, eq=False)
class FormMeaning:
    """The countries that a form (a written name, demonym or place) can mean.

    Attributes:
        via: The kind of evidence for a country that the form provides: a name, a demonym or a place. ``None``
            if the form names no country.
        codes: The countries that the form may name, most likely first.
        named_only: The countries in ``codes`` that count only if the text also names them by another form.
        language: Whether the form is also the name of a language.
        first_name: Whether the form is also a given name.
        shared: The qualifiers that turn the form into the name of another country.
    """

    via: Via | None
    codes: tuple[str, ...]
    named_only: frozenset[str] = frozenset()
    language: bool = False
    first_name: bool = False
    shared: Rules = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The automaton that finds forms in a text, and the meanings of the forms.

    Attributes:
        automaton: Finds forms in a single pass. Of overlapping forms, it finds the leftmost, and of these the
            longest.
        entries: The meaning of each form, in the automaton's order.
        by_form: The meaning of each form.
        given_names: Common given names, after which a place name is a surname.
    """

    automaton: AhoCorasick
    entries: tuple[FormMeaning, ...]
    by_form: dict[str, FormMeaning]
    given_names: frozenset[str]


@cache
def gazetteer() -> Gazetteer:
    """Build the gazetteer from the tables, once per process."""
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # not needed by a search

    entries: dict[str, FormMeaning] = {}
    bare = frozenset(lookalikes()["bare"])
    for via, code, form in _table_forms():
        if form not in bare:
            _add_meaning(entries, via, code, form)
    for form in lookalikes()["language"]:
        entries.setdefault(form, FormMeaning(None, ())).language = True
    for form in lookalikes()["person"]:
        if form in entries:
            entries[form].first_name = True
    for form in lookalikes()["phrase"]:
        entries.setdefault(form, FormMeaning(None, ()))
    _add_spellings(entries, frozenset(lookalikes()["accents"]))
    automaton = AhoCorasick(
        list(entries), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
    )
    return Gazetteer(automaton, tuple(entries.values()), entries, frozenset(lookalikes()["given"]))


def _add_spellings(entries: dict[str, FormMeaning], words: frozenset[str]) -> None:
    """Add spelling variants of forms.

    Variants that are other forms, names or ordinary words are left out.
    """
    for form, entry in list(entries.items()):
        for spelling in _unpunctuated_variants(form) if entry.via == "name" else (form,):
            entries.setdefault(spelling, entry)
            if not spelling.isascii() and (plain := _remove_accents(spelling)) not in words:
                entries.setdefault(plain, entry)
    for form, entry in list(entries.items()):
        if entry.via in MIN_CAPITALS_LENGTH and len(form) >= MIN_CAPITALS_LENGTH[entry.via]:
            entries.setdefault(form.upper(), entry)


def _unpunctuated_variants(name: str) -> set[str]:
    """Return a name and its spellings without apostrophes or hyphens, or in title case."""
    spelled = {name}
    if name[0].isupper() and (" " in name or "-" in name):
        spelled.add(name.title())
    for sign, others in (("'", ("", " ")), ("-", (" ",))):
        if sign in name:
            spelled |= {form.replace(sign, other) for form in spelled for other in others}
    return spelled


def _remove_accents(form: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", form) if not unicodedata.combining(c))


def _table_forms() -> Iterator[tuple[Via, str, str]]:
    """Yield the entries of all tables, the strongest kind of evidence first.

    Yields:
        The kind of evidence, the country code, and the form.
    """
    for code, _, english, spanish, french, *others in country_rows("names"):
        names = (english, spanish, french, *(name for cell in others for name in names_in_cell(cell)))
        yield from (("name", code, name.replace("’", "'")) for name in names)
    for code, cell in country_rows("aliases"):
        yield from (("name", code, name) for name in names_in_cell(cell))
    for code, english, *others in country_rows("demonyms"):
        small = [form for cell in others for form in names_in_cell(cell)]
        forms = (*names_in_cell(english), *small, *(form[0].upper() + form[1:] for form in small))
        yield from (("demonym", code, form) for form in forms)
    for table in ("exonyms", "places"):
        for code, *cells in country_rows(table):
            yield from (("place", code, form) for cell in cells for form in names_in_cell(cell))


def _add_meaning(entries: dict[str, FormMeaning], via: Via, code: str, form: str) -> None:
    """Add a country to the meanings of a form.

    A form keeps its strongest kind of evidence, which is added first; other kinds add nothing.
    """
    shared = form.endswith("?")
    form = form.removesuffix("?")
    entry = entries.setdefault(form, FormMeaning(via, ()))
    if entry.via != via or code in entry.codes:
        return
    if not entry.codes:
        entry.shared = rules_of(form.rpartition(" ")[2], code)
    entry.codes = (*entry.codes, code)
    if shared:
        entry.named_only |= {code}


# Characters that become the apostrophe, space or hyphen of the tables, each a single one to keep offsets.
_VARIANTS = tuple(zip("’ʼ‘´\u00a0\u202f\u2011\u2010", "''''  --", strict=True))
_STRENGTH: dict[Via, int] = {"name": 0, "demonym": 1, "place": 2}
# Countries whose towns are written with their state: "Paris, Texas".
_WITH_STATES = frozenset(("AU", "CA", "US"))
# The maximum length of a headline, in characters on either side of a name.
_HEADLINE = 200
_GEORGIA = ("Georgia", "GEORGIA")
_AMERICAN_GEORGIA = FormMeaning("place", ("US",))
_NOTHING = FormMeaning(None, ())
_LIST_SEPARATORS = (", ", " and ", " y ", " et ")
# Words before a country but not before a person: prepositions and articles.
_PLACE_LIST = re.compile(
    r"(?:(?:[Ii]n|[Ff]rom|of|to|[Ee]n|de|across|between|aux?|du|à|[Tt]he|[Ll]as?|[Ll]os|[Ee]l|[Ll]es?) "
    r"|[Ll]')\Z"
)


class Match(NamedTuple):
    """A form found in a text: its offsets and its meaning."""

    start: int
    end: int
    entry: FormMeaning


def find_countries(paragraphs: Sequence[str], title: str | None = None) -> tuple[CountryMention, ...]:
    """Return the countries named in the title and the paragraphs of an item.

    Returns:
        The distinct countries in order of first appearance. In ``via`` and ``evidence``, a name takes
        precedence over a demonym, and a demonym over a place. The evidence is as written, in NFC.
    """
    written = unicodedata.normalize("NFC", "\n".join((title, *paragraphs) if title else paragraphs))
    text = remove_mail_headers(written)
    if not text.isascii():
        for variant, plain in _VARIANTS:
            text = text.replace(variant, plain)
    names = gazetteer()
    matches = _matches(text, names)
    matches = [
        _resolve_shared_name(text, matches, i, names) if m.entry.shared else m for i, m in enumerate(matches)
    ]
    matches = _assign_to_states(text, matches)
    dateline = _dateline(text, len(unicodedata.normalize("NFC", title)) + 1 if title else 0)
    if not (matches or dateline):
        return ()
    kept = _drop_languages(text, matches)
    kept = [
        m
        for i, m in enumerate(kept)
        if _names_country(text, m, names) and not _is_in_another_country(text, kept, i)
    ]
    kept = _replace_georgia(text, _drop_people(text, matches, kept, names))
    if dateline:
        last = dateline[-1].end
        kept = [m for m in kept if m.entry.via != "place" or not dateline[0].start <= m.start < last]
        kept = sorted([*kept, *dateline], key=lambda m: m.start)
    return _mentions(written, kept)


def _dateline(text: str, start: int) -> list[Match]:
    """Return the places in the dateline of a body, which begins at the offset ``start`` of a text."""
    found = name_context.DATELINE.match(text, start)
    if not found or not (found["date"] or found["agency"] or found["places"].isupper()):
        return []
    by_name, after = _dateline_places(), text[found.end("places") : found.end("places") + name_context.REACH]
    matches = []
    for place in re.finditer(r"[^/]+", found["places"]):
        begin, end = (found.start("places") + at for at in place.span())
        codes = by_name.get(place[0].strip().casefold(), ())
        state = name_context.state_after(place[0], codes, (), after)
        if state:
            codes, end = (state.country,), end + state.length
        if codes:
            matches.append(Match(begin, end, FormMeaning("place", codes)))
    return matches


@cache
def _dateline_places() -> dict[str, tuple[str, ...]]:
    """Return the country codes of the places in datelines, by case-folded name."""
    named = {form: entry.codes for form, entry in gazetteer().by_form.items() if entry.via == "place"}
    for code, names in country_rows("datelines"):
        for name in names_in_cell(names):
            for form in (name, _remove_accents(name)):
                named.setdefault(form, (code,))
    return {form.casefold(): codes for form, codes in named.items()}


def begins_with_dateline(body: str) -> bool:
    """Return whether a body begins with a dateline, even one of an unknown place."""
    return name_context.DATELINE.match(body) is not None


def _matches(text: str, names: Gazetteer) -> list[Match]:
    """Return the forms in a text that are whole words, in order."""
    entries = names.entries
    found: list[Match] = []
    end = 0
    for pattern, start, stop in names.automaton.find_matches_as_indexes(text):
        if start < end:
            continue
        if _is_whole_word(text, start, stop):
            found.append(Match(start, stop, entries[pattern]))
            end = stop
        else:
            found += _shorter_forms(text, start, stop, names)
            end = found[-1].end if found else 0
    return found


def _resolve_shared_name(text: str, matches: list[Match], index: int, names: Gazetteer) -> Match:
    """Resolve a name that countries share, such as "Korea", by the qualifiers next to it.

    A name without qualifiers is returned unchanged.
    """
    match = matches[index]
    first = matches[index - 1].end if index else 0
    start = text.rfind(" ", match.start, match.end) + 1 or match.start  # "Republic of Korea": from "Korea" on
    before = text[max(first, start - shared_names.REACH) : start].rpartition("\n")[2]
    after = text[match.end : match.end + shared_names.REACH].partition("\n")[0]
    found = shared_names.qualify(match.entry.shared, before, after)
    if found is None:
        return match
    end = match.end + found.after
    if index + 1 < len(matches) and matches[index + 1].start < end:
        return match
    meant = names.by_form.get(found.name, _NOTHING)
    if meant.codes == match.entry.codes:
        return match
    via = match.entry.via if match.entry.via == "demonym" and meant.via else meant.via
    return Match(min(match.start, start - found.before), end, FormMeaning(via, meant.codes))


def _assign_to_states(text: str, matches: list[Match]) -> list[Match]:
    """Assign towns to the states that directly follow them, as in "Vienna, Virginia"."""
    found: list[Match] = []
    named = {code for m in matches if text[m.start : m.end] not in _GEORGIA for code in m.entry.codes}
    for match in matches:
        if found and match.start < found[-1].end:
            continue
        if match.entry.via == "place" and text.startswith(", ", match.end):
            town = text[match.start : match.end]
            state = name_context.state_after(town, match.entry.codes, named, _text_around(text, match)[1])
            if state:
                entry = FormMeaning("place", (state.country,))
                match = Match(match.start, match.end + state.length, entry)  # noqa: PLW2901
        found.append(match)
    return found


def _is_whole_word(text: str, start: int, stop: int) -> bool:
    """Return whether no letter or digit is directly before or after a part of a text."""
    after = text[stop : stop + 1]
    ends = not after or not (after.isalnum() or after == "_" or unicodedata.combining(after))
    return ends and _may_begin(text, start)


def _may_begin(text: str, start: int) -> bool:
    """Return whether a word may begin at an offset, not after a letter or digit."""
    return not start or not (text[start - 1].isalnum() or text[start - 1] in "_@")


def _shorter_forms(text: str, start: int, stop: int, names: Gazetteer) -> list[Match]:
    """Find other forms at a place where the longest form begins or ends within a word."""
    found: list[Match] = []
    while start < stop:
        ends = range(min(len(text), stop + name_context.REACH), start, -1) if _may_begin(text, start) else ()
        for end in ends:
            entry = names.by_form.get(text[start:end])
            if entry and _is_whole_word(text, start, end):
                found.append(Match(start, end, entry))
                start = end
                break
        start += 1
    return found


def _text_around(text: str, match: Match, reach: int = name_context.REACH) -> tuple[str, str]:
    """Return the text before and after a match, on the same line.

    ``reach`` is the maximum number of characters on each side.
    """
    before = text[max(0, match.start - reach) : match.start].rpartition("\n")[2]
    return before, text[match.end : match.end + reach].partition("\n")[0]


def _drop_languages(text: str, matches: list[Match]) -> list[Match]:
    """Remove forms that mean a language in their context, and forms that never name a country."""
    kept: list[Match] = []
    first = 0
    while first < len(matches):
        last = first + 1
        if matches[first].entry.language:
            while last < len(matches) and _is_enumerated(text, matches[last - 1], matches[last]):
                last += 1
            run = matches[first:last]
            before, after = _text_around(text, run[0])[0], _text_around(text, run[-1])[1]
            form = text[run[0].start : run[0].end]
            if name_context.is_language(before, after, form, listed=len(run) > 1):
                first = last
                continue
        kept += [match for match in matches[first:last] if match.entry.via]
        first = last
    return kept


def _is_enumerated(text: str, language: Match, following: Match) -> bool:
    """Return whether two forms are names of languages in the same list."""
    between = name_context.BETWEEN_LANGUAGES.fullmatch(text, language.end, following.start)
    return following.entry.language and between is not None


def _names_country(text: str, match: Match, names: Gazetteer) -> bool:
    """Return whether the words around a form show that it names a country."""
    before, after = _text_around(text, match)
    form, entry = text[match.start : match.end], match.entry
    if name_context.is_sea(before, after, demonym=entry.via == "demonym"):
        return False
    if name_context.is_compound(before) or name_context.is_surname(before, names.given_names):
        return False
    if entry.via == "demonym":
        is_english = form[0].islower() and name_context.is_english_word(form, before + after)
        return not (is_english or name_context.is_after_language_noun(before))
    is_person = entry.first_name and name_context.is_forename(after)
    if is_person and not name_context.is_headline(form.join(_text_around(text, match, _HEADLINE))):
        return False
    if entry.via == "place":
        is_other = (name_context.is_treaty, name_context.is_brand, name_context.is_work)
        return not any(rule(before, after) for rule in is_other)
    return form not in name_context.EXCEPTIONS or not name_context.EXCEPTIONS[form](before, after)


def _is_in_another_country(text: str, matches: list[Match], index: int) -> bool:
    """Return whether a country after a place shows where it is: "Mali (China)"."""
    match = matches[index]
    if match.entry.via != "place" or index + 1 == len(matches):
        return False
    after = matches[index + 1]
    is_clear = after.entry.via == "name" or after.entry.codes[0] in _WITH_STATES
    if not is_clear or set(after.entry.codes) & set(match.entry.codes):
        return False
    gap = text[match.end : after.start]
    listed = text.endswith(", ", 0, match.start) or text.startswith(_LIST_SEPARATORS, after.end)
    return gap == " (" or (gap == ", " and not listed)


def _drop_people(text: str, matches: list[Match], kept: list[Match], names: Gazetteer) -> list[Match]:
    """Remove names of countries that the text also uses as names of people."""
    people = {
        text[m.start : m.end]
        for m in {m for m in matches if m.entry.via == "name"}.difference(kept)
        if m.entry.first_name or name_context.is_surname(_text_around(text, m)[0], names.given_names)
    }
    if not people:
        return kept
    later = [m for m in kept if text[m.start : m.end] in people]
    reach = name_context.REACH
    dropped = {m for m in later if not _PLACE_LIST.search(text, max(0, m.start - reach), m.start)}
    return [m for m in kept if m not in dropped]


def _replace_georgia(text: str, matches: list[Match]) -> list[Match]:
    """Replace "Georgia" by the American state where the neighbouring words are evidence for the state.

    If the text does not name the country in another way, evidence at one occurrence is enough for all.
    """
    georgias = {m for m in matches if text[m.start : m.end] in _GEORGIA}
    if not any(name_context.is_american_state(*_text_around(text, m)) for m in georgias):
        return matches
    if any("GE" in m.entry.codes for m in matches if m not in georgias):
        georgias = {m for m in georgias if name_context.is_american_state(*_text_around(text, m))}
    return [m._replace(entry=_AMERICAN_GEORGIA) if m in georgias else m for m in matches]


def _mentions(written: str, matches: list[Match]) -> tuple[CountryMention, ...]:
    """Return the mention of each country that is the strongest evidence."""
    sure = {m.entry.codes[0] for m in matches if len(m.entry.codes) == 1}
    best: dict[str, CountryMention] = {}
    for match in matches:
        entry = match.entry
        via = entry.via
        if via is None:
            continue
        code, *others = entry.codes
        if others:
            alone = next((c for c in entry.codes if c not in entry.named_only), code)
            code = next((c for c in entry.codes if c in sure), alone)
        known = best.get(code)
        if known is None or _STRENGTH[via] < _STRENGTH[known.via]:
            best[code] = CountryMention(code, via, written[match.start : match.end])
    return tuple(best.values())

"""Resolve names that several countries share, by qualifiers such as "S. Sudan" and "R.D. du Congo".

A list of whole names would be too long, because names occur with or without dots, accents and capitals, and
with the qualifier before or after the name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

from indexer.data_tables import country_rows
from indexer.runtime import NamedTuple, late_pattern

Rules: TypeAlias = tuple[tuple[frozenset[str], str], ...]
"""Qualifiers, and the name that a shared name becomes with them; the first rule that matches decides."""

REACH: Final = 60
"""The maximum distance of qualifiers from a name, in characters."""
NO_COUNTRY: Final = "-"

_WORD = late_pattern(r"[^\W\d_]{4,}")
_TOKEN = late_pattern(r"[^\W\d_]+(?:['.][^\W\d_]+)*[.']?")
_GAPS = ("", " ", "-")
_OPENING = late_pattern(r" ?\(|, ?|[ -]")
# A qualifier after a name counts only here. Before further words, it may begin a name: "Sudan, South Darfur".
_CLOSED = late_pattern(r"\s*(?:\Z|[^\w\s'])")
# These qualifiers count before further words, too, because in Spanish and French they follow the name.
_ENDS_NAME = frozenset(
    "del du bissau bisau equatorial ecuatorial equatoriale oriental orientale democratique".split()
)
_INITIALS = frozenset("drp")  # "democratic", "republic" and "people's", in any of the languages
_JOINT = frozenset(("joint",))
_COMPASS = frozenset("north south east west central".split())


class QualifiedName(NamedTuple):
    """A shared name with its qualifiers.

    Attributes:
        name: The resulting name, as in the other tables; :data:`NO_COUNTRY` if it names no country.
        before: The number of characters of the qualifiers before the shared name.
        after: The number of characters of the qualifiers after the shared name.
    """

    name: str
    before: int
    after: int


def rules_of(word: str, code: str) -> Rules:
    """Return the rules for a name that several countries share; other names have no rules."""
    rules = _rules().get(code, ())
    folded = _fold(word) if rules else ""
    if not folded.isalpha():
        return ()
    return tuple((qualifiers, name) for stems, qualifiers, name in rules if folded.startswith(stems))


def countries_sharing(word: str) -> set[str]:
    """Return the countries that share a word as their name or demonym, or an empty set."""
    folded = _fold(word)
    return {code for code, rules in _rules().items() if any(folded.startswith(stems) for stems, *_ in rules)}


def qualify(rules: Rules, before: str, after: str) -> QualifiedName | None:
    """Resolve a shared name by the text around it, or return ``None`` if it has no qualifiers."""
    found, taken = _read_before(before)
    if name := _name(rules, found):
        return QualifiedName(name, taken, 0)
    found, taken = _read_after(after)
    return QualifiedName(name, 0, taken) if (name := _name(rules, found)) else None


def _name(rules: Rules, found: set[str]) -> str | None:
    if found.issuperset("dr"):
        found.add("democratic")
    return next((name for qualifiers, name in rules if not found.isdisjoint(qualifiers)), None)


def _read_before(text: str) -> tuple[set[str], int]:
    """Return the qualifiers directly before a name, and their length in characters."""
    found: set[str] = set()
    taken, end = 0, len(text)
    joined = False
    for token in reversed(list(_TOKEN.finditer(text))):
        kinds = _qualifiers_of(token[0])
        if not kinds or text[token.end() : end] not in _GAPS:
            break
        end = token.start()
        if kinds is _JOINT:
            joined = True
        elif joined and kinds <= _COMPASS:
            break  # "the south of Sudan" is not South Sudan
        else:
            found |= kinds
            taken = len(text) - end
    return found, taken


def _read_after(text: str) -> tuple[set[str], int]:
    """Return the qualifiers directly after a name, and their length in characters."""
    found: set[str] = set()
    opening = _OPENING.match(text)
    taken = end = opening.end() if opening else len(text)
    ended = False
    for token in _TOKEN.finditer(text, end):
        kinds = _qualifiers_of(token[0])
        if not kinds or text[end : token.start()] not in _GAPS:
            break
        end = token.end()
        ended = ended or _fold(token[0]) in _ENDS_NAME
        if kinds is not _JOINT:
            found |= kinds
            taken = end
    if opening and "(" in opening[0] and text.startswith(")", end):
        taken = end + 1
    return (found, taken) if ended or _CLOSED.match(text, end) else (set(), 0)


def _qualifiers_of(token: str) -> frozenset[str]:
    """Return the qualifiers in a word, such as "n." or "DR" (two initials); most words have none."""
    word = _fold(token).removesuffix("'")
    if word[1:2] == "'":
        word = word[2:]  # "l'est"
    initials = frozenset(word.replace(".", ""))
    if initials <= _INITIALS and token[0].isupper():
        return initials
    kinds, with_capital = _words()
    if token[0].islower() and (len(word.rstrip(".")) == 1 or word in with_capital):
        return frozenset()
    return kinds.get(word, frozenset())


def resolve_typed_name(typed: str, code_of: Callable[[str], str | None]) -> str | None:
    """Return the full name for a shared name that is typed with qualifiers, in any case: "n. korea".

    The result is ``None`` for any other text.
    """
    typed = typed.strip().upper()
    for word in _WORD.finditer(typed):
        before, after = typed[: word.start()], typed[word.end() :]
        code = code_of(word[0])
        found = qualify(rules_of(word[0], code), before, after) if code else None
        if found and found.before == len(before) and found.after == len(after):
            return found.name
    return None


@cache
def _rules() -> dict[str, list[tuple[tuple[str, ...], frozenset[str], str]]]:
    """Return the rules of each country code.

    A rule consists of prefixes of shared names, qualifiers, and the resulting name.
    """
    rules: dict[str, list[tuple[tuple[str, ...], frozenset[str], str]]] = {}
    for kind, of, qualifiers, *name in country_rows("shared"):
        if kind == "shared":
            code, *stems = of.split(" ")
            rules.setdefault(code, []).append((tuple(stems), frozenset(qualifiers.split(" ")), name[0]))
    return rules


@cache
def _words() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the qualifiers by lower-case word, and the words that need a capital."""
    rows = [row for row in country_rows("shared") if row[0] != "shared"]
    found = [(word, kind, of) for kind, of, words, *_ in rows for word in words.split(" ")]
    kinds = {
        form: _JOINT if kind == "joint" else frozenset((of,))
        for word, kind, of in found
        for form in {word.lower(), word.lower().removesuffix(".")}
    }
    return kinds, frozenset(word.lower() for word, *_ in found if word[0].isupper())


def _fold(text: str) -> str:
    """Fold a word to lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()

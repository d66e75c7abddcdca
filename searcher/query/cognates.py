"""Compare words of two languages: cognates (nación, nation), and homographs (sale).

English, French and Spanish have corresponding endings from Latin. Two words are cognates if they have a long
common prefix, and both endings belong to the same set of corresponding endings. A common prefix alone is not
enough: *pope* and *pop*, *rate* and *rats*.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from indexer.data_tables import rows

# Corresponding endings of the three languages, folded, and the minimum length of the stem.
_SETS: Final[tuple[tuple[frozenset[str], int], ...]] = tuple(
    (frozenset(ending.removeprefix("-") for ending in endings.split()), least)
    for endings, least in (
        ("-tion -tions -cion -ciones", 2),
        ("-sion -sions -siones", 3),
        ("-ty -ties -te -tes -dad -dades -tad -tades", 4),
        ("-ic -ics -ical -ique -iques -ico -ica -icos -icas", 3),
        ("-ist -ists -iste -istes -ista -istas", 3),
        ("-ism -isms -isme -ismes -ismo -ismos", 3),
        ("-ment -ments -mento -mentos -miento -mientos", 3),
        ("-al -als -ale -ales -aux -el -els -elle -elles", 3),
        ("-ive -ives -if -ifs -ivo -iva -ivos -ivas", 3),
        ("-ous -eux -euse -euses -oso -osa -osos -osas", 3),
        ("-ance -ances -ancia -ancias -ancy -ancies", 3),
        ("-ence -ences -encia -encias -ency -encies", 3),
        ("-or -ors -eur -eurs -ores -ora -oras -rice -rices", 4),
        ("-ure -ures -ura -uras", 3),
        ("-ary -aries -aire -aires -ario -aria -arios -arias", 3),
        ("-ian -ians -ien -iens -ienne -iennes -iano -iana -ianos -ianas", 4),
        ("-y -ies -ie -ia -ias", 4),
        ("- -e -s -es -o -a -os -as", 6),
    )
)

_MORE_LETTERS: Final = 2  # additional letters of a stem when cognates are searched for in the index


def are_cognates(word: str, other: str) -> bool:
    """Return whether two folded words differ only in corresponding endings."""
    return not _stems(word).isdisjoint(_stems(other))


def cognates(word: str) -> list[str]:
    """Return possible cognates of a folded word, such as ``logistician`` for ``logisticien``.

    Many of these spellings are not words.
    """
    stems = dict(sorted(_stems(word), reverse=True))  # the shortest of each set, to avoid hospitalss
    found = {
        stem + ending
        for number, stem in stems.items()
        if len(stem) >= _SETS[number][1] + _MORE_LETTERS
        for ending in _SETS[number][0]
    }
    return sorted(found - {word})


def are_homographs(word: str, one: str, other: str) -> bool:
    """Return whether a folded word has different meanings in two languages: *sale*.

    ``one`` and ``other`` are the languages.
    """
    return word in _homographs()[frozenset((one, other))]


@cache
def _homographs() -> dict[frozenset[str], frozenset[str]]:
    return {
        frozenset((one, other)): frozenset(words.split())
        for one, other, words in rows(__file__, "homographs.tsv")
    }


@lru_cache(maxsize=1 << 12)
def _stems(word: str) -> frozenset[tuple[int, str]]:
    """Return the possible stems of a word, each with the index in ``_SETS`` of the removed ending's set."""
    return frozenset(
        (number, word.removesuffix(ending))
        for number, (endings, least) in enumerate(_SETS)
        for ending in endings
        if word.endswith(ending) and len(word) - len(ending) >= least
    )

"""Find the words of a question that may need a correction, and those with other spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.runtime import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searcher.query.expansion import Expander
    from searcher.query.known_words import SettledWords
    from searcher.query.model import Node
    from searcher.query.spelling_variants import SpellingVariants


class Expanding(NamedTuple):
    """The parts that expand and correct the words of one query."""

    expander: Expander  # finds the labels to add
    settled: SettledWords  # decides which words need no correction
    variants: SpellingVariants  # finds the other spellings of words


class UnknownWords(NamedTuple):
    """The words among adjacent ones that may need a correction."""

    words: list[str]  # the words
    spelled: dict[str, tuple[Node, ...]]  # the other spellings of the words that have any
    months: Mapping[str, tuple[Node, ...]]  # the months among them


def unknown_words(chunks: tuple[str, ...], expanding: Expanding, most: int, *, dates: bool) -> UnknownWords:
    """Find the words among adjacent ones that may need a correction; ``most`` expansions are left."""
    expander, settled, variants = expanding
    spelled = variants.of_words(chunks)
    months: dict[str, tuple[Node, ...]] = {}
    if dates and any(map(str.isdigit, "".join(chunks))):
        from searcher.query.query_dates import months_in  # few questions have a year

        months = months_in(chunks, settled.engine)
    spelled |= months
    unsettled = [one for one in chunks if one not in spelled and not settled.is_settled(one)]
    if unsettled:  # a word that is part of a label of several words is well spelt
        tilde = {one: with_n[0] for one in unsettled if (with_n := settled.with_tilde(one))}
        spelt = [tilde.get(one, one) for one in chunks]
        labels = [one for one in expander.expansions(spelt, most)[0] if one.first < one.last]
        known = {chunk for one in labels for chunk in spelt[one.first : one.last + 1]}
        unsettled = [one for one in unsettled if one not in known]
    return UnknownWords(unsettled, spelled, months)

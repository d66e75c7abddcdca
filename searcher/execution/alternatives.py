"""Plain words with what joins them, without a query tree and without importing Whoosh or numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.execution.light import LightWord
    from searcher.execution.weights import KnownTerms, TermWeight


class Alternative(NamedTuple):
    """A term or a phrase that stands for what was typed.

    Attributes:
        field: The field.
        terms: Its terms in order.
        offsets: The place of each term after the first one's.
        boost: How much each of its terms counts.
    """

    field: str
    terms: tuple[bytes, ...]
    offsets: tuple[int, ...]
    boost: float


class Beside(NamedTuple):
    """Words as typed beside what joins them: a document has the score of the better, and some of the other.

    Attributes:
        typed: Words, and words with what joins them.
        added: What joins them all; of these too the best counts, and some of the others.
        others: How much of all but the best counts.
    """

    typed: tuple[LightWord | Beside, ...]
    added: tuple[Alternative, ...]
    others: float


class JoinedQuery(NamedTuple):
    """Words of which any may match, some of them with what joins them.

    Attributes:
        parts: In the order of the query.
    """

    parts: tuple[LightWord | Beside, ...]


class WeighedWord(NamedTuple):
    """A term of the query, or the terms of a phrase, that the index has.

    Attributes:
        weights: For each term its weight.
        offsets: The place of each term after the first one's.
    """

    weights: tuple[TermWeight, ...]
    offsets: tuple[int, ...] = (0,)


class WeighedBeside(NamedTuple):
    """The same as :class:`Beside`, of what the index has."""

    typed: tuple[WeighedWord | WeighedBeside, ...]
    added: tuple[WeighedWord, ...]
    others: float


Weighed = tuple[WeighedWord | WeighedBeside, ...]


def weighed(
    parts: tuple[LightWord | Beside, ...],
    known: KnownTerms,
    fields: frozenset[str],
) -> Weighed:
    """Return what of a query the index has, with its weights.

    Args:
        parts: The query.
        known: The terms of the index.
        fields: The fields whose terms can matter; empty for all.
    """
    found: list[WeighedWord | WeighedBeside] = []
    for part in parts:
        if isinstance(part, Beside):
            typed = weighed(part.typed, known, fields)
            added = tuple(_known(part.added, known, fields))
            if added:
                found.append(WeighedBeside(typed, added, part.others))
            else:
                found.extend(typed)
        else:
            for field, term in part.terms:
                if not fields or field in fields:
                    weight = known.weight(field, term, 1.0)
                    if weight.frequency:
                        found.append(WeighedWord((weight,)))
    return tuple(found)


def _known(
    added: tuple[Alternative, ...],
    known: KnownTerms,
    fields: frozenset[str],
) -> Iterator[WeighedWord]:
    for one in added:
        if not fields or one.field in fields:
            weights = tuple([known.weight(one.field, term, one.boost) for term in one.terms])
            if all(weight.frequency for weight in weights):
                yield WeighedWord(weights, one.offsets)


def words_of(parts: Weighed) -> Iterator[WeighedWord]:
    """Yield every term and phrase."""
    for part in parts:
        if isinstance(part, WeighedBeside):
            yield from words_of(part.typed)
            yield from part.added
        else:
            yield part


def postings_of(parts: Weighed) -> int:
    """Return how many postings it takes at most to find what matches."""
    return sum(
        len(word.weights) * min(weight.frequency for weight in word.weights) for word in words_of(parts)
    )

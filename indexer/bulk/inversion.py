"""From documents that list chunks to terms that list documents: one sort of packed keys turns a run round."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.chunks import SEVERAL
from indexer.errors import SourceError
from indexer.schema import LANGUAGES, TITLE_GAP, TITLE_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexer.bulk.chunks import ChunkArrays
    from indexer.bulk.run import Run

    Numbers = NDArray[Any]

# A key: rank of the term (24 bits), document in its run (16), position (23), in the title (1).
TERM_SHIFT = 40
DOCUMENT_SHIFT = 24
PLACE_BITS = 24
PLACE_MASK = (1 << PLACE_BITS) - 1
MAX_POSITION = (1 << (PLACE_BITS - 1)) - 1
MAX_TERMS = 1 << (64 - TERM_SHIFT)

TERMS, TITLES, WORDS = "terms", "titles", "words"
_HALF = np.uint64(32)  # where the rank of a term stands beside that of its word
_LOW_HALF = np.uint64((1 << 32) - 1)
_HIGH_HALF = ~_LOW_HALF
_HALF_TO_TERM = np.uint64(TERM_SHIFT - 32)
_WORD_SHIFT = np.uint64(16)
_FIRST_SEVERAL = np.uint64(SEVERAL << 32)

SLICE = 1 << 16  # chunks that are expanded at a time, so that the intermediate arrays stay in the cache


@dataclass(slots=True)
class Section:
    """Postings of a run in alphabetical order of the terms, then by document and position.

    Attributes:
        terms: The number of each term that occurs, in alphabetical order of the terms.
        counts: How many entries each has.
        frequencies: In how many documents of the run each stands.
        documents: The document in the run, for each entry.
        places: For each entry: ``position << 1 | in title`` (terms), the position (titles), or the frequency
            (words).
    """

    terms: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    frequencies: NDArray[np.uint32]
    documents: NDArray[np.uint16]
    places: NDArray[np.uint32]


@dataclass(slots=True)
class Inverted:
    """A run turned round.

    Attributes:
        sections: By name: TERMS and TITLES have an entry for each occurrence, WORDS one for each document.
        lengths: By field kind, lengths[document, language]: TERMS and TITLES; WORDS has one column.
    """

    sections: dict[str, Section]
    lengths: dict[str, NDArray[np.uint32]]


def invert(run: Run, table: ChunkArrays, term_ranks: Numbers, word_ranks: Numbers) -> Inverted:
    """Turn a run round.

    Args:
        run: The documents.
        table: What stands behind their chunk numbers.
        term_ranks: The alphabetical rank of each term number.
        word_ranks: The same of words.

    Raises:
        SourceError: A document has more words than a position can count.
    """
    documents = len(run)
    ranked = _rank(table, term_ranks, word_ranks)
    # How many tokens each document has in each language: in all, and in titles.
    counts: Numbers = np.zeros(documents * len(LANGUAGES), dtype=np.uint32)
    titled: Numbers = np.zeros_like(counts)
    term_keys: list[Numbers] = []
    word_keys: list[Numbers] = []
    for placed in _placed_chunks(run, ranked):
        counts[placed.owners] += placed.tokens
        titled[placed.owners] += placed.in_title
        for ranks, places in _tokens(ranked, placed):
            term_keys.append((ranks & _HIGH_HALF) << _HALF_TO_TERM | places)
            word_keys.append((ranks & _LOW_HALF) << _WORD_SHIFT | places >> np.uint64(DOCUMENT_SHIFT))
    by_term = _order(term_ranks)
    sections = {WORDS: _word_section(_gather(word_keys), _order(word_ranks))}
    keys = _gather(term_keys)
    in_title = (keys & np.uint64(1)).astype(bool)
    sections[TITLES] = _section(keys[in_title], by_term, title=True)
    sections[TERMS] = _section(keys, by_term, title=False)
    counts, titled = counts.reshape(documents, len(LANGUAGES)), titled.reshape(documents, len(LANGUAGES))
    lengths = {
        TERMS: counts + np.uint32(TITLE_WEIGHT - 1) * titled,
        TITLES: titled,
        WORDS: counts.sum(axis=1, dtype=np.uint32, keepdims=True),
    }
    return Inverted(sections, lengths)


@dataclass(slots=True)
class _Ranked:
    """What stands behind chunk numbers, as the keys need it.

    Attributes:
        ranks: For each chunk the rank of its only term in the high half, that of its word in the low half; or
            NOTHING or SEVERAL in the high half, and in the low half what ``ChunkArrays.word`` says.
        several: The same of the tokens of chunks with several, and ``at`` and ``offset`` as there.
        positions, tokens: How many positions each chunk takes, and how many tokens with a term it has. Nearly
            always one, so that small numbers keep these in the processor's cache.
    """

    ranks: Numbers
    several: Numbers
    at: Numbers
    offset: Numbers
    positions: Numbers
    tokens: Numbers


def _rank(table: ChunkArrays, term_ranks: Numbers, word_ranks: Numbers) -> _Ranked:
    ranks = table.term.astype(np.uint64) << _HALF | table.word
    single = np.flatnonzero(table.term < SEVERAL)
    ranks[single] = _paired(term_ranks[table.term[single]], word_ranks[table.word[single]])
    several = np.flatnonzero(table.term == SEVERAL)
    tokens = (table.term < SEVERAL).astype(np.uint32)
    tokens[several] = np.diff(table.several_at)[table.word[several]]
    return _Ranked(
        ranks,
        _paired(term_ranks[table.several_term], word_ranks[table.several_word]),
        table.several_at.astype(np.int64),
        table.several_offset.astype(np.uint64),
        _narrow(table.positions),
        _narrow(tokens),
    )


def _paired(terms: Numbers, words: Numbers) -> Numbers:
    pairs: Numbers = terms.astype(np.uint64) << _HALF | words
    return pairs


def _narrow(values: Numbers) -> Numbers:
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


@dataclass(slots=True)
class _Placed:
    """Some of a run's chunks, of whole pieces or of a part of one.

    Attributes:
        chunks: Their numbers.
        places: The lower bits of their keys.
        owners: Whose the pieces are: ``document * languages + language``, each once.
        tokens, in_title: How many tokens each piece has here, and how many of them in its title.
    """

    chunks: Numbers
    places: Numbers
    owners: Numbers
    tokens: Numbers
    in_title: Numbers


def _placed_chunks(run: Run, table: _Ranked) -> Iterator[_Placed]:
    """Yield the run's chunks, a slice at a time.

    Positions count on through all that a document says in one language, with a gap behind its title.
    """
    chunks = np.frombuffer(run.chunks, dtype=np.uint32) if len(run.chunks) else np.empty(0, np.uint32)
    title_ends = np.array(run.piece_title_end, dtype=np.int64)
    ends = np.array(run.piece_end, dtype=np.int64)
    begins = np.concatenate((np.zeros(1, np.int64), ends[:-1])) if len(ends) else ends
    document = np.array(run.piece_document, dtype=np.int64)
    owner = (document * len(LANGUAGES) + np.array(run.piece_language, dtype=np.int64)).astype(np.uint32)
    gap = np.where(np.array(run.piece_titled, dtype=bool), TITLE_GAP, 0)
    first = 0
    while first < len(ends):
        if ends[first] - begins[first] > SLICE:
            yield from _placed_piece(run, table, first, chunks[int(begins[first]) : int(ends[first])])
            first += 1
            continue
        last = max(int(np.searchsorted(ends, begins[first] + SLICE, "right")), first + 1)
        low, high = int(begins[first]), int(ends[last - 1])
        some = slice(first, last)
        numbers = chunks[low:high]
        before = _sums_before(table.positions[numbers])
        base = before[begins[some] - low]
        spans = before[ends[some] - low] - base + gap[some]
        if spans.max(initial=0) > MAX_POSITION:
            raise _too_long(run, first + int(np.argmax(spans)))
        halves = np.empty((last - first, 2), dtype=np.int64)
        halves[:, 0] = (document[some] << DOCUMENT_SHIFT) - (base << 1) + 1
        halves[:, 1] = (document[some] << DOCUMENT_SHIFT) - ((base - gap[some]) << 1)
        sizes = np.empty((last - first, 2), dtype=np.int64)
        sizes[:, 0] = title_ends[some] - begins[some]
        sizes[:, 1] = ends[some] - title_ends[some]
        places = np.repeat(halves.ravel(), sizes.ravel())
        places += before[:-1] << 1
        tokens = _sums_before(table.tokens[numbers])
        base = tokens[begins[some] - low]
        yield _Placed(
            numbers,
            places.view(np.uint64),
            owner[some],
            (tokens[ends[some] - low] - base).astype(np.uint32),
            (tokens[title_ends[some] - low] - base).astype(np.uint32),
        )
        first = last


def _sums_before(values: Numbers) -> Numbers:
    """Return the sum of all values before each, and at the end the sum of all."""
    sums = np.empty(len(values) + 1, dtype=np.int64)
    sums[0] = 0
    np.cumsum(values, out=sums[1:])
    return sums


def _placed_piece(run: Run, table: _Ranked, piece: int, chunks: Numbers) -> Iterator[_Placed]:
    """Yield slices of one piece that is longer than a slice, as ``_placed_chunks`` does of many."""
    document = run.piece_document[piece]
    owner = document * len(LANGUAGES) + run.piece_language[piece]
    begin = run.piece_end[piece - 1] if piece else 0
    title_end = run.piece_title_end[piece] - begin
    gap = TITLE_GAP if run.piece_titled[piece] else 0
    position = 0
    bounds = sorted({*range(0, len(chunks), SLICE), title_end, len(chunks)})
    for first, last in pairwise(bounds):
        numbers = chunks[first:last]
        taken = table.positions[numbers].astype(np.int64)
        places = np.cumsum(taken)
        end = position + int(places[-1])
        if end + gap > MAX_POSITION:
            raise _too_long(run, piece)
        places -= taken
        places += position if first < title_end else position + gap
        places <<= 1
        places += (document << DOCUMENT_SHIFT) + (first < title_end)
        position = end
        tokens = np.array([table.tokens[numbers].sum(dtype=np.uint32)])
        yield _Placed(
            numbers, places.view(np.uint64), np.array([owner]), tokens, tokens * np.uint32(first < title_end)
        )


def _too_long(run: Run, piece: int) -> SourceError:
    name = run.ids[run.piece_document[piece]]
    return SourceError(f"item {name} has more than {MAX_POSITION:,} words; split it into several items")


def _tokens(table: _Ranked, placed: _Placed) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the tokens of placed chunks: the ranks of terms and words, and the lower bits of their keys.

    Their order does not matter: the keys are sorted anyway. Chunks with one term, nearly all, take no detour.
    """
    ranks = table.ranks[placed.chunks]
    single = np.flatnonzero(ranks < _FIRST_SEVERAL)
    yield ranks[single], placed.places[single]
    several = np.flatnonzero((ranks & _HIGH_HALF) == _FIRST_SEVERAL)
    if len(several):
        place = (ranks[several] & _LOW_HALF).astype(np.int64)
        begins = table.at[place]
        sizes = table.at[place + 1] - begins
        ends = np.cumsum(sizes)
        tokens = np.repeat(begins - (ends - sizes), sizes) + np.arange(ends[-1])
        yield (
            table.several[tokens],
            np.repeat(placed.places[several], sizes) + (table.offset[tokens] << np.uint64(1)),
        )


def _gather(parts: list[Numbers]) -> Numbers:
    keys = np.concatenate(parts) if parts else np.empty(0, np.uint64)
    parts.clear()
    return keys


def _order(ranks: Numbers) -> Numbers:
    """Return the term number at each alphabetical rank."""
    order = np.empty(len(ranks), dtype=np.uint32)
    order[ranks] = np.arange(len(ranks), dtype=np.uint32)
    return order


def _section(keys: Numbers, by_rank: Numbers, *, title: bool) -> Section:
    keys.sort()
    differing = keys[1:] ^ keys[:-1]  # a key that begins something differs from the one before in a high bit
    begins = _begins(differing >= np.uint64(1 << TERM_SHIFT), len(keys))
    opening = np.ones(len(keys), dtype=np.uint8)
    np.greater_equal(differing, np.uint64(1 << DOCUMENT_SHIFT), out=opening[1:].view(bool))
    places = keys.astype(np.uint32) & np.uint32(PLACE_MASK)
    return Section(
        terms=by_rank[(keys[begins] >> np.uint64(TERM_SHIFT)).astype(np.uint32)],
        counts=np.diff(begins, append=len(keys)).astype(np.uint32),
        frequencies=np.add.reduceat(opening, begins, dtype=np.uint32)
        if len(begins)
        else opening.astype(np.uint32),
        documents=(keys >> np.uint64(DOCUMENT_SHIFT)).astype(np.uint16),
        places=places >> np.uint32(1) if title else places,
    )


def _word_section(keys: Numbers, by_rank: Numbers) -> Section:
    keys.sort()
    postings = _begins(keys[1:] != keys[:-1], len(keys))
    frequencies = np.diff(postings, append=len(keys)).astype(np.uint32)
    keys = keys[postings]
    begins = _begins((keys[1:] ^ keys[:-1]) >= np.uint64(1 << 16), len(keys))
    counts = np.diff(begins, append=len(keys)).astype(np.uint32)
    return Section(
        terms=by_rank[(keys[begins] >> np.uint64(16)).astype(np.uint32)],
        counts=counts,
        frequencies=counts,
        documents=keys.astype(np.uint16),
        places=frequencies,
    )


def _begins(differing: Numbers, count: int) -> Numbers:
    """Return where each run of equal values begins.

    Args:
        differing: Whether each value but the first begins one.
        count: How many values there are.
    """
    begins = np.flatnonzero(differing)
    begins += 1
    return np.concatenate((np.zeros(min(count, 1), np.int64), begins))

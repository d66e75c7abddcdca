"""From documents that list chunks to terms that list documents: one sort of packed keys turns a run round."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.chunks import SEVERAL
from indexer.errors import SourceError
from indexer.index.schema import LANGUAGES, TITLE_GAP, TITLE_WEIGHT

if TYPE_CHECKING:
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
SLICE = 1 << 19  # chunks that are expanded at a time, so that the intermediate arrays stay small


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
    lengths: dict[str, Numbers] = {
        TERMS: np.zeros(documents * len(LANGUAGES), dtype=np.uint32),
        TITLES: np.zeros(documents * len(LANGUAGES), dtype=np.uint32),
        WORDS: np.zeros(documents, dtype=np.uint32),
    }
    term_keys: list[Numbers] = []
    word_keys: list[Numbers] = []
    for chunks, payload, owner in _placed_chunks(run, table):
        for terms, words, places, owners in _tokens(table, chunks, payload, owner):
            term_keys.append((term_ranks[terms].astype(np.uint64) << np.uint64(TERM_SHIFT)) | places)
            of_document = (places >> np.uint64(DOCUMENT_SHIFT)).astype(np.uint32)
            word_keys.append((word_ranks[words].astype(np.uint64) << np.uint64(16)) | of_document)
            in_title = (places & np.uint64(1)).astype(bool)
            size = len(lengths[TERMS])
            titled = np.bincount(owners[in_title], minlength=size).astype(np.uint32)
            lengths[TITLES] += titled
            lengths[TERMS] += np.bincount(owners, minlength=size).astype(np.uint32)
            lengths[TERMS] += (TITLE_WEIGHT - 1) * titled
            lengths[WORDS] += np.bincount(of_document, minlength=documents).astype(np.uint32)
    by_term = _order(term_ranks)
    sections = {WORDS: _word_section(_gather(word_keys), _order(word_ranks))}
    keys = _gather(term_keys)
    in_title = (keys & np.uint64(1)).astype(bool)
    sections[TITLES] = _section(keys[in_title], by_term, title=True)
    sections[TERMS] = _section(keys, by_term, title=False)
    lengths[TERMS] = lengths[TERMS].reshape(documents, len(LANGUAGES))
    lengths[TITLES] = lengths[TITLES].reshape(documents, len(LANGUAGES))
    lengths[WORDS] = lengths[WORDS].reshape(documents, 1)
    return Inverted(sections, lengths)


def _placed_chunks(run: Run, table: ChunkArrays) -> Any:
    """Yield slices of the run's chunks: their numbers, the lower bits of their keys, and whose they are.

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
        taken = np.cumsum(table.positions[numbers], dtype=np.int64)
        before = np.concatenate((np.zeros(1, np.int64), taken))
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
        payload = np.repeat(halves.ravel(), sizes.ravel())
        payload += before[:-1] << 1
        yield numbers, payload.view(np.uint64), np.repeat(owner[some], sizes.sum(axis=1))
        first = last


def _placed_piece(run: Run, table: ChunkArrays, piece: int, chunks: Numbers) -> Any:
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
        payload = np.cumsum(taken)
        end = position + int(payload[-1])
        if end + gap > MAX_POSITION:
            raise _too_long(run, piece)
        payload -= taken
        payload += position if first < title_end else position + gap
        payload <<= 1
        payload += (document << DOCUMENT_SHIFT) + (first < title_end)
        position = end
        yield numbers, payload.view(np.uint64), np.full(len(numbers), owner, dtype=np.uint32)


def _too_long(run: Run, piece: int) -> SourceError:
    name = run.ids[run.piece_document[piece]]
    return SourceError(f"item {name} has more than {MAX_POSITION:,} words; split it into several items")


def _tokens(table: ChunkArrays, chunks: Numbers, payload: Numbers, owner: Numbers) -> Any:
    """Yield the tokens of placed chunks: their terms, words, lower bits of the keys, and whose they are.

    Their order does not matter: the keys are sorted anyway. Chunks with one term, nearly all, take no detour.
    """
    terms = table.term[chunks]
    single = np.flatnonzero(terms < SEVERAL)
    yield terms[single], table.word[chunks[single]], payload[single], owner[single]
    several = np.flatnonzero(terms == SEVERAL)
    if len(several):
        place = table.word[chunks[several]]
        begins = table.several_at[place].astype(np.int64)
        sizes = table.several_at[place + 1] - begins
        ends = np.cumsum(sizes)
        tokens = np.repeat(begins - (ends - sizes), sizes) + np.arange(ends[-1])
        places = np.repeat(payload[several], sizes) + (
            table.several_offset[tokens].astype(np.uint64) << np.uint64(1)
        )
        yield table.several_term[tokens], table.several_word[tokens], places, np.repeat(owner[several], sizes)


def _gather(parts: list[Numbers]) -> Numbers:
    keys = np.concatenate(parts) if parts else np.empty(0, np.uint64)
    parts.clear()
    return keys


def _order(ranks: Numbers) -> Numbers:
    """Return the term number at each alphabetical rank."""
    order = np.empty(len(ranks), dtype=np.uint32)
    order[ranks] = np.arange(len(ranks), dtype=np.uint32)
    return order


def _runs_of_equals(values: Numbers) -> Numbers:
    """Return where each run of equal values begins."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.concatenate((np.zeros(1, np.int64), np.flatnonzero(values[1:] != values[:-1]) + 1))


def _section(keys: Numbers, by_rank: Numbers, *, title: bool) -> Section:
    keys.sort()
    ranks = (keys >> np.uint64(TERM_SHIFT)).astype(np.uint32)
    begins = _runs_of_equals(ranks)
    postings = _runs_of_equals(keys >> np.uint64(DOCUMENT_SHIFT))
    of_term = np.searchsorted(postings, begins)
    places = keys.astype(np.uint32) & np.uint32(PLACE_MASK)
    return Section(
        terms=by_rank[ranks[begins]],
        counts=np.diff(begins, append=len(keys)).astype(np.uint32),
        frequencies=np.diff(of_term, append=len(postings)).astype(np.uint32),
        documents=(keys >> np.uint64(DOCUMENT_SHIFT)).astype(np.uint16),
        places=places >> np.uint32(1) if title else places,
    )


def _word_section(keys: Numbers, by_rank: Numbers) -> Section:
    keys.sort()
    postings = _runs_of_equals(keys)
    frequencies = np.diff(postings, append=len(keys)).astype(np.uint32)
    keys = keys[postings]
    ranks = (keys >> np.uint64(16)).astype(np.uint32)
    begins = _runs_of_equals(ranks)
    counts = np.diff(begins, append=len(keys)).astype(np.uint32)
    return Section(
        terms=by_rank[ranks[begins]],
        counts=counts,
        frequencies=counts,
        documents=keys.astype(np.uint16),
        places=frequencies,
    )

"""How much a build holds in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

DOCUMENT_BITS = 24  # of a document's number while postings are merged
MAX_DOCUMENTS = 1 << DOCUMENT_BITS

# What a thing costs in memory at its peak, in bytes, measured; from these the limits follow.
TOKEN_BYTES = 44  # in its run, and in the arrays that invert it
POSTING_BYTES = 80
DOCUMENT_BYTES = 400  # columns, ids and titles while a segment is put in order
OWN_SHARE = 16  # a byte of an own term, which all stand in memory at the end, takes some of ours
RUN_DOCUMENTS = 25_000
MAX_MEGABYTES = 1 << 20  # more than any machine has; what is worked out from it still fits into 64 bits


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """How much to hold in memory.

    Attributes:
        run_documents: Documents in a run.
        run_tokens: Tokens in a run.
        vocabulary: Bytes of chunks and terms before a new epoch starts.
        merge: Postings held in memory while runs are merged.
        segment_documents: Documents in a segment.
        own_terms: Bytes of the terms of own fields in a segment.
    """

    run_documents: int
    run_tokens: int
    vocabulary: int
    merge: int
    segment_documents: int
    own_terms: int = 1 << 26

    @classmethod
    def within(cls, megabytes: int) -> Self:
        """Compute the limits that keep a build within so much memory, Python and numpy themselves apart."""
        size = min(megabytes, MAX_MEGABYTES) << 20
        return cls(
            run_documents=RUN_DOCUMENTS,
            run_tokens=size * 2 // 5 // TOKEN_BYTES,
            vocabulary=size * 2 // 5,
            merge=size // 4 // POSTING_BYTES,
            segment_documents=min(MAX_DOCUMENTS, max(size // DOCUMENT_BYTES, RUN_DOCUMENTS)),
            own_terms=size // OWN_SHARE,
        )

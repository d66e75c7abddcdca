"""The script of exact scores: BM25 of one term; weight and mean length come with the request."""

from __future__ import annotations

from typing import Final

from indexer.schema import K1, B

# With lengths as they are, where Lucene's have four significant bits; and the same on every part of an index.
SCORE_SCRIPT: Final = (
    "double f = termFreq(params.f, params.t); return params.w * f / "
    f"(f + {K1} * ({1 - B} + {B} * doc[params.l].value / params.a));"
)

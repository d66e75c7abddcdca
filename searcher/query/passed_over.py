"""Lines that tell what was not done for all of a query, or for all hits: beyond a limit, yet no fault."""

from __future__ import annotations

from searcher.query.limits import MOST_CORRECTED, MOST_EXPLAINED, MOST_JOINED


def words_passed_over(count: int) -> str:
    """Return the line that tells of words that were not looked at again, though they may be misspelt."""
    words = "word of this query stands" if count == 1 else "words of this query stand"
    return (
        f"{count:,} {words} as typed, though perhaps misspelt or grown together: {MOST_CORRECTED} at most "
        "are looked at again, fewer where too much would have to be compared"
    )


def labels_passed_over(count: int) -> str:
    """Return the line that tells of words, or groups of words, for which no related ones were looked for."""
    words = "word or group of words" if count == 1 else "words or groups of words"
    return f"{count:,} {words} of this query got no related ones: {MOST_JOINED} at most are joined by them"


def hits_passed_over(count: int) -> str:
    """Return the line that tells of hits whose scores are not explained."""
    hits = "hit is" if count == 1 else "hits are"
    return f"{count:,} {hits} shown without an explanation: {MOST_EXPLAINED} at most are explained"

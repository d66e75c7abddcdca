"""Lines that tell what was not done for all of a query, or for all hits: beyond a limit, yet no fault."""

from __future__ import annotations

from searcher.query.limits import MOST_CORRECTED, MOST_EXPLAINED, MOST_JOINED


def words_passed_over(count: int) -> str:
    """Return the line that tells of words that were not looked at again, though they may be misspelt."""
    return (
        f"{MOST_CORRECTED} words of a query at most are looked at again as misspelt or grown together; "
        f"{count:,} more of this one {'stands' if count == 1 else 'stand'} as typed"
    )


def labels_passed_over(count: int) -> str:
    """Return the line that tells of words, or groups of words, for which no related ones were looked for."""
    return (
        f"{MOST_JOINED} words of a query, or groups of words, at most are joined by related ones; for "
        f"{count:,} more of this one none were looked for"
    )


def hits_passed_over(count: int) -> str:
    """Return the line that tells of hits whose scores are not explained."""
    were = "hit is" if count == 1 else "hits are"
    return f"the scores of {MOST_EXPLAINED} hits at most are explained; {count:,} more {were} shown without"

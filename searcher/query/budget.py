"""What one query has asked for so far, held to its limits: patterns, what they are compared with, places."""

from __future__ import annotations

from collections import Counter

from indexer.errors import QueryError
from searcher.query.limits import (
    MOST_COMPARED,
    MOST_FOUND,
    MOST_FOUND_TOGETHER,
    MOST_PATTERNS,
    MOST_PLACES,
    MOST_PLACES_AN_ITEM,
    MOST_SCANS,
    MOST_WIDE,
    named,
    shortened,
)


class Budget:
    """Counts the costly parts of one query."""

    def __init__(self) -> None:
        self._patterns = 0
        self._scans = 0
        self._wide: Counter[str] = Counter()
        self._found = 0
        self._compared = 0
        self._places = 0
        self._widest = "", 0

    def spend_wide(self, sign: str, start: int | None) -> None:
        """Count one part that may stand for nearly every item.

        Args:
            sign: What makes it one: ``*``, ``NOT`` or ``date:``.
            start: Where it stands in the query, from 0; None where that is not known.

        Raises:
            QueryError: It is one too many.
        """
        self._wide[sign] += 1
        if self._wide[sign] > MOST_WIDE:
            where = f" (character {start + 1:,})" if start is not None else ""
            advice = "; exclude words by -word instead" if sign == "NOT" else ""
            raise QueryError(f"“{sign}”{where} is one too many: a query may hold {MOST_WIDE} of them{advice}")

    def spend_pattern(self, written: str, start: int | None) -> None:
        """Count one pattern.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0; None where that is not known.

        Raises:
            QueryError: It is one too many.
        """
        where = named(written, start)
        self._patterns += 1
        self._scans += written[:1] in ("*", "?")
        if self._patterns > MOST_PATTERNS:
            raise QueryError(
                f"{where} is one pattern too many: a query may hold {MOST_PATTERNS} words with *, ? or ~"
            )
        if self._scans > MOST_SCANS:
            raise QueryError(
                f"{where} is one pattern too many: {MOST_SCANS} may begin with * or ?; write its first letter"
            )

    def spend_compared(self, written: str, start: int | None, words: int) -> None:
        """Count the words of the index that are compared with one pattern; the first is always found.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0; None where that is not known.
            words: How many words of the index begin as it does.

        Raises:
            QueryError: They are too many, with those of earlier patterns.
        """
        if self._compared and self._compared + words > MOST_COMPARED:
            raise QueryError(
                f"{named(written, start)} is one pattern too many: it would be compared with {words:,} "
                f"words of the index, and {MOST_COMPARED:,} are the most for all words with *, ? or ~; write "
                "more of its first letters, or leave one out"
            )
        self._compared += words

    def may_compare(self, words: int) -> bool:
        """Tell whether so many words of the index may be compared with a misspelt one, and count them."""
        if self._compared + words > MOST_COMPARED:
            return False
        self._compared += words
        return True

    def spend_found(self, written: str, start: int | None, words: int) -> None:
        """Count the words of the index that one pattern stands for.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0; None where that is not known.
            words: How many they are, or just more than may be.

        Raises:
            QueryError: They are too many, for one pattern or with those of earlier ones.
        """
        if words > MOST_FOUND:
            raise QueryError(
                f"{named(written, start)} stands for more than {MOST_FOUND:,} words; write more of its "
                "letters"
            )
        self._found += words
        if self._found > MOST_FOUND_TOGETHER:
            raise QueryError(
                f"{named(written, start)} is one pattern too many: all words with *, ? or ~ may stand for "
                f"{MOST_FOUND_TOGETHER:,} words of the index; write more of its letters, or leave one out"
            )

    def spend_places(self, written: str, places: int, items: int) -> None:
        """Count the items in which a part of the query stands.

        Args:
            written: The part.
            places: How many items have it.
            items: How many items the index has.

        Raises:
            QueryError: They are too many, with those of earlier parts.
        """
        self._places += places
        if places > self._widest[1]:
            self._widest = written, places
        most = max(MOST_PLACES, MOST_PLACES_AN_ITEM * items)
        if self._places > most:
            raise QueryError(
                f"the parts of the query stand in more than {most:,} items, counted part by part; leave out "
                f"some that are in many, such as “{shortened(self._widest[0])}” ({self._widest[1]:,})"
            )

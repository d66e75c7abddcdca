"""What one query has asked for so far, held to its limits: patterns, comparisons, postings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from indexer.errors import QueryError
from indexer.schema import SEPARATOR, WORDS
from searcher.query.limits import LIMITS, Limits, located, shortened
from searcher.query.model import Days, Everything, Found, Keyword, Phrase, Term, leaves

if TYPE_CHECKING:
    from collections.abc import Collection

    from searcher.engine import Vocabulary
    from searcher.query.model import Node

UNPACKED: Final = 2  # postings are scored while one of a pattern's word is decoded and sorted
CARRIED: Final = 30  # so many documents are carried along to another term while one posting is scored


class Budget:
    """Counts the costly parts of one query.

    Args:
        limits: How much it may ask for.

    Attributes:
        limits: The same.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._patterns = 0
        self._scans = 0
        self._wide: Counter[str] = Counter()
        self._regions = 0
        self._found = 0
        self._compared = 0

    def spend_wide(self, sign: str, start: int | None) -> None:
        """Count one part that may stand for nearly every item.

        Args:
            sign: What makes it one: ``*``, ``NOT`` or ``date:``.
            start: Where it stands in the query, from 0; None where that is not known.

        Raises:
            QueryError: It is one too many.
        """
        self._wide[sign] += 1
        if self._wide[sign] > self.limits.wide:
            advice = "; exclude words by -word instead" if sign == "NOT" else ""
            raise QueryError(
                f"{located(sign, start)} is one too many: a query may hold {self.limits.wide} of them{advice}"
            )

    def spend_region(self, start: int) -> None:
        """Count one region that ``country:`` names.

        Args:
            start: Where it stands in the query, from 0.

        Raises:
            QueryError: It is one too many.
        """
        self._regions += 1
        if self._regions > self.limits.regions:
            raise QueryError(
                f"{located('country:', start)} is one region too many: a query may hold "
                f"{self.limits.regions} of them; give them by --country"
            )

    def spend_pattern(self, written: str, start: int) -> None:
        """Count one pattern.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0.

        Raises:
            QueryError: It is one too many.
        """
        where = located(written, start)
        self._patterns += 1
        self._scans += written[:1] in ("*", "?")
        if self._patterns > self.limits.patterns:
            raise QueryError(
                f"{where} is one pattern too many: a query may hold {self.limits.patterns} words with *, ? "
                "or ~"
            )
        if self._scans > self.limits.scans:
            raise QueryError(
                f"{where} is one pattern too many: {self.limits.scans} may begin with * or ?; write its "
                "first letter"
            )

    def spend_compared(self, written: str, start: int, words: int) -> None:
        """Count the words of the index that are compared with one pattern; the first is always found.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0.
            words: How many words of the index begin as it does.

        Raises:
            QueryError: They are too many, with those of earlier patterns.
        """
        if self._compared and self._compared + words > self.limits.compared:
            raise QueryError(
                f"{located(written, start)} is one pattern too many: it would be compared with {words:,} "
                f"words of the index, and {self.limits.compared:,} are the most for all words with *, ? or "
                "~; write more of its first letters, or leave one out"
            )
        self._compared += words

    def may_compare(self, words: int) -> bool:
        """Tell whether so many words of the index may be compared with a misspelt one, and count them."""
        if self._compared + words > self.limits.compared:
            return False
        self._compared += words
        return True

    def spend_found(self, written: str, start: int, words: int) -> None:
        """Count the words of the index that one pattern stands for.

        Args:
            written: The pattern as typed.
            start: Where it stands in the query, from 0.
            words: How many they are, or just more than may be.

        Raises:
            QueryError: They are too many, for one pattern or with those of earlier ones.
        """
        if words > self.limits.found:
            raise QueryError(
                f"{located(written, start)} stands for more than {self.limits.found:,} words; write more of "
                "its letters"
            )
        self._found += words
        if self._found > self.limits.found_together:
            raise QueryError(
                f"{located(written, start)} is one pattern too many: all words with *, ? or ~ may stand for "
                f"{self.limits.found_together:,} words of the index; write more of its letters, or leave one "
                "out"
            )

    def spend_postings(self, query: Node, vocabulary: Vocabulary) -> None:
        """Hold a query to the items in which its parts stand, counted leaf by leaf before any is read.

        Args:
            query: The resolved query.
            vocabulary: The terms of the index.

        Raises:
            QueryError: They are too many.
        """
        items = vocabulary.documents(WORDS)
        most = max(self.limits.postings, self.limits.postings_an_item * items)
        total, widest = 0, ("", 0)
        for leaf in leaves(query):
            written, postings = _postings(leaf, vocabulary, items)
            total += postings
            if postings > widest[1]:
                widest = written, postings
            if total > most:
                raise QueryError(
                    f"the parts of the query stand in more than {most:,} items, counted part by part; leave "
                    f"out some that are in many, such as “{shortened(widest[0])}” ({widest[1]:,})"
                )


def _postings(leaf: Node, vocabulary: Vocabulary, items: int) -> tuple[str, int]:  # noqa: PLR0911 - a case a leaf
    """Tell what a leaf was written as, and what reading it takes, in scored postings."""
    match leaf:
        case Term():
            return leaf.written or leaf.text, vocabulary.frequency(leaf.field, leaf.text)
        case Phrase():
            return " ".join(leaf.terms), _of_phrase(leaf.field, leaf.terms, vocabulary)
        case Found():
            postings = sum(vocabulary.frequency(WORDS, word) for word in leaf.words)
            return leaf.pattern, postings * UNPACKED
        case Keyword(field="own"):
            return leaf.value.replace(SEPARATOR, ":"), vocabulary.frequency(leaf.field, leaf.value)
        case Everything():
            return "*", items
        case Days():
            return "date:", items
    return "", 0


def _of_phrase(field: str, terms: Collection[str], vocabulary: Vocabulary) -> int:
    """Estimate a phrase: the documents of its rarest term are carried along to each other."""
    frequencies = [vocabulary.frequency(field, term) for term in terms]
    return sum(frequencies) + min(frequencies) * len(terms) ** 2 // CARRIED

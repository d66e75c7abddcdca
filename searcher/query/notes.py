"""Notes about how a query was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.countries.country_names import country_name
from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from searcher.query.limits import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from indexer.countries.country_names import Countries
    from searcher.query.limits import Limits

SKIPPED: Final = "skipped"  # not all of a query or its hits were processed: a limit, not an error
MAX_NOTES: Final = 5  # a text of punctuation alone would have hundreds
MAX_PER_KIND: Final = 3  # dates and regions that are suggested as filters
MAX_NAMED: Final = 12  # countries of a region that are all named
FIRST_NAMED: Final = 5  # countries that are named of a larger region

ESTIMATED: Final = "--estimated"  # the option that lets estimated dates match

_CONTEXT: Final = 12  # characters shown on either side of a fault


class Note(NamedTuple):
    """A note about how a query was read.

    Attributes:
        kind: A short stable key, for programs: ``read_as_text``, ``split_term``, ...
        text: One line, for users.
    """

    kind: str
    text: str


class Notes:
    """Collects the notes about one query: parts without a meaning are read as text, or rejected.

    Args:
        query: The query as typed.
        strict: Whether to reject them.
        custom_fields: The custom fields of the index, which are allowed before a colon.
    """

    def __init__(self, query: str, *, strict: bool, custom_fields: Collection[str] = ()) -> None:
        self.query = query
        self.custom_fields = custom_fields
        self._strict = strict
        self._notes: dict[Note, None] = {}

    def add(self, at: int, fault: str, remark: str, kind: str = "read_as_text") -> None:
        """Add a note about how a part of the query is read.

        Args:
            at: The offset of the part.
            fault: Why it is invalid, for a strict query.
            remark: How it is read, otherwise.
            kind: As in :class:`Note`.

        Raises:
            QueryError: The notes are strict.
        """
        if self._strict:
            raise self.error(at, fault)
        self._notes[Note(kind, remark)] = None

    def error(self, at: int, fault: str) -> QueryError:
        """Return the error for an invalid part at an offset."""
        text = self.query
        start, end = max(0, at - _CONTEXT), min(len(text), at + _CONTEXT)
        before, after = "…" if start else "", "…" if end < len(text) else ""
        around = f"{before}{text[start:at]}▸{text[at:end]}{after}"
        return QueryError(f"at character {at + 1} of the query (“{around}”): {fault}")

    def add_note(self, kind: str, remark: str) -> None:
        """Add a note about a part that is valid but perhaps not intended; it is never rejected."""
        if not self._strict:
            self._notes[Note(kind, remark)] = None

    def beyond(self, fault: str, remark: str) -> None:
        """Add a note about how a part beyond a limit is read.

        Args:
            fault: The whole error message, for a strict query.
            remark: How it is read, otherwise.

        Raises:
            QueryError: The notes are strict.
        """
        if self._strict:
            raise QueryError(fault)
        self._notes[Note("read_as_text", remark)] = None

    def first(
        self, kind: str = "read_as_text", more: str = "read {} more parts as plain text"
    ) -> tuple[Note, ...]:
        """Return the first distinct notes; the last one, of this kind, counts the rest."""
        return first_notes(list(self._notes), MAX_NOTES, kind, more)


def first_notes(notes: list[Note], most: int, kind: str, more: str) -> tuple[Note, ...]:
    """Return the first notes; if there are too many, the last one counts the rest."""
    if len(notes) <= most:
        return tuple(notes)
    return (*notes[: most - 1], Note(kind, more.format(len(notes) - most + 1)))


def beyond_limits(left: Sequence[tuple[str, str]], *, text: bool) -> Note:
    """Return one note about all parts of a query beyond its limits.

    Args:
        left: Each part as typed, with the limit in words.
        text: Whether they are read as text; otherwise they are left out.
    """
    (first, limit), *others = left
    named = f"“{shortened(first)}”"
    if others:
        parts = "words with *, ? or ~" if text else "parts"
        named = f"{len(left):,} {parts} that are beyond the limits, such as {named},"
    done = f"read {named} as text" if text else f"left out {named}".removesuffix(",")
    return Note("read_as_text" if text else SKIPPED, f"{done}: {limit}")


def words_skipped(not_corrected: int, not_expanded: int, limits: Limits) -> tuple[Note, ...]:
    """Return notes about words that were not corrected or not expanded.

    Args:
        not_corrected: The number of possibly misspelt words that were not corrected.
        not_expanded: The number of words, or groups of words, that were not expanded.
        limits: The limits of the query.
    """
    notes = []
    if not_corrected:
        words = "word of this query stands" if not_corrected == 1 else "words of this query stand"
        notes.append(
            Note(
                SKIPPED,
                f"{not_corrected:,} {words} as typed, though perhaps misspelt or grown together: "
                f"{limits.corrected} at most are looked at again, fewer where too much would have to be "
                "compared",
            )
        )
    if not_expanded:
        words = "word or group of words" if not_expanded == 1 else "words or groups of words"
        notes.append(
            Note(
                SKIPPED,
                f"{not_expanded:,} {words} of this query got no related ones: {limits.expanded} at most are "
                "joined by them",
            )
        )
    return tuple(notes)


def region_note(region: Countries) -> Note:
    """Return a note with the countries of a region.

    Args:
        region: A region that a name was resolved to.
    """
    names = [country_name(code) for code in region.codes]
    if len(names) > MAX_NAMED:
        names[FIRST_NAMED:] = [f"{len(names) - FIRST_NAMED} more"]
    *first, last = names
    return Note("region", f"{region.region} ({len(region.codes)} countries): {', '.join(first)} and {last}")


def dates_in_words(dates: Mapping[str, str]) -> tuple[Note, ...]:
    """Return notes that dates in words rank items of these dates higher, with a filter for each date.

    Args:
        dates: The dates in the syntax of ``date:``, by words.
    """
    wished = [
        Note(
            "date_estimated",
            f"no printed date lies in “{words}”; date:{date} finds the items that are estimated to",
        )
        if date.endswith(ESTIMATED)
        else Note(
            "date",
            f"“{words}” is searched as words, and items of that date rank higher; date:{date} finds "
            "them alone",
        )
        for words, date in dates.items()
    ]
    return first_notes(wished, MAX_PER_KIND, "date", "items of {} more dates rank higher too")


def acronyms_offered(acronyms: Mapping[str, str]) -> tuple[Note, ...]:
    """Return notes that words in small letters are not read as acronyms.

    Args:
        acronyms: The acronyms by word.
    """
    offered = [
        Note("acronym_offered", f"“{word}” is read as a word: type {acronym} for the acronym")
        for word, acronym in acronyms.items()
    ]
    return first_notes(offered, MAX_PER_KIND, "acronym_offered", "{} more words are acronyms in capitals")


def nothing_to_search_for(query: str) -> Note:
    """Return a note that a query has only punctuation or function words."""
    return Note(
        "nothing_to_search_for",
        f"nothing to search for in “{shortened(query, 60)}”: only signs, or words that "
        "are in nearly every text; add a word that says more, or use * for everything",
    )


def hits_not_explained(count: int, limits: Limits) -> Note:
    """Return a note about hits whose scores are not explained."""
    hits = "hit is" if count == 1 else "hits are"
    return Note(
        SKIPPED, f"{count:,} {hits} shown without an explanation: {limits.explained} at most are explained"
    )

"""What an answer says of how a query was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.countries.country_names import country_name, find_region
from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from searcher.query.limits import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from indexer.countries.country_names import Countries
    from searcher.query.limits import Limits

SKIPPED: Final = "skipped"  # not done for all of a query, or for all hits: beyond a limit, yet no error
MAX_NOTES: Final = 5  # a text of signs alone would have hundreds
MAX_PER_KIND: Final = 3  # dates and regions that are offered as filters
MAX_NAMED: Final = 12  # countries of a region; of a larger one ...
FIRST_NAMED: Final = 5  # ... so many are named, and the others counted
MAX_SUGGESTED_COUNTRIES: Final = 60  # as many as Africa has: the United Nations narrow nothing

_CONTEXT: Final = 12  # characters shown on either side of a fault


class Note(NamedTuple):
    """One remark on how a query was read.

    Attributes:
        kind: A short key that stays the same, for programs: ``read_as_text``, ``split_term``, ...
        text: One line, for people.
    """

    kind: str
    text: str


class Notes:
    """What is noted of one query while it is read: parts without a meaning, which are text, or refused.

    Args:
        query: The query as typed.
        strict: Whether to refuse.
        custom_fields: The names of the index's own fields, which may stand before a colon.
    """

    def __init__(self, query: str, *, strict: bool, custom_fields: Collection[str] = ()) -> None:
        self.query = query
        self.custom_fields = custom_fields
        self._strict = strict
        self._notes: dict[Note, None] = {}

    def add(self, at: int, fault: str, remark: str, kind: str = "read_as_text") -> None:
        """Note how a part of the query is read.

        Args:
            at: The part's first character, from 0.
            fault: Why it cannot be meant, for who wants that refused.
            remark: How it is read, for everyone else.
            kind: As in :class:`Note`.

        Raises:
            QueryError: The notes are strict.
        """
        if self._strict:
            text = self.query
            start, end = max(0, at - _CONTEXT), min(len(text), at + _CONTEXT)
            before, after = "…" if start else "", "…" if end < len(text) else ""
            around = f"{before}{text[start:at]}▸{text[at:end]}{after}"
            raise QueryError(f"at character {at + 1} of the query (“{around}”): {fault}")
        self._notes[Note(kind, remark)] = None

    def add_note(self, kind: str, remark: str) -> None:
        """Note what has a meaning, though perhaps not the one that was meant: no fault to be refused."""
        if not self._strict:
            self._notes[Note(kind, remark)] = None

    def beyond(self, fault: str, remark: str) -> None:
        """Note how a part beyond a limit is read.

        Args:
            fault: The whole message for who wants that refused.
            remark: How it is read, for everyone else.

        Raises:
            QueryError: The notes are strict.
        """
        if self._strict:
            raise QueryError(fault)
        self._notes[Note("read_as_text", remark)] = None

    def first(self) -> tuple[Note, ...]:
        """Give the first notes, each once; the last one tells how many more there are."""
        return _first(list(self._notes), MAX_NOTES, "read_as_text", "read {} more parts as plain text")


def _first(notes: list[Note], most: int, kind: str, more: str) -> tuple[Note, ...]:
    """Give the first notes; where they are too many, the last one tells how many more there are."""
    if len(notes) <= most:
        return tuple(notes)
    return (*notes[: most - 1], Note(kind, more.format(len(notes) - most + 1)))


def beyond_limits(left: Sequence[tuple[str, str]], *, text: bool) -> Note:
    """Tell of parts of a query that are beyond its limits, all in one note.

    Args:
        left: Each as typed, with the limit in words.
        text: Whether they are read as text; else they are left out.
    """
    (first, limit), *others = left
    named = f"“{shortened(first)}”"
    if others:
        parts = "words with *, ? or ~" if text else "parts"
        named = f"{len(left):,} {parts} that are beyond the limits, such as {named},"
    done = f"read {named} as text" if text else f"left out {named}".removesuffix(",")
    return Note("read_as_text" if text else SKIPPED, f"{done}: {limit}")


def words_skipped(not_corrected: int, not_expanded: int, limits: Limits) -> tuple[Note, ...]:
    """Tell of words that were not looked at again, and of words for which no related ones were looked for.

    Args:
        not_corrected: How many words may be misspelt and stand as typed.
        not_expanded: How many words, or groups of words, got no related ones.
        limits: What a query may ask for.
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
    """Tell which countries a region stands for.

    Args:
        region: A region as a name was resolved to it.
    """
    names = [country_name(code) for code in region.codes]
    if len(names) > MAX_NAMED:
        names[FIRST_NAMED:] = [f"{len(names) - FIRST_NAMED} more"]
    *first, last = names
    return Note("region", f"{region.region} ({len(region.codes)} countries): {', '.join(first)} and {last}")


def region_offers(words: Iterable[str]) -> tuple[Note, ...]:
    """Offer to narrow by the regions among words that no item has.

    Args:
        words: As typed.
    """
    found = [(word, find_region(word)) for word in words]
    offered = [
        Note(
            "region_offered",
            f"{word} stands for {len(meant.codes)} countries: --country {word} finds items about them",
        )
        for word, meant in found
        if meant and len(meant.codes) <= MAX_SUGGESTED_COUNTRIES
    ]
    return _first(offered, MAX_PER_KIND, "region_offered", "{} more words stand for regions too")


def dates_in_words(dates: Mapping[str, str]) -> tuple[Note, ...]:
    """Tell that dates in words rank items of these dates higher, and offer to narrow to them.

    Args:
        dates: The words, to the date as ``date:`` takes it.
    """
    wished = [
        Note(
            "date",
            f"“{words}” is searched as words, and items of that date rank higher; date:{date} finds "
            "them alone",
        )
        for words, date in dates.items()
    ]
    return _first(wished, MAX_PER_KIND, "date", "items of {} more dates rank higher too")


def hits_not_explained(count: int, limits: Limits) -> Note:
    """Tell of hits whose scores are not explained."""
    hits = "hit is" if count == 1 else "hits are"
    return Note(
        SKIPPED, f"{count:,} {hits} shown without an explanation: {limits.explained} at most are explained"
    )

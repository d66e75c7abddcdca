"""Collect notes on how a query was read."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from indexer.countries.country_names import country_name
from indexer.errors import Message, QueryError, message, name_message
from indexer.runtime import NamedTuple
from searcher.query.limits import list_words, shorten_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from indexer.countries.country_names import Countries
    from searcher.query.limits import Limits

SKIPPED: Final = "skipped"  # parts or hits beyond a limit were not processed; not an error
MAX_NOTES: Final = 5  # otherwise a text of punctuation would have hundreds
MAX_PER_KIND: Final = 3  # dates and regions that are suggested as filters
MAX_NAMED: Final = 12  # maximum countries of a region to name all
FIRST_NAMED: Final = 5  # countries to name of a larger region

ESTIMATED: Final = "--estimated"  # the option that lets estimated dates match

_SHOWN: Final = 80  # characters of a suggested query
_CONTEXT: Final = 12  # characters shown on either side of a fault


class Note(NamedTuple):
    """A note on how a query was read."""

    kind: str  # a short stable key, for programs: read_as_text, split_term, ...
    text: str  # one line, for users: a message

    def to_record(self) -> dict[str, Any]:
        """Return the note as a JSON object."""
        args = self.text.arguments() if isinstance(self.text, Message) else {}
        return {"kind": self.kind, "text": str(self.text), "args": args}


class Notes:
    """Collects the notes on one query.

    A strict query raises an error for an invalid part instead. ``custom_fields`` are the fields of the index
    that the query may use before a colon.
    """

    def __init__(self, query: str, *, strict: bool, custom_fields: Collection[str] = ()) -> None:
        self.query = query
        self.custom_fields = custom_fields
        self._strict = strict
        self._notes: dict[Note, None] = {}

    def add(self, at: int, fault: str, remark: str, kind: str = "read_as_text") -> None:
        """Add a note on how an invalid part is read.

        Args:
            at: The offset of the part in the query.
            fault: The message of the error that a strict query raises instead.
            remark: The text of the note.
            kind: The kind of the note.
        """
        if self._strict:
            raise self.error(at, fault)
        self._notes[Note(kind, remark)] = None

    def error(self, at: int, fault: str) -> QueryError:
        """Return the error for the part of the query at an offset.

        Its message shows the text around the offset, and ``fault``.
        """
        text = self.query
        start, end = max(0, at - _CONTEXT), min(len(text), at + _CONTEXT)
        before, after = "…" if start else "", "…" if end < len(text) else ""
        around = f"{before}{text[start:at]}▸{text[at:end]}{after}"
        return QueryError(message("query.at_character", character=at + 1, around=around, fault=fault))

    def add_note(self, kind: str, remark: str) -> None:
        """Add a note on a valid part that the user may not have intended."""
        if not self._strict:
            self._notes[Note(kind, remark)] = None

    def add_limit(self, fault: str, remark: str) -> None:
        """Add a note on a part beyond a limit.

        A strict query raises ``fault`` as an error instead.
        """
        if self._strict:
            raise QueryError(fault)
        self._notes[Note("read_as_text", remark)] = None

    def first(self, kind: str = "read_as_text", more: str = "query.more_as_text") -> tuple[Note, ...]:
        """Return the first notes, and a last note with the number of notes that are left out.

        The last note is only added if there are more notes than the limit. Its kind is ``kind``, and the key
        of its message is ``more``.
        """
        return first_notes(list(self._notes), MAX_NOTES, kind, more)


def first_notes(notes: list[Note], most: int, kind: str, more: str) -> tuple[Note, ...]:
    """Return at most ``most`` notes, of which the last has the number of notes that are left out.

    This last note is only added if there are more than ``most`` notes. Its kind is ``kind``, and the key of
    its message is ``more``.
    """
    if len(notes) <= most:
        return tuple(notes)
    return (*notes[: most - 1], Note(kind, message(more, n=len(notes) - most + 1)))


def limits_note(left: Sequence[tuple[str, str]], *, text: bool) -> Note:
    """Return one note on all parts of a query that exceed limits.

    Args:
        left: The parts, each with the limit that it exceeds.
        text: Whether the parts were read as text. If false, they were ignored.
    """
    (first, limit), *others = left
    key = f"query.{'several' if others else 'one'}_{'as_text' if text else 'left_out'}"
    count = {"n": len(left)} if others else {}
    return Note(
        "read_as_text" if text else SKIPPED, message(key, part=shorten_line(first), limit=limit, **count)
    )


def skipped_words_notes(not_corrected: int, not_expanded: int, limits: Limits) -> tuple[Note, ...]:
    """Return notes on how many words were not corrected or not expanded."""
    notes = []
    if not_corrected:
        text = message("query.not_corrected", n=not_corrected, most=limits.corrected)
        notes.append(Note(SKIPPED, text))
    if not_expanded:
        notes.append(Note(SKIPPED, message("query.not_expanded", n=not_expanded, most=limits.expanded)))
    return tuple(notes)


def region_note(region: Countries) -> Note:
    """Return a note that lists the countries of a region."""
    names: list[str] = [name_message(f"country.{code}", country_name(code)) for code in region.codes]
    if len(names) > MAX_NAMED:
        names[FIRST_NAMED:] = [message("query.more_names", n=len(names) - FIRST_NAMED)]
    *first, last = names
    name = name_message(f"region.{region.region}", region.region or "")
    text = message("query.region", region=name, countries=len(region.codes), names=first, last=last)
    return Note("region", text)


def date_notes(dates: Mapping[str, str], empty: Mapping[str, str]) -> tuple[Note, ...]:
    """Return notes on the dates in a query.

    A note says that items of a date rank higher, or that no item has a date.
    """
    wished = []
    for words, date in dates.items():
        kind = "date_estimated" if date.endswith(ESTIMATED) else "date"
        wished.append(Note(kind, message(f"query.{kind}", words=words, date=date)))
    wished += [
        Note("date", message("query.date_empty", words=one, dates=near.split()))
        for one, near in empty.items()
        if near
    ]
    return first_notes(wished, MAX_PER_KIND, "date", "query.more_dates")


def acronym_notes(acronyms: Mapping[str, str]) -> tuple[Note, ...]:
    """Return notes that words in lower case were not read as acronyms."""
    offered = [
        Note("acronym_offered", message("query.acronym_offered", word=word, acronym=acronym))
        for word, acronym in acronyms.items()
    ]
    return first_notes(offered, MAX_PER_KIND, "acronym_offered", "query.more_acronyms")


def edge_notes(edges: Mapping[str, Sequence[str]]) -> tuple[Note, ...]:
    """Return a note that words at the ends of phrases are not searched.

    The result is empty if there are no such words.
    """
    if not edges:
        return ()
    words = list_words(dict.fromkeys(chain.from_iterable(edges.values())))
    query = shorten_line(next(iter(edges)), _SHOWN)
    return (Note("operators", message("query.edge_words", words=words, query=query)),)


def broader_notes(labels: Collection[str]) -> tuple[Note, ...]:
    """Return a note that suggests broader concepts for missing words.

    The result is empty without ``labels``, which are the labels of these concepts.
    """
    return (Note("near_words", message("query.broader", labels=list(labels))),) if labels else ()


def no_words_note(query: str) -> Note:
    """Return the note that a query has no words to search for."""
    return Note("nothing_to_search_for", message("query.nothing", query=shorten_line(query, 60)))


def unexplained_note(count: int, limits: Limits) -> Note:
    """Return the note that the scores of some hits are not explained."""
    return Note(SKIPPED, message("query.not_explained", n=count, most=limits.explained))

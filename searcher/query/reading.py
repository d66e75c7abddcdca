"""How one query is read: what has no meaning is text with a note, or refused at its place."""

from __future__ import annotations

from typing import Final

from indexer.errors import QueryError
from searcher.query.limits import shortened
from searcher.query.notes import Note

TITLE: Final = "title"
FILTERS: Final = ("country", "lang", "date", "id")
FIELDS: Final = (TITLE, *FILTERS)
MOST_NOTES: Final = 5  # a text of signs alone would have hundreds

_CONTEXT: Final = 12  # characters shown on either side of a fault


class Reading:
    """The reading of one query: notes what is read as text, or refuses it.

    Args:
        text: The query as typed.
        strict: Whether to refuse.
    """

    def __init__(self, text: str, *, strict: bool) -> None:
        self.text = text
        self._strict = strict
        self._notes: dict[Note, None] = {}

    def note(self, at: int, fault: str, remark: str, kind: str = "read_as_text") -> None:
        """Note how a part of the query is read.

        Args:
            at: The part's first character, from 0.
            fault: Why it cannot be meant, for who wants that refused.
            remark: How it is read, for everyone else.
            kind: As in :class:`Note`.

        Raises:
            QueryError: The reading is strict.
        """
        if self._strict:
            text = self.text
            start, end = max(0, at - _CONTEXT), min(len(text), at + _CONTEXT)
            before, after = "…" if start else "", "…" if end < len(text) else ""
            around = f"{before}{text[start:at]}▸{text[at:end]}{after}"
            raise QueryError(f"at character {at + 1} of the query (“{around}”): {fault}")
        self._notes[Note(kind, remark)] = None

    def notes(self) -> tuple[Note, ...]:
        """Give the first notes, each once; the last one tells how many more there are."""
        notes = tuple(self._notes)
        if len(notes) <= MOST_NOTES:
            return notes
        left = len(notes) - MOST_NOTES + 1
        return (*notes[: MOST_NOTES - 1], Note("read_as_text", f"read {left} more parts as plain text"))

    def note_unknown_field(self, chunk: str, at: int, words: list[str]) -> None:
        """Note that what stands before the colon of a chunk is no field, as :meth:`note` does."""
        fields = f"{', '.join(FIELDS[:-1])} and {FIELDS[-1]}"
        name = shortened(chunk.partition(":")[0])
        self.note(
            at,
            f"there is no field {name}; fields are {fields}",
            f"{read_as(chunk, words)}: fields are {fields}",
        )


def read_as(chunk: str, words: list[str]) -> str:
    """Say as which words a chunk is read."""
    return f"read “{shortened(chunk)}” as the word{'s' * (len(words) > 1)} {shortened(' '.join(words))}"

"""The parts of a score, which ``explain`` returns for each hit."""

from __future__ import annotations

from typing import Any

from indexer.runtime import NamedTuple


class Explanation(NamedTuple):
    """The score of one part of a query for one document.

    Attributes:
        what: A term with its field (``text_en: ferri``), or how the parts are combined (``sum of``, ``best
            of``).
        score: Its score.
        note: Where it comes from, if it was not typed.
        parts: Its parts, without those that do not match.
    """

    what: str
    score: float
    note: str = ""
    parts: tuple[Explanation, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the JSON record."""
        record: dict[str, Any] = {"what": self.what, "score": round(self.score, 4)}
        if self.note:
            record["note"] = self.note
        if self.parts:
            record["parts"] = [part.to_record() for part in self.parts]
        return record

    def lines(self, depth: int = 0) -> list[str]:
        """Return the lines of the explanation for people, with parts indented."""
        note = f"  ({self.note})" if self.note else ""
        own = f"{'  ' * depth}{self.score:8.4f}  {self.what}{note}"
        return [own, *(line for part in self.parts for line in part.lines(depth + 1))]

"""How a score comes about, part by part: what ``explain`` gives for each hit."""

from __future__ import annotations

from typing import Any

from indexer.runtime import NamedTuple


class Explanation(NamedTuple):
    """What one part of a query gave to the score of one document.

    Attributes:
        what: A term with its field (``text_en: ferri``), or how the parts add up (``sum of``, ``best of``).
        score: Its share.
        note: Where it comes from, if not from what was typed.
        parts: What it is made of, without those that gave nothing.
    """

    what: str
    score: float
    note: str = ""
    parts: tuple[Explanation, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Make the JSON record."""
        record: dict[str, Any] = {"what": self.what, "score": round(self.score, 4)}
        if self.note:
            record["note"] = self.note
        if self.parts:
            record["parts"] = [part.to_record() for part in self.parts]
        return record

    def lines(self, depth: int = 0) -> list[str]:
        """Lay it out as lines for people, parts indented below what they add up to."""
        note = f"  ({self.note})" if self.note else ""
        own = f"{'  ' * depth}{self.score:8.4f}  {self.what}{note}"
        return [own, *(line for part in self.parts for line in part.lines(depth + 1))]

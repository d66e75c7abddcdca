"""A question that every peer is asked, and what it answers."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple


class Question(NamedTuple):
    """A question.

    Attributes:
        kind: What the tables call its kind.
        language: The language whose text is searched.
        operator: ``any``, ``all`` or ``phrase``.
        words: Its words.
        dates: First and last day, or None.
        country: A country's code, or None.
        everywhere: The texts of all languages are searched, not those of its language alone.
        expand: Related words join.
    """

    kind: str
    language: str
    operator: str
    words: tuple[str, ...]
    dates: tuple[date, date] | None = None
    country: str | None = None
    everywhere: bool = False
    expand: bool = False

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of ``Searcher.search``, ``query`` among them."""
        text = " ".join(f"+{word}" if self.operator == "all" else word for word in self.words)
        first, last = self.dates or (None, None)
        return {
            "query": f'"{text}"' if self.operator == "phrase" else text,
            "languages": [] if self.everywhere else [self.language],
            "countries": [self.country] if self.country else [],
            "date_from": first.isoformat() if first else None,
            "date_to": last.isoformat() if last else None,
            "facets": ["year", "country"],
            "expand": self.expand,
        }


class Answer(NamedTuple):
    """One request's whole answer: what everybody is timed for.

    Attributes:
        top: The ten best: (id, score, title).
        total: All matches.
        years: Year to count, over all matches.
        countries: Code to count, over all matches.
    """

    top: list[tuple[int, float, str | None]]
    total: int
    years: dict[int, int]
    countries: dict[str, int]

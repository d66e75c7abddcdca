"""Define a query for every peer, and its results."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode


class Question(NamedTuple):
    """A query.

    Attributes:
        kind: The kind of query, as in the tables.
        language: The language of the searched texts.
        operator: ``any``, ``all`` or ``phrase``.
        words: The words of the query.
        dates: The first and last day of a date filter; ``None`` if there is no such filter.
        country: The country code of a filter; ``None`` if there is no such filter.
        everywhere: Whether the texts of all languages are searched.
        expand: Whether words are expanded.
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
        """Return the arguments of ``Searcher.search``, including ``query``."""
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
    """The results of one query, all of which are timed for all peers.

    Attributes:
        top: The ten best hits: (id, score, title).
        total: The number of all matches.
        years: The counts by year, over all matches.
        countries: The counts by code, over all matches.
    """

    top: list[tuple[int, float, str | None]]
    total: int
    years: dict[int, int]
    countries: dict[str, int]


def parameters(question: Question) -> str:
    """Return a query as parameters of Dragoman's server."""
    asked = question.arguments()
    pairs = [("q", asked["query"]), *[("lang", one) for one in asked["languages"]]]
    pairs += [("country", one) for one in asked["countries"]]
    if asked["date_from"]:
        pairs += [("from", asked["date_from"]), ("to", asked["date_to"])]
    return urlencode(pairs)

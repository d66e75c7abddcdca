"""What narrows a question, as type checkers know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict

Several = str | Iterable[str]
Period = str | int | date


class Narrowing(TypedDict, total=False):
    """What narrows a question, and how its query is read, as :meth:`searcher.Searcher.search` has it."""

    countries: Several
    languages: Several
    date_from: Period | None
    date_to: Period | None
    estimated: bool
    where: Mapping[str, Several] | None
    query_language: str | None
    via: Several
    expand: bool
    strict: bool
    all_words: bool

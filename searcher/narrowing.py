"""What narrows a question, as type checkers know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict

Several = str | Iterable[str]
Period = str | int | date


class Filtering(TypedDict, total=False):
    """What narrows a question, as :meth:`searcher.Searcher.search` has it."""

    countries: Several
    languages: Several
    date_from: Period | None
    date_to: Period | None
    estimated: bool
    where: Mapping[str, Several] | None


class Narrowing(Filtering, total=False):
    """What narrows a question, and how its query is read, as :meth:`searcher.Searcher.search` has it."""

    query_language: str | None
    via: Several
    expand: bool
    strict: bool
    all_words: bool
    drop: Several


class Asking(Narrowing, total=False):
    """The same, with the order and the page of what is found."""

    sort: str
    limit: int | None
    offset: int

"""What a snippet marks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

    from searcher.execution.light import LightQuery


class Highlights:
    """What was asked for, as the text's own words can be compared with.

    Attributes:
        terms: Language to the terms that were searched in it.
        patterns: Patterns over unstemmed, folded words.
    """

    __slots__ = ("patterns", "terms")

    def __init__(self) -> None:
        self.terms: defaultdict[str, set[str]] = defaultdict(set)
        self.patterns: list[re.Pattern[str]] = []


def light_highlights(query: LightQuery) -> Highlights:
    """Return what a query of plain words asks for."""
    highlights = Highlights()
    keys = [key for word in (*query.optional, *query.required) for key in word.terms]
    keys += [(phrase.field, term) for phrase in query.phrases for term in phrase.terms]
    for field_name, term in keys:
        highlights.terms[field_name.removeprefix("text_")].add(term.decode("utf-8", "surrogatepass"))
    return highlights

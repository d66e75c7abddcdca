"""What a snippet marks."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.execution.light import LightQuery


@dataclass(slots=True)
class Highlights:
    """What was asked for, as the text's own words can be compared with.

    Attributes:
        terms: Language to the terms that were searched in it.
        patterns: Patterns over unstemmed, folded words.
    """

    terms: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    patterns: list[re.Pattern[str]] = field(default_factory=list)


def light_highlights(query: LightQuery) -> Highlights:
    """Return what a query of plain words asks for."""
    highlights = Highlights()
    keys = [key for word in (*query.optional, *query.required) for key in word.terms]
    keys += [(phrase.field, term) for phrase in query.phrases for term in phrase.terms]
    for field_name, term in keys:
        highlights.terms[field_name.removeprefix("text_")].add(term.decode("utf-8", "surrogatepass"))
    return highlights

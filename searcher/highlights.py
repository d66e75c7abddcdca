"""What a snippet marks."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Highlights:
    """What was asked for, as the text's own words can be compared with.

    Attributes:
        terms: Language to the terms that were searched in it.
        patterns: Patterns over unstemmed, folded words.
    """

    terms: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    patterns: list[re.Pattern[str]] = field(default_factory=list)

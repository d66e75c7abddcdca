"""The whole query as it should perhaps have been typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def corrected_query(query: str, corrected: Mapping[str, str]) -> str:
    """Replace some words of a query, and leave everything else as typed.

    Args:
        query: The query as typed.
        corrected: What was typed between two white spaces or signs, to what was probably meant.
    """
    words = "|".join(re.escape(word) for word in sorted(corrected, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: corrected[found[0]], query)

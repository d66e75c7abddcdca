"""Regular expressions that are compiled when they are first used.

Every update is a process of its own, and most of them meet few of the forms that sources have. A class of
characters beyond the first 256 alone takes a millisecond to compile.
"""

from __future__ import annotations

import re
from typing import Any, cast


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Make what behaves as the compiled pattern does."""
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))


class _LatePattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self._written = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._written), name)  # which remembers what it has compiled
        setattr(self, name, found)  # so that this is called once for each method
        return found

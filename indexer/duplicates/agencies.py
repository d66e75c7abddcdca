"""Lines of agencies: the place, the day and the agency before a text, and who wrote it behind it."""

from __future__ import annotations

import re
from typing import Final

_LONGEST_BEFORE: Final = 120  # characters
_LONGEST_BEHIND: Final = 300
_DASH: Final = r"[.:]?(?:\s+[-–—]+|[-–—]+)\s+"
_DAY: Final = (
    r"(?:[^\W\d_]+\.?\ )?\d{1,2}(?:-\d{1,2})?(?:er|st|nd|rd|th|º)?"
    r"(?:(?:\ de)?\ [^\W\d_]+\.?)?(?:,?\ (?:de\ )?\d{4})?"
)
_AGENCY: Final = r"[A-ZÀ-Þ][\w./&’' -]{1,38}"

_BEFORE = re.compile(
    rf"""\s*(?:
        [^\n()]{{0,60}}\({_AGENCY}\){_DASH}                            # PARIS, March 3 (AFP) -
      | \((?:[A-ZÀ-Þ]{{2,12}}|Reuters|Xinhua|Notimex)\)\s+             # (AFP)
      | \w[\w .'’-]{{1,40}},\ (?:le\ |el\ )?{_DAY}(?:\ \([^()\n]*\))?{_DASH}  # Vienna, 12 October 2020 -
      | [A-ZÀ-Þ][A-ZÀ-Þ .,'’/]{{2,40}}\s*[-–—]+\s+                     # LIMA -
      | (?:[A-ZÀ-Þ]{{2,12}}|Reuters|Xinhua)\s*[-–—]+\s+                # AFP -
    )""",
    re.VERBOSE,
)
_BEHIND = re.compile(
    r"""\s*(?:
        \((?i:report|edit|writ|additional|con\ informaci|avec|informaci|redacci|r[eé]dig)[^()\n]{0,200}\)
      | [©][^\n]{0,100}
      | \n\W*(?:[A-ZÀ-Þ]{2,12}|Reuters|Xinhua|Agencias)(?:[ /][a-z]{2,5}(?:/[a-z]{2,5})*)?\W*
      | \((?:[A-ZÀ-Þ]{2,12}|Reuters|Xinhua|Agencias)\)\W*
    )\s*\Z""",
    re.VERBOSE,
)


def without_agency(body: str) -> str:
    """Leave out what an agency prints before and behind a text."""
    # Most texts have none of the signs that such lines have.
    if any(map(body[:_LONGEST_BEFORE].__contains__, "-–—(")) and (found := _BEFORE.match(body)):
        body = body[found.end() :]
    tail = body[-_LONGEST_BEHIND:]
    if any(map(tail.__contains__, "(©\n")) and (found := _BEHIND.search(tail)):
        body = body[: len(body) - len(tail) + found.start()]
    return body

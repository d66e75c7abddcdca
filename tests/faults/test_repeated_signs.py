"""Repeated characters slow no reader down, in any place: no pattern tries them twice."""

import json
import re
from html import escape
from pathlib import Path
from typing import Final

import pytest
from tables import by_table
from work import stop_if_it_hangs

from indexer.documents import read_items
from indexer.errors import SourceError

pytest.importorskip("trafilatura", reason="web pages need dragoman[html]", exc_type=ImportError)

PROSE: Final = (
    "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon. " * 4
)
SIGNS: Final = (
    *" |\t|\n| \n|\u200b|e\u0301|é|a|a |A. |a, |a.b|a-|x@y.|1|1 ".split("|"),
    *"1.|1/|12 May |2018-|-|- | -|— |_|*|#|%|&|&a|.|,|…|:".split("|"),
    *"::¦|¦||¦ | ¦/¦http://¦=¦'¦\"¦‘¦(¦[¦<¦<a¦> ¦<!--¦<![CDATA[".split("¦"),
    *("]]>", "©", "read more ", "click here ", "see our "),
)


@pytest.mark.faults
@by_table
@pytest.mark.parametrize("size", [100, 200_000])
def test_repeated_characters_are_read_or_refused(name: str, template: str, size: int, tmp_path: Path) -> None:
    """A document with so many of the characters soon ends in items or in one line."""
    path = tmp_path / name
    for sign in SIGNS:
        signs = sign * (size // len(sign))
        forms = {
            "prose": PROSE,
            "signs": signs,
            "escaped": escape(signs),
            "twice": escape(escape(signs)),
            "one line": " ".join(signs.split()),
            "json": json.dumps(signs),
            "json prose": json.dumps(PROSE + signs),
        }
        path.write_text(re.sub("%([a-z ]+)%", lambda found: forms[found[1]], template), encoding="utf-8")  # noqa: B023
        told, items = "", 0
        with stop_if_it_hangs():
            try:
                items = len(list(read_items(path)))
            except SourceError as error:
                told = str(error)
        assert items or told.isprintable(), sign

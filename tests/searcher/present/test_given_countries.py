"""Countries that a source states are displayed like those that were found."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from searcher import Searcher
from searcher.present import open_writer


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_an_item_with_given_countries_is_displayed(make_index: Callable[..., Path], form: str) -> None:
    """An item whose source states its countries can be printed in every format."""
    with Searcher(make_index({"body": "the mole", "countries": ["PE"]})) as searcher:
        item = searcher.item("d0")
    stream = StringIO()
    open_writer(form, stream, color=False, width=80).write_item(item)
    assert ("Peru (as given)" if form == "table" else "PE") in stream.getvalue()

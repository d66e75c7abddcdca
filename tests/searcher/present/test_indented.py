"""JSON has the layout of the standard library, with msgspec and without it."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher.present import records
from searcher.present.records import json_text
from searcher.safe_text import json_escaped

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"
NUMBERS = st.floats(0, 1, width=32).map(lambda number: round(number, 6)) | st.floats(1, 1e15)
SCALARS = st.none() | st.booleans() | st.integers() | NUMBERS | NUMBERS.map(lambda one: -one) | st.dates()
NASTY_TEXT = st.text(
    st.sampled_from('\0\x1b\x7f\x9b"\\/\n\t\b\u061c\u200e\u2028\u202e\u2069\ud800\udc00é港😀 ')
)
VALUES: Any = st.recursive(
    SCALARS | st.text() | NASTY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | NASTY_TEXT, inner, max_size=4)
    ),
)


def without_msgspec(value: Any, *, ascii_only: bool = False) -> str:
    """Return the JSON text that the standard library makes."""
    return json_escaped(json.dumps(value, ensure_ascii=ascii_only, indent=1, default=str))


@pytest.fixture(params=["msgspec", "json"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose the library that writes JSON."""
    if request.param == "msgspec":
        monkeypatch.setitem(sys.modules, "msgspec", pytest.importorskip("msgspec"))
    else:
        monkeypatch.delitem(sys.modules, "msgspec", raising=False)
    return str(request.param)


@pytest.mark.usefixtures("library")
@settings(max_examples=examples(50))
@given(VALUES, st.booleans())
@example({"share": 2e-05, "text": " 0.00001"}, False)  # noqa: FBT003
@example({"path": Path("a"), "ints": [2**64, -(2**70)]}, False)  # noqa: FBT003
@example([[], {}, (), [{}], {"": []}], False)  # noqa: FBT003
def test_json_text_equals_the_standard_library(value: Any, ascii_only: bool) -> None:  # noqa: FBT001
    """Any record is written as json.dumps does with an indent of 1, then escaped."""
    assert json_text(value, ascii_only=ascii_only) == without_msgspec(value, ascii_only=ascii_only)


def test_dates_and_control_characters_are_written_as_text(library: str) -> None:
    """A date becomes its text, and no control character is left."""
    assert json_text({"day": [date(2018, 3, 5)]}) == '{\n "day": [\n  "2018-03-05"\n ]\n}', library
    assert json_text("\x9b\u202e\ud800é") == r'"\u009b\u202e\ud800é"', library


@pytest.mark.usefixtures("library")
def test_golden_files_have_the_bytes_of_json_dumps() -> None:
    """The records of the contract are written as json.dumps writes them."""
    files = [file.read_text("utf-8") for file in sorted(GOLDEN.rglob("*")) if file.is_file()]
    objects = [json.loads(text) for text in files if text.startswith(("{", "["))]
    assert objects
    for value in objects:
        assert json_text(value) == without_msgspec(value)


def test_msgspec_is_used_only_if_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command does not pay for the import of msgspec."""
    monkeypatch.delitem(sys.modules, "msgspec", raising=False)
    assert json_text(["a"]) == '[\n "a"\n]'
    assert "msgspec" not in sys.modules
    assert not hasattr(records, "msgspec")

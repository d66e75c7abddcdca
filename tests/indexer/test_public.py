"""Building from Python: sources, items at hand, and arguments of the wrong type."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from indexer import build, correct, update
from indexer.errors import SourceError
from searcher import Searcher

if TYPE_CHECKING:
    from pathlib import Path

TIDE = {"id": "tide", "title": "Spring tide", "body": "The quay was under water.", "language": "en"}


def test_items_at_hand_become_an_index(tmp_path: Path) -> None:
    """Mappings are read as lines of JSON are; a day may be a date, a year a number, a list a tuple."""
    folder = str(tmp_path / "index")
    report = build(folder, items=[TIDE | {"date": date(2024, 3, 11), "countries": ("FR", "KE")}])
    assert (report.items, report.added, report.skipped.total) == (1, 1, 0)
    with Searcher(folder) as searcher:
        item = searcher.item("tide")
        assert item.date is not None
        assert item.date.start == date(2024, 3, 11)
        assert [mention.code for mention in item.countries] == ["FR", "KE"]
        assert item.source.file == "python"


def test_an_item_goes_round_unchanged(tmp_path: Path) -> None:
    """What a searcher gives can be indexed again: it is the same item."""
    build(tmp_path / "one", items=iter([TIDE | {"date": "2024-03"}]))
    with Searcher(tmp_path / "one") as searcher:
        item = searcher.item("tide")
    build(tmp_path / "two", items=[item])
    with Searcher(tmp_path / "two") as searcher:
        assert searcher.item("tide")._replace(countries=()) == item._replace(countries=())
    report = update(tmp_path / "one", items=[item])
    assert (report.added, report.unchanged + report.replaced) == (0, 1)


def test_items_and_sources_come_together(tmp_path: Path) -> None:
    """A path alone is one source; what is no item is left out and told by its number."""
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "a", "body": "Harbour news of today.", "language": "en"}\n')
    report = build(tmp_path / "index", source, items=[TIDE, {"id": "empty"}, 5])
    assert report.items == 2
    assert [(skip.file, skip.line) for skip in report.skipped.first] == [("python", 2), ("python", 3)]


@pytest.mark.parametrize(
    ("arguments", "named", "message"),
    [
        ((["a.txt"], "index"), {}, "the first argument is the folder of the index"),
        (("index",), {}, "nothing to index"),
        (("index", 5), {}, "sources is a path or a list of paths, not a int"),
        (("index", [5]), {}, "sources is a list of paths"),
        (("index",), {"items": "a.txt"}, "items is an iterable"),
        (("index",), {"items": 5}, "items is an iterable"),
        (("index", "a.txt"), {"include": [5]}, "include is a list of strings"),
        (("index", "a.txt"), {"include": 5}, "include is a string or a list of strings, not a int"),
        (("index", "a.txt"), {"jobs": "2"}, "jobs is a number of processes, 1 or more, not '2'"),
    ],
)
def test_a_wrong_type_is_told(arguments: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    """An argument of another type is an error that says what is meant."""
    with pytest.raises(TypeError, match=message):
        build(*arguments, **named)


def test_what_is_no_item_is_said_by_a_bool(tmp_path: Path) -> None:
    """A text such as “no” is true of itself, and never taken for an answer."""
    with pytest.raises(TypeError, match="item is False for what is no item, or True, not"):
        correct(tmp_path, "d1", item="no")  # type: ignore[arg-type] # the mistake


def test_nothing_among_the_items_is_told(tmp_path: Path) -> None:
    """An index of nothing is not built, and leaves no folder; the first reason is told."""
    with pytest.raises(SourceError, match="no item among those given: neither a title nor a body"):
        build(tmp_path / "index", items=[{"id": "x"}])
    assert not (tmp_path / "index").exists()

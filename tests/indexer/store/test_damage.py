"""Damage and internal errors are distinguished without reading a whole index for it."""

from pathlib import Path
from typing import Any

import pytest

import indexer.store.check
from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from indexer.store.damage import DamageGuard
from searcher import Searcher


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return a list of the folders that were checked completely, in order."""
    seen: list[Path] = []

    def counted(folder: Path) -> Any:
        seen.append(folder)
        return check_index(folder)

    monkeypatch.setattr(indexer.store.check, "check_index", counted)
    return seen


@pytest.mark.parametrize("kind", [TypeError, AttributeError, KeyError, AssertionError, NameError, OSError])
def test_an_internal_error_starts_no_check(index: Path, checks: list[Path], kind: type[Exception]) -> None:
    """Errors that damage cannot cause pass the guard unchanged, and nothing is read for them."""
    guard = DamageGuard(index)
    with pytest.raises(kind), guard:
        raise kind
    assert checks == []


def test_a_valid_index_is_checked_once(index: Path, checks: list[Path]) -> None:
    """An error that damage could cause starts one check; after that such errors pass the guard at once."""
    guard = DamageGuard(index)
    for _ in range(3):
        with pytest.raises(IndexError, match="ours"), guard:
            raise IndexError("ours")
    assert checks == [index]


def test_damage_is_reported_each_time_after_one_check(index: Path, checks: list[Path]) -> None:
    """Every error that damage can cause becomes the damage that one check found."""
    (text,) = index.glob("segments/*.text")
    text.write_bytes(text.read_bytes()[:-1])
    guard = DamageGuard(index)
    for _ in range(3):
        with pytest.raises(IndexFolderError, match=text.name), guard:
            raise ValueError
    assert checks == [index]


@pytest.mark.parametrize("item_id", [123, None, b"x", ["x"], 1.5])
def test_an_id_of_another_type_is_a_type_error(index: Path, checks: list[Path], item_id: Any) -> None:
    """An id that is no string is refused as a wrong argument before the index is read."""
    with Searcher(index) as searcher:
        for ask in (searcher.item, searcher.similar):
            with pytest.raises(TypeError, match="item_id must be a string, not"):
                ask(item_id)
    assert checks == []


TABLE = "_MAIN_1.toc"


def test_a_missing_whoosh_table_is_a_note(index: Path) -> None:
    """People may delete the table: this is noted, and is no damage."""
    assert check_index(index).notes == ()
    (index / TABLE).unlink()
    report = check_index(index)
    assert report.findings == ()
    assert [TABLE in note for note in report.notes] == [True]


@pytest.mark.parametrize("content", [b"", b"other", None], ids=["empty", "other", "folder"])
def test_a_changed_whoosh_table_is_damage(index: Path, content: bytes | None) -> None:
    """A table that differs from ours may run code when Whoosh opens it."""
    (index / TABLE).unlink()
    if content is None:
        (index / TABLE).mkdir()
    else:
        (index / TABLE).write_bytes(content)
    assert [finding.file for finding in check_index(index).findings] == [TABLE]

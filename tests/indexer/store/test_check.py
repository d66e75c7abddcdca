"""The check of Whoosh's own table of contents."""

from pathlib import Path

import pytest

from indexer.store.check import check_index

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

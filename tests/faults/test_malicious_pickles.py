"""Pickles in a hostile index folder: none is loaded, wherever it is."""

import pickle
from pathlib import Path

import pytest
from faults.forged_index import (
    SEGMENT,
    TEXT,
    Bomb,
    forge_block,
    forge_file,
    with_records,
)
from faults.refusal import COMMANDS, is_refused, run

from indexer.codec.stored_writer import compress_block


@pytest.mark.slow
def test_whooshs_pickled_table_is_never_loaded(index: Path, tmp_path: Path) -> None:
    """Code in Whoosh's table of contents, schema or segment list is not run; the check warns of it."""
    mark = tmp_path / "ran"
    table = next(index.glob("_MAIN_*.toc"))
    whole = table.read_bytes()
    bomb = pickle.dumps(Bomb(mark))
    for forged, commands in (
        (bomb, COMMANDS[:-1]),
        (whole[:60] + bomb, COMMANDS[1:2]),
        (whole + bomb, COMMANDS[1:2]),
        (whole.replace(b"listed", b"lisped"), COMMANDS[1:2]),
    ):
        table.write_bytes(forged)
        for command in commands:
            assert run(*command, "--index", index).exit_code == 0
        is_refused(result := run("check", "--index", index))
        assert table.name in result.stdout
        assert not mark.exists()
    page = tmp_path / "page.jsonl"
    page.write_text('{"id": "quay-99", "body": "a new mole"}\n')
    assert run("update", page, "--index", index).exit_code == 0
    assert run("build", page, "--index", index).exit_code == 0
    assert not mark.exists()
    assert run("check", "--index", index).exit_code == 0


@pytest.mark.slow
def test_a_pickle_as_a_block_or_a_record_is_not_loaded(index: Path, tmp_path: Path) -> None:
    """A pickle as a block or a stored record, with valid checksums and seals, is not run."""
    bomb = pickle.dumps(Bomb(tmp_path / "ran"))
    forge_file(index / TEXT, with_records(compress_block([bomb.replace(b"\n", b" ")] * 36)))
    forge_block(index, SEGMENT, "text_en.terms", lambda content: (bomb * 9)[: len(content)])
    is_refused(run("check", "--index", index))
    is_refused(run("show", "quay-03", "--index", index))
    for command in COMMANDS:
        assert run(*command, "--index", index).exit_code in {0, 1, 2}
    assert not (tmp_path / "ran").exists()
